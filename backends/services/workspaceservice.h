// SPDX-License-Identifier: Apache-2.0
// The folders a person works in: the job files below them, and new jobs. GUI-thread object; signals on that thread.
#pragma once

#include "backends/core/error.h"

#include <QDateTime>
#include <QObject>
#include <QString>
#include <QStringList>

#include <memory>
#include <vector>

namespace slipway {

struct JobFile {
    QString file;    // absolute
    QString folder;  // absolute
    QString root;    // the workspace folder it was found below; empty: an example that comes with Slipway
    QString name;    // of the job; the folder's name where the file cannot be read
    QString kind;    // "mlp", "cnn", "program"; empty: unreadable
    int problems = 0;
    QDateTime changed;
};
using JobFiles = std::vector<JobFile>;
using JobFilesPtr = std::shared_ptr<const JobFiles>;

class WorkspaceService : public QObject {
    Q_OBJECT
public:
    explicit WorkspaceService(QObject* parent = nullptr) : QObject(parent) {}

    // Looks for job.yaml at most four levels below each folder; examples come last, without those that a folder has a copy of.
    virtual void scan(const QStringList& folders) = 0;
    // Kinds are mlp, cnn, table, gpt and program; ends in created or failed.
    virtual void create(const QString& kind, const QString& folder) = 0;
    // A copy of an example's folder that can be changed; ends in created or failed.
    virtual void copyExample(const JobFile& example, const QString& folder) = 0;

Q_SIGNALS:
    void scanned(const slipway::JobFilesPtr& jobs);
    void created(const QString& jobFile);
    void failed(const slipway::Error& error);
};

}  // namespace slipway
