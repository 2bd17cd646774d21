// SPDX-License-Identifier: GPL-3.0-or-later
// What a job's data hold, before anything is trained with them: columns, samples, class balance, what is broken. Looked at when it
// is first shown, and again on a button. Talks to one DataService. GUI thread only.
#pragma once

#include "backends/core/jobspec.h"
#include "backends/services/dataservice.h"

#include <QWidget>

#include <optional>

class QLabel;
class QProgressBar;
class QPushButton;
class QTreeView;
class QVBoxLayout;

namespace slipway {

class EmptyState;
class SegmentedControl;
class StatefulView;

class DataPanel final : public QWidget {
    Q_OBJECT
public:
    explicit DataPanel(DataService& service, QWidget* parent = nullptr);

    // None: the job has problems; what was shown of the same folder stays.
    void setJob(const std::optional<JobSpec>& job, const QString& jobFolder);
    StatefulView* view() const { return m_view; }
    QPushButton* lookButton() const { return m_look; }
    QPushButton* cancelButton() const { return m_cancel; }
    // What is said in all, line by line.
    QString text() const;

protected:
    void showEvent(QShowEvent*) override;

private:
    void choose(int index);
    void look();
    void stop();
    void refresh();
    void showNothing(const Error& reason);
    void showDescription(const DataDescriptionPtr& found);
    void showFacts(const DataDescription& found);
    void showFaults(const DataDescription& found);
    void showSamples(const DataDescription& found);
    void showClasses(const DataDescription& found);
    void showColumns(const DataDescription& found);
    void addHeading(const QString& text, const QString& detail = {});
    QTreeView* addTable(const QStringList& titles, const std::vector<QStringList>& rows, const QString& name);

    DataService& m_service;
    QString m_folder;
    std::vector<DataPlace> m_places;
    std::size_t m_chosen = 0;
    bool m_isLooking = false;
    bool m_isLookedAt = false;  // at the chosen place, well or not

    QLabel* m_title;
    QLabel* m_summary;
    SegmentedControl* m_inputs;
    QProgressBar* m_progress;
    QPushButton* m_look;
    QPushButton* m_cancel;
    QWidget* m_content = nullptr;  // of one description
    QVBoxLayout* m_parts = nullptr;
    QWidget* m_full;
    EmptyState* m_empty;
    StatefulView* m_view;
};

}  // namespace slipway
