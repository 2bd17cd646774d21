// SPDX-License-Identifier: GPL-3.0-or-later
// The first start, by mouse: the strip of first steps leads from an empty workspace to the evaluation of a model that the real runner
// trained from the example's real data.
#include "windowfixture.h"

using namespace slipway;
using namespace slipway::test;
using namespace Qt::StringLiterals;

class tst_window_firststeps : public QObject {
    Q_OBJECT

    WindowFixture m_hands;

private Q_SLOTS:
    void initTestCase() {
        if (!QFile::exists(QString::fromUtf8(kBinDir) + u"/slipway-runner"_s))
            QSKIP("built without the runner");
    }
    void init() { failOnWarnings(); }

    void fromNothingToAModel() {
        TRY(m_hands.open());
        SOON(m_hands.says(u"In four steps"_s));
        TRY(m_hands.click(u"Open fashion-mlp"_s));
        SOON(m_hands.says(u"This is a job"_s));
        // A shorter one, so that slow machines end it in time too.
        QByteArray job = WindowFixture::read(m_hands.work(u"fashion-mlp/job.yaml"_s));
        QVERIFY(job.contains("epochs: 3"));
        m_hands.write(m_hands.work(u"fashion-mlp/job.yaml"_s), job.replace("epochs: 3", "steps: 60"));
        TRY(m_hands.open(m_hands.work(u"fashion-mlp"_s)));
        TRY(m_hands.click(u"Open fashion-mlp"_s));  // as it is, no second copy
        QVERIFY(!QFile::exists(m_hands.work(u"fashion-mlp-2"_s)));
        TRY(m_hands.click(u"Train here"_s));
        SOON(m_hands.says(u"The loss should fall"_s));
        SOON(m_hands.says(u"You trained a model: Accuracy 0."_s));
        TRY(m_hands.click(u"See the evaluation"_s));
        SOON(m_hands.says(u"Accuracy 0."_s));
        QVERIFY(m_hands.cell(u"Scores by class and group"_s, u"By class"_s).isValid());
        TRY(m_hands.click(u"Done"_s));
        QVERIFY(!m_hands.says(u"That is all it takes"_s));
        TRY(m_hands.open());
        SOON(m_hands.says(u"1 job"_s));
        QVERIFY(!m_hands.says(u"In four steps"_s));
    }
};

QTEST_MAIN(tst_window_firststeps)
#include "tst_window_firststeps.moc"
