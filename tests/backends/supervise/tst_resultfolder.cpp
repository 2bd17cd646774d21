// SPDX-License-Identifier: Apache-2.0
#include "backends/platform/files.h"
#include "backends/supervise/resultfolder.h"

#include <QTemporaryDir>
#include <QTest>

using namespace slipway;
namespace fs = std::filesystem;

class tst_resultfolder : public QObject {
    Q_OBJECT
    QTemporaryDir m_folder;
    fs::path root() const { return m_folder.path().toStdString(); }

private Q_SLOTS:
    void collectsAndSeals() {
        const fs::path from = root() / "work", result = root() / "result";
        QVERIFY(makeFolders(from / "out" / "deep"));
        QVERIFY(writeFileAtomically(from / "out" / "deep" / "w", "abc"));
        QVERIFY(writeFileAtomically(from / "out" / "a", ""));
        QVERIFY(writeFileAtomically(from / "other", "not asked for"));
        QVERIFY(collectOutputs({"out"}, from, result));
        QVERIFY(collectOutputs({"./out/deep/w"}, from, result));
        fs::create_symlink("/etc/passwd", result / "link");
        const auto files = sealResult(result);
        QVERIFY(files);
        QCOMPARE(files->size(), std::size_t{2});
        QCOMPARE((*files)[0].path, std::string("out/a"));
        QCOMPARE((*files)[1].path, std::string("out/deep/w"));
        QCOMPARE((*files)[1].digest.str(),
                 std::string("sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"));
        QCOMPARE((*files)[1].size.count, std::int64_t{3});
    }

    void refuses_data() {
        QTest::addColumn<QByteArray>("output");
        QTest::addColumn<int>("code");
        QTest::newRow("missing") << QByteArray("nothing") << int(ErrorCode::NotFound);
        QTest::newRow("up") << QByteArray("../x") << int(ErrorCode::InvalidArgument);
        QTest::newRow("up inside") << QByteArray("a/../../x") << int(ErrorCode::InvalidArgument);
        QTest::newRow("root") << QByteArray("/etc/passwd") << int(ErrorCode::InvalidArgument);
    }
    void refuses() {
        QFETCH(QByteArray, output);
        QFETCH(int, code);
        const auto collected = collectOutputs({output.toStdString()}, root(), root() / "r");
        QVERIFY(!collected);
        QCOMPARE(int(collected.error().code), code);
        QVERIFY(collected.error().message.find(output.toStdString()) != std::string::npos);
    }

    void noResultIsEmpty() { QVERIFY(sealResult(root() / "none")->empty()); }
};

QTEST_APPLESS_MAIN(tst_resultfolder)
#include "tst_resultfolder.moc"
