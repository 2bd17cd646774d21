// SPDX-License-Identifier: Apache-2.0
#include "backends/data/digest.h"

#include <QCryptographicHash>
#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <sys/stat.h>

using namespace slipway;
namespace fs = std::filesystem;

class tst_digest : public QObject {
    Q_OBJECT

    static void write(const fs::path& file, const QByteArray& content) {
        fs::create_directories(file.parent_path());
        QFile out(QString::fromStdString(file.string()));
        if (!out.open(QIODevice::WriteOnly) || out.write(content) != content.size()) qFatal("cannot write");
    }
    static QByteArray hex(const QByteArray& data) {
        return QCryptographicHash::hash(data, QCryptographicHash::Sha256).toHex();
    }

private Q_SLOTS:
    void aFileIsItsSha256() {
        QTemporaryDir folder;
        const fs::path file = fs::path(folder.path().toStdString()) / "a";
        for (const auto& content : {QByteArray(), QByteArray("abc"), QByteArray(5000000, 'x')}) {
            write(file, content);
            const auto digest = contentDigest(file);
            QVERIFY(digest);
            QCOMPARE(QByteArray::fromStdString(digest->digest.str()), "sha256:" + hex(content));
            QCOMPARE(digest->size.count, content.size());
        }
    }

    void aFolderIsItsFilesInOrder() {
        QTemporaryDir folder;
        const fs::path root = folder.path().toStdString();
        write(root / "b", "two");
        write(root / "a" / "x", "one");
        fs::create_directory(root / "empty");
        const auto digest = contentDigest(root);
        QVERIFY(digest);
        QCOMPARE(QByteArray::fromStdString(digest->digest.str()),
                 "sha256:" + hex(hex("one") + " 3 a/x\n" + hex("two") + " 3 b\n"));
        QCOMPARE(digest->size.count, 6);

        fs::rename(root / "b", root / "c");
        QVERIFY(contentDigest(root)->digest != digest->digest);
    }

    void linksToFilesCountAsFiles() {
        QTemporaryDir folder;
        const fs::path root = folder.path().toStdString();
        write(root / "real", "content");
        write(root / "d" / "f", "content");
        const auto plain = contentDigest(root / "d");
        fs::remove(root / "d" / "f");
        fs::create_symlink(root / "real", root / "d" / "f");
        QVERIFY(contentDigest(root / "d")->digest == plain->digest);
    }

    void refuses() {
        QTemporaryDir folder;
        const fs::path root = folder.path().toStdString();
        QCOMPARE(contentDigest(root / "none").error().code, ErrorCode::NotFound);
        fs::create_symlink("/", root / "everything");
        QCOMPARE(contentDigest(root).error().code, ErrorCode::InvalidArgument);
        fs::remove(root / "everything");
        QCOMPARE(::mkfifo((root / "pipe").c_str(), 0600), 0);
        QCOMPARE(contentDigest(root).error().code, ErrorCode::InvalidArgument);
        QCOMPARE(contentDigest(root / "pipe").error().code, ErrorCode::InvalidArgument);
    }

    void tellsHowFarItIs() {
        QTemporaryDir folder;
        const fs::path root = folder.path().toStdString();
        write(root / "a", QByteArray((1 << 20) + 5, 'a'));
        write(root / "b", "abc");
        std::vector<std::int64_t> told;
        const auto note = [&](Bytes done) { told.push_back(done.count); };
        QVERIFY(contentDigest(root, {}, note));
        QCOMPARE(told, (std::vector<std::int64_t>{1 << 20, (1 << 20) + 5, (1 << 20) + 8}));
    }

    void stops() {
        QTemporaryDir folder;
        const fs::path file = fs::path(folder.path().toStdString()) / "a";
        write(file, "abc");
        std::stop_source stop;
        stop.request_stop();
        QCOMPARE(contentDigest(file, stop.get_token()).error().code, ErrorCode::Cancelled);
    }
};

QTEST_APPLESS_MAIN(tst_digest)
#include "tst_digest.moc"
