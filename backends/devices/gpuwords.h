// SPDX-License-Identifier: Apache-2.0
// What the driver tells in numbers, in the field's words. Pure; any thread.
#pragma once

#include "backends/core/gpudevice.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace slipway {

// "power cap", "temperature" …
std::string_view throttleWord(ThrottleReason reason);
// "power cap, temperature"; empty: none.
std::string throttleText(const ThrottleReasons& reasons);
// NVML's clocks event reasons, without that of being idle.
ThrottleReasons throttleReasons(std::uint64_t bits);

// "GPU has fallen off the bus"; names after NVIDIA's list of XID errors. Empty for one that is not common.
std::string_view xidWords(int xid);

// "1g.10gb", "1c.3g.40gb": MIG profiles as nvidia-smi names them, where the driver does not name one. Memory is rounded to eighths of
// the whole GPU's, in whole GB.
std::string sliceProfile(unsigned gpuSlices, unsigned computeSlices, Bytes memory, Bytes whole);

}  // namespace slipway
