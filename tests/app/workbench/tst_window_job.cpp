// SPDX-License-Identifier: GPL-3.0-or-later
// A job edited by hand: the form changes the text and the text the form, problems stand where they are and are mended by their
// button, and what is saved is on disk.
#include "widgets/common/commandpalette.h"
#include "widgets/forms/jobform.h"
#include "widgets/forms/jobtexteditor.h"
#include "windowfixture.h"

#include <QComboBox>
#include <QLineEdit>
#include <QTextBlock>

using namespace slipway;
using namespace slipway::test;
using namespace Qt::StringLiterals;

namespace {

const char* const kJob =
    "# a comment that stays\nname: digits\ntrain:\n  network: {type: mlp, hidden: [32]}\n"
    "  data: {type: idx, input: images}\n  optimizer: {type: adam, lr: 1e-3}\n  batch: 64\n  epochs: 1\n"
    "inputs: {images: data}\nresources: {cpu: 1, memory: 1Gi}\n";

}  // namespace

class tst_window_job : public QObject {
    Q_OBJECT

    WindowFixture m_hands;
    QString m_file;

    JobTextEditor* editor() const { return m_hands.named<JobTextEditor>(u"Job file"_s); }
    QLineEdit* field(const QString& path) const {
        return m_hands.find<QLineEdit>([&](const QLineEdit* one) { return one->property("path") == path; });
    }

private Q_SLOTS:
    void initTestCase() {
        m_file = m_hands.work(u"digits/job.yaml"_s);
        m_hands.write(m_file, kJob);
        QVERIFY(QDir().mkpath(m_hands.work(u"digits/data"_s)));
        TRY(m_hands.open(m_hands.work(u"digits"_s)));  // its folder names it, too
        SOON(editor() && editor()->toPlainText() == QString::fromUtf8(kJob));
    }
    void init() { failOnWarnings(); }

    void theFormChangesTheText() {
        QLineEdit* batch = field(u"train.batch"_s);
        QVERIFY(batch);
        QTRY_COMPARE(batch->text(), u"64"_s);
        TRY(WindowFixture::typeInto(batch, u"128"_s));
        QTest::keyClick(batch, Qt::Key_Return);
        SOON(editor()->toPlainText().contains(u"batch: 128"_s));
        QVERIFY(editor()->toPlainText().startsWith(u"# a comment that stays"_s));
        SOON(m_hands.says(u"1 line changed, not saved"_s));
        SOON(m_hands.chipSays(u"Draft, edited"_s));
    }

    void theTextChangesTheForm() {
        QTest::mouseClick(editor()->viewport(), Qt::LeftButton);
        QTest::keyClick(editor(), Qt::Key_Home, Qt::ControlModifier);
        QTest::keyClicks(editor(), u"seed: 5"_s);
        QTest::keyClick(editor(), Qt::Key_Return);
        QLineEdit* seed = field(u"seed"_s);
        QVERIFY(seed);
        SOON(seed->text() == u"5"_s);
    }

    // Down to the first edit and up again, by the keys in the form and by the palette.
    void editsOfBothSidesAreUndoneInTurn() {
        const QString edited = editor()->toPlainText();
        QLineEdit* batch = field(u"train.batch"_s);
        batch->setFocus();
        const auto redo = [] {
            QTest::keyClick(QApplication::focusWidget(), Qt::Key_Z, Qt::ControlModifier | Qt::ShiftModifier);
        };
        int steps = 0;
        for (; editor()->toPlainText().contains(u"seed"_s) && steps < 9; ++steps)
            QTest::keyClick(QApplication::focusWidget(), Qt::Key_Z, Qt::ControlModifier);
        QVERIFY(editor()->toPlainText().contains(u"batch: 128"_s));  // the older edit is there still
        SOON(field(u"seed"_s)->text().isEmpty());
        QTest::keyClick(QApplication::focusWidget(), Qt::Key_Z, Qt::ControlModifier);
        QCOMPARE(editor()->toPlainText(), QString::fromUtf8(kJob));
        SOON(batch->text() == u"64"_s && m_hands.chipSays(u"Draft"_s));
        QVERIFY(batch->hasFocus());
        redo();
        SOON(batch->text() == u"128"_s);
        TRY(m_hands.shortcut(Qt::Key_K, Qt::ControlModifier));
        QTest::keyClicks(m_hands.window().palette()->field(), u"undo the last edit"_s);
        m_hands.key(Qt::Key_Return);
        SOON(batch->text() == u"64"_s && batch->hasFocus());
        for (int step = 0; step <= steps; ++step) redo();
        QCOMPARE(editor()->toPlainText(), edited);
        SOON(field(u"seed"_s)->text() == u"5"_s);
    }

    // What is typed into a field and not left yet is an edit like others; so is another network, which makes other fields.
    void whatIsTypedAndWhatMakesOtherFieldsIsUndone() {
        const QString before = editor()->toPlainText();
        QLineEdit* batch = field(u"train.batch"_s);
        TRY(WindowFixture::typeInto(batch, u"7"_s));
        QTest::keyClick(batch, Qt::Key_Z, Qt::ControlModifier);
        SOON(batch->text() == u"128"_s);
        QCOMPARE(editor()->toPlainText(), before);
        auto* type = m_hands.find<QComboBox>(
            [](const QComboBox* one) { return one->property("path") == u"train.optimizer.type"_s; });
        type->setFocus();
        QTest::keyClick(type, Qt::Key_End);
        SOON(editor()->toPlainText().contains(u"type: adamw"_s) && QApplication::focusWidget() != type);
        const auto isAtType = [] {
            const QWidget* focus = QApplication::focusWidget();
            return focus && focus->property("path") == u"train.optimizer.type"_s;
        };
        SOON(isAtType());
        QTest::keyClick(QApplication::focusWidget(), Qt::Key_Z, Qt::ControlModifier);
        QCOMPARE(editor()->toPlainText(), before);
        SOON(isAtType() && qobject_cast<QComboBox*>(QApplication::focusWidget())->currentText() == u"adam"_s);
    }

    void whatIsSavedIsOnDisk() {
        QTest::keyClick(editor(), Qt::Key_S, Qt::ControlModifier);
        SOON(WindowFixture::read(m_file).contains("batch: 128"));
        QVERIFY(WindowFixture::read(m_file).startsWith("seed: 5\n# a comment"));
        SOON(!m_hands.hasButton(u"Save"_s));
    }

    void aProblemStandsInLineAndIsMendedByItsButton() {
        QTest::mouseClick(editor()->viewport(), Qt::LeftButton);
        QTest::keyClick(editor(), Qt::Key_End, Qt::ControlModifier);
        QTest::keyClicks(editor(), u"replcas: 2"_s);
        SOON(m_hands.says(u"1 problem"_s) && m_hands.hasButton(u"Fix problem"_s));
        QVERIFY(!m_hands
                     .find<QAbstractButton>(
                         [](const QAbstractButton* one) { return one->text() == u"Train here"_s; })
                     ->isEnabled());
        QTest::keyClick(editor(), Qt::Key_Home, Qt::ControlModifier);
        TRY(m_hands.click(u"Fix problem"_s));  // goes there
        QTRY_COMPARE(editor()->textCursor().block().text(), u"replcas: 2"_s);
        TRY(m_hands.click(u"Change to replicas"_s));
        SOON(editor()->toPlainText().contains(u"replicas: 2"_s) && !m_hands.hasButton(u"Fix problem"_s));
        QLineEdit* replicas = field(u"replicas"_s);
        QVERIFY(replicas);
        SOON(replicas->text() == u"2"_s);
    }

    void aProblemIsToldAtTheField() {
        QLineEdit* batch = field(u"train.batch"_s);
        TRY(WindowFixture::typeInto(batch, u"many"_s));
        QTest::keyClick(batch, Qt::Key_Return);
        const auto* form = m_hands.window().findChild<JobForm*>();
        SOON(!form->problem(u"train.batch"_s).isEmpty());
        QVERIFY(m_hands.says(form->problem(u"train.batch"_s)));
        TRY(WindowFixture::typeInto(batch, u"32"_s));
        QTest::keyClick(batch, Qt::Key_Return);
        SOON(form->problem(u"train.batch"_s).isEmpty());
    }

    void textThatIsNoYamlIsToldWithItsLine() {
        QTest::mouseClick(editor()->viewport(), Qt::LeftButton);
        QTest::keyClick(editor(), Qt::Key_End, Qt::ControlModifier);
        QTest::keyClicks(editor(), u"]"_s);
        SOON(m_hands.hasButton(u"Fix problem"_s));
        QTest::keyClick(editor(), Qt::Key_Backspace);
        SOON(!m_hands.hasButton(u"Fix problem"_s));
    }

    void editsOutliveAnotherJobAndTheWindow() {
        m_hands.shellJob(u"other"_s, "true");
        const QByteArray saved = WindowFixture::read(m_file);
        QTest::mouseClick(editor()->viewport(), Qt::LeftButton);
        QTest::keyClick(editor(), Qt::Key_End, Qt::ControlModifier);
        QTest::keyClicks(editor(), u"# kept"_s);
        const QString edited = editor()->toPlainText();
        TRY(m_hands.shortcut(Qt::Key_1, Qt::ControlModifier));
        TRY(m_hands.clickCell(u"Jobs"_s, u"other"_s, true));
        SOON(editor()->toPlainText().contains(u"name: other"_s) && m_hands.chipSays(u"Draft"_s));
        TRY(m_hands.shortcut(Qt::Key_1, Qt::ControlModifier));
        TRY(m_hands.clickCell(u"Jobs"_s, u"digits"_s, true));
        SOON(m_hands.chipSays(u"Draft, edited"_s));
        QCOMPARE(editor()->toPlainText(), edited);
        // A setting that is typed and not yet taken over when the window is closed.
        QLineEdit* batch = field(u"train.batch"_s);
        QVERIFY(batch);
        TRY(WindowFixture::typeInto(batch, u"16"_s));
        TRY(m_hands.shortcut(Qt::Key_Q, Qt::ControlModifier));
        SOON(!m_hands.window().isVisible());
        QCOMPARE(WindowFixture::read(m_file), saved);
        TRY(m_hands.open(m_file));
        SOON(m_hands.chipSays(u"Draft, edited"_s));
        QVERIFY(editor()->toPlainText().contains(u"batch: 16"_s));
        QVERIFY(editor()->toPlainText().endsWith(u"# kept"_s));
        m_hands.close();
        m_hands.write(m_file, saved + "# theirs\n");
        TRY(m_hands.open(m_file));
        SOON(m_hands.says(u"Another program changed the file"_s));
        TRY(m_hands.click(u"Save"_s));
        SOON(m_hands.says(u"was changed by another program"_s));
        QCOMPARE(WindowFixture::read(m_file), saved + "# theirs\n");
        TRY(m_hands.click(u"Take the file's text"_s));
        SOON(editor()->toPlainText().endsWith(u"# theirs\n"_s) && !m_hands.hasButton(u"Save"_s));
        QTest::mouseClick(editor()->viewport(), Qt::LeftButton);
        QTest::keyClick(editor(), Qt::Key_End, Qt::ControlModifier);
        QTest::keyClicks(editor(), u"# kept"_s);
        SOON(m_hands.hasButton(u"Save"_s));
        m_hands.write(m_file, saved + "# others\n");
        SOON(m_hands.says(u"Another program changed the file"_s));
        TRY(m_hands.click(u"Keep mine"_s));
        SOON(!m_hands.says(u"Another program changed the file"_s));
        TRY(m_hands.click(u"Save"_s));
        SOON(!m_hands.hasButton(u"Save"_s));
        QVERIFY(WindowFixture::read(m_file).endsWith("# kept"));
    }
};

QTEST_MAIN(tst_window_job)
#include "tst_window_job.moc"
