// SPDX-License-Identifier: Apache-2.0
// Drives a fuzz target without libFuzzer: over built-in inputs, their beginnings and their damaged copies, or, to see again
// what a fuzzer found, over the files named on the command line. A target tells a mistake by ending the program.
#include <array>
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>

// NOLINTNEXTLINE(readability-identifier-naming): the name that libFuzzer calls
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

using namespace std::string_view_literals;

constexpr std::array kSeeds = {
    ""sv,
    "\0"sv,
    "\n\n\r\n"sv,
    "\xff\xfe\x80\xc3"sv,
    "plain words, no format at all"sv,
    R"({"v":1,"run":"r-1","attempt":1,"rank":0,"seq":1,"time":"2026-09-01T10:00:00.000000Z","kind":"log","stream":"stdout","text":"epoch 1 \u20ac"})"sv,
    R"({"kind":"metric","step":1,"values":{"loss":0.5,"test/accuracy":"nan"}})"sv,
    R"({"kind":"progress","step":1,"steps":10,"epoch":0.1})"sv,
    R"({"kind":"metric","step":-9223372036854775808,"values":{"":1e400}})"sv,
    R"([[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[{"a":)"sv,
    "{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{"sv,
    "version: 1\nname: first\nkind: train\n"sv,
    "train:\n  network: {type: mlp, hidden: [256, 128]}\n  optimizer: {type: adam, lr: 3e-4}\n  epochs: 3  # short\n"sv,
    "a: &x [1, 2]\nb: *x\n"sv,
    "a: !!binary x\n---\nb: 2\n"sv,
    "a: |\n  folded\n  text\nb: >-\n  more\n? [c, d]\n: e\n\"f\\u0041\": 'g''h'\n"sv,
    "apiVersion: v1\nkind: Config\ncurrent-context: a\nclusters:\n- name: a\n  cluster: {server: https://127.0.0.1:6443}\n"sv,
    R"({"type":"MODIFIED","object":{"kind":"Pod","metadata":{"name":"a","resourceVersion":"12"}}})"sv,
    R"({"apiVersion":"v1","kind":"Pod","metadata":{"name":"a-0","uid":"1","labels":{"batch.kubernetes.io/job-completion-index":"0"}},"status":{"phase":"Failed","containerStatuses":[{"state":{"terminated":{"exitCode":137,"reason":"OOMKilled"}}}]}})"sv,
    R"({"kind":"Status","status":"Failure","message":"exceeded quota","reason":"Forbidden","details":{"retryAfterSeconds":3},"code":403})"sv,
    R"({"version":1,"id":"a-1-x","number":1,"job":"a","target":"here","created":"2026-09-01T10:00:00Z","state":"queued"})"sv,
    R"({"auths":{"registry.example.com":{"auth":"dTpw"}},"credsStore":"pass"})"sv,
    "2026-09-01T10:00:00.000000001Z {\"v\":1,\"run\":\"r-1\",\"seq\":1}\n2026-09-01T10:00:01Z plain\n"sv,
    "\0\0\x08\x01\0\0\0\x03\x01\x02\x03"sv,
    "\x3a\0\0\0\0\0\0\0{\"a\":{\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[0,2]}}   \x01\x02"sv,
    "a,y,b\n1,rose,2.5\n-3,\"lily, white\",4e2\n"sv,
    "x,y\n1,10\n2,9.5\n"sv,
    "../../etc/passwd"sv,
    "a/./b//c/../d"sv,
};

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
