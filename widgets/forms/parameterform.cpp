// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/forms/parameterform.h"

#include "widgets/common/formats.h"
#include "widgets/common/looks.h"
#include "widgets/common/stateglyph.h"
#include "widgets/common/themedicon.h"

#include <QComboBox>
#include <QEvent>
#include <QGridLayout>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLineEdit>
#include <QPainter>
#include <QVBoxLayout>

#include <algorithm>

namespace slipway {
namespace {

constexpr int kLabelWidth = 112;
constexpr int kFieldWidth = 128;
constexpr int kSpacing = 8;
constexpr int kColumnWidth = kLabelWidth + kSpacing + kFieldWidth;

QString valueText(const ParameterValue& value) {
    struct {
        QString operator()(bool flag) const {
            return flag ? QStringLiteral("true") : QStringLiteral("false");
        }
        QString operator()(std::int64_t number) const { return QString::number(number); }
        QString operator()(double number) const { return QString::number(number, 'g', 6); }
        QString operator()(const std::string& text) const { return format::text(text); }
        QString operator()(const std::vector<std::int64_t>& list) const {
            QStringList parts;
            for (const std::int64_t one : list) parts.append(QString::number(one));
            return QStringLiteral("[%1]").arg(parts.join(QLatin1String(", ")));
        }
    } visitor;
    return std::visit(visitor, value);
}

// A right-aligned label, with a dot when its value differs from the saved file.
class FieldLabel final : public QWidget {
public:
    explicit FieldLabel(const QString& text) : m_text(text) { setFixedSize(kLabelWidth, 28); }
    void setChanged(bool isChanged) {
        m_isChanged = isChanged;
        update();
    }

protected:
    void paintEvent(QPaintEvent*) override {
        QPainter painter(this);
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setFont(theme::font(TextRole::Body));
        painter.setPen(theme::color(Tone::Muted));
        const QString shown = painter.fontMetrics().elidedText(m_text, Qt::ElideRight, width() - 14);
        painter.drawText(rect(), Qt::AlignVCenter | Qt::AlignRight, shown);
        if (!m_isChanged) return;
        painter.setPen(Qt::NoPen);
        painter.setBrush(theme::color(Tone::Accent));
        painter.drawEllipse(
            QPointF(width() - painter.fontMetrics().horizontalAdvance(shown) - 9, height() / 2.0), 3, 3);
    }

private:
    QString m_text;
    bool m_isChanged = false;
};

QString quotedWhereNeeded(const QString& text) {
    static const QString special = QStringLiteral(":#{}[],&*!|>'\"%@`");
    const bool isPlain =
        std::none_of(text.begin(), text.end(), [](QChar letter) { return special.contains(letter); });
    if (isPlain) return text;
    QString inner = text;
    return QLatin1Char('\'') + inner.replace(QLatin1Char('\''), QLatin1String("''")) + QLatin1Char('\'');
}

}  // namespace

ParameterForm::ParameterForm(const QString& title, const QString& prefix, std::vector<Parameter> parameters,
                             QWidget* parent)
    : QWidget(parent),
      m_toggle(new QToolButton),
      m_note(look::label({}, TextRole::Small, Tone::Muted)),
      m_body(new QWidget),
      m_grid(new QGridLayout(m_body)) {
    m_toggle->setProperty("role", QStringLiteral("heading"));
    m_toggle->setText(title);
    m_toggle->setAccessibleName(title);
    m_toggle->setFont(theme::font(TextRole::Heading));
    m_toggle->setIcon(themedIcon("chevron-down", Tone::Muted));
    m_toggle->setIconSize({12, 12});
    m_toggle->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    m_toggle->setFocusPolicy(Qt::StrongFocus);
    m_grid->setContentsMargins(0, 2, 0, 4);
    m_grid->setHorizontalSpacing(kSpacing);
    m_grid->setVerticalSpacing(6);
    m_grid->setColumnStretch(4, 1);
    m_body->setMinimumWidth(kColumnWidth);
    auto* head = new QHBoxLayout;
    look::pack(head, 0, 0, 0, 0, 6);
    head->addWidget(m_toggle);
    head->addWidget(m_note);
    head->addStretch(1);
    auto* layout = new QVBoxLayout(this);
    look::pack(layout, 0, 0, 0, 6, 2);
    layout->addLayout(head);
    layout->addWidget(m_body);
    connect(m_toggle, &QToolButton::clicked, this, [this] { setOpen(m_body->isHidden()); });
    for (Parameter& parameter : parameters) {
        const QString path = prefix.isEmpty() ? format::text(parameter.name)
                                              : prefix + QLatin1Char('.') + format::text(parameter.name);
        addEntry(std::move(parameter), path);
    }
    arrange();
}

// A field that has the focus is left while the window goes, after what belongs to the form has gone.
ParameterForm::~ParameterForm() {
    for (const Entry& entry : m_entries) fieldOf(entry)->disconnect(this);
}

void ParameterForm::addEntry(Parameter parameter, const QString& path) {
    Entry entry;
    entry.path = path;
    const QString name =
        parameter.label.empty() ? format::text(parameter.name) : format::text(parameter.label);
    entry.label = new FieldLabel(name);
    entry.cell = new QWidget;
    auto* column = new QVBoxLayout(entry.cell);
    look::pack(column, 0, 0, 0, 0, 2);
    auto* row = new QHBoxLayout;
    look::pack(row, 0, 0, 0, 0, 6);
    const QString tip =
        QStringLiteral("%1\n%2").arg(format::text(parameter.help), format::text(allowedText(parameter)));
    if (parameter.kind == ParameterKind::Choice || parameter.kind == ParameterKind::Bool) {
        entry.combo = new QComboBox;
        if (parameter.kind == ParameterKind::Bool)
            entry.combo->addItems({QStringLiteral("true"), QStringLiteral("false")});
        else
            for (const std::string& choice : parameter.choices) entry.combo->addItem(format::text(choice));
        row->addWidget(entry.combo);
    } else {
        entry.line = new QLineEdit;
        const bool isNumber =
            parameter.kind == ParameterKind::Integer || parameter.kind == ParameterKind::Real;
        entry.line->setAlignment((isNumber ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
        entry.line->setPlaceholderText(parameter.fallback ? valueText(*parameter.fallback) : tr("required"));
        row->addWidget(entry.line);
        if (!parameter.unit.empty() && parameter.unit != parameter.name)
            entry.line->setToolTip(format::text(parameter.unit));
    }
    QWidget* field = fieldOf(entry);
    field->setFixedWidth(kFieldWidth);
    field->setAccessibleName(name);
    field->setAccessibleDescription(format::text(parameter.help));
    field->setToolTip(tip.trimmed());
    entry.label->setToolTip(tip.trimmed());
    field->setProperty("path", path);
    for (QWidget* one : {entry.label, entry.cell}) one->setProperty("topic", path);
    field->installEventFilter(this);
    row->addStretch(1);
    entry.problem = look::label({}, TextRole::Small, Tone::Error);
    entry.problem->setWordWrap(true);
    entry.problem->setFixedWidth(kFieldWidth);
    entry.problem->hide();
    column->addLayout(row);
    column->addWidget(entry.problem);
    entry.parameter = std::move(parameter);
    m_entries.push_back(entry);
    const std::size_t at = m_entries.size() - 1;
    if (entry.combo)
        connect(entry.combo, &QComboBox::textActivated, this, [this, at] { commit(m_entries[at]); });
    if (entry.line)
        connect(entry.line, &QLineEdit::editingFinished, this, [this, at] { commit(m_entries[at]); });
}

QWidget* ParameterForm::fieldOf(const Entry& entry) const {
    return entry.line ? static_cast<QWidget*>(entry.line) : static_cast<QWidget*>(entry.combo);
}

void ParameterForm::arrange() {
    int shown = 0;
    for (Entry& entry : m_entries) {
        const QString words =
            format::text(entry.parameter.name + " " + entry.parameter.label + " " + entry.parameter.help);
        const bool isShown = m_filter.isEmpty() || words.contains(m_filter, Qt::CaseInsensitive);
        m_grid->removeWidget(entry.label);
        m_grid->removeWidget(entry.cell);
        entry.label->setParent(m_body);
        entry.cell->setParent(m_body);
        entry.label->setVisible(isShown);
        entry.cell->setVisible(isShown);
        if (!isShown) continue;
        const int row = shown / m_columns, column = shown % m_columns * 2;
        m_grid->addWidget(entry.label, row, column, Qt::AlignTop);
        m_grid->addWidget(entry.cell, row, column + 1, Qt::AlignTop);
        ++shown;
    }
    setVisible(shown > 0);
}

void ParameterForm::setValues(const std::map<std::string, std::string>& written) {
    for (const Entry& entry : m_entries) {
        const auto found = written.find(entry.path.toStdString());
        const QString text = found == written.end() ? QString() : format::text(found->second);
        if (entry.line && !(entry.line->hasFocus() && entry.line->isModified()) &&
            entry.line->text() != text) {
            const qsizetype caret = entry.line->cursorPosition();
            entry.line->setText(text);
            if (entry.line->hasFocus())
                entry.line->setCursorPosition(static_cast<int>(std::min(caret, text.size())));
        }
        if (entry.combo) {
            const QString shown = !text.isEmpty()            ? text
                                  : entry.parameter.fallback ? valueText(*entry.parameter.fallback)
                                                             : QString();
            entry.combo->setCurrentIndex(entry.combo->findText(shown));
        }
    }
}

void ParameterForm::setProblems(const std::map<std::string, QString>& problems) {
    for (const Entry& entry : m_entries) {
        const auto found = problems.find(entry.path.toStdString());
        const bool has = found != problems.end();
        look::setProblem(fieldOf(entry), has);
        entry.problem->setText(has ? found->second : QString());
        entry.problem->setVisible(has);
        fieldOf(entry)->setAccessibleDescription(has ? found->second : format::text(entry.parameter.help));
    }
}

void ParameterForm::setChanged(const std::vector<std::string>& paths) {
    for (const Entry& entry : m_entries)
        static_cast<FieldLabel*>(entry.label)
            ->setChanged(std::find(paths.begin(), paths.end(), entry.path.toStdString()) != paths.end());
}

void ParameterForm::setNote(const QString& note) { m_note->setText(note); }

void ParameterForm::setFilter(const QString& words) {
    m_filter = words.trimmed();
    arrange();
}

QWidget* ParameterForm::field(const QString& path) const {
    for (const Entry& entry : m_entries)
        if (entry.path == path) return fieldOf(entry);
    return nullptr;
}

QString ParameterForm::problem(const QString& path) const {
    for (const Entry& entry : m_entries)
        if (entry.path == path) return entry.problem->text();
    return {};
}

std::vector<QString> ParameterForm::paths() const {
    std::vector<QString> result;
    for (const Entry& entry : m_entries) result.push_back(entry.path);
    return result;
}

bool ParameterForm::isTyping() const {
    return std::any_of(m_entries.begin(), m_entries.end(),
                       [](const Entry& entry) { return entry.line && entry.line->isModified(); });
}

void ParameterForm::takeOver() {
    for (const Entry& entry : m_entries)
        if (entry.line) commit(entry);
}

void ParameterForm::setOpen(bool isOpen) {
    m_body->setVisible(isOpen);
    m_toggle->setIcon(themedIcon(isOpen ? "chevron-down" : "chevron-right", Tone::Muted));
}

void ParameterForm::commit(const Entry& entry) {
    if (entry.combo) {
        Q_EMIT valueEdited(entry.path, entry.combo->currentText());
        return;
    }
    if (!entry.line->isModified()) return;
    entry.line->setModified(false);
    const QString text = entry.line->text().trimmed();
    const bool isList = entry.parameter.isNames && text.startsWith(QLatin1Char('['));
    Q_EMIT valueEdited(
        entry.path, entry.parameter.kind == ParameterKind::Text && !isList ? quotedWhereNeeded(text) : text);
}

void ParameterForm::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    const int columns = width() < 2 * kColumnWidth + kSpacing ? 1 : 2;
    if (std::exchange(m_columns, columns) != columns) arrange();
}

bool ParameterForm::eventFilter(QObject* watched, QEvent* event) {
    if (event->type() == QEvent::FocusIn) Q_EMIT fieldFocused(watched->property("path").toString());
    // Undo is one history for all fields and the text, so no field takes its keys.
    if (event->type() == QEvent::ShortcutOverride) {
        const auto* key = static_cast<QKeyEvent*>(event);
        if (key->matches(QKeySequence::Undo) || key->matches(QKeySequence::Redo)) {
            event->ignore();
            return true;
        }
    }
    // A wheel over a closed list scrolls the form and never changes a value by accident.
    if (event->type() == QEvent::Wheel && qobject_cast<QComboBox*>(watched)) {
        event->ignore();
        return true;
    }
    return QWidget::eventFilter(watched, event);
}

}  // namespace slipway
