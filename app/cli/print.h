// SPDX-License-Identifier: Apache-2.0
// How runs, targets and sizes look on a terminal and in --json output. Pure but for the print functions.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "backends/core/run.h"
#include "backends/core/runfinding.h"
#include "backends/core/target.h"
#include "backends/image/packager.h"

namespace slipway::cli {

nlohmann::json runJson(const RunRecord& record);
// A number, or "nan", "inf" or "-inf", which JSON has no numbers for.
nlohmann::json numberJson(double value);
// {"code", "message", "detail", "hint"}
nlohmann::json errorJson(const Error& error);
nlohmann::json findingsJson(const std::vector<RunFinding>& findings);
nlohmann::json verdictJson(const TargetVerdict& verdict);
nlohmann::json pushJson(const PushResult& push);

// "running", "queued: position 2: 2 more nvidia.com/gpu needed"
std::string statusText(const RunStatus& status);
// "4 min ago"
std::string ageText(Timestamp time);
// How long it has run, or did; none before it began, or while it waits (again) for its turn.
std::optional<std::string> runDuration(const RunRecord& record);
// "2026-09-01 12:00:05 CEST": to the second, where this machine is.
std::string localTime(Timestamp time);
// "●", "✓" …: the state's shape.
std::string stateGlyph(RunState state);

// Text of somebody's data: what would move a terminal's cursor (control characters, also those of ISO 6429) is a dot.
std::string printable(std::string_view text);

// Columns on screen: bytes that do not continue a UTF-8 sequence.
std::size_t displayWidth(const std::string& text);
// Columns as wide as their widest cell; the first row is the header.
void printTable(const std::vector<std::vector<std::string>>& rows);
// Why a run failed: each cause, the lines that tell it, and the next step.
void printFindings(const std::vector<RunFinding>& findings);
void printJson(const nlohmann::json& json);
// One line, for streams of them.
void printJsonLine(const nlohmann::json& json);
// The text as it is, or {"<key>": text}.
void printText(bool isJson, const char* key, const std::string& text);

// One line on stderr that is overwritten on a terminal, and printed once per `what` elsewhere.
ProgressCallback transferPrinter();

}  // namespace slipway::cli
