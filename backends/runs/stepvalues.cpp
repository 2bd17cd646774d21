// SPDX-License-Identifier: Apache-2.0
#include "backends/runs/stepvalues.h"

#include <bit>

namespace slipway {
namespace {

using Values = std::map<std::int64_t, double>;

std::optional<double> at(const Values& values, std::int64_t step) {
    const auto found = values.find(step);
    return found == values.end() ? std::nullopt : std::optional(found->second);
}

// NaN is itself here, and 0 is not -0.
bool isSame(const std::optional<double>& a, const std::optional<double>& b) {
    return a && b && std::bit_cast<std::uint64_t>(*a) == std::bit_cast<std::uint64_t>(*b);
}

}  // namespace

Result<StepValues> stepValues(const RunFolder& folder) {
    StepValues values;
    EventReader reader(folder);
    for (;;) {
        SLIPWAY_TRY(const std::vector<Event> events, reader.next());
        if (events.empty()) return values;
        for (const Event& event : events)
            if (const auto* metric = std::get_if<MetricEvent>(&event.body))
                for (const auto& [name, value] : metric->values) values[name][metric->step] = value;
    }
}

StepValues continued(StepValues before, const StepValues& after) {
    for (const auto& [metric, values] : after)
        for (const auto& [step, value] : values) before[metric][step] = value;
    return before;
}

std::optional<StepParting> firstParting(const StepValues& first, const StepValues& other) {
    std::optional<StepParting> earliest;
    const auto look = [&](const StepValues& all) {
        for (const auto& [metric, values] : all) {
            static const Values kNone;
            const auto a = first.find(metric), b = other.find(metric);
            const Values& ofFirst = a == first.end() ? kNone : a->second;
            const Values& ofOther = b == other.end() ? kNone : b->second;
            for (const auto& [step, value] : values) {
                if (earliest && step >= earliest->step) break;
                const auto one = at(ofFirst, step), two = at(ofOther, step);
                if (!isSame(one, two)) earliest = StepParting{metric, step, one, two};
            }
        }
    };
    look(first);
    look(other);
    return earliest;
}

}  // namespace slipway
