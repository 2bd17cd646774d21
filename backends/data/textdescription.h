// SPDX-License-Identifier: Apache-2.0
// What a text, or the texts in a folder, hold. Any thread.
#pragma once

#include "backends/data/datarequest.h"

namespace slipway {

// The file, or the *.txt files below the folder, in pieces. What is no UTF-8 is a fault, once a file. NotFound, also where there is no
// such file, PermissionDenied, Io; Cancelled.
Result<DataDescription> describeText(const std::filesystem::path& place, const DataRequest& request);

// The *.txt files below the folder in order of their paths, or the file itself. NotFound, PermissionDenied, Io.
Result<std::vector<std::filesystem::path>> textsAt(const std::filesystem::path& place);

}  // namespace slipway
