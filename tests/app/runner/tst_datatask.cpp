// SPDX-License-Identifier: Apache-2.0
// slipway data: the runner looks at data, the command line shows them.
#include "tests/app/cli/cliprocess.h"

#include <QJsonArray>

using namespace Qt::StringLiterals;

namespace {

// A PNG of one pixel.
constexpr QByteArrayView kPixelHex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154789c6310503000"
    "0000a4006134667d720000000049454e44ae426082");

}  // namespace

class tst_datatask : public QObject {
    Q_OBJECT
    CliFolder m_folder;

private Q_SLOTS:
    void initTestCase() {
        QByteArray table = "width,kind\n";
        for (int i = 0; i < 30; ++i) table += QByteArray::number(i) + (i % 3 == 0 ? ",rose\n" : ",lily\n");
        m_folder.write(u"job/t.csv"_s, table);
        m_folder.write(
            u"job/job.yaml"_s,
            "name: flowers\ntrain:\n  network: {type: mlp}\n  data: {type: table, input: t, target: kind}\n"
            "inputs: {t: t.csv, notes: notes.txt}\n");
        m_folder.write(u"job/notes.txt"_s, "one\ntwo\n");
    }

    void aJobsTable() {
        const Said said = m_folder.slipway({u"data"_s, u"job"_s});
        QVERIFY2(said.status == 0, said.problems);
        SAYS(said.out, "t at ");
        SAYS(said.out, "job/t.csv: CSV table, ");
        SAYS(said.out, " B, 30 rows, 2 columns\n");
        SAYS(said.out, "  width   whole  0        30         0 to 29, mean 14.5 ± 8.655\n");
        SAYS(said.out, "  kind    words  0        2          lily 20, rose 10\n");
        SAYS(said.out, "classes: 30 samples\n  lily         20  66.7 %  ▇");
    }

    void anotherInputOfTheJob() {
        const Said said = m_folder.slipway({u"data"_s, u"job"_s, u"--input"_s, u"notes"_s, u"--json"_s});
        QVERIFY2(said.status == 0, said.problems);
        const QJsonObject one = said.json().array()[0].toObject();
        QCOMPARE(one[u"form"_s].toString(), u"text"_s);
        QCOMPARE(one[u"input"_s].toString(), u"notes"_s);
        QCOMPARE(m_folder.slipway({u"data"_s, u"job"_s, u"--input"_s, u"no"_s}).status, 3);
    }

    // What would move the cursor is not printed.
    void aFileByItself() {
        m_folder.write(u"t.csv"_s, "a\x1b[2J,b\n1,x\n2\n");
        const Said said = m_folder.slipway({u"data"_s, u"t.csv"_s, u"--target"_s, u"b"_s});
        QVERIFY2(said.status == 0, said.problems);
        SAYS(said.out, "  a·[2J   whole");
        SAYS(said.out, "broken: 1\n  row 3: it has 1 cells, the header has 2\n");
        QVERIFY(!said.out.contains('\x1b'));
    }

    void picturesAreLookedAtByAllCores() {
        for (int i = 0; i < 20; ++i) {
            const QString name = u"pictures/%1/%2.png"_s.arg(i % 2 == 0 ? u"cat"_s : u"owl"_s).arg(i);
            m_folder.write(name, QByteArray::fromHex(kPixelHex.toByteArray()));
        }
        m_folder.write(u"pictures/owl/x.png"_s, "no picture");
        const Said said = m_folder.slipway({u"data"_s, u"pictures"_s, u"--json"_s});
        QVERIFY2(said.status == 0, said.problems);
        const QJsonObject one = said.json().array()[0].toObject();
        QCOMPARE(one[u"samples"_s].toInt(), 20);
        QCOMPARE(one[u"faults"_s].toInt(), 1);
        QCOMPARE(one[u"firstFaults"_s][0][u"place"_s].toString(), u"owl/x.png"_s);
        QCOMPARE(one[u"pictures"_s].toArray().size(), 8);  // four of each
        QCOMPARE(one[u"pictures"_s][7][u"label"_s].toString(), u"owl"_s);
        QVERIFY(!one[u"pictures"_s][0].toObject().contains(u"pixels"_s));
    }

    void anArrayHasNoColumns() {
        for (const auto& part : {u"train"_s, u"t10k"_s}) {
            m_folder.write(u"idx/%1-labels-idx1-ubyte"_s.arg(part),
                           QByteArray::fromHex("000008010000000401000101"));
            m_folder.write(u"idx/%1-images-idx3-ubyte"_s.arg(part),
                           QByteArray::fromHex("00000803000000040000000100000002") + "abcdefgh");
        }
        const Said said = m_folder.slipway({u"data"_s, u"idx"_s});
        QVERIFY2(said.status == 0, said.problems);
        SAYS(said.out, "1 × 2 pixels\n");
        SAYS(said.out, ": 4 samples\n  1 ");
        QVERIFY(!said.out.contains("column"));
    }

    void whatThereIsNot() {
        const Said none = m_folder.slipway({u"data"_s, u"no.csv"_s});
        QCOMPARE(none.status, 3);
        SAYS(none.problems, "there is no file or folder no.csv");
        SAYS(none.problems, "slipway data PATH");
        m_folder.write(u"odd/x.bin"_s, "x");
        const Said odd = m_folder.slipway({u"data"_s, u"odd"_s});
        QCOMPARE(odd.status, 2);
        SAYS(odd.problems, "odd holds nothing that Slipway reads");
        const Said target = m_folder.slipway({u"data"_s, u"job/t.csv"_s, u"--target"_s, u"knd"_s});
        QCOMPARE(target.status, 2);
        SAYS(target.problems, "kind");
    }
};

QTEST_GUILESS_MAIN(tst_datatask)
#include "tst_datatask.moc"
