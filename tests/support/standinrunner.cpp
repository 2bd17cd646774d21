// SPDX-License-Identifier: Apache-2.0
// In the place of slipway-runner where a test is not about training: tells what a good training would, and ends.
#include <unistd.h>

#include <cstdlib>
#include <cstring>

int main() {
    const char* descriptor = std::getenv("SLIPWAY_EVENT_FD");
    const char* told =
        "{\"kind\":\"metric\",\"step\":1,\"values\":{\"loss\":0.5}}\n"
        "{\"kind\":\"metric\",\"step\":1,\"values\":{\"test/accuracy\":0.95}}\n";
    if (descriptor == nullptr) return 1;
    const auto length = static_cast<ssize_t>(std::strlen(told));
    return ::write(std::atoi(descriptor), told, std::strlen(told)) == length ? 0 : 1;
}
