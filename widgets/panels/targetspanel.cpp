// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/targetspanel.h"

#include "widgets/common/emptystate.h"
#include "widgets/common/formats.h"
#include "widgets/common/looks.h"
#include "widgets/common/statefulview.h"
#include "widgets/common/stateglyph.h"
#include "widgets/itemmodels/targetlistmodel.h"

#include <QGridLayout>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLineEdit>
#include <QPainter>
#include <QScrollArea>
#include <QVBoxLayout>

#include <algorithm>

namespace slipway {

// One target: name and kind, verdict, reason, suggestions. A plain widget rather than a delegate, so that its buttons take the keyboard.
class TargetCard final : public QWidget {
    Q_OBJECT
public:
    explicit TargetCard(const TargetRow& row) : m_id(row.info.id) {
        setFocusPolicy(Qt::StrongFocus);
        setAttribute(Qt::WA_Hover);
        auto* layout = new QVBoxLayout(this);
        look::pack(layout, theme::kPadding, 9, theme::kPadding, 9, 3);
        auto* name = new ElidedLabel(TextRole::Strong, Tone::Text);
        name->setElideMode(Qt::ElideMiddle);
        name->setText(format::text(row.info.label));
        layout->addWidget(name);

        Look look = lookOf(Verdict::Unknown);
        QString word = row.isAsking              ? tr("Asking")
                       : row.hindrance.isEmpty() ? tr("Not asked yet")
                                                 : row.hindrance;
        QString reason = row.problem;
        if (!row.problem.isEmpty()) {
            word = tr("Unreachable");
        } else if (row.verdict) {
            look = lookOf(row.verdict->verdict);
            word = format::verdictWord(row.verdict->verdict);
            reason = format::text(row.verdict->reason);
        }
        auto* state = new QHBoxLayout;
        look::pack(state, 0, 0, 0, 0, 5);
        state->addWidget(new GlyphLabel(look.glyph, look.tone));
        state->addWidget(look::label(word, TextRole::Strong, look.tone));
        auto* kind = look::label(format::text(row.info.detail), TextRole::Small, Tone::Muted);
        state->addStretch(1);
        state->addWidget(kind);
        layout->addLayout(state);
        if (!reason.isEmpty()) {
            auto* why = look::label(reason, TextRole::Small, Tone::Muted);
            why->setWordWrap(true);
            layout->addWidget(why);
        }
        if (row.verdict) {
            for (const VerdictSuggestion& one : row.verdict->suggestions) {
                auto* button = look::button(format::text(one.text), ButtonRole::Small);
                const QString setting = format::text(one.setting);
                button->setToolTip(tr("Sets %1 in the job").arg(setting));
                layout->addWidget(button);
                connect(button, &QPushButton::clicked, this,
                        [this, setting] { Q_EMIT suggestionChosen(setting); });
            }
        }
        setAccessibleName(QStringLiteral("%1: %2. %3").arg(format::text(row.info.label), word, reason));
    }

    const TargetId& id() const { return m_id; }
    void setCurrent(bool isCurrent) {
        m_isCurrent = isCurrent;
        update();
    }

Q_SIGNALS:
    void chosen(const slipway::TargetId& id);
    void suggestionChosen(const QString& setting);

protected:
    void paintEvent(QPaintEvent*) override {
        QPainter painter(this);
        if (m_isCurrent) {
            painter.fillRect(rect(), theme::color(Tone::Selection));
            painter.fillRect(QRect(0, 0, 3, height()), theme::color(Tone::Accent));
        } else if (underMouse()) {
            painter.fillRect(rect(), theme::color(Tone::Hover));
        }
        painter.fillRect(QRect(0, height() - 1, width(), 1), theme::color(Tone::Line));
        if (hasFocus()) {
            painter.setPen(theme::color(Tone::Focus));
            painter.drawRect(rect().adjusted(1, 1, -2, -2));
        }
    }
    void mousePressEvent(QMouseEvent*) override { Q_EMIT chosen(m_id); }
    void keyPressEvent(QKeyEvent* event) override {
        if (event->key() == Qt::Key_Space || event->key() == Qt::Key_Return)
            Q_EMIT chosen(m_id);
        else
            QWidget::keyPressEvent(event);
    }
    void focusInEvent(QFocusEvent*) override { update(); }
    void focusOutEvent(QFocusEvent*) override { update(); }

private:
    TargetId m_id;
    bool m_isCurrent = false;
};

namespace {

QString shortName(const TargetRow& row) {
    if (!row.info.queue.empty()) return format::text(row.info.queue);
    return row.info.context.empty() ? format::text(row.info.label) : format::text(row.info.context);
}

// Whose registry it is: that of a namespace, whatever its queues.
std::string registryKey(const TargetState* state) {
    return state ? state->info.context + "/" + state->info.nameSpace : std::string();
}

int rank(const TargetState& state) {
    if (!state.verdict) return 4;
    switch (state.verdict->verdict) {
        case Verdict::Now: return 0;
        case Verdict::After: return 1;
        case Verdict::Unknown: return 2;
        case Verdict::Never: return 3;
    }
    return 4;
}

}  // namespace

TargetsPanel::TargetsPanel(QWidget* parent)
    : QWidget(parent),
      m_model(new TargetListModel(this)),
      m_cardLayout(nullptr),
      m_needs(new QWidget),
      m_action(look::button({}, ButtonRole::Primary)),
      m_reason(look::label({}, TextRole::Small, Tone::Muted)),
      m_registry(new QLineEdit),
      m_push(look::label({}, TextRole::Small, Tone::Muted)) {
    look::setSurface(this, Tone::Window);
    auto* content = new QWidget;
    look::setSurface(content, Tone::Window);
    m_cardLayout = new QVBoxLayout(content);
    look::pack(m_cardLayout);
    m_cardLayout->addWidget(m_needs);
    m_cardLayout->addStretch(1);
    auto* scroll = new QScrollArea;
    scroll->setWidget(content);
    scroll->setWidgetResizable(true);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    auto* empty = new EmptyState("clusters", tr("No targets"),
                                 tr("This machine and the contexts of your kubeconfig are listed here."),
                                 tr("Look again"));
    m_view = new StatefulView(scroll, empty, tr("Looking for targets"));
    m_view->showLoading();
    connect(empty, &EmptyState::actionTriggered, this, &TargetsPanel::refreshTriggered);
    connect(m_view, &StatefulView::retryTriggered, this, &TargetsPanel::refreshTriggered);

    m_action->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    m_reason->setAlignment(Qt::AlignHCenter);
    m_reason->setWordWrap(true);
    auto* foot = new QVBoxLayout;
    look::pack(foot, theme::kPadding, 10, theme::kPadding, 10, 5);
    m_registry->setAccessibleName(tr("Registry"));
    m_registry->setToolTip(tr(
        "registry/repository that you can push to and the cluster can pull from; kept for this namespace"));
    m_push->setWordWrap(true);
    foot->addWidget(m_registry);
    foot->addWidget(m_push);
    foot->addWidget(m_action);
    foot->addWidget(m_reason);
    auto* layout = new QVBoxLayout(this);
    look::pack(layout);
    layout->addWidget(m_view, 1);
    layout->addWidget(look::horizontalLine());
    layout->addLayout(foot);
    connect(m_registry, &QLineEdit::textChanged, this, [this](const QString& text) {
        m_typed[registryKey(state())] = text.trimmed();
        refreshAction();
        Q_EMIT registryChanged();
    });
    connect(m_registry, &QLineEdit::returnPressed, m_action, &QPushButton::click);
    connect(m_action, &QPushButton::clicked, this, &TargetsPanel::actionTriggered);
    connect(m_model, &QAbstractItemModel::dataChanged, this, &TargetsPanel::refresh);
    connect(m_model, &QAbstractItemModel::modelReset, this, &TargetsPanel::refresh);
    refreshAction();
}

void TargetsPanel::setTargets(const TargetStatesPtr& targets) {
    m_targets = targets;
    refreshRows();
}

void TargetsPanel::refreshRows() {
    if (!m_targets) return;
    TargetStates ordered = *m_targets;
    for (TargetState& state : ordered)
        if (state.info.kind == "machine" && !m_missingHere.empty())
            state.verdict = TargetVerdict{state.info.id, Verdict::Never, m_missingHere, {}};
    const bool isJudged = std::all_of(ordered.begin(), ordered.end(),
                                      [](const TargetState& state) { return state.verdict || state.error; });
    // While answers come in, nothing jumps; when all are there, the best is on top.
    if (isJudged)
        std::stable_sort(ordered.begin(), ordered.end(),
                         [](const auto& a, const auto& b) { return rank(a) < rank(b); });
    std::vector<TargetRow> rows;
    for (const TargetState& state : ordered) {
        TargetRow row{state.info, state.verdict, m_job.has_value() && !state.verdict && !state.error, {}, {}};
        if (state.error) row.problem = format::errorText(*state.error);
        if (m_problems > 0) row.hindrance = hindrance();
        rows.push_back(std::move(row));
    }
    if (rows.empty())
        m_view->showEmpty();
    else
        m_view->showFull();
    m_model->setRows(std::move(rows));
    if (m_model->rowOf(m_current) < 0 && m_model->rowCount() > 0) setCurrent(m_model->at(0)->info.id);
    refreshAction();
}

void TargetsPanel::setError(const Error& error) { m_view->showError(error, tr("Look again")); }

void TargetsPanel::setJob(const std::optional<JobSpec>& job, int problems, const std::string& missingHere) {
    m_job = job;
    m_problems = problems;
    m_missingHere = missingHere;
    refreshNeeds();
    refreshRows();
    refreshAction();
}

void TargetsPanel::setCurrent(const TargetId& target) {
    if (m_current == target) return;
    m_current = target;
    for (TargetCard* card : m_cards) card->setCurrent(card->id() == m_current);
    refreshAction();
    Q_EMIT currentChanged(m_current);
}

QString TargetsPanel::actionText() const {
    const TargetRow* row = m_model->at(m_model->rowOf(m_current));
    if (!row || row->info.kind == "machine")
        return m_job && m_job->program() ? tr("Run here") : tr("Train here");
    return tr("Submit to %1").arg(shortName(*row));
}

QString TargetsPanel::hindrance() const {
    if (m_problems > 0) return tr("Fix %n problem(s) first", nullptr, m_problems);
    if (!m_job) return tr("No job is open");
    const TargetRow* row = m_model->at(m_model->rowOf(m_current));
    if (!row) return tr("No target is chosen");
    if (!row->problem.isEmpty()) return row->problem;
    if (row->verdict && row->verdict->verdict == Verdict::Never) return format::text(row->verdict->reason);
    const TargetState* target = state();
    if (target && target->registry && target->registry->empty() && registry().isEmpty())
        return tr("Name a registry: HOST/REPOSITORY that you can push to and the cluster can pull from");
    return {};
}

const TargetState* TargetsPanel::state() const {
    if (!m_targets) return nullptr;
    const auto found = std::find_if(m_targets->begin(), m_targets->end(),
                                    [this](const TargetState& one) { return one.info.id == m_current; });
    return found == m_targets->end() || found->info.kind == "machine" ? nullptr : &*found;
}

// What was typed for this namespace, and where the image goes.
void TargetsPanel::refreshRegistry() {
    const TargetState* target = state();
    m_registry->setVisible(target);
    m_push->setVisible(false);
    if (!target) return;
    const auto typed = m_typed.find(registryKey(target));
    const QString text = typed == m_typed.end() ? QString() : typed->second;
    if (m_registry->text().trimmed() != text) m_registry->setText(text);
    const QString known = format::text(target->registry.value_or(""));
    m_registry->setPlaceholderText(known.isEmpty() ? tr("registry.example.com/team") : known);
    const QString to = text.isEmpty() ? known : text;
    if (to.isEmpty() || !m_job) return;
    m_push->setText(tr("Pushes the job's image to %1/%2. Package shows what goes into it.")
                        .arg(to, format::text(m_job->name)));
    m_push->setVisible(true);
}

QString TargetsPanel::registry() const { return state() ? m_registry->text().trimmed() : QString(); }

void TargetsPanel::refresh() {
    for (TargetCard* card : m_cards) {
        card->hide();
        card->deleteLater();
    }
    m_cards.clear();
    for (int row = 0; row < m_model->rowCount(); ++row) {
        auto* card = new TargetCard(*m_model->at(row));
        card->setCurrent(card->id() == m_current);
        connect(card, &TargetCard::chosen, this, &TargetsPanel::setCurrent);
        connect(card, &TargetCard::suggestionChosen, this, &TargetsPanel::suggestionChosen);
        m_cardLayout->insertWidget(row, card);
        m_cards.push_back(card);
    }
    refreshAction();
}

void TargetsPanel::refreshNeeds() {
    delete m_needs->layout();
    qDeleteAll(m_needs->findChildren<QWidget*>(Qt::FindDirectChildrenOnly));
    m_needs->setVisible(m_job.has_value());
    if (!m_job) return;
    auto* grid = new QGridLayout(m_needs);
    grid->setContentsMargins(theme::kPadding, 12, theme::kPadding, 12);
    grid->setVerticalSpacing(4);
    grid->setHorizontalSpacing(8);
    grid->setColumnStretch(0, 1);
    grid->addWidget(look::label(tr("Needs"), TextRole::Heading), 0, 0);
    grid->addWidget(look::label(m_job->replicas > 1 ? tr("as written, per rank") : tr("as written"),
                                TextRole::Small, Tone::Muted),
                    0, 1, 1, 2, Qt::AlignRight);
    int line = 1;
    const auto add = [&](const QString& name, const QString& value) {
        grid->addWidget(look::label(name, TextRole::Body, Tone::Muted), line, 0);
        grid->addWidget(look::label(value), line, 1, 1, 2, Qt::AlignRight);
        ++line;
    };
    const Resources& needs = m_job->resources;
    if (m_job->replicas > 1) add(tr("Ranks"), QString::number(m_job->replicas));
    if (needs.gpus > 0) add(tr("GPUs"), QString::number(needs.gpus));
    if (needs.gpuMemory) add(tr("GPU memory"), format::text(binarySize(*needs.gpuMemory)));
    if (!needs.slice.empty()) add(tr("Slice"), format::text(needs.slice));
    add(tr("CPU"), format::text(quantity(needs.cpu)));
    add(tr("Memory"), format::text(binarySize(needs.memory)));
    add(tr("/dev/shm"), format::text(binarySize(needs.sharedMemory)));
}

void TargetsPanel::refreshAction() {
    refreshRegistry();
    const QString why = hindrance();
    m_action->setText(actionText());
    m_action->setEnabled(why.isEmpty());
    m_reason->setText(why);
    m_reason->setVisible(!why.isEmpty());
    m_action->setAccessibleDescription(why);
}

void TargetsPanel::keyPressEvent(QKeyEvent* event) {
    const int step = event->key() == Qt::Key_Down ? 1 : event->key() == Qt::Key_Up ? -1 : 0;
    const int next = m_model->rowOf(m_current) + step;
    if (step == 0 || !m_model->at(next)) return QWidget::keyPressEvent(event);
    setCurrent(m_model->at(next)->info.id);
    m_cards[static_cast<std::size_t>(next)]->setFocus();
}

}  // namespace slipway

#include "targetspanel.moc"
