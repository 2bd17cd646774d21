// SPDX-License-Identifier: GPL-3.0-or-later
// Services that remember what they were asked and say what a test tells them to. Header only: each test is one program. GUI thread.
#pragma once

#include "widgets/pages/services.h"

#include <QMap>

#include <set>

namespace slipway::test {

class FakeRunService final : public RunService {
public:
    using RunService::RunService;
    void refresh() override { ++refreshes; }
    void start(const StartRequest& request) override { starts.push_back(request); }
    void cancel(const RunId& run) override { cancels.push_back(run); }
    void resume(const RunId& run) override { resumes.push_back(run); }
    bool isResuming(const RunId& run) const override { return resuming.contains(run); }
    void fetch(const RunId& run) override { fetches.push_back(run); }
    bool isFetching(const RunId& run) const override { return fetching.contains(run); }
    void mark(const std::vector<RunId>& runs, const MarkChange& change) override {
        marks.emplace_back(runs, change);
    }
    void cancelTask(const QString& task) override { cancelledTasks.append(task); }

    int refreshes = 0;
    std::vector<StartRequest> starts;
    std::vector<RunId> cancels;
    std::vector<RunId> resumes;
    std::vector<RunId> fetches;
    std::vector<std::pair<std::vector<RunId>, MarkChange>> marks;
    std::set<RunId> resuming;
    std::set<RunId> fetching;
    QStringList cancelledTasks;
};

class FakeJobService final : public JobService {
public:
    using JobService::JobService;
    void load(const QString& file) override { loaded.append(file); }
    void setText(const QString& text) override { texts.append(text); }
    void setValue(const QString& path, const QString& yaml) override {
        values.append(path + QLatin1Char('=') + yaml);
    }
    void removeValue(const QString& path) override { removed.append(path); }
    bool isEditing() const override { return isBusy; }
    void save() override { ++saves; }
    void takeDisk() override { ++diskTaken; }
    void keepEdits() override { ++editsKept; }

    QStringList loaded;
    QStringList texts;
    QStringList values;
    QStringList removed;
    bool isBusy = false;
    int saves = 0;
    int diskTaken = 0;
    int editsKept = 0;
};

class FakeTargetService final : public TargetService {
public:
    using TargetService::TargetService;
    void refresh() override { ++refreshes; }
    void judge(const std::optional<JobSpec>& job) override { judged.push_back(job); }

    int refreshes = 0;
    std::vector<std::optional<JobSpec>> judged;
};

class FakeDeviceService final : public DeviceService {
public:
    using DeviceService::DeviceService;
    void watch() override { isWatching = true; }
    void rest() override { isWatching = false; }

    bool isWatching = false;
};

class FakePreferenceService final : public PreferenceService {
public:
    using PreferenceService::PreferenceService;
    void load() override { ++loads; }
    void set(const QString& name, const QString& typed) override {
        changes.append(name + QLatin1Char('=') + typed);
    }
    void measure() override { ++measures; }

    int loads = 0;
    int measures = 0;
    QStringList changes;
};

class FakeRunFeed final : public RunFeed {
public:
    using RunFeed::RunFeed;
    void follow(const RunId& run) override { followed.push_back(run); }
    void stop() override { ++stops; }

    std::vector<RunId> followed;
    int stops = 0;
};

class FakeComparisonService final : public ComparisonService {
public:
    using ComparisonService::ComparisonService;
    void open(const std::vector<RunId>& runs) override { asked.push_back(runs); }
    void close() override { ++closes; }
    void read(const CurveQuestion& question) override { questions.push_back(question); }
    void saveCsv(const std::string& metric, const QString& file) override {
        csvs.append(QString::fromStdString(metric) + QLatin1Char('>') + file);
    }
    void save(const QByteArray& content, const QString& file) override { files.insert(file, content); }

    std::vector<std::vector<RunId>> asked;
    std::vector<CurveQuestion> questions;
    QStringList csvs;
    QMap<QString, QByteArray> files;
    int closes = 0;
};

class FakePackageService final : public PackageService {
public:
    using PackageService::PackageService;
    void plan(const JobSpec&, const QString& folder) override { plans.append(folder); }
    void package(const JobSpec&, const QString&, const QString& to) override { packages.append(to); }
    void cancel() override { ++cancels; }

    QStringList plans;
    QStringList packages;
    int cancels = 0;
};

class FakeDataService final : public DataService {
public:
    using DataService::DataService;
    void describe(const DataPlace& place) override { asked.push_back(place); }
    void cancel() override { ++cancels; }

    std::vector<DataPlace> asked;
    int cancels = 0;
};

class FakeSmokeService final : public SmokeService {
public:
    using SmokeService::SmokeService;
    void start(const JobSpec& job, const QString& folder) override {
        jobs.push_back(job);
        folders.append(folder);
    }
    void cancel() override { ++cancels; }

    std::vector<JobSpec> jobs;
    QStringList folders;
    int cancels = 0;
};

class FakeWorkspaceService final : public WorkspaceService {
public:
    using WorkspaceService::WorkspaceService;
    void scan(const QStringList& folders) override { scans.push_back(folders); }
    void create(const QString& kind, const QString& folder) override {
        creates.append(kind + QLatin1Char('@') + folder);
    }
    void copyExample(const JobFile& example, const QString&) override { copies.append(example.name); }

    std::vector<QStringList> scans;
    QStringList creates;
    QStringList copies;
};

// All of them, and the Services value that pages take.
class FakeServices {
public:
    FakeServices() {
        services.workspace = &workspace;
        services.runs = &runs;
        services.targets = &targets;
        services.devices = &devices;
        services.preferences = &preferences;
        services.ui = &ui;
        services.glossary = &glossary;
        services.makeJob = [this](QObject* owner) { return job = new FakeJobService(owner); };
        services.makeFeed = [this](QObject* owner) {
            feeds.push_back(new FakeRunFeed(owner));
            return feeds.back();
        };
        services.makeComparison = [this](QObject* owner) {
            return comparison = new FakeComparisonService(owner);
        };
        services.makePackage = [this](QObject* owner) { return package = new FakePackageService(owner); };
        services.makeData = [this](QObject* owner) { return data = new FakeDataService(owner); };
        services.makeSmoke = [this](QObject* owner) { return smoke = new FakeSmokeService(owner); };
        services.applyTheme = [this](ThemeChoice choice) { themes.push_back(choice); };
        services.home = QStringLiteral("/home/mara/.local/share/slipway");
        services.kubeconfig = QStringLiteral("/home/mara/.kube/config");
    }

    UiState ui;
    Glossary glossary{
        {{"batch", {"mini-batch"}, "The samples of a step. There may be many.", {"step"}, {"train.batch"}},
         {"learning rate", {"lr"}, "How far a step goes.", {"step", "batch"}, {"train.optimizer.lr"}},
         {"step", {}, "One change of the weights.", {"batch"}, {}}}};
    FakeWorkspaceService workspace;
    FakeRunService runs;
    FakeTargetService targets;
    FakeDeviceService devices;
    FakePreferenceService preferences;
    FakeJobService* job = nullptr;
    std::vector<FakeRunFeed*> feeds;
    FakeComparisonService* comparison = nullptr;
    FakePackageService* package = nullptr;
    FakeDataService* data = nullptr;
    FakeSmokeService* smoke = nullptr;
    std::vector<ThemeChoice> themes;
    Services services;
};

inline Timestamp at(int seconds) { return Timestamp(std::chrono::seconds(1'790'000'000 + seconds)); }

inline RunRecord record(int number, RunState state, const std::string& target = "here",
                        const std::string& reason = {}) {
    RunRecord run;
    run.id = RunId("fashion-mlp-" + std::to_string(number) + "-abcde");
    run.number = number;
    run.job = "fashion-mlp";
    run.jobFolder = "/jobs/fashion-mlp";
    run.target = TargetId(target);
    run.created = at(number * 100);
    run.started = at(number * 100 + 5);
    run.status = {state, reason};
    if (isFinal(state)) run.ended = at(number * 100 + 65);
    return run;
}

inline RunSummary summary(int number, RunState state, const std::string& target = "here",
                          const std::string& reason = {}) {
    RunSummary run;
    run.record = record(number, state, target, reason);
    run.step = 620;
    run.steps = 1000;
    run.samplesPerSecond = 9680;
    run.loss = 0.207;
    run.metric = "accuracy";
    run.metricValue = 0.9218;
    run.isResumable = state == RunState::Interrupted;
    return run;
}

inline JobSpec trainJob() {
    JobSpec job;
    job.name = "fashion-mlp";
    job.work = TrainSpec{};
    return job;
}

inline RunSnapshotPtr snapshot(int number, RunState state, int points = 50) {
    auto run = std::make_shared<RunSnapshot>();
    run->record = record(number, state);
    run->folder = "/runs/" + std::to_string(number);
    ProgressEvent progress;
    progress.step = 620;
    progress.steps = 1000;
    progress.samplesPerSecond = 9680;
    progress.stepSeconds = 0.211;
    run->progress = progress;
    auto loss = std::make_shared<Curve>();
    auto accuracy = std::make_shared<Curve>();
    for (int step = 1; step <= points; ++step) {
        for (const auto& curve : {loss, accuracy}) {
            curve->steps.push_back(step * 10);
            curve->seconds.push_back(step * 0.5);
        }
        loss->values.push_back(2.0 / step);
        accuracy->values.push_back(1 - 0.5 / step);
    }
    run->curves = {{"loss", loss}, {"test/accuracy", accuracy}};
    RankStatus rank;
    rank.step = 620;
    rank.stepSeconds = 0.211;
    rank.host = "ws-14";
    rank.device = "cpu";
    run->ranks = {rank};
    run->timeline = {{at(1), -1, RunState::Preparing, "staging inputs"},
                     {at(3), 0, RunState::Running, "started on ws-14"}};
    return run;
}

inline GpuDevice gpu(int index) {
    GpuDevice gpu;
    gpu.index = index;
    gpu.name = "NVIDIA RTX A2000";
    gpu.memory = Bytes{8LL << 30};
    gpu.usedMemory = Bytes{2LL << 30};
    gpu.utilization = 38;
    gpu.temperature = 52;
    gpu.slowdownAt = 101;
    gpu.watts = 31;
    gpu.wattLimit = 70;
    gpu.clock = 1200;
    gpu.throttling = ThrottleReasons{};
    gpu.processes = {{4000 + index, "slipway-runner", Bytes{2LL << 30}, false, {}}};
    return gpu;
}

inline DeviceSnapshot snapshotOfDevices(int gpus) {
    DeviceSnapshot devices;
    devices.machine = {"ws-14",
                       "AMD EPYC 9334",
                       32,
                       0.3,
                       1.5,
                       Bytes{16LL << 30},
                       Bytes{4LL << 30},
                       false,
                       Bytes{500'000'000'000},
                       Bytes{100'000'000'000}};
    devices.gpus = {true, "550.54.15", "12.4", {}};
    for (int i = 0; i < gpus; ++i) devices.gpus.devices.push_back(gpu(i));
    return devices;
}

}  // namespace slipway::test
