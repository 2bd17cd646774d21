// SPDX-License-Identifier: Apache-2.0
// A folder of pictures sorted into classes: one subfolder each. Any thread; values are the caller's.
#pragma once

#include "backends/core/result.h"

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace slipway {

inline constexpr std::size_t kMaxFolderPictures = 20'000'000;

struct LabelledFiles {
    std::vector<std::filesystem::path> files;  // in order of class and path
    std::vector<std::int64_t> labels;          // an index into classNames
};

struct ImageFolder {
    std::vector<std::string> classNames;  // sorted
    LabelledFiles training;
    LabelledFiles test;  // empty: the folder has no part of its own for it
};

// "CLASS/**/*.png|jpg|jpeg", or that below "train" and below one of "test", "val" and "valid". Names with a dot in front do not count.
// NotFound, PermissionDenied, Io; InvalidArgument where there is no such picture, or a class is tested that is not trained.
Result<ImageFolder> readImageFolder(const std::filesystem::path& folder);

// By the ending of its name.
bool isPictureName(const std::filesystem::path& file);

// The file itself, or the pictures below a folder by path. NotFound, PermissionDenied, Io; InvalidArgument where there are none.
Result<std::vector<std::filesystem::path>> picturesAt(const std::filesystem::path& place);

}  // namespace slipway
