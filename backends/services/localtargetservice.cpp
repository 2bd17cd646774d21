// SPDX-License-Identifier: Apache-2.0
#include "backends/cluster/machine/machinetarget.h"
#include "backends/cluster/submission.h"
#include "backends/services/localservices.h"
#include "backends/services/worker.h"

#include <QTimer>

#include <algorithm>

namespace slipway {
namespace {

constexpr int kTypingPause = 250;  // ms: a job is judged when its text rests

class LocalTargetService final : public TargetService {
public:
    LocalTargetService(TargetSettings settings, QObject* owner)
        : TargetService(owner),
          m_settings(std::move(settings)),
          m_worker(this, 8) {
        m_pause.setSingleShot(true);
        m_pause.setInterval(kTypingPause);
        connect(&m_pause, &QTimer::timeout, this, &LocalTargetService::askAll);
    }

    void refresh() override {
        const std::uint64_t generation = ++m_listGeneration;
        m_worker.run([this](const std::stop_token&) { return listTargets(m_settings); },
                     [this, generation](Result<std::vector<TargetInfo>> targets) {
                         if (generation == m_listGeneration) takeList(std::move(targets));
                     });
    }

    void judge(const std::optional<JobSpec>& job) override {
        m_job = job;
        ++m_judgeGeneration;
        if (!job)
            for (TargetState& state : m_states) state.verdict.reset();
        m_pause.start();
    }

private:
    void takeList(Result<std::vector<TargetInfo>> targets) {
        m_listError.reset();
        if (!targets) {
            // Whatever is wrong with the list of clusters, this machine is there.
            m_listError = targets.error();
            targets = std::vector<TargetInfo>{machineInfo()};
        }
        TargetStates states;
        for (const TargetInfo& info : *targets) {
            // What was known of a target stays in sight until the new answer is there.
            bool isKnown = false;
            for (const TargetState& old : m_states) {
                if (old.info.context != info.context || old.info.kind != info.kind) continue;
                states.push_back(old);
                isKnown = true;
            }
            if (!isKnown)
                states.push_back(
                    {info,
                     info.kind == "machine" ? TargetState::Reach::Reachable : TargetState::Reach::Asking,
                     {},
                     {}});
        }
        m_states = std::move(states);
        publish();
        readRegistries();
        const std::uint64_t generation = m_listGeneration;
        for (const TargetInfo& info : *targets) {
            if (info.kind == "machine") continue;
            m_worker.run(
                [this, info](std::stop_token stop) {
                    return discoverQueues(m_settings, info, std::move(stop));
                },
                [this, info, generation](Result<std::vector<TargetInfo>> queues) {
                    if (generation == m_listGeneration) takeQueues(info, std::move(queues));
                });
        }
        askAll();
    }

    void readRegistries() {
        const std::uint64_t generation = m_listGeneration;
        using Registries = std::vector<std::pair<std::string, std::optional<std::string>>>;  // by context
        std::vector<TargetInfo> clusters;
        for (const TargetState& state : m_states)
            if (state.info.kind != "machine") clusters.push_back(state.info);
        m_worker.run(
            [this, clusters = std::move(clusters)](const std::stop_token&) {
                Registries read;
                for (const TargetInfo& info : clusters) {
                    auto registry = rememberedRegistry(m_settings, info);
                    read.emplace_back(info.context,
                                      registry ? std::optional(*std::move(registry)) : std::nullopt);
                }
                return read;
            },
            [this, generation](const Registries& read) {
                if (generation != m_listGeneration) return;
                for (const auto& [context, registry] : read)
                    for (TargetState& state : m_states)
                        if (state.info.context == context) state.registry = registry;
                publish();
            });
    }

    void takeQueues(const TargetInfo& target, Result<std::vector<TargetInfo>> queues) {
        const auto isOfTarget = [&](const TargetState& state) {
            return state.info.context == target.context && state.info.kind == target.kind;
        };
        const auto first = std::find_if(m_states.begin(), m_states.end(), isOfTarget);
        const auto place = first - m_states.begin();
        // Of one namespace, as they are.
        const auto registry = first == m_states.end() ? std::nullopt : first->registry;
        TargetStates fresh;
        if (!queues) {
            fresh.push_back({target, TargetState::Reach::Unreachable, queues.error(), {}, registry});
        } else {
            for (const TargetInfo& info : *queues) {
                TargetState state{info, TargetState::Reach::Reachable, {}, {}, registry};
                const auto old = std::find_if(m_states.begin(), m_states.end(),
                                              [&](const TargetState& one) { return one.info.id == info.id; });
                if (old != m_states.end()) state.verdict = old->verdict;
                fresh.push_back(std::move(state));
            }
        }
        std::erase_if(m_states, isOfTarget);
        m_states.insert(
            m_states.begin() + std::min<std::ptrdiff_t>(place, static_cast<std::ptrdiff_t>(m_states.size())),
            fresh.begin(), fresh.end());
        publish();
        for (const TargetState& state : fresh) ask(state);
    }

    void askAll() {
        for (const TargetState& state : TargetStates(m_states)) ask(state);
        publish();
    }

    void ask(const TargetState& state) {
        if (!m_job || state.reach != TargetState::Reach::Reachable) return;
        const std::uint64_t generation = m_judgeGeneration;
        const TargetId id = state.info.id;
        m_worker.run(
            [this, id, job = *m_job](std::stop_token stop) -> Result<TargetVerdict> {
                SLIPWAY_TRY(const Target target, openTarget(m_settings, id));
                return target.submitter->dryRun(job, std::move(stop));
            },
            [this, id, generation](Result<TargetVerdict> verdict) {
                if (generation == m_judgeGeneration) takeVerdict(id, std::move(verdict));
            });
    }

    void takeVerdict(const TargetId& id, Result<TargetVerdict> verdict) {
        for (TargetState& state : m_states) {
            if (state.info.id != id) continue;
            if (verdict)
                state.verdict = *verdict;
            else
                state.verdict = TargetVerdict{id, Verdict::Unknown, verdict.error().message, {}};
        }
        publish();
    }

    void publish() {
        Q_EMIT targetsChanged(std::make_shared<const TargetStates>(m_states));
        if (m_listError) Q_EMIT failed(*m_listError);
    }

    TargetSettings m_settings;
    TargetStates m_states;
    std::optional<Error> m_listError;
    std::optional<JobSpec> m_job;
    std::uint64_t m_listGeneration = 0;
    std::uint64_t m_judgeGeneration = 0;
    QTimer m_pause;
    Worker m_worker;
};

}  // namespace

TargetService* makeTargetService(const TargetSettings& settings, QObject* owner) {
    return new LocalTargetService(settings, owner);
}

}  // namespace slipway
