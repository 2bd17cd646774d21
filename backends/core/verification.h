// SPDX-License-Identifier: Apache-2.0
// Whether files are known to be what was saved. Value; any thread.
#pragma once

namespace slipway {

enum class Verification {
    None,     // nobody compared their digests
    Right,    // they were right, and no file was touched since
    Changed,  // they were right, and a file was touched since
};

}  // namespace slipway
