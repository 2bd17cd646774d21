// SPDX-License-Identifier: Apache-2.0
#include "backends/supervise/resultfolder.h"

#include "backends/data/digest.h"
#include "backends/platform/files.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

namespace slipway {
namespace {

namespace fs = std::filesystem;

bool leadsOut(const fs::path& path) { return path.is_absolute() || path.empty() || *path.begin() == ".."; }

}  // namespace

Result<void> collectOutputs(const std::vector<std::string>& outputs, const fs::path& from,
                            const fs::path& result) {
    for (const std::string& output : outputs) {
        const fs::path path = fs::path(output).lexically_normal();
        if (leadsOut(path))
            return Error{ErrorCode::InvalidArgument,
                         "output \"" + output + "\" lies outside the working folder", "", ""};
        std::error_code failure;
        if (!fs::exists(from / path, failure)) {
            return Error{ErrorCode::NotFound, "output \"" + output + "\" was not written", "",
                         "Write it, or take it out of the job's outputs"};
        }
        SLIPWAY_CHECK(makeFolders((result / path).parent_path()));
        fs::copy(from / path, result / path,
                 fs::copy_options::recursive | fs::copy_options::overwrite_existing, failure);
        if (failure) return errnoError("cannot copy output \"" + output + "\"", failure.value());
    }
    return {};
}

Result<std::vector<StampedFile>> sealResult(const fs::path& result, std::stop_token stop) {
    std::vector<StampedFile> files;
    std::error_code failure;
    fs::recursive_directory_iterator at(result, failure);
    if (failure == std::errc::no_such_file_or_directory) return files;
    for (const fs::recursive_directory_iterator end; !failure && at != end; at.increment(failure)) {
        if (!at->is_regular_file() || at->is_symlink()) continue;
        SLIPWAY_TRY(const UniqueFd file, openFile(at->path(), O_RDONLY));
        if (::fsync(file.get()) != 0 && errno != EINVAL)
            return errnoError("cannot sync " + at->path().string(), errno);
        SLIPWAY_TRY(const FileStamp stamp, fileStamp(at->path()));
        SLIPWAY_TRY(const ContentDigest content, contentDigest(at->path(), stop));
        files.push_back(
            {{at->path().lexically_relative(result).string(), content.digest, content.size}, stamp});
    }
    if (failure) return errnoError("cannot read " + result.string(), failure.value());
    std::sort(files.begin(), files.end(),
              [](const ResultFile& a, const ResultFile& b) { return a.path < b.path; });
    return files;
}

}  // namespace slipway
