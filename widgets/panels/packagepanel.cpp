// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/packagepanel.h"

#include "widgets/common/emptystate.h"
#include "widgets/common/errorbanner.h"
#include "widgets/common/formats.h"
#include "widgets/common/looks.h"
#include "widgets/common/rowdelegate.h"
#include "widgets/common/statefulview.h"

#include <QHBoxLayout>
#include <QHeaderView>
#include <QLineEdit>
#include <QProgressBar>
#include <QSplitter>
#include <QStandardItemModel>
#include <QTreeView>
#include <QVBoxLayout>

#include <map>

namespace slipway {
namespace {

QString layerName(LayerKind kind) {
    switch (kind) {
        case LayerKind::Base: return PackagePanel::tr("base");
        case LayerKind::Agent: return PackagePanel::tr("agent");
        case LayerKind::Runner: return PackagePanel::tr("runner");
        case LayerKind::Input: return PackagePanel::tr("inputs");
        case LayerKind::Code: return PackagePanel::tr("code");
    }
    return {};
}

QStandardItem* sizeItem(Bytes size) {
    auto* item = new QStandardItem(size.count < 0 ? format::dash() : format::text(decimalSize(size)));
    item->setData(true, RowDelegate::IsNumberRole);
    return item;
}

QStandardItem* groupItem(const QString& text, const QString& detail = {}) {
    auto* item = new QStandardItem(text);
    item->setData(true, RowDelegate::IsStrongRole);
    item->setData(QByteArray("folder"), RowDelegate::IconRole);
    item->setData(detail, RowDelegate::DetailRole);
    return item;
}

QStandardItem* mutedItem(const QString& text) {
    auto* item = new QStandardItem(text);
    item->setData(static_cast<int>(Tone::Muted), RowDelegate::ToneRole);
    return item;
}

}  // namespace

PackagePanel::PackagePanel(PackageService& service, QWidget* parent)
    : QWidget(parent),
      m_service(service),
      m_view(nullptr),
      m_summary(look::label({}, TextRole::Body, Tone::Muted)),
      m_warnings(look::label({}, TextRole::Body, Tone::Warn)),
      m_plan(new QTreeView),
      m_planModel(new QStandardItemModel(this)),
      m_layers(new QTreeView),
      m_layersModel(new QStandardItemModel(this)),
      m_to(new QLineEdit),
      m_package(look::button(tr("Package"))),
      m_progress(new QProgressBar),
      m_status(look::label({}, TextRole::Body, Tone::Muted)),
      m_failure(new ErrorBanner) {
    m_planModel->setHorizontalHeaderLabels({tr("What goes in"), tr("Size"), tr("Layer"), tr("Why")});
    m_layersModel->setHorizontalHeaderLabels({tr("Layer"), tr("Packed"), tr("Digest")});
    for (QStandardItemModel* model : {m_planModel, m_layersModel})
        model->horizontalHeaderItem(1)->setTextAlignment(Qt::AlignRight | Qt::AlignVCenter);
    setUpTable(m_plan, m_planModel, tr("Files of the image"));
    m_plan->setRootIsDecorated(true);
    m_plan->setItemsExpandable(true);
    m_plan->setIndentation(14);
    m_plan->header()->setStretchLastSection(false);
    m_plan->header()->setSectionResizeMode(0, QHeaderView::Stretch);
    m_plan->header()->resizeSection(1, 72);
    m_plan->header()->resizeSection(2, 66);
    m_plan->header()->resizeSection(3, 190);
    setUpTable(m_layers, m_layersModel, tr("Layers"));
    m_layers->header()->resizeSection(0, 90);
    m_layers->header()->resizeSection(1, 90);

    auto* left = new QWidget;
    auto* leftLayout = new QVBoxLayout(left);
    look::pack(leftLayout);
    auto* planHead = new QHBoxLayout;
    look::pack(planHead, theme::kPadding, 10, theme::kPadding, 10, 8);
    planHead->addWidget(look::label(tr("Plan"), TextRole::Heading));
    planHead->addWidget(m_summary);
    planHead->addStretch(1);
    planHead->addWidget(m_warnings);
    leftLayout->addLayout(planHead);
    leftLayout->addWidget(look::horizontalLine());
    leftLayout->addWidget(m_plan, 1);

    m_to->setPlaceholderText(tr("registry/repository"));
    m_to->setToolTip(tr("registry/repository, or oci:folder"));
    m_to->setAccessibleName(tr("Where the image goes"));
    m_progress->setTextVisible(false);
    m_progress->setAccessibleName(tr("Progress"));
    m_progress->hide();
    m_status->setWordWrap(true);
    m_status->setTextInteractionFlags(Qt::TextSelectableByMouse);
    auto* right = new QWidget;
    auto* rightLayout = new QVBoxLayout(right);
    look::pack(rightLayout);
    auto* pushHead = new QHBoxLayout;
    look::pack(pushHead, theme::kPadding, 6, theme::kPadding, 6, 8);
    pushHead->addWidget(look::label(tr("Package to"), TextRole::Heading));
    pushHead->addWidget(m_to, 1);
    pushHead->addWidget(m_package);
    rightLayout->addLayout(pushHead);
    rightLayout->addWidget(look::horizontalLine());
    rightLayout->addWidget(m_failure);
    auto* result = new QVBoxLayout;
    look::pack(result, theme::kPadding, 10, theme::kPadding, 10, 8);
    result->addWidget(look::label(tr("oci:folder writes it into a folder of this machine instead."),
                                  TextRole::Small, Tone::Muted));
    result->addWidget(m_progress);
    result->addWidget(m_status);
    rightLayout->addLayout(result);
    rightLayout->addWidget(m_layers, 1);

    auto* splitter = new QSplitter(Qt::Horizontal);
    splitter->addWidget(left);
    splitter->addWidget(right);
    splitter->setHandleWidth(1);
    splitter->setChildrenCollapsible(false);
    splitter->setSizes({600, 420});
    m_view = new StatefulView(
        splitter,
        new EmptyState("package", tr("Nothing to package"),
                       tr("Solve the job file's problems first; then the image's content is listed here.")),
        tr("Looking at the job's files"));
    m_view->showEmpty();
    auto* layout = new QVBoxLayout(this);
    look::pack(layout);
    layout->addWidget(m_view);
    m_status->setText(tr("Not packaged yet: layers and their sizes appear here."));

    connect(m_package, &QPushButton::clicked, this, [this] {
        if (m_isPackaging) return m_service.cancel();
        package();
    });
    connect(m_to, &QLineEdit::textChanged, this, &PackagePanel::refreshAction);
    connect(m_to, &QLineEdit::returnPressed, m_package, [this] {
        if (!m_isPackaging) m_package->click();
    });
    connect(m_view, &StatefulView::retryTriggered, this, &PackagePanel::replan);
    connect(m_failure, &ErrorBanner::actionTriggered, this, &PackagePanel::replan);
    connect(&m_service, &PackageService::planned, this,
            [this](const std::shared_ptr<const PackagePlan>& plan) { showPlan(*plan); });
    connect(
        &m_service, &PackageService::progressed, this, [this](const QString& what, Bytes done, Bytes total) {
            m_progress->setRange(0, total.count > 0 ? 1000 : 0);
            if (total.count > 0)
                m_progress->setValue(static_cast<int>(1000.0 * static_cast<double>(done.count) /
                                                      static_cast<double>(total.count)));
            m_status->setText(tr("%1: %2 of %3")
                                  .arg(what, format::text(decimalSize(done)),
                                       total.count > 0 ? format::text(decimalSize(total)) : format::dash()));
        });
    connect(&m_service, &PackageService::packaged, this, &PackagePanel::showOutcome);
    connect(&m_service, &PackageService::failed, this, [this](const Error& error) {
        if (m_isPackaging) {
            endPackaging();
            m_status->setText(error.code == ErrorCode::Cancelled ? tr("Cancelled.") : tr("Not packaged."));
            if (error.code != ErrorCode::Cancelled) m_failure->showError(error, tr("Look again"));
            return;
        }
        m_view->showError(error, tr("Look again"));
    });
    refreshAction();
}

void PackagePanel::package() {
    if (!m_job) return;
    m_isPackaging = true;
    m_failure->clear();
    m_view->showFull();
    m_progress->setRange(0, 0);
    m_progress->show();
    refreshAction();
    m_service.package(*m_job, m_jobFolder, m_to->text().trimmed());
}

void PackagePanel::endPackaging() {
    m_isPackaging = false;
    m_progress->hide();
    refreshAction();
}

void PackagePanel::refreshAction() {
    m_package->setText(m_isPackaging ? tr("Cancel") : tr("Package"));
    m_package->setEnabled(m_isPackaging || (m_job && !m_to->text().trimmed().isEmpty()));
    m_to->setEnabled(!m_isPackaging);
}

void PackagePanel::setJob(const std::optional<JobSpec>& job, const QString& jobFolder) {
    if (m_job == job && m_jobFolder == jobFolder) return;
    m_job = job;
    m_jobFolder = jobFolder;
    m_isStale = true;
    refreshAction();
    if (isVisible()) replan();
}

void PackagePanel::showEvent(QShowEvent*) {
    if (m_isStale) replan();
}

void PackagePanel::replan() {
    m_failure->clear();
    if (!m_job) return m_view->showEmpty();
    m_isStale = false;
    m_view->showLoading();
    m_service.plan(*m_job, m_jobFolder);
}

void PackagePanel::showPlan(const PackagePlan& plan) {
    m_planModel->removeRows(0, m_planModel->rowCount());
    Bytes inAll;
    Bytes outAll;
    int secrets = 0;
    // By layer, least changing first; only the code, which is the person's own, is open.
    std::map<LayerKind, QStandardItem*> layers;
    std::map<LayerKind, Bytes> sizes;
    for (const PlannedFile& file : plan.files) {
        QStandardItem*& layer = layers[file.layer];
        if (!layer) layer = groupItem(layerName(file.layer));
        auto* name = new QStandardItem(format::text(file.path));
        name->setData(QByteArray("file"), RowDelegate::IconRole);
        layer->appendRow({name, sizeItem(file.size), mutedItem(layerName(file.layer)), new QStandardItem});
        sizes[file.layer].count += file.size.count;
        inAll.count += file.size.count;
    }
    auto* out = groupItem(tr("Left out"));
    for (const LeftOutFile& file : plan.leftOut) {
        const bool isSecret = file.reason.starts_with("secret");
        secrets += isSecret ? 1 : 0;
        auto* name = mutedItem(format::text(file.path));
        name->setData(QByteArray(file.path.ends_with('/') ? "folder" : "file"), RowDelegate::IconRole);
        auto* why = mutedItem(format::text(file.reason));
        if (isSecret) why->setData(static_cast<int>(Tone::Warn), RowDelegate::ToneRole);
        out->appendRow({name, sizeItem(file.size), mutedItem(format::dash()), why});
        outAll.count += std::max<std::int64_t>(0, file.size.count);
    }
    for (const auto& [kind, layer] : layers)
        m_planModel->appendRow({layer, sizeItem(sizes[kind]), mutedItem(layerName(kind)),
                                mutedItem(tr("%n file(s)", nullptr, layer->rowCount()))});
    m_planModel->appendRow(
        {out, sizeItem(outAll), new QStandardItem,
         mutedItem(tr("%n file(s), each with its reason", nullptr, static_cast<int>(plan.leftOut.size())))});
    if (layers.contains(LayerKind::Code)) m_plan->expand(layers[LayerKind::Code]->index());
    m_plan->expand(out->index());
    m_summary->setText(tr("%1 in %n file(s)", nullptr, static_cast<int>(plan.files.size()))
                           .arg(format::text(decimalSize(inAll))));
    m_warnings->setText(secrets > 0 ? tr("%n secret(s) kept out", nullptr, secrets) : QString());
    m_view->showFull();
}

void PackagePanel::showOutcome(const PackageOutcome& outcome) {
    endPackaging();
    m_view->showFull();
    m_status->setText(tr("%1\n%2 sent of %3, %4")
                          .arg(outcome.reference, format::text(decimalSize(outcome.sent)),
                               format::text(decimalSize(outcome.total)),
                               format::text(durationText(outcome.seconds))));
    m_layersModel->removeRows(0, m_layersModel->rowCount());
    for (const ImageLayer& layer : outcome.layers) {
        auto* name = new QStandardItem(layerName(layer.kind));
        name->setData(true, RowDelegate::IsStrongRole);
        m_layersModel->appendRow({name, sizeItem(layer.size), mutedItem(format::text(layer.digest))});
    }
}

}  // namespace slipway
