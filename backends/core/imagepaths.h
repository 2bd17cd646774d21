// SPDX-License-Identifier: Apache-2.0
// Where things stand in every image that Slipway makes, and how its programs are started there: by the loader that came with
// them, so that they run on any base image, also one with another C library or none. Constants and pure functions; any thread.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace slipway {

inline constexpr const char* kImageJobFolder = "/slipway/job";  // as packaged; programs run in a copy of it
inline constexpr const char* kImageJobFile = "/slipway/job/job.yaml";
inline constexpr const char* kImageInputsFolder = "/slipway/inputs";  // one entry per input name
inline constexpr const char* kImageRunFolder =
    "/slipway/run";  // an emptyDir in a pod: everything written goes here
inline constexpr const char* kImagePythonFolder = "/slipway/python";
inline constexpr unsigned kImageUser = 1000;  // user and group that it runs as, owner of the job folder
inline constexpr const char* kImageAgent = "/slipway/agent/bin/slipway-agent";
inline constexpr const char* kImageRunner = "/slipway/runner/bin/slipway-runner";
inline constexpr const char* kImageCaFile = "/slipway/agent/etc/ca-certificates.crt";  // SLIPWAY_CA_FILE

#if defined(__aarch64__)
inline constexpr const char* kImageLoader = "ld-linux-aarch64.so.1";
inline constexpr const char* kImageArchitecture = "arm64";
#else
inline constexpr const char* kImageLoader = "ld-linux-x86-64.so.2";
inline constexpr const char* kImageArchitecture = "amd64";
#endif

// "/slipway/runner/bin/slipway-runner" -> {"/slipway/runner/lib/<loader>", "--library-path", "/slipway/runner/lib", program}:
// arguments follow. For programs packaged as <folder>/bin/<program> beside <folder>/lib.
inline std::vector<std::string> packagedCommand(const std::filesystem::path& program) {
    const std::filesystem::path libraries = program.parent_path().parent_path() / "lib";
    return {(libraries / kImageLoader).string(), "--library-path", libraries.string(), program.string()};
}

}  // namespace slipway
