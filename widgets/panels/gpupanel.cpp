// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/gpupanel.h"

#include "backends/core/units.h"
#include "widgets/common/formats.h"
#include "widgets/common/looks.h"
#include "widgets/common/meterrow.h"
#include "widgets/common/stateglyph.h"

#include <QHelpEvent>
#include <QPainter>
#include <QToolTip>
#include <QVBoxLayout>

#include <algorithm>
#include <cmath>

namespace slipway {
namespace {

constexpr int kSlices = 24;
constexpr int kSeries = 5;

QString throttleWord(ThrottleReason reason) {
    switch (reason) {
        case ThrottleReason::PowerCap: return GpuPanel::tr("power cap");
        case ThrottleReason::SoftwareThermal: return GpuPanel::tr("temperature");
        case ThrottleReason::HardwareThermal: return GpuPanel::tr("temperature, slowed by the hardware");
        case ThrottleReason::PowerBrake: return GpuPanel::tr("power brake");
        case ThrottleReason::Hardware: return GpuPanel::tr("slowed by the hardware");
        case ThrottleReason::SyncBoost: return GpuPanel::tr("sync boost");
        case ThrottleReason::SetClocks: return GpuPanel::tr("clocks are set");
    }
    return {};
}

double share(double part, double whole) { return whole > 0 ? part / whole : 0; }

Meter memoryMeter(const std::optional<Bytes>& used, const std::optional<Bytes>& whole) {
    Meter meter{
        GpuPanel::tr("Memory"), format::dash(), {}, GpuPanel::tr("The driver does not tell it"), false};
    if (!used || !whole) return meter;
    meter.value = format::text(binarySizeOf(*used, *whole));
    meter.share = share(static_cast<double>(used->count), static_cast<double>(whole->count));
    meter.hint = GpuPanel::tr("%1 free").arg(format::text(binarySize(Bytes{whole->count - used->count})));
    return meter;
}

Meter utilizationMeter(const GpuDevice& gpu) {
    Meter meter{GpuPanel::tr("Utilization"), format::dash(), {}, {}, false};
    if (gpu.utilization) {
        meter.value = QStringLiteral("%1 %").arg(*gpu.utilization);
        meter.share = *gpu.utilization / 100.0;
        meter.hint = GpuPanel::tr("Share of the last moment in which any kernel ran");
    } else {
        meter.hint = gpu.isMig ? GpuPanel::tr("Not measurable in MIG mode")
                               : GpuPanel::tr("The driver does not tell it");
    }
    return meter;
}

Meter powerMeter(const GpuDevice& gpu) {
    Meter meter{
        GpuPanel::tr("Power"), format::dash(), {}, GpuPanel::tr("The driver does not tell it"), false};
    if (!gpu.watts) return meter;
    const qint64 watts = std::llround(*gpu.watts);
    meter.value = GpuPanel::tr("%1 W").arg(watts);
    meter.hint.clear();
    if (gpu.wattLimit) {
        meter.value = GpuPanel::tr("%1 / %2 W").arg(watts).arg(std::llround(*gpu.wattLimit));
        meter.share = share(*gpu.watts, *gpu.wattLimit);
    }
    meter.isWarning = gpu.throttling && gpu.throttling->contains(ThrottleReason::PowerCap);
    return meter;
}

Meter temperatureMeter(const GpuDevice& gpu) {
    Meter meter{
        GpuPanel::tr("Temperature"), format::dash(), {}, GpuPanel::tr("The driver does not tell it"), false};
    if (!gpu.temperature) return meter;
    constexpr double kUsualLimit = 100;
    meter.value = GpuPanel::tr("%1 °C").arg(*gpu.temperature);
    meter.share = *gpu.temperature / static_cast<double>(gpu.slowdownAt.value_or(kUsualLimit));
    meter.hint = gpu.slowdownAt ? GpuPanel::tr("It slows down at %1 °C").arg(*gpu.slowdownAt) : QString();
    meter.isWarning = gpu.throttling && (gpu.throttling->contains(ThrottleReason::SoftwareThermal) ||
                                         gpu.throttling->contains(ThrottleReason::HardwareThermal));
    return meter;
}

}  // namespace

// The GPU's memory as a bar of its slices, each as wide as its memory; what is in none is hatched.
class SliceBar final : public QWidget {
public:
    SliceBar() { setFixedHeight(kSlices); }
    void set(const GpuDevice& gpu) {
        m_slices = gpu.slices;
        m_whole = gpu.memory ? static_cast<double>(gpu.memory->count) : 0;
        double sum = 0;
        QStringList words;
        for (const GpuSlice& slice : m_slices) {
            sum += sizeOf(slice);
            words.append(wordsOf(slice));
        }
        m_whole = std::max(m_whole, sum);
        setAccessibleName(words.join(QStringLiteral("; ")));
        update();
    }

protected:
    bool event(QEvent* event) override {
        if (event->type() != QEvent::ToolTip) return QWidget::event(event);
        const auto* help = static_cast<QHelpEvent*>(event);
        QString text = GpuPanel::tr("In no slice");
        qreal left = 0;
        for (const GpuSlice& slice : m_slices) {
            const qreal right = left + widthOf(slice);
            if (help->pos().x() >= left && help->pos().x() < right)
                text = wordsOf(slice) + QLatin1Char('\n') + format::text(slice.uuid);
            left = right;
        }
        QToolTip::showText(help->globalPos(), text, this);
        return true;
    }

    void paintEvent(QPaintEvent*) override {
        QPainter painter(this);
        painter.setFont(theme::font(TextRole::Small));
        qreal left = 0;
        for (const GpuSlice& slice : m_slices) {
            const QRectF box(left, 0, widthOf(slice), height());
            paintSlice(painter, box.adjusted(0.5, 0.5, -1.5, -0.5), slice);
            left = box.right();
        }
        if (width() - left < 2) return;
        const QRectF rest = QRectF(left, 0, width() - left, height()).adjusted(0.5, 0.5, -0.5, -0.5);
        painter.setPen(QPen(theme::color(Tone::LineStrong), 1, Qt::DashLine));
        painter.setBrush(QBrush(theme::color(Tone::Line), Qt::BDiagPattern));
        painter.drawRect(rest);
    }

private:
    static double sizeOf(const GpuSlice& slice) {
        return slice.memory ? static_cast<double>(slice.memory->count) : 0;
    }
    qreal widthOf(const GpuSlice& slice) const { return m_whole > 0 ? sizeOf(slice) / m_whole * width() : 0; }
    static QString wordsOf(const GpuSlice& slice) {
        QString profile = format::text(slice.profile);
        if (!slice.memory) return profile;
        if (!slice.usedMemory)
            return QStringLiteral("%1, %2").arg(profile, format::text(binarySize(*slice.memory)));
        return GpuPanel::tr("%1, %2 used")
            .arg(profile, format::text(binarySizeOf(*slice.usedMemory, *slice.memory)));
    }
    static void paintSlice(QPainter& painter, const QRectF& box, const GpuSlice& slice) {
        painter.setPen(Qt::NoPen);
        painter.setBrush(theme::color(Tone::NeutralTint));
        painter.drawRect(box);
        if (slice.usedMemory && slice.memory && slice.memory->count > 0) {
            QRectF used = box;
            used.setWidth(box.width() * share(static_cast<double>(slice.usedMemory->count), sizeOf(slice)));
            painter.setBrush(theme::paleSeries(kSeries));
            painter.drawRect(used);
        }
        painter.setPen(theme::color(Tone::LineStrong));
        painter.setBrush(Qt::NoBrush);
        painter.drawRect(box);
        painter.setPen(theme::color(Tone::Text));
        painter.drawText(box.adjusted(4, 0, -4, 0), Qt::AlignCenter,
                         painter.fontMetrics().elidedText(format::text(slice.profile), Qt::ElideRight,
                                                          static_cast<int>(box.width()) - 8));
    }

    std::vector<GpuSlice> m_slices;
    double m_whole = 0;
};

GpuPanel::GpuPanel(QWidget* parent)
    : QWidget(parent),
      m_meters(new MeterRow),
      m_slices(new SliceBar),
      m_noteRows(new QVBoxLayout) {
    auto* below = new QVBoxLayout;
    look::pack(below, MeterRow::indent(), 0, 0, 0, 4);
    below->addWidget(m_slices);
    below->addLayout(m_noteRows);
    look::pack(m_noteRows, 0, 0, 0, 0, 2);
    auto* layout = new QVBoxLayout(this);
    look::pack(layout, theme::kPadding, 8, theme::kPadding, 8, 4);
    layout->addWidget(m_meters);
    layout->addLayout(below);
    m_slices->hide();
}

QString GpuPanel::shortName(const GpuDevice& gpu) {
    QString name = format::text(gpu.name);
    if (name.startsWith(QLatin1String("NVIDIA "))) name.remove(0, 7);
    return name;
}

void GpuPanel::set(const GpuDevice& gpu) {
    QString detail = shortName(gpu);
    if (gpu.clock) detail += tr(" · %1 MHz").arg(format::count(*gpu.clock));
    m_meters->set(tr("GPU %1").arg(gpu.index), detail,
                  {memoryMeter(gpu.usedMemory, gpu.memory), utilizationMeter(gpu), powerMeter(gpu),
                   temperatureMeter(gpu)});
    m_slices->setVisible(!gpu.slices.empty());
    m_slices->set(gpu);
    setNotes(gpu);
}

void GpuPanel::setNotes(const GpuDevice& gpu) {
    struct Note {
        QString text;
        Glyph glyph;
        Tone tone;
    };
    std::vector<Note> notes;
    if (!gpu.problem.empty())
        notes.push_back(
            {tr("GPU %1 %2").arg(gpu.index).arg(format::text(gpu.problem)), Glyph::Cross, Tone::Error});
    if (gpu.fault) {
        QString text = tr("XID %1 at %2")
                           .arg(gpu.fault->xid)
                           .arg(format::clockTime(gpu.fault->time).section(QLatin1Char('.'), 0, 0));
        if (!gpu.fault->words.empty()) text += QStringLiteral(": ") + format::text(gpu.fault->words);
        notes.push_back({text, Glyph::Triangle, Tone::Warn});
    }
    if (gpu.throttling && !gpu.throttling->empty()) {
        QStringList reasons;
        for (const ThrottleReason reason : *gpu.throttling) reasons.append(throttleWord(reason));
        notes.push_back(
            {tr("Throttled: %1").arg(reasons.join(QStringLiteral(", "))), Glyph::Triangle, Tone::Warn});
    }
    if (gpu.isMig && gpu.slices.empty())
        notes.push_back({tr("MIG mode without a slice: nothing can run on it"), Glyph::Triangle, Tone::Warn});
    if (gpu.computeMode == ComputeMode::Prohibited)
        notes.push_back({tr("Closed to programs (compute mode prohibited)"), Glyph::Triangle, Tone::Warn});
    if (gpu.processes) {
        const auto shared = std::count_if(gpu.processes->begin(), gpu.processes->end(),
                                          [](const GpuProcess& process) { return process.isMps; });
        if (shared > 0)
            notes.push_back({tr("Shared by %n program(s) through MPS: memory is not isolated", nullptr,
                                static_cast<int>(shared)),
                             Glyph::Disc, Tone::Info});
    }
    QStringList texts;
    for (const Note& note : notes) texts.append(note.text);
    if (texts == m_notes) return;
    m_notes = texts;
    while (QLayoutItem* item = m_noteRows->takeAt(0)) {
        delete item->widget();
        delete item;
    }
    for (const Note& note : notes) {
        auto* row = new QWidget;
        auto* layout = new QHBoxLayout(row);
        look::pack(layout, 0, 0, 0, 0, 6);
        layout->addWidget(new GlyphLabel(note.glyph, note.tone), 0, Qt::AlignTop);
        auto* text =
            look::label(note.text, TextRole::Body, note.tone == Tone::Info ? Tone::Muted : note.tone);
        text->setWordWrap(true);
        text->setTextInteractionFlags(Qt::TextSelectableByMouse);
        layout->addWidget(text, 1);
        m_noteRows->addWidget(row);
    }
}

}  // namespace slipway
