// SPDX-License-Identifier: GPL-3.0-or-later
// A job as form and text side by side: one document, the same problems in both, one history of edits to undo. Talks to one
// JobService. GUI thread only.
#pragma once

#include "backends/services/jobservice.h"

#include <QWidget>

#include <vector>

class QLabel;
class QScrollArea;

namespace slipway {

class ErrorBanner;
class FilterBar;
class JobForm;
class JobTextEditor;
class SegmentedControl;
class StatefulView;

class JobEditPanel final : public QWidget {
    Q_OBJECT
public:
    explicit JobEditPanel(JobService& job, QWidget* parent = nullptr);

    JobForm* form() const { return m_form; }
    JobTextEditor* editor() const { return m_editor; }
    // For the page's bar, which owns it from then on.
    SegmentedControl* viewChoice() const { return m_choice; }
    // Stands below form and text.
    void setFoot(QWidget* foot);
    // Another job is read: what the one before it said is gone.
    void showLoading();
    QString problemsText() const;
    void goToProblem(int step);
    // The last edit of the text, whoever made it, is taken back, or made again. What is typed into a field and not taken over yet
    // is an edit, too, and one on its way to the text is waited for. Ctrl+Z, and Ctrl+Shift+Z or Ctrl+Y, while the focus is here.
    void undo();
    void redo();
    bool canUndo() const;
    bool canRedo() const;
    // Asks which text counts, while the file is newer than what the edits were begun on.
    QWidget* diskQuestion() const { return m_diskQuestion; }
    // The name is selected in the form as soon as the job is read, for one that has none of its own yet.
    void editName();

private:
    enum class Step : quint8 { Undo, Redo };
    void showJob(const JobSnapshotPtr& snapshot);
    void showChoice(int index);
    QWidget* makeDiskQuestion();
    void fix(int problem);
    void light(const QString& path);
    void refreshTopic();
    void ask(Step step);
    void takeSteps();
    void goToChange(const JobSnapshot& before);

    JobService& m_job;
    JobSnapshotPtr m_snapshot;
    std::vector<Step> m_steps;  // asked for and not taken yet
    bool m_isStepped = false;   // the next snapshot shows what a step changed
    bool m_isNaming = false;    // once it is read
    bool m_isAnother = true;    // the next text is that of another job
    StatefulView* m_view;
    QScrollArea* m_scroll;  // of the form
    QWidget* m_formSide;
    QWidget* m_textSide;
    JobForm* m_form;
    JobTextEditor* m_editor;
    FilterBar* m_search;
    SegmentedControl* m_choice;
    QLabel* m_changes;
    QLabel* m_place;
    QLabel* m_problems;
    QWidget* m_diskQuestion;
};

}  // namespace slipway
