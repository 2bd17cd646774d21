// SPDX-License-Identifier: Apache-2.0
// A job folder becomes an OCI image: base layers, agent, runner, inputs, code, each its own layer, the same input giving the same
// digest. First a plan, which reads only names and sizes; then layers, cached by content; then a layout folder or a registry.
// Synchronous, no threads of its own; any thread, one call per cache folder at a time is coordinated by a lock file.
#pragma once

#include "backends/core/jobspec.h"
#include "backends/core/result.h"
#include "backends/http/httpclient.h"

#include <filesystem>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

namespace slipway {

struct PackageRequest {
    JobSpec job;
    std::filesystem::path jobFolder;
    std::filesystem::path agent;         // program on this machine; its library closure goes with it
    std::filesystem::path runner;        // for `train:`
    std::filesystem::path cache;         // <home>/cache/layers
    std::filesystem::path pythonModule;  // slipway.py, slipway_notebook.py beside it; empty: none goes in
};

enum class LayerKind : std::uint8_t { Base, Agent, Runner, Input, Code };

struct PlannedFile {
    std::string path;  // in the image
    std::filesystem::path source;
    Bytes size;
    LayerKind layer = LayerKind::Code;
};
struct LeftOutFile {
    std::string path;  // relative to the job folder; folders end in "/"
    Bytes size;
    std::string
        reason;  // ".gitignore", ".slipwayignore", "built-in: virtual environment", "an output of the job"
};
struct PackagePlan {
    std::vector<PlannedFile> files;
    std::vector<LeftOutFile> leftOut;
};

// InvalidArgument for an input from where no run in a cluster reads: only files, folders, pvc:// and s3:// do.
Result<void> checkInputs(const JobSpec& job);
// And for a program without a base image: what can be packaged can run in a cluster.
Result<void> checkPackable(const JobSpec& job);

// InvalidArgument when the job or its folder holds a secret that would go in, an input is missing or read from nowhere, what the
// command runs would be left out, or data above 1 GB would be a layer.
Result<PackagePlan> planPackage(const PackageRequest& request);

// What of a program's folder is its code, by the same rules, without files that hold a secret, in the order of their paths; `train:` has
// none. PermissionDenied, Io.
Result<std::vector<PlannedFile>> planCode(const JobSpec& job, const std::filesystem::path& jobFolder);

struct ImageLayer {
    LayerKind kind = LayerKind::Code;
    std::string digest;  // of the compressed blob
    std::string diffId;  // of the tar
    std::string mediaType;
    Bytes size;
    std::filesystem::path blob;  // empty for base layers, which are mounted or streamed
};
struct PackagedImage {
    std::string digest;    // of the manifest
    std::string manifest;  // exact bytes
    std::string config;    // exact bytes
    std::string configDigest;
    std::vector<ImageLayer> layers;
    std::string baseReference;    // digest reference; empty: none
    std::filesystem::path cache;  // base layers that must be sent pass through it
};

struct TransferProgress {
    std::string what;  // "runner layer", "sha256:ab12…"
    Bytes done;
    Bytes total;  // 0: unknown
};
// Called on the caller's thread, or on the HTTP client's while the caller waits for it; must be quick.
using ProgressCallback = std::function<void(const TransferProgress&)>;

Result<PackagedImage> buildImage(const PackageRequest& request, HttpClient& http,
                                 const ProgressCallback& progress, std::stop_token stop);

struct PushResult {
    std::string reference;  // "registry/repository@sha256:…" or "oci:DIR@sha256:…"
    Bytes sent;             // bytes of blobs and manifests actually uploaded
    Bytes total;
    int layersSent = 0;
    int layersPresent = 0;
};

// Before an image is made for `to`, as pushImage takes it: whether its registry answers and lets this user in. A layout folder is
// not looked at. InvalidArgument for a wrong name, else as Registry.
Result<void> askRegistry(const std::string& to, HttpClient& http, std::stop_token stop);

// `to` is "oci:DIR[:TAG]" or "[http://]registry/repository[:tag]". Blobs first, manifest last; what is there is not sent again.
Result<PushResult> pushImage(const PackagedImage& image, const std::string& to, HttpClient& http,
                             const ProgressCallback& progress, std::stop_token stop);

// Unpacks an image of a layout folder into a root file system for bubblewrap; verifies every digest; refuses "..", absolute and device entries.
Result<void> unpackImage(const std::string& layoutReference, const std::filesystem::path& root,
                         std::stop_token stop);

}  // namespace slipway
