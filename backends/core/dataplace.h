// SPDX-License-Identifier: Apache-2.0
// Where the data lie that a job trains with, and what it says of them. Pure functions; any thread.
#pragma once

#include "backends/core/jobspec.h"
#include "backends/core/result.h"

#include <filesystem>
#include <string>
#include <vector>

namespace slipway {

struct DataPlace {
    std::string input;  // of a job, by its name; empty: none
    std::filesystem::path place;
    std::string form;    // "idx", "images", "npy", "table", "text"; empty: what it looks like
    std::string target;  // a table's column of classes; empty: none
    bool operator==(const DataPlace&) const = default;
};

// The input that the job trains with, or all of a program's; of a name: that one. Nothing is looked for.
// NotFound where the job has none, InvalidArgument for one that is not on this machine.
Result<std::vector<DataPlace>> dataPlaces(const JobSpec& job, const std::filesystem::path& folder,
                                          const std::string& input = {});

}  // namespace slipway
