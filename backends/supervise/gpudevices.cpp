// SPDX-License-Identifier: Apache-2.0
#include "backends/supervise/gpudevices.h"

#include "backends/platform/files.h"

#include <algorithm>
#include <charconv>
#include <sstream>

namespace slipway {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMaxInformation = 64 * 1024;

std::string lowered(std::string_view text) {
    std::string lower(text);
    for (char& c : lower) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    return lower;
}

std::string uuidIn(const fs::path& information) {
    const auto text = readFile(information, kMaxInformation);
    if (!text) return {};
    std::istringstream lines(*text);
    for (std::string line; std::getline(lines, line);) {
        const std::size_t at = line.find("GPU-");
        if (line.starts_with("GPU UUID") && at != std::string::npos)
            return line.substr(at, line.find_first_of(" \t\r", at) - at);
    }
    return {};
}

}  // namespace

std::vector<GpuDevice> gpuDevices(const fs::path& folder) {
    std::vector<GpuDevice> devices;
    std::error_code failure;
    for (fs::directory_iterator at(folder, failure), end; !failure && at != end; at.increment(failure))
        devices.push_back({at->path().filename().string(), uuidIn(at->path() / "information")});
    std::sort(devices.begin(), devices.end(),
              [](const GpuDevice& a, const GpuDevice& b) { return a.address < b.address; });
    return devices;
}

std::string gpuDeviceOf(std::string_view name, const std::vector<GpuDevice>& devices) {
    std::size_t number = 0;
    const char* last = name.data() + name.size();
    if (const auto parsed = std::from_chars(name.data(), last, number);
        parsed.ec == std::errc{} && parsed.ptr == last)
        return number < devices.size() ? devices[number].address : std::to_string(number);
    std::string lower = lowered(name);
    if (!lower.starts_with("gpu-")) return lower;
    const auto isNamed = [&](const GpuDevice& device) { return lowered(device.uuid).starts_with(lower); };
    const auto found = std::find_if(devices.begin(), devices.end(), isNamed);
    return found != devices.end() && std::count_if(found, devices.end(), isNamed) == 1 ? found->address
                                                                                       : lower;
}

}  // namespace slipway
