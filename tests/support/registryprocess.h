// SPDX-License-Identifier: Apache-2.0
// A real registry (docker-registry) on a loopback port with its own storage, for one test. Ended with its owner, by its process id.
#pragma once

#include "childprocess.h"

#include <QTemporaryDir>

#include <string>

class RegistryProcess {
public:
    enum class Login { None, Basic };  // Basic: user "user", password "geheim"

    explicit RegistryProcess(Login login = Login::None);
    RegistryProcess(const RegistryProcess&) = delete;
    RegistryProcess& operator=(const RegistryProcess&) = delete;

    // "docker-registry" is installed; where it is not, a test says so and skips, but fails in CI.
    static bool isInstalled() { return ChildProcess::isInstalled("docker-registry"); }

    // Listens, again on the same port after stop(). False: it ended; `log()` says why.
    bool start();
    void stop() { m_process.stop(); }
    // "127.0.0.1:PORT"
    std::string address() const;
    std::string log() const { return m_process.output(); }

private:
    Login m_login;
    QTemporaryDir m_folder;
    ChildProcess m_process;
    int m_port = 0;
};
