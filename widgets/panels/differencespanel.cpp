// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/differencespanel.h"

#include "widgets/common/formats.h"
#include "widgets/common/looks.h"
#include "widgets/common/rowdelegate.h"

#include <QHeaderView>
#include <QStandardItemModel>
#include <QTableView>
#include <QVBoxLayout>

#include <algorithm>

namespace slipway {
namespace {

constexpr int kNameColumn = 150;
constexpr int kValueColumn = 130;

std::vector<RunDifference> recordDifferences(const std::vector<RunRecord>& runs) {
    std::vector<RunDifference> all{{"job", {}}, {"state", {}}, {"tags", {}}, {"group", {}}, {"note", {}}};
    for (const RunRecord& run : runs) {
        std::string tags;
        for (const std::string& tag : run.marks.tags) tags += (tags.empty() ? "" : ", ") + tag;
        const std::string texts[] = {run.job, std::string(runStateName(run.status.state)), tags,
                                     run.marks.group, run.marks.note};
        for (std::size_t i = 0; i < all.size(); ++i)
            all[i].values.push_back(texts[i].empty() ? std::nullopt : std::optional(texts[i]));
    }
    std::erase_if(all, [](const RunDifference& one) {
        return std::adjacent_find(one.values.begin(), one.values.end(), std::not_equal_to{}) ==
               one.values.end();
    });
    return all;
}

std::vector<RunDifference> codeDifferences(const RunComparison& comparison) {
    RunDifference code{"against the first", {std::nullopt}};
    bool isOther = false;
    for (const auto& diff : comparison.code) {
        code.values.push_back(diff ? std::optional(codeDiffWords(*diff)) : std::nullopt);
        isOther = isOther || (diff && diff->files > 0);
    }
    return isOther ? std::vector{code} : std::vector<RunDifference>{};
}

}  // namespace

DifferencesPanel::DifferencesPanel(QWidget* parent)
    : QWidget(parent),
      m_table(new QTableView),
      m_rows(new QStandardItemModel(this)) {
    m_table->setModel(m_rows);
    m_table->setItemDelegate(new RowDelegate(this));
    makeRowsCopyable(m_table);
    m_table->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_table->setShowGrid(false);
    m_table->setWordWrap(false);
    m_table->setTabKeyNavigation(false);
    m_table->setAccessibleName(tr("What differs"));
    m_table->verticalHeader()->hide();
    m_table->verticalHeader()->setDefaultSectionSize(theme::kTableRow);
    m_table->horizontalHeader()->setHighlightSections(false);
    auto* layout = new QVBoxLayout(this);
    look::pack(layout);
    layout->addWidget(m_table);
}

void DifferencesPanel::addGroup(const Group& group) {
    auto* title = new QStandardItem(group.title);
    title->setData(true, RowDelegate::IsGroupRole);
    title->setData(QString::number(group.differences.size()), RowDelegate::DetailRole);
    QList<QStandardItem*> heading{title};
    while (heading.size() < m_rows->columnCount()) {
        heading.append(new QStandardItem);
        heading.back()->setData(true, RowDelegate::IsGroupRole);
    }
    m_rows->appendRow(heading);
    for (const RunDifference& difference : group.differences) {
        QList<QStandardItem*> row{new QStandardItem(format::text(difference.name))};
        for (const auto& value : difference.values) {
            auto* cell = new QStandardItem(value ? format::text(*value) : format::dash());
            cell->setToolTip(cell->text());
            const bool isOther = value != difference.values.front();
            cell->setData(static_cast<int>(isOther ? Tone::Warn
                                           : value ? Tone::Text
                                                   : Tone::Muted),
                          RowDelegate::ToneRole);
            row.append(cell);
        }
        m_rows->appendRow(row);
    }
}

void DifferencesPanel::showDifferences(const std::vector<RunRecord>& runs,
                                       const RunComparisonPtr& comparison) {
    QStringList heads{tr("Differs")};
    for (const RunRecord& run : runs) heads.append(QStringLiteral("#%1").arg(run.number));
    std::vector<Group> groups{{tr("Run"), recordDifferences(runs)}};
    if (comparison && comparison->runs.size() == runs.size()) {
        groups.push_back({tr("Settings"), comparison->settings});
        groups.push_back({tr("Environment"), comparison->environment});
        groups.push_back({tr("Inputs and results"), comparison->digests});
        groups.push_back({tr("Code"), codeDifferences(*comparison)});
    }
    std::erase_if(groups, [](const Group& group) { return group.differences.empty(); });
    if (heads == m_heads && groups == m_groups) return;
    m_heads = heads;
    m_groups = groups;
    m_rows->clear();
    if (runs.empty()) return;
    m_rows->setHorizontalHeaderLabels(heads);
    for (int column = 0; column < m_rows->columnCount(); ++column)
        m_rows->horizontalHeaderItem(column)->setTextAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    for (const Group& group : m_groups) addGroup(group);
    QHeaderView* header = m_table->horizontalHeader();
    header->resizeSection(0, kNameColumn);
    for (int column = 1; column < m_rows->columnCount(); ++column)
        header->resizeSection(column, kValueColumn);
}

}  // namespace slipway
