// SPDX-License-Identifier: Apache-2.0
// What files of images in the idx format, and of NumPy's arrays, hold. Any thread.
#pragma once

#include "backends/data/datarequest.h"

namespace slipway {

// The parts of readIdxImages(). Its errors; Cancelled.
Result<DataDescription> describeIdx(const std::filesystem::path& folder, const DataRequest& request);

// A .npy file, or all that lie in a folder. A row with a value that is no finite number is a fault. The errors of NpyFile::open(), also
// where there is none; Cancelled.
Result<DataDescription> describeNpy(const std::filesystem::path& place, const DataRequest& request);

}  // namespace slipway
