// SPDX-License-Identifier: Apache-2.0
#include "backends/data/predictionfile.h"
#include "backends/platform/atomicfile.h"

#include <arrow/api.h>
#include <arrow/io/api.h>
#include <arrow/util/byte_size.h>
#include <parquet/arrow/writer.h>

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

namespace slipway {
namespace {

namespace fs = std::filesystem;

// A group is what readers read and skip at once; and what is held until it is whole.
constexpr std::int64_t kGroupRows = 100'000;
constexpr std::int64_t kGroupBytes = std::int64_t{32} << 20;

std::shared_ptr<arrow::Schema> schemaOf(const PredictionForm& form) {
    const auto names = predictionColumns(form);
    arrow::FieldVector fields;
    const auto add = [&](const std::shared_ptr<arrow::DataType>& type) {
        fields.push_back(arrow::field(names[fields.size()], type));
    };
    add(arrow::utf8());
    if (form.hasRows) add(arrow::int64());
    for (std::size_t i = 0; i < form.top; ++i) {
        add(arrow::utf8());
        add(arrow::float32());
    }
    if (form.top == 0) add(arrow::float32());
    return arrow::schema(std::move(fields));
}

template <typename Builder, typename Value>
arrow::Result<std::shared_ptr<arrow::Array>> columnOf(const std::vector<Value>& values, std::size_t first = 0,
                                                      std::size_t stride = 1) {
    Builder builder;
    for (std::size_t i = first; i < values.size(); i += stride)
        ARROW_RETURN_NOT_OK(builder.Append(values[i]));
    return builder.Finish();
}

class ParquetFile final : public PredictionFile {
public:
    ParquetFile(AtomicFile out, fs::path file, const PredictionForm& form)
        : m_out(std::move(out)),
          m_file(std::move(file)),
          m_form(form),
          m_schema(schemaOf(form)) {}

    Result<void> add(const PredictionRows& rows) override { return toResult(append(rows)); }
    Result<void> finish() override {
        SLIPWAY_CHECK(toResult(close()));
        return m_out.finish();
    }

    Result<void> open() {
        // Arrow closes what it writes to; the file's own stays open for what comes after.
        const int copy = ::fcntl(m_out.descriptor(), F_DUPFD_CLOEXEC, 0);
        if (copy < 0) return errnoError("cannot write " + m_file.string(), errno);
        auto stream = arrow::io::FileOutputStream::Open(copy);
        if (!stream.ok()) ::close(copy);
        SLIPWAY_CHECK(toResult(stream.status()));
        m_stream = *stream;
        return toResult(parquet::arrow::FileWriter::Open(*m_schema, arrow::default_memory_pool(), m_stream)
                            .Value(&m_writer));
    }

private:
    Result<void> toResult(const arrow::Status& status) const {
        if (status.ok()) return {};
        return Error{ErrorCode::Io, "cannot write " + m_file.string(), status.message(), {}};
    }

    arrow::Status append(const PredictionRows& rows) {
        arrow::ArrayVector columns;
        ARROW_ASSIGN_OR_RAISE(columns.emplace_back(), columnOf<arrow::StringBuilder>(rows.files));
        if (m_form.hasRows) {
            ARROW_ASSIGN_OR_RAISE(columns.emplace_back(), columnOf<arrow::Int64Builder>(rows.rows));
        }
        for (std::size_t i = 0; i < m_form.top; ++i) {
            ARROW_ASSIGN_OR_RAISE(columns.emplace_back(),
                                  columnOf<arrow::StringBuilder>(rows.classes, i, m_form.top));
            ARROW_ASSIGN_OR_RAISE(columns.emplace_back(),
                                  columnOf<arrow::FloatBuilder>(rows.probabilities, i, m_form.top));
        }
        if (m_form.top == 0) {
            ARROW_ASSIGN_OR_RAISE(columns.emplace_back(), columnOf<arrow::FloatBuilder>(rows.values));
        }
        const auto& piece = m_pieces.emplace_back(arrow::Table::Make(m_schema, columns));
        m_rows += piece->num_rows();
        m_bytes += arrow::util::TotalBufferSize(*piece);
        return m_rows >= kGroupRows || m_bytes >= kGroupBytes ? writeGroup() : arrow::Status::OK();
    }

    arrow::Status writeGroup() {
        if (m_rows == 0) return arrow::Status::OK();
        ARROW_ASSIGN_OR_RAISE(const auto group, arrow::ConcatenateTables(m_pieces));
        m_pieces.clear();
        m_bytes = 0;
        return m_writer->WriteTable(*group, std::exchange(m_rows, 0));
    }

    arrow::Status close() {
        ARROW_RETURN_NOT_OK(writeGroup());
        ARROW_RETURN_NOT_OK(m_writer->Close());
        return m_stream->Close();
    }

    AtomicFile m_out;
    fs::path m_file;
    PredictionForm m_form;
    std::shared_ptr<arrow::Schema> m_schema;
    std::shared_ptr<arrow::io::FileOutputStream> m_stream;
    std::unique_ptr<parquet::arrow::FileWriter> m_writer;
    std::vector<std::shared_ptr<arrow::Table>> m_pieces;  // of the group that is not whole yet
    std::int64_t m_rows = 0;
    std::int64_t m_bytes = 0;
};

}  // namespace

Result<std::unique_ptr<PredictionFile>> makeParquetPredictions(const fs::path& file,
                                                               const PredictionForm& form) {
    SLIPWAY_TRY(auto out, AtomicFile::create(file));
    auto made = std::make_unique<ParquetFile>(std::move(out), file, form);
    SLIPWAY_CHECK(made->open());
    return std::unique_ptr<PredictionFile>(std::move(made));
}

}  // namespace slipway
