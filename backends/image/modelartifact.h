// SPDX-License-Identifier: Apache-2.0
// A result folder as a ModelPack artifact (application/vnd.cncf.model.manifest.v1+json): one raw layer per file, digests verified
// on both ways. The agent pushes it, the workbench and `slipway fetch` pull it. Synchronous; any thread.
#pragma once

#include "backends/core/event.h"
#include "backends/core/result.h"
#include "backends/http/httpclient.h"
#include "backends/image/packager.h"
#include "backends/platform/filestamp.h"

#include <filesystem>
#include <stop_token>
#include <string>

namespace slipway {

struct ModelPush {
    std::filesystem::path part;  // of the folder: one file or folder below it; empty: everything
    ProgressCallback progress;   // bytes of all files; may be called from another thread, must be quick
    // What packLines() made of the run's events: one more layer, told by an annotation, that is none of the model's files.
    std::filesystem::path events{};
};

// Pushes the files below `folder` to "[http://]registry/repository:tag"; returns the digest reference.
Result<PushResult> pushModel(const std::filesystem::path& folder, const std::string& name,
                             const std::string& to, HttpClient& http, std::stop_token stop,
                             const ModelPush& options = {});

// Pulls the model's files into `folder` (a temporary sibling first, then renamed); files already there with the right digest are kept.
// Each file's stamp is that of the bytes whose digest was compared.
Result<std::vector<StampedFile>> pullModel(const std::string& reference, const std::filesystem::path& folder,
                                           HttpClient& http, const ProgressCallback& progress,
                                           std::stop_token stop);

// The run's events that came with the model, as JSON lines at `to`; false: none came.
Result<bool> pullModelEvents(const std::string& reference, const std::filesystem::path& to, HttpClient& http,
                             const std::stop_token& stop);

}  // namespace slipway
