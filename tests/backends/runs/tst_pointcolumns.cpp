// SPDX-License-Identifier: Apache-2.0
#include "backends/runs/pointcolumns.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using namespace slipway;
using namespace Qt::StringLiterals;

namespace {

constexpr std::size_t kBlock = PointColumns::kBlockPoints;

CurvePoint point(std::size_t i) {
    return {static_cast<std::int64_t>(3 * i), static_cast<double>(i) / 4, -static_cast<double>(i)};
}

// Whether the points from `begin` on are those of point().
bool arePoints(const Result<std::vector<CurvePoint>>& points, std::size_t begin, std::size_t count) {
    if (!points || points->size() != count) return false;
    for (std::size_t i = 0; i < count; ++i) {
        const CurvePoint expected = point(begin + i), &is = (*points)[i];
        if (is.step != expected.step || is.seconds != expected.seconds || is.value != expected.value)
            return false;
    }
    return true;
}

}  // namespace

class tst_pointcolumns : public QObject {
    Q_OBJECT
    QTemporaryDir m_folder;

    std::filesystem::path file(const char* name) const {
        return m_folder.filePath(QString::fromUtf8(name)).toStdString();
    }

private Q_SLOTS:
    void areReadAsTheyWereAppended() {
        PointColumns columns(file("appended"));
        constexpr std::size_t kMany = 2 * kBlock + 77;
        for (std::size_t i = 0; i < kMany; ++i) QVERIFY(columns.append(point(i)));
        const auto check = [&](const PointColumns& of) {
            QCOMPARE(of.size(), kMany);
            for (const auto& [begin, end] : {std::pair<std::size_t, std::size_t>{0, kMany},
                                             {0, 0},
                                             {5, 6},
                                             {kBlock - 1, kBlock + 1},
                                             {kBlock, 2 * kBlock},
                                             {2 * kBlock + 5, kMany}})
                QVERIFY(arePoints(of.read(begin, end), begin, end - begin));
        };
        check(columns);
        QVERIFY(columns.save());
        check(columns);
        check(PointColumns(file("appended"), kMany));
        // Goes on where it stopped.
        PointColumns more(file("appended"), kMany);
        for (std::size_t i = kMany; i < kMany + kBlock; ++i) QVERIFY(more.append(point(i)));
        QVERIFY(more.save());
        QVERIFY(arePoints(PointColumns(file("appended"), kMany + kBlock).read(0, kMany + kBlock), 0,
                          kMany + kBlock));
    }

    void columnsLieInBlocks() {
        PointColumns columns(file("columns"));
        for (std::size_t i = 0; i <= kBlock; ++i) QVERIFY(columns.append(point(i)));
        QVERIFY(columns.save());
        QFile content(QString::fromStdString(file("columns").string()));
        QVERIFY(content.open(QIODevice::ReadOnly));
        const QByteArray bytes = content.readAll();
        constexpr qsizetype kColumn = 8 * kBlock;
        QCOMPARE(bytes.size(), 3 * kColumn + 2 * kColumn + 8);
        std::int64_t step = 0;
        std::memcpy(&step, bytes.constData() + 8, 8);
        QCOMPARE(step, point(1).step);
        double value = 0;
        std::memcpy(&value, bytes.constData() + 2 * kColumn + 8, 8);
        QCOMPARE(value, point(1).value);
        std::memcpy(&value, bytes.constData() + 3 * kColumn + kColumn, 8);
        QCOMPARE(value, point(kBlock).seconds);
    }

    void whatIsCutOffIsGone() {
        PointColumns columns(file("cut"));
        for (std::size_t i = 0; i < kBlock + 20; ++i) QVERIFY(columns.append({-1, 0, 0}));
        QVERIFY(columns.save());
        for (std::size_t i = 0; i < 10; ++i) QVERIFY(columns.append({-1, 0, 0}));
        columns.truncate(kBlock + 22);  // within what is not written
        QCOMPARE(columns.size(), kBlock + 22);
        columns.truncate(0);
        QVERIFY(columns.append(point(0)));
        QVERIFY(columns.save());
        QVERIFY(arePoints(columns.read(0, 1), 0, 1));
        QCOMPARE(std::filesystem::file_size(file("cut")), std::uintmax_t{2 * 8 * kBlock + 8});
        columns.truncate(0);
        QVERIFY(columns.save());
        QCOMPARE(std::filesystem::file_size(file("cut")), std::uintmax_t{0});
    }

    void aShorterFileIsToldOf() {
        PointColumns columns(file("short"));
        for (std::size_t i = 0; i < 10; ++i) QVERIFY(columns.append(point(i)));
        QVERIFY(columns.save());
        std::filesystem::resize_file(file("short"), 2 * 8 * kBlock + 8 * 9);
        const auto points = columns.read(0, 10);
        QVERIFY(!points);
        QCOMPARE(points.error().code, ErrorCode::Corrupt);
        QVERIFY(arePoints(columns.read(0, 9), 0, 9));
        QCOMPARE(PointColumns(file("none"), 1).read(0, 1).error().code, ErrorCode::NotFound);
    }

    void stepsAreFound() {
        PointColumns columns(file("steps"));
        for (std::size_t i = 0; i < kBlock + 3; ++i) QVERIFY(columns.append(point(i)));
        for (std::size_t i = 0; i < kBlock + 3; ++i) {
            QCOMPARE(*columns.lowerBound(point(i).step), i);
            QCOMPARE(*columns.lowerBound(point(i).step - 1), i);
        }
        QCOMPARE(*columns.lowerBound(1'000'000), kBlock + 3);
        QCOMPARE(*PointColumns(file("empty")).lowerBound(0), std::size_t{0});
    }
};

QTEST_APPLESS_MAIN(tst_pointcolumns)
#include "tst_pointcolumns.moc"
