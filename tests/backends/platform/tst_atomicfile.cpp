// SPDX-License-Identifier: Apache-2.0
#include "backends/platform/atomicfile.h"

#include <QTemporaryDir>
#include <QTest>

using namespace slipway;
namespace fs = std::filesystem;

class tst_atomicfile : public QObject {
    Q_OBJECT
    QTemporaryDir m_folder;
    fs::path at(const char* name) const { return fs::path(m_folder.path().toStdString()) / name; }

private Q_SLOTS:
    void aFileThatGrowsIsThereWhenItIsFinished() {
        QVERIFY(fs::create_directory(at("grow")));
        const fs::path file = at("grow") / "g";
        auto first = AtomicFile::create(file);
        auto second = AtomicFile::create(file);
        QVERIFY(first && second);
        QVERIFY(first->write("first "));
        QVERIFY(second->write("second"));
        QVERIFY(first->write("file"));
        QVERIFY(!fs::exists(file));
        QVERIFY(first->finish());
        QCOMPARE(*readFile(file, 100), std::string("first file"));
        QVERIFY(second->finish(0600));
        QCOMPARE(*readFile(file, 100), std::string("second"));
        {
            auto dropped = AtomicFile::create(file);
            QVERIFY(dropped->write("none of it"));
            auto moved = *std::move(dropped);
            QVERIFY(moved.write("stays"));
            moved = *AtomicFile::create(file);  // the one before goes
            QCOMPARE(std::distance(fs::directory_iterator(at("grow")), fs::directory_iterator()), 2);
        }
        QCOMPARE(*readFile(file, 100), std::string("second"));
        QCOMPARE(std::distance(fs::directory_iterator(at("grow")), fs::directory_iterator()), 1);
        QCOMPARE(AtomicFile::create(at("none") / "g").error().code, ErrorCode::NotFound);
    }
};

QTEST_GUILESS_MAIN(tst_atomicfile)
#include "tst_atomicfile.moc"
