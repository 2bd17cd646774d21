// SPDX-License-Identifier: Apache-2.0
// A runs folder of its own for each test, and events to write into it. Header only; one thread.
#pragma once

#include "backends/runs/runstore.h"

#include <QTemporaryDir>

#include <fstream>
#include <sstream>

namespace slipway {

class RunFixture {
public:
    std::filesystem::path home() const { return m_folder.path().toStdString(); }
    RunStore store() const { return *RunStore::open(home()); }
    RunFolder makeRun(const std::string& name = "fashion-mlp") const {
        JobSpec job;
        job.name = name;
        job.work = ProgramSpec{{"true"}};
        return *store().create(job, home(), TargetId("here"));
    }

    static Event event(std::uint64_t seq, EventBody body, int rank = 0, int attempt = 1,
                       double seconds = -1) {
        const auto base = *parseTimestamp("2026-09-01T10:00:00Z");
        const auto offset = std::chrono::microseconds(
            static_cast<std::int64_t>((seconds < 0 ? static_cast<double>(seq) : seconds) * 1e6));
        return {RunId("fashion-mlp-1-aaaaa"), attempt, rank, seq, base + offset, std::move(body)};
    }
    static std::string text(const std::filesystem::path& file) {
        std::ifstream stream(file, std::ios::binary);
        std::ostringstream content;
        content << stream.rdbuf();
        return content.str();
    }
    static void append(const std::filesystem::path& file, std::string_view content) {
        std::ofstream(file, std::ios::binary | std::ios::app) << content;
    }
    static void overwrite(const std::filesystem::path& file, std::string_view content) {
        std::ofstream(file, std::ios::binary | std::ios::trunc) << content;
    }

private:
    QTemporaryDir m_folder;
};

}  // namespace slipway
