// SPDX-License-Identifier: Apache-2.0
// Follows a run on a terminal: its state, its log lines, its curves as numbers. One thread.
#pragma once

#include "app/cli/session.h"
#include "backends/core/event.h"
#include "backends/runs/lostevents.h"

namespace slipway::cli {

struct FollowOptions {
    enum class Content { All, NoLogs, OnlyLogs };
    Content content = Content::All;
    bool isCancelling = false;  // Ctrl-C cancels the run instead of only ending the watching
    int rank = -1;              // only this one's events; -1: all
};

// "2026-09-01T10:00:00.000123Z 0 text", or the event's JSON line.
void printLog(const Event& event, const LogEvent& log, bool isJson);
// What is missing before `event`, as a line of the log; with JSON on stderr.
void printLost(const Event& event, const LostEvents& lost, bool isJson);

// Prints until the run is final; returns 0 when it succeeded, 9 when it was cancelled, else 1. With --json: each event as its JSON
// line, and last {"record": the run, "findings": why it failed}, but for OnlyLogs.
Result<int> followRun(Session& session, const RunFolder& folder, const FollowOptions& options);

}  // namespace slipway::cli
