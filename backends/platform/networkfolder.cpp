// SPDX-License-Identifier: Apache-2.0
#include "backends/platform/networkfolder.h"

#include <linux/magic.h>
#include <sys/vfs.h>

#include <algorithm>
#include <array>

namespace slipway {

bool isNetworkFileSystem(long type) {
    // Those that linux/magic.h does not name: Lustre, GPFS, BeeGFS (each in its own sources).
    constexpr std::array<unsigned, 12> kTypes{NFS_SUPER_MAGIC,  SMB_SUPER_MAGIC, CIFS_SUPER_MAGIC,
                                              SMB2_SUPER_MAGIC, AFS_SUPER_MAGIC, CEPH_SUPER_MAGIC,
                                              CODA_SUPER_MAGIC, V9FS_MAGIC,      FUSE_SUPER_MAGIC,
                                              0x0BD00BD0,       0x47504653,      0x19830326};
    // A signed number on some machines.
    return std::ranges::find(kTypes, static_cast<unsigned>(type)) != kTypes.end();
}

bool isOnNetwork(const std::filesystem::path& folder) {
    struct statfs info {};
    return ::statfs(folder.c_str(), &info) == 0 && isNetworkFileSystem(info.f_type);
}

}  // namespace slipway
