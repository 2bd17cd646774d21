// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/failonwarnings.h"
#include "widgets/common/looks.h"
#include "widgets/common/theme.h"

#include <QApplication>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QTest>
#include <QToolButton>

#include <memory>

using namespace slipway;
using namespace slipway::test;

class tst_Looks : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { theme::apply(*qApp, ThemeChoice::Light); }
    void init() { failOnWarnings(); }

    void labelsShowMarkupAsText() {
        const std::unique_ptr<QLabel> label(look::label(QStringLiteral("<b>x</b>")));
        const std::unique_ptr<QLabel> bare(look::label(QStringLiteral("x")));
        QVERIFY(label->sizeHint().width() > bare->sizeHint().width());
    }

    void aToneIsSeenAtOnceAndCanChange() {
        const std::unique_ptr<QLabel> label(look::label(QStringLiteral("x"), TextRole::Body, Tone::Error));
        label->ensurePolished();
        QCOMPARE(label->palette().color(label->foregroundRole()), theme::color(Tone::Error));
        look::setTone(label.get(), Tone::Ok);
        QCOMPARE(label->palette().color(label->foregroundRole()), theme::color(Tone::Ok));
    }

    void aSurfaceIsPainted() {
        QWidget widget;
        widget.resize(20, 20);
        look::setSurface(&widget, Tone::ErrorTint);
        QCOMPARE(widget.grab().toImage().pixelColor(10, 10), theme::color(Tone::ErrorTint));
        look::setSurface(&widget, Tone::Raised);
        QCOMPARE(widget.grab().toImage().pixelColor(10, 10), theme::color(Tone::Raised));
    }

    void buttonsOfARoleLookLikeIt() {
        const std::unique_ptr<QPushButton> button(look::button(QStringLiteral("Run"), ButtonRole::Primary));
        button->resize(80, 28);
        QCOMPARE(button->grab().toImage().pixelColor(8, 14), theme::color(Tone::Accent));
        look::setRole(button.get(), ButtonRole::Normal);
        QCOMPARE(button->grab().toImage().pixelColor(8, 14), theme::color(Tone::Surface));
        QVERIFY(!button->autoDefault());  // Return in a form presses nothing
    }

    void aButtonOfAPictureHasAName() {
        const std::unique_ptr<QToolButton> button(look::iconButton("copy", QStringLiteral("Copy the path")));
        QCOMPARE(button->accessibleName(), QStringLiteral("Copy the path"));
        QCOMPARE(button->toolTip(), QStringLiteral("Copy the path"));
        QVERIFY(button->focusPolicy() & Qt::TabFocus);
    }

    void aFieldWithAProblemIsMarked() {
        QLineEdit field;
        field.resize(100, 28);
        const auto edge = [&] { return field.grab().toImage().pixelColor(50, 0); };
        look::setProblem(&field, true);
        QCOMPARE(edge(), theme::color(Tone::Error));
        look::setProblem(&field, false);
        QVERIFY(edge() != theme::color(Tone::Error));
    }

    void longTextIsCutAndWholeInItsToolTip() {
        const QString name = QStringLiteral("a-run-of-a-job-with-a-name-that-is-long");
        ElidedLabel label;
        label.setText(name);
        const QSize whole = label.sizeHint();
        QCOMPARE(label.toolTip(), name);
        QCOMPARE(label.accessibleName(), name);
        QVERIFY(label.minimumSizeHint().width() < whole.width() / 4);
        label.resize(whole);
        const QImage full = label.grab().toImage();
        label.resize(whole.width() / 2, whole.height());
        const QImage atEnd = label.grab().toImage();
        QVERIFY(atEnd != full.copy(0, 0, whole.width() / 2, whole.height()));
        label.setElideMode(Qt::ElideMiddle);
        QVERIFY(label.grab().toImage() != atEnd);
    }
};

QTEST_MAIN(tst_Looks)
#include "tst_looks.moc"
