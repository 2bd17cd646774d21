// SPDX-License-Identifier: Apache-2.0
#include "backends/core/dataplace.h"

#include "backends/core/jobneeds.h"

namespace slipway {
namespace {

// A job that is put together by hand may lack it.
std::string textOr(const TypedParameters& parameters, std::string_view name) {
    const auto found = parameters.values.find(name);
    const auto* const text =
        found == parameters.values.end() ? nullptr : std::get_if<std::string>(&found->second);
    return text != nullptr ? *text : std::string();
}

}  // namespace

Result<std::vector<DataPlace>> dataPlaces(const JobSpec& job, const std::filesystem::path& folder,
                                          const std::string& input) {
    std::vector<DataPlace> places;
    const std::string trained = job.train() != nullptr ? textOr(job.train()->data, "input") : "";
    for (const InputSpec& one : job.inputs) {
        const bool isTrained = one.name == trained;
        if (input.empty() ? job.train() != nullptr && !isTrained : one.name != input) continue;
        if (!schemeOf(one.source).empty())
            return Error{ErrorCode::InvalidArgument,
                         "input " + one.name + " is at " + one.source + ", not on this machine", "",
                         "Name a copy: slipway data PATH"};
        DataPlace place{one.name, folder / one.source, {}, {}};  // an absolute source stays
        if (isTrained) place.form = job.train()->data.type;
        if (place.form == "table") place.target = textOr(job.train()->data, "target");
        places.push_back(std::move(place));
    }
    if (places.empty())
        return Error{ErrorCode::NotFound,
                     input.empty() ? "the job names no inputs" : "the job has no input " + input, "",
                     "Name a file or folder: slipway data PATH"};
    return places;
}

}  // namespace slipway
