// SPDX-License-Identifier: Apache-2.0
#include "backends/data/predictionfile.h"

#include "backends/platform/atomicfile.h"

#include <nlohmann/json.hpp>

#include <array>
#include <cerrno>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <optional>
#include <utility>

namespace slipway {
namespace {

namespace fs = std::filesystem;

// A file of that name, or stdout.
class Output {
public:
    static Result<Output> open(const fs::path& file) {
        Output output;
        if (file == "-") return output;
        SLIPWAY_TRY(output.m_file, AtomicFile::create(file));
        return output;
    }

    Result<void> write(std::string_view text) {
        if (m_file) return m_file->write(text);
        return std::fwrite(text.data(), 1, text.size(), stdout) == text.size() ? Result<void>() : failed();
    }
    Result<void> finish() {
        if (m_file) return m_file->finish();
        return std::fflush(stdout) == 0 ? Result<void>() : failed();
    }

private:
    static Result<void> failed() { return errnoError("cannot write to stdout", errno); }

    std::optional<AtomicFile> m_file;
};

std::string numberText(float value) {
    std::array<char, 32> text{};
    return {text.data(), std::to_chars(text.data(), text.data() + text.size(), value).ptr};
}

// RFC 4180
std::string field(const std::string& text) {
    if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
    std::string quoted = "\"";
    for (const char c : text) quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
    return quoted + '"';
}

// The cells of a row in the order of predictionColumns().
template <typename Text, typename Whole, typename Real>
void eachCell(const PredictionForm& form, const PredictionRows& rows, std::size_t row, Text text, Whole whole,
              Real real) {
    text(rows.files[row]);
    if (form.hasRows) whole(rows.rows[row]);
    for (std::size_t i = row * form.top; i < (row + 1) * form.top; ++i) {
        text(rows.classes[i]);
        real(rows.probabilities[i]);
    }
    if (form.top == 0) real(rows.values[row]);
}

class CsvFile final : public PredictionFile {
public:
    CsvFile(Output output, const PredictionForm& form) : m_output(std::move(output)), m_form(form) {}

    Result<void> add(const PredictionRows& rows) override {
        std::string text;
        const auto put = [&](const std::string& cell) {
            if (!text.empty() && text.back() != '\n') text += ',';
            text += cell;
        };
        if (!std::exchange(m_hasHeader, true)) {
            for (const auto& name : predictionColumns(m_form)) put(name);
            text += '\n';
        }
        for (std::size_t row = 0; row < rows.files.size(); ++row) {
            eachCell(
                m_form, rows, row, [&](const std::string& cell) { put(field(cell)); },
                [&](std::int64_t cell) { put(std::to_string(cell)); },
                [&](float cell) { put(numberText(cell)); });
            text += '\n';
        }
        return m_output.write(text);
    }
    Result<void> finish() override {
        SLIPWAY_CHECK(add({}));  // the header, where there were no rows
        return m_output.finish();
    }

private:
    Output m_output;
    PredictionForm m_form;
    bool m_hasHeader = false;
};

class JsonFile final : public PredictionFile {
public:
    JsonFile(Output output, const PredictionForm& form) : m_output(std::move(output)), m_form(form) {}

    Result<void> add(const PredictionRows& rows) override {
        using Json = nlohmann::ordered_json;
        const auto names = predictionColumns(m_form);
        std::string text;
        for (std::size_t row = 0; row < rows.files.size(); ++row) {
            Json one;
            auto name = names.begin();
            const auto put = [&](const auto& cell) { one[*name++] = cell; };
            const auto putReal = [&](float cell) {
                put(std::isfinite(cell) ? Json::parse(numberText(cell)) : Json());  // as short as a float is
            };
            eachCell(m_form, rows, row, put, put, putReal);
            text += std::exchange(m_isBegun, true) ? ",\n  " : "{\"predictions\": [\n  ";
            text += one.dump(-1, ' ', false, Json::error_handler_t::replace);
        }
        return m_output.write(text);
    }
    Result<void> finish() override {
        SLIPWAY_CHECK(m_output.write(m_isBegun ? "\n]}\n" : "{\"predictions\": []}\n"));
        return m_output.finish();
    }

private:
    Output m_output;
    PredictionForm m_form;
    bool m_isBegun = false;
};

template <typename File>
Result<std::unique_ptr<PredictionFile>> make(const fs::path& file, const PredictionForm& form) {
    SLIPWAY_TRY(auto output, Output::open(file));
    return std::unique_ptr<PredictionFile>(std::make_unique<File>(std::move(output), form));
}

}  // namespace

std::vector<std::string> predictionColumns(const PredictionForm& form) {
    std::vector<std::string> names{"file"};
    if (form.hasRows) names.emplace_back("row");
    for (std::size_t i = 1; i <= form.top; ++i) {
        const std::string ending = i == 1 ? "" : "_" + std::to_string(i);
        names.push_back("prediction" + ending);
        names.push_back("probability" + ending);
    }
    if (form.top == 0) names.emplace_back("value");
    return names;
}

Result<std::unique_ptr<PredictionFile>> makeCsvPredictions(const fs::path& file, const PredictionForm& form) {
    return make<CsvFile>(file, form);
}
Result<std::unique_ptr<PredictionFile>> makeJsonPredictions(const fs::path& file,
                                                            const PredictionForm& form) {
    return make<JsonFile>(file, form);
}

}  // namespace slipway
