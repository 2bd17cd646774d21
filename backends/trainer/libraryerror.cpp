// SPDX-License-Identifier: Apache-2.0
#include "backends/trainer/libraryerror.h"

#include "backends/trainer/memoryprobe.h"

namespace slipway::trainer {
namespace {

Error outOfMemory(std::string detail) {
    return {ErrorCode::Unavailable, "out of memory", std::move(detail),
            "Lower train.batch or raise resources.memory"};
}

}  // namespace

Error libraryError(ErrorCode code, const char* what) {
    try {
        throw;
    } catch (const std::bad_alloc&) {
        return outOfMemory({});
    } catch (const c10::Error& problem) {
        if (isOutOfMemory(problem)) return outOfMemory(problem.what_without_backtrace());
        return {code, what, problem.what_without_backtrace(), {}};
    } catch (const std::exception& problem) {
        return {code, what, problem.what(), {}};
    }
}

}  // namespace slipway::trainer
