// SPDX-License-Identifier: Apache-2.0
#include "backends/data/datarequest.h"

#include "backends/core/units.h"

#include <algorithm>
#include <cerrno>
#include <cmath>

namespace slipway {
namespace {

namespace fs = std::filesystem;
constexpr std::int64_t kFewSamples = 10;    // of a class
constexpr std::int64_t kUnequal = 20;       // the largest class against the smallest
constexpr std::int64_t kEnoughToTell = 20;  // rows

void addColumnHints(DataDescription& data, const DescribedColumn& column) {
    const std::int64_t present = data.samples - column.missing;
    const std::string name = "column " + column.name;
    if (column.kind == ColumnKind::Other)
        data.hints.push_back(name + " holds " + column.fileType +
                             ", which training cannot take: list it under train.data.ignore");
    else if (column.kind == ColumnKind::Empty)
        data.hints.push_back(name + " has no value in any row: list it under train.data.ignore");
    else if (column.distinct == 1 && column.missing == 0)
        data.hints.push_back(name + " is the same in every row and tells nothing");
    else if (column.kind == ColumnKind::Words && column.distinct == present && present > kEnoughToTell)
        data.hints.push_back(name + " differs in every row, as names do: list it under train.data.ignore");
    else if (column.missing * 2 > data.samples)
        data.hints.push_back(name + " has no value in " + grouped(column.missing) + " of " +
                             many(data.samples, "row"));
}

void addClassHints(DataDescription& data, const DescribedPart& part) {
    if (part.classes.size() < 2) return;
    const CountedValue& most = part.classes.front();
    const CountedValue& least = part.classes.back();
    const std::string where = part.name.empty() ? "" : " in the " + part.name + " part";
    if (least.count >= kFewSamples && most.count < kUnequal * least.count) return;
    data.hints.push_back("the classes are unequal" + where + ": " + many(most.count, "sample") + " of " +
                         most.value + ", " + grouped(least.count) + " of " + least.value +
                         "; look at the scores by class, not at accuracy alone");
}

}  // namespace

Result<std::int64_t> bytesAt(const fs::path& place) {
    std::error_code error;
    const auto status = fs::status(place, error);
    if (!fs::exists(status))
        return errnoError("cannot read " + place.string(), error ? error.value() : ENOENT);
    std::uintmax_t bytes = 0;
    if (!fs::is_directory(status)) {
        bytes = fs::file_size(place, error);
    } else {
        for (fs::recursive_directory_iterator entry(place, error), end; !error && entry != end;
             entry.increment(error)) {
            std::error_code gone;  // meanwhile
            if (entry->is_regular_file(gone)) {
                const auto size = entry->file_size(gone);
                if (!gone) bytes += size;
            }
        }
    }
    if (error) return errnoError("cannot read " + place.string(), error.value());
    return static_cast<std::int64_t>(bytes);
}

std::string many(std::int64_t count, std::string_view noun) {
    return grouped(count) + ' ' + std::string(noun) + (count == 1 ? "" : "s");
}

void addFault(DataDescription& data, std::string place, std::string what) {
    ++data.faults;
    if (data.firstFaults.size() < kShownFaults)
        data.firstFaults.push_back({std::move(place), std::move(what)});
}

void addHints(DataDescription& data, const std::string& target) {
    for (const auto& column : data.columns) {
        if (column.name != target)
            addColumnHints(data, column);
        else if (column.missing > 0)
            data.hints.push_back(many(column.missing, "row") + " without the target " + target +
                                 ", which training refuses: take them out");
    }
    for (const auto& part : data.parts) addClassHints(data, part);
}

}  // namespace slipway
