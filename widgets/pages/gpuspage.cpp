// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/pages/gpuspage.h"

#include "backends/core/units.h"
#include "widgets/common/emptystate.h"
#include "widgets/common/formats.h"
#include "widgets/common/looks.h"
#include "widgets/common/meterrow.h"
#include "widgets/common/rowdelegate.h"
#include "widgets/common/statefulview.h"
#include "widgets/panels/gpupanel.h"

#include <QHBoxLayout>
#include <QHeaderView>
#include <QScrollArea>
#include <QScrollBar>
#include <QStandardItemModel>
#include <QTreeView>
#include <QVBoxLayout>

#include <cmath>

namespace slipway {
namespace {

constexpr int kGroupRow = 32;

// A band with a name and what is told of it.
QWidget* groupRow(const QString& name, QLabel* detail) {
    auto* row = new QWidget;
    look::setSurface(row, Tone::Window);
    row->setFixedHeight(kGroupRow);
    auto* layout = new QHBoxLayout(row);
    look::pack(layout, theme::kPadding, 0, theme::kPadding, 0, 8);
    layout->addWidget(look::label(name, TextRole::Heading));
    layout->addWidget(detail);
    layout->addStretch(1);
    return row;
}

Meter amountMeter(const QString& name, const std::optional<Bytes>& used, const std::optional<Bytes>& whole,
                  const QString& value) {
    if (!used || !whole || whole->count <= 0)
        return {name, format::dash(), {}, GpusPage::tr("The system does not tell it"), false};
    return {name, value, static_cast<double>(used->count) / static_cast<double>(whole->count), {}, false};
}

QStandardItem* cell(const QString& text, bool isNumber = false) {
    auto* item = new QStandardItem(text);
    item->setData(isNumber, RowDelegate::IsNumberRole);
    return item;
}

}  // namespace

GpusPage::GpusPage(const Services& services, QWidget* parent)
    : Page(parent),
      m_services(services),
      m_count(look::label({}, TextRole::Body, Tone::Muted)),
      m_host(look::label({}, TextRole::Body, Tone::Muted)),
      m_machine(new MeterRow),
      m_gpuRows(new QVBoxLayout),
      m_processCount(look::label({}, TextRole::Body, Tone::Muted)),
      m_model(new QStandardItemModel(this)),
      m_processes(new QTreeView),
      m_view(nullptr) {
    auto* header = new QWidget;
    header->setFixedHeight(theme::kPageHeader);
    auto* row = new QHBoxLayout(header);
    look::pack(row, theme::kPadding, 0, theme::kPadding, 0, 10);
    row->addWidget(look::label(tr("GPUs"), TextRole::Page));
    row->addWidget(m_count);
    row->addStretch(1);
    m_view = new StatefulView(
        makeGpus(),
        new EmptyState(
            "gpus", tr("No NVIDIA driver found"),
            tr("Jobs train on the CPU here, and on GPUs in a cluster. GPUs of this machine appear as soon "
               "as a driver is there.")),
        tr("Asking the driver"));
    m_view->showLoading();
    auto* layout = new QVBoxLayout(this);
    look::pack(layout);
    layout->addWidget(header);
    layout->addWidget(look::horizontalLine());
    layout->addWidget(groupRow(tr("This machine"), m_host));
    layout->addWidget(look::horizontalLine());
    layout->addWidget(makeMachine());
    layout->addWidget(look::horizontalLine());
    layout->addWidget(m_view, 1);
    connect(m_services.devices, &DeviceService::devicesChanged, this, &GpusPage::showDevices);
}

QWidget* GpusPage::makeMachine() {
    auto* panel = new QWidget;
    auto* layout = new QVBoxLayout(panel);
    look::pack(layout, theme::kPadding, 8, theme::kPadding, 8, 0);
    layout->addWidget(m_machine);
    m_machine->set(tr("CPU"), {},
                   {{tr("CPU use"), format::dash()},
                    {tr("Memory"), format::dash()},
                    {tr("Disk"), format::dash()},
                    {tr("Load"), format::dash()}});
    return panel;
}

QWidget* GpusPage::makeGpus() {
    m_model->setHorizontalHeaderLabels({tr("PID"), tr("GPU"), tr("Memory"), tr("Program")});
    m_model->horizontalHeaderItem(2)->setTextAlignment(Qt::AlignRight | Qt::AlignVCenter);
    setUpTable(m_processes, m_model, tr("Processes on GPUs"));
    m_processes->setMouseTracking(true);
    m_processes->setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);  // the page scrolls
    m_processes->header()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    const int widths[] = {110, 170, 110};
    for (int column = 0; column < 3; ++column) m_processes->header()->resizeSection(column, widths[column]);
    auto* content = new QWidget;
    look::setSurface(content, Tone::Surface);
    auto* layout = new QVBoxLayout(content);
    look::pack(layout);
    look::pack(m_gpuRows);
    layout->addLayout(m_gpuRows);
    layout->addWidget(groupRow(tr("Processes"), m_processCount));
    layout->addWidget(look::horizontalLine());
    layout->addWidget(m_processes);
    layout->addStretch(1);
    auto* scroll = new QScrollArea;
    scroll->setWidget(content);
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->setFocusPolicy(Qt::StrongFocus);
    scroll->setAccessibleName(tr("GPUs of this machine"));
    // The machine's meters stay above those of its GPUs.
    connect(scroll->verticalScrollBar(), &QScrollBar::rangeChanged, this, [this, scroll](int, int most) {
        const int bar = most > 0 ? scroll->verticalScrollBar()->sizeHint().width() : 0;
        m_machine->setContentsMargins(0, 0, bar, 0);
    });
    return scroll;
}

void GpusPage::open(const QString&) {}

std::vector<Crumb> GpusPage::crumbs() const { return {{tr("GPUs"), {}}}; }

void GpusPage::showEvent(QShowEvent* event) {
    Page::showEvent(event);
    m_services.devices->watch();
}

void GpusPage::hideEvent(QHideEvent* event) {
    Page::hideEvent(event);
    m_services.devices->rest();
}

void GpusPage::showDevices(const DeviceSnapshotPtr& devices) {
    showMachine(devices->machine);
    const GpuReport& report = devices->gpus;
    if (devices->gpuError) {
        m_count->clear();
        m_view->showError(*devices->gpuError);
        return;
    }
    if (!report.hasDriver) {
        m_count->setText(tr("none here"));
        m_view->showEmpty();
        return;
    }
    m_count->setText(
        tr("%n here", nullptr, static_cast<int>(report.devices.size())) +
        tr(" · driver %1 · CUDA up to %2").arg(format::text(report.driver), format::text(report.cuda)));
    while (m_gpus.size() < report.devices.size()) {
        auto* panel = new GpuPanel;
        m_gpuRows->addWidget(panel);
        m_gpuRows->addWidget(look::horizontalLine());
        m_gpus.push_back(panel);
    }
    for (std::size_t i = 0; i < m_gpus.size(); ++i) {
        m_gpus[i]->setVisible(i < report.devices.size());
        if (i < report.devices.size()) m_gpus[i]->set(report.devices[i]);
    }
    showProcesses(report);
    m_view->showFull();
}

void GpusPage::showMachine(const MachineStatus& machine) {
    m_host->setText(format::text(machine.host));
    const QString model = machine.cpu.empty() ? QString() : format::text(machine.cpu) + QStringLiteral(" · ");
    Meter use{tr("CPU use"), format::dash(), {}, tr("Known after a second"), false};
    if (machine.cpuUse) {
        use.value = QStringLiteral("%1 %").arg(std::lround(*machine.cpuUse * 100));
        use.share = machine.cpuUse;
        use.hint = tr("Of all cores of the machine");
    }
    Meter load{tr("Load"), format::dash(), {}, tr("The system does not tell it"), false};
    if (machine.load) {
        load.value = QString::number(*machine.load, 'f', 1);
        load.share = *machine.load / machine.cores;
        load.hint = tr("Processes that run or want to, mean of the last minute; %n core(s) may be used",
                       nullptr, machine.cores);
    }
    Meter memory = amountMeter(tr("Memory"), machine.usedMemory, machine.memory,
                               machine.usedMemory && machine.memory
                                   ? format::text(binarySizeOf(*machine.usedMemory, *machine.memory))
                                   : QString());
    if (machine.isMemoryLimited) memory.hint = tr("What this control group may use; the machine has more");
    std::optional<Bytes> usedDisk;
    QString disk;
    if (machine.disk && machine.freeDisk) {
        usedDisk = Bytes{machine.disk->count - machine.freeDisk->count};
        disk = tr("%1 free").arg(format::text(decimalSize(*machine.freeDisk)));
    }
    Meter space = amountMeter(tr("Disk"), usedDisk, machine.disk, disk);
    if (machine.disk)
        space.hint = tr("Of %1 where runs are kept: %2")
                         .arg(format::text(decimalSize(*machine.disk)), m_services.home);
    m_machine->set(tr("CPU"), model + tr("%n core(s)", nullptr, machine.cores), {use, memory, space, load});
}

void GpusPage::showProcesses(const GpuReport& report) {
    // What was chosen stays chosen, however often the driver answers.
    const QString chosen = m_processes->currentIndex().siblingAtColumn(0).data().toString();
    int rows = 0;
    bool isAllTold = true;
    const auto put = [&](int column, const QString& text, bool isNumber) {
        QStandardItem* item = m_model->item(rows, column);
        if (!item) m_model->setItem(rows, column, item = cell({}, isNumber));
        if (item->text() != text) item->setText(text);
    };
    for (const GpuDevice& gpu : report.devices) {
        isAllTold = isAllTold && (gpu.processes || !gpu.problem.empty());
        for (const GpuProcess& process : gpu.processes.value_or(std::vector<GpuProcess>())) {
            QString place = QString::number(gpu.index);
            if (process.slice && *process.slice < gpu.slices.size())
                place += QStringLiteral(" · ") + format::text(gpu.slices[*process.slice].profile);
            if (process.isMps) place += tr(" · MPS");
            put(0, process.pid > 0 ? QString::number(process.pid) : format::dash(), false);
            put(1, place, false);
            put(2, process.memory ? format::text(binarySize(*process.memory)) : format::dash(), true);
            put(3, process.name.empty() ? format::dash() : format::text(process.name), false);
            ++rows;
        }
    }
    m_model->setRowCount(rows);
    if (const auto found = m_model->findItems(chosen); !chosen.isEmpty() && !found.isEmpty())
        m_processes->setCurrentIndex(
            found.front()->index().siblingAtColumn(m_processes->currentIndex().column()));
    else
        m_processes->setCurrentIndex({});
    m_processes->setVisible(rows > 0);
    m_processes->setFixedHeight(m_processes->header()->sizeHint().height() + rows * theme::kTableRow + 2);
    m_processCount->setText(rows > 0    ? tr("%n on GPUs", nullptr, rows)
                            : isAllTold ? tr("none uses a GPU now")
                                        : tr("the driver does not tell them"));
}

}  // namespace slipway
