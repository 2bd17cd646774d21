// SPDX-License-Identifier: Apache-2.0
// Drives a fuzz target without libFuzzer: over built-in inputs, their beginnings and their damaged copies, or, to see again
// what a fuzzer found, over the files named on the command line. A target tells a mistake by ending the program.
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>

#include "seeds.h"

// NOLINTNEXTLINE(readability-identifier-naming): the name that libFuzzer calls
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

std::size_t runs = 0;

void feed(std::string_view text) {
    ++runs;
    LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(text.data()), text.size());
}

void feedDamaged(std::string_view seed) {
    feed(seed);
    for (std::size_t i = 0; i < seed.size(); ++i) {
        feed(std::string(seed.substr(0, i)));  // a copy, so that a sanitizer sees a read past its end
        for (const char byte : {'\0', '\n', '"', '{', ':', '-', '\x7f', '\xff'}) {
            std::string damaged(seed);
            damaged[i] = byte;
            feed(damaged);
        }
    }
    std::string many;
    while (!seed.empty() && many.size() < 16 * 1024) many += seed;
    feed(many);
}

}  // namespace

int main(int argc, char** argv) {
    for (int i = 1; i < argc; ++i) {
        std::ifstream file(argv[i], std::ios::binary);
        if (!file) return std::fprintf(stderr, "cannot read %s\n", argv[i]), 2;
        feed(std::string(std::istreambuf_iterator<char>(file), {}));
    }
    if (argc == 1)
        for (const std::string_view seed : kSeeds) feedDamaged(seed);
    std::printf("%zu inputs held\n", runs);
    return 0;
}
