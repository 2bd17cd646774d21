// SPDX-License-Identifier: Apache-2.0
// `slipway tour`: the main job from end to end, without a window: train, package, run the package, compare; --cluster goes on to
// the cluster that tests/cluster/up started.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <utility>

#include "app/cli/followprinter.h"
#include "app/cli/packagedrun.h"
#include "app/cli/print.h"
#include "app/cli/verbs.h"
#include "backends/cluster/submission.h"
#include "backends/core/units.h"
#include "backends/diagnosis/rundiagnosis.h"
#include "backends/platform/files.h"
#include "backends/platform/folders.h"
#include "backends/runs/curvestore.h"
#include "backends/spec/projecttemplates.h"

namespace slipway::cli {
namespace {

namespace fs = std::filesystem;
using Curves = std::map<std::string, std::vector<CurvePoint>>;

struct Step {
    std::string name;
    double seconds = 0;
    std::string outcome;
    bool isSkipped = false;
};

class Tour {
public:
    // `runner` runs the package; empty: what there is. `cluster` describes the test cluster; empty: without it.
    Tour(Session& session, std::string runner, std::string cluster)
        : m_session(session),
          m_runner(std::move(runner)),
          m_cluster(std::move(cluster)) {}

    Result<int> run() {
        m_job.path = examplesFolder(programFolder()) / "fashion-tour";
        SLIPWAY_TRY(m_spec, m_job.load(NeededFiles::ForRunHere));
        SLIPWAY_CHECK(timed("train here", [&] { return trainHere(); }));
        SLIPWAY_CHECK(timed("package", [&] { return package(); }));
        SLIPWAY_CHECK(timed("run the package", [&] { return runPackage(); }));
        if (!m_cluster.empty()) SLIPWAY_CHECK(timed("run in the cluster", [&] { return runInCluster(); }));
        report();
        return 0;
    }

private:
    Result<void> timed(const std::string& name, const std::function<Result<std::string>()>& step) {
        if (m_session.isJson) {
            printJsonLine({{"step", name}});
        } else {
            std::printf("== %s\n", name.c_str());
            std::fflush(stdout);
        }
        const auto begun = std::chrono::steady_clock::now();
        auto outcome = step();
        if (!outcome) {
            Error error = std::move(outcome).error();
            error.message = "tour, " + name + ": " + error.message;
            return error;
        }
        const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begun;
        m_steps.push_back({name, took.count(), *outcome, std::exchange(m_isSkipped, false)});
        return {};
    }

    // The run's curves, when it succeeded.
    static Result<Curves> curvesOf(const RunFolder& folder) {
        SLIPWAY_TRY(const RunRecord record, folder.record());
        if (record.status.state != RunState::Succeeded) {
            return Error{ErrorCode::Internal, "the run ended as " + statusText(record.status), "",
                         "Look at: slipway logs " + std::to_string(record.number)};
        }
        SLIPWAY_TRY(const CurveStore store, CurveStore::open(folder));
        Curves curves;
        for (const auto& [name, curve] : store.curves()) {
            SLIPWAY_TRY(curves[name], curve.slice(0, curve.size()));
        }
        return curves;
    }

    Result<std::string> trainHere() {
        SLIPWAY_TRY(const Submission submission,
                    submitJob(m_session.targets(), {m_spec, m_job.folder(), TargetId("here"), {}, {}},
                              transferPrinter(), m_session.stop.get_token()));
        SLIPWAY_TRY(const int status, follow(submission.folder));
        static_cast<void>(status);
        SLIPWAY_TRY(m_here, curvesOf(submission.folder));
        const auto accuracy = std::as_const(m_here).find("test/accuracy");
        if (accuracy == m_here.end() || accuracy->second.empty())
            return Error{ErrorCode::Internal, "no test accuracy was measured", "", ""};
        m_accuracy = accuracy->second.back().value;
        constexpr double kBar = 0.90;
        if (m_accuracy < kBar)
            return Error{ErrorCode::Internal,
                         "test accuracy is " + std::to_string(m_accuracy) + ", below 0.90", "", ""};
        return "test accuracy " + std::to_string(m_accuracy).substr(0, 6);
    }

    Result<std::string> package() {
        SLIPWAY_TRY(m_scratch, TemporaryFolder::create());
        const PackageRequest request = packageRequest(m_session.targets(), m_spec, m_job.folder());
        const auto stop = m_session.stop.get_token();
        SLIPWAY_TRY(const PackagedImage image, buildImage(request, *m_session.http, transferPrinter(), stop));
        m_layout = m_scratch->path() / "image";
        SLIPWAY_TRY(const PushResult pushed,
                    pushImage(image, "oci:" + m_layout.string(), *m_session.http, transferPrinter(), stop));
        return decimalSize(pushed.total) + ", " + image.digest.substr(0, 19);
    }

    // By the first that can. Where none can, the step is skipped, unless one was asked for by name.
    Result<std::string> runPackage() {
        const auto stop = m_session.stop.get_token();
        std::vector<std::string> runners(kPackageRunners.begin(), kPackageRunners.end());
        if (!m_runner.empty()) runners = {m_runner};
        std::string refusals;
        std::optional<RunFolder> folder;
        std::optional<Error> failure;  // of one that said it can
        for (const std::string& runner : runners) {
            if (auto able = askRunner(runner, stop); !able) {
                if (!m_runner.empty() || stop.stop_requested()) return std::move(able).error();
                refusals += (refusals.empty() ? "" : "; ") + describe(able.error());
                continue;
            }
            if (!folder) {
                SLIPWAY_TRY(const RunStore store, m_session.store());
                SLIPWAY_TRY(folder, store.create(m_spec, m_job.folder(), TargetId("here")));
            }
            const auto status = runPackaged(runner, {m_layout, m_scratch->path(), *folder}, stop);
            if (status) return judge(runner, *folder, *status);
            failure = status.error();
            if (failure->code != ErrorCode::Unavailable) break;
            // Engines need more of a machine than bubblewrap: the next one may do.
            std::fprintf(stderr, "slipway: %s\n", describe(*failure).c_str());
        }
        if (failure) {
            SLIPWAY_CHECK(endRun(*folder, failure->message));
            return *failure;
        }
        m_isSkipped = true;
        return "skipped, nothing here can run the package: " + refusals;
    }

    // A run that its agent did not end.
    Result<RunRecord> endRun(const RunFolder& folder, const std::string& reason) {
        return folder.update([&](RunRecord& record) {
            if (isFinal(record.status.state)) return;
            record.status = {RunState::Failed, reason};
            record.ended = now();
        });
    }

    Result<std::string> judge(const std::string& runner, const RunFolder& folder, int status) {
        SLIPWAY_TRY(const Target here, openTarget(m_session.targets(), TargetId("here")));
        SLIPWAY_TRY(RunRecord record, here.observer->refresh(folder, m_session.stop.get_token()));
        if (status == 0) {
            SLIPWAY_TRY(const std::string same, compare(folder));
            return "by " + runner + ": " + same;
        }
        SLIPWAY_TRY(record, endRun(folder, runner + " ended with exit code " + std::to_string(status)));
        SLIPWAY_TRY(const auto findings, diagnoseRun(folder, {}));
        std::string why;
        for (const RunFinding& finding : findings) {
            why += (why.empty() ? "" : "\n") + finding.cause;
            for (const FindingEvidence& one : finding.evidence) why += "\n  " + one.text;
        }
        return Error{ErrorCode::Internal,
                     "the package ended with " + std::to_string(status) + ", " + statusText(record.status),
                     why, "Look at: slipway show " + std::to_string(record.number)};
    }

    Result<std::string> runInCluster() {
        constexpr std::size_t kMaxDescription = 1 << 20;
        SLIPWAY_TRY(const std::string text, readFile(m_cluster, kMaxDescription));
        const auto cluster = nlohmann::json::parse(text, nullptr, false);
        const auto kubeconfig = cluster.is_object() && cluster.contains("kubeconfigs")
                                    ? cluster["kubeconfigs"].value("user", "")
                                    : "";
        const auto registry = cluster.is_object() && cluster.contains("registry")
                                  ? cluster["registry"].value("address", "")
                                  : "";
        if (kubeconfig.empty() || registry.empty())
            return Error{ErrorCode::Corrupt, m_cluster + " describes no cluster", "",
                         "Start one with: tests/cluster/up"};
        m_session.kubeconfig = kubeconfig;
        SLIPWAY_TRY(const TargetId queue, clusterQueue());
        const SubmissionRequest request{m_spec, m_job.folder(), queue, "http://" + registry + "/tour",
                                        {},     false};
        SLIPWAY_TRY(const Submission submission,
                    submitJob(m_session.targets(), request, transferPrinter(), m_session.stop.get_token()));
        SLIPWAY_TRY(const int status, follow(submission.folder));
        static_cast<void>(status);
        SLIPWAY_TRY(const std::string same, compare(submission.folder));
        SLIPWAY_TRY(const Target target, openTarget(m_session.targets(), queue));
        SLIPWAY_CHECK(target.results->fetch(
            submission.folder, [](Bytes, Bytes) {}, m_session.stop.get_token()));
        std::error_code failure;
        if (!fs::exists(submission.folder.resultFolder() / "model.safetensors", failure))
            return Error{ErrorCode::NotFound, "the model did not come home", "", ""};
        return same + ", model home and verified";
    }

    // The queue "research" of the kubeconfig's context.
    Result<TargetId> clusterQueue() {
        SLIPWAY_TRY(const std::vector<TargetInfo> targets, listTargets(m_session.targets()));
        for (const TargetInfo& info : targets) {
            if (info.kind == "machine") continue;
            SLIPWAY_TRY(const std::vector<TargetInfo> queues,
                        discoverQueues(m_session.targets(), info, m_session.stop.get_token()));
            const auto found = std::ranges::find(queues, "research", &TargetInfo::queue);
            if (found != queues.end()) return found->id;
        }
        return Error{ErrorCode::NotFound, "the cluster has no queue \"research\"", "", ""};
    }

    Result<int> follow(const RunFolder& folder) {
        return followRun(m_session, folder, {FollowOptions::Content::NoLogs, true});
    }

    // Equal losses, point by point: the same job on the same processor with the same threads is the same computation.
    Result<std::string> compare(const RunFolder& folder) {
        SLIPWAY_TRY(const Curves there, curvesOf(folder));
        const auto a = std::as_const(m_here).find("loss"), b = there.find("loss");
        if (a == m_here.end() || b == there.end())
            return Error{ErrorCode::Internal, "there is no loss curve to compare", "", ""};
        const std::size_t count = a->second.size();
        if (count != b->second.size())
            return Error{ErrorCode::Internal,
                         "the curves have " + std::to_string(count) + " and " +
                             std::to_string(b->second.size()) + " points",
                         "", ""};
        for (std::size_t i = 0; i < count; ++i) {
            if (a->second[i].step != b->second[i].step || a->second[i].value != b->second[i].value) {
                return Error{ErrorCode::Internal,
                             "the losses part at step " + std::to_string(b->second[i].step) + ": " +
                                 std::to_string(a->second[i].value) + " and " +
                                 std::to_string(b->second[i].value),
                             "", ""};
            }
        }
        return std::to_string(count) + " losses equal";
    }

    void report() const {
        if (m_session.isJson) {
            nlohmann::json json = nlohmann::json::array();
            for (const Step& step : m_steps)
                json.push_back({{"step", step.name},
                                {"seconds", step.seconds},
                                {"outcome", step.outcome},
                                {"skipped", step.isSkipped}});
            printJsonLine({{"tour", {{"steps", json}, {"accuracy", m_accuracy}}}});
            return;
        }
        std::vector<std::vector<std::string>> rows{{"STEP", "TIME", "OUTCOME"}};
        for (const Step& step : m_steps)
            rows.push_back({step.name, durationText(step.seconds), step.outcome});
        std::printf("\n");
        printTable(rows);
    }

    Session& m_session;
    std::string m_runner;
    std::string m_cluster;
    JobArgument m_job;
    JobSpec m_spec;
    std::optional<TemporaryFolder> m_scratch;
    fs::path m_layout;
    Curves m_here;
    double m_accuracy = 0;
    std::vector<Step> m_steps;
    bool m_isSkipped = false;  // the step under way
};

}  // namespace

Verb tourVerb() {
    return {
        "tour", "Train, package, run the package, compare; --cluster goes on to the test cluster",
        [](CLI::App& app) -> VerbAction {
            struct Options {
                std::string runner;
                bool hasCluster = false;
                std::string description = "build/cluster/state/cluster.json";
            };
            auto options = std::make_shared<Options>();
            app.add_option("--with", options->runner,
                           "What runs the package; else the first of these that can")
                ->check(CLI::IsMember({"podman", "docker", "bwrap"}));
            app.add_flag("--cluster", options->hasCluster,
                         "Go on to the cluster that tests/cluster/up started");
            app.add_option("--cluster-file", options->description, "Its description");
            return [options](Session& session) {
                return Tour(session, options->runner, options->hasCluster ? options->description : "").run();
            };
        }};
}

}  // namespace slipway::cli
