// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/common/themedicon.h"

#include <QFile>
#include <QIconEngine>
#include <QPainter>
#include <QPixmapCache>
#include <QSvgRenderer>

namespace slipway {
namespace {

QPixmap drawn(const QByteArray& name, const QColor& color, const QSize& pixels) {
    const QString key = QStringLiteral("slipway-%1-%2-%3x%4")
                            .arg(QLatin1String(name), color.name())
                            .arg(pixels.width())
                            .arg(pixels.height());
    QPixmap pixmap;
    if (QPixmapCache::find(key, &pixmap)) return pixmap;
    QFile file(QStringLiteral(":/slipway/icons/%1.svg").arg(QLatin1String(name)));
    pixmap = QPixmap(pixels);
    pixmap.fill(Qt::transparent);
    if (file.open(QIODevice::ReadOnly)) {
        QByteArray svg = file.readAll();  // compiled in
        svg.replace("currentColor", color.name().toLatin1());
        QSvgRenderer renderer(svg);
        QPainter painter(&pixmap);
        renderer.render(&painter);
    }
    QPixmapCache::insert(key, pixmap);
    return pixmap;
}

class ThemedIconEngine final : public QIconEngine {
public:
    ThemedIconEngine(QByteArray name, Tone tone, Tone onTone)
        : m_name(std::move(name)),
          m_tone(tone),
          m_onTone(onTone) {}

    void paint(QPainter* painter, const QRect& rect, QIcon::Mode mode, QIcon::State state) override {
        const qreal ratio = painter->device()->devicePixelRatioF();
        QPixmap pixmap = drawn(m_name, color(mode, state), (QSizeF(rect.size()) * ratio).toSize());
        pixmap.setDevicePixelRatio(ratio);
        painter->drawPixmap(rect.topLeft(), pixmap);
    }
    QPixmap pixmap(const QSize& size, QIcon::Mode mode, QIcon::State state) override {
        return drawn(m_name, color(mode, state), size);
    }
    QIconEngine* clone() const override { return new ThemedIconEngine(m_name, m_tone, m_onTone); }

private:
    QColor color(QIcon::Mode mode, QIcon::State state) const {
        if (mode == QIcon::Disabled) return theme::color(Tone::Disabled);
        return theme::color(state == QIcon::On ? m_onTone : m_tone);
    }

    QByteArray m_name;
    Tone m_tone;
    Tone m_onTone;
};

}  // namespace

QIcon themedIcon(const char* name, Tone tone) { return themedIcon(name, tone, tone); }

QIcon themedIcon(const char* name, Tone tone, Tone onTone) {
    return QIcon(new ThemedIconEngine(name, tone, onTone));
}

void paintIcon(QPainter& painter, const QRectF& rect, const char* name, Tone tone) {
    const qreal ratio = painter.device()->devicePixelRatioF();
    QPixmap pixmap = drawn(name, theme::color(tone), (rect.size() * ratio).toSize());
    pixmap.setDevicePixelRatio(ratio);
    painter.drawPixmap(rect.topLeft(), pixmap);
}

}  // namespace slipway
