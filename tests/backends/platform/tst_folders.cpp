// SPDX-License-Identifier: Apache-2.0
#include "backends/platform/files.h"
#include "backends/platform/folders.h"

#include <QTest>

using namespace slipway;
namespace fs = std::filesystem;

class tst_folders : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void cleanup() {
        qunsetenv("SLIPWAY_HOME");
        qunsetenv("XDG_DATA_HOME");
    }

    void homeInItsOrder() {
        qputenv("HOME", "/people/me");
        QCOMPARE(slipwayHome(), fs::path("/people/me/.local/share/slipway"));
        qputenv("XDG_DATA_HOME", "/data");
        QCOMPARE(slipwayHome(), fs::path("/data/slipway"));
        qputenv("SLIPWAY_HOME", "/elsewhere");
        QCOMPARE(slipwayHome(), fs::path("/elsewhere"));
        qunsetenv("HOME");
        QVERIFY(!userHome().empty());
    }

    void temporaryFoldersGo() {
        fs::path path, kept;
        {
            auto folder = TemporaryFolder::create();
            QVERIFY(folder);
            path = folder->path();
            QVERIFY(writeFileAtomically(path / "a", "x"));
            auto second = TemporaryFolder::create(path);
            QVERIFY(second);
            QCOMPARE(second->path().parent_path(), path);
            auto third = TemporaryFolder::create();
            kept = third->release();
        }
        QVERIFY(!fs::exists(path));
        QVERIFY(fs::is_directory(kept));
        fs::remove(kept);
        QCOMPARE(TemporaryFolder::create("/no/such/folder").error().code, ErrorCode::NotFound);
    }

    void programFolderHoldsUs() { QVERIFY(fs::exists(programFolder() / "tst_folders")); }
};

QTEST_APPLESS_MAIN(tst_folders)
#include "tst_folders.moc"
