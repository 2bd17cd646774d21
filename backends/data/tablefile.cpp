// SPDX-License-Identifier: Apache-2.0
#include "backends/data/tablefile.h"

#include "backends/data/tablereader.h"

#include <arrow/csv/api.h>
#include <arrow/io/api.h>
#include <arrow/ipc/api.h>
#include <parquet/arrow/reader.h>
#include <parquet/file_reader.h>
#include <parquet/metadata.h>

#include <algorithm>
#include <cerrno>

namespace slipway {
namespace {

namespace csv = arrow::csv;
using TablePointer = std::shared_ptr<arrow::Table>;
using FilePointer = std::shared_ptr<arrow::io::RandomAccessFile>;

constexpr std::string_view kParquetMagic = "PAR1";
constexpr std::string_view kIpcMagic = "ARROW1";

csv::ReadOptions readOptions() {
    auto read = csv::ReadOptions::Defaults();
    read.use_threads = false;  // so that errors name the row
    return read;
}

csv::ConvertOptions convertOptions() {
    auto convert = csv::ConvertOptions::Defaults();
    convert.strings_can_be_null = true;
    return convert;
}

arrow::Result<TablePointer> readCsv(const FilePointer& input) {
    ARROW_ASSIGN_OR_RAISE(auto reader,
                          csv::TableReader::Make(arrow::io::default_io_context(), input, readOptions(),
                                                 csv::ParseOptions::Defaults(), convertOptions()));
    return reader->Read();
}

// Before a cell is unpacked: a small file may claim any number of them.
arrow::Status checkCells(std::int64_t rows, int columns) {
    if (rows >= 0 && rows <= kMaxTableBytes / static_cast<std::int64_t>(sizeof(float)) / std::max(columns, 1))
        return arrow::Status::OK();
    return arrow::Status::Invalid("its ", rows, " rows of ", columns, " columns take more than 8 GiB");
}

arrow::Result<TablePointer> readParquet(const FilePointer& input) {
    ARROW_ASSIGN_OR_RAISE(auto reader, parquet::arrow::OpenFile(input, arrow::default_memory_pool()));
    const auto about = reader->parquet_reader()->metadata();
    ARROW_RETURN_NOT_OK(checkCells(about->num_rows(), about->num_columns()));
    return reader->ReadTable();
}

arrow::Result<TablePointer> readIpc(const FilePointer& input) {
    ARROW_ASSIGN_OR_RAISE(auto reader, arrow::ipc::RecordBatchFileReader::Open(input));
    ARROW_ASSIGN_OR_RAISE(const auto rows, reader->CountRows());
    ARROW_RETURN_NOT_OK(checkCells(rows, reader->schema()->num_fields()));
    return reader->ToTable();
}

enum class Format { Csv, Parquet, Ipc };

arrow::Result<Format> formatOf(const FilePointer& input) {
    ARROW_ASSIGN_OR_RAISE(const auto begin, input->ReadAt(0, static_cast<std::int64_t>(kIpcMagic.size())));
    const std::string magic = begin->ToString();
    ARROW_RETURN_NOT_OK(input->Seek(0));
    if (magic.starts_with(kParquetMagic)) return Format::Parquet;
    return magic == kIpcMagic ? Format::Ipc : Format::Csv;
}

arrow::Result<FilePointer> openInput(const std::filesystem::path& file) {
    return arrow::io::ReadableFile::Open(file.string());
}

arrow::Result<TableFile> read(const std::filesystem::path& file) {
    ARROW_ASSIGN_OR_RAISE(const FilePointer input, openInput(file));
    ARROW_ASSIGN_OR_RAISE(const Format format, formatOf(input));
    TableFile opened;
    if (format == Format::Parquet) {
        ARROW_ASSIGN_OR_RAISE(opened.table, readParquet(input));
    } else if (format == Format::Ipc) {
        ARROW_ASSIGN_OR_RAISE(opened.table, readIpc(input));
    } else {
        ARROW_ASSIGN_OR_RAISE(opened.table, readCsv(input));
        opened.firstRow = 2;
    }
    // What a hostile file claims of itself is not believed: offsets and lengths are checked.
    ARROW_RETURN_NOT_OK(opened.table->ValidateFull());
    return opened;
}

using PieceReader = std::shared_ptr<arrow::RecordBatchReader>;

class IpcPieces final : public arrow::RecordBatchReader {
public:
    explicit IpcPieces(std::shared_ptr<arrow::ipc::RecordBatchFileReader> file) : m_file(std::move(file)) {}
    std::shared_ptr<arrow::Schema> schema() const override { return m_file->schema(); }
    arrow::Status ReadNext(std::shared_ptr<arrow::RecordBatch>* piece) override {
        piece->reset();
        if (m_next == m_file->num_record_batches()) return arrow::Status::OK();
        return m_file->ReadRecordBatch(m_next++).Value(piece);
    }

private:
    std::shared_ptr<arrow::ipc::RecordBatchFileReader> m_file;
    int m_next = 0;
};

// Its pieces need the reader of the file.
class ParquetPieces final : public arrow::RecordBatchReader {
public:
    static arrow::Result<PieceReader> open(const FilePointer& input) {
        constexpr std::int64_t kRows = 8192;
        auto made = std::make_shared<ParquetPieces>();
        ARROW_ASSIGN_OR_RAISE(made->m_file, parquet::arrow::OpenFile(input, arrow::default_memory_pool()));
        made->m_file->set_batch_size(kRows);
        ARROW_ASSIGN_OR_RAISE(made->m_pieces, made->m_file->GetRecordBatchReader());
        return made;
    }
    std::shared_ptr<arrow::Schema> schema() const override { return m_pieces->schema(); }
    arrow::Status ReadNext(std::shared_ptr<arrow::RecordBatch>* piece) override {
        return m_pieces->ReadNext(piece);
    }

private:
    std::unique_ptr<parquet::arrow::FileReader> m_file;
    std::unique_ptr<arrow::RecordBatchReader> m_pieces;
};

arrow::Result<std::shared_ptr<csv::StreamingReader>> csvPieces(const FilePointer& input,
                                                               const csv::ConvertOptions& convert,
                                                               const BrokenRow& onBroken = {}) {
    ARROW_RETURN_NOT_OK(input->Seek(0));
    auto parse = csv::ParseOptions::Defaults();
    if (onBroken)
        parse.invalid_row_handler = [onBroken](const csv::InvalidRow& row) {
            onBroken(row.number, "it has " + std::to_string(row.actual_columns) + " cells, the header has " +
                                     std::to_string(row.expected_columns));
            return csv::InvalidRowResult::Skip;
        };
    return csv::StreamingReader::Make(arrow::io::default_io_context(), input, readOptions(), parse, convert);
}

arrow::Result<std::vector<std::string>> columnNames(const std::filesystem::path& file) {
    ARROW_ASSIGN_OR_RAISE(const FilePointer input, openInput(file));
    ARROW_ASSIGN_OR_RAISE(const Format format, formatOf(input));
    PieceReader pieces;
    if (format == Format::Parquet) {
        ARROW_ASSIGN_OR_RAISE(pieces, ParquetPieces::open(input));
    } else if (format == Format::Ipc) {
        ARROW_ASSIGN_OR_RAISE(const auto reader, arrow::ipc::RecordBatchFileReader::Open(input));
        return reader->schema()->field_names();
    } else {
        ARROW_ASSIGN_OR_RAISE(pieces,
                              csvPieces(input, convertOptions(), [](std::int64_t, const std::string&) {}));
    }
    return pieces->schema()->field_names();
}

arrow::Result<TableStream> stream(const std::filesystem::path& file, const std::vector<std::string>& wanted,
                                  const BrokenRow& onBroken) {
    ARROW_ASSIGN_OR_RAISE(const FilePointer input, openInput(file));
    ARROW_ASSIGN_OR_RAISE(const Format format, formatOf(input));
    TableStream opened;
    if (format == Format::Parquet) {
        ARROW_ASSIGN_OR_RAISE(opened.pieces, ParquetPieces::open(input));
        opened.form = "Parquet";
    } else if (format == Format::Ipc) {
        ARROW_ASSIGN_OR_RAISE(auto reader, arrow::ipc::RecordBatchFileReader::Open(input));
        opened.pieces = std::make_shared<IpcPieces>(std::move(reader));
        opened.form = "Arrow";
    } else {
        // A file of its own: this reader reads ahead, on a thread of its own.
        ARROW_ASSIGN_OR_RAISE(opened.names, columnNames(file));
        auto convert = convertOptions();
        for (const auto& name : wanted) {
            if (std::ranges::find(opened.names, name) == opened.names.end()) continue;
            convert.include_columns.push_back(name);
            convert.column_types[name] = arrow::utf8();
        }
        ARROW_ASSIGN_OR_RAISE(opened.pieces, csvPieces(input, convert, onBroken));
        opened.firstRow = 2;
        opened.form = "CSV";
        return opened;
    }
    opened.names = opened.pieces->schema()->field_names();
    return opened;
}

Error toError(const arrow::Status& status, const std::filesystem::path& file) {
    return {status.IsIOError() && status.message().find("Parquet") == std::string::npos ? ErrorCode::Io
                                                                                        : ErrorCode::Corrupt,
            file.string() + ": " + status.message(),
            {},
            {}};
}

// The result of Arrow's function, whose exceptions are Parquet's.
template <typename T, typename Function>
Result<T> guarded(const std::filesystem::path& file, Function function) {
    try {
        arrow::Result<T> result = function();
        if (result.ok()) return result.MoveValueUnsafe();
        return toError(result.status(), file);
    } catch (const std::exception& problem) {
        return Error{ErrorCode::Corrupt, file.string() + ": " + problem.what(), {}, {}};
    }
}

Result<void> checkExists(const std::filesystem::path& file) {
    std::error_code error;
    if (std::filesystem::exists(file, error)) return {};
    return errnoError("cannot read " + file.string(), error ? error.value() : ENOENT);
}

}  // namespace

Result<TableStream> openTableStream(const std::filesystem::path& file, const std::vector<std::string>& wanted,
                                    BrokenRow onBroken) {
    SLIPWAY_CHECK(checkExists(file));
    return guarded<TableStream>(file, [&] { return stream(file, wanted, onBroken); });
}

Result<std::vector<std::string>> tableColumns(const std::filesystem::path& file) {
    SLIPWAY_CHECK(checkExists(file));
    return guarded<std::vector<std::string>>(file, [&] { return columnNames(file); });
}

Result<std::shared_ptr<arrow::RecordBatch>> nextPiece(TableStream& stream,
                                                      const std::filesystem::path& file) {
    using Piece = std::shared_ptr<arrow::RecordBatch>;
    return guarded<Piece>(file, [&]() -> arrow::Result<Piece> {
        ARROW_ASSIGN_OR_RAISE(auto piece, stream.pieces->Next());
        if (piece) ARROW_RETURN_NOT_OK(piece->ValidateFull());
        return piece;
    });
}

Result<TableFile> openTableFile(const std::filesystem::path& file) {
    std::error_code error;
    const auto size = std::filesystem::file_size(file, error);
    if (error) return errnoError("cannot read " + file.string(), error.value());
    if (size > static_cast<std::uintmax_t>(kMaxTableBytes))
        return Error{
            ErrorCode::InvalidArgument, file.string() + " is larger than 8 GiB", {}, "Split the file"};
    return guarded<TableFile>(file, [&] { return read(file); });
}

}  // namespace slipway
