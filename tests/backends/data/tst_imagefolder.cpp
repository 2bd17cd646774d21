// SPDX-License-Identifier: Apache-2.0
#include "backends/data/imagefolder.h"

#include <QTemporaryDir>
#include <QTest>

#include <fstream>

using namespace slipway;
namespace fs = std::filesystem;
using Labels = std::vector<std::int64_t>;
using Names = std::vector<std::string>;

class tst_imagefolder : public QObject {
    Q_OBJECT
    std::unique_ptr<QTemporaryDir> m_folder;

    fs::path root() const { return m_folder->path().toStdString(); }
    void touch(const char* name) const {
        const fs::path file = root() / name;
        fs::create_directories(file.parent_path());
        std::ofstream(file) << "x";
    }
    Names names(const LabelledFiles& list) const {
        Names all;
        for (const auto& file : list.files) all.push_back(file.lexically_relative(root()).string());
        return all;
    }

private Q_SLOTS:
    void init() { m_folder = std::make_unique<QTemporaryDir>(); }

    void aFolderIsAClass() {
        for (const char* name : {"owl/2.PNG", "owl/1.jpeg", "cat/deep/a.jpg", "cat/notes.txt",
                                 "cat/.hidden.png", ".git/x.png", "empty/readme", "loose.png"})
            touch(name);
        const auto images = readImageFolder(root());
        QVERIFY2(images, images ? "" : describe(images.error()).c_str());
        QCOMPARE(images->classNames, (Names{"cat", "owl"}));
        QCOMPARE(names(images->training), (Names{"cat/deep/a.jpg", "owl/1.jpeg", "owl/2.PNG"}));
        QCOMPARE(images->training.labels, (Labels{0, 1, 1}));
        QVERIFY(images->test.files.empty());
    }

    void aPartOfItsOwnIsForTests_data() {
        QTest::addColumn<QByteArray>("part");
        for (const char* part : {"test", "val", "valid"}) QTest::newRow(part) << QByteArray(part);
    }
    void aPartOfItsOwnIsForTests() {
        QFETCH(QByteArray, part);
        touch("train/a/1.png");
        touch("train/b/1.png");
        touch(part + "/b/2.png");
        const auto images = readImageFolder(root());
        QVERIFY(images);
        QCOMPARE(images->classNames, (Names{"a", "b"}));
        QCOMPARE(images->test.labels, (Labels{1}));
        touch(part + "/c/1.png");
        const auto unknown = readImageFolder(root());
        QVERIFY(!unknown);
        QVERIFY(unknown.error().message.find("no such class") != std::string::npos);
    }

    void aFolderWithoutPicturesIsAnError() {
        touch("a/readme.txt");
        QCOMPARE(readImageFolder(root()).error().code, ErrorCode::InvalidArgument);
        QVERIFY(!readImageFolder(root()).error().hint.empty());
        QCOMPARE(readImageFolder("/nowhere").error().code, ErrorCode::NotFound);
    }
};

QTEST_APPLESS_MAIN(tst_imagefolder)
#include "tst_imagefolder.moc"
