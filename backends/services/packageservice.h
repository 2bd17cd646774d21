// SPDX-License-Identifier: Apache-2.0
// What would go into a job's image, and the image built and pushed. GUI-thread object; signals on that thread.
#pragma once

#include "backends/core/error.h"
#include "backends/core/jobspec.h"
#include "backends/image/packager.h"

#include <QObject>
#include <QString>

#include <memory>

namespace slipway {

struct PackageOutcome {
    QString reference;
    Bytes sent;
    Bytes total;
    std::vector<ImageLayer> layers;
    double seconds = 0;
};

class PackageService : public QObject {
    Q_OBJECT
public:
    explicit PackageService(QObject* parent = nullptr) : QObject(parent) {}

    virtual void plan(const JobSpec& job, const QString& jobFolder) = 0;
    // `to` is "oci:DIR" or "registry/repository"; ends in packaged or failed.
    virtual void package(const JobSpec& job, const QString& jobFolder, const QString& to) = 0;
    virtual void cancel() = 0;

Q_SIGNALS:
    void planned(const std::shared_ptr<const slipway::PackagePlan>& plan);
    void progressed(const QString& what, slipway::Bytes done, slipway::Bytes total);
    void packaged(const slipway::PackageOutcome& outcome);
    void failed(const slipway::Error& error);
};

}  // namespace slipway
