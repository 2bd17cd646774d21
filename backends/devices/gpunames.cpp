// SPDX-License-Identifier: Apache-2.0
#include "backends/devices/gpunames.h"

#include "backends/core/lowered.h"
#include "backends/platform/files.h"

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <sstream>

namespace slipway {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMaxInformation = 64 * 1024;

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

std::size_t gpuNodes() {
    std::size_t count = 0;
    std::error_code failure;
    for (fs::directory_iterator at("/dev", failure), end; !failure && at != end; at.increment(failure)) {
        const std::string name = at->path().filename().string();
        const std::string digits = name.starts_with("nvidia") ? name.substr(6) : "";
        if (!digits.empty() && digits.find_first_not_of("0123456789") == std::string::npos) ++count;
    }
    return count;
}

std::vector<std::string> visibleNames() {
    std::vector<std::string> gpus;
    const char* visible = std::getenv("CUDA_VISIBLE_DEVICES");
    if (!visible) {
        // CUDA counts those it sees, whatever their nodes' numbers are.
        for (std::size_t i = 0, count = gpuNodes(); i < count; ++i) gpus.push_back(std::to_string(i));
        return gpus;
    }
    std::istringstream names(visible);
    for (std::string name; std::getline(names, name, ',');) {
        const std::size_t begin = name.find_first_not_of(" \t");
        // CUDA sees none from the first on that is no name.
        if (begin == std::string::npos || name[begin] == '-') break;
        gpus.push_back(name.substr(begin, name.find_last_not_of(" \t") + 1 - begin));
    }
    return gpus;
}

}  // namespace

std::vector<DriverGpu> driverGpus(const fs::path& folder) {
    std::vector<DriverGpu> devices;
    std::error_code failure;
    for (fs::directory_iterator at(folder, failure), end; !failure && at != end; at.increment(failure))
        devices.push_back({at->path().filename().string(), uuidIn(at->path() / "information")});
    std::sort(devices.begin(), devices.end(),
              [](const DriverGpu& a, const DriverGpu& b) { return a.address < b.address; });
    return devices;
}

std::string gpuDeviceOf(std::string_view name, const std::vector<DriverGpu>& devices) {
    std::size_t number = 0;
    const char* last = name.data() + name.size();
    if (const auto parsed = std::from_chars(name.data(), last, number);
        parsed.ec == std::errc{} && parsed.ptr == last)
        return number < devices.size() ? devices[number].address : std::to_string(number);
    std::string lower = lowered(name);
    if (!lower.starts_with("gpu-")) return lower;
    const auto isNamed = [&](const DriverGpu& device) { return lowered(device.uuid).starts_with(lower); };
    const auto found = std::find_if(devices.begin(), devices.end(), isNamed);
    return found != devices.end() && std::count_if(found, devices.end(), isNamed) == 1 ? found->address
                                                                                       : lower;
}

std::string pciAddress(std::string_view address) {
    std::size_t zeros = 0;
    for (std::size_t left = address.find(':'); left != address.npos && left > 4 && address[zeros] == '0';
         --left)
        ++zeros;
    return lowered(address.substr(zeros));
}

std::vector<Gpu> visibleGpus(const fs::path& driver) {
    const std::vector<DriverGpu> known = driverGpus(driver);
    std::vector<Gpu> gpus;
    for (const std::string& name : visibleNames()) {
        std::string device = gpuDeviceOf(name, known);
        const bool isTwice =
            std::any_of(gpus.begin(), gpus.end(), [&](const Gpu& gpu) { return gpu.device == device; });
        if (!isTwice) gpus.push_back({name, std::move(device)});
    }
    return gpus;
}

}  // namespace slipway
