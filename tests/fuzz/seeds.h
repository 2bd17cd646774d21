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
        R"({"v":1,"run":"r-1","attempt":1,"rank":0,"seq":7,"time":"2026-09-01T10:00:00.000123Z","kind":"metric","step":10,"values":{"a":-0.5,"loss":2.1e-7}})"sv,
        R"({"kind":"metric","step":1,"values":{"loss":0.5,"test/accuracy":"nan"}})"sv,
        R"({"step": 10, "loss": 0.3, "a": NaN, "b": -Infinity, "c": "\"x", "test/accuracy": 1})"sv,
        R"({"kind":"progress","step":1,"steps":10,"epoch":0.1})"sv,
        R"({"kind":"energy","gpu_joules":1.5e6,"cpu_joules":"inf","unknown":"CPU: closed"})"sv,
        R"({"kind":"throttle","device":"GPU 0","reasons":"power cap","seconds":12.5})"sv,
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
        // A PNG and a JPEG of 3×2 pixels.
        "\211PNG\015\012\032\012\000\000\000\015IHDR\000\000\000\003\000\000\000\002\001\003\000\000\000\247\272\364Y"
        "\000\000\000\006PLTE\377\000\000\000\000\377l\241\375\216\000\000\000\014IDAT\010\327c``x\000\000\000\344\000"
        "\341z\355\307{\000\000\000\000IEND\256B`\202"sv,
        "\377\330\377\340\000\020JFIF\000\001\001\000\000\001\000\001\000\000\377\333\000C\000\240nx\214xd\240\214\202"
        "\214\264\252\240\276\360\377\377\360\334\334\360\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377"
        "\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377"
        "\377\377\333\000C\001\252\264\264\360\322\360\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377"
        "\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377"
        "\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\300\000\021\010\000\002\000\003\003\001\042"
        "\000\002\021\001\003\021\001\377\304\000\025\000\001\001\000\000\000\000\000\000\000\000\000\000\000\000\000"
        "\000\000\003\377\304\000\025\020\001\001\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\021\377"
        "\304\000\024\001\001\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\002\377\304\000\024\021\001"
        "\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\377\332\000\014\003\001\000\002\021\003\021"
        "\000\077\000\225\000\211\377\331"sv,
        "x,y\n1,10\n2,9.5\n"sv,
        R"({"added_tokens":[{"id":2,"content":"<e>"}],"pre_tokenizer":{"type":"ByteLevel","add_prefix_space":false},"model":{"type":"BPE","vocab":{"a":0,"aa":1},"merges":["a a"]}})"sv,
        "it's we'll  \n x\xc2\xb2 \xe6\x97\xa5\xe3\x80\x80!"sv,
        "\223NUMPY\001\000\166\000{'descr': '<f4', 'fortran_order': False, 'shape': (2, 1), }                                                          \n\000\000\200?\000\000\000@"sv,
        "\223NUMPY\002\000\063\000\000\000{'descr': '|u1','fortran_order':True,'shape':(2,2)}\001\002\003\004"sv,
        "b,x,y\n2.5,1,10\n400,,9.5\n"sv,
        R"({"format":"slipway.model/1","name":"m","parameters":1,"seed":1,"network":{"type":"mlp"},"data":{"type":"table","input":"t","target":"y"},"input":{"shape":[1,1,2],"columns":[{"name":"a","missing":1.5},{"name":"b","categories":["x"]}],"mean":[2],"deviation":[4]},"output":{"classes":["n","y"]},"evaluation":{"batch":4,"precision":"fp32","channels_last":false}})"sv,
        "version = 1\n\n[[package]]\nname = \"idna\"\nversion = \"3.20\"\nsource = { virtual = \".\" }\n\n[package.metadata]\nx = \"\"\"\n"sv,
        "[[packages]]\nname = 'six'\nversion = '1.17.0'\n"sv,
        "six==1.17.0 \\\n    --hash=sha256:00\nrequests[socks] == 2.32.3 ; python_version > '3'\n-e ./x\nnumpy>=1 # y\n"sv,
        "dependencies:\n- conda-forge::numpy=1.26.4=py311_0\n- six==1.17.0\n- pip: [idna==3.20]\n"sv,
        "package:\n- {name: idna, version: '3.20', platform: linux-64}\n"sv,
        "\011\000\000\040\340N\254\332A\020\001\052\015\012\013\012\004loss\025\000\000\000\100"sv,
        "\020\001\052\042\012\040\012\001xB\016\010\002\022\000\042\010\000\000\000\000\000\000\340\077J\013\012\011\012\007scalars"sv,
        "\032\000\000\000\000\000\000\000\022\233\330\055\011\000\000\040\340N\254\332A\020\001\052\015\012\013\012\004loss\025\000\000\000\100\023\233\023N"sv,
        "1795879359712 2.0 0\n1795879359725 nan 10\n1795879359725 1e-3 5 data 1a2b\n"sv,
        R"(accuracy > 90% and optimizer.lr <= 3e-4 and tag:baseline and not (state = failed or best.accuracy<1) "a b")"sv,
        "job in (a, \"b c\") or age < 4d and run!=#7 ((((((("sv,
        "../../etc/passwd"sv,
        "a/./b//c/../d"sv,
    };
}();
