// SPDX-License-Identifier: Apache-2.0
// Real agents over real jobs: a runs folder of its own, job files written as people write them, and the agent as built. Header only.
#pragma once

#include "backends/platform/filelock.h"
#include "backends/platform/process.h"
#include "backends/runs/runstore.h"
#include "backends/spec/specdocument.h"
#include "backends/supervise/rankcommand.h"
#include "testpaths.h"

#include <QTemporaryDir>
#include <QTest>

#include <signal.h>
#include <fstream>

namespace slipway {

class AgentFixture {
public:
    std::filesystem::path home() const { return m_folder.path().toStdString(); }
    std::filesystem::path work() const { return home() / "job"; }

    AgentFixture() { std::filesystem::create_directories(work()); }
    ~AgentFixture() {
        for (const pid_t pid : m_agents) {
            ::kill(pid, SIGKILL);
            static_cast<void>(waitFor(pid));
        }
    }
    AgentFixture(const AgentFixture&) = delete;
    AgentFixture& operator=(const AgentFixture&) = delete;

    // A job that runs `script` by the shell; `more` are further lines of job.yaml.
    JobSpec job(const std::string& script, const std::string& more = "") const {
        std::string quoted;
        for (const char c : script) quoted += c == '\'' ? std::string("''") : std::string(1, c);
        const std::string text =
            "version: 1\nname: probe\nprogram:\n  command: [sh, -c, '" + quoted + "']\n" + more;
        const auto document = SpecDocument::parse(text);
        if (!document || !document->spec()) {
            const std::string why =
                !document ? describe(document.error()) : document->problems().front().message;
            qFatal("%s\n%s", text.c_str(), why.c_str());
        }
        return *document->spec();
    }

    RunFolder makeRun(const JobSpec& spec) const {
        return *RunStore::open(home())->create(spec, work(), TargetId("here"));
    }

    // The agent's process, a child of the test.
    pid_t start(const RunFolder& folder, const std::vector<std::string>& more = {},
                Variables variables = environmentVariables()) {
        SpawnOptions options;
        options.command = {std::string(kBinDir) + "/slipway-agent", "run", "--run-folder",
                           folder.path().string()};
        options.command.insert(options.command.end(), more.begin(), more.end());
        options.environment = environmentEntries(variables);
        const auto pid = spawn(options);
        if (!pid) qFatal("%s", describe(pid.error()).c_str());
        m_agents.push_back(*pid);
        return *pid;
    }
    ExitStatus wait(pid_t agent) {
        std::erase(m_agents, agent);
        return *waitFor(agent);
    }
    int run(const RunFolder& folder, const std::vector<std::string>& more = {},
            Variables variables = environmentVariables()) {
        return wait(start(folder, more, std::move(variables))).exitCode;
    }

    static std::vector<Event> events(const RunFolder& folder) { return *EventReader(folder).next(); }
    template <typename Body>
    static std::vector<Body> bodies(const RunFolder& folder, int rank = -1) {
        std::vector<Body> found;
        for (const Event& event : events(folder)) {
            if (const auto* body = std::get_if<Body>(&event.body); body && (rank < 0 || event.rank == rank))
                found.push_back(*body);
        }
        return found;
    }
    static bool hasLine(const RunFolder& folder, const std::string& part) {
        for (const LogEvent& log : bodies<LogEvent>(folder)) {
            if (log.text.find(part) != std::string::npos) return true;
        }
        return false;
    }
    static SummaryEvent summary(const RunFolder& folder) {
        const auto all = bodies<SummaryEvent>(folder);
        if (all.size() != 1) return {RunState::Draft, std::to_string(all.size()) + " summaries", -1, 0};
        return all.front();
    }
    static RunState state(const RunFolder& folder) { return folder.record()->status.state; }
    static bool isAlive(const RunFolder& folder) { return *FileLock::isHeld(folder.path() / "agent.lock"); }

private:
    QTemporaryDir m_folder;
    std::vector<pid_t> m_agents;
};

}  // namespace slipway
