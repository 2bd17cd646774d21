// SPDX-License-Identifier: Apache-2.0
#include "backends/data/predictionfile.h"

#include <nlohmann/json.hpp>

#include <array>
#include <cerrno>
#include <charconv>
#include <cmath>
#include <cstdio>

namespace slipway {
namespace {

namespace fs = std::filesystem;

// A file of that name when finish() was called; before, and where it never is, one beside it that goes again.
class Output {
public:
    static Result<Output> open(const fs::path& file) {
        Output output;
        if (file == "-") return output;
        output.m_file = file;
        output.m_part = file.string() + ".part";
        output.m_stream.reset(std::fopen(output.m_part.c_str(), "wb"));
        if (!output.m_stream) return errnoError("cannot write " + file.string(), errno);
        return output;
    }
    Output(Output&&) = default;
    Output& operator=(Output&&) = default;
    ~Output() {
        std::error_code ignored;
        if (m_stream) fs::remove(m_part, ignored);
    }

    Result<void> write(std::string_view text) {
        std::FILE* const stream = m_stream ? m_stream.get() : stdout;
        if (std::fwrite(text.data(), 1, text.size(), stream) == text.size()) return {};
        return failed();
    }
    Result<void> finish() {
        if (!m_stream) return std::fflush(stdout) == 0 ? Result<void>() : failed();
        if (std::fclose(m_stream.release()) != 0) {
            auto error = failed();
            std::error_code ignored;
            fs::remove(m_part, ignored);
            return error;
        }
        std::error_code error;
        fs::rename(m_part, m_file, error);
        if (error) return errnoError("cannot write " + m_file.string(), error.value());
        return {};
    }

private:
    Output() = default;
    Result<void> failed() const {
        return errnoError(m_file.empty() ? "cannot write to stdout" : "cannot write " + m_file.string(),
                          errno);
    }

    struct Closer {
        void operator()(std::FILE* stream) const { std::fclose(stream); }
    };
    fs::path m_file;
    fs::path m_part;
    std::unique_ptr<std::FILE, Closer> m_stream;
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
void eachCell(const PredictionRows& rows, std::size_t row, Text text, Whole whole, Real real) {
    text(rows.files[row]);
    if (!rows.rows.empty()) whole(rows.rows[row]);
    for (std::size_t i = row * rows.top; i < (row + 1) * rows.top; ++i) {
        text(rows.classes[i]);
        real(rows.probabilities[i]);
    }
    if (rows.top == 0) real(rows.values[row]);
}

class CsvFile final : public PredictionFile {
public:
    explicit CsvFile(Output output) : m_output(std::move(output)) {}

    Result<void> add(const PredictionRows& rows) override {
        std::string text;
        const auto put = [&](const std::string& cell) {
            if (!text.empty() && text.back() != '\n') text += ',';
            text += cell;
        };
        if (!m_hasHeader)
            for (const auto& name : predictionColumns(rows)) put(name);
        if (!m_hasHeader) text += '\n';
        m_hasHeader = true;
        for (std::size_t row = 0; row < rows.files.size(); ++row) {
            eachCell(
                rows, row, [&](const std::string& cell) { put(field(cell)); },
                [&](std::int64_t cell) { put(std::to_string(cell)); },
                [&](float cell) { put(numberText(cell)); });
            text += '\n';
        }
        return m_output.write(text);
    }
    Result<void> finish() override { return m_output.finish(); }

private:
    Output m_output;
    bool m_hasHeader = false;
};

class JsonFile final : public PredictionFile {
public:
    explicit JsonFile(Output output) : m_output(std::move(output)) {}

    Result<void> add(const PredictionRows& rows) override {
        using Json = nlohmann::ordered_json;
        const auto names = predictionColumns(rows);
        std::string text;
        for (std::size_t row = 0; row < rows.files.size(); ++row) {
            Json one;
            auto name = names.begin();
            const auto put = [&](const auto& cell) { one[*name++] = cell; };
            const auto putReal = [&](float cell) {
                put(std::isfinite(cell) ? Json::parse(numberText(cell)) : Json());  // as short as a float is
            };
            eachCell(rows, row, put, put, putReal);
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
    bool m_isBegun = false;
};

template <typename File>
Result<std::unique_ptr<PredictionFile>> make(const fs::path& file) {
    SLIPWAY_TRY(auto output, Output::open(file));
    return std::unique_ptr<PredictionFile>(std::make_unique<File>(std::move(output)));
}

}  // namespace

std::vector<std::string> predictionColumns(const PredictionRows& rows) {
    std::vector<std::string> names{"file"};
    if (!rows.rows.empty()) names.emplace_back("row");
    for (std::size_t i = 1; i <= rows.top; ++i) {
        const std::string ending = i == 1 ? "" : "_" + std::to_string(i);
        names.push_back("prediction" + ending);
        names.push_back("probability" + ending);
    }
    if (rows.top == 0) names.emplace_back("value");
    return names;
}

Result<std::unique_ptr<PredictionFile>> makeCsvPredictions(const fs::path& file) {
    return make<CsvFile>(file);
}
Result<std::unique_ptr<PredictionFile>> makeJsonPredictions(const fs::path& file) {
    return make<JsonFile>(file);
}

}  // namespace slipway
