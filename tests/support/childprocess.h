// SPDX-License-Identifier: Apache-2.0
// A program that a test starts and ends by its process id. Not QProcess, whose way of forking makes the thread sanitizer lose
// track of the locks of threads that run already.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <string>
#include <vector>

class ChildProcess {
public:
    ChildProcess() = default;
    ChildProcess(const ChildProcess&) = delete;
    ChildProcess& operator=(const ChildProcess&) = delete;
    ~ChildProcess();

    // Whether PATH has it.
    static bool isInstalled(const std::string& program);

    // False: it could not be started.
    bool start(const std::vector<std::string>& command);
    // SIGTERM, then SIGKILL after 3 seconds. The output stays until the next start.
    void stop();
    // True once it ended.
    bool waitForEnd(std::chrono::milliseconds timeout);
    bool isRunning() { return m_pid > 0 && !waitForEnd(std::chrono::milliseconds(0)); }
    // -1: ended by a signal, or not ended.
    int exitCode() const { return m_exitCode; }
    // Both of its outputs so far.
    std::string output() const;

private:
    pid_t m_pid = 0;
    int m_output = -1;
    int m_exitCode = -1;
};

// Runs it to its end; exit code 0 is fine.
struct ChildOutput {
    bool isFine = false;
    std::string text;
};
ChildOutput runChild(const std::vector<std::string>& command,
                     std::chrono::milliseconds timeout = std::chrono::minutes(1));
