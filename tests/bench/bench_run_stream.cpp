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

#include <QApplication>
#include <QVBoxLayout>

#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <vector>

using namespace slipway;
namespace fs = std::filesystem;

namespace {

constexpr int kPerSecond = 2000;
constexpr double kBar = 8;
constexpr double kIdle = 0.1;  // a turn that only woke

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

// What a job's page shows of its run.
class Follower final : public QWidget {
public:
    explicit Follower(RunFeed& feed) : m_run(new RunPanel), m_log(new LogPanel(&m_lines)) {
        auto* layout = new QVBoxLayout(this);
        layout->addWidget(m_run, 3);
        layout->addWidget(m_log, 1);
        connect(&feed, &RunFeed::snapshotChanged, this, [this](const RunSnapshotPtr& snapshot) {
            m_run->setRun(snapshot);
            const auto loss = snapshot->curves.find("loss");
            if (loss != snapshot->curves.end() && !loss->second->steps.empty())
                m_shown = loss->second->steps.back();
        });
        connect(&feed, &RunFeed::linesAppended, &m_lines, &LogListModel::append);
    }
    double shown() const { return m_shown; }

private:
    LogListModel m_lines;
    RunPanel* m_run;
    LogPanel* m_log;
    double m_shown = 0;
};

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
    Follower page(*feed);
    page.resize(1208, 760);
    page.show();
    feed->follow(id);
    std::vector<double> turns;  // in which something was done
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(seconds);
    while (std::chrono::steady_clock::now() < end) {
        const double before = cpuMilliseconds();
        QApplication::processEvents(QEventLoop::WaitForMoreEvents);
        if (const double turn = cpuMilliseconds() - before; turn > kIdle) turns.push_back(turn);
    }
    int status = 0;
    if (::waitpid(teller, &status, 0) != teller || status != 0) return 1;
    if (page.shown() < (seconds - 2) * kPerSecond) {
        std::fprintf(stderr, "bench_run_stream failed: only %g points were shown\n", page.shown());
        return 1;
    }
    std::sort(turns.begin(), turns.end());
    const auto share = [&](double part) {
        return turns[static_cast<std::size_t>(part * static_cast<double>(turns.size() - 1))];
    };
    std::printf(
        "{\"name\": \"run-stream\", \"value\": %.3f, \"unit\": \"milliseconds of CPU a turn, p99\", \"bar\": %g, \"holds\": %s, "
        "\"compared_with\": \"the median of %zu turns that did something; the longest is %.3f ms\", \"ratio\": %.4g}\n",
        share(0.99), kBar, share(0.99) <= kBar ? "true" : "false", turns.size(), share(1),
        share(0.99) / share(0.5));
    return 0;
}
