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

namespace slipway {
namespace {

namespace csv = arrow::csv;
using TablePointer = std::shared_ptr<arrow::Table>;
using FilePointer = std::shared_ptr<arrow::io::RandomAccessFile>;

constexpr std::string_view kParquetMagic = "PAR1";
constexpr std::string_view kIpcMagic = "ARROW1";

arrow::Result<TablePointer> readCsv(const FilePointer& input) {
    auto read = csv::ReadOptions::Defaults();
    read.use_threads = false;  // so that errors name the row
    auto convert = csv::ConvertOptions::Defaults();
    convert.strings_can_be_null = true;
    ARROW_ASSIGN_OR_RAISE(auto reader, csv::TableReader::Make(arrow::io::default_io_context(), input, read,
                                                              csv::ParseOptions::Defaults(), convert));
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

arrow::Result<TableFile> read(const std::filesystem::path& file) {
    ARROW_ASSIGN_OR_RAISE(auto input, arrow::io::ReadableFile::Open(file.string()));
    ARROW_ASSIGN_OR_RAISE(const auto begin, input->ReadAt(0, static_cast<std::int64_t>(kIpcMagic.size())));
    const std::string magic = begin->ToString();
    TableFile opened;
    if (magic.starts_with(kParquetMagic)) {
        ARROW_ASSIGN_OR_RAISE(opened.table, readParquet(input));
    } else if (magic == kIpcMagic) {
        ARROW_ASSIGN_OR_RAISE(opened.table, readIpc(input));
    } else {
        ARROW_RETURN_NOT_OK(input->Seek(0));
        ARROW_ASSIGN_OR_RAISE(opened.table, readCsv(input));
        opened.firstRow = 2;
    }
    // What a hostile file claims of itself is not believed: offsets and lengths are checked.
    ARROW_RETURN_NOT_OK(opened.table->ValidateFull());
    return opened;
}

}  // namespace

Result<TableFile> openTableFile(const std::filesystem::path& file) {
    std::error_code error;
    const auto size = std::filesystem::file_size(file, error);
    if (error) return errnoError("cannot read " + file.string(), error.value());
    if (size > static_cast<std::uintmax_t>(kMaxTableBytes))
        return Error{
            ErrorCode::InvalidArgument, file.string() + " is larger than 8 GiB", {}, "Split the file"};
    auto opened = arrow::Result<TableFile>(arrow::Status::UnknownError("not read"));
    try {
        opened = read(file);
    } catch (const std::exception& problem) {  // Parquet's
        return Error{ErrorCode::Corrupt, file.string() + ": " + problem.what(), {}, {}};
    }
    if (opened.ok()) return opened.MoveValueUnsafe();
    const auto& status = opened.status();
    return Error{status.IsIOError() && status.message().find("Parquet") == std::string::npos
                     ? ErrorCode::Io
                     : ErrorCode::Corrupt,
                 file.string() + ": " + status.message(),
                 {},
                 {}};
}

}  // namespace slipway
