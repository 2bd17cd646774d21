// SPDX-License-Identifier: Apache-2.0
// What the first steps of a job told of a whole run of it. Times are seconds. Values; any thread.
#pragma once

#include "backends/core/units.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace slipway {

// The likely value, and those of quick and of slow steps.
struct SmokeRange {
    double likely = 0;
    double low = 0;
    double high = 0;
};

struct SmokeReport {
    int steps = 0;                   // that were seen
    double seconds = 0;              // that all of it took
    std::optional<double> first;     // the first step, or all up to it where only its end is told
    std::optional<SmokeRange> step;  // of the others: the median, and the 10th and 90th percentile
    std::optional<double> samplesPerSecond;

    std::optional<Bytes> memory;  // the most that a rank held
    bool isMemorySampled = false;
    std::optional<Bytes> gpuMemory;       // the most on one GPU
    std::optional<Bytes> memoryEstimate;  // of `memory`, from before the first step

    std::optional<double> evaluation;  // one
    std::optional<double> checkpoint;  // one
    Bytes checkpointSize;

    std::int64_t wholeSteps = 0;  // of a whole run; 0: not known
    std::int64_t wholeEvaluations = 0;
    std::int64_t wholeCheckpoints = 0;
    std::optional<SmokeRange> whole;  // a whole run

    enum class Limit : std::uint8_t { Unknown, Compute, Loader, Memory } limit = Limit::Unknown;
    std::optional<double> waiting;     // share of a step that waits for data
    std::optional<double> cores;       // that a rank keeps busy
    bool isCrowded = false;            // other work took cores away meanwhile
    std::string limitWords;            // a sentence
    std::vector<std::string> unknown;  // what is not known, and why: a sentence each

    // What to ask for: "resources.memory", "768Mi".
    struct Setting {
        std::string path;
        std::string value;
        bool isAsNow = false;  // the job asks for just that
    };
    std::vector<Setting> settings;
};

}  // namespace slipway
