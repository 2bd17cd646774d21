// SPDX-License-Identifier: Apache-2.0
#include "backends/supervise/objectinputs.h"

#include "backends/http/objectstore.h"
#include "backends/supervise/rankcommand.h"

namespace slipway {
namespace {

using Clock = std::chrono::steady_clock;

Result<BroughtInput> bringInput(HttpClient& http, const ObjectAccess& access, const std::string& name,
                                const ObjectPlace& place, const std::filesystem::path& folder,
                                const std::stop_token& stop) {
    Bytes size;  // of what came
    const auto begun = Clock::now();
    SLIPWAY_TRY(auto file, bringObject(
                               http, access, place, folder, [&](Bytes, Bytes all) { size = all; }, stop));
    const double seconds = std::chrono::duration<double>(Clock::now() - begun).count();
    return BroughtInput{
        name, std::move(file),
        "input " + name +
            (size.count == 0 ? ": as it was brought before"
                             : ", " + decimalSize(size) + ", brought in " + durationText(seconds))};
}

}  // namespace

Result<std::vector<BroughtInput>> bringInputs(const AgentPlan& plan, const Variables& environment,
                                              const std::stop_token& stop) {
    SLIPWAY_TRY(const Variables all, withVariablesAndSecrets(environment, plan.job, environment));
    SLIPWAY_TRY(const ObjectAccess access, objectAccess(all));
    const auto http = makeCurlHttpClient();
    std::vector<BroughtInput> inputs;
    for (const auto& [name, place] : plan.objects) {
        auto input = bringInput(*http, access, name, place, plan.objectFolder, stop);
        if (!input) {
            Error error = std::move(input).error();
            error.message = "input " + name + ": " + error.message;
            return error;
        }
        inputs.push_back(*std::move(input));
    }
    return inputs;
}

}  // namespace slipway
