// SPDX-License-Identifier: Apache-2.0
// Which Python runs a program of a folder: the environment that venv, uv, Poetry or conda made for it, else the system's. Files and
// variables tell it, nothing is started. Any thread.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace slipway {

struct PythonEnvironment {
    enum class Kind : std::uint8_t { Venv, Uv, Poetry, Conda, System };
    Kind kind = Kind::System;
    std::filesystem::path python;  // what is started
    std::filesystem::path folder;  // of the environment; empty: System
    std::string version;           // "3.11.7", "3.11"; empty: no file tells it
    bool operator==(const PythonEnvironment&) const = default;
};

using EnvironmentVariables = std::map<std::string, std::string>;

// "venv", "uv", "poetry", "conda", "system"
std::string_view kindName(PythonEnvironment::Kind kind);

// `folder` and those above it that may belong to the same project, nearest first: up to the one with .git, never as far as home.
std::vector<std::filesystem::path> projectFolders(const std::filesystem::path& folder,
                                                  const EnvironmentVariables& environment);

// The first of: the environment in UV_PROJECT_ENVIRONMENT, .venv, venv or .conda of projectFolders(), VIRTUAL_ENV, CONDA_PREFIX, the one
// that Poetry keeps elsewhere for the project, python3 and python in PATH. One in a project's folder counts where the folder's owner,
// this user or root owns it. An environment may be broken: its `python` is not there then.
std::optional<PythonEnvironment> findPython(const std::filesystem::path& folder,
                                            const EnvironmentVariables& environment);

// The one that `interpreter` belongs to: a name in PATH, or a path from `folder`. None for what is no Python, and for what is not there.
std::optional<PythonEnvironment> pythonOf(const std::string& interpreter, const std::filesystem::path& folder,
                                          const EnvironmentVariables& environment);

// The variables that activating it sets.
void activate(const PythonEnvironment& python, EnvironmentVariables& environment);

}  // namespace slipway
