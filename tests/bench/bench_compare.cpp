// SPDX-License-Identifier: GPL-3.0-or-later
// The comparison of many runs in the window; one JSON line.
//   bench_compare open [RUNS [POINTS]]    from the call to all charts in sight drawn, and what the process then holds in memory
//   bench_compare pan [RUNS [POINTS]]     CPU time of the GUI thread for one turn of its event loop while a part is panned
// The runs are made in a temporary folder ($TMPDIR): ten that tell their points one an event, whose curves the others have copies of, and
// whose events they share by hard links (a thousand runs of 100,000 points: 3 GB, a minute).
#include "backends/events/eventcodec.h"
#include "backends/platform/folders.h"
#include "backends/runs/curvestore.h"
#include "backends/services/localservices.h"
#include "widgets/pages/comparisonpage.h"

#include <QApplication>
#include <QMouseEvent>

#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <set>
#include <sstream>

using namespace slipway;
namespace fs = std::filesystem;

namespace {

constexpr int kTold = 10;

template <typename T>
T orEnd(Result<T> result) {
    if (result) return *std::move(result);
    std::fprintf(stderr, "bench_compare failed: %s\n", describe(result.error()).c_str());
    std::exit(1);
}

double millisecondsOf(clockid_t clock) {
    timespec time{};
    clock_gettime(clock, &time);
    return static_cast<double>(time.tv_sec) * 1e3 + static_cast<double>(time.tv_nsec) / 1e6;
}

RunFolder makeRun(const RunStore& store) {
    JobSpec job;
    job.name = "compared";
    job.work = ProgramSpec{{"true"}};
    RunFolder folder = orEnd(store.create(job, store.home(), TargetId("here")));
    static_cast<void>(orEnd(folder.update([](RunRecord& record) {
        record.status = {RunState::Succeeded, ""};
    })));
    return folder;
}

void tellPoints(const RunFolder& folder, int number, std::int64_t points) {
    fs::create_directories(folder.path() / "events");
    std::ofstream file(folder.eventsFile(0));
    for (std::int64_t step = 1; step <= points; ++step) {
        const auto x = static_cast<double>(step);
        const double loss = 2 / std::sqrt(1 + x / 50) + number * 0.02 + std::sin(x * (number + 3)) / 40;
        file << encodeEvent({RunId("compared-1-aaaaa"), 1, 0, static_cast<std::uint64_t>(step),
                             Timestamp{std::chrono::microseconds{1'790'000'000'000'000 + step * 10'000}},
                             MetricEvent{step, {{"loss", loss}}}})
             << '\n';
    }
    file.close();
    static_cast<void>(orEnd(CurveStore::open(folder)));
}

void makeRuns(const fs::path& home, int runs, std::int64_t points) {
    const RunStore store = orEnd(RunStore::open(home));
    std::vector<RunFolder> told;
    for (int number = 0; number < runs; ++number) {
        const RunFolder folder = makeRun(store);
        if (number < kTold) {
            tellPoints(folder, number, points);
            told.push_back(folder);
            continue;
        }
        const RunFolder& from = told[static_cast<std::size_t>(number % kTold)];
        fs::copy(from.path() / "curves", folder.path() / "curves", fs::copy_options::recursive);
        fs::create_directories(folder.path() / "events");
        fs::create_hard_link(from.eventsFile(0), folder.eventsFile(0));
    }
}

double residentMegabytes() {
    std::ifstream file("/proc/self/statm");
    double all = 0, resident = 0;
    file >> all >> resident;
    return resident * static_cast<double>(sysconf(_SC_PAGESIZE)) / 1e6;
}

double percentile(std::vector<double> values, double share) {
    std::sort(values.begin(), values.end());
    return values[static_cast<std::size_t>(share * static_cast<double>(values.size() - 1))];
}

// The same points read one run after the other, as without a pyramid.
double scanMilliseconds(const fs::path& home, int runs) {
    const double begun = millisecondsOf(CLOCK_MONOTONIC);
    std::vector<char> buffer(1 << 20);
    for (int run = 1; run <= std::min(runs, kTold); ++run) {
        std::ifstream file(home / "runs" / std::to_string(run) / "curves" / "loss.curve", std::ios::binary);
        while (file.read(buffer.data(), static_cast<std::streamsize>(buffer.size())) || file.gcount() > 0)
            continue;
    }
    return (millisecondsOf(CLOCK_MONOTONIC) - begun) * runs / std::min(runs, kTold);
}

class Window {
public:
    explicit Window(const fs::path& home) : m_page(servicesOf(home)) {
        for (const RunRecord& record : orEnd(orEnd(RunStore::open(home)).list())) m_ids.push_back(record.id);
        m_page.resize(1208, 760);
        m_page.show();
        QObject::connect(&m_page, &ComparisonPage::chartChanged, &m_page,
                         [this](const ComparisonChart* chart) {
                             m_isDrawn = !chart->isRendering() && chart->valuesAt(1).size() == m_ids.size();
                         });
        QApplication::processEvents();
    }

    double open() {
        const double begun = millisecondsOf(CLOCK_MONOTONIC);
        m_page.open(m_ids);
        while (!m_isDrawn) QApplication::processEvents(QEventLoop::WaitForMoreEvents);
        return millisecondsOf(CLOCK_MONOTONIC) - begun;
    }

    // One turn of the loop for each move of the mouse, and one more, in which what was begun goes on.
    std::vector<double> pan(int moves) {
        ComparisonChart* chart = m_page.charts().front();
        const ChartRange all = chart->shown();
        chart->setRange(ChartRange{all.to * 0.3, all.to * 0.6});
        send(chart, QEvent::MouseButtonPress, 600, Qt::LeftButton);
        std::vector<double> turns;
        for (int move = 0; move < moves; ++move) {
            turns.push_back(turn([&] { send(chart, QEvent::MouseMove, 600 - move % 200, Qt::NoButton); }));
            turns.push_back(turn([] {}));
        }
        send(chart, QEvent::MouseButtonRelease, 400, Qt::LeftButton);
        return turns;
    }

private:
    Services servicesOf(const fs::path& home) {
        Services services;
        services.ui = &m_ui;
        services.makeComparison = [home](QObject* owner) { return makeComparisonService(home, owner); };
        return services;
    }
    static void send(QWidget* to, QEvent::Type type, int x, Qt::MouseButton button) {
        const QPointF at(x, 80);
        QMouseEvent event(type, at, to->mapToGlobal(at), button, Qt::LeftButton, Qt::ShiftModifier);
        QCoreApplication::sendEvent(to, &event);
    }
    template <typename Begin>
    static double turn(const Begin& begin) {
        const double before = millisecondsOf(CLOCK_THREAD_CPUTIME_ID);
        begin();
        QApplication::processEvents();
        return millisecondsOf(CLOCK_THREAD_CPUTIME_ID) - before;
    }

    UiState m_ui;
    ComparisonPage m_page;
    std::vector<RunId> m_ids;
    bool m_isDrawn = false;
};

void report(const char* name, double value, const char* unit, double bar, bool holds,
            const std::string& comparedWith, double peer) {
    std::printf(
        "{\"name\": \"%s\", \"value\": %.3f, \"unit\": \"%s\", \"bar\": %g, \"holds\": %s, \"compared_with\": \"%s\", "
        "\"ratio\": %.4g}\n",
        name, value, unit, bar, holds ? "true" : "false", comparedWith.c_str(), value / peer);
}

}  // namespace

int main(int argc, char** argv) {
    const std::string verb = argc > 1 ? argv[1] : "";
    const int runs = argc > 2 ? std::atoi(argv[2]) : 1000;
    const std::int64_t points = argc > 3 ? std::atoll(argv[3]) : 100'000;
    const TemporaryFolder folder = orEnd(TemporaryFolder::create());
    // In a process of its own, so that nothing of it is in the memory that is measured.
    const pid_t maker = ::fork();
    if (maker == 0) {
        makeRuns(folder.path(), runs, points);
        ::_exit(0);
    }
    int status = 0;
    if (::waitpid(maker, &status, 0) != maker || status != 0) return 1;

    const QApplication application(argc, argv);
    Window window(folder.path());
    const double opened = window.open();
    if (verb == "open") {
        constexpr double kBar = 1000, kMostMegabytes = 500;
        const double memory = residentMegabytes();
        report("compare-open", opened, "milliseconds", kBar, opened <= kBar && memory <= kMostMegabytes,
               "all points of " + std::to_string(runs) + " runs read; resident memory " +
                   std::to_string(std::llround(memory)) + " MB, at most 500",
               scanMilliseconds(folder.path(), runs));
    } else if (verb == "pan") {
        constexpr double kBar = 16;
        const std::vector<double> turns = window.pan(300);
        const double p95 = percentile(turns, 0.95);
        report("compare-pan", p95, "milliseconds of CPU a frame, p95", kBar, p95 <= kBar,
               "the median; the longest is " + std::to_string(percentile(turns, 1)) + " ms",
               percentile(turns, 0.5));
    }
    return 0;
}
