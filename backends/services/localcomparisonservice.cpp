// SPDX-License-Identifier: Apache-2.0
#include "backends/platform/files.h"
#include "backends/services/comparedcurves.h"
#include "backends/services/localservices.h"
#include "backends/services/worker.h"

#include <QTimer>

#include <algorithm>
#include <map>

namespace slipway {
namespace {

constexpr int kLookAgain = 2000;  // ms, while one of the runs goes on
constexpr int kQuiet = 300;       // ms after the last curves: what differs comes after what is drawn

class LocalComparisonService final : public ComparisonService {
public:
    LocalComparisonService(std::filesystem::path home, QObject* owner)
        : ComparisonService(owner),
          m_home(std::move(home)),
          m_curvesWorker(this, 1),
          m_comparer(this, 1) {
        m_clock.setSingleShot(true);
        m_quiet.setSingleShot(true);
        m_quiet.setInterval(kQuiet);
        connect(&m_quiet, &QTimer::timeout, this, &LocalComparisonService::compare);
        connect(&m_clock, &QTimer::timeout, this, &LocalComparisonService::openAgain);
    }
    ~LocalComparisonService() override { m_stop.request_stop(); }

    void open(const std::vector<RunId>& runs) override {
        close();
        m_runs = runs;
        openAgain();
    }

    void close() override {
        m_stop.request_stop();
        m_stop = std::stop_source();
        m_runs.clear();
        m_curves.reset();
        m_waiting.clear();
        m_clock.stop();
        m_quiet.stop();
        ++m_generation;
    }

    void read(const CurveQuestion& question) override {
        m_waiting.insert_or_assign(question.metric, question);
        readNext();
    }

    void saveCsv(const std::string& metric, const QString& file) override {
        if (!m_curves) return;
        write(file, [curves = m_curves, metric, stop = m_stop.get_token()](const std::filesystem::path& to) {
            return curves->writeCsv(metric, to, stop);
        });
    }

    void save(const QByteArray& content, const QString& file) override {
        write(file, [text = content.toStdString()](const std::filesystem::path& to) {
            return writeFileAtomically(to, text);
        });
    }

private:
    using CurvesPtr = std::shared_ptr<ComparedCurves>;

    void openAgain() {
        m_curvesWorker.run(
            [home = m_home, runs = m_runs,
             stop = m_stop.get_token()](const std::stop_token&) -> Result<CurvesPtr> {
                SLIPWAY_TRY(ComparedCurves curves, ComparedCurves::open(home, runs, stop));
                return std::make_shared<ComparedCurves>(std::move(curves));
            },
            [this, generation = m_generation](const Result<CurvesPtr>& opened) {
                if (generation != m_generation) return;
                if (!opened) {
                    Q_EMIT failed(opened.error());
                    if (m_curves) m_clock.start(kLookAgain);
                    return;
                }
                take(*opened);
            });
    }

    void take(const CurvesPtr& curves) {
        const bool isFirst = !m_curves;
        const bool hadEnded = !isFirst && hasEnded(*m_curves);
        m_curves = curves;
        Q_EMIT opened(
            std::make_shared<const ComparedRuns>(ComparedRuns{curves->records(), curves->metrics()}));
        readNext();
        if (!hasEnded(*curves)) m_clock.start(kLookAgain);
        if (isFirst || hasEnded(*curves) != hadEnded) m_quiet.start();
    }

    static bool hasEnded(const ComparedCurves& curves) {
        return std::ranges::all_of(curves.records(),
                                   [](const RunRecord& run) { return isFinal(run.status.state); });
    }

    void compare() {
        if (m_curves->folders().size() < 2) return;
        m_comparer.run([folders = m_curves->folders(), stop = m_stop.get_token()](
                           const std::stop_token&) { return compareRuns(folders, stop); },
                       [this, generation = m_generation](Result<RunComparison> comparison) {
                           if (generation != m_generation) return;
                           if (comparison)
                               Q_EMIT compared(std::make_shared<const RunComparison>(*std::move(comparison)));
                           else
                               Q_EMIT failed(comparison.error());
                       });
    }

    void readNext() {
        if (m_isReading || m_waiting.empty() || !m_curves) return;
        m_isReading = true;
        const CurveQuestion question = m_waiting.begin()->second;
        m_waiting.erase(m_waiting.begin());
        m_curvesWorker.run(
            [curves = m_curves, question, stop = m_stop.get_token()](const std::stop_token&) {
                return curves->read(question, stop);
            },
            [this, generation = m_generation](Result<CurveAnswer> answer) {
                m_isReading = false;
                if (m_quiet.isActive()) m_quiet.start();
                if (generation == m_generation) {
                    if (answer)
                        Q_EMIT curvesRead(std::make_shared<const CurveAnswer>(*std::move(answer)));
                    else
                        Q_EMIT failed(answer.error());
                }
                readNext();
            });
    }

    template <typename Write>
    void write(const QString& file, const Write& write) {
        m_curvesWorker.run([file, write](const std::stop_token&) { return write(file.toStdString()); },
                           [this, file](const Result<void>& done) {
                               if (done)
                                   Q_EMIT saved(file);
                               else
                                   Q_EMIT failed(done.error());
                           });
    }

    std::filesystem::path m_home;
    QTimer m_clock;
    QTimer m_quiet;
    std::vector<RunId> m_runs;
    CurvesPtr m_curves;  // read by one worker at a time
    std::map<std::string, CurveQuestion> m_waiting;
    bool m_isReading = false;
    std::uint64_t m_generation = 0;
    std::stop_source m_stop;
    // Last, so that they are waited for while all else still lives.
    Worker m_curvesWorker;
    Worker m_comparer;
};

}  // namespace

ComparisonService* makeComparisonService(const std::filesystem::path& home, QObject* owner) {
    return new LocalComparisonService(home, owner);
}

}  // namespace slipway
