// SPDX-License-Identifier: Apache-2.0
#include "backends/runs/curvestore.h"

#include "backends/events/eventcodec.h"
#include "backends/platform/filelock.h"
#include "backends/runs/thincurve.h"
#include "runfixture.h"

#include <QTest>

#include <cmath>

using namespace slipway;

class tst_curvestore : public QObject {
    Q_OBJECT
    RunFixture m_fixture;

    static EventBody metric(std::int64_t step, double loss) {
        return MetricEvent{step, {{"loss", loss}, {"test/accuracy", loss / 2}}};
    }
    static std::vector<double> values(const RunFolder& folder, const std::string& name = "loss") {
        std::vector<double> all;
        const auto curves = RunStore::curves(folder);
        if (!curves || !curves->contains(name)) return all;
        for (const CurvePoint& point : curves->at(name)) all.push_back(point.value);
        return all;
    }

private Q_SLOTS:
    void followsTheEvents() {
        const RunFolder folder = m_fixture.makeRun();
        QVERIFY(RunStore::curves(folder)->empty());
        auto writer = EventWriter::open(folder);
        QVERIFY(*writer->append(RunFixture::event(1, StateEvent{})));
        QVERIFY(*writer->append(RunFixture::event(2, metric(10, 2.5))));
        QVERIFY(*writer->append(RunFixture::event(1, metric(10, 9), 1)));
        QCOMPARE(values(folder), (std::vector<double>{2.5}));
        QVERIFY(*writer->append(RunFixture::event(3, metric(20, 1.5))));
        const auto curves = RunStore::curves(folder);
        QCOMPARE(curves->size(), std::size_t{2});
        const auto& points = curves->at("test/accuracy");
        QCOMPARE(points.size(), std::size_t{2});
        QCOMPARE(points[1].step, std::int64_t{20});
        QCOMPARE(points[1].value, 0.75);
        QCOMPARE(points[1].seconds, 2.0);
        QCOMPARE(std::filesystem::file_size(folder.path() / "curves" / "test%2Faccuracy.curve"),
                 std::uintmax_t{48});
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

    void damageIsRepaired_data() {
        QTest::addColumn<QByteArray>("file");
        QTest::addColumn<QByteArray>("content");
        QTest::newRow("state garbage") << QByteArray("state.json") << QByteArray("garbage");
        QTest::newRow("state types") << QByteArray("state.json") << QByteArray(R"({"version":2,"file":3})");
        QTest::newRow("state huge")
            << QByteArray("state.json")
            << QByteArray(R"({"version":2,"file":"rank-0.jsonl","offset":99999999,"curves":{}})");
        QTest::newRow("state of before") << QByteArray("state.json") << QByteArray(R"({"version":1})");
        QTest::newRow("curve cut") << QByteArray("loss.curve") << QByteArray("12345");
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
        QCOMPARE(std::filesystem::file_size(folder.path() / "curves" / "loss.curve"), std::uintmax_t{72});
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

    void manyPointsAreThinnedHoweverOftenTheyAreRead() {
        const RunFolder often = m_fixture.makeRun();
        const RunFolder once = m_fixture.makeRun();
        for (const RunFolder& folder : {often, once}) {
            std::filesystem::create_directories(folder.eventsFile(0).parent_path());
        }
        for (std::int64_t step = 1; step <= 60'000; step += 7'500) {
            tell(often, step, step + 7'499);
            QVERIFY(values(often).size() <= ThinCurve::kMaxPoints);
        }
        tell(once, 1, 60'000);
        const auto curves = RunStore::curves(often);
        QCOMPARE(curves->at("loss").front().step, std::int64_t{1});
        QCOMPARE(curves->at("loss").back().step, std::int64_t{60'000});
        QVERIFY(curves->at("loss").size() > ThinCurve::kMaxPoints / 4);
        QCOMPARE(values(often), values(once));
        QCOMPARE(values(often), values(once));  // as they were kept
        int files = 0;
        for (const auto& file : std::filesystem::directory_iterator(often.path() / "curves"))
            files += file.path().filename().string().starts_with("loss") ? 1 : 0;
        QCOMPARE(files, 1);
    }

    void unwritableFoldersHaveCurves() {
        const RunFolder folder = m_fixture.makeRun();
        auto writer = EventWriter::open(folder);
        QVERIFY(*writer->append(RunFixture::event(1, metric(1, 1))));
        RunFixture::overwrite(folder.path() / "curves", "a file where the folder should be");
        QCOMPARE(values(folder), (std::vector<double>{1}));
    }

    void namesMakeFileNames_data() {
        QTest::addColumn<QByteArray>("metric");
        QTest::addColumn<QByteArray>("file");
        QTest::newRow("plain") << QByteArray("loss") << QByteArray("loss.curve");
        QTest::newRow("slash") << QByteArray("test/f1") << QByteArray("test%2Ff1.curve");
        QTest::newRow("dots") << QByteArray("..") << QByteArray("%2E..curve");
        QTest::newRow("percent") << QByteArray("a%b") << QByteArray("a%25b.curve");
        QTest::newRow("tilde") << QByteArray("loss~4") << QByteArray("loss%7E4.curve");
        QTest::newRow("accent") << QByteArray("\xC3\xA9") << QByteArray("%C3%A9.curve");
    }
    void namesMakeFileNames() {
        QFETCH(QByteArray, metric);
        QFETCH(QByteArray, file);
        QCOMPARE(QByteArray::fromStdString(curveFileName(metric.toStdString())), file);
    }
};

QTEST_APPLESS_MAIN(tst_curvestore)
#include "tst_curvestore.moc"
