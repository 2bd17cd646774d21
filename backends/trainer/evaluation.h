// SPDX-License-Identifier: Apache-2.0
// How well predictions meet what was expected: over all, by class, by group. Counts and sums only, so the order does not matter.
// No libtorch here. Values; one thread at a time.
#pragma once

#include "backends/trainer/worstpredictions.h"

#include <nlohmann/json_fwd.hpp>

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

namespace slipway::trainer {

// Above it there is no confusion matrix.
inline constexpr std::int64_t kMaxConfusionClasses = 1000;

class Evaluation {
public:
    Evaluation() = default;
    explicit Evaluation(const Samples& samples);

    // There are these groups now: those that there were, and perhaps more.
    void setGroups(std::vector<std::string> names);

    // `groups`: of each sample, empty where there are none.
    void addClasses(std::span<const std::int64_t> expected, std::span<const std::int64_t> predicted,
                    std::span<const std::int64_t> groups);
    void addValues(std::span<const float> expected, std::span<const float> predicted,
                   std::span<const std::int64_t> groups);
    // The mean loss of `count` samples, or tokens of a text.
    void addLoss(double mean, std::int64_t count);

    std::int64_t count() const { return m_lossCount; }
    // Of one whole set; of nothing else.
    WorstPredictions& worst() { return m_worst; }
    const WorstPredictions& worst() const { return m_worst; }
    double loss() const;
    // "test/loss" and "test/accuracy", "test/rmse" with "test/mae", or "test/perplexity".
    std::map<std::string, double> metrics() const;

    // {"samples", "loss", …}: for classes "accuracy", "classes": [{"name", "samples", "precision", "recall", "f1"}], "confusion" (a row
    // each expected class, a column each predicted one); for values "rmse", "mae", "r2"; for texts "perplexity"; "groups": [{"name",
    // "samples", "accuracy" or "rmse" and "mae"}]. What has no number (a recall of no samples) is null.
    nlohmann::ordered_json report() const;

private:
    struct Score {
        std::int64_t count = 0;
        std::int64_t right = 0;
        double squares = 0;    // of the errors
        double distances = 0;  // their absolute values
    };
    struct ClassCounts {
        std::int64_t expected = 0;
        std::int64_t predicted = 0;
        std::int64_t right = 0;
    };

    template <typename Use>
    void score(std::size_t sample, std::span<const std::int64_t> groups, Use use);
    nlohmann::ordered_json scoreJson(const Score& score) const;

    bool m_isText = false;
    bool m_isClasses = false;
    std::vector<std::string> m_classNames;
    std::vector<std::string> m_groupNames;
    Score m_all;
    std::vector<Score> m_groups;
    std::vector<ClassCounts> m_classes;
    std::vector<std::int64_t> m_confusion;
    double m_expectedSum = 0;
    double m_expectedSquares = 0;
    WorstPredictions m_worst;
    double m_lossSum = 0;
    std::int64_t m_lossCount = 0;
};

}  // namespace slipway::trainer
