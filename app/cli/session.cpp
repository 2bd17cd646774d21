// SPDX-License-Identifier: Apache-2.0
#include "app/cli/session.h"

#include <cstdlib>

#include "backends/cluster/kubernetes/kubeconfig.h"

#include "backends/platform/folders.h"

namespace slipway::cli {
namespace fs = std::filesystem;

TargetSettings Session::targets() const {
    return {home, kubeconfig, program("slipway-agent"), program("slipway-runner"), http};
}

Result<RunRecord> freshRecord(const Session& session, const RunFolder& folder) {
    SLIPWAY_TRY(RunRecord record, folder.record());
    if (isFinal(record.status.state)) return record;
    SLIPWAY_TRY(const Target target, openTargetOf(session.targets(), record));
    return target.observer->refresh(folder, session.stop.get_token());
}

NeededFiles filesFor(const std::string& target) {
    return target == "here" ? NeededFiles::ForRunHere : NeededFiles::ForPackage;
}

fs::path program(const std::string& name) { return programFolder() / name; }

fs::path JobArgument::file() const {
    std::error_code failure;
    return fs::is_directory(path, failure) ? fs::path(path) / "job.yaml" : fs::path(path);
}

fs::path JobArgument::folder() const {
    std::error_code failure;
    const fs::path absolute = fs::absolute(file(), failure).lexically_normal();
    return absolute.parent_path();
}

Result<JobSpec> JobArgument::load(NeededFiles files) const { return loadJob(file(), overrides, files); }

Result<SpecDocument> JobArgument::document(NeededFiles files) const {
    return loadDocument(file(), overrides, files);
}

std::vector<std::filesystem::path> missingKubeconfigs(const Session& session) {
    std::vector<std::filesystem::path> missing;
    const char* named = std::getenv("KUBECONFIG");
    if (!session.kubeconfig.empty() || named == nullptr || *named == '\0') return missing;
    for (const std::filesystem::path& file : kube::kubeconfigFiles({})) {
        std::error_code failure;
        if (!std::filesystem::exists(file, failure)) missing.push_back(file);
    }
    return missing;
}

}  // namespace slipway::cli
