// SPDX-License-Identifier: GPL-3.0-or-later
// What a job's data hold, looked at by the real runner: by mouse a table, mended on the disk and looked at again; by keys alone pictures.
#include "widgets/common/picturegrid.h"
#include "windowfixture.h"

#include <QImage>

using namespace slipway;
using namespace slipway::test;
using namespace Qt::StringLiterals;

class tst_window_data : public QObject {
    Q_OBJECT

    WindowFixture m_hands;

    void writeRows(const QByteArray& last) const {
        QByteArray rows = "length,color,kind\n";
        for (int row = 0; row < 30; ++row)
            rows += QByteArray::number(row) + ",red," + (row % 3 == 0 ? "a\n" : "b\n");
        m_hands.write(m_hands.work(u"table/rows.csv"_s), rows + last);
    }

private Q_SLOTS:
    void init() { failOnWarnings(); }

    void aTableIsLookedAtAndAgain() {
        writeRows("7,,b\n");
        m_hands.write(m_hands.work(u"table/job.yaml"_s),
                      "name: table\ninputs: {rows: rows.csv}\ntrain:\n  network: {type: tabular}\n"
                      "  data: {type: table, input: rows, target: kind}\n");
        TRY(m_hands.open(m_hands.work(u"table"_s)));
        TRY(m_hands.clickTab(u"Data"_s));
        const QModelIndex length = m_hands.cell(u"Columns"_s, u"length"_s);
        QVERIFY(length.isValid());
        QVERIFY2(length.siblingAtColumn(4).data().toString().startsWith(u"0 to 29, mean"_s),
                 qPrintable(length.siblingAtColumn(4).data().toString()));
        QCOMPARE(m_hands.cell(u"Columns"_s, u"color"_s).siblingAtColumn(2).data().toString(), u"1"_s);
        QVERIFY(m_hands.says(u"31 rows"_s));
        QVERIFY(m_hands.cell(u"First rows"_s, u"red"_s).isValid());

        writeRows("7\n");  // cut off
        TRY(m_hands.click(u"Look again"_s));
        QVERIFY(m_hands.cell(u"What is broken"_s, u"row"_s).isValid());
    }

    void picturesAreSeenByKeysAlone() {
        QImage picture(8, 8, QImage::Format_RGB32);
        for (const QString& name : {u"cat/1"_s, u"cat/2"_s, u"owl/1"_s}) {
            picture.fill(name.startsWith(u'c') ? Qt::red : Qt::blue);
            const QString file = m_hands.work(u"pictures/data/"_s + name + u".png"_s);
            QVERIFY(QDir().mkpath(QFileInfo(file).path()) && picture.save(file));
        }
        m_hands.write(m_hands.work(u"pictures/job.yaml"_s),
                      "name: pictures\ninputs: {data: data}\ntrain:\n  network: {type: cnn}\n"
                      "  data: {type: images, input: data}\n");
        TRY(m_hands.open(m_hands.work(u"pictures"_s)));
        TRY(m_hands.keyTab(u"Data"_s));
        SOON(m_hands.says(u"3 samples"_s));
        const auto* grid = m_hands.find<PictureGrid>([](const PictureGrid*) { return true; });
        QVERIFY(grid);
        QCOMPARE(grid->count(), 3);
        QCOMPARE(grid->textAt({20, 20}), u"cat: cat/1.png"_s);
        QVERIFY(!m_hands.says(u"Broken"_s));
    }
};

QTEST_MAIN(tst_window_data)
#include "tst_window_data.moc"
