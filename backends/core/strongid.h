// SPDX-License-Identifier: Apache-2.0
// Names that must not be mixed up: a RunId is no TargetId. Values; any thread.
#pragma once

#include <compare>
#include <functional>
#include <string>
#include <utility>

namespace slipway {

template <typename Tag>
class StrongId {
public:
    StrongId() = default;
    explicit StrongId(std::string value) : m_value(std::move(value)) {}

    const std::string& str() const { return m_value; }
    bool isEmpty() const { return m_value.empty(); }
    auto operator<=>(const StrongId&) const = default;  // NOLINT(modernize-use-nullptr): not a pointer

private:
    std::string m_value;
};

// "fashion-mlp-42-k3x9f": job name, run number, random part; a DNS label, so it also names the cluster's objects.
using RunId = StrongId<struct RunIdTag>;
// "here", or "<context>/<namespace>[/<queue>]".
using TargetId = StrongId<struct TargetIdTag>;
// "sha256:<64 hex digits>".
using Digest = StrongId<struct DigestTag>;

}  // namespace slipway

template <typename Tag>
struct std::hash<slipway::StrongId<Tag>> {
    std::size_t operator()(const slipway::StrongId<Tag>& id) const {
        return std::hash<std::string>{}(id.str());
    }
};
