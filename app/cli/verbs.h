// SPDX-License-Identifier: Apache-2.0
// The verbs, one file each.
#pragma once

#include "app/cli/verb.h"

namespace slipway::cli {

Verb newVerb();
Verb checkVerb();
Verb dataVerb();
Verb schemaVerb();
Verb glossaryVerb();
Verb runVerb();
Verb smokeVerb();
Verb packageVerb();
Verb pushVerb();
Verb submitVerb();
Verb runsVerb();
Verb showVerb();
Verb curvesVerb();
Verb compareVerb();
Verb markVerb();
Verb watchVerb();
Verb logsVerb();
Verb cancelVerb();
Verb removeVerb();
Verb pruneVerb();
Verb resumeVerb();
Verb fetchVerb();
Verb predictVerb();
Verb evalVerb();
Verb importVerb();
Verb exportVerb();
Verb clustersVerb();
Verb devicesVerb();
Verb doctorVerb();
Verb settingsVerb();
Verb openVerb();
Verb labVerb();
Verb drillVerb();
Verb tourVerb();
Verb completionVerb();
Verb manVerb();

}  // namespace slipway::cli
