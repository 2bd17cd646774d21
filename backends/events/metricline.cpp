// SPDX-License-Identifier: Apache-2.0
#include "backends/events/metricline.h"

#include "backends/events/eventcodec.h"

#include <charconv>
#include <cstdint>
#include <limits>

namespace slipway {
namespace {

constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();

bool isDigit(char c) { return c >= '0' && c <= '9'; }

// Takes one piece after the other off the front; each says whether it was there.
class Line {
public:
    explicit Line(std::string_view text) : m_text(text) {}

    bool take(std::string_view literal) {
        if (!m_text.starts_with(literal)) return false;
        m_text.remove_prefix(literal.size());
        return true;
    }

    // Up to the closing quote. Escapes and what is not ASCII are not for the short way.
    bool takeText(std::string_view& text) {
        std::size_t end = 0;
        while (end < m_text.size() && m_text[end] != '"') {
            const auto byte = static_cast<unsigned char>(m_text[end]);
            if (byte < ' ' || byte >= 0x7f || byte == '\\') return false;
            ++end;
        }
        if (end == m_text.size()) return false;
        text = m_text.substr(0, end);
        m_text.remove_prefix(end + 1);
        return true;
    }

    bool takeInteger(std::int64_t low, std::int64_t high, std::int64_t& value) {
        return isNumberNext() && takeNumber(value) && value >= low && value <= high;
    }
    bool takeReal(double& value) { return isNumberNext() && takeNumber(value); }
    bool isAtEnd() const { return m_text.empty(); }

private:
    // As JSON writes one: no "nan", no leading zeros.
    bool isNumberNext() const {
        const std::string_view digits = m_text.substr(m_text.starts_with('-') ? 1 : 0);
        return !digits.empty() && isDigit(digits[0]) &&
               (digits[0] != '0' || digits.size() < 2 || !isDigit(digits[1]));
    }
    template <typename T>
    bool takeNumber(T& value) {
        const auto parsed = std::from_chars(m_text.data(), m_text.data() + m_text.size(), value);
        if (parsed.ec != std::errc{} || !isDigit(parsed.ptr[-1])) return false;
        m_text.remove_prefix(static_cast<std::size_t>(parsed.ptr - m_text.data()));
        return true;
    }

    std::string_view m_text;
};

bool takeValues(Line& line, std::map<std::string, double>& values) {
    do {
        std::string_view name;
        double value = 0;
        if (!line.take("\"") || !line.takeText(name) || !line.take(":") || !line.takeReal(value))
            return false;
        if (name.empty() || name.size() > kMaxMetricName) return false;
        if (!values.emplace(name, value).second) return false;
    } while (line.take(","));
    return line.take("}");
}

bool takeEnd(Line& line, std::optional<Timestamp>& written) {
    if (line.take(R"(,"written":")")) {
        std::string_view text;
        if (!line.takeText(text)) return false;
        const auto time = parseTimestamp(text);
        if (!time) return false;
        written = *time;
    }
    return line.take("}") && line.isAtEnd();
}

}  // namespace

std::optional<Event> readMetricLine(std::string_view text) {
    Line line(text);
    std::string_view run, time;
    std::int64_t attempt = 0, rank = 0, seq = 0;
    MetricEvent metric;
    const bool isOne =
        line.take(R"({"v":1,"run":")") && line.takeText(run) && line.take(R"(,"attempt":)") &&
        line.takeInteger(1, std::numeric_limits<int>::max(), attempt) && line.take(R"(,"rank":)") &&
        line.takeInteger(0, kMaxRank, rank) && line.take(R"(,"seq":)") && line.takeInteger(1, kMost, seq) &&
        line.take(R"(,"time":")") && line.takeText(time) && line.take(R"(,"kind":"metric","step":)") &&
        line.takeInteger(0, kMost, metric.step) && line.take(R"(,"values":{)") &&
        takeValues(line, metric.values) && takeEnd(line, metric.written);
    if (!isOne || run.size() > kMaxRunIdBytes) return std::nullopt;
    const auto told = parseTimestamp(time);
    if (!told) return std::nullopt;
    return Event{RunId(std::string(run)),
                 static_cast<int>(attempt),
                 static_cast<int>(rank),
                 static_cast<std::uint64_t>(seq),
                 *told,
                 std::move(metric)};
}

}  // namespace slipway
