// SPDX-License-Identifier: Apache-2.0
#include "backends/runs/runtail.h"

#include "backends/events/eventcodec.h"

#include <algorithm>
#include <fstream>

namespace slipway {
namespace {

constexpr std::streamoff kTailBytes = 96 * 1024;

}  // namespace

std::vector<Event> runTail(const RunFolder& folder, int rank) {
    std::vector<Event> events;
    std::ifstream file(folder.eventsFile(rank), std::ios::binary | std::ios::ate);
    if (!file) return events;
    const std::streamoff size = file.tellg();
    file.seekg(std::max<std::streamoff>(0, size - kTailBytes));
    std::string line;
    if (size > kTailBytes) std::getline(file, line);  // most likely a part
    while (std::getline(file, line)) {
        auto event = decodeEvent(line);
        if (event && *event) events.push_back(std::move(**event));
    }
    return events;
}

void summarizeTail(std::span<const Event> tail, RunSummary& summary) {
    for (const Event& event : tail) {
        if (const auto* progress = std::get_if<ProgressEvent>(&event.body)) {
            summary.step = progress->step;
            if (progress->steps > 0) summary.steps = progress->steps;
            if (progress->samplesPerSecond > 0) summary.samplesPerSecond = progress->samplesPerSecond;
        } else if (const auto* metric = std::get_if<MetricEvent>(&event.body)) {
            for (const auto& [name, value] : metric->values) {
                if (name == "loss") summary.loss = value;
                const bool isTest = name.starts_with("test/");
                if (isTest && (summary.metric.empty() || name != "test/loss")) {
                    summary.metric = name.substr(5);
                    summary.metricValue = value;
                }
            }
        }
    }
}

}  // namespace slipway
