// SPDX-License-Identifier: GPL-3.0-or-later
// The whole way by mouse, and by keys, on the real cluster, as the namespace user: where it can run, submitted by one click, live curve and log,
// the result brought home; cancelled by a click; and a cut of the API server under a watched run.
#include "backends/platform/files.h"
#include "backends/runs/curvestore.h"
#include "backends/spec/specdocument.h"
#include "clusterfixture.h"
#include "windowfixture.h"

#include <QTcpServer>
#include <QTcpSocket>
#include <QThread>

using namespace slipway;
using namespace slipway::test;
using namespace Qt::StringLiterals;

namespace {

// Passes bytes on from a port of this machine, until it is cut: then all connections break and new ones are refused. Has a thread of
// its own, so that nobody who waits for an answer keeps it from coming.
class Cable final {
public:
    Cable(const QHostAddress& host, quint16 port) : m_toHost(host), m_toPort(port) {
        m_server->moveToThread(&m_thread);
        QObject::connect(&m_thread, &QThread::finished, m_server, &QObject::deleteLater);
        QObject::connect(m_server, &QTcpServer::newConnection, m_server, [this] {
            while (QTcpSocket* near = m_server->nextPendingConnection()) join(near);
        });
        m_thread.start();
        mend();
    }
    ~Cable() {
        m_thread.quit();
        m_thread.wait();
    }
    Cable(const Cable&) = delete;
    Cable& operator=(const Cable&) = delete;

    quint16 port() const { return m_port; }
    void cut() {
        call([this] {
            m_server->close();
            for (QTcpSocket* near : m_server->findChildren<QTcpSocket*>()) near->abort();
        });
    }
    void mend() {
        call([this] {
            if (!m_server->listen(QHostAddress::LocalHost, m_port))
                qFatal("%s", qPrintable(m_server->errorString()));
            m_port = m_server->serverPort();
        });
    }

private:
    template <typename Work>
    void call(Work work) {
        QMetaObject::invokeMethod(m_server, work, Qt::BlockingQueuedConnection);
    }
    void join(QTcpSocket* near) const {
        auto* far = new QTcpSocket(near);
        far->connectToHost(m_toHost, m_toPort);
        const auto pass = [](QTcpSocket* from, QTcpSocket* to) {
            QObject::connect(from, &QTcpSocket::readyRead, to, [from, to] { to->write(from->readAll()); });
            QObject::connect(from, &QTcpSocket::disconnected, to, &QTcpSocket::disconnectFromHost);
        };
        pass(near, far);
        pass(far, near);
        QObject::connect(near, &QTcpSocket::disconnected, near, &QObject::deleteLater);
    }

    QThread m_thread;
    QTcpServer* m_server = new QTcpServer;
    QHostAddress m_toHost;
    quint16 m_toPort;
    quint16 m_port = 0;  // 0: any
};

// A point a tenth of a second, a line in between, and a model at the end.
const char* const kTrains = R"(i=0
while [ $i -lt STEPS ]; do
    i=$((i+1))
    echo '{"kind":"metric","step":'$i',"values":{"loss":0.5}}' >&3
    [ $i -ne 20 ] || echo twenty steps
    usleep 100000
done
echo weights >model.txt)";

}  // namespace

class tst_window_cluster : public QObject {
    Q_OBJECT

    std::unique_ptr<ClusterFixture> m_cluster;
    std::unique_ptr<Cable> m_cable;
    WindowFixture m_hands;
    const QString m_queue = u"alice@slipway-test / research"_s;
    const QString m_place = u"alice@slipway-test / team-a / research"_s;

    // A job of the workspace on the cluster's busybox image.
    QString job(const QString& name, const QByteArray& script) const {
        JobSpec spec;
        spec.name = name.toStdString();
        spec.work = ProgramSpec{{"/bin/sh", "-c", script.toStdString()}};
        spec.resources.cpu = MilliCpu{100};
        spec.resources.memory = Bytes{std::int64_t{128} << 20};
        spec.resources.sharedMemory = Bytes{std::int64_t{16} << 20};
        spec.grace = std::chrono::seconds(5);
        spec.outputs = {"model.txt"};
        QString file = m_hands.work(name + u"/job.yaml"_s);
        m_hands.write(file, QByteArray::fromStdString(writeJob(m_cluster->onImage(spec))));
        return file;
    }
    static QByteArray trains(int steps) {
        return QByteArray(kTrains).replace("STEPS", QByteArray::number(steps));
    }
    bool chooseQueue() const {
        auto* card = m_hands.find<QWidget>([this](const QWidget* one) {
            return one->accessibleName().startsWith(m_queue + u": "_s) &&
                   !one->accessibleName().contains(u"Asking"_s);
        });
        if (!card) return false;
        QTest::mouseClick(card, Qt::LeftButton);
        return true;
    }
    bool submit() const {
        return chooseQueue() &&
               m_hands.type(u"Registry"_s,
                            u"http://"_s + QString::fromStdString(m_cluster->registry()) + u"/window"_s) &&
               m_hands.click(u"Submit to research"_s);
    }
    bool hasPoint(double step) const { return m_hands.hasPoint(u"Loss"_s, step); }
    bool isState(const QString& word) const { return m_hands.chipSays(word + u" on "_s + m_place); }

private Q_SLOTS:
    void initTestCase() {
        std::string reason;
        m_cluster = ClusterFixture::find(reason);
        if (!m_cluster) QSKIP(reason.c_str());
        QByteArray config = WindowFixture::read(QString::fromStdString(m_cluster->settings().kubeconfig));
        static const QRegularExpression kServer(u"server: https://([0-9.]+):([0-9]+)"_s);
        const auto found = kServer.match(QString::fromUtf8(config));
        QVERIFY(found.hasMatch());
        m_cable = std::make_unique<Cable>(QHostAddress(found.captured(1)), found.captured(2).toUShort());
        config.replace(found.captured(0).toUtf8(),
                       "server: https://127.0.0.1:" + QByteArray::number(m_cable->port()) +
                           "\n    tls-server-name: " + found.captured(1).toUtf8());
        m_hands.write(m_hands.path(u"config"_s), config);
    }
    void init() { failOnWarnings(); }

    void theClusterAnswers() {
        TRY(m_hands.open(u"clusters"_s));
        const QModelIndex queue = m_hands.cell(u"Clusters"_s, u"team-a / research"_s);
        QVERIFY(queue.isValid());
        const QModelIndex state = queue.siblingAtColumn(1);
        SOON(state.data().toString() == u"Reachable"_s);
        QVERIFY2(state.siblingAtColumn(2).data().toString().contains(u"Kueue"_s),
                 qPrintable(state.siblingAtColumn(2).data().toString()));
    }

    void trainsThereByOneClickAndComesHome() {
        TRY(m_hands.open(job(u"away"_s, trains(150))));
        TRY(submit());
        SOON(isState(u"Running"_s));
        SOON(hasPoint(5));
        QVERIFY(isState(u"Running"_s) && !hasPoint(150));  // the curve lives
        TRY(m_hands.clickTab(u"Logs"_s));
        SOON(m_hands.cell(u"Log lines"_s, u"twenty steps"_s).isValid());
        SOON(isState(u"Succeeded"_s));
        TRY(m_hands.clickTab(u"Run"_s));
        SOON(hasPoint(150));
        TRY(m_hands.clickTab(u"Timeline"_s));
        QVERIFY(m_hands.cell(u"Timeline"_s, u"Succeeded"_s).isValid());
        TRY(m_hands.clickTab(u"Result"_s));
        QVERIFY(m_hands.cell(u"Files of the result"_s, u"model.txt"_s).isValid());
        TRY(m_hands.click(u"Bring the model home"_s));
        SOON(m_hands.says(u"The result is home, every digest is right."_s));
        QCOMPARE(WindowFixture::read(m_hands.runFolder(1) + u"/result/model.txt"_s), QByteArray("weights\n"));
    }

    void isCancelledByAClick() {
        TRY(m_hands.open(job(u"endless"_s, trains(100000))));
        TRY(submit());
        SOON(isState(u"Running"_s) && hasPoint(1));
        TRY(m_hands.click(u"Cancel"_s));
        SOON(isState(u"Cancelled"_s));
        QVERIFY(!m_hands.hasButton(u"Cancel"_s));
    }

    void isSubmittedCancelledAndFetchedByKeys() {
        const auto submitByKeys = [this] {
            const auto isQueue = [this](const QWidget* one) {
                return one->accessibleName().startsWith(m_queue + u": "_s) &&
                       !one->accessibleName().contains(u"Asking"_s);
            };
            if (!m_hands.tabToWhat(isQueue)) return false;
            m_hands.key(Qt::Key_Space);
            if (!m_hands.tabTo(u"Registry"_s)) return false;
            m_hands.key(Qt::Key_A, Qt::ControlModifier);
            QTest::keyClicks(QApplication::focusWidget(),
                             u"http://"_s + QString::fromStdString(m_cluster->registry()) + u"/window"_s);
            return m_hands.press(u"Submit to research"_s);
        };
        TRY(m_hands.open(job(u"endless-keys"_s, trains(100000))));
        TRY(submitByKeys());
        SOON(isState(u"Running"_s) && hasPoint(1));
        TRY(m_hands.press(u"Cancel"_s));
        SOON(isState(u"Cancelled"_s));
        TRY(m_hands.open(job(u"keys"_s, trains(20))));
        TRY(submitByKeys());
        SOON(isState(u"Succeeded"_s));
        TRY(m_hands.keyTab(u"Result"_s));
        TRY(m_hands.press(u"Bring the model home"_s));
        SOON(m_hands.says(u"The result is home, every digest is right."_s));
        QCOMPARE(WindowFixture::read(m_hands.runFolder(4) + u"/result/model.txt"_s), QByteArray("weights\n"));
        QVERIFY(m_hands.copied(u"Files of the result"_s, true).value(0).startsWith(u"model.txt\t"_s));
    }

    void aCutOfTheServerLosesNothing() {
        TRY(m_hands.open(job(u"cut"_s, trains(200))));
        TRY(submit());
        SOON(isState(u"Running"_s) && hasPoint(5));
        m_cable->cut();
        TRY(m_hands.click(u"Clusters"_s));
        TRY(m_hands.click(u"Ask again"_s));
        QVERIFY(m_hands.cell(u"Clusters"_s, u"Unreachable"_s).isValid());
        TRY(m_hands.open(u"last"_s));  // begins while nobody answers
        SOON(hasPoint(5));
        QVERIFY(isState(u"Running"_s));
        m_cable->mend();
        SOON(isState(u"Succeeded"_s));
        SOON(hasPoint(200));
        const auto curves = CurveStore::open(RunFolder(m_hands.runFolder(5).toStdString()));
        QVERIFY(curves && curves->curves().contains("loss"));
        QCOMPARE(curves->curves().at("loss").size(), std::size_t{200});
    }
};

QTEST_MAIN(tst_window_cluster)
#include "tst_window_cluster.moc"
