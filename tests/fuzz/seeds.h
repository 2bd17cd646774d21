// SPDX-License-Identifier: Apache-2.0
// Where every fuzz target begins: a little of each format, good and bad, and what a fuzzer once found.
#pragma once

#include <array>
#include <string_view>

inline constexpr auto kSeeds = [] {
    using namespace std::string_view_literals;
    return std::array{
        ""sv,
        "\0"sv,
        "\n\n\r\n"sv,
        "\xff\xfe\x80\xc3"sv,
        "plain words, no format at all"sv,
        R"({"v":1,"run":"r-1","attempt":1,"rank":0,"seq":1,"time":"2026-09-01T10:00:00.000000Z","kind":"log","stream":"stdout","text":"epoch 1 \u20ac"})"sv,
        R"({"kind":"metric","step":1,"values":{"loss":0.5,"test/accuracy":"nan"}})"sv,
        R"({"step": 10, "loss": 0.3, "a": NaN, "b": -Infinity, "c": "\"x", "test/accuracy": 1})"sv,
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
        "version = 1\n\n[[package]]\nname = \"idna\"\nversion = \"3.20\"\nsource = { virtual = \".\" }\n\n[package.metadata]\nx = \"\"\"\n"sv,
        "[[packages]]\nname = 'six'\nversion = '1.17.0'\n"sv,
        "six==1.17.0 \\\n    --hash=sha256:00\nrequests[socks] == 2.32.3 ; python_version > '3'\n-e ./x\nnumpy>=1 # y\n"sv,
        "dependencies:\n- conda-forge::numpy=1.26.4=py311_0\n- six==1.17.0\n- pip: [idna==3.20]\n"sv,
        "package:\n- {name: idna, version: '3.20', platform: linux-64}\n"sv,
        "\011\000\000\040\340N\254\332A\020\001\052\015\012\013\012\004loss\025\000\000\000\100"sv,
        "\020\001\052\042\012\040\012\001xB\016\010\002\022\000\042\010\000\000\000\000\000\000\340\077J\013\012\011\012\007scalars"sv,
        "\032\000\000\000\000\000\000\000\022\233\330\055\011\000\000\040\340N\254\332A\020\001\052\015\012\013\012\004loss\025\000\000\000\100\023\233\023N"sv,
        "../../etc/passwd"sv,
        "a/./b//c/../d"sv,
    };
}();
