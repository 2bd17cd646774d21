// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/forms/jobform.h"

#include "backends/core/jobspec.h"
#include "backends/core/modeltypes.h"
#include "widgets/common/looks.h"
#include "widgets/forms/parameterform.h"

#include <QApplication>
#include <QVBoxLayout>

#include <algorithm>
#include <utility>

namespace slipway {
namespace {

Parameter typeChoice(std::span<const ParameterTable> tables) {
    Parameter result;
    result.name = "type";
    result.label = "type";
    result.kind = ParameterKind::Choice;
    for (const ParameterTable& table : tables) result.choices.push_back(table.type);
    return result;
}

std::vector<Parameter> withType(std::span<const ParameterTable> tables, const std::string& type) {
    std::vector<Parameter> result{typeChoice(tables)};
    if (const ParameterTable* table = findTable(tables, type))
        result.insert(result.end(), table->parameters.begin(), table->parameters.end());
    return result;
}

Parameter textField(std::string name, std::string label, std::string help,
                    std::optional<std::string> fallback) {
    Parameter result;
    result.name = std::move(name);
    result.label = std::move(label);
    result.help = std::move(help);
    if (fallback) result.fallback = *fallback;
    return result;
}

Parameter wholeField(std::string name, std::string label, std::string help, std::int64_t fallback,
                     double minimum, double maximum) {
    Parameter result;
    result.name = std::move(name);
    result.label = std::move(label);
    result.help = std::move(help);
    result.kind = ParameterKind::Integer;
    result.fallback = fallback;
    result.minimum = minimum;
    result.maximum = maximum;
    return result;
}

std::vector<Parameter> resourceFields() {
    const Resources defaults;
    return {textField("cpu", "CPU", "Cores per rank; 500m is half a core", quantity(defaults.cpu)),
            textField("memory", "memory", "Memory per rank, as 2Gi", quantity(defaults.memory)),
            wholeField("gpus", "GPUs", "GPUs per rank", defaults.gpus, 0, 64),
            textField("gpu_memory", "GPU memory", "Enough GPU for this much memory: a slice is chosen",
                      std::string("–")),
            textField("slice", "slice", "A named slice of a GPU, as mig-1g.10gb", std::string("–"))};
}

std::string value(const WrittenValues& written, const std::string& path) {
    const auto found = written.find(path);
    return found == written.end() ? std::string() : found->second;
}

}  // namespace

JobForm::JobForm(QWidget* parent) : QWidget(parent), m_layout(new QVBoxLayout(this)) {
    look::pack(m_layout, theme::kPadding, 10, theme::kPadding, 16, 2);
    m_layout->addStretch(1);
}

void JobForm::addSection(const QString& title, const QString& prefix, std::vector<Parameter> parameters) {
    // A child from the first: shown without a parent it would be a window of its own for a moment.
    auto* section = new ParameterForm(title, prefix, std::move(parameters), this);
    m_layout->insertWidget(static_cast<int>(m_sections.size()), section);
    m_sections.push_back(section);
    connect(section, &ParameterForm::valueEdited, this, &JobForm::valueEdited);
    connect(section, &ParameterForm::fieldFocused, this, &JobForm::fieldFocused);
}

void JobForm::build(const std::string& shape) {
    if (shape == m_shape) return;
    m_shape = shape;
    const QWidget* focus = QApplication::focusWidget();
    const QString focused = isAncestorOf(focus) ? focus->property("path").toString() : QString();
    const std::vector<ParameterForm*> before = std::exchange(m_sections, {});
    addSection(tr("Job"), {},
               {textField("name", "name", "A DNS label of at most 40 characters", std::nullopt),
                wholeField("seed", "seed", "Start of every random number", 0, 0, 9.2e18)});
    if (m_written.contains("program")) {
        addSection(
            tr("Program"), QStringLiteral("program"),
            {textField("interpreter", "interpreter", "Runs the command: python3", std::string("–")),
             textField("folder", "folder", "Working folder, relative to the job file", std::string(".")),
             textField("image", "base image", "Needed to run in a cluster", std::string("–"))});
    } else {
        addSection(tr("Network"), QStringLiteral("train.network"),
                   withType(networkTables(), value(m_written, "train.network.type")));
        addSection(tr("Data"), QStringLiteral("train.data"),
                   withType(dataTables(), value(m_written, "train.data.type")));
        addSection(tr("Optimizer"), QStringLiteral("train.optimizer"),
                   withType(optimizerTables(), value(m_written, "train.optimizer.type")));
        addSection(tr("Training"), QStringLiteral("train"), loopTable().parameters);
    }
    std::vector<Parameter> ranks{
        wholeField("replicas", "ranks", "Processes that train together", 1, 1, 4096)};
    addSection(tr("Ranks"), {}, std::move(ranks));
    addSection(tr("Resources"), QStringLiteral("resources"), resourceFields());
    m_sections.back()->setNote(tr("per rank"));
    setFilter(m_filter);
    // The field of the same setting has the focus still, and with it the keys of the page.
    if (QWidget* again = focused.isEmpty() ? nullptr : field(focused)) again->setFocus();
    for (ParameterForm* section : before) {
        section->hide();
        section->deleteLater();
    }
}

void JobForm::setValues(const WrittenValues& written) {
    m_written = written;
    std::string shape = written.contains("program") ? "program" : "train";
    for (const char* path : {"train.network.type", "train.data.type", "train.optimizer.type"})
        shape += "/" + value(written, path);
    build(shape);
    for (ParameterForm* section : m_sections) {
        section->setValues(written);
        section->setProblems(m_problems);
    }
    refreshChanged();
}

void JobForm::setProblems(const std::map<std::string, QString>& problems) {
    m_problems = problems;
    for (ParameterForm* section : m_sections) section->setProblems(problems);
}

void JobForm::setSaved(const WrittenValues& saved) {
    m_saved = saved;
    refreshChanged();
}

void JobForm::refreshChanged() {
    std::vector<std::string> changed;
    if (!m_saved.empty())
        for (const ParameterForm* section : m_sections)
            for (const QString& path : section->paths())
                if (const std::string key = path.toStdString();
                    m_written.contains(key) && value(m_written, key) != value(m_saved, key))
                    changed.push_back(key);
    for (ParameterForm* section : m_sections) section->setChanged(changed);
}

void JobForm::setFilter(const QString& words) {
    m_filter = words;
    for (ParameterForm* section : m_sections) section->setFilter(words);
}

QWidget* JobForm::field(const QString& path) const {
    for (const ParameterForm* section : m_sections)
        if (QWidget* found = section->field(path)) return found;
    return nullptr;
}

QString JobForm::problem(const QString& path) const {
    for (const ParameterForm* section : m_sections)
        if (section->field(path)) return section->problem(path);
    return {};
}

bool JobForm::isTyping() const {
    return std::any_of(m_sections.begin(), m_sections.end(),
                       [](const ParameterForm* section) { return section->isTyping(); });
}

void JobForm::takeOver() {
    for (ParameterForm* section : m_sections) section->takeOver();
}

}  // namespace slipway
