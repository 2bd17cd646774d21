// SPDX-License-Identifier: Apache-2.0
#include "childprocess.h"

#include <poll.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <sstream>

void ChildProcess::stop() {
    if (!isRunning()) return;
    ::kill(m_pid, SIGTERM);
    if (waitForEnd(std::chrono::seconds(3))) return;
    ::kill(m_pid, SIGKILL);
    waitForEnd(std::chrono::minutes(1));
}

ChildProcess::~ChildProcess() {
    stop();
    if (m_output >= 0) ::close(m_output);
}

bool ChildProcess::isInstalled(const std::string& program) {
    const char* path = std::getenv("PATH");
    std::istringstream folders(path == nullptr ? "" : path);
    for (std::string folder; std::getline(folders, folder, ':');) {
        if (::access(folder.append("/").append(program).c_str(), X_OK) == 0) return true;
    }
    return false;
}

bool ChildProcess::start(const std::vector<std::string>& command) {
    if (m_output >= 0) ::close(m_output);
    m_output = static_cast<int>(::memfd_create("output", MFD_CLOEXEC));
    std::vector<char*> arguments;
    arguments.reserve(command.size() + 1);
    for (const std::string& word : command) arguments.push_back(const_cast<char*>(word.c_str()));
    arguments.push_back(nullptr);
    posix_spawn_file_actions_t actions;
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", 0, 0);
    ::posix_spawn_file_actions_adddup2(&actions, m_output, 1);
    ::posix_spawn_file_actions_adddup2(&actions, m_output, 2);
    const int code = ::posix_spawnp(&m_pid, arguments[0], &actions, nullptr, arguments.data(), environ);
    ::posix_spawn_file_actions_destroy(&actions);
    if (code != 0) m_pid = 0;
    return code == 0;
}

bool ChildProcess::waitForEnd(std::chrono::milliseconds timeout) {
    if (m_pid <= 0) return true;
    const int handle = static_cast<int>(::syscall(SYS_pidfd_open, m_pid, 0));
    pollfd waiting{handle, POLLIN, 0};
    const int ready = ::poll(&waiting, 1, static_cast<int>(timeout.count()));
    ::close(handle);
    if (ready <= 0) return false;
    int status = 0;
    ::waitpid(m_pid, &status, 0);
    m_exitCode = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    m_pid = 0;
    return true;
}

std::string ChildProcess::output() const {
    std::string text;
    char block[4096];
    for (ssize_t got = 0;
         (got = ::pread(m_output, block, sizeof block, static_cast<off_t>(text.size()))) > 0;) {
        text.append(block, static_cast<std::size_t>(got));
    }
    return text;
}

ChildOutput runChild(const std::vector<std::string>& command, std::chrono::milliseconds timeout) {
    ChildProcess child;
    if (!child.start(command)) return {false, command.at(0) + " could not be started"};
    if (!child.waitForEnd(timeout)) return {false, command.at(0) + " did not end: " + child.output()};
    return {child.exitCode() == 0, child.output()};
}
