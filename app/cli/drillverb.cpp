// SPDX-License-Identifier: Apache-2.0
// `slipway drill`: stops a job at a random step as a machine that is taken away does, goes on from its checkpoint, and tells whether
// anything was lost. Its runs are in a home of their own beside the real ones, which goes with the drill.
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <cmath>
#include <csignal>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <random>

#include "app/cli/print.h"
#include "app/cli/verbs.h"
#include "backends/cluster/machine/machinetarget.h"
#include "backends/cluster/submission.h"
#include "backends/core/units.h"
#include "backends/diagnosis/rundiagnosis.h"
#include "backends/platform/files.h"
#include "backends/platform/folders.h"
#include "backends/runs/stepvalues.h"
#include "backends/spec/specreader.h"

namespace slipway::cli {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

constexpr std::int64_t kSteps = 40;
constexpr std::int64_t kMaxSteps = 20000;
constexpr double kLeastSeconds = 2;            // of the steps: in fewer a signal comes too late
constexpr std::chrono::seconds kPatience{60};  // with a program that tells no step

struct Options {
    JobArgument job;
    std::int64_t steps = 0;  // 0: as many as take some seconds
    std::string grace;
    std::optional<std::uint64_t> seed;
};

// What is known of a drill; the words for it are made at the end.
struct Drill {
    bool isTraining = true;
    std::uint64_t seed = 0;
    std::int64_t steps = 0;
    std::chrono::seconds grace{};
    std::int64_t askedAt = 0;  // the newest step that was told when SIGTERM went
    double endSeconds = 0;     // from SIGTERM until the last process had ended
    bool isKilled = false;     // it had not ended within the grace
    std::string failure;       // what of stopping or going on went wrong
    std::optional<CheckpointEvent> saved;
    std::int64_t goesOnAt = 0;  // the first step that the run that went on told
    std::optional<StepParting> parting;

    bool isSafe() const {
        return !isKilled && failure.empty() && saved && !parting && (isTraining || goesOnAt > 1);
    }
};

std::string numberText(const std::optional<double>& value) {
    if (!value) return "nothing";
    std::array<char, 40> text{};
    std::snprintf(text.data(), text.size(), "%.9g", *value);
    return text.data();
}

std::string stopWords(const Drill& drill) {
    if (drill.isKilled)
        return "it was killed when its " + durationText(static_cast<double>(drill.grace.count())) +
               " were over";
    std::string words = "it ended " + durationText(drill.endSeconds) + " after SIGTERM";
    if (drill.saved && drill.saved->seconds > 0)
        words += ", the save took " + durationText(drill.saved->seconds);
    return words;
}

std::string resumeWords(const Drill& drill) {
    if (drill.isKilled) return "";
    if (!drill.failure.empty()) return "; " + drill.failure;
    if (!drill.saved)
        return drill.isTraining ? "; it left no checkpoint"
                                : "; it left no checkpoint (slipway.checkpoint(path, step) tells of one)";
    if (const auto& parting = drill.parting)
        return "; the resumed curve parts at step " + grouped(parting->step) + ": " + parting->metric +
               " is " + numberText(parting->other) + " instead of " + numberText(parting->first);
    if (drill.isTraining)
        return "; the resumed curve is the same bit for bit over " + grouped(drill.steps) + " steps";
    if (drill.goesOnAt == 0) return "; whether it goes on cannot be told: it told no step (slipway.log)";
    return drill.goesOnAt > 1 ? "; it went on at step " + grouped(drill.goesOnAt)
                              : "; it began again at step " + std::to_string(drill.goesOnAt) +
                                    " (SLIPWAY_RESUME names the folder of its checkpoint)";
}

std::string verdict(const Drill& drill) {
    return "safe with " + durationText(static_cast<double>(drill.grace.count())) +
           " of grace: " + (drill.isSafe() ? "yes, " : "no, ") + stopWords(drill) + resumeWords(drill);
}

Json drillJson(const Drill& drill) {
    Json json{{"safe", drill.isSafe()},
              {"verdict", verdict(drill)},
              {"seed", drill.seed},
              {"steps", drill.steps},
              {"graceSeconds", drill.grace.count()},
              {"askedAtStep", drill.askedAt},
              {"endSeconds", drill.endSeconds},
              {"killed", drill.isKilled}};
    if (drill.saved)
        json["checkpoint"] = {{"step", drill.saved->step},
                              {"bytes", drill.saved->size.count},
                              {"seconds", drill.saved->seconds}};
    if (drill.goesOnAt > 0) json["goesOnAtStep"] = drill.goesOnAt;
    if (const auto& parting = drill.parting) {
        json["parting"] = {{"metric", parting->metric}, {"step", parting->step}};
        if (parting->first) json["parting"]["whole"] = numberJson(*parting->first);
        if (parting->other) json["parting"]["resumed"] = numberJson(*parting->other);
    }
    return json;
}

class Driller {
public:
    Driller(Session& session, const Options& options) : m_session(session), m_options(options) {}

    Result<int> run() {
        SLIPWAY_TRY(m_job, m_options.job.load(NeededFiles::ForRunHere));
        if (!m_options.grace.empty()) {
            const auto grace = parseDuration(m_options.grace);
            if (!grace || grace->count() == 0)
                return Error{ErrorCode::InvalidArgument, "--grace " + m_options.grace + " is no time", "",
                             "Write --grace 30s or 2min"};
            m_job.grace = *grace;
        }
        SLIPWAY_CHECK(makeHome());
        m_drill.isTraining = m_job.train() != nullptr;
        m_drill.grace = m_job.grace;
        m_drill.seed = m_options.seed ? *m_options.seed : std::random_device()();
        SLIPWAY_CHECK(m_drill.isTraining ? drillTraining() : drillProgram());
        clearLine();
        if (m_session.isJson) {
            printJson(drillJson(m_drill));
        } else {
            std::printf("%s\n", verdict(m_drill).c_str());
            if (m_drill.saved)
                std::printf("stopped after step %s; the same again: --seed %llu\n",
                            grouped(m_drill.saved->step).c_str(),
                            static_cast<unsigned long long>(m_drill.seed));
        }
        return m_drill.isSafe() ? 0 : 1;
    }

private:
    struct Watched {
        RunRecord record;
        std::optional<CheckpointEvent> saved;
        Timestamp lastExit{};
        bool isKilled = false;
        std::int64_t firstStep = 0;
        std::int64_t step = 0;                   // the newest that was told
        std::optional<Timestamp> begun, latest;  // of what it told of steps

        double stepSeconds() const {
            return begun ? std::chrono::duration<double>(*latest - *begun).count() : 0;
        }
    };
    // Told of all that came, ten times a second at most.
    using Look = std::function<Result<void>(const Watched&)>;

    // Beside the real runs, so that a save takes as long as theirs, and in one queue with them.
    Result<void> makeHome() {
        SLIPWAY_CHECK(makeFolders(m_session.home));
        SLIPWAY_TRY(m_home, TemporaryFolder::create(m_session.home));
        for (const char* shared :
             {"slots", "cache"}) {  // the latter with what was brought from object stores
            SLIPWAY_CHECK(makeFolders(m_session.home / shared));
            std::error_code failure;
            fs::create_directory_symlink(fs::absolute(m_session.home / shared), m_home->path() / shared,
                                         failure);
            if (failure) return errnoError("cannot write to " + m_home->path().string(), failure.value());
        }
        m_settings = m_session.targets();
        m_settings.home = m_home->path();
        SLIPWAY_TRY(m_here, openTarget(m_settings, TargetId("here")));
        return {};
    }

    Result<RunFolder> start(const JobSpec& job, const std::optional<RunId>& resumeFrom) {
        const SubmissionRequest request{
            job,  m_options.job.folder(),         TargetId("here"), {}, resumeFrom,
            true, m_options.job.file().filename()};
        SLIPWAY_TRY(const Submission submission,
                    submitJob(m_settings, request, transferPrinter(), m_session.stop.get_token()));
        return submission.folder;
    }

    static void take(Watched& watched, const Event& event) {
        std::optional<std::int64_t> step;
        if (const auto* metric = std::get_if<MetricEvent>(&event.body)) step = metric->step;
        if (const auto* progress = std::get_if<ProgressEvent>(&event.body)) step = progress->step;
        if (step) {
            if (!watched.begun) watched.firstStep = *step;
            if (!watched.begun) watched.begun = event.time;
            watched.latest = event.time;
            watched.step = std::max(watched.step, *step);
        } else if (const auto* saved = std::get_if<CheckpointEvent>(&event.body)) {
            watched.saved = *saved;
        } else if (const auto* exited = std::get_if<RankExitedEvent>(&event.body)) {
            watched.lastExit = event.time;
            watched.isKilled = watched.isKilled || exited->signal == SIGKILL;
        }
    }

    // To the run's end; Ctrl-C ends it first.
    Result<Watched> watch(const RunFolder& folder, const std::string& what, const Look& look) {
        Watched watched;
        EventReader reader(folder);
        Result<void> looked;
        const auto changed = [&](const RunRecord& record) {
            auto events = reader.next();
            if (!events) looked = events.error();
            for (const Event& event : events ? *events : std::vector<Event>()) take(watched, event);
            watched.record = record;
            say(what +
                (watched.step > 0 ? ", step " + grouped(watched.step) : ", " + statusText(record.status)));
            if (looked && look) looked = look(watched);
        };
        auto followed = m_here->observer->follow(folder, changed, m_session.stop.get_token());
        if (!followed && followed.error().code == ErrorCode::Cancelled) {
            SLIPWAY_CHECK(m_here->submitter->cancel(folder, {}));
            SLIPWAY_CHECK(m_here->observer->follow(folder, [](const RunRecord&) {}, {}));
            clearLine();
            return Error{ErrorCode::Cancelled, "the drill was stopped", "", ""};
        }
        if (!followed) return std::move(followed).error();
        changed(*followed);
        SLIPWAY_CHECK(looked);
        return watched;
    }

    static std::string causeOf(const RunFolder& folder, const RunRecord& record) {
        const auto findings = diagnoseRun(folder, {});
        if (!findings || findings->empty()) return statusText(record.status);
        const RunFinding& first = findings->front();
        return first.cause + (first.evidence.empty() ? "" : " (" + first.evidence.back().text + ")");
    }

    static JobSpec withSteps(JobSpec job, std::int64_t steps) {
        auto& loop = std::get<TrainSpec>(job.work).loop;
        loop["steps"] = steps;
        loop["log_every"] = std::int64_t{1};
        return job;
    }

    Result<void> drillTraining() {
        m_drill.steps = m_options.steps > 0 ? m_options.steps : kSteps;
        std::optional<RunFolder> whole;
        for (;;) {
            SLIPWAY_TRY(whole, start(withSteps(m_job, m_drill.steps), {}));
            SLIPWAY_TRY(const Watched watched, watch(*whole, "uninterrupted", {}));
            if (watched.record.status.state != RunState::Succeeded)
                return Error{ErrorCode::InvalidArgument,
                             "the job fails also uninterrupted: " + causeOf(*whole, watched.record), "",
                             "Try it with: slipway run"};
            const double took = std::max(watched.stepSeconds(), 1e-3);
            if (m_options.steps > 0 || took >= kLeastSeconds || m_drill.steps >= kMaxSteps) break;
            m_drill.steps =
                std::min(kMaxSteps, static_cast<std::int64_t>(std::ceil(static_cast<double>(m_drill.steps) *
                                                                        1.5 * kLeastSeconds / took)));
        }
        const JobSpec job = withSteps(m_job, m_drill.steps);
        SLIPWAY_TRY(const auto stopped, stopAtRandom(job, std::max<std::int64_t>(1, m_drill.steps * 3 / 4)));
        if (m_drill.isKilled || !m_drill.failure.empty()) return {};
        SLIPWAY_TRY(const RunRecord record, stopped.record());
        SLIPWAY_TRY(const RunFolder resumed, start(job, record.id));
        SLIPWAY_TRY(const Watched watched, watch(resumed, "resumed", {}));
        m_drill.goesOnAt = watched.firstStep;
        if (watched.record.status.state != RunState::Succeeded)
            m_drill.failure = "the run that went on failed: " + causeOf(resumed, watched.record);
        SLIPWAY_TRY(const StepValues first, stepValues(*whole));
        SLIPWAY_TRY(const StepValues before, stepValues(stopped));
        SLIPWAY_TRY(const StepValues after, stepValues(resumed));
        m_drill.parting = firstParting(first, continued(before, after));
        return {};
    }

    // A run that was sent SIGTERM after one of its first `among` steps.
    Result<RunFolder> stopAtRandom(const JobSpec& job, std::int64_t among) {
        std::mt19937_64 random(m_drill.seed);
        const auto wanted = 1 + static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(among));
        SLIPWAY_TRY(const RunFolder folder, start(job, {}));
        std::optional<Timestamp> running, asked;
        const auto look = [&](const Watched& watched) -> Result<void> {
            if (asked || watched.record.status.state != RunState::Running) return {};
            if (!running) running = now();
            const bool isSilent = watched.step == 0 && now() - *running > kPatience;
            if (watched.step < wanted && !isSilent) return {};
            m_drill.askedAt = watched.step;
            asked = now();
            SLIPWAY_CHECK(terminateAgent(folder));
            return {};
        };
        SLIPWAY_TRY(const Watched watched, watch(folder, "stopped at a random step", look));
        const RunStatus& status = watched.record.status;
        if (!asked || status.state == RunState::Succeeded)
            return Error{ErrorCode::Unavailable,
                         "the run was over before it could be stopped: " + statusText(status), "",
                         "Give it more to do, with --steps, or another --seed"};
        m_drill.endSeconds = std::chrono::duration<double>(watched.lastExit - *asked).count();
        m_drill.isKilled = watched.isKilled;
        m_drill.saved = watched.saved;
        if (!watched.isKilled && status.state != RunState::Interrupted && watched.saved)
            m_drill.failure = "it failed: " + causeOf(folder, watched.record);
        return folder;
    }

    Result<void> drillProgram() {
        m_drill.steps = m_options.steps > 0 ? m_options.steps : kSteps;
        SLIPWAY_TRY(const auto stopped, stopAtRandom(m_job, m_drill.steps));
        if (m_drill.isKilled || !m_drill.saved || !m_drill.failure.empty()) return {};
        SLIPWAY_TRY(const RunRecord record, stopped.record());
        SLIPWAY_TRY(const RunFolder resumed, start(m_job, record.id));
        std::optional<Timestamp> running;
        bool isEnough = false;
        const auto look = [&](const Watched& watched) -> Result<void> {
            if (isEnough || watched.record.status.state != RunState::Running) return {};
            if (!running) running = now();
            isEnough = watched.step > 0 || now() - *running > kPatience;
            return isEnough ? m_here->submitter->cancel(resumed, {}) : Result<void>();
        };
        SLIPWAY_TRY(const Watched watched, watch(resumed, "resumed", look));
        m_drill.goesOnAt = watched.firstStep;
        if (watched.record.status.state == RunState::Failed && !isEnough)
            m_drill.failure = "the run that went on failed: " + causeOf(resumed, watched.record);
        return {};
    }

    // One line that is overwritten on a terminal; elsewhere one for each run.
    void say(const std::string& line) {
        const std::string what = line.substr(0, line.find(','));
        if (::isatty(STDERR_FILENO) == 1)
            std::fprintf(stderr, "\r\033[K%s", line.c_str());
        else if (what != m_said)
            std::fprintf(stderr, "%s\n", what.c_str());
        m_said = what;
    }
    static void clearLine() {
        if (::isatty(STDERR_FILENO) == 1) std::fprintf(stderr, "\r\033[K");
    }

    Session& m_session;
    const Options& m_options;
    JobSpec m_job;
    std::optional<TemporaryFolder> m_home;
    TargetSettings m_settings;
    std::optional<Target> m_here;
    Drill m_drill;
    std::string m_said;
};

}  // namespace

Verb drillVerb() {
    return {
        "drill", "Stop a job at a random step, go on from its checkpoint, and tell whether anything was lost",
        [](CLI::App& app) -> VerbAction {
            auto options = std::make_shared<Options>();
            addJobOptions(app, options->job);
            app.add_option("--steps", options->steps,
                           "How many steps are trained; else as many as take some seconds")
                ->check(CLI::Range(std::int64_t{2}, std::int64_t{1'000'000}));
            app.add_option("--grace", options->grace, "From SIGTERM to SIGKILL, instead of the job's: 30s")
                ->type_name("TIME");
            app.add_option("--seed", options->seed, "Of the random step; the same one is stopped at again");
            return [options](Session& session) { return Driller(session, *options).run(); };
        }};
}

}  // namespace slipway::cli
