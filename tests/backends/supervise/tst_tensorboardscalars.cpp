// SPDX-License-Identifier: Apache-2.0
#include "backends/supervise/tensorboardscalars.h"

#include <signal.h>

#include <QTemporaryDir>
#include <QTest>
#include <fstream>
#include <sstream>

#include "backends/platform/files.h"
#include "backends/platform/process.h"
#include "testpaths.h"

using namespace slipway;
namespace fs = std::filesystem;

class tst_TensorboardScalars : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;
    std::string m_recorded;

    fs::path root() const { return m_folder.path().toStdString(); }
    void write(const std::string& name, std::string_view bytes) const {
        fs::create_directories((root() / name).parent_path());
        std::ofstream(root() / name, std::ios::binary | std::ios::app) << bytes;
    }
    TensorboardScalars scalars() const {
        return TensorboardScalars({{root()}, Timestamp{std::chrono::seconds(1000)}, RunId("me-1-abcde")});
    }
    // "2: loss=0.5 lr=1 | 3: …", and the problems.
    static std::string told(TensorboardScalars& from) {
        std::ostringstream text;
        from.findFiles({});
        from.read(
            [&](const MetricEvent& metric) {
                text << (text.str().empty() ? "" : " | ") << metric.step << ":";
                for (const auto& [name, value] : metric.values) text << " " << name << "=" << value;
            },
            [&](const std::string& problem) { text << "! " << problem; });
        return text.str();
    }

private Q_SLOTS:
    void initTestCase() {
        const auto bytes = readFile(
            fs::path(kTestDataDir) / "tensorboard" / "events.out.tfevents.1795877962.torch.0", 1 << 20);
        QVERIFY(bytes);
        m_recorded = *bytes;
    }
    void init() {
        for (const auto& entry : fs::directory_iterator(root())) fs::remove_all(entry);
    }

    // However it grows, the same comes of it as of the whole file.
    void aFileThatGrowsPieceByPiece() {
        write("runs/a/events.out.tfevents.1001.host.1.0", m_recorded);
        TensorboardScalars whole = scalars();
        const std::string all = told(whole);
        QVERIFY2(all.size() > 20, all.c_str());
        QCOMPARE(told(whole), std::string());

        fs::remove_all(root() / "runs");
        TensorboardScalars growing = scalars();
        QCOMPARE(told(growing), std::string());
        std::map<std::string, int> points;
        std::string pieces;
        for (std::size_t at = 0; at < m_recorded.size(); at += 37) {
            write("runs/a/events.out.tfevents.1001.host.1.0", std::string_view(m_recorded).substr(at, 37));
            const std::string more = told(growing);
            if (!more.empty()) pieces += (pieces.empty() ? "" : " | ") + more;
        }
        QCOMPARE(QString::fromStdString(pieces).remove(QStringLiteral(" |")).count(u'='),
                 QString::fromStdString(all).count(u'='));
        QVERIFY(pieces.find("! ") == std::string::npos);
    }

    void eachStepHasItsOwnTime() {
        write("runs/a/events.out.tfevents.1001.host.1.0", m_recorded);
        std::map<std::int64_t, Timestamp> first;
        TensorboardReader reader(root() / "runs/a/events.out.tfevents.1001.host.1.0");
        QVERIFY(reader.next([&](const TensorboardScalar& scalar) {
            if (const auto time = writtenTime(scalar)) first.emplace(scalar.step, *time);
        }));
        QVERIFY(first.size() > 1);
        TensorboardScalars from = scalars();
        from.findFiles({});
        std::map<std::int64_t, Timestamp> told;
        from.read([&](const MetricEvent& metric) { told.emplace(metric.step, metric.written.value()); },
                  [](const std::string&) {});
        for (const auto& [step, time] : told) QCOMPARE(time, first.at(step));
        QVERIFY(told.size() > 1);
    }

    void onlyWhatThisRunWrites() {
        write("runs/events.out.tfevents.999.host.1.0", m_recorded);  // begun before
        write(".hidden/events.out.tfevents.1001.host.1.0", m_recorded);
        write("venv/events.out.tfevents.1001.host.1.0", m_recorded);
        write("runs/events.out.txt", m_recorded);
        fs::create_directories(root() / "runs" / "events.out.tfevents.1002.host");
        TensorboardScalars own = scalars();
        QCOMPARE(told(own), std::string());

        // Another run's program that still lives.
        SpawnOptions options;
        options.command = {"sleep", "60"};
        options.environment = {"PATH=/usr/bin:/bin", "SLIPWAY_RUN=other-1-abcde"};
        options.isBoundToUs = true;
        const auto other = spawn(options);
        QVERIFY(other);
        write("runs/events.out.tfevents.1001.host." + std::to_string(*other) + ".0", m_recorded);
        const std::string others = told(own);
        ::kill(*other, SIGKILL);
        QVERIFY(waitFor(*other));
        QCOMPARE(others, std::string());
        // And this run's.
        write("runs/events.out.tfevents.1001.host." + std::to_string(*other) + ".1", m_recorded);
        QVERIFY(!told(own).empty());
    }

    void aTagOfSeveralFolders() {
        write("train/events.out.tfevents.1001.host.1.0", m_recorded);
        TensorboardScalars from = scalars();
        const std::string first = told(from);
        write("train/events.out.tfevents.1002.host.1.0", m_recorded);
        QCOMPARE(told(from), first);
        write("validation/events.out.tfevents.1003.host.1.0", m_recorded);
        const std::string second = told(from);
        QVERIFY2(second.find(" validation/") != std::string::npos, second.c_str());
        QCOMPARE(QString::fromStdString(second).remove(QStringLiteral("validation/")),
                 QString::fromStdString(first));
    }

    void whatIsDamagedIsSaidOnce() {
        write("events.out.tfevents.1001.host", std::string(100, 'x'));
        TensorboardScalars from = scalars();
        QVERIFY(told(from).find("is damaged at byte 0") != std::string::npos);
        QCOMPARE(told(from), std::string());
        TensorboardScalars none({{root() / "none"}, {}, RunId("x")});
        QCOMPARE(told(none), std::string());
    }
};

QTEST_GUILESS_MAIN(tst_TensorboardScalars)
#include "tst_tensorboardscalars.moc"
