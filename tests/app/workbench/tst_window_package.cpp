// SPDX-License-Identifier: GPL-3.0-or-later
// A job packaged by hand: what goes in and what stays out, then the image in a folder and in a real registry, read back.
#include "registryprocess.h"
#include "windowfixture.h"

#include <QCryptographicHash>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QLineEdit>

using namespace slipway;
using namespace slipway::test;
using namespace Qt::StringLiterals;

class tst_window_package : public QObject {
    Q_OBJECT

    WindowFixture m_hands;

    QString blob(const QString& layout, const QString& digest) const {
        return layout + u"/blobs/sha256/"_s + digest.section(u':', 1);
    }

private Q_SLOTS:
    void initTestCase() {
        // A base image with nothing in it: what a program's image is built on.
        const QString base = m_hands.path(u"base"_s);
        const auto put = [&](const QByteArray& bytes) {
            QString digest =
                QString::fromUtf8(QCryptographicHash::hash(bytes, QCryptographicHash::Sha256).toHex());
            m_hands.write(base + u"/blobs/sha256/"_s + digest, bytes);
            return digest;
        };
        const auto text = [](const QJsonObject& object) { return QJsonDocument(object).toJson(); };
        const auto place = [](const QString& type, const QString& digest, const QByteArray& bytes) {
            return QJsonObject{{u"mediaType"_s, u"application/vnd.oci.image."_s + type},
                               {u"digest"_s, u"sha256:"_s + digest},
                               {u"size"_s, bytes.size()}};
        };
        const QByteArray config =
            text({{u"architecture"_s, u"amd64"_s},
                  {u"os"_s, u"linux"_s},
                  {u"config"_s, QJsonObject()},
                  {u"rootfs"_s, QJsonObject{{u"type"_s, u"layers"_s}, {u"diff_ids"_s, QJsonArray()}}}});
        const QByteArray manifest = text({{u"schemaVersion"_s, 2},
                                          {u"mediaType"_s, u"application/vnd.oci.image.manifest.v1+json"_s},
                                          {u"config"_s, place(u"config.v1+json"_s, put(config), config)},
                                          {u"layers"_s, QJsonArray()}});
        const QString digest = put(manifest);
        m_hands.write(base + u"/oci-layout"_s, text({{u"imageLayoutVersion"_s, u"1.0.0"_s}}));
        m_hands.write(base + u"/index.json"_s,
                      text({{u"schemaVersion"_s, 2},
                            {u"manifests"_s, QJsonArray{place(u"manifest.v1+json"_s, digest, manifest)}}}));
        m_hands.write(m_hands.work(u"packs/.env"_s),
                      "AWS_SECRET_ACCESS_KEY=abcdefghijklmnopqrstuvwxyz0123456789abcd\n");
        m_hands.write(m_hands.work(u"packs/train.py"_s), "print('hello')\n");
        m_hands.write(m_hands.work(u"packs/job.yaml"_s),
                      "name: packs\nprogram: {command: [python3, train.py], image: 'oci:" + base.toUtf8() +
                          "@sha256:" + digest.toUtf8() + "'}\nresources: {cpu: 100m, memory: 64Mi}\n");
        TRY(m_hands.open(m_hands.work(u"packs"_s)));
        TRY(m_hands.clickTab(u"Package"_s));
    }
    void init() { failOnWarnings(); }

    void thePlanSaysWhatGoesInAndWhatStaysOut() {
        SOON(m_hands.says(u"1 secret that would go into the image"_s));
        m_hands.write(m_hands.work(u"packs/.slipwayignore"_s), ".env\n");
        TRY(m_hands.click(u"Look again"_s));
        QVERIFY(m_hands.cell(u"Files of the image"_s, u"train.py"_s).isValid());
        const QModelIndex secret = m_hands.cell(u"Files of the image"_s, u".env"_s);
        QVERIFY(secret.isValid());
        QCOMPARE(secret.parent().data().toString(), u"Left out"_s);
        QVERIFY(!secret.siblingAtColumn(3).data().toString().isEmpty());
    }

    void anImageInAFolderIsReadable() {
        const QString layout = m_hands.path(u"image"_s);
        TRY(m_hands.type(u"Where the image goes"_s, u"oci:"_s + layout));
        TRY(m_hands.click(u"Package"_s));
        SOON(m_hands.says(u" sent of "_s));
        QVERIFY(m_hands.cell(u"Layers"_s, u"agent"_s).isValid());
        const QModelIndex code = m_hands.cell(u"Layers"_s, u"code"_s);
        QVERIFY(code.isValid());
        QVERIFY(QFile::exists(blob(layout, code.siblingAtColumn(2).data().toString())));
        const auto index = QJsonDocument::fromJson(WindowFixture::read(layout + u"/index.json"_s));
        const QString digest = index[u"manifests"_s][0][u"digest"_s].toString();
        const auto manifest = QJsonDocument::fromJson(WindowFixture::read(blob(layout, digest)));
        const auto* table = m_hands.named<QAbstractItemView>(u"Layers"_s);
        QCOMPARE(manifest[u"layers"_s].toArray().size(), table->model()->rowCount());
    }

    void anImageIsPushedToARegistry() {
        if (!RegistryProcess::isInstalled()) QSKIP("docker-registry is not installed");
        RegistryProcess registry;
        QVERIFY2(registry.start(), registry.log().c_str());
        const QString to = QString::fromStdString(registry.address()) + u"/team/packs"_s;
        TRY(m_hands.type(u"Where the image goes"_s, to));
        m_hands.key(Qt::Key_Return);
        SOON(m_hands.says(to + u"@sha256:"_s));
        QVERIFY(m_hands.cell(u"Layers"_s, u"code"_s).isValid());
        registry.stop();
        TRY(m_hands.click(u"Package"_s));  // nobody listens any more
        SOON(m_hands.says(QString::fromStdString(registry.address())) && m_hands.says(u"Not packaged."_s));
        TRY(m_hands.click(u"Look again"_s));
        SOON(!m_hands.hasButton(u"Look again"_s));
    }

    void aJobWithProblemsCannotBePackaged() {
        TRY(m_hands.clickTab(u"Job"_s));
        auto* editor = m_hands.named<QWidget>(u"Job file"_s);
        QTest::keyClick(editor, Qt::Key_End, Qt::ControlModifier);
        QTest::keyClicks(editor, u"replcas: 2"_s);
        SOON(m_hands.hasButton(u"Fix problem"_s));
        TRY(m_hands.clickTab(u"Package"_s));
        SOON(m_hands.says(u"Nothing to package"_s));
    }
};

QTEST_MAIN(tst_window_package)
#include "tst_window_package.moc"
