// SPDX-License-Identifier: Apache-2.0
#include "backends/platform/files.h"
#include "backends/platform/filestamp.h"

#include <QTemporaryDir>
#include <QTest>

#include <chrono>

using namespace slipway;
namespace fs = std::filesystem;

class tst_FileStamp : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void everyWriteIsSeen() {
        const QTemporaryDir folder;
        const fs::path file = folder.path().toStdString() + "/model";
        QCOMPARE(fileStamp(file).error().code, ErrorCode::NotFound);
        QVERIFY(writeFileAtomically(file, "weights"));
        const FileStamp first = *fileStamp(file);
        QCOMPARE(first.size, Bytes{7});
        QVERIFY(*fileStamp(file) == first);
        const auto time = fs::last_write_time(file);
        fs::last_write_time(file, time + std::chrono::nanoseconds(1));
        QCOMPARE(fileStamp(file)->modified, first.modified + 1);
        QVERIFY(writeFileAtomically(file, "weighty"));
        fs::last_write_time(file, time);
        QVERIFY(fileStamp(file)->inode != first.inode);
    }
};

QTEST_APPLESS_MAIN(tst_FileStamp)
#include "tst_filestamp.moc"
