// SPDX-License-Identifier: Apache-2.0
// slipway glossary: a term, all of them, and what is none.
#include <QJsonArray>

#include <algorithm>

#include "cliprocess.h"

using namespace Qt::StringLiterals;

class tst_glossaryverb : public QObject {
    Q_OBJECT

    CliFolder m_folder;

private Q_SLOTS:
    void aTermIsPrinted() {
        const Said said = m_folder.slipway({u"glossary"_s, u"Learning"_s, u"rate"_s});
        QVERIFY2(said.status == 0 && said.problems.isEmpty(), said.problems.constData());
        QVERIFY2(said.out.startsWith("learning rate (lr, "), said.out.constData());
        SAYS(said.out, "\nsettings  train.optimizer.lr\n");
        SAYS(said.out, "\nsee also  learning rate schedule, warm-up");
        for (const QByteArray& line : said.out.split('\n')) QVERIFY2(line.size() <= 80, line.constData());
        QCOMPARE(m_folder.slipway({u"glossary"_s, u"lr"_s}).out, said.out);
        QCOMPARE(m_folder.slipway({u"glossary"_s, u"train.optimizer.lr"_s}).out, said.out);
        QVERIFY(m_folder.leftInHome().isEmpty());
    }

    void allAreListed() {
        const QByteArray out = m_folder.slipway({u"glossary"_s}).out;
        SAYS(out, "\nMIG  ");
        SAYS(out, "\nquota  ");
        const QJsonArray all = m_folder.slipway({u"glossary"_s, u"--json"_s}).json().array();
        QCOMPARE(all.size(), out.count('\n'));
        QStringList names;
        for (const auto& one : all) names.append(one.toObject()[u"term"_s].toString());
        for (const auto& one : all) {
            const QJsonArray see = one.toObject()[u"see"_s].toArray();
            QVERIFY(!one.toObject()[u"text"_s].toString().isEmpty());
            for (const auto& other : see)
                QVERIFY2(names.contains(other.toString()), qPrintable(other.toString()));
        }
    }

    void aTermIsOneDocument() {
        const QJsonObject term = m_folder.slipway({u"--json"_s, u"glossary"_s, u"mig"_s}).json().object();
        QCOMPARE(term[u"term"_s].toString(), u"MIG"_s);
        QCOMPARE(term[u"also"_s].toArray(), QJsonArray{u"Multi-Instance GPU"_s});
        QVERIFY(term[u"see"_s].toArray().contains(u"time-slicing"_s));
    }

    void whatIsNoTermHasANearestOne() {
        const Said near = m_folder.slipway({u"glossary"_s, u"lerning"_s, u"rate"_s});
        QCOMPARE(near.status, 3);
        SAYS(near.problems, "there is no term `lerning rate`; did you mean `learning rate`?");
        const Said far = m_folder.slipway({u"glossary"_s, u"zzzzzz"_s, u"--json"_s});
        QCOMPARE(far.status, 3);
        QCOMPARE(far.error()[u"code"_s].toString(), u"not-found"_s);
        SAYS(far.problems, "List them with slipway glossary");
    }
};

QTEST_GUILESS_MAIN(tst_glossaryverb)
#include "tst_glossaryverb.moc"
