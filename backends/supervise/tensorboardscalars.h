// SPDX-License-Identifier: Apache-2.0
// The scalars that a program writes for TensorBoard while it runs, as metrics: of every event file below some folders that was begun after
// the run was, and not by another run that goes on beside it. Folders of tools (hidden ones, venv, node_modules) are not searched. A tag
// keeps its name in the first folder that has it, and gets the folder's before it in another ("validation/epoch_loss"). In bounded
// memory. Not shared between threads.
#pragma once

#include "backends/core/event.h"
#include "backends/exchange/tensorboardreader.h"

#include <filesystem>
#include <functional>
#include <map>
#include <set>
#include <stop_token>
#include <string>
#include <vector>

namespace slipway {

class TensorboardScalars {
public:
    struct Source {
        std::vector<std::filesystem::path> folders;
        Timestamp begin;
        RunId run;
    };
    static constexpr std::size_t kMaxFiles = 1000;
    static constexpr std::size_t kMaxEntries = 50000;  // that one search of a folder looks at
    static constexpr std::size_t kMaxTags = 1000;

    explicit TensorboardScalars(Source source) : m_source(std::move(source)) {}

    void findFiles(const std::stop_token& stop);
    // What was appended since, scalars of one step together, with the time at which the first of them was written. `problems` is called with what is left out and why, once each.
    void read(const std::function<void(MetricEvent)>& metrics,
              const std::function<void(std::string)>& problems, const std::stop_token& stop = {});

private:
    void findIn(const std::filesystem::path& folder, const std::stop_token& stop);
    bool isOfThisRun(const std::filesystem::path& file) const;
    // Empty: too long, or one of too many.
    std::string metricName(const std::filesystem::path& folder, std::string_view tag);
    void problem(const std::string& text);

    Source m_source;
    std::vector<TensorboardReader> m_readers;
    std::set<std::filesystem::path> m_seen;
    std::map<std::string, std::filesystem::path, std::less<>> m_owners;  // of tags
    std::set<std::string> m_names;
    std::vector<std::string> m_problems;
    std::set<std::string> m_told;
};

}  // namespace slipway
