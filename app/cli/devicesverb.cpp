// SPDX-License-Identifier: Apache-2.0
// `slipway devices`: this machine, its GPUs and what runs on them, once or again every second.
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <array>
#include <cmath>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "app/cli/print.h"
#include "app/cli/verbs.h"
#include "backends/devices/devicewatch.h"
#include "backends/devices/gpuwords.h"
#include "backends/platform/stoppablewait.h"

namespace slipway::cli {
namespace {

using Json = nlohmann::json;
using Rows = std::vector<std::vector<std::string>>;

constexpr const char* kUnknown = "–";

template <typename Value>
Json known(const std::optional<Value>& value) {
    return value ? Json(*value) : Json();
}
Json known(const std::optional<Bytes>& value) { return value ? Json(value->count) : Json(); }

Json processesJson(const GpuDevice& gpu) {
    if (!gpu.processes) return {};
    Json list = Json::array();
    for (const GpuProcess& process : *gpu.processes) {
        Json one = {{"pid", process.pid},
                    {"name", process.name},
                    {"memory", known(process.memory)},
                    {"mps", process.isMps}};
        if (process.slice) one["slice"] = *process.slice;
        list.push_back(std::move(one));
    }
    return list;
}

Json gpuJson(const GpuDevice& gpu) {
    constexpr std::array<const char*, 4> modes{"default", "exclusive-thread", "prohibited",
                                               "exclusive-process"};
    Json slices = Json::array();
    for (const GpuSlice& slice : gpu.slices)
        slices.push_back({{"profile", slice.profile},
                          {"uuid", slice.uuid},
                          {"memory", known(slice.memory)},
                          {"usedMemory", known(slice.usedMemory)}});
    Json throttling;
    if (gpu.throttling) {
        throttling = Json::array();
        for (const ThrottleReason reason : *gpu.throttling) throttling.push_back(throttleWord(reason));
    }
    Json json = {
        {"index", gpu.index},
        {"uuid", gpu.uuid},
        {"name", gpu.name},
        {"address", gpu.address},
        {"problem", gpu.problem},
        {"memory", known(gpu.memory)},
        {"usedMemory", known(gpu.usedMemory)},
        {"utilization", known(gpu.utilization)},
        {"temperature", known(gpu.temperature)},
        {"slowdownAt", known(gpu.slowdownAt)},
        {"watts", known(gpu.watts)},
        {"wattLimit", known(gpu.wattLimit)},
        {"clockMhz", known(gpu.clock)},
        {"maxClockMhz", known(gpu.maxClock)},
        {"throttling", std::move(throttling)},
        {"joules", known(gpu.joules)},
        {"computeMode", gpu.computeMode ? Json(modes[static_cast<std::size_t>(*gpu.computeMode)]) : Json()},
        {"mig", gpu.isMig},
        {"slices", std::move(slices)},
        {"processes", processesJson(gpu)}};
    if (gpu.fault)
        json["xid"] = {{"number", gpu.fault->xid},
                       {"words", gpu.fault->words},
                       {"time", formatTimestamp(gpu.fault->time)}};
    return json;
}

Json snapshotJson(const DeviceSnapshot& devices) {
    const MachineStatus& machine = devices.machine;
    Json gpus = Json::array();
    for (const GpuDevice& gpu : devices.gpus.devices) gpus.push_back(gpuJson(gpu));
    Json json = {{"machine",
                  {{"host", machine.host},
                   {"cpu", machine.cpu},
                   {"cores", machine.cores},
                   {"cpuUse", known(machine.cpuUse)},
                   {"load", known(machine.load)},
                   {"memory", known(machine.memory)},
                   {"usedMemory", known(machine.usedMemory)},
                   {"memoryLimited", machine.isMemoryLimited},
                   {"disk", known(machine.disk)},
                   {"freeDisk", known(machine.freeDisk)}}},
                 {"hasDriver", devices.gpus.hasDriver},
                 {"driver", devices.gpus.driver},
                 {"cuda", devices.gpus.cuda},
                 {"gpus", std::move(gpus)}};
    if (devices.gpuError) json["gpuError"] = errorJson(*devices.gpuError);
    return json;
}

std::string ofTotal(const std::optional<Bytes>& used, const std::optional<Bytes>& total) {
    if (used && total) return binarySizeOf(*used, *total);
    return std::string(kUnknown) + " / " + (total ? binarySize(*total) : kUnknown);
}

template <typename Value>
std::string withUnit(const std::optional<Value>& value, const char* unit) {
    return value ? grouped(std::llround(*value)) + unit : kUnknown;
}

std::string noteOf(const GpuDevice& gpu) {
    std::string note;
    const auto add = [&](const std::string& text) { note += (note.empty() ? "" : "; ") + text; };
    if (!gpu.problem.empty()) add(gpu.problem);
    if (gpu.fault)
        add("XID " + std::to_string(gpu.fault->xid) +
            (gpu.fault->words.empty() ? "" : ": " + gpu.fault->words));
    if (gpu.throttling && !gpu.throttling->empty()) add("throttled: " + throttleText(*gpu.throttling));
    if (gpu.computeMode == ComputeMode::ExclusiveProcess) add("one process at a time");
    if (gpu.computeMode == ComputeMode::Prohibited) add("closed to programs");
    if (gpu.isMig) add("MIG");
    return note;
}

void printGpus(const std::vector<GpuDevice>& gpus) {
    Rows rows{{"GPU", "NAME", "MEMORY", "USE", "TEMP", "POWER", "CLOCK", "NOTE"}};
    Rows processes{{"PID", "GPU", "MEMORY", "PROGRAM"}};
    for (const GpuDevice& gpu : gpus) {
        const std::string index = std::to_string(gpu.index);
        rows.push_back({index, gpu.name.empty() ? kUnknown : gpu.name, ofTotal(gpu.usedMemory, gpu.memory),
                        withUnit(gpu.utilization, " %"), withUnit(gpu.temperature, " °C"),
                        withUnit(gpu.watts, "") + " / " + withUnit(gpu.wattLimit, " W"),
                        withUnit(gpu.clock, " MHz"), noteOf(gpu)});
        for (const GpuSlice& slice : gpu.slices)
            rows.push_back({"", "  " + slice.profile, ofTotal(slice.usedMemory, slice.memory)});
        for (const GpuProcess& process : gpu.processes.value_or(std::vector<GpuProcess>()))
            processes.push_back({process.pid > 0 ? std::to_string(process.pid) : kUnknown,
                                 index + (process.slice ? " " + gpu.slices[*process.slice].profile : "") +
                                     (process.isMps ? " MPS" : ""),
                                 process.memory ? binarySize(*process.memory) : kUnknown,
                                 process.name.empty() ? kUnknown : process.name});
    }
    std::printf("\n");
    printTable(rows);
    if (processes.size() == 1) return;
    std::printf("\n");
    printTable(processes);
}

void printSnapshot(const DeviceSnapshot& devices, const std::filesystem::path& home) {
    const MachineStatus& machine = devices.machine;
    std::string cpu = machine.cpu.empty() ? "" : machine.cpu + ", ";
    cpu += counted(machine.cores, "core");
    if (machine.cpuUse) cpu += ", " + std::to_string(std::lround(*machine.cpuUse * 100)) + " % busy";
    if (machine.load) cpu += ", load " + Json(*machine.load).dump();
    Rows rows{{"machine", machine.host},
              {"CPU", cpu},
              {"memory", ofTotal(machine.usedMemory, machine.memory) + " used" +
                             (machine.isMemoryLimited ? ", the limit of this control group" : "")}};
    if (machine.disk && machine.freeDisk)
        rows.push_back({"disk", decimalSize(*machine.freeDisk) + " of " + decimalSize(*machine.disk) +
                                    " free for " + home.string()});
    if (!devices.gpus.hasDriver) {
        rows.push_back(
            {"GPUs", "no NVIDIA driver found: jobs train on the CPU here, and on GPUs in a cluster"});
    } else if (devices.gpuError) {
        rows.push_back({"GPUs", describe(*devices.gpuError)});
    } else {
        rows.push_back({"GPUs", std::to_string(devices.gpus.devices.size()) + ", NVIDIA driver " +
                                    devices.gpus.driver + ", CUDA up to " + devices.gpus.cuda});
    }
    printTable(rows);
    if (!devices.gpus.devices.empty()) printGpus(devices.gpus.devices);
    std::fflush(stdout);
}

Result<int> show(Session& session, bool isWatching) {
    constexpr std::chrono::seconds kEach{1};
    DeviceWatch watch(session.home);
    const bool isLive = isWatching && !session.isJson && ::isatty(STDOUT_FILENO) == 1;
    bool isFirst = true;
    do {
        const DeviceSnapshot devices = watch.sample();
        if (session.isJson) {
            isWatching ? printJsonLine(snapshotJson(devices)) : printJson(snapshotJson(devices));
        } else {
            if (isLive) std::printf("\033[H\033[J");
            if (!isLive && !isFirst) std::printf("\n");
            printSnapshot(devices, session.home);
        }
        isFirst = false;
    } while (isWatching && waitUnlessStopped(kEach, session.stop.get_token()));
    return 0;
}

}  // namespace

Verb devicesVerb() {
    return {"devices", "This machine's CPU, memory and GPUs, and what runs on them",
            [](CLI::App& app) -> VerbAction {
                auto isWatching = std::make_shared<bool>(false);
                app.add_flag("--watch", *isWatching,
                             "Again every second until Ctrl-C; with --json one document a line");
                return [isWatching](Session& session) { return show(session, *isWatching); };
            }};
}

}  // namespace slipway::cli
