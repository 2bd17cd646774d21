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

#include <QClipboard>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QScrollArea>
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
      m_formSide(new QWidget),
      m_textSide(new QWidget),
      m_form(new JobForm),
      m_editor(new JobTextEditor),
      m_search(new FilterBar(tr("Find a setting"), "search")),
      m_choice(new SegmentedControl(tr("Form or text"))),
      m_changes(look::label({}, TextRole::Small, Tone::Muted)),
      m_place(look::label({}, TextRole::Small, Tone::Muted)),
      m_problems(look::label({}, TextRole::Small, Tone::Error)) {
    m_choice->setChoices({tr("Form"), tr("Form and text"), tr("Text")});
    m_choice->setCurrentIndex(1);
    m_search->setProperty("small", true);

    auto* scroll = new QScrollArea;
    look::setSurface(m_form, Tone::Surface);
    scroll->setWidget(m_form);
    scroll->setWidgetResizable(true);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
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
    formLayout->addWidget(scroll, 1);

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
    layout->addWidget(m_view);

    connect(copy, &QToolButton::clicked, this,
            [this] { QGuiApplication::clipboard()->setText(m_editor->toPlainText()); });
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
    });
    connect(m_editor, &JobTextEditor::fixTriggered, this, &JobEditPanel::fix);
    connect(&m_job, &JobService::textReplaced, this, [this](const QString& text) {
        if (std::exchange(m_isAnother, false))
            m_editor->setPlainText(text);  // Undo ends here
        else
            m_editor->replaceText(text);
    });
    connect(&m_job, &JobService::snapshotChanged, this, &JobEditPanel::showJob);
    connect(&m_job, &JobService::failed, this, [this](const Error& error) { m_view->showError(error); });
}

void JobEditPanel::showLoading() {
    m_snapshot.reset();
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
    m_snapshot = snapshot;
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
    WrittenValues written;
    for (const JobSnapshot::Field& field : snapshot->fields) written[field.path] = field.written;
    WrittenValues saved;
    for (const JobSnapshot::Field& field : snapshot->savedFields) saved[field.path] = field.written;
    m_form->setSaved(saved);
    m_form->setProblems(byPath);
    m_form->setValues(written);
    m_problems->setText(snapshot->problems.empty()
                            ? QString()
                            : tr("%n problem(s)", nullptr, static_cast<int>(snapshot->problems.size())));
    const int changed = m_editor->changedLines();
    QString changes = changed > 0              ? tr("%n line(s) changed, not saved", nullptr, changed)
                      : snapshot->isModified() ? tr("edited, not saved")
                                               : QString();
    if (snapshot->isDiskNewer) changes += tr(" · the file changed meanwhile");
    m_changes->setText(changes);
    if (m_isNaming) editName();
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
