// SPDX-License-Identifier: Apache-2.0
// A JSON Schema (draft 7) of the job file, for editors that complete and check while one types. From the tables that the reader reads by,
// so that both know the same settings; what the reader alone can judge (an input that is named, sizes that fit each other) it
// leaves open. Pure; any thread.
#pragma once

#include <string>

namespace slipway {

// Indented JSON with a line end.
std::string jobSchema();

}  // namespace slipway
