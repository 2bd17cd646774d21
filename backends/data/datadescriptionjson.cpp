// SPDX-License-Identifier: Apache-2.0
#include "backends/data/datadescriptionjson.h"

#include "backends/platform/base64.h"

#include <nlohmann/json.hpp>

#include <stdexcept>

namespace slipway {
namespace {

using Json = nlohmann::ordered_json;

Json countsJson(const std::vector<CountedValue>& counts) {
    Json list = Json::array();
    for (const auto& [value, count] : counts) list.push_back({{"value", value}, {"count", count}});
    return list;
}

std::vector<CountedValue> countsOf(const Json& list) {
    std::vector<CountedValue> counts;
    for (const Json& one : list) counts.push_back({one.at("value"), one.at("count")});
    return counts;
}

Json columnJson(const DescribedColumn& column) {
    Json json{{"name", column.name}, {"kind", columnKindName(column.kind)}, {"missing", column.missing}};
    if (!column.fileType.empty()) json["fileType"] = column.fileType;
    if (column.distinct) json["distinct"] = *column.distinct;
    if (column.numbers)
        json["numbers"] = {{"low", column.numbers->low},
                           {"high", column.numbers->high},
                           {"mean", column.numbers->mean},
                           {"deviation", column.numbers->deviation}};
    json["common"] = countsJson(column.common);
    return json;
}

DescribedColumn columnOf(const Json& json) {
    DescribedColumn column;
    column.name = json.at("name");
    const auto kind = columnKindOf(json.at("kind").get<std::string>());
    if (!kind) throw std::invalid_argument("a column's kind is none");
    column.kind = *kind;
    column.missing = json.at("missing");
    column.fileType = json.value("fileType", "");
    if (json.contains("distinct")) column.distinct = json.at("distinct").get<std::int64_t>();
    if (json.contains("numbers")) {
        const Json& numbers = json.at("numbers");
        column.numbers =
            NumberRange{numbers.at("low"), numbers.at("high"), numbers.at("mean"), numbers.at("deviation")};
    }
    column.common = countsOf(json.at("common"));
    return column;
}

Json pictureJson(const DescribedPicture& picture) {
    return {{"name", picture.name},
            {"label", picture.label},
            {"width", picture.width},
            {"height", picture.height},
            {"pixels", encodeBase64(picture.pixels)}};
}

DescribedPicture pictureOf(const Json& json) {
    DescribedPicture picture{json.at("name"), json.at("label"), json.at("width"), json.at("height"), {}};
    const auto isSide = [](std::int64_t side) { return side > 0 && side <= kMaxSmallSide; };
    if (auto pixels = decodeBase64(json.at("pixels").get<std::string>())) picture.pixels = *std::move(pixels);
    if (!isSide(picture.width) || !isSide(picture.height) ||
        picture.pixels.size() != static_cast<std::size_t>(3 * picture.width * picture.height))
        throw std::invalid_argument("a picture's pixels do not fill it");
    return picture;
}

DataDescription read(const Json& json) {
    DataDescription data;
    data.form = json.at("form");
    data.bytes = json.at("bytes");
    data.samples = json.at("samples");
    for (const Json& fact : json.at("facts")) data.facts.emplace_back(fact.at("name"), fact.at("value"));
    for (const Json& column : json.at("columns")) data.columns.push_back(columnOf(column));
    data.firstRows = json.at("firstRows").get<decltype(data.firstRows)>();
    for (const auto& row : data.firstRows)
        if (row.size() != data.columns.size()) throw std::invalid_argument("a row is no row of its columns");
    for (const Json& picture : json.at("pictures")) data.pictures.push_back(pictureOf(picture));
    for (const Json& part : json.at("parts"))
        data.parts.push_back({part.at("name"), part.at("samples"), countsOf(part.at("classes"))});
    data.faults = json.at("faults");
    for (const Json& fault : json.at("firstFaults"))
        data.firstFaults.push_back({fault.at("place"), fault.at("what")});
    data.hints = json.at("hints").get<decltype(data.hints)>();
    return data;
}

}  // namespace

Json descriptionJson(const DataDescription& data) {
    Json json{{"form", data.form}, {"bytes", data.bytes}, {"samples", data.samples}};
    const auto list = [&](const char* name, const auto& values, auto convert) {
        Json& all = json[name] = Json::array();
        for (const auto& value : values) all.push_back(convert(value));
    };
    list("facts", data.facts, [](const auto& fact) {
        return Json{{"name", fact.first}, {"value", fact.second}};
    });
    list("columns", data.columns, columnJson);
    json["firstRows"] = data.firstRows;
    list("pictures", data.pictures, pictureJson);
    list("parts", data.parts, [](const DescribedPart& part) {
        return Json{{"name", part.name}, {"samples", part.samples}, {"classes", countsJson(part.classes)}};
    });
    json["faults"] = data.faults;
    list("firstFaults", data.firstFaults, [](const DataFault& fault) {
        return Json{{"place", fault.place}, {"what", fault.what}};
    });
    json["hints"] = data.hints;
    return json;
}

Result<DataDescription> descriptionOf(std::string_view text) {
    if (text.size() > kMaxDescriptionBytes)
        return Error{ErrorCode::InvalidArgument, "a description of data is larger than 64 MiB", {}, {}};
    try {
        return read(Json::parse(text));
    } catch (const std::exception& problem) {
        return Error{ErrorCode::Corrupt, "this is no description of data", problem.what(), {}};
    }
}

}  // namespace slipway
