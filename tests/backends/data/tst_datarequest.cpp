// SPDX-License-Identifier: Apache-2.0
#include "backends/data/datarequest.h"

#include <QTemporaryDir>
#include <QTest>

#include <fstream>

using namespace slipway;

class tst_datarequest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void bytesOfFilesAndFolders() {
        const QTemporaryDir folder;
        const std::filesystem::path root = folder.path().toStdString();
        std::filesystem::create_directories(root / "deep");
        std::ofstream(root / "a") << "12345";
        std::ofstream(root / "deep" / "b") << "123";
        QCOMPARE(*bytesAt(root / "a"), 5);
        QCOMPARE(*bytesAt(root), 8);
        QCOMPARE(bytesAt(root / "no").error().code, ErrorCode::NotFound);
    }

    void theFirstFaultsAreKept() {
        DataDescription data;
        for (int i = 0; i < 150; ++i) addFault(data, std::to_string(i), "x");
        QCOMPARE(data.faults, 150);
        QCOMPARE(data.firstFaults.size(), kShownFaults);
        QCOMPARE(data.firstFaults.back().place, std::string("99"));
    }

    void hintsOfClasses_data() {
        QTest::addColumn<std::int64_t>("most");
        QTest::addColumn<std::int64_t>("least");
        QTest::addColumn<std::size_t>("hints");
        QTest::newRow("equal") << std::int64_t{500} << std::int64_t{500} << std::size_t{0};
        QTest::newRow("nearly 20 to 1") << std::int64_t{1999} << std::int64_t{100} << std::size_t{0};
        QTest::newRow("20 to 1") << std::int64_t{2000} << std::int64_t{100} << std::size_t{1};
        QTest::newRow("few") << std::int64_t{20} << std::int64_t{9} << std::size_t{1};
    }
    void hintsOfClasses() {
        QFETCH(std::int64_t, most);
        QFETCH(std::int64_t, least);
        QFETCH(std::size_t, hints);
        DataDescription data;
        data.parts = {{"test", most + least, {{"a", most}, {"b", least}}}};
        addHints(data, {});
        QCOMPARE(data.hints.size(), hints);
        if (hints > 0) QVERIFY(data.hints[0].starts_with("the classes are unequal in the test part: "));
    }
};

QTEST_APPLESS_MAIN(tst_datarequest)
#include "tst_datarequest.moc"
