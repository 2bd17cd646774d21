// SPDX-License-Identifier: Apache-2.0
// What a folder of pictures holds: classes, sizes, and the files that are broken, each opened and unpacked whole. Any thread.
#pragma once

#include "backends/data/datarequest.h"

namespace slipway {

// A folder sorted into classes, as readImageFolder() takes it, or pictures of no class. Files that are no pictures in spite of their
// names are faults. NotFound, PermissionDenied, Io; InvalidArgument where there are no pictures; Cancelled.
Result<DataDescription> describePictures(const std::filesystem::path& place, const DataRequest& request);

}  // namespace slipway
