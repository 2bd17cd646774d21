// SPDX-License-Identifier: Apache-2.0
#include "backends/runs/verifiedfiles.h"

#include "backends/platform/files.h"

#include <nlohmann/json.hpp>

#include <system_error>

namespace slipway {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

constexpr int kVersion = 1;
constexpr std::size_t kMaxBytes = std::size_t{32} << 20;

StampedFile fileOf(const Json& json) {
    StampedFile file;
    file.path = json.at("path").get<std::string>();
    file.digest = Digest(json.at("digest").get<std::string>());
    file.size = Bytes{json.at("size").get<std::int64_t>()};
    file.stamp = {file.size, json.at("modified").get<std::int64_t>(), json.at("inode").get<std::uint64_t>()};
    return file;
}

}  // namespace

fs::path verifiedFile(const fs::path& folder) { return folder.string() + ".verified"; }

Result<void> keepVerified(const fs::path& folder, std::span<const StampedFile> files) {
    Json list = Json::array();
    for (const StampedFile& file : files) {
        list.push_back({{"path", file.path},
                        {"digest", file.digest.str()},
                        {"size", file.stamp.size.count},
                        {"modified", file.stamp.modified},
                        {"inode", file.stamp.inode}});
    }
    const Json json{{"version", kVersion}, {"files", std::move(list)}};
    return writeFileAtomically(verifiedFile(folder),
                               json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n");
}

Result<void> forgetVerified(const fs::path& folder) {
    std::error_code failure;
    fs::remove(verifiedFile(folder), failure);
    if (failure) return errnoError("cannot remove " + verifiedFile(folder).string(), failure.value());
    return {};
}

Result<VerifiedFiles> verifiedFiles(const fs::path& folder) {
    const auto text = readFile(verifiedFile(folder), kMaxBytes);
    if (!text && text.error().code == ErrorCode::NotFound) return VerifiedFiles{};
    if (!text) return text.error();
    VerifiedFiles files;
    try {
        const Json json = Json::parse(*text);
        if (json.at("version").get<int>() > kVersion) return files;  // a newer version's: compared anew
        for (const Json& one : json.at("files")) {
            StampedFile file = fileOf(one);
            std::string path = file.path;
            files.insert_or_assign(std::move(path), std::move(file));
        }
    } catch (const Json::exception& problem) {
        return Error{ErrorCode::Corrupt, verifiedFile(folder).string() + " is damaged", problem.what(),
                     "Compare the digests anew with: slipway fetch"};
    }
    return files;
}

Verification verificationOf(const fs::path& folder, const VerifiedFiles& verified,
                            std::span<const ResultFile> told) {
    const auto isTouched = [&](const StampedFile& file) {
        const auto stamp = fileStamp(folder / file.path);
        return !stamp || *stamp != file.stamp;
    };
    bool areAllCompared = !verified.empty();
    bool isAnyTouched = false;
    for (const ResultFile& file : told) {
        const auto found = verified.find(file.path);
        if (found == verified.end() || found->second.digest != file.digest)
            areAllCompared = false;
        else
            isAnyTouched = isAnyTouched || isTouched(found->second);
    }
    if (told.empty())
        for (const auto& [path, file] : verified) isAnyTouched = isAnyTouched || isTouched(file);
    if (isAnyTouched) return Verification::Changed;
    return areAllCompared ? Verification::Right : Verification::None;
}

}  // namespace slipway
