// SPDX-License-Identifier: Apache-2.0
#include "backends/trainer/samplesource.h"

#include "backends/data/idxfile.h"
#include "backends/data/imagefolder.h"
#include "backends/data/picture.h"
#ifdef SLIPWAY_HAS_TABLES
#include "backends/data/tablerows.h"
#endif

#include <algorithm>
#include <cmath>
#include <numeric>

namespace slipway::trainer {
namespace {

namespace fs = std::filesystem;
constexpr std::size_t kPicturesAtOnce = 256;

Error unfit(const std::string& message, std::string hint) {
    return {ErrorCode::InvalidArgument, message, {}, std::move(hint)};
}

std::string sizeText(std::int64_t width, std::int64_t height) {
    return std::to_string(width) + "×" + std::to_string(height);
}

std::string shapeText(const SampleShape& shape) {
    return std::to_string(shape.channels) + "×" + std::to_string(shape.height) + "×" +
           std::to_string(shape.width);
}

// All of it in one piece.
class WholeSource final : public SampleSource {
public:
    explicit WholeSource(SamplePiece piece) : m_piece(std::move(piece)), m_total(m_piece.set.count) {}
    Result<SamplePiece> next() override { return std::exchange(m_piece, {}); }
    std::int64_t total() const override { return m_total; }

private:
    SamplePiece m_piece;
    std::int64_t m_total;
};

// Pictures that stay in their files until they become numbers, some at a time.
class PictureSource final : public SampleSource {
public:
    explicit PictureSource(LabelledFiles list) : m_list(std::move(list)) {}

    Result<SamplePiece> next() override {
        SamplePiece piece;
        const std::size_t end = std::min(m_next + kPicturesAtOnce, m_list.files.size());
        piece.set.count = static_cast<std::int64_t>(end - m_next);
        for (; m_next < end; ++m_next) {
            piece.set.files.push_back(m_list.files[m_next]);
            if (!m_list.labels.empty()) piece.set.labels.push_back(m_list.labels[m_next]);
        }
        piece.files = piece.set.files;
        return piece;
    }
    std::int64_t total() const override { return static_cast<std::int64_t>(m_list.files.size()); }
    bool hasRows() const override { return false; }

private:
    LabelledFiles m_list;
    std::size_t m_next = 0;
};

// Pictures of exactly the size that the model's idx images have, in gray as Pillow's mode L takes it (ITU-R 601-2).
class GrayPictureSource final : public SampleSource {
public:
    GrayPictureSource(const SampleShape& shape, std::vector<fs::path> files)
        : m_shape(shape),
          m_files(std::move(files)) {}

    Result<SamplePiece> next() override {
        SamplePiece piece;
        const std::size_t end = std::min(m_next + kPicturesAtOnce, m_files.size());
        for (; m_next < end; ++m_next) {
            const fs::path& file = m_files[m_next];
            SLIPWAY_TRY(const Picture picture, readPicture(file));
            if (picture.width != m_shape.width || picture.height != m_shape.height)
                return unfit(file.string() + " is " + sizeText(picture.width, picture.height) +
                                 " pixels, and the model takes " + sizeText(m_shape.width, m_shape.height),
                             "Scale it to that size");
            for (std::size_t i = 0; i < picture.pixels.size(); i += 3)
                piece.set.bytes.push_back(
                    static_cast<std::uint8_t>((picture.pixels[i] * 19595U + picture.pixels[i + 1] * 38470U +
                                               picture.pixels[i + 2] * 7471U + 0x8000U) >>
                                              16U));
            piece.files.push_back(file);
            ++piece.set.count;
        }
        return piece;
    }
    std::int64_t total() const override { return static_cast<std::int64_t>(m_files.size()); }
    bool hasRows() const override { return false; }

private:
    SampleShape m_shape;
    std::vector<fs::path> m_files;
    std::size_t m_next = 0;
};

// One source after the other.
class JoinedSource final : public SampleSource {
public:
    explicit JoinedSource(std::vector<std::unique_ptr<SampleSource>> parts) : m_parts(std::move(parts)) {}
    Result<SamplePiece> next() override {
        for (; m_next < m_parts.size(); ++m_next) {
            SLIPWAY_TRY(auto piece, m_parts[m_next]->next());
            if (piece.set.count > 0) return piece;
        }
        return SamplePiece{};
    }
    std::int64_t total() const override {
        std::int64_t sum = 0;
        for (const auto& part : m_parts) {
            if (part->total() == 0) return 0;
            sum += part->total();
        }
        return sum;
    }
    bool hasRows() const override {
        return std::ranges::any_of(m_parts, [](const auto& part) { return part->hasRows(); });
    }
    bool hasGroups() const override {
        return std::ranges::all_of(m_parts, [](const auto& part) { return part->hasGroups(); });
    }

private:
    std::vector<std::unique_ptr<SampleSource>> m_parts;
    std::size_t m_next = 0;
};

Result<void> checkImages(const ModelConfig& config, const fs::path& place, std::int64_t width,
                         std::int64_t height) {
    const SampleShape& shape = config.form.shape;
    if (width == shape.width && height == shape.height) return {};
    return unfit(place.string() + ": its images are " + sizeText(width, height) +
                     " pixels, and the model takes " + sizeText(shape.width, shape.height),
                 "Scale them to that size");
}

using SourcePointer = std::unique_ptr<SampleSource>;

Result<SourcePointer> openIdx(const ModelConfig& config, const fs::path& place, bool isLabelled) {
    SamplePiece piece{{}, {}, {place}, 1};
    if (!isLabelled) {
        SLIPWAY_TRY(auto array, readIdx(place));
        if (array.shape.size() != 3) return unfit(place.string() + " is no idx file of images", {});
        SLIPWAY_CHECK(checkImages(config, place, array.shape[2], array.shape[1]));
        piece.set.count = array.shape[0];
        piece.set.bytes = std::move(array.values);
        return SourcePointer(std::make_unique<WholeSource>(std::move(piece)));
    }
    SLIPWAY_TRY(auto images, readIdxImages(place, "t10k"));
    SLIPWAY_CHECK(checkImages(config, place, images.width, images.height));
    const auto unknown =
        std::ranges::find_if(images.labels, [&](auto label) { return label >= config.form.classes; });
    if (unknown != images.labels.end())
        return unfit(place.string() + ": label " + std::to_string(unknown - images.labels.begin() + 1) +
                         " is " + std::to_string(*unknown) + ", a class that the model does not know",
                     "Train with data that have it");
    piece.set.count = images.count;
    piece.set.bytes = std::move(images.pixels);
    piece.set.labels.assign(images.labels.begin(), images.labels.end());
    return SourcePointer(std::make_unique<WholeSource>(std::move(piece)));
}

bool isPictureOrFolder(const fs::path& place) {
    std::error_code ignored;
    return fs::is_directory(place, ignored) || isPictureName(place);
}

Result<SourcePointer> openLabelledPictures(const ModelConfig& config, const fs::path& place) {
    SLIPWAY_TRY(auto folder, readImageFolder(place));
    LabelledFiles& list = folder.test.files.empty() ? folder.training : folder.test;
    std::vector<std::int64_t> labels;
    for (const auto& name : folder.classNames) {
        const auto& known = config.form.classNames;
        const auto found = std::ranges::find(known, name);
        labels.push_back(found == known.end() ? -1 : found - known.begin());
    }
    for (std::size_t i = 0; i < list.labels.size(); ++i) {
        const auto own = static_cast<std::size_t>(list.labels[i]);
        if (labels[own] < 0)
            return unfit(list.files[i].string() + " is of class " + folder.classNames[own] +
                             ", which the model does not know",
                         "Take the folder out, or train with data that have it");
        list.labels[i] = labels[own];
    }
    return SourcePointer(std::make_unique<PictureSource>(std::move(list)));
}

#ifdef SLIPWAY_HAS_TABLES
class TableSource final : public SampleSource {
public:
    TableSource(const ModelConfig& config, fs::path file, TableRows rows)
        : m_columns(config.form.columns),
          m_file(std::move(file)),
          m_rows(std::move(rows)) {}

    Result<SamplePiece> next() override {
        SLIPWAY_TRY(Table table, m_rows.next());
        SamplePiece piece{{}, std::move(table.groupNames), {m_file}, m_before + 1};
        m_before += table.rows;
        const std::size_t width = m_columns.size();
        for (std::size_t cell = 0; cell < table.cells.size(); ++cell)
            if (std::isnan(table.cells[cell])) table.cells[cell] = m_columns[cell % width].missing;
        piece.set.count = table.rows;
        piece.set.floats = std::move(table.cells);
        piece.set.labels = std::move(table.labels);
        piece.set.targets = std::move(table.targets);
        piece.set.groups = std::move(table.groups);
        return piece;
    }
    bool hasGroups() const override { return m_rows.hasGroups(); }

private:
    const std::vector<SampleColumn>& m_columns;
    fs::path m_file;
    TableRows m_rows;
    std::int64_t m_before = 0;
};

Result<SourcePointer> openTable(const ModelConfig& config, const fs::path& place,
                                const SourceRequest& request) {
    RowSchema schema{{},
                     request.isLabelled ? config.target() : "",
                     config.form.classNames,
                     request.group,
                     request.isGroupOptional};
    for (const auto& column : config.form.columns)
        schema.columns.push_back({column.name, !column.categories.empty(), column.categories, 0});
    SLIPWAY_TRY(auto rows, TableRows::open(place, std::move(schema)));
    return SourcePointer(std::make_unique<TableSource>(config, place, std::move(rows)));
}
#else
Result<SourcePointer> openTable(const ModelConfig&, const fs::path&, const SourceRequest&) {
    return Error{ErrorCode::Unavailable,
                 "this slipway-runner was built without Arrow and reads no tables",
                 {},
                 "Build it with -DSLIPWAY_ARROW=ON"};
}
#endif

Result<SourcePointer> openText(const ModelConfig& config, const fs::path& place) {
    auto settings = config.data.values;
    settings["test_share"] = 0.0;
    SLIPWAY_TRY(auto samples, loadTextSamples(settings, place, config.tokenizer));
    SamplePiece piece{std::move(samples.training), {}, {place}, 1};
    return SourcePointer(std::make_unique<WholeSource>(std::move(piece)));
}

Result<SourcePointer> openNpy(const ModelConfig& config, const fs::path& place, bool isLabelled) {
    auto settings = config.data.values;
    const Samples& form = config.form;
    const fs::path file = isLabelled ? place / textValue(settings, "features") : place;
    SLIPWAY_TRY(auto opened, NpyFile::open(file));
    SLIPWAY_TRY(const SampleShape shape, shapeOf(opened, file));
    if (shape.channels != form.shape.channels || shape.height != form.shape.height ||
        shape.width != form.shape.width || shape.isImage != form.shape.isImage)
        return unfit(file.string() + ": its samples are " + shapeText(shape) + ", and the model takes " +
                         shapeText(form.shape),
                     "Save arrays as it was trained with");
    SamplePiece piece{{}, {}, {file}, 1};
    if (isLabelled) {
        settings["test_share"] = 0.0;
        settings["normalize"] = false;
        settings["task"] = std::string(form.classes > 0 ? "classes" : "value");
        SLIPWAY_TRY(auto samples, loadNpySamples(settings, place, config.seed));
        piece.set = std::move(samples.training);
        for (std::size_t i = 0; i < piece.set.labels.size(); ++i) {
            const std::string& name = samples.classNames[static_cast<std::size_t>(piece.set.labels[i])];
            const auto found = std::ranges::find(form.classNames, name);
            if (found == form.classNames.end())
                return unfit((place / textValue(settings, "labels")).string() + ": row " +
                                 std::to_string(piece.set.rows[i] + 1) + " is " + name +
                                 ", a class that the model does not know",
                             "Train with data that have it");
            piece.set.labels[i] = found - form.classNames.begin();
        }
        return SourcePointer(std::make_unique<WholeSource>(std::move(piece)));
    }
    piece.set.count = opened.rows();
    piece.set.rows.resize(static_cast<std::size_t>(opened.rows()));
    std::iota(piece.set.rows.begin(), piece.set.rows.end(), 0);
    piece.set.array = std::make_shared<const NpyFile>(std::move(opened));
    return SourcePointer(std::make_unique<WholeSource>(std::move(piece)));
}

Result<SourcePointer> openOne(const ModelConfig& config, const fs::path& place,
                              const SourceRequest& request) {
    const std::string& type = config.data.type;
    if (type == "table") return openTable(config, place, request);
    if (type == "text") return openText(config, place);
    if (type == "npy") return openNpy(config, place, request.isLabelled);
    if (type == "images" && request.isLabelled) return openLabelledPictures(config, place);
    if (type == "images" || (!request.isLabelled && isPictureOrFolder(place))) {
        SLIPWAY_TRY(auto files, picturesAt(place));
        if (type == "images")
            return SourcePointer(std::make_unique<PictureSource>(LabelledFiles{std::move(files), {}}));
        return SourcePointer(std::make_unique<GrayPictureSource>(config.form.shape, std::move(files)));
    }
    return openIdx(config, place, request.isLabelled);
}

}  // namespace

Result<SourcePointer> openSource(const ModelConfig& config, const SourceRequest& request) {
    if (!request.group.empty() && config.data.type != "table")
        return unfit("only a table has columns to group by", "Leave the group out");
    std::vector<SourcePointer> parts;
    for (const auto& place : request.places) {
        SLIPWAY_TRY(parts.emplace_back(), openOne(config, place, request));
    }
    return SourcePointer(std::make_unique<JoinedSource>(std::move(parts)));
}

Error otherData(const fs::path& place, std::string detail) {
    return {ErrorCode::Conflict, place.string() + " is not as it was when the model was trained",
            std::move(detail), "Name it with --data to evaluate the model on all of it"};
}

Result<Samples> heldOutSamples(const ModelConfig& config, const fs::path& place, const std::string& group) {
    TypedParameters data = config.data;
    if (!group.empty() && data.type != "table")
        return unfit("only a table has columns to group by", "Leave the group out");
    if (!group.empty()) data.values["group"] = group;
    Inputs inputs{{textValue(data.values, "input"), place}};
    if (const auto name = tokenizerInput(data); !name.empty()) inputs[name] = config.tokenizer;
    SLIPWAY_TRY(auto samples, loadSamples(data, inputs, config.seed));
    ModelConfig now = config;
    now.form = formOf(samples);
    const bool hasCounts = config.trainingSamples + config.testSamples > 0;
    const bool hasOthers = hasCounts && (samples.training.count != config.trainingSamples ||
                                         samples.test.count != config.testSamples);
    if (hasOthers || encodeConfig(now) != encodeConfig(config))
        return otherData(place, "there are more or fewer samples, or others");
    if (samples.test.count == 0)
        return unfit("nothing was held out when the model was trained", "Name other data with --data");
    return samples;
}

}  // namespace slipway::trainer
