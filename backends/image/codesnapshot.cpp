// SPDX-License-Identifier: Apache-2.0
#include "backends/image/codesnapshot.h"

#include "backends/core/imagepaths.h"
#include "backends/image/packager.h"
#include "backends/platform/files.h"

#include <algorithm>
#include <string_view>

namespace slipway {
namespace {

namespace fs = std::filesystem;

bool isText(std::string_view bytes) { return bytes.find('\0') == std::string_view::npos; }

Result<void> copyFile(const PlannedFile& file, const fs::path& folder, std::int64_t& left) {
    const auto text = readFile(file.source, static_cast<std::size_t>(kMaxKeptCodeFile));
    // One that went or grew meanwhile is no reason to keep none.
    if (!text || !isText(*text) || static_cast<std::int64_t>(text->size()) > left) return {};
    left -= static_cast<std::int64_t>(text->size());
    const fs::path to = folder / fs::path(file.path).lexically_relative(kImageJobFolder);
    SLIPWAY_CHECK(makeFolders(to.parent_path()));
    return writeFileAtomically(to, *text);
}

Result<void> copyAll(const std::vector<PlannedFile>& files, const fs::path& folder) {
    SLIPWAY_CHECK(makeFolders(folder));
    std::int64_t left = kMaxKeptCode;
    for (const PlannedFile& file : files) SLIPWAY_CHECK(copyFile(file, folder, left));
    return {};
}

}  // namespace

Result<void> keepCode(const JobSpec& job, const fs::path& jobFolder, const fs::path& to) {
    SLIPWAY_TRY(auto files, planCode(job, jobFolder));
    std::erase_if(files, [](const PlannedFile& file) {
        std::error_code failure;
        return file.size.count > kMaxKeptCodeFile || fs::is_symlink(file.source, failure);
    });
    if (files.size() > kMaxKeptCodeFiles) files.resize(kMaxKeptCodeFiles);
    if (files.empty()) return {};
    const fs::path part = to.string() + ".part";
    std::error_code failure;
    auto copied = copyAll(files, part);
    if (copied) fs::rename(part, to, failure);
    if (copied && !failure) return {};
    std::error_code left;
    fs::remove_all(part, left);
    return copied ? errnoError("cannot keep the code in " + to.string(), failure.value()) : copied;
}

}  // namespace slipway
