// SPDX-License-Identifier: Apache-2.0
#include "backends/core/units.h"

#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <span>

namespace slipway {
namespace {

struct Suffix {
    std::string_view text;
    long double factor;
};

constexpr std::array kSuffixes{
    Suffix{"m", 1e-3L},
    Suffix{"k", 1e3L},
    Suffix{"M", 1e6L},
    Suffix{"G", 1e9L},
    Suffix{"T", 1e12L},
    Suffix{"P", 1e15L},
    Suffix{"Ki", 1024.0L},
    Suffix{"Mi", 1048576.0L},
    Suffix{"Gi", 1073741824.0L},
    Suffix{"Ti", 1099511627776.0L},
    Suffix{"Pi", 1125899906842624.0L},
    Suffix{"", 1.0L},
};

std::string formatted(const char* format, double value) {
    std::array<char, 48> buffer{};
    const int length = std::snprintf(buffer.data(), buffer.size(), format, value);
    return {buffer.data(), static_cast<std::size_t>(length)};
}

std::string threeDigits(double value) {
    const double size = std::abs(value);
    return formatted(size >= 99.95 ? "%.0f" : size >= 9.995 ? "%.1f" : "%.2f", value);
}

std::string scaled(double value, double step, std::span<const std::string_view> names) {
    std::size_t at = 0;
    while (std::abs(value) >= step * 0.9995 && at + 1 < names.size()) {
        value /= step;
        ++at;
    }
    std::string number = at == 0 ? formatted("%.0f", value) : threeDigits(value);
    if (at != 0 && number.find('.') != std::string::npos && std::abs(value) < 99.95) {
        // "7.10 GiB" says no more than "7.1 GiB".
        number = formatted(std::abs(value) >= 9.995 ? "%.0f" : "%.1f", value);
    }
    return number + " " + std::string(names[at]);
}

}  // namespace

Result<std::int64_t> parseMilliQuantity(std::string_view text) {
    const Error invalid{ErrorCode::InvalidArgument,
                        "not a quantity: \"" + std::string(text.substr(0, 40)) + "\"", "",
                        "Write a number with an optional suffix, like 500m, 4 or 16Gi"};
    double number = 0;
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (failure != std::errc{} || !std::isfinite(number) || number < 0) return invalid;
    const std::string_view suffix(end, static_cast<std::size_t>(text.data() + text.size() - end));
    for (const Suffix& known : kSuffixes) {
        if (known.text != suffix) continue;
        const long double milli = static_cast<long double>(number) * known.factor * 1000.0L;
        if (milli > 9.2e18L) return invalid;
        return static_cast<std::int64_t>(std::ceil(milli - 1e-6L));
    }
    return invalid;
}

Result<Bytes> parseBytes(std::string_view text) {
    SLIPWAY_TRY(const std::int64_t milli, parseMilliQuantity(text));
    return Bytes{(milli + 999) / 1000};
}

Result<MilliCpu> parseMilliCpu(std::string_view text) {
    SLIPWAY_TRY(const std::int64_t milli, parseMilliQuantity(text));
    return MilliCpu{milli};
}

std::string quantity(Bytes amount) {
    constexpr std::array<std::string_view, 5> names{"", "Ki", "Mi", "Gi", "Ti"};
    std::int64_t value = amount.count;
    std::size_t at = 0;
    while (value != 0 && value % 1024 == 0 && at + 1 < names.size()) {
        value /= 1024;
        ++at;
    }
    return std::to_string(value) + std::string(names[at]);
}

std::string quantity(MilliCpu amount) {
    return amount.count % 1000 == 0 ? std::to_string(amount.count / 1000)
                                    : std::to_string(amount.count) + "m";
}

std::string binarySize(Bytes amount) {
    constexpr std::array<std::string_view, 5> names{"B", "KiB", "MiB", "GiB", "TiB"};
    return scaled(static_cast<double>(amount.count), 1024.0, names);
}

std::string binarySizeOf(Bytes part, Bytes whole) {
    constexpr std::array<std::string_view, 5> names{"B", "KiB", "MiB", "GiB", "TiB"};
    double unit = 1;
    std::size_t at = 0;
    for (; static_cast<double>(whole.count) >= unit * 1024 * 0.9995 && at + 1 < names.size(); ++at)
        unit *= 1024;
    const auto number = [&](Bytes amount) {
        return formatted(at == 0 ? "%.0f" : "%.1f", static_cast<double>(amount.count) / unit);
    };
    return number(part) + " / " + number(whole) + " " + std::string(names[at]);
}

std::string decimalSize(Bytes amount) {
    constexpr std::array<std::string_view, 5> names{"B", "kB", "MB", "GB", "TB"};
    return scaled(static_cast<double>(amount.count), 1000.0, names);
}

std::string siNumber(double value) {
    const double size = std::abs(value);
    if (size >= 999.5e6) return threeDigits(value / 1e9) + " G";
    if (size >= 999.5e3) return threeDigits(value / 1e6) + " M";
    if (size >= 999.5) return threeDigits(value / 1e3) + " k";
    return threeDigits(value);
}

std::string grouped(std::int64_t count) {
    std::string text = std::to_string(count);
    for (auto at = static_cast<std::ptrdiff_t>(text.size()) - 3; at > 0; at -= 3)
        text.insert(static_cast<std::size_t>(at), 1, ',');
    return text;
}

std::string counted(std::int64_t many, std::string_view noun) {
    return std::to_string(many) + ' ' + std::string(noun) + (many == 1 ? "" : "s");
}

std::string energyText(double joules) {
    const double wattHours = joules / 3600;
    return wattHours >= 99.95 ? threeDigits(wattHours / 1000) + " kWh" : threeDigits(wattHours) + " Wh";
}

std::string metricText(double value) {
    const double size = std::abs(value);
    if (!std::isfinite(value) || size == 0) return formatted("%.0f", value);
    if (size < 1e-4 || size >= 1e6) return formatted("%.2e", value);
    if (size < 0.01) return formatted("%.3g", value);
    return formatted(size >= 1000  ? "%.0f"
                     : size >= 100 ? "%.1f"
                     : size >= 10  ? "%.2f"
                     : size >= 1   ? "%.3f"
                                   : "%.4f",
                     value);
}

std::string clockText(double seconds) {
    if (!std::isfinite(seconds)) return "–";
    if (seconds <= 0) return "0 s";  // clocks of two machines may differ
    if (seconds < 0.0009995) return formatted("%.0f µs", seconds * 1e6);
    if (seconds < 0.00995) return formatted("%.1f ms", seconds * 1000.0);
    if (seconds < 0.9995) return formatted("%.0f ms", seconds * 1000.0);
    if (seconds < 59.5) return formatted(seconds < 9.95 ? "%.1f s" : "%.0f s", seconds);
    const auto whole = static_cast<long long>(std::llround(seconds));
    std::array<char, 48> buffer{};
    const int length =
        whole < 3600
            ? std::snprintf(buffer.data(), buffer.size(), "%lld:%02lld", whole / 60, whole % 60)
            : std::snprintf(buffer.data(), buffer.size(), "%lld h %02lld", whole / 3600, whole / 60 % 60);
    return {buffer.data(), static_cast<std::size_t>(length)};
}

std::string durationText(double seconds) {
    std::string text = clockText(seconds);
    return text.find(':') == std::string::npos ? text : text + " min";
}

}  // namespace slipway
