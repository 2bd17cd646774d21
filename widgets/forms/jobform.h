// SPDX-License-Identifier: GPL-3.0-or-later
// The whole job as sections of fields, rebuilt when the job's kind, network, data format or optimizer changes. Fed with what the
// text says; sends edits as path and YAML. GUI thread only.
#pragma once

#include "backends/core/parameters.h"

#include <QWidget>

#include <map>
#include <string>
#include <vector>

class QVBoxLayout;

namespace slipway {

class ParameterForm;

// What the text names, as written: "train.optimizer.lr" -> "1e-3". "train" or "program" as a key says which kind it is.
using WrittenValues = std::map<std::string, std::string>;

class JobForm final : public QWidget {
    Q_OBJECT
public:
    explicit JobForm(QWidget* parent = nullptr);

    void setValues(const WrittenValues& written);
    void setProblems(const std::map<std::string, QString>& problems);
    void setSaved(const WrittenValues& saved);
    void setFilter(const QString& words);
    QWidget* field(const QString& path) const;
    QString problem(const QString& path) const;
    // What is typed into a field and not told yet.
    bool isTyping() const;
    void takeOver();

Q_SIGNALS:
    void valueEdited(const QString& path, const QString& yaml);
    void fieldFocused(const QString& path);

private:
    void build(const std::string& shape);
    void addSection(const QString& title, const QString& prefix, std::vector<Parameter> parameters);
    void refreshChanged();

    QVBoxLayout* m_layout;
    std::vector<ParameterForm*> m_sections;
    std::string m_shape;
    WrittenValues m_written;
    WrittenValues m_saved;
    std::map<std::string, QString> m_problems;
    QString m_filter;
};

}  // namespace slipway
