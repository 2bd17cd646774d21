// SPDX-License-Identifier: Apache-2.0
#include "backends/programs/packagelock.h"

#include <QTemporaryDir>
#include <QTest>
#include <fstream>

#include "testpaths.h"

using namespace slipway;
namespace fs = std::filesystem;

class tst_PackageLock : public QObject {
    Q_OBJECT

    static QString words(const PackageLock& lock) {
        QStringList all;
        for (const LockedPackage& one : lock.packages)
            all += QString::fromStdString(one.name + " " + one.version);
        return all.join(QStringLiteral(", ")) + QStringLiteral(" +%1").arg(lock.unpinned);
    }

private Q_SLOTS:
    void locksAreRead_data() {
        QTest::addColumn<QString>("file");
        QTest::addColumn<QString>("packages");
        const auto row = [](const char* file, const char* packages) {
            QTest::newRow(file) << QString::fromUtf8(file) << QString::fromUtf8(packages);
        };
        row("uv/uv.lock", "idna 3.20, python-dateutil 4.0.0, six 1.17.0, tzdata 2026.6 +0");
        row("pylock/pylock.toml", "idna 3.20, python-dateutil 4.0.0, six 1.17.0, tzdata 2026.6 +0");
        row("poetry/poetry.lock", "idna 3.20, six 1.17.0 +0");
        row("pip/requirements.txt",
            "attrs 25.1.0, idna 3.20, python-dateutil 4.0.0, requests 2.32.3, six 1.17.0, tzdata 2026.6 +4");
        row("conda/environment.yml", "idna 3.20, numpy 1.26.4, python 3.11.7, six 1.17.0 +4");
        row("condalock/conda-lock.yml", "idna 3.20, python 3.11.7 +0");
    }
    void locksAreRead() {
        QFETCH(QString, file);
        const fs::path path = fs::path(kTestDataDir) / "locks" / file.toStdString();
        const auto found = findLock({path.parent_path() / "none", path.parent_path()});
        QVERIFY(found);
        QCOMPARE(*found, path);
        const auto lock = loadLock(*found);
        QVERIFY2(lock, lock ? "" : describe(lock.error()).c_str());
        QCOMPARE(lock->file, path);
        QTEST(words(*lock), "packages");
    }

    void whatIsNoLockIsSaid_data() {
        QTest::addColumn<QByteArray>("name");
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QByteArray>("told");
        const auto row = [](const char* name, const QByteArray& text, const char* told) {
            QTest::addRow("%s %s", name, told) << QByteArray(name) << text << QByteArray(told);
        };
        row("uv.lock", "<html>not found</html>", "no TOML");
        row("uv.lock", QByteArray("\xff\xfe", 2), "no text");
        row("environment.yml", "name: x", "no environment of conda");
        row("environment.yml", "a: [", "line");
        row("conda-lock.yml", "- a", "no lock of conda-lock");
        row("Pipfile", "", "can be read");
        QByteArray many;
        for (int i = 0; i <= 20000; ++i) many += "a" + QByteArray::number(i) + "==1\n";
        row("requirements.txt", many, "more than 20000");
    }
    void whatIsNoLockIsSaid() {
        QFETCH(QByteArray, name);
        QFETCH(QByteArray, text);
        QFETCH(QByteArray, told);
        const auto lock = parseLock(name.toStdString(), text.toStdString());
        QVERIFY(!lock);
        QVERIFY2(describe(lock.error()).find(told.toStdString()) != std::string::npos,
                 describe(lock.error()).c_str());
    }

    void theNearestAndTheStrictestIsTaken() {
        const QTemporaryDir folder;
        const fs::path above = folder.path().toStdString(), job = above / "job";
        fs::create_directories(job / "uv.lock");  // no file
        QVERIFY(!findLock({job, above}));
        std::ofstream(above / "uv.lock") << "";
        QCOMPARE(*findLock({job, above}), above / "uv.lock");
        std::ofstream(job / "requirements.txt") << "";
        QCOMPARE(*findLock({job, above}), job / "requirements.txt");
        std::ofstream(job / "poetry.lock") << "";
        QCOMPARE(*findLock({job, above}), job / "poetry.lock");
        fs::remove(job / "poetry.lock");
        QCOMPARE(loadLock(job / "poetry.lock").error().code, ErrorCode::NotFound);
    }
};

QTEST_GUILESS_MAIN(tst_PackageLock)
#include "tst_packagelock.moc"
