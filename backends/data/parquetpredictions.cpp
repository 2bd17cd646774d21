// SPDX-License-Identifier: Apache-2.0
#include "backends/data/predictionfile.h"

#include <arrow/api.h>
#include <arrow/io/api.h>
#include <parquet/arrow/writer.h>

namespace slipway {
namespace {

namespace fs = std::filesystem;

template <typename Builder, typename Value>
arrow::Result<std::shared_ptr<arrow::Array>> columnOf(const std::vector<Value>& values, std::size_t first = 0,
                                                      std::size_t stride = 1) {
    Builder builder;
    for (std::size_t i = first; i < values.size(); i += stride)
        ARROW_RETURN_NOT_OK(builder.Append(values[i]));
    return builder.Finish();
}

arrow::Result<std::shared_ptr<arrow::Table>> tableOf(const PredictionRows& rows) {
    arrow::ArrayVector columns;
    ARROW_ASSIGN_OR_RAISE(columns.emplace_back(), columnOf<arrow::StringBuilder>(rows.files));
    if (!rows.rows.empty()) {
        ARROW_ASSIGN_OR_RAISE(columns.emplace_back(), columnOf<arrow::Int64Builder>(rows.rows));
    }
    for (std::size_t i = 0; i < rows.top; ++i) {
        ARROW_ASSIGN_OR_RAISE(columns.emplace_back(),
                              columnOf<arrow::StringBuilder>(rows.classes, i, rows.top));
        ARROW_ASSIGN_OR_RAISE(columns.emplace_back(),
                              columnOf<arrow::FloatBuilder>(rows.probabilities, i, rows.top));
    }
    if (rows.top == 0) {
        ARROW_ASSIGN_OR_RAISE(columns.emplace_back(), columnOf<arrow::FloatBuilder>(rows.values));
    }
    const auto names = predictionColumns(rows);
    arrow::FieldVector fields;
    for (std::size_t i = 0; i < columns.size(); ++i)
        fields.push_back(arrow::field(names[i], columns[i]->type()));
    return arrow::Table::Make(arrow::schema(std::move(fields)), columns);
}

class ParquetFile final : public PredictionFile {
public:
    explicit ParquetFile(fs::path file) : m_file(std::move(file)), m_part(m_file.string() + ".part") {}
    ~ParquetFile() override {
        if (!m_stream) return;
        std::error_code ignored;
        fs::remove(m_part, ignored);
    }

    Result<void> add(const PredictionRows& rows) override { return toResult(append(rows)); }
    Result<void> finish() override {
        SLIPWAY_CHECK(toResult(close()));
        std::error_code error;
        fs::rename(m_part, m_file, error);
        if (error) return errnoError("cannot write " + m_file.string(), error.value());
        m_stream.reset();
        return {};
    }

    arrow::Status open() {
        ARROW_ASSIGN_OR_RAISE(m_stream, arrow::io::FileOutputStream::Open(m_part.string()));
        return arrow::Status::OK();
    }
    Result<void> toResult(const arrow::Status& status) const {
        if (status.ok()) return {};
        return Error{ErrorCode::Io, "cannot write " + m_file.string(), status.message(), {}};
    }

private:
    arrow::Status append(const PredictionRows& rows) {
        ARROW_ASSIGN_OR_RAISE(const auto table, tableOf(rows));
        if (!m_writer) {
            ARROW_ASSIGN_OR_RAISE(m_writer, parquet::arrow::FileWriter::Open(
                                                *table->schema(), arrow::default_memory_pool(), m_stream));
        }
        return m_writer->WriteTable(*table);
    }
    arrow::Status close() {
        if (!m_writer) ARROW_RETURN_NOT_OK(append({}));
        ARROW_RETURN_NOT_OK(m_writer->Close());
        return m_stream->Close();
    }

    fs::path m_file;
    fs::path m_part;
    std::shared_ptr<arrow::io::FileOutputStream> m_stream;
    std::unique_ptr<parquet::arrow::FileWriter> m_writer;
};

}  // namespace

Result<std::unique_ptr<PredictionFile>> makeParquetPredictions(const fs::path& file) {
    auto made = std::make_unique<ParquetFile>(file);
    SLIPWAY_CHECK(made->toResult(made->open()));
    return std::unique_ptr<PredictionFile>(std::move(made));
}

}  // namespace slipway
