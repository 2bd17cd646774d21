// SPDX-License-Identifier: GPL-3.0-or-later
// One titled section of settings generated from a parameter table, in two columns where they fit: labels, fields, units, help, and each
// field's problem beneath it. Knows paths and text only; what a value means stays with the table. A label and its field have their
// path as the "topic" that F1 asks about. GUI thread only.
#pragma once

#include "backends/core/parameters.h"

#include <QWidget>

#include <map>
#include <string>
#include <vector>

class QComboBox;
class QGridLayout;
class QLabel;
class QLineEdit;
class QToolButton;

namespace slipway {

class ParameterForm final : public QWidget {
    Q_OBJECT
public:
    // `prefix` is put before each parameter's name to make its path: "train.optimizer".
    ParameterForm(const QString& title, const QString& prefix, std::vector<Parameter> parameters,
                  QWidget* parent = nullptr);

    ~ParameterForm() override;

    // As written in the text; an absent path shows its default as placeholder.
    void setValues(const std::map<std::string, std::string>& written);
    void setProblems(const std::map<std::string, QString>& problems);
    // Paths that differ from the saved file get a dot.
    void setChanged(const std::vector<std::string>& paths);
    void setNote(const QString& note);
    // Hides fields whose name, label and help do not contain it; hides the section when none is left.
    void setFilter(const QString& words);
    QWidget* field(const QString& path) const;
    QString problem(const QString& path) const;
    std::vector<QString> paths() const;
    // Whether something is typed into a field that is not told yet; takeOver() tells it, as leaving the field does.
    bool isTyping() const;
    void takeOver();
    void setOpen(bool isOpen);

Q_SIGNALS:
    // `yaml` is empty when the field was emptied: the setting goes back to its default.
    void valueEdited(const QString& path, const QString& yaml);
    void fieldFocused(const QString& path);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    struct Entry {
        Parameter parameter;
        QString path;
        QWidget* label;
        QLineEdit* line = nullptr;
        QComboBox* combo = nullptr;
        QLabel* problem = nullptr;
        QWidget* cell = nullptr;
    };
    void addEntry(Parameter parameter, const QString& path);
    void commit(const Entry& entry);
    void arrange();
    QWidget* fieldOf(const Entry& entry) const;

    QToolButton* m_toggle;
    QLabel* m_note;
    QWidget* m_body;
    QGridLayout* m_grid;
    std::vector<Entry> m_entries;
    QString m_filter;
    int m_columns = 2;
};

}  // namespace slipway
