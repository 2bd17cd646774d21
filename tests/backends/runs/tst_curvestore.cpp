// SPDX-License-Identifier: Apache-2.0
#include "backends/runs/curvestore.h"

#include "backends/events/eventcodec.h"
#include "backends/platform/filelock.h"
#include "runfixture.h"

#include <QTest>

#include <algorithm>
#include <cmath>

using namespace slipway;

class tst_curvestore : public QObject {
    Q_OBJECT
    RunFixture m_fixture;

    static EventBody metric(std::int64_t step, double loss) {
        return MetricEvent{step, {{"loss", loss}, {"test/accuracy", loss / 2}}};
    }
    static std::uintmax_t fileSize(std::size_t points) {
        return 2 * 8 * PointColumns::kBlockPoints + 8 * points;
    }
    static std::vector<double> values(const RunFolder& folder, const std::string& name = "loss") {
        std::vector<double> all;
        const auto store = CurveStore::open(folder);
        if (!store || !store->curves().contains(name)) return all;
        const CurvePyramid& curve = store->curves().at(name);
        const auto points = curve.slice(0, curve.size());
        for (const CurvePoint& point : *points) all.push_back(point.value);
        return all;
    }

private Q_SLOTS:
    void followsTheEvents() {
        const RunFolder folder = m_fixture.makeRun();
        QVERIFY(CurveStore::open(folder)->curves().empty());
        auto writer = EventWriter::open(folder);
        QVERIFY(*writer->append(RunFixture::event(1, StateEvent{})));
        QVERIFY(*writer->append(RunFixture::event(2, metric(10, 2.5))));
        QVERIFY(*writer->append(RunFixture::event(1, metric(10, 9), 1)));
        QCOMPARE(values(folder), (std::vector<double>{2.5}));
        QVERIFY(*writer->append(RunFixture::event(3, metric(20, 1.5))));
        const auto store = CurveStore::open(folder);
        QCOMPARE(store->curves().size(), std::size_t{2});
        QCOMPARE(store->begin(), RunFixture::event(1, StateEvent{}).time);
        const auto points = *store->curves().at("test/accuracy").points({}, 10);
        QCOMPARE(points.size(), std::size_t{2});
        QCOMPARE(points[1].step, std::int64_t{20});
        QCOMPARE(points[1].value, 0.75);
        QCOMPARE(points[1].seconds, 2.0);
        QCOMPARE(std::filesystem::file_size(folder.path() / "curves" / "test%2Faccuracy.curve"), fileSize(2));
    }

    void laterAttemptsReplaceSteps() {
        const RunFolder folder = m_fixture.makeRun();
        auto writer = EventWriter::open(folder);
        for (std::uint64_t i = 1; i <= 4; ++i)
            QVERIFY(*writer->append(RunFixture::event(i, metric(static_cast<std::int64_t>(i), 1))));
        QCOMPARE(values(folder).size(), std::size_t{4});
        QVERIFY(*writer->append(RunFixture::event(1, metric(3, 7), 0, 2)));
        QVERIFY(*writer->append(RunFixture::event(2, metric(4, 8), 0, 2)));
        const std::vector<double> expected{1, 1, 7, 8};
        QCOMPARE(values(folder), expected);
        QCOMPARE(values(folder), expected);
    }

    // A program that prints every step and writes some of them for TensorBoard, which come later.
    void whatIsToldLateIsLeftOut() {
        const RunFolder folder = m_fixture.makeRun();
        auto writer = EventWriter::open(folder);
        std::uint64_t number = 0;
        for (const std::int64_t step : {1, 2, 3, 4, 2, 4, 5}) {
            ++number;
            QVERIFY(*writer->append(RunFixture::event(number, metric(step, static_cast<double>(number)))));
        }
        const std::vector<double> expected{1, 2, 3, 6, 7};  // the newest of its last step
        QCOMPARE(values(folder), expected);
        QVERIFY(*writer->append(RunFixture::event(++number, metric(1, 9))));
        QCOMPARE(values(folder), expected);  // also by a store that was opened in between
    }

    void damageIsRepaired_data() {
        QTest::addColumn<QByteArray>("file");
        QTest::addColumn<QByteArray>("content");
        QTest::newRow("state garbage") << QByteArray("state.json") << QByteArray("garbage");
        QTest::newRow("state types") << QByteArray("state.json") << QByteArray(R"({"version":3,"file":3})");
        QTest::newRow("state huge")
            << QByteArray("state.json")
            << QByteArray(R"({"version":3,"file":"rank-0.jsonl","offset":99999999,"curves":{}})");
        QTest::newRow("state of before")
            << QByteArray("state.json")
            << QByteArray(R"({"version":2,"file":"rank-0.jsonl","offset":0,"curves":{}})");
        QTest::newRow("curve cut") << QByteArray("loss.curve") << QByteArray("12345");
        QTest::newRow("state of other points")
            << QByteArray("state.json")
            << QByteArray(
                   R"({"version":3,"file":"rank-0.jsonl","offset":9,"curves":{"loss":{"points":3,"last":[3,0,0]}}})");
        QTest::newRow("state without points")
            << QByteArray("state.json")
            << QByteArray(
                   R"({"version":3,"file":"rank-0.jsonl","offset":9,"curves":{"loss":{"points":0,"last":[3,0,0]}}})");
        QTest::newRow("curve empty") << QByteArray("loss.curve") << QByteArray();
    }
    void damageIsRepaired() {
        QFETCH(QByteArray, file);
        QFETCH(QByteArray, content);
        const RunFolder folder = m_fixture.makeRun();
        auto writer = EventWriter::open(folder);
        for (std::uint64_t i = 1; i <= 3; ++i)
            QVERIFY(*writer->append(RunFixture::event(i, metric(static_cast<std::int64_t>(i), double(i)))));
        const std::vector<double> expected{1, 2, 3};
        QCOMPARE(values(folder), expected);
        RunFixture::overwrite(folder.path() / "curves" / file.toStdString(), content.toStdString());
        QCOMPARE(values(folder), expected);
        QCOMPARE(std::filesystem::file_size(folder.path() / "curves" / "loss.curve"), fileSize(3));
    }

    void aCrashBetweenCurveAndStateRepeatsNothing() {
        const RunFolder folder = m_fixture.makeRun();
        auto writer = EventWriter::open(folder);
        QVERIFY(*writer->append(RunFixture::event(1, metric(1, 1))));
        QCOMPARE(values(folder).size(), std::size_t{1});
        RunFixture::append(folder.path() / "curves" / "loss.curve", std::string(24, 'x'));
        QVERIFY(*writer->append(RunFixture::event(2, metric(2, 2))));
        const std::vector<double> expected{1, 2};
        QCOMPARE(values(folder), expected);
        QCOMPARE(values(folder), expected);
    }

    // Events as a rank's file holds them, `from` to `to`.
    static void tell(const slipway::RunFolder& folder, std::int64_t from, std::int64_t to) {
        std::string lines;
        for (std::int64_t step = from; step <= to; ++step)
            lines += encodeEvent(RunFixture::event(static_cast<std::uint64_t>(step),
                                                   metric(step, std::sin(static_cast<double>(step))))) +
                     "\n";
        RunFixture::append(folder.eventsFile(0), lines);
    }

    void howeverOftenTheyAreReadEachPointIsThere() {
        const RunFolder often = m_fixture.makeRun();
        std::filesystem::create_directories(often.eventsFile(0).parent_path());
        for (std::int64_t step = 1; step <= 30'000; step += 7'500) {
            tell(often, step, step + 7'499);
            QCOMPARE(values(often).size(), std::size_t(step + 7'499));
        }
        const std::vector<double> all = values(often);
        for (std::size_t i = 0; i < all.size(); ++i) QCOMPARE(all[i], std::sin(static_cast<double>(i + 1)));
    }

    void whatElseIsToldDoesNotMatter() {
        const RunFolder folder = m_fixture.makeRun();
        auto writer = EventWriter::open(folder);
        const LogEvent log{LogEvent::Stream::Stdout, R"({"kind":"metric","step":9,"values":{"loss":9}})"};
        QVERIFY(*writer->append(RunFixture::event(1, log)));
        QVERIFY(values(folder).empty());
        QVERIFY(*writer->append(RunFixture::event(2, metric(1, 5))));
        QVERIFY(*writer->append(RunFixture::event(3, log)));
        QVERIFY(*writer->append(RunFixture::event(4, metric(2, 4))));
        QCOMPARE(values(folder), (std::vector<double>{5, 4}));
        QCOMPARE(CurveStore::open(folder)->begin(), RunFixture::event(1, log).time);
    }

    // An attempt that told from an earlier step on had just been taken in when the process ended.
    void aCrashWhileStepsAreReplacedLosesNothing() {
        const RunFolder folder = m_fixture.makeRun();
        auto writer = EventWriter::open(folder);
        for (std::uint64_t i = 1; i <= 1000; ++i)
            QVERIFY(*writer->append(RunFixture::event(i, metric(static_cast<std::int64_t>(i), 1))));
        QCOMPARE(values(folder).size(), std::size_t{1000});
        const auto state = folder.path() / "curves" / "state.json";
        const std::string before = RunFixture::text(state);
        for (std::uint64_t i = 1; i <= 700; ++i)
            QVERIFY(
                *writer->append(RunFixture::event(i, metric(static_cast<std::int64_t>(i) + 300, 2), 0, 2)));
        const std::vector<double> expected = values(folder);
        QCOMPARE(expected.size(), std::size_t{1000});
        QCOMPARE(std::ranges::count(expected, 2.0), 700);
        RunFixture::overwrite(state, before);  // names points that are others by now
        QCOMPARE(values(folder), expected);
    }

    void unwritableFoldersHaveCurves() {
        const RunFolder folder = m_fixture.makeRun();
        auto writer = EventWriter::open(folder);
        QVERIFY(*writer->append(RunFixture::event(1, metric(1, 1))));
        RunFixture::overwrite(folder.path() / "curves", "a file where the folder should be");
        QCOMPARE(values(folder), (std::vector<double>{1}));
    }
};

QTEST_APPLESS_MAIN(tst_curvestore)
#include "tst_curvestore.moc"
