// SPDX-License-Identifier: Apache-2.0
#include "backends/services/drafts.h"

#include <QDir>
#include <QTemporaryDir>
#include <QTest>

using namespace slipway;

class tst_Drafts : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void eachFileHasItsOwn() {
        const QTemporaryDir home;
        const Drafts drafts(home.path().toStdString());
        const QString file = QStringLiteral("/jobs/a/job.yaml");
        const QString text = QString::fromUtf8("name: \"caf\u00e9\"\n\tx\n");
        QVERIFY(!*drafts.read(file));
        QVERIFY(drafts.remove(file));  // none: nothing to do
        QVERIFY(drafts.keep(file, {text, Drafts::fileDigest(QStringLiteral("name: a\n"))}));
        QVERIFY(!*drafts.read(QStringLiteral("/jobs/b/job.yaml")));
        const auto draft = drafts.read(file);
        QVERIFY(draft && *draft);
        QCOMPARE((*draft)->text, text);
        QCOMPARE((*draft)->base, Drafts::fileDigest(QStringLiteral("name: a\n")));
        QVERIFY(drafts.remove(file));
        QVERIFY(!*drafts.read(file));
    }

    void onlyTheUserCanReadThem() {
        const QTemporaryDir home;
        const Drafts drafts(home.path().toStdString());
        QVERIFY(drafts.keep(QStringLiteral("/jobs/a/job.yaml"), {QStringLiteral("a"), {}}));
        const QFileInfoList files = QDir(home.filePath(QStringLiteral("drafts"))).entryInfoList(QDir::Files);
        QCOMPARE(files.size(), 1);
        QCOMPARE(files.front().permissions() & ~(QFile::ReadUser | QFile::WriteUser),
                 QFile::ReadOwner | QFile::WriteOwner);
    }

    void aDamagedOneIsAnError() {
        const QTemporaryDir home;
        const Drafts drafts(home.path().toStdString());
        const QString file = QStringLiteral("/jobs/a/job.yaml");
        QVERIFY(drafts.keep(file, {QStringLiteral("a"), {}}));
        const QDir folder(home.filePath(QStringLiteral("drafts")));
        QFile damaged(folder.filePath(folder.entryList(QDir::Files).constFirst()));
        QVERIFY(damaged.open(QIODevice::WriteOnly | QIODevice::Truncate));
        damaged.close();
        QCOMPARE(drafts.read(file).error().code, ErrorCode::Corrupt);
    }
};

QTEST_GUILESS_MAIN(tst_Drafts)
#include "tst_drafts.moc"
