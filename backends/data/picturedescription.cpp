// SPDX-License-Identifier: Apache-2.0
#include "backends/data/picturedescription.h"

#include "backends/core/units.h"
#include "backends/data/imagefolder.h"
#include "backends/data/picture.h"
#include "backends/data/smallpicture.h"

#include <algorithm>
#include <map>

namespace slipway {
namespace {

namespace fs = std::filesystem;

struct Look {
    std::int64_t width = 0;
    std::int64_t height = 0;
    std::string fault;
};

std::string sizeText(std::int64_t width, std::int64_t height) {
    return grouped(width) + " × " + grouped(height);
}

// The smallest, the largest and the most frequent size.
void addSizes(DataDescription& data, const std::vector<Look>& looks) {
    std::map<std::pair<std::int64_t, std::int64_t>, std::int64_t> sizes;
    for (const Look& look : looks)
        if (look.fault.empty()) ++sizes[{look.width, look.height}];
    if (sizes.empty()) return;
    const auto area = [](const auto& a, const auto& b) {
        return a.first.first * a.first.second < b.first.first * b.first.second;
    };
    const auto [smallest, largest] = std::ranges::minmax_element(sizes, area);
    const auto most = std::ranges::max_element(sizes, {}, [](const auto& size) { return size.second; });
    const auto text = [](const auto& size) { return sizeText(size->first.first, size->first.second); };
    if (sizes.size() == 1) {
        data.facts.emplace_back("size", text(most) + " pixels");
        return;
    }
    data.facts.emplace_back("size", text(smallest) + " to " + text(largest) + " pixels");
    data.facts.emplace_back("most frequent size", text(most) + ", " + many(most->second, "picture"));
}

DescribedPart partOf(std::string name, const LabelledFiles& files, const std::vector<std::string>& classNames,
                     const Look* looks) {
    DescribedPart part{std::move(name), 0, {}};
    for (const auto& one : classNames) part.classes.push_back({one, 0});
    for (std::size_t i = 0; i < files.files.size(); ++i) {
        if (!looks[i].fault.empty()) continue;
        ++part.samples;
        if (!files.labels.empty()) ++part.classes[static_cast<std::size_t>(files.labels[i])].count;
    }
    std::ranges::stable_sort(part.classes, std::greater<>(), &CountedValue::count);
    return part;
}

void addPictures(DataDescription& data, const fs::path& place, const ImageFolder& folder, const Look* looks) {
    const LabelledFiles& files = folder.training;
    PictureChoice choice;
    for (std::size_t i = 0; i < files.files.size() && !choice.isFull(); ++i) {
        const std::int64_t label = files.labels.empty() ? 0 : files.labels[i];
        if (!looks[i].fault.empty() || !choice.take(label)) continue;
        // Its head was good a moment ago; one that has changed since is not shown.
        if (const auto picture = readPicture(files.files[i], kMaxSmallSide))
            data.pictures.push_back(smallPicture(
                *picture, files.files[i].lexically_relative(place).string(),
                files.labels.empty() ? std::string() : folder.classNames[static_cast<std::size_t>(label)]));
    }
}

// Without classes where the folder is not sorted into some.
Result<ImageFolder> filesAt(const fs::path& place) {
    auto sorted = readImageFolder(place);
    if (sorted || sorted.error().code != ErrorCode::InvalidArgument) return sorted;
    auto found = picturesAt(place);
    if (!found) return std::move(sorted).error();
    ImageFolder folder;
    folder.training.files = *std::move(found);
    return folder;
}

}  // namespace

Result<DataDescription> describePictures(const fs::path& place, const DataRequest& request) {
    DataDescription data;
    SLIPWAY_TRY(data.bytes, bytesAt(place));
    SLIPWAY_TRY(const ImageFolder folder, filesAt(place));
    data.form = folder.classNames.empty() ? "pictures" : "pictures in folders";
    const auto& training = folder.training.files;
    const auto& test = folder.test.files;
    const std::size_t count = training.size() + test.size();
    std::vector<Look> looks(count);
    std::atomic<std::int64_t> done = 0;
    request.forEach(count, [&](std::size_t i) {
        if (request.isStopped()) return;
        const auto picture = readPicture(i < training.size() ? training[i] : test[i - training.size()]);
        looks[i] = picture ? Look{picture->width, picture->height, {}} : Look{0, 0, picture.error().message};
        request.progress(++done, static_cast<std::int64_t>(count));
    });
    if (request.isStopped()) return Error{ErrorCode::Cancelled, "stopped", {}, {}};
    for (std::size_t i = 0; i < count; ++i) {
        const fs::path& file = i < training.size() ? training[i] : test[i - training.size()];
        if (!looks[i].fault.empty()) addFault(data, file.lexically_relative(place).string(), looks[i].fault);
    }
    addSizes(data, looks);
    data.parts.push_back(
        partOf(test.empty() ? "" : "training", folder.training, folder.classNames, looks.data()));
    if (!test.empty())
        data.parts.push_back(partOf("test", folder.test, folder.classNames, looks.data() + training.size()));
    for (const auto& part : data.parts) data.samples += part.samples;
    addPictures(data, place, folder, looks.data());
    addHints(data, {});
    return data;
}

}  // namespace slipway
