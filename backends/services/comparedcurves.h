// SPDX-License-Identifier: Apache-2.0
// The opened curves of runs that are compared, and the part of them that a chart shows. One thread.
#pragma once

#include "backends/runs/curvestore.h"
#include "backends/services/comparisonservice.h"

#include <stop_token>

namespace slipway {

// So many points at most are all read for an exact average; beyond, lows and highs stand for the points between them.
inline constexpr std::size_t kMostSmoothedExactly = 2'000'000;

class ComparedCurves {
public:
    // Newest state of these runs' curves. NotFound, Corrupt, Io; Cancelled.
    static Result<ComparedCurves> open(const std::filesystem::path& home, const std::vector<RunId>& runs,
                                       const std::stop_token& stop);

    const std::vector<RunRecord>& records() const { return m_records; }
    const std::vector<RunFolder>& folders() const { return m_folders; }
    std::vector<std::string> metrics() const;

    Result<CurveAnswer> read(const CurveQuestion& question, const std::stop_token& stop);
    Result<void> writeCsv(const std::string& metric, const std::filesystem::path& file,
                          const std::stop_token& stop) const;

private:
    Result<void> writeRows(const std::string& metric, const std::filesystem::path& file,
                           const std::stop_token& stop) const;
    struct Scale {
        CurveAxis axis = CurveAxis::Step;
        double stepsPerEpoch = 0;
        double at(const CurvePoint& point) const;
    };
    Result<StepRange> stepsOf(const CurvePyramid& curve, const Scale& scale,
                              const std::optional<CurveRange>& range) const;
    double stepsPerEpoch(std::size_t run);

    std::vector<RunRecord> m_records;
    std::vector<RunFolder> m_folders;
    std::vector<CurveStore> m_stores;
    std::vector<std::optional<double>> m_stepsPerEpoch;
};

// The debiased exponential moving average as TensorBoard has it; `gap` points stand behind each. What is no number is passed by.
void smooth(std::vector<CurvePoint>& points, double weight, double gap);

}  // namespace slipway
