// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/jobeditpanel.h"

#include "widgets/common/emptystate.h"
#include "widgets/common/filterbar.h"
#include "widgets/common/formats.h"
#include "widgets/common/looks.h"
#include "widgets/common/segmentedcontrol.h"
#include "widgets/common/statefulview.h"
#include "widgets/forms/jobform.h"
#include "widgets/forms/jobtexteditor.h"

#include <QApplication>
#include <QClipboard>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QScrollArea>
#include <QShortcut>
#include <QSplitter>
#include <QTextBlock>
#include <QVBoxLayout>

#include <algorithm>
#include <utility>

namespace slipway {
namespace {

// The text's problems count bytes, the editor characters.
int characterOf(const QByteArray& utf8, std::size_t byte) {
    return static_cast<int>(QString::fromUtf8(utf8.left(static_cast<qsizetype>(byte))).size());
}

WrittenValues valuesOf(const std::vector<JobSnapshot::Field>& fields) {
    WrittenValues values;
    for (const JobSnapshot::Field& field : fields) values[field.path] = field.written;
    return values;
}

QString messageOf(const SpecProblem& problem) {
    QString text = format::text(problem.message);
    text.remove(QLatin1Char('`'));
    if (problem.nearest)
        return JobEditPanel::tr("%1. Did you mean %2?").arg(text, format::text(*problem.nearest));
    if (!problem.allowed.empty() && problem.message.find(problem.allowed) == std::string::npos)
        return JobEditPanel::tr("%1. Allowed: %2").arg(text, format::text(problem.allowed));
    return text;
}

}  // namespace

JobEditPanel::JobEditPanel(JobService& job, QWidget* parent)
    : QWidget(parent),
      m_job(job),
      m_view(nullptr),
      m_scroll(new QScrollArea),
      m_formSide(new QWidget),
      m_textSide(new QWidget),
      m_form(new JobForm),
      m_editor(new JobTextEditor),
      m_search(new FilterBar(tr("Find a setting"), "search")),
      m_choice(new SegmentedControl(tr("Form or text"))),
      m_changes(look::label({}, TextRole::Small, Tone::Muted)),
      m_place(look::label({}, TextRole::Small, Tone::Muted)),
      m_problems(look::label({}, TextRole::Small, Tone::Error)),
      m_diskQuestion(makeDiskQuestion()) {
    m_choice->setChoices({tr("Form"), tr("Form and text"), tr("Text")});
    m_choice->setCurrentIndex(1);
    m_search->setProperty("small", true);

    look::setSurface(m_form, Tone::Surface);
    m_scroll->setWidget(m_form);
    m_scroll->setWidgetResizable(true);
    m_scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    auto* formBar = new QHBoxLayout;
    look::pack(formBar, theme::kPadding, 5, theme::kPadding, 5, 8);
    formBar->addWidget(look::label(tr("Settings"), TextRole::Heading));
    formBar->addStretch(1);
    m_search->setFixedWidth(176);
    formBar->addWidget(m_search);
    auto* formLayout = new QVBoxLayout(m_formSide);
    look::pack(formLayout);
    formLayout->addLayout(formBar);
    formLayout->addWidget(look::horizontalLine());
    formLayout->addWidget(m_scroll, 1);

    auto* textBar = new QHBoxLayout;
    look::pack(textBar, theme::kPadding, 5, 8, 5, 8);
    textBar->addWidget(look::label(tr("job.yaml")));
    textBar->addWidget(m_changes);
    textBar->addStretch(1);
    auto* copy = look::iconButton("copy", tr("Copy the text"));
    textBar->addWidget(copy);
    auto* status = new QWidget;
    look::setSurface(status, Tone::Surface);
    status->setFixedHeight(24);
    auto* statusLayout = new QHBoxLayout(status);
    look::pack(statusLayout, theme::kPadding, 0, theme::kPadding, 0, 16);
    statusLayout->addWidget(m_place);
    statusLayout->addWidget(
        look::label(tr("job.yaml v%1").arg(kJobSpecVersion), TextRole::Small, Tone::Muted));
    statusLayout->addStretch(1);
    statusLayout->addWidget(m_problems);
    statusLayout->addWidget(look::label(tr("F8 next"), TextRole::Small, Tone::Muted));
    auto* textLayout = new QVBoxLayout(m_textSide);
    look::pack(textLayout);
    textLayout->addLayout(textBar);
    textLayout->addWidget(look::horizontalLine());
    textLayout->addWidget(m_editor, 1);
    textLayout->addWidget(look::horizontalLine());
    textLayout->addWidget(status);

    auto* splitter = new QSplitter(Qt::Horizontal);
    splitter->addWidget(m_formSide);
    splitter->addWidget(m_textSide);
    splitter->setChildrenCollapsible(false);
    splitter->setHandleWidth(1);
    splitter->setSizes({560, 480});
    m_view =
        new StatefulView(splitter, new EmptyState("file", tr("No job"), tr("Open a job from the workspace.")),
                         tr("Reading the job"));
    m_view->showLoading();
    auto* layout = new QVBoxLayout(this);
    look::pack(layout);
    layout->addWidget(m_diskQuestion);
    layout->addWidget(m_view);

    const auto addKeys = [this](const QList<QKeySequence>& keys, auto run) {
        auto* shortcut = new QShortcut(this);
        shortcut->setKeys(keys);
        shortcut->setContext(Qt::WidgetWithChildrenShortcut);
        connect(shortcut, &QShortcut::activated, this, run);
    };
    addKeys({Qt::CTRL | Qt::Key_Z}, &JobEditPanel::undo);
    addKeys({Qt::CTRL | Qt::SHIFT | Qt::Key_Z, Qt::CTRL | Qt::Key_Y}, &JobEditPanel::redo);
    connect(copy, &QToolButton::clicked, this,
            [this] { QApplication::clipboard()->setText(m_editor->toPlainText()); });
    connect(m_search, &FilterBar::filterChanged, m_form, &JobForm::setFilter);
    connect(m_choice, &SegmentedControl::currentIndexChanged, this, &JobEditPanel::showChoice);
    connect(m_form, &JobForm::valueEdited, this, [this](const QString& path, const QString& yaml) {
        if (yaml.isEmpty())
            m_job.removeValue(path);
        else
            m_job.setValue(path, yaml);
    });
    connect(m_form, &JobForm::fieldFocused, this, &JobEditPanel::light);
    connect(m_editor, &QPlainTextEdit::textChanged, this, [this] { m_job.setText(m_editor->toPlainText()); });
    connect(m_editor, &QPlainTextEdit::cursorPositionChanged, this, [this] {
        const QTextCursor cursor = m_editor->textCursor();
        m_place->setText(tr("Ln %1, Col %2").arg(cursor.blockNumber() + 1).arg(cursor.positionInBlock() + 1));
        refreshTopic();
    });
    connect(m_editor, &JobTextEditor::fixTriggered, this, &JobEditPanel::fix);
    connect(&m_job, &JobService::textReplaced, this, [this](const QString& text) {
        if (std::exchange(m_isAnother, false))
            m_editor->setPlainText(text);  // Undo ends here
        else
            m_editor->replaceText(text);
        takeSteps();
    });
    connect(&m_job, &JobService::snapshotChanged, this, &JobEditPanel::showJob);
    connect(&m_job, &JobService::failed, this, [this](const Error& error) {
        m_view->showError(error);
        // The edit that a step waited for could not be made: taking it back is what the text says in its field again.
        if (!m_steps.empty() && !m_job.isEditing() && m_snapshot) {
            m_steps.erase(m_steps.begin());
            m_form->setValues(valuesOf(m_snapshot->fields));
            m_view->showFull();
        }
        takeSteps();
    });
}

void JobEditPanel::showLoading() {
    m_snapshot.reset();
    m_steps.clear();
    m_isStepped = false;
    m_isAnother = true;
    m_isNaming = false;
    m_view->showLoading();
}

void JobEditPanel::setFoot(QWidget* foot) { layout()->addWidget(foot); }

QString JobEditPanel::problemsText() const { return m_problems->text(); }

void JobEditPanel::goToProblem(int step) {
    if (m_choice->currentIndex() == 0) m_choice->setCurrentIndex(1);
    m_editor->goToProblem(step);
}

// The setting that the text's cursor is at: of those on its line the first whose value ends behind it.
void JobEditPanel::refreshTopic() {
    const JobSnapshot::Field* at = nullptr;
    const QTextCursor cursor = m_editor->textCursor();
    if (m_snapshot) {
        const auto byte =
            static_cast<std::size_t>(m_editor->toPlainText().left(cursor.position()).toUtf8().size());
        for (const JobSnapshot::Field& field : m_snapshot->fields)
            if (field.range.line == cursor.blockNumber() + 1 && field.range.end >= byte &&
                (!at || field.range.end < at->range.end))
                at = &field;
    }
    m_editor->setProperty("topic", at ? format::text(at->path) : QString());
}

void JobEditPanel::undo() { ask(Step::Undo); }

void JobEditPanel::redo() { ask(Step::Redo); }

bool JobEditPanel::canUndo() const {
    return m_snapshot && (m_form->isTyping() || m_job.isEditing() || m_editor->document()->isUndoAvailable());
}

bool JobEditPanel::canRedo() const {
    return m_snapshot && !m_form->isTyping() && !m_job.isEditing() && m_editor->document()->isRedoAvailable();
}

void JobEditPanel::ask(Step step) {
    if (!m_snapshot) return;
    m_form->takeOver();
    m_steps.push_back(step);
    takeSteps();
}

void JobEditPanel::takeSteps() {
    if (m_job.isEditing()) return;
    for (const Step step : std::exchange(m_steps, {})) {
        const QString before = m_editor->toPlainText();
        if (step == Step::Undo)
            m_editor->undo();
        else
            m_editor->redo();
        m_isStepped = m_isStepped || m_editor->toPlainText() != before;
    }
}

// Where the person is led who does not work in the text, whose cursor is there already.
void JobEditPanel::goToChange(const JobSnapshot& before) {
    if (m_editor->hasFocus()) return;
    if (!m_formSide->isVisible()) return m_editor->setFocus();
    const auto isChanged = [&](const std::string& path) {
        const JobSnapshot::Field* was = before.field(path);
        const JobSnapshot::Field* is = m_snapshot->field(path);
        return (was ? was->written : std::string()) != (is ? is->written : std::string());
    };
    const QWidget* focus = QApplication::focusWidget();
    if (focus && m_form->isAncestorOf(focus) && isChanged(focus->property("path").toString().toStdString()))
        return;
    std::vector<JobSnapshot::Field> all = before.fields;
    all.insert(all.end(), m_snapshot->fields.begin(), m_snapshot->fields.end());
    for (const JobSnapshot::Field& one : all) {
        QWidget* field = isChanged(one.path) ? m_form->field(format::text(one.path)) : nullptr;
        if (!field || !field->isVisible()) continue;
        field->setFocus();
        m_scroll->ensureWidgetVisible(field);
        return;
    }
}

void JobEditPanel::editName() {
    if (m_choice->currentIndex() == 2) m_choice->setCurrentIndex(1);
    m_isNaming = !m_snapshot;
    if (m_isNaming) return;
    if (auto* name = qobject_cast<QLineEdit*>(m_form->field(QStringLiteral("name")))) {
        name->setFocus();
        name->selectAll();
    }
}

void JobEditPanel::showJob(const JobSnapshotPtr& snapshot) {
    const JobSnapshotPtr before = std::exchange(m_snapshot, snapshot);
    m_view->showFull();
    m_editor->replaceText(snapshot->text);
    m_editor->setBaseline(snapshot->savedText);

    const QByteArray utf8 = snapshot->text.toUtf8();
    std::vector<TextProblem> problems;
    std::map<std::string, QString> byPath;
    for (const SpecProblem& problem : snapshot->problems) {
        TextProblem one;
        one.begin = characterOf(utf8, problem.range.begin);
        one.end = characterOf(utf8, problem.range.end);
        one.message = messageOf(problem);
        if (problem.nearest) {
            one.replacement = format::text(*problem.nearest);
            one.fix = tr("Change to %1").arg(one.replacement);
            // The field that is missing because its name is misspelt says where it stands.
            const std::string::size_type dot = problem.path.rfind('.');
            const std::string meant =
                (dot == std::string::npos ? std::string() : problem.path.substr(0, dot + 1)) +
                *problem.nearest;
            byPath.try_emplace(
                meant, tr("Line %1 says %2")
                           .arg(problem.range.line)
                           .arg(format::text(problem.path.substr(dot == std::string::npos ? 0 : dot + 1))));
        }
        byPath[problem.path] = one.message;
        problems.push_back(std::move(one));
    }
    m_editor->setProblems(std::move(problems));
    m_form->setSaved(valuesOf(snapshot->savedFields));
    m_form->setProblems(byPath);
    m_form->setValues(valuesOf(snapshot->fields));
    refreshTopic();
    m_problems->setText(snapshot->problems.empty()
                            ? QString()
                            : tr("%n problem(s)", nullptr, static_cast<int>(snapshot->problems.size())));
    const int changed = m_editor->changedLines();
    QString changes = changed > 0              ? tr("%n line(s) changed, not saved", nullptr, changed)
                      : snapshot->isModified() ? tr("edited, not saved")
                                               : QString();
    if (snapshot->disk == DiskChange::TakenOver)
        changes = changes.isEmpty() ? tr("changed by another program")
                                    : changes + tr(" · with another program's changes");
    m_diskQuestion->setVisible(snapshot->disk == DiskChange::Newer);
    m_changes->setText(changes);
    if (m_isNaming) editName();
    if (std::exchange(m_isStepped, false) && before) goToChange(*before);
}

QWidget* JobEditPanel::makeDiskQuestion() {
    auto* question = new QWidget(this);
    look::setSurface(question, Tone::WarnTint);
    auto* row = new QHBoxLayout(question);
    look::pack(row, theme::kPadding, 6, theme::kPadding, 6, 10);
    auto* words =
        look::label(tr("Another program changed the file while you edited it, and both do not go together."));
    words->setWordWrap(true);
    row->addWidget(words, 1);
    auto* take = look::button(tr("Take the file's text"));
    take->setToolTip(tr("Your edits go; Ctrl+Z brings them back"));
    auto* keep = look::button(tr("Keep mine"));
    keep->setToolTip(tr("Saving writes your text over the file's"));
    row->addWidget(take);
    row->addWidget(keep);
    connect(take, &QPushButton::clicked, &m_job, &JobService::takeDisk);
    connect(keep, &QPushButton::clicked, &m_job, &JobService::keepEdits);
    question->hide();
    return question;
}

void JobEditPanel::showChoice(int index) {
    m_formSide->setVisible(index != 2);
    m_textSide->setVisible(index != 0);
}

void JobEditPanel::fix(int problem) {
    if (!m_snapshot || problem < 0 || problem >= static_cast<int>(m_snapshot->problems.size())) return;
    const SpecProblem& one = m_snapshot->problems[static_cast<std::size_t>(problem)];
    if (!one.nearest) return;
    QByteArray utf8 = m_snapshot->text.toUtf8();
    utf8.replace(static_cast<qsizetype>(one.range.begin),
                 static_cast<qsizetype>(one.range.end - one.range.begin),
                 QByteArray::fromStdString(*one.nearest));
    m_editor->replaceText(QString::fromUtf8(utf8));
}

void JobEditPanel::light(const QString& path) {
    const JobSnapshot::Field* field = m_snapshot ? m_snapshot->field(path.toStdString()) : nullptr;
    if (!field) return;
    QTextCursor cursor = m_editor->textCursor();
    cursor.setPosition(characterOf(m_snapshot->text.toUtf8(), field->range.begin));
    m_editor->setTextCursor(cursor);
}

}  // namespace slipway
