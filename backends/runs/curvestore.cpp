// SPDX-License-Identifier: Apache-2.0
#include "backends/runs/curvestore.h"

#include "backends/platform/filelock.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <bit>

namespace slipway {
namespace {

using Json = nlohmann::json;

constexpr int kVersion = 4;
constexpr std::size_t kMaxStateBytes = std::size_t{32} << 20;
constexpr std::chrono::seconds kLockPatience{20};

Error damaged(const std::string& what) { return {ErrorCode::Corrupt, what, "", ""}; }

// Bits, since JSON has no number for what is none.
Json pointJson(const CurvePoint& point) {
    return {point.step, std::bit_cast<std::uint64_t>(point.seconds),
            std::bit_cast<std::uint64_t>(point.value)};
}
CurvePoint pointOf(const Json& json) {
    return {json.at(0).get<std::int64_t>(), std::bit_cast<double>(json.at(1).get<std::uint64_t>()),
            std::bit_cast<double>(json.at(2).get<std::uint64_t>())};
}

}  // namespace

Result<CurveStore> CurveStore::open(const RunFolder& folder) {
    const auto files = eventFiles(folder.path());
    if (files.empty()) return CurveStore({});
    const std::filesystem::path kept = folder.path() / "curves";
    if (makeFolders(kept)) {
        if (const auto lock = FileLock::acquire(kept / "curves.lock", kLockPatience)) {
            auto store = openIn(kept, files.front().second);
            if (store) return store;
        }
    }
    SLIPWAY_TRY(TemporaryFolder temporary, TemporaryFolder::create());
    SLIPWAY_TRY(CurveStore store, openIn(temporary.path(), files.front().second));
    store.m_temporary = std::make_shared<TemporaryFolder>(std::move(temporary));
    return store;
}

Result<CurveStore> CurveStore::openIn(const std::filesystem::path& folder,
                                      const std::filesystem::path& eventsFile) {
    CurveStore store(folder);
    std::error_code failure;
    const auto size = std::filesystem::file_size(eventsFile, failure);
    const auto loaded = store.load(eventsFile.filename().string());
    if (!loaded || (!failure && size < store.m_position.offset)) {
        store = CurveStore(folder);
        SLIPWAY_CHECK(store.forget());
    }
    const std::uint64_t before = store.m_position.offset;
    SLIPWAY_CHECK(store.follow(eventsFile));
    if (store.m_position.offset != before) SLIPWAY_CHECK(store.save(eventsFile.filename().string()));
    return store;
}

Result<void> CurveStore::load(const std::string& eventsFile) {
    SLIPWAY_TRY(const std::string text, readFile(m_folder / "state.json", kMaxStateBytes));
    try {
        const Json json = Json::parse(text);
        if (json.at("version") != kVersion || json.at("file") != eventsFile)
            return damaged("it is of another version, or of other events");
        m_position.offset = json.at("offset").get<std::uint64_t>();
        if (json.contains("first"))
            m_begin = Timestamp{std::chrono::microseconds{json.at("first").get<std::int64_t>()}};
        for (const auto& [name, entry] : json.at("curves").items()) {
            const auto points = entry.at("points").get<std::size_t>();
            if (points == 0) return damaged("a curve without points");
            SLIPWAY_TRY(CurvePyramid curve,
                        CurvePyramid::load(m_folder, name, points, pointOf(entry.at("last"))));
            m_curves.emplace(name, std::move(curve));
            m_attempts[name] = entry.at("attempt").get<int>();
        }
        return {};
    } catch (const Json::exception&) {
        return damaged("state.json is damaged");
    }
}

Result<void> CurveStore::forget() {
    std::error_code failure;
    std::vector<std::filesystem::path> left{m_folder / "state.json"};
    for (std::filesystem::directory_iterator at(m_folder, failure), end; !failure && at != end;
         at.increment(failure))
        if (at->path().extension() == ".curve") left.push_back(at->path());
    for (const auto& file : left) {
        std::filesystem::remove(file, failure);
        if (failure) return errnoError("cannot remove " + file.string(), failure.value());
    }
    return {};
}

Result<void> CurveStore::follow(const std::filesystem::path& eventsFile) {
    Result<void> taken;
    const auto sink = [&](const Event& event, const EventFilePosition&) {
        const bool isFirst = !m_begin;
        taken = take(event);
        return taken.hasValue() && !isFirst;
    };
    // The first event of all tells when the run began; behind it metrics are all that counts.
    if (!m_begin) SLIPWAY_CHECK(readEventFile(eventsFile, m_position, sink));
    if (taken) SLIPWAY_CHECK(readEventFile(eventsFile, m_position, sink, R"("kind":"metric")"));
    return taken;
}

Result<void> CurveStore::take(const Event& event) {
    if (!m_begin) m_begin = event.time;
    const auto* metric = std::get_if<MetricEvent>(&event.body);
    if (!metric) return {};
    const double seconds = std::chrono::duration<double>(event.time - *m_begin).count();
    for (const auto& [name, value] : metric->values) {
        CurvePyramid& curve = m_curves.try_emplace(name, m_folder, name).first->second;
        int& attempt = m_attempts[name];
        const bool isLater = event.attempt > attempt;
        attempt = std::max(attempt, event.attempt);
        // An attempt that goes on from a checkpoint replaces its first step and all after it. Within one, what is told late, as by a
        // program that writes for TensorBoard what it printed before, is left out. The state goes first: it names points that are
        // about to be others.
        if (curve.last() && curve.last()->step >= metric->step) {
            if (!isLater && curve.last()->step > metric->step) continue;
            std::error_code failure;
            std::filesystem::remove(m_folder / "state.json", failure);
            if (failure)
                return errnoError("cannot remove the state of " + m_folder.string(), failure.value());
            SLIPWAY_CHECK(curve.dropFrom(metric->step));
        }
        SLIPWAY_CHECK(curve.append({metric->step, seconds, value}));
    }
    return {};
}

Result<void> CurveStore::save(const std::string& eventsFile) {
    Json json{{"version", kVersion},
              {"file", eventsFile},
              {"offset", m_position.offset},
              {"curves", Json::object()}};
    if (m_begin) json["first"] = m_begin->time_since_epoch().count();
    for (auto& [name, curve] : m_curves) {
        SLIPWAY_CHECK(curve.save());
        json["curves"][name] = {
            {"points", curve.size()}, {"last", pointJson(*curve.last())}, {"attempt", m_attempts[name]}};
    }
    return writeFileAtomically(m_folder / "state.json", json.dump());
}

}  // namespace slipway
