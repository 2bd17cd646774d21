// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/preferencespanel.h"

#include "widgets/common/errorbanner.h"
#include "widgets/common/formats.h"
#include "widgets/common/looks.h"

#include <QGridLayout>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QVBoxLayout>

namespace slipway {
namespace {

constexpr int kNameWidth = 150;
constexpr int kNumberWidth = 96;
constexpr int kTextWidth = 320;

QString valueText(const ParameterValue& value) {
    const auto* real = std::get_if<double>(&value);
    if (real == nullptr) return format::text(std::get<std::string>(value));
    return *real == 0 ? QString() : QString::number(*real, 'g', 10);
}

}  // namespace

PreferencesPanel::PreferencesPanel(PreferenceService& service, QWidget* parent)
    : QWidget(parent),
      m_service(service),
      m_banner(new ErrorBanner),
      m_disk(look::label({}, TextRole::Body, Tone::Muted)),
      m_values(defaultPreferences()) {
    auto* layout = new QVBoxLayout(this);
    look::pack(layout, 0, 0, 0, 0, 14);
    layout->addWidget(m_banner);
    for (const ParameterTable& table : preferenceTables()) {
        layout->addWidget(look::label(format::text(table.label), TextRole::Heading));
        auto* grid = new QGridLayout;
        grid->setContentsMargins(0, 0, 0, 0);
        grid->setHorizontalSpacing(24);
        grid->setVerticalSpacing(10);
        grid->setColumnMinimumWidth(0, kNameWidth);
        grid->setColumnStretch(1, 1);
        for (const Parameter& parameter : table.parameters) add(parameter, *grid);
        layout->addLayout(grid);
    }
    connect(m_banner, &ErrorBanner::actionTriggered, this, &PreferencesPanel::load);
    connect(&m_service, &PreferenceService::loaded, this, &PreferencesPanel::setValues);
    connect(&m_service, &PreferenceService::refused, this, [this](const QString& name, const Error& error) {
        const auto row = m_rows.find(name);
        if (row == m_rows.end() || error.code != ErrorCode::InvalidArgument)
            return m_banner->showError(error, tr("Read again"));
        row->second.problem->setText(format::text(error.message));
        row->second.problem->show();
        look::setProblem(row->second.line, true);
    });
    connect(&m_service, &PreferenceService::measured, this, [this](Bytes runs) {
        m_taken = runs;
        showDisk();
    });
    connect(&m_service, &PreferenceService::failed, this,
            [this](const Error& error) { m_banner->showError(error, tr("Read again")); });
}

// A field that has the focus is left while the window goes, after what belongs to the panel has gone.
PreferencesPanel::~PreferencesPanel() {
    for (const auto& [name, row] : m_rows) row.line->disconnect(this);
}

void PreferencesPanel::add(const Parameter& parameter, QGridLayout& grid) {
    const QString name = format::text(parameter.name);
    const bool isText = parameter.kind == ParameterKind::Text;
    const QString label = format::text(parameter.label);
    auto* line = new QLineEdit;
    line->setFixedWidth(isText && parameter.name == "registry" ? kTextWidth : kNumberWidth);
    line->setAlignment((isText ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignVCenter);
    line->setPlaceholderText(isText ? QString() : format::dash());
    line->setAccessibleName(label);
    line->setAccessibleDescription(format::text(parameter.help));
    auto* row = new QHBoxLayout;
    look::pack(row, 0, 0, 0, 0, 8);
    row->addWidget(line);
    row->addWidget(look::label(format::text(parameter.unit), TextRole::Body, Tone::Muted));
    if (parameter.name == "disk_budget") row->addWidget(m_disk);
    row->addStretch(1);
    auto* problem = look::label({}, TextRole::Small, Tone::Error);
    problem->hide();
    auto* help = look::label(format::text(parameter.help), TextRole::Small, Tone::Muted);
    help->setWordWrap(true);
    auto* cell = new QVBoxLayout;
    look::pack(cell, 0, 0, 0, 0, 2);
    cell->addLayout(row);
    cell->addWidget(problem);
    cell->addWidget(help);
    const int at = grid.rowCount();
    auto* title = look::label(label.at(0).toUpper() + label.mid(1), TextRole::Body, Tone::Muted);
    title->setFixedHeight(theme::kButton);
    grid.addWidget(title, at, 0, Qt::AlignTop);
    grid.addLayout(cell, at, 1);
    m_rows.emplace(name, Row{&parameter, line, problem});
    connect(line, &QLineEdit::editingFinished, this, [this, name, line, problem, &parameter] {
        if (line->text().trimmed() == shown(parameter) && problem->isHidden()) return;
        problem->hide();
        look::setProblem(line, false);
        line->setModified(false);
        m_service.set(name, line->text().trimmed());
    });
}

void PreferencesPanel::load() {
    m_banner->clear();
    m_service.load();
    m_service.measure();
}

QString PreferencesPanel::shown(const Parameter& parameter) const {
    return valueText(m_values.at(parameter.name));
}

void PreferencesPanel::setValues(const ParameterValues& values) {
    m_banner->clear();
    m_values = values;
    for (const auto& [name, row] : m_rows) {
        const bool isTypedIn = row.line->hasFocus() && row.line->isModified();
        if (!isTypedIn && row.problem->isHidden()) row.line->setText(shown(*row.parameter));
    }
    showDisk();
}

void PreferencesPanel::showDisk() {
    if (!m_taken) return m_disk->setText(tr("measuring what runs take …"));
    const auto budget = diskBudget(m_values);
    const bool isOver = budget && m_taken->count > budget->count;
    const QString taken = format::text(budget ? binarySizeOf(*m_taken, *budget) : binarySize(*m_taken));
    m_disk->setText(
        isOver ? tr("runs take %1: slipway prune --to-budget --dry-run tells what would go").arg(taken)
               : tr("runs take %1").arg(taken));
    look::setTone(m_disk, isOver ? Tone::Warn : Tone::Muted);
}

QLineEdit* PreferencesPanel::field(const QString& name) const {
    const auto row = m_rows.find(name);
    return row == m_rows.end() ? nullptr : row->second.line;
}

QString PreferencesPanel::problem(const QString& name) const {
    const auto row = m_rows.find(name);
    return row == m_rows.end() || row->second.problem->isHidden() ? QString() : row->second.problem->text();
}

}  // namespace slipway
