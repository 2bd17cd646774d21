// SPDX-License-Identifier: Apache-2.0
// A folder for data that a test describes. Header only.
#pragma once

#include "backends/core/datadescription.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QTemporaryDir>

#include <filesystem>

class DataFolder {
public:
    std::filesystem::path root() const { return m_folder.path().toStdString(); }
    // Where `name`, which may lie in folders, is to be; they are made.
    QString place(const QString& name) const {
        QDir(m_folder.path()).mkpath(QFileInfo(name).path());
        return m_folder.filePath(name);
    }
    std::filesystem::path write(const QString& name, const QByteArray& content) const {
        QFile file(place(name));
        if (!file.open(QIODevice::WriteOnly) || file.write(content) != content.size()) qFatal("cannot write");
        return file.fileName().toStdString();
    }

private:
    QTemporaryDir m_folder;
};

// "none" where there is no such fact.
inline std::string factOf(const slipway::DataDescription& data, const std::string& name) {
    for (const auto& [key, value] : data.facts)
        if (key == name) return value;
    return "none";
}
