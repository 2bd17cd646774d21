// SPDX-License-Identifier: Apache-2.0
// Writes the built-in inputs as files of the folder that is named: the corpus libFuzzer begins with.
#include <cstdio>
#include <filesystem>
#include <fstream>

#include "seeds.h"

int main(int argc, char** argv) {
    if (argc != 2) return std::fprintf(stderr, "usage: fuzzcorpus FOLDER\n"), 2;
    const std::filesystem::path folder = argv[1];
    std::error_code code;
    std::filesystem::create_directories(folder, code);
    std::size_t number = 0;
    for (const std::string_view seed : kSeeds) {
        std::ofstream file(folder / std::to_string(number++), std::ios::binary);
        if (!(file << seed << std::flush)) return std::fprintf(stderr, "cannot write to %s\n", argv[1]), 1;
    }
    return 0;
}
