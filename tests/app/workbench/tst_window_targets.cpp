// SPDX-License-Identifier: GPL-3.0-or-later
// Where a job can run, and the clusters: this machine's verdict and what would help, a cluster that does not answer with its
// reason, a kubeconfig that is broken or missing.
#include "scriptedserver.h"
#include "widgets/panels/targetspanel.h"
#include "windowfixture.h"

using namespace slipway;
using namespace slipway::test;
using namespace Qt::StringLiterals;

namespace {

// Port 1 of this machine: nobody listens there.
const char* const kAway =
    "clusters: [{name: c, cluster: {server: 'http://127.0.0.1:1'}}]\nusers: [{name: u, user: {token: t}}]\n"
    "contexts: [{name: lab, context: {cluster: c, user: u, namespace: team-a}}]\n";

// A cluster without queues that takes every job, and a registry that lets nobody in.
void takeJobs(const ScriptedServer::Request& request, ScriptedServer::Connection& to) {
    if (request.target.starts_with("/v2/")) return to.answer(401, "");
    if (request.target.ends_with("/selfsubjectaccessreviews"))
        return to.answer(201, R"({"status":{"allowed":true}})");
    to.answer(request.method == "POST" ? 201 : 404, "{}");
}

}  // namespace

class tst_window_targets : public QObject {
    Q_OBJECT

    WindowFixture m_hands;

    // The card of a target: its name, verdict and reason, as a screen reader says them.
    QWidget* card(const QString& begin) const {
        return m_hands.find<QWidget>(
            [&](const QWidget* one) { return one->accessibleName().startsWith(begin); });
    }

private Q_SLOTS:
    void init() { failOnWarnings(); }

    void noClusters() {
        TRY(m_hands.open(u"clusters"_s));
        SOON(m_hands.says(u"No clusters"_s) && m_hands.says(m_hands.path(u"config"_s)));
    }

    void aClusterThatDoesNotAnswerSaysWhy() {
        m_hands.write(m_hands.path(u"config"_s), kAway);
        TRY(m_hands.click(u"Look again"_s));
        QVERIFY(m_hands.cell(u"Clusters"_s, u"lab"_s).isValid());
        const QModelIndex state = m_hands.cell(u"Clusters"_s, u"Unreachable"_s);
        QVERIFY(state.isValid());
        QVERIFY(state.siblingAtColumn(3).data().toString().contains(u"127.0.0.1"_s));
        QCOMPARE(state.siblingAtColumn(0).data().toString(), u"team-a"_s);
        SOON(m_hands.says(u"1 context"_s) && m_hands.says(u"lab"_s));  // and in the strip below
    }

    void aBrokenKubeconfigIsAnError() {
        m_hands.write(m_hands.path(u"config"_s), "clusters: 7\n");
        TRY(m_hands.click(u"Ask again"_s));
        SOON(m_hands.says(m_hands.path(u"config"_s)) && m_hands.hasButton(u"Look again"_s));
        m_hands.write(m_hands.path(u"config"_s), kAway);
        TRY(m_hands.click(u"Look again"_s));
        SOON(!m_hands.hasButton(u"Look again"_s));
        QVERIFY(m_hands.cell(u"Clusters"_s, u"Unreachable"_s).isValid());
    }

    void thisMachineNeedsNoKubeconfig() {
        m_hands.write(m_hands.path(u"config"_s), "clusters: 7\n");
        TRY(m_hands.open(m_hands.shellJob(u"local"_s, "true")));
        SOON(m_hands.says(m_hands.path(u"config"_s)));
        TRY(m_hands.click(u"Run here"_s));
        SOON(m_hands.chipSays(u"Succeeded here"_s));
        // Opening the page looks again by itself.
        m_hands.write(m_hands.path(u"config"_s), kAway);
        TRY(m_hands.click(u"Clusters"_s));
        QVERIFY(m_hands.cell(u"Clusters"_s, u"Unreachable"_s).isValid());
    }

    void aJobThatFitsRunsHereNow() {
        TRY(m_hands.open(m_hands.shellJob(u"small"_s, "true")));
        QVERIFY(card(u"This machine: Now"_s));
        SOON(m_hands.says(u"64 MiB"_s));
        QWidget* away = card(u"lab / team-a: Unreachable"_s);
        QVERIFY(away);
        QTest::mouseClick(away, Qt::LeftButton);
        SOON(m_hands.hasButton(u"Submit to lab"_s));
        for (QAbstractButton* submit : m_hands.window().findChildren<QAbstractButton*>())
            if (submit->text() == u"Submit to lab"_s) QVERIFY(!submit->isEnabled());
        QTest::keyClick(m_hands.window().findChild<TargetsPanel*>(), Qt::Key_Up);
        SOON(m_hands.hasButton(u"Run here"_s));
    }

    void aRegistryIsAskedForAndTriedBeforeThereIsARun() {
        ScriptedServer server(takeJobs);
        QByteArray config = kAway;
        config.replace("http://127.0.0.1:1", QByteArray::fromStdString(server.url("")));
        m_hands.write(m_hands.path(u"config"_s), config);
        m_hands.write(m_hands.work(u"far/job.yaml"_s),
                      "name: far\nprogram: {image: 'r.example/base:1', command: ['true']}\n"
                      "resources: {cpu: 100m, memory: 64Mi}\n");
        TRY(m_hands.open(m_hands.work(u"far"_s)));
        QWidget* lab = card(u"lab / team-a: "_s);
        QVERIFY(lab);
        QTest::mouseClick(lab, Qt::LeftButton);
        SOON(m_hands.says(u"Name a registry"_s));
        const QString here = u"127.0.0.1:"_s + QString::number(server.port());
        TRY(m_hands.type(u"Registry"_s, here + u"/team"_s));
        SOON(m_hands.says(u"Pushes the job's image to "_s + here + u"/team/far"_s));
        TRY(m_hands.click(u"Submit to lab"_s));
        SOON(m_hands.says(u"does not let this user in"_s) && m_hands.says(u"docker login "_s + here));
        TRY(m_hands.type(u"Registry"_s, u"127.0.0.1:1/team"_s));
        TRY(m_hands.click(u"Submit to lab"_s));
        SOON(m_hands.says(u"cannot push to 127.0.0.1:1/team/far"_s));
        QVERIFY(!QFile::exists(m_hands.path(u"home/profiles/lab/team-a.yaml"_s)));
        // As it is once a job was pushed there.
        m_hands.write(m_hands.path(u"home/profiles/lab/team-a.yaml"_s), "registry: r.example/kept\n");
        TRY(m_hands.open(m_hands.work(u"far"_s)));
        lab = card(u"lab / team-a: "_s);
        QVERIFY(lab);
        QTest::mouseClick(lab, Qt::LeftButton);
        SOON(m_hands.says(u"Pushes the job's image to r.example/kept/far"_s));
    }

    void aJobThatIsTooLargeIsMadeToFit() {
        m_hands.write(m_hands.work(u"large/job.yaml"_s),
                      "name: large\nprogram: {command: ['true']}\nresources: {cpu: 1, memory: 9000Gi}\n");
        TRY(m_hands.open(m_hands.work(u"large"_s)));
        SOON(m_hands.says(u"asks for 8.8 TiB"_s));
        auto* suggestion = m_hands.find<QAbstractButton>(
            [](const QAbstractButton* one) { return one->text().endsWith(u"a rank fit"_s); });
        QVERIFY(suggestion);
        QTest::mouseClick(suggestion, Qt::LeftButton);
        SOON(!m_hands.says(u"asks for 8.8 TiB"_s));
        TRY(m_hands.click(u"Run here"_s));
        SOON(m_hands.chipSays(u"Succeeded here"_s));
        QVERIFY(!WindowFixture::read(m_hands.work(u"large/job.yaml"_s)).contains("9000"));
    }
};

QTEST_MAIN(tst_window_targets)
#include "tst_window_targets.moc"
