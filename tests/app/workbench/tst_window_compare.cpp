// SPDX-License-Identifier: GPL-3.0-or-later
// Runs marked, filtered and compared by hand, over the real services and agent.
#include "widgets/charts/comparisonchart.h"
#include "windowfixture.h"

#include <QFileDialog>
#include <QLineEdit>

using namespace slipway;
using namespace slipway::test;
using namespace Qt::StringLiterals;

class tst_window_compare : public QObject {
    Q_OBJECT

    WindowFixture m_hands;

    QAbstractItemView* runs() const { return m_hands.named<QAbstractItemView>(u"Runs"_s); }
    ComparisonChart* chart() const { return m_hands.named<ComparisonChart>(u"Loss"_s); }
    // A run that tells five values of its loss, the last of them its own.
    void run(const QString& name, const QByteArray& last) {
        QByteArray line;
        for (int step = 1; step <= 5; ++step)
            line += "echo '{\"step\": " + QByteArray::number(step) +
                    ", \"loss\": " + (step < 5 ? "0." + QByteArray::number(step) : last) + "}'; ";
        TRY(m_hands.open(m_hands.shellJob(name, line + "true")));
        TRY(m_hands.click(u"Run here"_s));
        SOON(m_hands.chipSays(u"Succeeded here"_s));
    }

private Q_SLOTS:
    void init() { failOnWarnings(); }

    void runsAreTaggedAndFiltered() {
        run(u"first"_s, "0.5");
        run(u"second"_s, "0.75");
        TRY(m_hands.shortcut(Qt::Key_2, Qt::ControlModifier));
        QTRY_COMPARE(runs()->model()->rowCount(), 2);
        TRY(m_hands.clickCell(u"Runs"_s, u"first"_s));
        m_hands.window().activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(&m_hands.window()));
        runs()->setFocus();
        QTest::keyClick(runs(), Qt::Key_T);
        auto* editor =
            m_hands.find<QLineEdit>([&](const QLineEdit* one) { return runs()->isAncestorOf(one); });
        QVERIFY(editor);
        QTest::keyClicks(editor, u"baseline"_s);
        QTest::keyClick(editor, Qt::Key_Return);
        QVERIFY(m_hands.cell(u"Runs"_s, u"baseline"_s).isValid());
        TRY(m_hands.type(u"Filter runs"_s, u"tag:baseline and loss <= 0.5"_s));
        QTRY_COMPARE(runs()->model()->rowCount(), 1);
        TRY(m_hands.type(u"Filter runs"_s, u"tagg:baseline"_s));
        SOON(m_hands.says(u"did you mean tag?"_s));
        TRY(m_hands.type(u"Filter runs"_s, {}));
        QTRY_COMPARE(runs()->model()->rowCount(), 2);
    }

    void theirCurvesLieOverEachOther() {
        TRY(m_hands.clickCell(u"Runs"_s, u"first"_s));
        QTest::keyClick(runs(), Qt::Key_A, Qt::ControlModifier);
        TRY(m_hands.click(u"Compare 2"_s));
        QVERIFY(chart());
        QTRY_COMPARE(chart()->valuesAt(5), (std::vector<double>{0.75, 0.5}));
        SOON(m_hands.says(u"Loss parts first at step 5: #2 has 0.7500, #1 has 0.5000."_s));
        QVERIFY(m_hands.cell(u"What differs"_s, u"baseline"_s).isValid());
        const int right = chart()->width() - 76;
        QTest::mousePress(chart(), Qt::LeftButton, {}, QPoint(right / 2, 60));
        QTest::mouseMove(chart(), QPoint(right - 20, 60));
        QTest::mouseRelease(chart(), Qt::LeftButton, {}, QPoint(right, 60));
        QVERIFY(chart()->range() && chart()->range()->from > 1);
        QTest::mouseDClick(chart(), Qt::LeftButton, {}, QPoint(right / 2, 60));
        QVERIFY(!chart()->range());
    }

    void aChartIsExported() {
        TRY(m_hands.choose(u"Export Loss"_s, u"All points"_s));
        auto* dialog = m_hands.find<QFileDialog>([](const QFileDialog*) { return true; });
        QVERIFY(dialog);
        const QString file = m_hands.work(u"loss.csv"_s);
        dialog->setDirectory(m_hands.work({}));
        dialog->selectFile(file);
        QMetaObject::invokeMethod(dialog, "accept");
        QTRY_VERIFY(m_hands.read(file).contains("2,5,"));
        QCOMPARE(m_hands.read(file).count('\n'), 11);
        TRY(m_hands.click(u"Back to the list"_s));
        SOON(m_hands.hasButton(u"Open"_s));
    }
};

QTEST_MAIN(tst_window_compare)
#include "tst_window_compare.moc"
