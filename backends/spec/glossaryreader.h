// SPDX-License-Identifier: Apache-2.0
// The glossary from its YAML, and the one of resources/glossary.yaml, which is part of the program. Any thread.
#pragma once

#include <string_view>

#include "backends/core/glossary.h"
#include "backends/core/result.h"

namespace slipway {

// InvalidArgument with the place: a term without a text, a name or setting that stands twice, a "see" that leads nowhere, terms
// out of the alphabet's order.
Result<Glossary> readGlossary(std::string_view yaml);

const Glossary& builtinGlossary();

}  // namespace slipway
