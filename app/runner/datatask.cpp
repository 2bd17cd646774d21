// SPDX-License-Identifier: Apache-2.0
#include "app/runner/datatask.h"

#include "app/runner/taskreport.h"
#include "backends/data/arraydescription.h"
#include "backends/data/datadescriptionjson.h"
#include "backends/data/imagefolder.h"
#include "backends/data/picturedescription.h"
#ifdef SLIPWAY_HAS_TABLES
#include "backends/data/tabledescription.h"
#endif
#include "backends/data/textdescription.h"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <cstdio>
#include <thread>
#include <vector>

namespace slipway {
namespace {

namespace fs = std::filesystem;

// What the names at a place say it is; empty: nothing.
std::string formOf(const fs::path& place) {
    std::error_code error;
    if (!fs::is_directory(place, error)) {
        constexpr std::array kTables{".csv", ".parquet", ".arrow", ".feather", ".ipc"};
        const auto ending = place.extension();
        if (ending == ".npy") return "npy";
        if (isPictureName(place)) return "images";
        return std::ranges::find(kTables, ending) != kTables.end() ? "table" : "text";
    }
    for (const char* const name : {"train-images-idx3-ubyte", "train-images-idx3-ubyte.gz"})
        if (fs::exists(place / name, error)) return "idx";
    for (fs::recursive_directory_iterator entry(place, error), end; !error && entry != end;
         entry.increment(error)) {
        const auto ending = entry->path().extension();
        if (ending == ".npy" && entry.depth() == 0) return "npy";
        if (isPictureName(entry->path())) return "images";
        if (ending == ".txt") return "text";
    }
    return {};
}

// Calls with each index from as many threads as there are cores.
void onAllCores(std::size_t count, const std::function<void(std::size_t)>& use) {
    std::atomic<std::size_t> next = 0;
    std::vector<std::jthread> threads;
    const std::size_t cores = std::max(1U, std::thread::hardware_concurrency());
    for (std::size_t i = 0; i < std::min(cores, count); ++i)
        threads.emplace_back([&] {
            for (std::size_t index = next++; index < count; index = next++) use(index);
        });
}

Result<DataDescription> describeAt(const fs::path& place, std::string form, const DataRequest& request) {
    if (form.empty()) form = formOf(place);
    if (form == "idx") return describeIdx(place, request);
    if (form == "images") return describePictures(place, request);
    if (form == "npy") return describeNpy(place, request);
    if (form == "text") return describeText(place, request);
    if (form.empty())
        return Error{ErrorCode::InvalidArgument,
                     place.string() + " holds nothing that Slipway reads",
                     {},
                     "It reads tables (CSV, Parquet, Arrow), pictures (PNG, JPEG), idx, .npy and .txt files"};
#ifdef SLIPWAY_HAS_TABLES
    return describeTable(place, request);
#else
    return Error{ErrorCode::Unavailable, "this runner was built without Arrow, which reads tables", {}, {}};
#endif
}

}  // namespace

bool isDataTask(std::string_view word) { return word == "describe"; }

int runDataTask(int argc, char** argv, const std::atomic<bool>& stop) {
    CLI::App app("Looks at data", "slipway-runner");
    app.require_subcommand(1);
    CLI::App* const describe = app.add_subcommand("describe", "What data hold");
    fs::path place;
    std::string form;
    TaskReport report;
    DataRequest request{
        .progress = [&](std::int64_t done, std::int64_t total) { report.progress(done, total); },
        .stop = &stop,
        .forEach = onAllCores};
    describe->add_option("--data", place, "A file or folder")->required();
    describe->add_option("--form", form, "What it is")
        ->check(CLI::IsMember({"idx", "images", "npy", "table", "text"}));
    describe->add_option("--target", request.target, "A table's column of classes");
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& problem) {
        return app.exit(problem) == 0 ? 0 : exitStatus(ErrorCode::InvalidArgument);
    }
    const auto data = describeAt(place, form, request);
    if (!data) return report.fail(data.error());
    const std::string text =
        descriptionJson(*data).dump(2, ' ', false, nlohmann::json::error_handler_t::replace);
    std::fwrite(text.data(), 1, text.size(), stdout);
    std::fputc('\n', stdout);
    return report.end({});
}

}  // namespace slipway
