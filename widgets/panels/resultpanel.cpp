// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/resultpanel.h"

#include "widgets/common/emptystate.h"
#include "widgets/common/formats.h"
#include "widgets/common/looks.h"
#include "widgets/common/rowdelegate.h"
#include "widgets/common/statefulview.h"

#include <QClipboard>
#include <QDesktopServices>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QStandardItemModel>
#include <QTreeView>
#include <QUrl>
#include <QVBoxLayout>

namespace slipway {
namespace {

void addRow(QStandardItemModel& model, const std::string& path, Bytes bytes, const std::string& digest) {
    auto* name = new QStandardItem(format::text(path));
    name->setData(QByteArray("file"), RowDelegate::IconRole);
    auto* size = new QStandardItem(format::text(decimalSize(bytes)));
    size->setData(true, RowDelegate::IsNumberRole);
    auto* sum = new QStandardItem(digest.empty() ? format::dash() : format::text(digest));
    sum->setData(static_cast<int>(Tone::Muted), RowDelegate::ToneRole);
    model.appendRow({name, size, sum});
}

}  // namespace

ResultPanel::ResultPanel(QWidget* parent)
    : QWidget(parent),
      m_verdict(look::label({}, TextRole::Title)),
      m_place(new ElidedLabel(TextRole::Body, Tone::Muted)),
      m_resume(look::button(tr("Resume"))),
      m_fetch(look::button({})),
      m_open(look::button(tr("Open folder"))),
      m_copy(look::button({})),
      m_table(new QTreeView),
      m_model(new QStandardItemModel(this)),
      m_view(nullptr) {
    m_model->setHorizontalHeaderLabels({tr("File"), tr("Size"), tr("Digest")});
    m_model->horizontalHeaderItem(1)->setTextAlignment(Qt::AlignRight | Qt::AlignVCenter);
    setUpTable(m_table, m_model, tr("Files of the result"));
    m_table->header()->resizeSection(0, 320);
    m_table->header()->resizeSection(1, 100);
    m_place->setElideMode(Qt::ElideMiddle);
    auto* full = new QWidget;
    auto* head = new QHBoxLayout;
    look::pack(head, theme::kPadding, 12, theme::kPadding, 12, 12);
    auto* words = new QVBoxLayout;
    look::pack(words, 0, 0, 0, 0, 2);
    words->addWidget(m_verdict);
    words->addWidget(m_place);
    head->addLayout(words, 1);
    for (QPushButton* button : {m_copy, m_open, m_fetch, m_resume}) head->addWidget(button);
    auto* layout = new QVBoxLayout(full);
    look::pack(layout);
    layout->addLayout(head);
    layout->addWidget(look::horizontalLine());
    layout->addWidget(m_table, 1);
    m_empty = new EmptyState("package", {}, {});
    m_view = new StatefulView(full, m_empty, tr("Reading the result"));
    setRun(nullptr);
    auto* outer = new QVBoxLayout(this);
    look::pack(outer);
    outer->addWidget(m_view);
    connect(m_fetch, &QPushButton::clicked, this, [this] {
        if (m_run) Q_EMIT fetchTriggered(m_run->record.id);
    });
    connect(m_resume, &QPushButton::clicked, this, [this] {
        if (m_run) Q_EMIT resumeTriggered(m_run->record.id);
    });
    connect(m_open, &QPushButton::clicked, this, &ResultPanel::openFolder);
    connect(m_copy, &QPushButton::clicked, this, [this] { QGuiApplication::clipboard()->setText(place()); });
}

void ResultPanel::setRun(const RunSnapshotPtr& run) {
    m_run = run;
    m_isRead = true;
    refresh();
}

void ResultPanel::showLoading() {
    m_run = nullptr;
    m_isRead = false;
    m_view->showLoading();
}

void ResultPanel::setError(const Error& error) {
    m_isRead = false;
    m_view->showError(error);
}

void ResultPanel::setResumable(bool isResumable) {
    if (m_isResumable == isResumable) return;
    m_isResumable = isResumable;
    if (m_isRead) refresh();
}

void ResultPanel::setUnderWay(bool isResuming, bool isFetching) {
    m_isResuming = isResuming;
    m_isFetching = isFetching;
    refreshActions();
}

bool ResultPanel::isHome() const { return m_run->isHome || m_run->record.target.str() == "here"; }

bool ResultPanel::wasFetched() const { return m_run->isHome && m_run->record.target.str() != "here"; }

// Nothing tells the digest of a checkpoint that this machine's run left.
bool ResultPanel::canVerify() const {
    return m_run->isHome && m_run->verification != Verification::Right &&
           (!m_run->results.empty() || wasFetched());
}

void ResultPanel::refreshActions() {
    look::setHindrance(m_resume, format::resumeHindrance(m_isResuming));
    if (!m_run || !isFinal(m_run->record.status.state))
        look::setHindrance(m_fetch, tr("The run has not ended"));
    else
        look::setHindrance(m_fetch, !m_isFetching ? QString()
                                    : canVerify() ? tr("It is being verified")
                                                  : tr("It is on its way"));
}

void ResultPanel::refresh() {
    const RunState state = m_run ? m_run->record.status.state : RunState::Draft;
    const bool isUnheard = m_run && m_run->results.empty() && m_run->mayHaveResult;
    const bool hasResult = m_run && (!m_run->results.empty() || (isUnheard && !m_run->isHome));
    // What is home of one that told no result is its checkpoint.
    const bool hasKept = isFinal(state) && (m_isResumable || (isUnheard && m_run->isHome));
    m_resume->setVisible(isFinal(state) && m_isResumable);
    refreshActions();
    if (!hasResult && !hasKept) {
        if (isFinal(state))
            m_empty->setTexts(tr("No result"), tr("The run ended without a model or another output."));
        else
            m_empty->setTexts(
                tr("No result yet"),
                tr("The model and the job's other outputs are listed here when the run has ended."));
        return m_view->showEmpty();
    }
    m_view->showFull();
    m_model->removeRows(0, m_model->rowCount());
    m_fetch->setVisible(!isHome() || canVerify());
    look::setTone(m_verdict,
                  m_run->isHome && m_run->verification == Verification::Changed ? Tone::Warn : Tone::Text);
    if (hasResult)
        showResult();
    else
        showCheckpoint();
}

void ResultPanel::showResult() {
    m_verdict->setText(resultVerdict());
    m_fetch->setText(canVerify()              ? tr("Verify")
                     : m_run->results.empty() ? tr("Ask the registry")
                                              : tr("Bring the model home"));
    const std::string& reference = m_run->record.resultReference;
    const bool isFolder = isHome() || reference.empty();
    showPlace(isFolder ? format::text(m_run->folder) + QStringLiteral("/result") : format::text(reference),
              isFolder);
    for (const ResultFile& file : m_run->results) addRow(*m_model, file.path, file.size, file.digest.str());
}

QString ResultPanel::resultVerdict() const {
    const bool isChanged = m_run->isHome && m_run->verification == Verification::Changed;
    if (wasFetched())
        return isChanged     ? tr("The result is home, changed since it was verified.")
               : canVerify() ? tr("The result is home, not verified yet.")
                             : tr("The result is home, every digest is right.");
    if (m_run->results.empty())
        return tr("Nobody heard what the run saved; the registry may have its result.");
    const int files = static_cast<int>(m_run->results.size());
    return isChanged     ? tr("%n file(s) in the result, changed since verified.", nullptr, files)
           : canVerify() ? tr("%n file(s) in the result, not verified yet.", nullptr, files)
                         : tr("%n file(s) in the result.", nullptr, files);
}

void ResultPanel::showCheckpoint() {
    const std::optional<CheckpointEvent>& kept = m_run->checkpoint;
    if (wasFetched())
        m_verdict->setText(!canVerify() ? tr("No result. The checkpoint is home, its digest is right.")
                           : m_run->verification == Verification::Changed
                               ? tr("No result. The checkpoint is home, changed since it was verified.")
                               : tr("No result. The checkpoint is home, not verified yet."));
    else if (kept)
        m_verdict->setText(
            tr("No result. The checkpoint of step %1 was kept.").arg(format::count(kept->step)));
    else
        m_verdict->setText(tr("No result. The run can go on where it was left."));
    m_fetch->setText(canVerify() ? tr("Verify") : tr("Bring the checkpoint home"));
    const bool isFolder = isHome() && (kept || m_run->isHome);
    showPlace(isFolder ? format::text(m_run->folder) + QStringLiteral("/checkpoints")
              : kept   ? format::text(kept->reference)
                       : QString(),
              isFolder);
    if (kept) addRow(*m_model, kept->path.substr(kept->path.rfind('/') + 1), kept->size, {});
}

void ResultPanel::showPlace(const QString& place, bool isFolder) {
    m_place->setText(place);
    m_open->setVisible(isFolder && isHome());
    m_copy->setText(isFolder ? tr("Copy path") : tr("Copy reference"));
    m_copy->setVisible(!place.isEmpty());
}

void ResultPanel::openFolder() {
    if (QDesktopServices::openUrl(QUrl::fromLocalFile(place()))) return;
    m_view->showError({ErrorCode::Unavailable, tr("No program here opens folders").toStdString(), "",
                       tr("Copy the path and go there in a terminal").toStdString()});
}

QString ResultPanel::place() const { return m_place->text(); }

int ResultPanel::rows() const { return m_model->rowCount(); }

}  // namespace slipway
