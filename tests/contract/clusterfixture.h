// SPDX-License-Identifier: Apache-2.0
// The running test cluster (tests/cluster/up) as tests use it: its kubeconfigs, and jobs packaged with our agent onto its busybox
// image and pushed to its registry. Header only.
#pragma once

#include "backends/cluster/targettable.h"
#include "backends/http/httpclient.h"
#include "backends/image/packager.h"
#include "testpaths.h"

#include <nlohmann/json.hpp>

#include <QByteArray>
#include <QTemporaryDir>
#include <QtGlobal>

#include <fstream>
#include <iterator>
#include <memory>
#include <optional>
#include <string>

namespace slipway {

class ClusterFixture {
public:
    // None, and why, when no cluster is named by SLIPWAY_TEST_CLUSTER or a program is missing.
    static std::unique_ptr<ClusterFixture> find(std::string& reason) {
        const QByteArray file = qgetenv("SLIPWAY_TEST_CLUSTER");
        if (file.isEmpty()) {
            reason = "SLIPWAY_TEST_CLUSTER does not name a cluster.json; start one with tests/cluster/up";
            return nullptr;
        }
        std::ifstream stream(file.constData());
        auto json = nlohmann::json::parse(stream, nullptr, false);
        if (json.is_discarded()) {
            reason = file.toStdString() + " cannot be read";
            return nullptr;
        }
        return std::unique_ptr<ClusterFixture>(new ClusterFixture(std::move(json)));
    }

    TargetSettings settings(const std::string& role = "user") const {
        TargetSettings settings;
        settings.home = home.path().toStdString();
        settings.kubeconfig = m_cluster["kubeconfigs"][role].get<std::string>();
        settings.agent = std::filesystem::path(kBinDir) / "slipway-agent";
        settings.runner = std::filesystem::path(kBinDir) / "slipway-runner";
        settings.http = http;
        return settings;
    }
    // "alice@slipway-test"
    TargetId target(const std::string& place = "team-a/research") const {
        return TargetId("alice@slipway-test/" + place);
    }
    std::string registry() const { return m_cluster["registry"]["address"].get<std::string>(); }

    // The job on the cluster's busybox image.
    JobSpec onImage(JobSpec job) const {
        auto program = *job.program();
        program.image = "http://" + m_cluster["images"]["busybox"].get<std::string>();
        job.work = program;
        return job;
    }

    // Packages and pushes to the open registry, or to the one that wants a name and password (see signIn).
    Result<SubmitRequest> request(const RunFolder& folder, const JobSpec& job, bool isPrivate = false) {
        SLIPWAY_TRY(const RunRecord record, folder.record());
        const QTemporaryDir empty;
        PackageRequest package;
        package.job = job;
        package.jobFolder = empty.path().toStdString();
        package.agent = settings().agent;
        package.cache = std::filesystem::path(home.path().toStdString()) / "cache";
        const auto silent = [](const TransferProgress&) {};
        const std::string repository =
            (isPrivate ? m_cluster["privateRegistry"]["address"].get<std::string>() : registry()) +
            "/contract/" + job.name;
        SLIPWAY_TRY(const PackagedImage image, buildImage(package, *http, silent, {}));
        SLIPWAY_TRY(const PushResult pushed,
                    pushImage(image, "http://" + repository + ":latest", *http, silent, {}));
        SubmitRequest request;
        request.folder = folder;
        request.job = job;
        request.image = pushed.reference;
        request.resultReference = repository + ":model-" + record.id.str();
        request.isResultPlainHttp = true;
        return request;
    }
    // This program's docker credentials become those of the private registry; their text is what a pull secret holds.
    std::string signIn() const {
        const std::filesystem::path file = m_cluster["privateRegistry"]["dockerConfig"].get<std::string>();
        qputenv("DOCKER_CONFIG", QByteArray::fromStdString(file.parent_path().string()));
        std::ifstream stream(file);
        return {std::istreambuf_iterator<char>(stream), {}};
    }

    QTemporaryDir home;
    std::shared_ptr<HttpClient> http = makeCurlHttpClient();

private:
    explicit ClusterFixture(nlohmann::json cluster) : m_cluster(std::move(cluster)) {}
    nlohmann::json m_cluster;
};

}  // namespace slipway
