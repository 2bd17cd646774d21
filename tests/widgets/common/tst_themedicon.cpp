// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/failonwarnings.h"
#include "widgets/common/theme.h"
#include "widgets/common/themedicon.h"

#include <QApplication>
#include <QDir>
#include <QFile>
#include <QIcon>
#include <QPainter>
#include <QTest>

using namespace slipway;
using namespace slipway::test;

namespace {

bool has(const QPixmap& pixmap, Tone tone) {
    const QImage image = pixmap.toImage();
    const QRgb wanted = theme::color(tone).rgb();
    for (int x = 0; x < image.width(); ++x)
        for (int y = 0; y < image.height(); ++y)
            if (image.pixel(x, y) == wanted) return true;
    return false;
}

}  // namespace

class tst_ThemedIcon : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { theme::apply(*qApp, ThemeChoice::Light); }
    void init() { failOnWarnings(); }

    void everyIconOfTheSetIsDrawnInItsTone() {
        const QDir set(QStringLiteral(":/slipway/icons"));
        const QStringList files = set.entryList({QStringLiteral("*.svg")});
        QVERIFY(files.size() > 20);
        for (const QString& file : files) {
            QFile svg(set.filePath(file));
            QVERIFY(svg.open(QIODevice::ReadOnly));
            if (!svg.readAll().contains("currentColor"))
                continue;  // of a style sheet, with a colour of its own
            const QByteArray name = file.chopped(4).toLatin1();
            for (const Tone tone : {Tone::Error, Tone::Ok})
                QVERIFY2(has(themedIcon(name.constData(), tone).pixmap(48), tone), name.constData());
        }
    }

    void followsTheTheme() {
        const QIcon icon = themedIcon("folder", Tone::Text);
        QVERIFY(has(icon.pixmap(48), Tone::Text));
        theme::apply(*qApp, ThemeChoice::Dark);
        QVERIFY(has(icon.pixmap(48), Tone::Text));
        theme::apply(*qApp, ThemeChoice::Light);
        QVERIFY(has(icon.pixmap(48), Tone::Text));
    }

    void showsThatItIsDisabledOrChecked() {
        const QIcon icon = themedIcon("runs", Tone::Text, Tone::Accent);
        QVERIFY(has(icon.pixmap(QSize(48, 48), QIcon::Disabled), Tone::Disabled));
        QVERIFY(has(icon.pixmap(QSize(48, 48), QIcon::Normal, QIcon::On), Tone::Accent));
        QVERIFY(!has(icon.pixmap(QSize(48, 48), QIcon::Normal, QIcon::Off), Tone::Accent));
    }

    void isSharpOnAFineScreen() {
        QImage image(64, 64, QImage::Format_ARGB32_Premultiplied);
        image.setDevicePixelRatio(2);
        image.fill(Qt::transparent);
        QPainter painter(&image);
        paintIcon(painter, QRectF(0, 0, 32, 32), "folder", Tone::Text);
        painter.end();
        image.setDevicePixelRatio(1);
        QImage large(64, 64, QImage::Format_ARGB32_Premultiplied);
        large.fill(Qt::transparent);
        QPainter other(&large);
        paintIcon(other, QRectF(0, 0, 64, 64), "folder", Tone::Text);
        other.end();
        QCOMPARE(image, large);
    }
};

QTEST_MAIN(tst_ThemedIcon)
#include "tst_themedicon.moc"
