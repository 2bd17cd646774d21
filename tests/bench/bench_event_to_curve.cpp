// SPDX-License-Identifier: GPL-3.0-or-later
// A metric told in a pod of the test cluster to its point on the painted curve; one JSON line. The job is submitted, followed and
// drawn by the window's own services and panel. The metric's value is the clock at which the pod told it: /proc/uptime, which
// host and pod share and which is cut to 10 ms, so that the figure is up to that much too high.
//   bench_event_to_curve [EVENTS]
#include "backends/services/localservices.h"
#include "tests/contract/clusterfixture.h"
#include "widgets/charts/timeserieschart.h"
#include "widgets/common/theme.h"
#include "widgets/panels/runpanel.h"

#include <QApplication>
#include <QTimer>

#include <time.h>

#include <algorithm>
#include <chrono>
#include <cstdio>

using namespace slipway;

namespace {

constexpr double kBar = 1.0;
constexpr const char* kMetric = "test/told";  // the panel smooths no test metric

double bootSeconds() {
    timespec time{};
    ::clock_gettime(CLOCK_BOOTTIME, &time);
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
}

JobSpec tellingJob(std::size_t events) {
    JobSpec job;
    job.name = "event-to-curve";
    // Not in step with anything that looks ten times a second.
    job.work = ProgramSpec{{"/bin/sh", "-c",
                            "i=0; while [ $i -lt " + std::to_string(events) +
                                " ]; do usleep 730000; i=$((i+1)); read now rest </proc/uptime; "
                                "echo '{\"kind\":\"metric\",\"step\":'$i',\"values\":{\"" +
                                kMetric + "\":'$now'}}' >&3; done; sleep 5"}};
    job.resources.cpu = MilliCpu{100};
    job.resources.memory = Bytes{std::int64_t{128} << 20};
    job.resources.sharedMemory = Bytes{std::int64_t{16} << 20};
    return job;
}

class Measurement final : public QObject {
public:
    Measurement(const ClusterFixture& cluster, std::size_t events)
        : m_runs(makeRunService(cluster.settings(), this)),
          m_feed(makeRunFeed(cluster.settings().home, this)),
          m_events(events) {
        connect(m_runs, &RunService::started, this,
                [this](const RunRecord& record) { m_feed->follow(record.id); });
        connect(m_runs, &RunService::failed, this,
                [](const RunId&, const Error& error) { giveUp(describe(error)); });
        connect(m_runs, &RunService::startFailed, this,
                [](const QString&, const Error& error) { giveUp(describe(error)); });
        connect(m_feed, &RunFeed::failed, this, [](const Error& error) { giveUp(describe(error)); });
        connect(m_feed, &RunFeed::snapshotChanged, this, &Measurement::show);
        m_panel.resize(1000, 700);
        m_panel.show();
        StartRequest request;
        request.job = cluster.onImage(tellingJob(events));
        request.jobFolder = cluster.home.path();
        request.target = cluster.target();
        request.registry = QString::fromStdString("http://" + cluster.registry() + "/event-to-curve");
        m_runs->start(request);
        QTimer::singleShot(std::chrono::minutes(3), this, [] { giveUp("no end within 3 minutes"); });
    }

    std::vector<double> sortedSeconds() const {
        std::vector<double> sorted = m_seconds;
        std::sort(sorted.begin(), sorted.end());
        return sorted;
    }

private:
    static void giveUp(const std::string& reason) {
        std::fprintf(stderr, "bench_event_to_curve failed: %s\n", reason.c_str());
        QApplication::exit(1);
    }

    void show(const RunSnapshotPtr& snapshot) {
        m_panel.setRun(snapshot);
        const auto curve = snapshot->curves.find(kMetric);
        if (curve == snapshot->curves.end()) {
            if (isFinal(snapshot->record.status.state)) giveUp(snapshot->record.status.reason);
            return;
        }
        // After the chart's own deferred drawing.
        QTimer::singleShot(0, &m_panel, [this, points = curve->second] {
            m_panel.repaint();
            const double shown = bootSeconds();
            for (std::size_t at = m_seconds.size(); at < points->values.size(); ++at)
                m_seconds.push_back(shown - points->values[at]);
            if (m_seconds.size() >= m_events) QApplication::exit(0);
        });
    }

    RunService* m_runs;
    RunFeed* m_feed;
    RunPanel m_panel;
    std::size_t m_events;
    std::vector<double> m_seconds;
};

}  // namespace

int main(int argc, char** argv) {
    QApplication application(argc, argv);
    std::string reason;
    const auto cluster = ClusterFixture::find(reason);
    if (!cluster) {
        std::fprintf(stderr, "no figure: %s\n", reason.c_str());
        return 77;
    }
    theme::apply(application, ThemeChoice::Light);
    const std::size_t events = argc > 1 ? std::strtoul(argv[1], nullptr, 10) : 40;
    const Measurement measurement(*cluster, events);
    if (QApplication::exec() != 0) return 1;
    const std::vector<double> seconds = measurement.sortedSeconds();
    std::printf(
        "{\"name\": \"event-to-curve\", \"value\": %.3f, \"unit\": \"seconds, the slowest of %zu events\", \"bar\": %.1f, "
        "\"holds\": %s, \"compared_with\": \"the bar alone; median %.3f s\", \"spread\": [%.3f, %.3f]}\n",
        seconds.back(), seconds.size(), kBar, seconds.back() <= kBar ? "true" : "false",
        seconds[seconds.size() / 2], seconds.front(), seconds.back());
    return 0;
}
