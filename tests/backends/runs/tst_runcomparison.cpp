// SPDX-License-Identifier: Apache-2.0
#include "backends/runs/runcomparison.h"

#include "runfixture.h"

#include <QTest>

#include <algorithm>
#include <cmath>

using namespace slipway;

class tst_runcomparison : public QObject {
    Q_OBJECT
    RunFixture m_fixture;

    RunFolder makeRun(const std::map<std::int64_t, double>& losses,
                      std::vector<EventBody> bodies = {}) const {
        RunFolder folder = m_fixture.makeRun();
        for (const auto& [step, loss] : losses) bodies.emplace_back(MetricEvent{step, {{"loss", loss}}});
        auto writer = EventWriter::open(folder);
        std::uint64_t seq = 0;
        for (EventBody& body : bodies)
            if (!writer->append(RunFixture::event(++seq, std::move(body)))) qFatal("cannot write");
        return folder;
    }
    static RunComparison compared(const std::vector<RunFolder>& folders) {
        auto comparison = compareRuns(folders);
        if (!comparison) qFatal("%s", comparison.error().message.c_str());
        return *std::move(comparison);
    }
    static MetricPartings partings(const RunFolder& a, const RunFolder& b) {
        return compared({a, b}).metrics.front().partings.front();
    }

private Q_SLOTS:
    void lossesPartAtTheFirstStepThatDiffers() {
        const RunFolder one = makeRun({{1, 5}, {2, 4}, {3, 3}, {4, 2}});
        const RunFolder other = makeRun({{1, 5}, {2, 4}, {3, 3 + 1e-9}, {4, 2.1}});
        const MetricPartings parted = partings(one, other);
        QCOMPARE(parted.steps, std::size_t{4});
        QCOMPARE(parted.exact->step, std::int64_t{3});
        QCOMPARE(parted.visible->step, std::int64_t{4});
        QCOMPARE(parted.visible->first, 2.0);
        QCOMPARE(parted.visible->other, 2.1);
        const MetricPartings same = partings(one, makeRun({{1, 5}, {2, 4}, {3, 3}, {4, 2}}));
        QVERIFY(!same.exact && !same.visible);
        QCOMPARE(same.steps, std::size_t{4});
    }

    void onlyStepsThatBothToldCount() {
        const RunFolder tens = makeRun({{10, 1}, {20, 2}, {30, 3}});
        const MetricPartings parted = partings(tens, makeRun({{5, 9}, {10, 1}, {15, 9}, {30, 4}}));
        QCOMPARE(parted.steps, std::size_t{2});
        QCOMPARE(parted.exact->step, std::int64_t{30});
        const MetricPartings never = partings(tens, makeRun({{1, 1}, {11, 2}}));
        QCOMPARE(never.steps, std::size_t{0});
        QVERIFY(!never.exact);
    }

    void whatIsNoNumberIsLikeItself() {
        const double nan = std::nan(""), inf = std::numeric_limits<double>::infinity();
        const RunFolder one = makeRun({{1, nan}, {2, inf}, {3, 1}});
        QVERIFY(!partings(one, makeRun({{1, nan}, {2, inf}, {3, 1}})).exact);
        QCOMPARE(partings(one, makeRun({{1, nan}, {2, -inf}, {3, 1}})).visible->step, std::int64_t{2});
        QCOMPARE(partings(one, makeRun({{1, nan}, {2, inf}, {3, nan}})).visible->step, std::int64_t{3});
    }

    void longCurvesAreWalked() {
        std::map<std::int64_t, double> losses;
        for (std::int64_t step = 1; step <= 70'000; ++step) losses[step] = 1;
        const RunFolder one = makeRun(losses);
        losses[69'999] = 2;
        const MetricPartings parted = partings(one, makeRun(losses));
        QCOMPARE(parted.steps, std::size_t{70'000});
        QCOMPARE(parted.exact->step, std::int64_t{69'999});
    }

    void whatDiffersIsNamed() {
        const RunFolder one =
            makeRun({{1, 5}}, {RankStartedEvent{"a", 1, "cpu"}, InputEvent{"images", "sha256:1", {}},
                               LogEvent{LogEvent::Stream::Stdout, "x"}});
        const RunFolder other =
            makeRun({}, {RankStartedEvent{"b", 2, "cpu"}, InputEvent{"images", "sha256:2", {}},
                         ResultEvent{{{"model.bin", Digest("sha256:3"), {}}}, ""}});
        RunFixture::overwrite(other.jobFile(), RunFixture::text(one.jobFile()) + "seed: 7\n");
        RunFixture::overwrite(one.jobFile(), RunFixture::text(one.jobFile()) + "grace: 7s\n");
        const RunComparison comparison = compared({one, other, one});
        QCOMPARE(comparison.runs.size(), std::size_t{3});
        const auto rows = [](const std::vector<RunDifference>& differences) {
            QStringList all;
            for (const RunDifference& difference : differences) {
                QString row = QString::fromStdString(difference.name);
                for (const auto& value : difference.values)
                    row += QStringLiteral("|") + QString::fromStdString(value.value_or("-"));
                all << row;
            }
            return all;
        };
        QCOMPARE(rows(comparison.environment), QStringList{QStringLiteral("rank 0 host|a|b|a")});
        QCOMPARE(rows(comparison.digests),
                 QStringList({QStringLiteral("input images|sha256:1|sha256:2|sha256:1"),
                              QStringLiteral("result model.bin|-|sha256:3|-")}));
        QCOMPARE(rows(comparison.settings),
                 QStringList({QStringLiteral("grace|7s|30s|7s"), QStringLiteral("seed|0|7|0")}));
        QCOMPARE(comparison.metrics.front().last.at(0)->value, 5.0);
        QVERIFY(!comparison.metrics.front().last.at(1));
        QCOMPARE(comparison.metrics.front().partings.at(0).steps, std::size_t{0});
        QCOMPARE(comparison.metrics.front().partings.at(1).steps, std::size_t{1});
    }

    void aDamagedRunIsTold() {
        const RunFolder one = makeRun({{1, 5}});
        const RunFolder other = makeRun({{1, 5}});
        RunFixture::overwrite(other.path() / "run.json", "?");
        QCOMPARE(compareRuns(std::vector{one, other}).error().code, ErrorCode::Corrupt);
    }
};

QTEST_APPLESS_MAIN(tst_runcomparison)
#include "tst_runcomparison.moc"
