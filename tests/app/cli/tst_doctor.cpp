// SPDX-License-Identifier: Apache-2.0
// What slipway doctor says where a server or a registry refuses, in each way that one can: never a problem without its next step.
#include <QJsonArray>

#include "cliprocess.h"
#include "scriptedserver.h"

using namespace Qt::StringLiterals;

class tst_doctor : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void everyProblemHasAFix_data() {
        QTest::addColumn<int>("status");
        for (const int status : {302, 400, 401, 403, 404, 405, 406, 409, 410, 413, 415, 418, 422, 451, 501})
            QTest::addRow("%d", status) << status;
    }
    void everyProblemHasAFix() {
        QFETCH(int, status);
        ScriptedServer server([status](const ScriptedServer::Request&, ScriptedServer::Connection& to) {
            to.answer(status, R"({"kind":"Status","message":"no"})");
        });
        const QByteArray address = QByteArray::fromStdString(server.url(""));
        CliFolder folder;
        folder.searchPath = folder.path();  // no engine, which would take its time
        folder.write(u".kube/config"_s,
                     "clusters: [{name: c, cluster: {server: '" + address +
                         "'}}]\nusers: [{name: u, user: {token: t}}]\n"
                         "contexts: [{name: lab, context: {cluster: c, user: u, namespace: team-a}}]\n");
        folder.write(u"home/profiles/lab/team-a.yaml"_s, "registry: " + address + "/team\n");
        const Said said = folder.slipway({u"doctor"_s, u"--json"_s});
        const QJsonArray findings = said.json().array();
        int refused = 0;
        for (const auto& one : findings) {
            if (one[u"good"_s].toBool()) continue;
            QVERIFY2(!one[u"fix"_s].toString().trimmed().isEmpty(),
                     qPrintable(one[u"what"_s].toString() + u": "_s + one[u"detail"_s].toString()));
            const QString what = one[u"what"_s].toString();
            if (what == u"lab/team-a"_s || what.startsWith(u"http"_s)) ++refused;
        }
        // A registry that does not have what doctor asks for is well.
        QCOMPARE(refused, status == 404 ? 1 : 2);
    }
    void whatCannotBeReadHasAFix() {
        CliFolder folder;
        folder.searchPath = folder.path();  // no engine, which would take its time
        folder.write(u".kube/config"_s,
                     "clusters: [{name: c, cluster: {server: 'http://127.0.0.1:1'}}]\n"
                     "users: [{name: u, user: {token: t}}]\n"
                     "contexts: [{name: lab, context: {cluster: c, user: u, namespace: team-a}}]\n");
        folder.write(u"home/profiles/lab/team-a.yaml"_s, "registry: [\n");
        folder.write(u"home/runs/7/run.json"_s, "{");
        for (const QStringList& words : {QStringList{}, QStringList{u"--kubeconfig"_s, u"nowhere"_s},
                                         QStringList{u"--kubeconfig"_s, u"home"_s}}) {
            const Said said = folder.slipway(QStringList{u"doctor"_s, u"--json"_s} + words);
            QVERIFY(said.json().isArray());
            const QJsonArray findings = said.json().array();
            for (const auto& one : findings) {
                QVERIFY2(one[u"good"_s].toBool() || !one[u"fix"_s].toString().isEmpty(),
                         qPrintable(one[u"what"_s].toString() + u": "_s + one[u"detail"_s].toString()));
            }
        }
    }
    void everyEngineThatTourTakesIsListed() {
        CliFolder folder;
        folder.searchPath = folder.path();  // no engine, which would take its time
        QStringList named;
        const QJsonArray findings = folder.slipway({u"doctor"_s, u"--json"_s}).json().array();
        for (const auto& one : findings) named += one[u"what"_s].toString();
        for (const QString& engine : {u"podman"_s, u"docker"_s, u"bwrap"_s}) QVERIFY(named.contains(engine));
    }
    void gpusAreNamedAndNoneIsWell_data() {
        QTest::addColumn<QByteArray>("layout");
        QTest::addColumn<bool>("good");
        QTest::addColumn<QString>("detail");
        QTest::newRow("none") << QByteArray("") << true
                              << u"no NVIDIA driver found: jobs train on the CPU here"_s;
        QTest::newRow("eight") << QByteArray("eight-gpus") << true
                               << u"8 GPUs, driver 550.54.15, CUDA up to 12.4"_s;
        QTest::newRow("lost")
            << QByteArray("lost") << false
            << u"GPU 1 is lost: it does not answer any more until the machine is restarted"_s;
        QTest::newRow("updated")
            << QByteArray("mismatch") << false
            << u"the NVIDIA driver was updated while it runs: its library and kernel module differ"_s;
    }
    void gpusAreNamedAndNoneIsWell() {
        QFETCH(QByteArray, layout);
        QFETCH(bool, good);
        QFETCH(QString, detail);
        CliFolder folder;
        folder.searchPath = folder.path();  // no engine, which would take its time
        folder.playGpus(layout);
        const QJsonArray findings = folder.slipway({u"doctor"_s, u"--json"_s}).json().array();
        const auto gpus = std::find_if(findings.begin(), findings.end(), [](const QJsonValue& one) {
            return one[u"what"_s].toString() == u"NVIDIA GPUs"_s;
        });
        QVERIFY(gpus != findings.end());
        QCOMPARE((*gpus)[u"detail"_s].toString(), detail);
        QCOMPARE((*gpus)[u"good"_s].toBool(), good);
    }
};

QTEST_GUILESS_MAIN(tst_doctor)
#include "tst_doctor.moc"
