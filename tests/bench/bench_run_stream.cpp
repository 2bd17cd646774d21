// SPDX-License-Identifier: GPL-3.0-or-later
// CPU time of the GUI thread for a turn of its event loop while a run's page follows 2,000 events a second; one JSON line.
//   bench_run_stream [SECONDS]
// Another process tells the events as a training does: two metrics a step, now and then a log line, progress twice a second.
#include "backends/platform/folders.h"
#include "backends/platform/stoppablewait.h"
#include "backends/runs/runstore.h"
#include "backends/services/localservices.h"
#include "widgets/common/theme.h"
#include "widgets/itemmodels/loglistmodel.h"
#include "widgets/panels/logpanel.h"
#include "widgets/panels/runpanel.h"

#include <QAbstractEventDispatcher>
#include <QApplication>
#include <QTimer>
#include <QVBoxLayout>

#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <ctime>

using namespace slipway;
namespace fs = std::filesystem;

namespace {

constexpr int kPerSecond = 2000;
constexpr double kBar = 8;

template <typename T>
T orEnd(Result<T> result) {
    if (result) return *std::move(result);
    std::fprintf(stderr, "bench_run_stream failed: %s\n", describe(result.error()).c_str());
    std::exit(1);
}

double cpuMilliseconds() {
    timespec time{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) * 1e3 + static_cast<double>(time.tv_nsec) / 1e6;
}

void tell(const RunFolder& folder, const RunId& id, int seconds) {
    EventWriter writer = orEnd(EventWriter::open(folder));
    std::uint64_t seq = 0;
    const auto write = [&](EventBody body) {
        static_cast<void>(orEnd(writer.append({id, 1, 0, ++seq, now(), std::move(body)})));
    };
    write(StateEvent{RunState::Running, ""});
    constexpr int kAtOnce = kPerSecond / 100;
    for (int told = 1; told <= seconds * kPerSecond; ++told) {
        const auto x = static_cast<double>(told);
        write(MetricEvent{told,
                          {{"loss", 2 / std::sqrt(1 + x / 50) + std::sin(x) / 40},
                           {"accuracy", 1 - 1 / std::sqrt(1 + x)}}});
        if (told % 10 == 0)
            write(LogEvent{LogEvent::Stream::Stdout, "step " + std::to_string(told) + ": loss is falling",
                           false});
        if (told % (kPerSecond / 2) == 0) {
            ProgressEvent progress;
            progress.step = told;
            progress.steps = static_cast<std::int64_t>(seconds) * kPerSecond;
            write(progress);
        }
        if (told % kAtOnce == 0) waitUnlessStopped(std::chrono::milliseconds(10), {});
    }
}

}  // namespace

int main(int argc, char** argv) {
    const int seconds = argc > 1 ? std::atoi(argv[1]) : 20;
    const TemporaryFolder home = orEnd(TemporaryFolder::create());
    const RunStore store = orEnd(RunStore::open(home.path()));
    JobSpec job;
    job.name = "followed";
    job.work = ProgramSpec{{"true"}};
    const RunFolder folder = orEnd(store.create(job, home.path(), TargetId("here")));
    const RunId id = orEnd(folder.record()).id;
    const pid_t teller = ::fork();
    if (teller == 0) {
        tell(folder, id, seconds);
        ::_exit(0);
    }

    QApplication application(argc, argv);
    theme::apply(application, ThemeChoice::Light);
    const std::unique_ptr<RunFeed> feed(makeRunFeed(home.path(), nullptr));
    QWidget page;
    auto* layout = new QVBoxLayout(&page);
    auto* run = new RunPanel;
    LogListModel lines;
    auto* log = new LogPanel(&lines);
    layout->addWidget(run, 3);
    layout->addWidget(log, 1);
    std::size_t points = 0;
    QObject::connect(feed.get(), &RunFeed::snapshotChanged, &page, [&](const RunSnapshotPtr& snapshot) {
        run->setRun(snapshot);
        if (const auto loss = snapshot->curves.find("loss"); loss != snapshot->curves.end())
            points = static_cast<std::size_t>(loss->second->steps.empty() ? 0 : loss->second->steps.back());
    });
    QObject::connect(feed.get(), &RunFeed::linesAppended, &lines, &LogListModel::append);
    page.resize(1208, 760);
    page.show();
    feed->follow(id);

    std::vector<double> turns;
    double awake = cpuMilliseconds();
    const auto* dispatcher = QAbstractEventDispatcher::instance();
    QObject::connect(dispatcher, &QAbstractEventDispatcher::awake, &page, [&] { awake = cpuMilliseconds(); });
    QObject::connect(dispatcher, &QAbstractEventDispatcher::aboutToBlock, &page,
                     [&] { turns.push_back(cpuMilliseconds() - awake); });
    QTimer::singleShot(std::chrono::seconds(seconds), &application, &QCoreApplication::quit);
    QCoreApplication::exec();
    int status = 0;
    if (::waitpid(teller, &status, 0) != teller || status != 0) return 1;
    if (points < static_cast<std::size_t>(seconds - 2) * kPerSecond) {
        std::fprintf(stderr, "bench_run_stream failed: only %zu points were shown\n", points);
        return 1;
    }
    std::sort(turns.begin(), turns.end());
    const auto share = [&](double part) {
        return turns[static_cast<std::size_t>(part * static_cast<double>(turns.size() - 1))];
    };
    std::printf(
        "{\"name\": \"run-stream\", \"value\": %.3f, \"unit\": \"milliseconds of CPU a turn, p99\", \"bar\": %g, \"holds\": %s, "
        "\"compared_with\": \"the median of %zu turns; the longest is %.3f ms\", \"ratio\": %.4g}\n",
        share(0.99), kBar, share(0.99) <= kBar ? "true" : "false", turns.size(), share(1),
        share(0.99) / share(0.5));
    return 0;
}
