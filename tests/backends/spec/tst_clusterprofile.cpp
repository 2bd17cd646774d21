// SPDX-License-Identifier: Apache-2.0
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include "backends/spec/clusterprofile.h"

using namespace slipway;

class tst_ClusterProfile : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void keepsWhatItSaves() {
        const QTemporaryDir dir;
        const auto file = profileFile(dir.path().toStdString(), "arn:aws:eks/lab", "team-a");
        QCOMPARE(loadProfile(file)->registry, std::string());
        QVERIFY(saveProfile({"http://reg.example:5000/it's \"x\"", "pull"}, file).hasValue());
        QCOMPARE(loadProfile(file)->registry, std::string("http://reg.example:5000/it's \"x\""));
        QCOMPARE(loadProfile(file)->registrySecret, std::string("pull"));
        QVERIFY(saveProfile({}, file).hasValue());
        QCOMPARE(loadProfile(file)->registry, std::string());
    }

    void staysInItsFolder() {
        QCOMPARE(profileFile("/h", "..", "a/../b").string(), std::string("/h/profiles/_/a_.._b.yaml"));
        QCOMPARE(profileFile("/h", "", "n").string(), std::string("/h/profiles/_/n.yaml"));
    }

    void refuses_data() {
        QTest::addColumn<QByteArray>("text");
        QTest::newRow("syntax") << QByteArray("registry: [");
        QTest::newRow("list") << QByteArray("- registry");
        QTest::newRow("unknown") << QByteArray("registri: x\n");
        QTest::newRow("map") << QByteArray("registry: {a: b}\n");
    }
    void refuses() {
        QFETCH(QByteArray, text);
        const QTemporaryDir dir;
        const QString path = dir.filePath(QStringLiteral("p.yaml"));
        QFile file(path);
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(text);
        file.close();
        const auto profile = loadProfile(path.toStdString());
        QVERIFY(!profile.hasValue());
        QCOMPARE(profile.error().code, ErrorCode::InvalidArgument);
        QVERIFY(QString::fromStdString(profile.error().message).contains(QStringLiteral("line 1")));
    }
};

QTEST_APPLESS_MAIN(tst_ClusterProfile)
#include "tst_clusterprofile.moc"
