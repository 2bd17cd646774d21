// SPDX-License-Identifier: Apache-2.0
#include "backends/cluster/kubernetes/writers/jobwriter.h"

#include "backends/cluster/kubernetes/jsonread.h"
#include "backends/core/jobneeds.h"
#include "backends/supervise/agentplan.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace slipway::kube {
namespace {

using Json = nlohmann::ordered_json;

// The objects stay for a week after the end; everything in them is in the run folder by then.
constexpr int kSecondsKept = 7 * 24 * 3600;
constexpr std::size_t kMaxHostName = 63;
constexpr const char* kRegistryFolder = "/slipway/registry";

Json labels(const WriteRequest& request) {
    return {{"app.kubernetes.io/managed-by", "slipway"},
            {"app.kubernetes.io/name", request.job.name},
            {kRunLabel, request.run.str()}};
}

std::string masterAddress(const WriteRequest& request) {
    return request.job.replicas > 1 ? request.run.str() + "-0." + request.run.str() : "127.0.0.1";
}

Json environment(const WriteRequest& request) {
    Json env = Json::array();
    const auto add = [&env](const char* name, const std::string& value) {
        env.push_back({{"name", name}, {"value", value}});
    };
    add("SLIPWAY_RUN", request.run.str());
    add("SLIPWAY_ATTEMPT", "1");
    add("SLIPWAY_WORLD_SIZE", std::to_string(request.job.replicas));
    add("MASTER_ADDR", masterAddress(request));
    add("MASTER_PORT", std::to_string(kMasterPort));
    add("SLIPWAY_SENDING_GRACE", std::to_string(kSendingGrace.count()));
    add("HOME", "/tmp");
    if (!request.resultReference.empty()) {
        add("SLIPWAY_RESULT", request.resultReference);
        if (request.isResultPlainHttp) add("SLIPWAY_RESULT_PLAIN_HTTP", "1");
    }
    if (!request.registrySecret.empty()) add("DOCKER_CONFIG", kRegistryFolder);
    for (const EnvVar& variable : request.job.env) {
        if (variable.secretName.empty()) {
            env.push_back({{"name", variable.name}, {"value", variable.value}});
        } else {
            env.push_back(
                {{"name", variable.name},
                 {"valueFrom",
                  {{"secretKeyRef", {{"name", variable.secretName}, {"key", variable.secretKey}}}}}});
        }
    }
    return env;
}

Json amounts(const Resources& resources) {
    Json amounts{{"cpu", quantity(resources.cpu)}, {"memory", quantity(resources.memory)}};
    if (const GpuRequest gpu = gpuRequest(resources); gpu.count > 0)
        amounts[gpu.resource] = std::to_string(gpu.count);
    return {{"requests", amounts}, {"limits", amounts}};
}

struct Volumes {
    Json volumes = Json::array();
    Json mounts = Json::array();

    void add(const std::string& name, const std::string& path, Json source) {
        Json volume{{"name", name}};
        volume.update(source);
        volumes.push_back(volume);
        mounts.push_back({{"name", name}, {"mountPath", path}});
    }
};

// "pvc://claim/folder" -> claim and folder.
Result<void> addClaim(const InputSpec& input, Volumes& volumes) {
    const std::string rest = input.source.substr(kVolumeScheme.size());
    const std::string claim = rest.substr(0, rest.find('/'));
    const std::string folder = claim.size() == rest.size() ? "" : rest.substr(claim.size() + 1);
    if (claim.empty())
        return Error{ErrorCode::InvalidArgument,
                     "input " + input.name + " names no volume claim: " + input.source, "",
                     "Write pvc://CLAIM/FOLDER"};
    volumes.add("input-" + input.name, std::string(kImageInputsFolder) + "/" + input.name,
                {{"persistentVolumeClaim", {{"claimName", claim}, {"readOnly", true}}}});
    volumes.mounts.back()["readOnly"] = true;
    if (!folder.empty()) volumes.mounts.back()["subPath"] = folder;
    return {};
}

Result<Volumes> volumesOf(const WriteRequest& request) {
    Volumes out;
    out.add("run", kImageRunFolder, {{"emptyDir", Json::object()}});
    out.add("tmp", "/tmp", {{"emptyDir", Json::object()}});
    out.add(
        "shm", "/dev/shm",
        {{"emptyDir", {{"medium", "Memory"}, {"sizeLimit", quantity(request.job.resources.sharedMemory)}}}});
    if (!request.registrySecret.empty()) {
        out.add("registry", kRegistryFolder,
                {{"secret",
                  {{"secretName", request.registrySecret},
                   {"items", Json::array({{{"key", ".dockerconfigjson"}, {"path", "config.json"}}})}}}});
        out.mounts.back()["readOnly"] = true;
    }
    for (const InputSpec& input : request.job.inputs) {
        if (input.source.starts_with(kVolumeScheme)) SLIPWAY_CHECK(addClaim(input, out));
    }
    return out;
}

Result<Json> podSpec(const WriteRequest& request) {
    SLIPWAY_TRY(const Volumes volumes, volumesOf(request));
    const Json container{{"name", "main"},
                         {"image", request.image},
                         {"env", environment(request)},
                         {"resources", amounts(request.job.resources)},
                         {"securityContext",
                          {{"allowPrivilegeEscalation", false},
                           {"readOnlyRootFilesystem", true},
                           {"capabilities", {{"drop", {"ALL"}}}}}},
                         {"terminationMessagePolicy", "FallbackToLogsOnError"},
                         {"volumeMounts", volumes.mounts}};
    Json spec{{"restartPolicy", "Never"},
              {"automountServiceAccountToken", false},
              {"enableServiceLinks", false},
              {"terminationGracePeriodSeconds", (request.job.grace + kSendingGrace).count()},
              {"securityContext",
               {{"runAsNonRoot", true},
                {"runAsUser", 1000},
                {"runAsGroup", 1000},
                {"fsGroup", 1000},
                {"seccompProfile", {{"type", "RuntimeDefault"}}}}}};
    if (request.job.replicas > 1) spec["subdomain"] = request.run.str();
    if (!request.registrySecret.empty())
        spec["imagePullSecrets"] = Json::array({{{"name", request.registrySecret}}});
    spec["containers"] = Json::array({container});
    spec["volumes"] = volumes.volumes;
    return spec;
}

Json metadata(const WriteRequest& request) {
    Json metadata{{"name", request.run.str()}, {"namespace", request.nameSpace}, {"labels", labels(request)}};
    metadata["annotations"] = {{kSubmissionAnnotation, request.submission}};
    return metadata;
}

Json serviceOf(const WriteRequest& request) {
    return {{"apiVersion", "v1"},
            {"kind", "Service"},
            {"metadata", metadata(request)},
            {"spec",
             {{"clusterIP", "None"},
              {"publishNotReadyAddresses", true},  // ranks look for each other before they are ready
              {"selector", {{"batch.kubernetes.io/job-name", request.run.str()}}},
              {"ports", Json::array({{{"name", "rendezvous"}, {"port", kMasterPort}}})}}}};
}

}  // namespace

GpuRequest gpuRequest(const Resources& resources) {
    if (!resources.slice.empty()) {
        const bool isWhole = resources.slice.find('/') != std::string::npos;
        return {isWhole ? resources.slice : "nvidia.com/" + resources.slice, std::max(1, resources.gpus)};
    }
    // Enough memory on a GPU is asked for as a whole GPU: which slices there are is not known here.
    return {"nvidia.com/gpu", resources.gpuMemory ? std::max(1, resources.gpus) : resources.gpus};
}

Result<JobManifest> writeJobManifest(const WriteRequest& request) {
    const std::string last = request.run.str() + "-" + std::to_string(request.job.replicas - 1);
    if (last.size() > kMaxHostName) {
        return Error{ErrorCode::InvalidArgument,
                     "the run's name " + request.run.str() + " is too long for the host names of its ranks",
                     "", "Give the job a shorter name"};
    }
    SLIPWAY_TRY(const Json pod, podSpec(request));
    Json job{{"apiVersion", "batch/v1"}, {"kind", "Job"}, {"metadata", metadata(request)}};
    if (!request.queue.empty()) job["metadata"]["labels"]["kueue.x-k8s.io/queue-name"] = request.queue;
    job["spec"] = {
        {"completionMode", "Indexed"},
        {"completions", request.job.replicas},
        {"parallelism", request.job.replicas},
        {"backoffLimit", 0},
        // A drained node or a preemption is no failure of the job.
        {"podFailurePolicy",
         {{"rules", Json::array({{{"action", "Ignore"},
                                  {"onPodConditions",
                                   Json::array({{{"type", "DisruptionTarget"}, {"status", "True"}}})}}})}}},
        {"ttlSecondsAfterFinished", kSecondsKept}};
    if (!request.queue.empty()) job["spec"]["suspend"] = true;
    job["spec"]["template"] = {{"metadata", {{"labels", labels(request)}}}, {"spec", pod}};

    Json probe{{"apiVersion", "v1"},
               {"kind", "Pod"},
               {"metadata",
                {{"name", request.run.str()}, {"namespace", request.nameSpace}, {"labels", labels(request)}}},
               {"spec", pod}};
    JobManifest manifest;
    manifest.job = job.dump(-1, ' ', false, Json::error_handler_t::replace);
    manifest.pod = probe.dump(-1, ' ', false, Json::error_handler_t::replace);
    if (request.job.replicas > 1)
        manifest.service = serviceOf(request).dump(-1, ' ', false, Json::error_handler_t::replace);
    return manifest;
}

Result<std::string> ownedBy(const std::string& service, const std::string& jobName,
                            const std::string& jobUid) {
    SLIPWAY_TRY(nlohmann::json json, parseJson(service));
    json["metadata"]["ownerReferences"] = nlohmann::json::array(
        {{{"apiVersion", "batch/v1"}, {"kind", "Job"}, {"name", jobName}, {"uid", jobUid}}});
    return dumpJson(json);
}

}  // namespace slipway::kube
