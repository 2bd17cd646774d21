// SPDX-License-Identifier: Apache-2.0
// Any bytes as what an API server says: its objects and errors, and a pod's log.
#include "backends/cluster/kubernetes/apierror.h"
#include "backends/cluster/kubernetes/objects.h"
#include "backends/cluster/kubernetes/podlog.h"

#include <cstdint>
#include <cstdlib>

// NOLINTNEXTLINE(readability-identifier-naming): the name that libFuzzer calls
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace slipway::kube;
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    (void)parseJob(text);
    (void)parsePod(text);
    (void)parseWorkload(text);
    (void)parseEvent(text);
    (void)parseQueue(text);
    if (apiError(409, text, "the job").message.empty() || statusRetrySeconds(text) < 0) std::abort();
    PodLogDecoder decoder({slipway::RunId("r-1"), 1, 0, 0});
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = std::min(text.find('\n', at), text.size());
        (void)decoder.take(text.substr(at, end - at));
        at = end + 1;
    }
    (void)decoder.foreignEvents();
    return 0;
}
