// SPDX-License-Identifier: Apache-2.0
// <run>/curves: every point of every metric, as CurvePyramid keeps it, appended as the events tell it, and state.json, which says
// how far the events are in there and how many points of each curve hold: what a crash left behind them is written over. All of it
// can be made anew from the events, which happens when it is damaged. Any thread, any process: a lock file orders those who bring
// it up to date.
#pragma once

#include "backends/platform/folders.h"
#include "backends/runs/curvepyramid.h"
#include "backends/runs/eventfile.h"

#include <map>
#include <memory>

namespace slipway {

class CurveStore {
public:
    // The curves of the lowest rank that wrote events, with all that it told until now. Where the run's folder cannot be written,
    // a temporary one has them for as long as this lives. Io, PermissionDenied.
    static Result<CurveStore> open(const RunFolder& folder);

    // By metric; each has a point. What another process makes of the files meanwhile can turn reading into Corrupt: open it again.
    const std::map<std::string, CurvePyramid>& curves() const { return m_curves; }
    // When the seconds of the points begin: the run's first event.
    const std::optional<Timestamp>& begin() const { return m_begin; }

private:
    explicit CurveStore(std::filesystem::path folder) : m_folder(std::move(folder)) {}
    static Result<CurveStore> openIn(const std::filesystem::path& folder,
                                     const std::filesystem::path& eventsFile);
    Result<void> load(const std::string& eventsFile);
    Result<void> forget();
    Result<void> follow(const std::filesystem::path& eventsFile);
    Result<void> take(const Event& event);
    Result<void> save(const std::string& eventsFile);

    std::filesystem::path m_folder;
    std::shared_ptr<TemporaryFolder> m_temporary;  // that m_folder lies in
    EventFilePosition m_position;                  // of the events
    std::optional<Timestamp> m_begin;
    std::map<std::string, CurvePyramid> m_curves;
    std::map<std::string, int> m_attempts;  // the latest that told each curve
};

}  // namespace slipway
