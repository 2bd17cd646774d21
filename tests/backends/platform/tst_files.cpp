// SPDX-License-Identifier: Apache-2.0
#include "backends/platform/files.h"

#include <QTemporaryDir>
#include <QTest>

#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>

using namespace slipway;
namespace fs = std::filesystem;

class tst_files : public QObject {
    Q_OBJECT
    QTemporaryDir m_folder;
    fs::path at(const char* name) const { return fs::path(m_folder.path().toStdString()) / name; }

private Q_SLOTS:
    void writesAndReplaces() {
        QVERIFY(writeFileAtomically(at("a"), "one"));
        QVERIFY(writeFileAtomically(at("a"), std::string("t\0w", 3), 0600));
        QCOMPARE(*readFile(at("a"), 3), std::string("t\0w", 3));
        struct stat info {};
        QCOMPARE(::stat(at("a").c_str(), &info), 0);
        QCOMPARE(info.st_mode & 0777u, mode_t{0600});
    }

    void aFailedWriteLeavesTheOldFile() {
        QVERIFY(fs::create_directory(at("full")));
        const fs::path file = at("full") / "b";
        QVERIFY(writeFileAtomically(file, "old"));
        // The file size limit fails in write() just as a full disk does.
        ::signal(SIGXFSZ, SIG_IGN);
        struct rlimit before {};
        ::getrlimit(RLIMIT_FSIZE, &before);
        const struct rlimit tiny { 4096, before.rlim_max };
        QCOMPARE(::setrlimit(RLIMIT_FSIZE, &tiny), 0);
        const auto written = writeFileAtomically(file, std::string(100000, 'x'));
        ::setrlimit(RLIMIT_FSIZE, &before);
        QVERIFY(!written);
        QCOMPARE(written.error().code, ErrorCode::Io);
        QVERIFY(written.error().message.find(file.string()) != std::string::npos);
        QCOMPARE(*readFile(file, 10), std::string("old"));
        QCOMPARE(std::distance(fs::directory_iterator(at("full")), fs::directory_iterator()), 1);
    }

    void errorsSayWhichFile_data() {
        QTest::addColumn<QByteArray>("path");
        QTest::addColumn<int>("code");
        QTest::newRow("missing") << QByteArray("nothing") << int(ErrorCode::NotFound);
        QTest::newRow("folder") << QByteArray(".") << int(ErrorCode::Io);
        QTest::newRow("below a file") << QByteArray("a/b") << int(ErrorCode::Io);
    }
    void errorsSayWhichFile() {
        QFETCH(QByteArray, path);
        QFETCH(int, code);
        QVERIFY(writeFileAtomically(at("a"), "x"));
        const auto content = readFile(at(path.constData()), 100);
        QVERIFY(!content);
        QCOMPARE(int(content.error().code), code);
        QVERIFY(content.error().message.find(path.toStdString()) != std::string::npos);
    }

    void readingHasALimit() {
        QVERIFY(writeFileAtomically(at("c"), "12345"));
        QVERIFY(readFile(at("c"), 5));
        QCOMPARE(readFile(at("c"), 4).error().code, ErrorCode::InvalidArgument);
        QVERIFY(!readFile("/proc/self/status", 10));
        QVERIFY(readFile("/proc/self/status", 100000)->find("Pid:") != std::string::npos);
    }

    void foldersAreMade() {
        QVERIFY(makeFolders(at("x") / "y" / "z"));
        QVERIFY(makeFolders(at("x") / "y" / "z"));
        QVERIFY(fs::is_directory(at("x") / "y" / "z"));
        QVERIFY(writeFileAtomically(at("f"), ""));
        QVERIFY(!makeFolders(at("f") / "g"));
        QVERIFY(syncFolder(at("x")));
    }
};

QTEST_APPLESS_MAIN(tst_files)
#include "tst_files.moc"
