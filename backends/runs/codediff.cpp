// SPDX-License-Identifier: Apache-2.0
#include "backends/runs/codediff.h"

#include "backends/core/units.h"
#include "backends/platform/process.h"

namespace slipway {
namespace {

namespace fs = std::filesystem;
constexpr std::chrono::seconds kPatience{30};

// What `diff -ruN` says, without its commands, and with files by their names in the code.
class DiffReader {
public:
    DiffReader(std::string first, std::string other) : m_first(std::move(first)), m_other(std::move(other)) {}

    void take(std::string_view line) {
        if (line.starts_with("diff ")) {
            ++m_diff.files;
            m_headLines = 2;
            return;
        }
        if (m_headLines > 0) {
            --m_headLines;
            return takeHead(line);
        }
        m_diff.added += line.starts_with('+') ? 1 : 0;
        m_diff.removed += line.starts_with('-') ? 1 : 0;
        add(line);
    }
    CodeDiff diff() && { return std::move(m_diff); }

private:
    void takeHead(std::string_view line) {
        const std::string_view mark = line.substr(0, std::min<std::size_t>(4, line.size()));
        std::string_view name = line.substr(mark.size(), line.find('\t') - mark.size());
        if (name.size() > 1 && name.starts_with('"') && name.ends_with('"'))  // one with spaces
            name = name.substr(1, name.size() - 2);
        for (const std::string* folder : {&m_first, &m_other})
            if (name.starts_with(*folder)) name.remove_prefix(folder->size());
        add(std::string(mark) + std::string(name));
    }
    void add(std::string_view line) {
        m_diff.text += line;
        m_diff.text += '\n';
    }

    std::string m_first;
    std::string m_other;
    CodeDiff m_diff;
    int m_headLines = 0;
};

}  // namespace

fs::path codeFolder(const RunFolder& folder) { return folder.path() / "code"; }

Result<std::optional<CodeDiff>> codeDiff(const RunFolder& first, const RunFolder& other,
                                         const std::stop_token& stop) {
    const fs::path from = codeFolder(first);
    const fs::path to = codeFolder(other);
    std::error_code failure;
    if (!fs::is_directory(from, failure) || !fs::is_directory(to, failure)) return std::optional<CodeDiff>();
    SpawnOptions options;
    options.command = {"diff", "-ruN", "--", from.string(), to.string()};
    options.environment = currentEnvironment();
    options.environment.emplace_back("LC_ALL=C.UTF-8");
    SLIPWAY_TRY(const CommandOutput said, runCommand(options, kPatience, stop, kMaxCodeDiff));
    if (said.status.exitCode != 0 && said.status.exitCode != 1)
        return Error{ErrorCode::Io, "the code of two runs cannot be compared", said.err, ""};
    DiffReader reader(from.string() + "/", to.string() + "/");
    std::string_view rest = said.out;
    while (!rest.empty()) {
        const std::size_t end = rest.find('\n');
        reader.take(rest.substr(0, end));
        rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
    }
    return std::optional(std::move(reader).diff());
}

std::string codeDiffWords(const CodeDiff& diff) {
    if (diff.files == 0) return "the same";
    return grouped(diff.files) + (diff.files == 1 ? " file, +" : " files, +") + grouped(diff.added) + " −" +
           grouped(diff.removed);
}

}  // namespace slipway
