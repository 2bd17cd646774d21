// SPDX-License-Identifier: Apache-2.0
// A home with a job's folder in it, a python3 in PATH and environments as they are asked for; none of the programs runs.
#pragma once

#include "backends/core/jobspec.h"
#include "backends/platform/pythonenvironment.h"

#include <QTemporaryDir>

#include <filesystem>
#include <fstream>
#include <string>

namespace slipway::test {

namespace fs = std::filesystem;

class PythonJobFolder {
public:
    fs::path root() const { return fs::canonical(m_folder.path().toStdString()); }
    fs::path job() const { return root() / "work" / "job"; }
    static JobSpec jobOf(const std::string& interpreter, const std::string& command) {
        JobSpec job;
        ProgramSpec program;
        program.interpreter = interpreter;
        program.command = {command};
        job.work = program;
        return job;
    }
    void makeVenv(const std::string& name) const {
        fs::create_directories(job() / name / "bin");
        std::ofstream(job() / name / "pyvenv.cfg") << "version = 3.12.1\n";
        std::ofstream(job() / name / "bin" / "python") << "";
    }
    EnvironmentVariables variables() const {
        return {{"PATH", (root() / "bin").string()}, {"HOME", root().string()}};
    }

    void clear() const {
        for (const auto& entry : fs::directory_iterator(root())) fs::remove_all(entry);
        fs::create_directories(job());
        fs::create_directories(root() / "bin");
        std::ofstream(root() / "bin" / "python3") << "";
        fs::permissions(root() / "bin" / "python3", fs::perms::owner_all);
    }

private:
    QTemporaryDir m_folder;
};

}  // namespace slipway::test
