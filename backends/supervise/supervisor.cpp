// SPDX-License-Identifier: Apache-2.0
#include "backends/supervise/supervisor.h"

#include "backends/platform/filelock.h"
#include "backends/platform/loopbackport.h"
#include "backends/platform/process.h"
#include "backends/platform/processidentity.h"
#include "backends/programs/programenvironment.h"
#include "backends/runs/verifiedfiles.h"
#include "backends/supervise/devicemeter.h"
#include "backends/supervise/exitwords.h"
#include "backends/supervise/guard.h"
#include "backends/supervise/inputdigests.h"
#include "backends/supervise/objectinputs.h"
#include "backends/supervise/rankcommand.h"
#include "backends/supervise/rankprocess.h"
#include "backends/supervise/resultfolder.h"
#include "backends/supervise/resultpush.h"
#include "backends/supervise/slots.h"
#include "backends/supervise/stopsignals.h"
#include "backends/supervise/tensorboardtail.h"
#include "backends/supervise/workfolder.h"

#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <algorithm>
#include <future>

namespace slipway {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr std::chrono::seconds kHeartbeat{5};
constexpr std::chrono::minutes kEnergyTold{1};
constexpr std::chrono::seconds kPeerGrace{8};  // the other ranks', after one has failed: ten seconds in all
constexpr std::chrono::minutes kSendPatience{10};   // with a registry that nothing gets through to
constexpr std::chrono::seconds kSummaryReserve{3};  // of a pod's grace, to tell how it ended
constexpr milliseconds kSlotLook{200};
constexpr milliseconds kTurn{100};
constexpr milliseconds kShortTurn{20};
constexpr milliseconds kMemoryLook{250};
constexpr std::chrono::seconds kLastLook{5};  // for what TensorBoard was told last
constexpr int kCannotStart = 125;
constexpr int kStopped = 128 + SIGTERM;

struct End {
    RunState state = RunState::Failed;
    std::string reason;
    int exitCode = kCannotStart;
};

// One attempt under way.
class Attempt {
public:
    Attempt(AgentPlan& plan, StopSignals signals, Guard guard, EventSink sink, Variables environment)
        : m_plan(plan),
          m_folder(plan.runFolder),
          m_signals(std::move(signals)),
          m_guard(std::move(guard)),
          m_sink(std::move(sink)),
          m_environment(std::move(environment)) {}

    int live() {
        updateRecord([this](RunRecord& record) {
            record.started = now();
            m_isStopAsked = record.isCancelRequested;  // before there was an agent to tell
        });
        setState(RunState::Preparing, "");
        End end = execute();
        if (end.state == RunState::Succeeded) end = finish();
        if (end.state != RunState::Succeeded && !m_plan.isRunFolderLasting) end = saveCheckpoint(end);
        conclude(end);
        return end.exitCode;
    }

private:
    template <typename Change>
    void updateRecord(const Change& change) {
        std::error_code failure;
        if (!std::filesystem::exists(m_folder.path() / "run.json", failure)) return;
        if (const auto updated = m_folder.update(change); !updated) m_sink.say(describe(updated.error()));
    }

    void setState(RunState state, const std::string& reason) {
        m_sink.emit(m_plan.firstRank, StateEvent{state, reason});
        updateRecord([&](RunRecord& record) { record.status = {state, m_sink.secrets().blotted(reason)}; });
    }

    // Everything up to the end of the last rank.
    End execute() {
        if (const auto staged = stageObjects(); !staged && !m_isStopAsked)
            return {RunState::Failed, describe(staged.error()), kCannotStart};
        if (m_isStopAsked) return stoppedEnd();
        for (const auto& [name, path] : m_plan.inputs) {
            std::error_code failure;
            if (!std::filesystem::exists(path, failure))
                return {RunState::Failed, "input \"" + name + "\" is missing: " + path.string(),
                        kCannotStart};
        }
        if (const auto staged = stageWorkFolder(); !staged && !m_isStopAsked)
            return {RunState::Failed, describe(staged.error()), kCannotStart};
        if (const auto waited = waitForSlots(); !waited)
            return {RunState::Failed, describe(waited.error()), kCannotStart};
        if (m_isStopAsked) return stoppedEnd();
        setState(RunState::Starting, "");
        auto digests = InputDigests::start(m_plan.inputs);
        if (digests) {
            m_digests = *std::move(digests);
        } else {
            m_sink.say(describe(digests.error()));
        }
        // Beside the ranks: git may take seconds in a large checkout, in which nothing of them would be heard.
        if (m_plan.job.train()) m_commit = std::async(std::launch::async, gitCommit, m_plan.workFolder);
        if (const auto started = startRanks(); !started) {
            const int code = started.error().code == ErrorCode::NotFound           ? 127
                             : started.error().code == ErrorCode::PermissionDenied ? 126
                                                                                   : kCannotStart;
            endAll(true);
            return {RunState::Failed, describe(started.error()), code};
        }
        if (!m_isStopAsked) setState(RunState::Running, "");
        m_meter = std::make_unique<DeviceMeter>(meterOptions(m_plan, m_gpus));
        while (!isOver()) turn(kTurn);
        endMeter();
        takeDigests();
        finishScalars();
        m_slots.reset();  // what is left to do needs no share of the machine; others may wait for it
        return endOfRanks();
    }

    // Inputs in an object store become files here.
    Result<void> stageObjects() {
        if (m_plan.objects.empty()) return {};
        setState(RunState::Preparing, "bringing inputs from their object store");
        SLIPWAY_TRY(
            auto brought,
            beside([this](const std::stop_token& stop) { return bringInputs(m_plan, m_environment, stop); },
                   [this] { return m_isStopAsked; }));
        for (BroughtInput& input : brought) {
            m_sink.say(input.words);
            m_plan.inputs[input.name] = std::move(input.file);
        }
        return {};
    }

    // The built-in trainer needs none.
    Result<void> stageWorkFolder() {
        if (m_plan.packagedFolder.empty() || m_plan.job.program() == nullptr) return {};
        return copyWorkFolder(m_plan.packagedFolder, m_plan.workFolder, [this] {
            takeSignals();
            return !m_isStopAsked;
        });
    }

    Result<void> waitForSlots() {
        if (!m_plan.needsSlot) return {};
        const Resources& each = m_plan.job.resources;
        const std::int64_t cores = (each.cpu.count * m_plan.localRanks + 999) / 1000;
        const Machine machine = thisMachine();
        if (cores > machine.cores) {
            m_sink.say("the job asks for " + std::to_string(cores) + " cores and runs with the " +
                       std::to_string(machine.cores) + " of this machine");
        }
        const std::string holder =
            m_plan.number > 0 ? "run " + std::to_string(m_plan.number) : m_plan.run.str();
        SLIPWAY_TRY(SlotQueue queue,
                    SlotQueue::open(m_plan.slotFolder, machine,
                                    {static_cast<int>(std::min<std::int64_t>(cores, machine.cores)),
                                     each.gpus * m_plan.localRanks, holder}));
        std::string told;
        while (!m_isStopAsked) {
            SLIPWAY_TRY(const bool isTaken, queue.tryTake());
            if (isTaken) {
                m_gpus = queue.gpus();
                m_hidesGpus = !machine.gpus.empty();
                m_slots.emplace(std::move(queue));
                return {};
            }
            if (queue.reason() != told) setState(RunState::Queued, told = queue.reason());
            turn(kSlotLook);
        }
        return {};
    }

    void tellMeter() {
        for (EventBody& body : m_meter->news()) m_sink.emit(m_plan.firstRank, std::move(body));
    }

    void endMeter() {
        m_meter->finish();
        tellMeter();
        m_sink.emit(m_plan.firstRank, m_meter->energy());
        m_meter.reset();
    }

    // The rank's share of the held GPUs; none at all hides those of others.
    std::optional<std::string> devicesOf(int localRank) const {
        if (!m_slots || !m_hidesGpus) return std::nullopt;
        std::string names;
        const int each = m_plan.job.resources.gpus;
        for (int i = localRank * each; i < (localRank + 1) * each; ++i)
            names += (names.empty() ? "" : ",") + m_gpus[static_cast<std::size_t>(i)];
        return names;
    }

    // What the program writes for TensorBoard, wherever in its folder or the result.
    void watchScalars() {
        if (m_plan.job.program() == nullptr) return;
        auto tail =
            TensorboardTail::start({{rankFolder(m_plan), m_folder.resultFolder()}, now(), m_plan.run});
        if (tail)
            m_scalars = *std::move(tail);
        else
            m_sink.say(describe(tail.error()));
    }

    void takeScalars() {
        if (!m_scalars) return;
        TensorboardTail::Told told = m_scalars->take();
        for (MetricEvent& metric : told.metrics) m_sink.emit(m_plan.firstRank, std::move(metric));
        for (const std::string& problem : told.problems) m_sink.say(problem);
    }

    void finishScalars() {
        if (!m_scalars) return;
        m_scalars->finish();
        const Clock::time_point end = Clock::now() + kLastLook;
        while (!m_scalars->isDone() && Clock::now() < end) turn(kTurn);
        const bool isDone = m_scalars->isDone();  // before the take: then nothing came after it
        takeScalars();
        if (!isDone) {
            m_sink.say(
                "the end of what the program wrote for TensorBoard is not in the curves: it was too "
                "much to read in " +
                std::to_string(kLastLook.count()) + " s; slipway import reads the whole files");
        }
        m_scalars.reset();
    }

    void findPython() {
        const ProgramEnvironment found = programEnvironment(m_plan.job, rankFolder(m_plan), m_environment);
        if (!found.python) return;
        m_plan.python = found.python;
        m_sink.say("runs with " + environmentWords(found));
        if (const auto kept = keepEnvironment(m_plan.runFolder, found); !kept)
            m_sink.say(describe(kept.error()));
    }

    Result<void> startRanks() {
        findPython();
        int port = m_plan.masterPort;
        if (port == 0) {
            SLIPWAY_TRY(port, freeLoopbackPort());
        }
        for (const char* name : {"checkpoints", "result"})
            SLIPWAY_CHECK(makeFolders(m_plan.runFolder / name));
        if (m_plan.job.train()) {
            std::error_code failure;
            if (!std::filesystem::exists(m_plan.runner, failure)) {
                return Error{ErrorCode::NotFound, "there is no runner at " + m_plan.runner.string(), "",
                             "It belongs beside slipway-agent; installer/run builds both"};
            }
        }
        watchScalars();
        const std::string host = hostName();
        for (int local = 0; local < m_plan.localRanks; ++local) {
            const auto devices = devicesOf(local);
            SLIPWAY_TRY(const Variables environment,
                        rankEnvironment(m_plan, local, port, devices, m_environment));
            SLIPWAY_TRY(RankProcess rank, RankProcess::start(m_plan, local, environment));
            m_guard.watch(rank.pid());
            const std::string device = !devices ? "" : devices->empty() ? "cpu" : "cuda:" + *devices;
            m_sink.emit(rank.rank(), RankStartedEvent{host, rank.pid(), device});
            m_ranks.push_back(std::move(rank));
        }
        return {};
    }

    bool isOver() const {
        return std::all_of(m_ranks.begin(), m_ranks.end(),
                           [](const RankProcess& rank) { return rank.isOver(); });
    }

    // Waits for whatever comes first, but never longer than `atMost`, and deals with all of it.
    void turn(milliseconds atMost) {
        std::vector<pollfd> waiting{{m_signals.descriptor(), POLLIN, 0}};
        if (m_digests) waiting.push_back({m_digests->descriptor(), POLLIN, 0});
        if (m_scalars) waiting.push_back({m_scalars->descriptor(), POLLIN, 0});
        for (const RankProcess& rank : m_ranks) rank.addDescriptors(waiting);
        ::poll(waiting.data(), waiting.size(), static_cast<int>(atMost.count()));

        const Clock::time_point time = Clock::now();
        takeSignals();
        for (RankProcess& rank : m_ranks) {
            rank.read(m_sink, time);
            rank.tellProgress(m_sink, time);
        }
        lookAtMemory(time);
        reap();
        const bool isLate = m_deadline && time >= *m_deadline;
        for (RankProcess& rank : m_ranks) {
            if (isLate && !rank.isOver()) rank.kill();
            const bool wasOver = rank.isOver();
            rank.settle(m_sink, time, m_deadline && !isLate);
            if (rank.isOver() && !wasOver) m_guard.forget(rank.pid());
        }
        takeDigests();
        takeScalars();
        if (time - m_lastHeartbeat >= kHeartbeat) {
            m_lastHeartbeat = time;
            for (RankProcess& rank : m_ranks) rank.heartbeat(m_sink);
            if (m_meter) tellMeter();
            // The agent's own, once they are over.
            if (!m_ranks.empty() && isOver()) m_sink.emit(m_plan.firstRank, heartbeatOf(::getpid()));
        }
        if (m_meter && time - m_lastEnergy >= kEnergyTold) {
            m_lastEnergy = time;
            m_sink.emit(m_plan.firstRank, m_meter->energy());
        }
        if (time - m_lastFlush >= std::chrono::seconds(1)) {
            m_lastFlush = time;
            m_sink.flush();
            lookForCancel();
        }
    }

    // Seldom enough to take no more than a fiftieth of the time, however large the ranks are.
    void lookAtMemory(Clock::time_point begin) {
        if (begin < m_nextMemoryLook) return;
        for (RankProcess& rank : m_ranks) rank.lookAtMemory();
        m_nextMemoryLook = begin + std::max<Clock::duration>(kMemoryLook, 50 * (Clock::now() - begin));
    }

    void takeSignals() {
        if (m_signals.take()) askToStop();
    }

    // Whoever cancels the run may be on another machine, from where no signal comes.
    void lookForCancel() {
        if (m_isStopAsked || !m_plan.isRunFolderLasting) return;
        const auto record = m_folder.record();
        if (record && record->isCancelRequested) askToStop();
    }

    void askToStop() {
        if (m_isStopAsked) return;
        m_isStopAsked = true;
        m_podEnd = Clock::now() + m_plan.job.grace + m_plan.sendingGrace;
        if (!m_ranks.empty())
            stopRanks(m_plan.job.grace,
                      "stopping, at most " + durationText(static_cast<double>(m_plan.job.grace.count())));
    }

    void stopRanks(milliseconds grace, const std::string& words) {
        if (!m_deadline) m_deadline = Clock::now() + grace;
        m_sink.say(words);
        for (RankProcess& rank : m_ranks) rank.terminate();
    }

    // The ranks, and as process 1 orphans of others; never what a thread that sends a result has started and waits for.
    void reap() {
        while (const auto ended = reapChild()) {
            const auto rank = std::find_if(m_ranks.begin(), m_ranks.end(),
                                           [&](const RankProcess& one) { return one.pid() == ended->pid; });
            if (rank == m_ranks.end()) continue;
            rank->setEnded(*ended);
            if (exitNumber(ended->status) == 0 || m_failedRank || m_isStopAsked) continue;
            m_failedRank = static_cast<std::size_t>(rank - m_ranks.begin());
            if (m_ranks.size() > 1) {
                stopRanks(std::min<milliseconds>(m_plan.job.grace, kPeerGrace),
                          "rank " + std::to_string(rank->rank()) + ": " + exitWords(ended->status) +
                              "; the other ranks are ended");
            }
        }
    }

    void endAll(bool isAtOnce) {
        if (isAtOnce) m_deadline = Clock::now();
        while (!isOver()) turn(kTurn);
    }

    void takeDigests() {
        if (!m_digests) return;
        for (const InputDigests::Finished& input : m_digests->take()) {
            m_sink.emit(m_plan.firstRank, input.event);
            if (!input.problem.empty())
                m_sink.say("input \"" + input.event.name + "\" has no digest: " + input.problem);
        }
    }

    // The run was quicker than its inputs' digests: a result that does not say what it was made from cannot be checked later.
    void awaitDigests() {
        if (!m_digests || m_digests->isComplete()) return;
        setState(RunState::Finishing, "reading the inputs for their digests");
        while (!m_digests->isComplete() && !m_isStopAsked) turn(kTurn);
        if (!m_digests->isComplete()) m_sink.say("stopped before the inputs' digests were made");
    }

    // The run was quicker than git, which is given a few seconds at most.
    std::string awaitCommit() {
        if (!m_commit.valid()) return {};
        const auto isKnown = [this] {
            return m_commit.wait_for(milliseconds(0)) == std::future_status::ready;
        };
        while (!isKnown() && !m_isStopAsked) turn(kTurn);
        return isKnown() ? m_commit.get() : std::string();
    }

    std::optional<CheckpointEvent> lastCheckpoint() const {
        std::optional<CheckpointEvent> last;
        for (const RankProcess& rank : m_ranks) {
            if (rank.checkpoint() && (!last || last->step < rank.checkpoint()->step))
                last = rank.checkpoint();
        }
        return last;
    }

    static std::string nameOf(const CheckpointEvent& checkpoint) {
        return "the checkpoint of step " + std::to_string(checkpoint.step);
    }

    End stoppedEnd() const {
        if (const auto last = lastCheckpoint())
            return {RunState::Interrupted, "stopped; " + nameOf(*last) + " was kept", kStopped};
        if (!m_plan.resumeFrom.empty())
            return {RunState::Interrupted, "stopped before a new checkpoint; the one it went on from is kept",
                    kStopped};
        return {RunState::Failed,
                m_ranks.empty() ? "stopped before it began" : "stopped before its first checkpoint",
                kStopped};
    }

    // The runner exits with 0 after its last step alone, however late it was asked to stop. A program that does may have saved and
    // left before its end.
    bool hasTrained() const {
        return m_plan.job.train() != nullptr &&
               std::all_of(m_ranks.begin(), m_ranks.end(),
                           [](const RankProcess& rank) { return exitNumber(*rank.status()) == 0; });
    }

    End endOfRanks() const {
        if (m_isStopAsked && !hasTrained()) return stoppedEnd();
        if (!m_failedRank) return {RunState::Succeeded, "", 0};
        const RankProcess& failed = m_ranks[*m_failedRank];
        const int code = exitNumber(*failed.status());
        // Somebody asked the program itself to stop, not the agent.
        if (code == kStopped && lastCheckpoint()) return stoppedEnd();
        const std::string words = exitWords(*failed.status());
        return {RunState::Failed,
                m_plan.worldSize > 1 ? "rank " + std::to_string(failed.rank()) + ": " + words : words, code};
    }

    bool isPodEnding() const { return m_podEnd && Clock::now() >= *m_podEnd - kSummaryReserve; }

    // Beside the loop, which tells and hears meanwhile; asked to stop as soon as `isToStop`.
    template <typename Work, typename Condition>
    std::invoke_result_t<Work, std::stop_token> beside(Work work, Condition isToStop) {
        std::stop_source stop;
        auto done = std::async(std::launch::async, [&] { return work(stop.get_token()); });
        while (done.wait_for(kShortTurn) != std::future_status::ready) {
            turn(kShortTurn);
            if (isToStop()) stop.request_stop();
        }
        return done.get();
    }
    // Of what a run leaves, until the pod is about to end.
    template <typename Work>
    auto beside(Work work) {
        return beside(std::move(work), [this] { return isPodEnding(); });
    }

    // The result: outputs, digests, registry.
    End finish() {
        setState(RunState::Finishing, "");
        awaitDigests();
        const std::filesystem::path result = m_folder.resultFolder();
        // Another pod's working folder is its own, and only rank 0 saves.
        if (m_plan.job.program() && m_plan.firstRank == 0) {
            const auto copied = beside([&](const std::stop_token&) {
                return collectOutputs(m_plan.job.outputs, rankFolder(m_plan), result);
            });
            if (!copied) return {RunState::Failed, describe(copied.error()), 1};
        }
        CardFacts facts = m_sink.facts();
        facts.commit = awaitCommit();
        if (const auto written = writeModelCard(result, m_plan.job, facts, m_sink.secrets()); !written)
            m_sink.say("there is no model card: " + describe(written.error()));
        auto files = beside([&](const std::stop_token& stop) { return sealResult(result, stop); });
        if (!files) return {RunState::Failed, "the result could not be saved: " + describe(files.error()), 1};
        if (files->empty()) return {RunState::Succeeded, "", 0};
        if (const auto kept = keepVerified(result, *files); !kept)
            m_sink.say("the result's digests are not kept beside it: " + describe(kept.error()));
        ResultEvent event{{files->begin(), files->end()}, ""};
        // Ranks in other pods have no result of their own to send.
        if (!m_plan.resultReference.empty() && m_plan.firstRank == 0) {
            auto pushed = send(outgoingResult(m_plan), "the result");
            if (!pushed)
                return {RunState::Failed,
                        "the result could not be sent to " + m_plan.resultReference + ": " +
                            describe(pushed.error()),
                        1};
            event.reference = *std::move(pushed);
            updateRecord([&](RunRecord& record) { record.resultReference = event.reference; });
        }
        m_sink.emit(m_plan.firstRank, event);
        return {RunState::Succeeded, "", 0};
    }

    // What a pod's end would take away: a checkpoint counts as kept once it is in the registry.
    End saveCheckpoint(const End& end) {
        const auto last = lastCheckpoint();
        if (!last) return end;
        const auto sent = sendCheckpoint(*last);
        if (!sent) {
            const bool isStopped = end.state == RunState::Interrupted;
            return {RunState::Failed,
                    (isStopped ? "stopped" : end.reason) + "; " + nameOf(*last) +
                        " was lost with the pod: " + describe(sent.error()),
                    end.exitCode};
        }
        CheckpointEvent told = *last;
        told.reference = *sent;
        m_sink.emit(m_plan.firstRank, told);
        if (end.state == RunState::Interrupted) return end;
        return {end.state, end.reason + "; " + nameOf(*last) + " was kept", end.exitCode};
    }

    Result<std::string> sendCheckpoint(const CheckpointEvent& checkpoint) {
        if (m_plan.resultReference.empty())
            return Error{ErrorCode::NotFound, "no registry is known to send it to", "", ""};
        if (m_plan.firstRank != 0)
            return Error{ErrorCode::InvalidArgument, "only rank 0's checkpoint is sent", "", ""};
        return send(outgoingCheckpoint(m_plan, checkpoint), nameOf(checkpoint));
    }

    // In the background, while signals are heard and its progress is told.
    Result<std::string> send(Outgoing what, const std::string& name) {
        m_patience.begin(Clock::now());
        setState(RunState::Finishing, "sending " + name);
        m_sink.flush();  // the events so far go with it
        ResultPush push(std::move(what));
        Clock::time_point lastTold = Clock::now();
        std::string told;
        bool isLate = false;
        while (!push.isDone()) {
            turn(kTurn);
            const Clock::time_point time = Clock::now();
            // What gets through while it is being stopped changes nothing any more.
            isLate = isLate || m_patience.isOver(push.sent(), time) ||
                     (m_podEnd && time >= *m_podEnd - kSummaryReserve);
            if (isLate) push.stop();
            if (time - lastTold < kHeartbeat) continue;
            lastTold = time;
            if (push.words() == told) continue;
            told = push.words();
            setState(RunState::Finishing, std::string("sending ").append(name).append(": ").append(told));
        }
        auto sent = push.finish();
        if (sent && !push.eventsProblem().empty())
            m_sink.say("the events did not go with " + name + ": " + push.eventsProblem());
        if (sent || !isLate) return sent;
        return Error{ErrorCode::Timeout, "there was no more time to send it", describe(sent.error()), ""};
    }

    void conclude(const End& end) {
        m_sink.prepareForEnd();
        const double seconds = std::chrono::duration<double>(Clock::now() - m_begin).count();
        // Whoever reads in run.json that it is over finds the summary, too.
        m_sink.emit(m_plan.firstRank, SummaryEvent{end.state, end.reason, end.exitCode, seconds});
        updateRecord([&](RunRecord& record) {
            RunFacts facts;
            facts.isSubmitted = true;
            facts.isCancelRequested = record.isCancelRequested;
            facts.agent = AgentFacts{.summary = RunStatus{end.state, m_sink.secrets().blotted(end.reason)},
                                     .hasCheckpoint = lastCheckpoint().has_value()};
            record.status = reduce(facts);
            record.ended = now();
        });
        m_sink.flush();
    }

    AgentPlan& m_plan;
    RunFolder m_folder;
    StopSignals m_signals;
    Guard m_guard;
    EventSink m_sink;
    Variables m_environment;
    std::future<std::string> m_commit;  // of a training's folder
    std::optional<SlotQueue> m_slots;
    std::vector<std::string> m_gpus;
    bool m_hidesGpus = false;
    std::unique_ptr<InputDigests> m_digests;
    std::unique_ptr<DeviceMeter> m_meter;  // while ranks run
    std::unique_ptr<TensorboardTail> m_scalars;
    std::vector<RankProcess> m_ranks;
    std::optional<std::size_t> m_failedRank;
    bool m_isStopAsked = false;
    std::optional<Clock::time_point> m_deadline;
    std::optional<Clock::time_point> m_podEnd;  // once asked to stop: the SIGKILL that no pod outlives
    SendPatience m_patience{kSendPatience};
    Clock::time_point m_begin = Clock::now();
    Clock::time_point m_lastHeartbeat = Clock::now();
    Clock::time_point m_lastEnergy = Clock::now();
    Clock::time_point m_lastFlush{};
    Clock::time_point m_nextMemoryLook{};
};

}  // namespace

Result<int> Supervisor::run() {
    SLIPWAY_TRY(StopSignals signals, StopSignals::open());
    SLIPWAY_CHECK(makeFolders(m_plan.runFolder));
    const std::filesystem::path lockFile = m_plan.runFolder / "agent.lock";
    SLIPWAY_TRY(std::optional<FileLock> lock, FileLock::tryAcquire(lockFile));
    if (!lock)
        return Error{ErrorCode::Conflict, "another agent already has run " + m_plan.run.str(), "",
                     "Follow it with: slipway watch"};
    SLIPWAY_CHECK(lock->setContent(identityText(thisProcess())));
    // Orphans of a rank come here, so that its group is known to be gone.
    ::prctl(PR_SET_CHILD_SUBREAPER, 1);
    SLIPWAY_TRY(Guard guard, Guard::start());
    const Variables environment = environmentVariables();
    SLIPWAY_TRY(EventSink sink, EventSink::open(m_plan, secretValues(m_plan, environment)));
    Attempt attempt(m_plan, std::move(signals), std::move(guard), std::move(sink), environment);
    return attempt.live();
}

}  // namespace slipway
