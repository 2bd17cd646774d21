// SPDX-License-Identifier: Apache-2.0
#include "backends/data/imagefolder.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <map>

namespace slipway {
namespace {

namespace fs = std::filesystem;

bool isHidden(const fs::path& path) { return path.filename().string().starts_with('.'); }

// The pictures of each class by its name.
using ClassFiles = std::map<std::string, std::vector<fs::path>>;

Result<std::vector<fs::path>> picturesBelow(const fs::path& folder, std::size_t& count) {
    std::vector<fs::path> files;
    std::error_code error;
    for (fs::recursive_directory_iterator entry(folder, error), end; !error && entry != end;
         entry.increment(error)) {
        if (isHidden(entry->path())) {
            entry.disable_recursion_pending();
            continue;
        }
        if (!isPictureName(entry->path()) || !entry->is_regular_file(error)) continue;
        if (++count > kMaxFolderPictures)
            return Error{ErrorCode::InvalidArgument, folder.string() + " holds too many pictures", {}, {}};
        files.push_back(entry->path());
    }
    if (error) return errnoError("cannot read " + folder.string(), error.value());
    std::ranges::sort(files);
    return files;
}

Result<ClassFiles> classesOf(const fs::path& folder) {
    ClassFiles classes;
    std::size_t count = 0;
    std::error_code error;
    for (fs::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error)) {
        if (isHidden(entry->path()) || !entry->is_directory(error)) continue;
        SLIPWAY_TRY(auto files, picturesBelow(entry->path(), count));
        if (!files.empty()) classes.emplace(entry->path().filename().string(), std::move(files));
    }
    if (error) return errnoError("cannot read " + folder.string(), error.value());
    if (classes.empty())
        return Error{ErrorCode::InvalidArgument,
                     folder.string() + " has no folder with PNG or JPEG pictures in it",
                     {},
                     "Put the pictures of each class into a folder of its name"};
    return classes;
}

LabelledFiles listOf(ClassFiles&& classes, const std::vector<std::string>& names) {
    LabelledFiles list;
    for (auto& [name, files] : classes) {
        list.labels.insert(list.labels.end(), files.size(), std::ranges::find(names, name) - names.begin());
        std::ranges::move(files, std::back_inserter(list.files));
    }
    return list;
}

}  // namespace

bool isPictureName(const fs::path& path) {
    std::string ending = path.extension().string();
    std::ranges::transform(ending, ending.begin(),
                           [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return ending == ".png" || ending == ".jpg" || ending == ".jpeg";
}

Result<std::vector<fs::path>> picturesAt(const fs::path& place) {
    std::error_code error;
    const auto status = fs::status(place, error);
    if (error) return errnoError("cannot read " + place.string(), error.value());
    if (!fs::is_directory(status)) return std::vector{place};
    std::size_t count = 0;
    SLIPWAY_TRY(auto files, picturesBelow(place, count));
    if (files.empty())
        return Error{
            ErrorCode::InvalidArgument, place.string() + " has no PNG or JPEG picture in it", {}, {}};
    return files;
}

Result<ImageFolder> readImageFolder(const fs::path& folder) {
    std::error_code error;
    const fs::path train = folder / "train";
    SLIPWAY_TRY(auto training, classesOf(fs::is_directory(train, error) ? train : folder));
    ImageFolder images;
    for (const auto& [name, files] : training) images.classNames.push_back(name);
    images.training = listOf(std::move(training), images.classNames);
    if (!fs::is_directory(train, error)) return images;
    for (const char* const part : {"test", "val", "valid"}) {
        const fs::path place = folder / part;
        if (!fs::is_directory(place, error)) continue;
        SLIPWAY_TRY(auto test, classesOf(place));
        for (const auto& [name, files] : test)
            if (!std::ranges::binary_search(images.classNames, name))
                return Error{ErrorCode::InvalidArgument,
                             (place / name).string() + ": there is no such class in " + train.string(),
                             {},
                             {}};
        images.test = listOf(std::move(test), images.classNames);
        break;
    }
    return images;
}

}  // namespace slipway
