// SPDX-License-Identifier: Apache-2.0
#include "backends/trainer/evaluation.h"

#include <nlohmann/json.hpp>

#include <cmath>

namespace slipway::trainer {
namespace {

using Json = nlohmann::ordered_json;

std::size_t index(std::int64_t value) { return static_cast<std::size_t>(value); }

Json ratio(double part, std::int64_t whole) {
    return whole == 0 ? Json() : Json(part / static_cast<double>(whole));
}

}  // namespace

Evaluation::Evaluation(const Samples& samples)
    : m_isText(samples.shape.isText()),
      m_isClasses(samples.classes > 0),
      m_classNames(samples.classNames),
      m_groupNames(samples.groupNames),
      m_groups(samples.groupNames.size()),
      m_classes(index(samples.classes)) {
    if (samples.classes <= kMaxConfusionClasses) m_confusion.resize(index(samples.classes * samples.classes));
}

void Evaluation::setGroups(std::vector<std::string> names) {
    m_groupNames = std::move(names);
    m_groups.resize(m_groupNames.size());
}

template <typename Use>
void Evaluation::score(std::size_t sample, std::span<const std::int64_t> groups, Use use) {
    use(m_all);
    if (!groups.empty()) use(m_groups[index(groups[sample])]);
}

void Evaluation::addClasses(std::span<const std::int64_t> expected, std::span<const std::int64_t> predicted,
                            std::span<const std::int64_t> groups) {
    for (std::size_t i = 0; i < expected.size(); ++i) {
        const bool isRight = expected[i] == predicted[i];
        score(i, groups, [&](Score& one) {
            ++one.count;
            one.right += isRight ? 1 : 0;
        });
        ++m_classes[index(expected[i])].expected;
        ++m_classes[index(predicted[i])].predicted;
        if (isRight) ++m_classes[index(expected[i])].right;
        if (!m_confusion.empty()) ++m_confusion[index(expected[i]) * m_classes.size() + index(predicted[i])];
    }
}

void Evaluation::addValues(std::span<const float> expected, std::span<const float> predicted,
                           std::span<const std::int64_t> groups) {
    for (std::size_t i = 0; i < expected.size(); ++i) {
        const double error = static_cast<double>(predicted[i]) - expected[i];
        score(i, groups, [&](Score& one) {
            ++one.count;
            one.squares += error * error;
            one.distances += std::abs(error);
        });
        m_expectedSum += expected[i];
        m_expectedSquares += static_cast<double>(expected[i]) * expected[i];
    }
}

void Evaluation::addLoss(double mean, std::int64_t count) {
    m_lossSum += mean * static_cast<double>(count);
    m_lossCount += count;
}

double Evaluation::loss() const { return m_lossSum / static_cast<double>(m_lossCount); }

std::map<std::string, double> Evaluation::metrics() const {
    std::map<std::string, double> values{{"test/loss", loss()}};
    const auto count = static_cast<double>(m_all.count);
    if (m_isText) {
        values["test/perplexity"] = std::exp(loss());
    } else if (m_isClasses) {
        values["test/accuracy"] = static_cast<double>(m_all.right) / count;
    } else {
        values["test/rmse"] = std::sqrt(m_all.squares / count);
        values["test/mae"] = m_all.distances / count;
    }
    return values;
}

Json Evaluation::scoreJson(const Score& score) const {
    if (m_isClasses)
        return {{"samples", score.count}, {"accuracy", ratio(static_cast<double>(score.right), score.count)}};
    const Json squares = ratio(score.squares, score.count);
    return {{"samples", score.count},
            {"rmse", squares.is_null() ? Json() : Json(std::sqrt(squares.get<double>()))},
            {"mae", ratio(score.distances, score.count)}};
}

Json Evaluation::report() const {
    if (m_isText) return {{"samples", m_lossCount}, {"loss", loss()}, {"perplexity", std::exp(loss())}};
    Json json = scoreJson(m_all);
    json["loss"] = loss();
    if (!m_isClasses) {
        const auto count = static_cast<double>(m_all.count);
        const double spread = m_expectedSquares - m_expectedSum * m_expectedSum / count;
        json["r2"] = spread > 0 ? Json(1 - m_all.squares / spread) : Json();
    }
    for (std::size_t i = 0; i < m_classes.size(); ++i) {
        const ClassCounts& one = m_classes[i];
        const auto right = static_cast<double>(one.right);
        json["classes"].push_back({{"name", m_classNames[i]},
                                   {"samples", one.expected},
                                   {"precision", ratio(right, one.predicted)},
                                   {"recall", ratio(right, one.expected)},
                                   {"f1", ratio(2 * right, one.expected + one.predicted)}});
    }
    for (auto row = m_confusion.begin(); row != m_confusion.end();
         row += static_cast<std::ptrdiff_t>(m_classes.size()))
        json["confusion"].push_back(
            std::vector<std::int64_t>(row, row + static_cast<std::ptrdiff_t>(m_classes.size())));
    for (std::size_t i = 0; i < m_groups.size(); ++i) {
        Json group{{"name", m_groupNames[i]}};
        group.update(scoreJson(m_groups[i]));
        json["groups"].push_back(std::move(group));
    }
    return json;
}

}  // namespace slipway::trainer
