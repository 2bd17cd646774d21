// SPDX-License-Identifier: GPL-3.0-or-later
// How the code of runs that are compared differs from the first's, one of them at a time. Hidden where there is nothing to show.
// GUI thread only.
#pragma once

#include "backends/services/comparisonservice.h"

#include <QWidget>

class QLabel;
class QPlainTextEdit;

namespace slipway {

class SegmentedControl;

class CodeDiffPanel final : public QWidget {
    Q_OBJECT
public:
    explicit CodeDiffPanel(QWidget* parent = nullptr);

    // None: nothing is compared, or it is still on its way.
    void showComparison(const RunComparisonPtr& comparison);
    QPlainTextEdit* view() const { return m_view; }

private:
    void showRun(int index);

    RunComparisonPtr m_comparison;
    std::vector<std::size_t> m_shown;  // whose code differs: indexes into `code`
    SegmentedControl* m_runs;
    QLabel* m_summary;
    QPlainTextEdit* m_view;
};

}  // namespace slipway
