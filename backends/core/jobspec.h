// SPDX-License-Identifier: Apache-2.0
// A job as every part of Slipway sees it: immutable once read, with all defaults filled in. Read and written by spec/.
// Values; any thread.
#pragma once

#include "backends/core/parameters.h"
#include "backends/core/units.h"

#include <chrono>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace slipway {

inline constexpr int kJobSpecVersion = 1;

// A choice from a table with its settings, defaults filled in: {type: mlp, hidden: [256, 128]}.
struct TypedParameters {
    std::string type;
    ParameterValues values;
    bool operator==(const TypedParameters&) const = default;
};

// `train:`: the built-in trainer does it.
struct TrainSpec {
    TypedParameters network;
    TypedParameters data;
    TypedParameters optimizer;
    ParameterValues loop;  // loopTable()
    bool operator==(const TrainSpec&) const = default;
};

// A value for a notebook's cell of parameters.
struct ProgramParameter {
    std::string name;   // of a variable
    std::string value;  // JSON: 0.1, true, "adam", [256, 128], null
    bool operator==(const ProgramParameter&) const = default;
};

// `program:`: the user's own program does it.
struct ProgramSpec {
    std::vector<std::string> command;  // after the interpreter, where one is named; never empty
    std::string folder = ".";          // working folder, relative to the job file
    std::string interpreter;           // "python3"; empty: command[0] is the program, or isRunByFoundPython()
    std::string image;                 // base image reference; empty: none, so it can only run here
    std::vector<ProgramParameter> parameters{};  // of a notebook (isNotebook()) alone
    bool operator==(const ProgramSpec&) const = default;
};

struct InputSpec {
    std::string name;
    std::string source;  // path (relative to the job file) or URI with a scheme: pvc://
    bool operator==(const InputSpec&) const = default;
};

struct EnvVar {
    std::string name;
    std::string value;  // used when secretName is empty
    std::string secretName;
    std::string secretKey;
    bool operator==(const EnvVar&) const = default;
};

// Per rank.
struct Resources {
    MilliCpu cpu{1000};
    Bytes memory{std::int64_t{2} << 30};
    int gpus = 0;
    std::optional<Bytes> gpuMemory;             // "enough GPU for this": a slice is chosen
    std::string slice;                          // a named slice: "mig-1g.10gb"; excludes gpuMemory
    Bytes sharedMemory{std::int64_t{1} << 30};  // /dev/shm
    bool operator==(const Resources&) const = default;
};

struct CheckpointSpec {
    std::int64_t everySteps = 0;  // 0: not by steps
    std::chrono::seconds every{0};
    int keep = 2;
    std::string
        best;  // what an evaluation tells by which one more is kept, the best: "test/accuracy"; empty: test/loss
    bool operator==(const CheckpointSpec&) const = default;
};

struct JobSpec {
    int version = kJobSpecVersion;
    std::string name;  // a DNS label of at most 40 characters
    std::variant<TrainSpec, ProgramSpec> work;
    std::vector<InputSpec> inputs;
    std::vector<EnvVar> env;
    Resources resources;
    int replicas = 1;  // ranks
    CheckpointSpec checkpoint;
    std::int64_t seed = 0;
    // Extra files or folders of the working folder that belong to the result, and are left out of packages; in a cluster, where each
    // rank has its own, of rank 0's.
    std::vector<std::string> outputs;
    std::chrono::seconds grace{30};  // from SIGTERM to SIGKILL
    bool operator==(const JobSpec&) const = default;

    const TrainSpec* train() const { return std::get_if<TrainSpec>(&work); }
    const ProgramSpec* program() const { return std::get_if<ProgramSpec>(&work); }
};

}  // namespace slipway
