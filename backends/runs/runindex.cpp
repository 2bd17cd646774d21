// SPDX-License-Identifier: Apache-2.0
#include "backends/runs/runindex.h"

#include "backends/platform/files.h"
#include "backends/platform/networkfolder.h"
#include "backends/runs/rundetailsreader.h"
#include "backends/runs/runjson.h"
#include "backends/runs/runstore.h"

#include <sqlite3.h>
#include <sys/stat.h>

#include <algorithm>
#include <charconv>
#include <map>
#include <memory>
#include <string>

namespace slipway {
namespace {

namespace fs = std::filesystem;

constexpr int kBusyMilliseconds = 5000;

struct Found {
    std::string stamp;  // empty: no run.json
    fs::path folder;
};
using FoundRuns = std::map<std::int64_t, Found, std::greater<>>;

// Numbered folders; an empty one was taken a moment ago, or by a process that ended before it filled it.
Result<FoundRuns> findRuns(const fs::path& home) {
    FoundRuns runs;
    std::error_code failure;
    fs::directory_iterator at(home / "runs", failure);
    if (failure == std::errc::no_such_file_or_directory) return runs;
    for (const fs::directory_iterator end; !failure && at != end; at.increment(failure)) {
        const std::string name = at->path().filename().string();
        std::int64_t number = 0;
        const auto parsed = std::from_chars(name.data(), name.data() + name.size(), number);
        if (parsed.ec != std::errc{} || parsed.ptr != name.data() + name.size() || number < 1) continue;
        struct stat info {};
        std::string stamp;
        if (::stat((at->path() / "run.json").c_str(), &info) == 0) {
            stamp = std::to_string(info.st_mtim.tv_sec) + "." + std::to_string(info.st_mtim.tv_nsec) + ":" +
                    std::to_string(info.st_size) + ":" + std::to_string(info.st_ino);
        } else {
            std::error_code ignored;
            if (fs::is_empty(at->path(), ignored)) continue;
        }
        runs.emplace(number, Found{stamp, at->path()});
    }
    if (failure) return errnoError("cannot read " + (home / "runs").string(), failure.value());
    return runs;
}

RunRecord readRun(std::int64_t number, const fs::path& folder) {
    auto record = RunFolder(folder).record();
    if (record && record->number == number) return *std::move(record);
    RunRecord lost;
    lost.number = number;
    lost.id = RunId("damaged-" + std::to_string(number));
    lost.job = "damaged";
    lost.target = TargetId("here");
    lost.status = {RunState::Lost, record ? "run.json tells another number" : describe(record.error())};
    return lost;
}

// A small RAII layer: every call returns SQLite's code, SQLITE_OK included, and nothing throws.
class Database {
public:
    static int open(const fs::path& file, std::unique_ptr<Database>& database) {
        sqlite3* handle = nullptr;
        const int code =
            sqlite3_open_v2(file.c_str(), &handle,
                            SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_FULLMUTEX, nullptr);
        database.reset(new Database(handle));
        if (code != SQLITE_OK) return code;
        sqlite3_busy_timeout(handle, kBusyMilliseconds);
        // The write-ahead log is found through memory that only the processes of one machine share (sqlite.org/wal.html).
        sqlite3_exec(handle,
                     isOnNetwork(file.parent_path()) ? "PRAGMA journal_mode=DELETE"
                                                     : "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL",
                     nullptr, nullptr, nullptr);
        return SQLITE_OK;
    }
    Database(const Database&) = delete;
    Database& operator=(const Database&) = delete;
    ~Database() { sqlite3_close(m_handle); }

    int run(const std::string& sql) { return sqlite3_exec(m_handle, sql.c_str(), nullptr, nullptr, nullptr); }

    // Binds texts and hands each row to `row`.
    template <typename Row>
    int query(const char* sql, const std::vector<std::string>& texts, const Row& row) {
        sqlite3_stmt* raw = nullptr;
        int code = sqlite3_prepare_v2(m_handle, sql, -1, &raw, nullptr);
        const std::unique_ptr<sqlite3_stmt, int (*)(sqlite3_stmt*)> statement(raw, sqlite3_finalize);
        for (std::size_t i = 0; code == SQLITE_OK && i < texts.size(); ++i) {
            code = sqlite3_bind_text(raw, static_cast<int>(i) + 1, texts[i].data(),
                                     static_cast<int>(texts[i].size()), SQLITE_STATIC);
        }
        if (code != SQLITE_OK) return code;
        while ((code = sqlite3_step(raw)) == SQLITE_ROW) row(raw);
        return code == SQLITE_DONE ? SQLITE_OK : code;
    }
    int change(const char* sql, const std::vector<std::string>& texts) {
        return query(sql, texts, [](sqlite3_stmt*) {});
    }

private:
    explicit Database(sqlite3* handle) : m_handle(handle) {}
    sqlite3* m_handle;
};

std::string text(sqlite3_stmt* row, int column) {
    const unsigned char* value = sqlite3_column_text(row, column);
    return value ? reinterpret_cast<const char*>(value) : "";
}

int migrate(Database& database) {
    const auto scripts = indexMigrations();
    std::int64_t version = 0;
    int code = database.query("PRAGMA user_version", {},
                              [&](sqlite3_stmt* row) { version = sqlite3_column_int64(row, 0); });
    if (code != SQLITE_OK) return code;
    // An index of a newer Slipway is left to it: both would otherwise delete each other's.
    if (version > static_cast<std::int64_t>(scripts.size())) return SQLITE_READONLY;
    for (auto next = static_cast<std::size_t>(version); next < scripts.size(); ++next) {
        code = database.run(std::string(scripts[next]) + ";PRAGMA user_version=" + std::to_string(next + 1));
        if (code != SQLITE_OK) return code;
    }
    return SQLITE_OK;
}

int updateRows(Database& database, const FoundRuns& found,
               std::map<std::int64_t, RunRecord, std::greater<>>& records) {
    std::map<std::int64_t, std::string> gone;
    int code = database.query("SELECT number, stamp, record FROM runs", {}, [&](sqlite3_stmt* row) {
        const std::int64_t number = sqlite3_column_int64(row, 0);
        const auto run = found.find(number);
        if (run == found.end()) {
            gone.emplace(number, "");
        } else if (run->second.stamp == text(row, 1)) {
            if (auto record = decodeRun(text(row, 2))) records.emplace(number, *std::move(record));
        }
    });
    for (const auto& [number, run] : found) {
        if (code != SQLITE_OK) return code;
        if (records.contains(number)) continue;
        const RunRecord record = readRun(number, run.folder);
        records.emplace(number, record);
        if (record.job == "damaged") continue;
        code = database.change(
            "INSERT OR REPLACE INTO runs (number, id, job, stamp, record) VALUES (?, ?, ?, ?, ?)",
            {std::to_string(number), record.id.str(), record.job, run.stamp, encodeRun(record)});
    }
    for (const auto& [number, unused] : gone) {
        if (code != SQLITE_OK) return code;
        for (const char* sql : {"DELETE FROM runs WHERE number = ?", "DELETE FROM details WHERE number = ?"})
            if (code == SQLITE_OK) code = database.change(sql, {std::to_string(number)});
    }
    return code;
}

int openIndex(const fs::path& home, std::unique_ptr<Database>& database) {
    int code = Database::open(home / "index.sqlite", database);
    if (code == SQLITE_OK) code = database->run("BEGIN IMMEDIATE");
    return code == SQLITE_OK ? migrate(*database) : code;
}

int readThroughIndex(const fs::path& home, const FoundRuns& found,
                     std::map<std::int64_t, RunRecord, std::greater<>>& records) {
    std::unique_ptr<Database> database;
    int code = openIndex(home, database);
    if (code == SQLITE_OK) code = updateRows(*database, found, records);
    if (code == SQLITE_OK) code = database->run("COMMIT");
    return code;
}

bool isDamage(int code) {
    return code == SQLITE_CORRUPT || code == SQLITE_NOTADB || code == SQLITE_ERROR || code == SQLITE_FORMAT ||
           code == SQLITE_MISMATCH;
}

RunFolder folderAt(const fs::path& home, std::int64_t number) {
    return RunFolder(home / "runs" / std::to_string(number));
}

// Done without when it cannot be written.
void keepDetails(const fs::path& home,
                 const std::map<std::int64_t, std::pair<std::string, RunDetails>>& read) {
    std::unique_ptr<Database> database;
    int code = openIndex(home, database);
    for (const auto& [number, entry] : read) {
        if (code != SQLITE_OK) return;
        code = database->change("INSERT OR REPLACE INTO details (number, stamp, details) VALUES (?, ?, ?)",
                                {std::to_string(number), entry.first, encodeDetails(entry.second)});
    }
    if (code == SQLITE_OK) database->run("COMMIT");
}

}  // namespace

std::map<std::int64_t, RunDetails> knownDetails(const fs::path& home, std::span<const std::int64_t> runs) {
    std::map<std::int64_t, RunDetails> known;
    std::unique_ptr<Database> database;
    if (openIndex(home, database) != SQLITE_OK) return known;
    for (const std::int64_t number : runs)
        database->query("SELECT stamp, details FROM details WHERE number = ?", {std::to_string(number)},
                        [&](sqlite3_stmt* row) {
                            if (text(row, 0) != runDetailsStamp(folderAt(home, number))) return;
                            if (auto details = decodeDetails(text(row, 1)))
                                known.emplace(number, *std::move(details));
                        });
    database->run("COMMIT");
    return known;
}

std::map<std::int64_t, RunDetails> allDetails(const fs::path& home, std::span<const std::int64_t> runs,
                                              const std::stop_token& stop) {
    std::map<std::int64_t, RunDetails> all = knownDetails(home, runs);
    std::map<std::int64_t, std::pair<std::string, RunDetails>> read;
    for (const std::int64_t number : runs) {
        if (stop.stop_requested()) break;
        if (all.contains(number)) continue;
        const RunFolder folder = folderAt(home, number);
        const std::string stamp =
            runDetailsStamp(folder);  // first: what is told meanwhile is read the next time
        const RunDetails details = readRunDetails(folder);
        read.emplace(number, std::pair(stamp, details));
        all.emplace(number, details);
    }
    if (!read.empty()) keepDetails(home, read);
    return all;
}

Result<std::vector<RunRecord>> listRuns(const fs::path& home) {
    SLIPWAY_TRY(const FoundRuns found, findRuns(home));
    const fs::path file = home / "index.sqlite";
    std::map<std::int64_t, RunRecord, std::greater<>> records;
    int code = readThroughIndex(home, found, records);
    if (isDamage(code)) {
        std::error_code ignored;
        for (const char* suffix : {"", "-wal", "-shm", "-journal"})
            fs::remove(file.string() + suffix, ignored);
        records.clear();
        code = readThroughIndex(home, found, records);
    }
    // Without an index (a read-only home, a full disk) the folders alone tell everything.
    if (code != SQLITE_OK) {
        records.clear();
        for (const auto& [number, run] : found) records.emplace(number, readRun(number, run.folder));
    }
    std::vector<RunRecord> list;
    list.reserve(records.size());
    for (auto& [number, record] : records) list.push_back(std::move(record));
    return list;
}

}  // namespace slipway
