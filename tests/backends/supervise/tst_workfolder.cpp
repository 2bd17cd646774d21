// SPDX-License-Identifier: Apache-2.0
#include "backends/supervise/workfolder.h"

#include "backends/platform/files.h"

#include <QTemporaryDir>
#include <QTest>

#include <sys/stat.h>

using namespace slipway;
namespace fs = std::filesystem;

class tst_workfolder : public QObject {
    Q_OBJECT

    static constexpr auto kGoesOn = [] { return true; };
    static void write(const fs::path& file, const std::string& text, mode_t mode = 0644) {
        QVERIFY(makeFolders(file.parent_path()));
        QVERIFY(writeFileAtomically(file, text, mode));
    }
    static fs::perms modeOf(const fs::path& path) { return fs::symlink_status(path).permissions(); }

private Q_SLOTS:
    void filesModesAndLinksComeAlong() {
        const QTemporaryDir folder;
        const fs::path from = folder.path().toStdString() + "/job",
                       to = folder.path().toStdString() + "/work";
        write(from / "train.sh", "#!/bin/sh\n", 0755);
        write(from / "lib" / "deep" / "model.py", "x = 1\n", 0440);
        write(from / "large", std::string(3 << 20, 'x'));
        fs::create_directory(from / "empty");
        fs::permissions(from / "empty", fs::perms(0555));
        fs::create_symlink("lib/deep", from / "inside");
        fs::create_symlink("../elsewhere", from / "outside");
        fs::create_symlink("/no/such/file", from / "dangling");
        QCOMPARE(::mkfifo((from / "pipe").c_str(), 0600), 0);
        const auto copied = copyWorkFolder(from, to, kGoesOn);
        QVERIFY2(copied, copied ? "" : describe(copied.error()).c_str());
        QCOMPARE(*readFile(to / "train.sh", 100), std::string("#!/bin/sh\n"));
        QCOMPARE(modeOf(to / "train.sh"), fs::perms(0755));
        QCOMPARE(modeOf(to / "lib" / "deep" / "model.py"), fs::perms(0440));
        QCOMPARE(fs::file_size(to / "large"), std::uintmax_t{3 << 20});
        QCOMPARE(modeOf(to / "empty"), fs::perms(0755));  // a program can write in every folder
        QCOMPARE(fs::read_symlink(to / "inside"), fs::path("lib/deep"));
        QCOMPARE(fs::read_symlink(to / "outside"), fs::path("../elsewhere"));
        QCOMPARE(fs::read_symlink(to / "dangling"), fs::path("/no/such/file"));
        QVERIFY(!fs::exists(to / "pipe"));
    }

    void whatWasThereBeforeIsGone() {
        const QTemporaryDir folder;
        const fs::path from = folder.path().toStdString() + "/job",
                       to = folder.path().toStdString() + "/work";
        write(from / "train.py", "new");
        write(to / "train.py", "changed by an attempt before");
        write(to / "slope.txt", "its output");
        QVERIFY(copyWorkFolder(from, to, kGoesOn));
        QCOMPARE(*readFile(to / "train.py", 100), std::string("new"));
        QVERIFY(!fs::exists(to / "slope.txt"));
    }

    void failuresNameTheFileAndLeaveNothing() {
        const QTemporaryDir folder;
        const fs::path home = folder.path().toStdString();
        const auto missing = copyWorkFolder(home / "missing", home / "work", kGoesOn);
        QVERIFY(!missing);
        QCOMPARE(missing.error().code, ErrorCode::NotFound);
        QVERIFY(missing.error().message.find("missing") != std::string::npos);
        QVERIFY(!fs::exists(home / "work"));
        write(home / "job" / "a", "text");
        const auto full = copyWorkFolder(home / "job", "/dev/full/work", kGoesOn);
        QVERIFY(!full);
        QVERIFY2(full.error().message.find("/dev/full/work") != std::string::npos,
                 describe(full.error()).c_str());
    }

    void canBeStopped() {
        const QTemporaryDir folder;
        const fs::path home = folder.path().toStdString();
        write(home / "job" / "large", std::string(8 << 20, 'x'));
        int asked = 0;
        const auto stopped = copyWorkFolder(home / "job", home / "work", [&] { return ++asked < 3; });
        QVERIFY(!stopped);
        QCOMPARE(stopped.error().code, ErrorCode::Cancelled);
        QCOMPARE(asked, 3);
        QVERIFY(!fs::exists(home / "work"));
    }
};

QTEST_APPLESS_MAIN(tst_workfolder)
#include "tst_workfolder.moc"
