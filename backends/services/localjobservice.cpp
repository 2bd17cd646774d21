// SPDX-License-Identifier: Apache-2.0
#include "backends/core/modeltypes.h"
#include "backends/platform/files.h"
#include "backends/services/localservices.h"
#include "backends/services/worker.h"

#include <algorithm>
#include <set>

namespace slipway {
namespace {

// The paths a job file can name, from the same tables that the form is made of.
std::vector<std::string> knownPaths() {
    std::set<std::string> paths{"name",
                                "seed",
                                "replicas",
                                "train",
                                "program",
                                "program.command",
                                "program.folder",
                                "program.interpreter",
                                "program.image",
                                "resources.cpu",
                                "resources.memory",
                                "resources.gpus",
                                "resources.gpu_memory",
                                "resources.slice",
                                "resources.shared_memory"};
    const auto add = [&](const std::string& prefix, const ParameterTable& table) {
        for (const Parameter& parameter : table.parameters) paths.insert(prefix + "." + parameter.name);
    };
    const auto addAll = [&](const std::string& prefix, std::span<const ParameterTable> tables) {
        paths.insert(prefix + ".type");
        for (const ParameterTable& table : tables) add(prefix, table);
    };
    addAll("train.network", networkTables());
    addAll("train.data", dataTables());
    addAll("train.optimizer", optimizerTables());
    add("train", loopTable());
    return {paths.begin(), paths.end()};
}

std::vector<JobSnapshot::Field> fieldsOf(const SpecDocument& document) {
    static const std::vector<std::string> paths = knownPaths();
    std::vector<JobSnapshot::Field> fields;
    for (const std::string& path : paths) {
        const std::optional<SpecRange> range = document.valueRange(path);
        if (!range) continue;
        std::string written;
        if (const auto scalar = document.scalar(path))
            written = *scalar;
        else if (const std::string raw = document.text().substr(range->begin, range->end - range->begin);
                 raw.find('\n') == std::string::npos)
            written = raw;
        fields.push_back({path, *range, std::move(written)});
    }
    return fields;
}

struct Parsed {
    std::shared_ptr<JobSnapshot> snapshot;  // without file and saved text
    std::optional<Error> error;
};

Parsed parsed(const std::string& text, std::uint64_t generation) {
    Parsed result;
    Result<SpecDocument> document = SpecDocument::parse(text);
    if (!document) {
        result.error = document.error();
        return result;
    }
    auto snapshot = std::make_shared<JobSnapshot>();
    snapshot->generation = generation;
    snapshot->text = QString::fromStdString(text);
    snapshot->problems = document->problems();
    snapshot->spec = document->spec();
    snapshot->fields = fieldsOf(*document);
    result.snapshot = std::move(snapshot);
    return result;
}

class LocalJobService final : public JobService {
public:
    explicit LocalJobService(QObject* owner) : JobService(owner), m_worker(this, 1) {}

    void load(const QString& file) override {
        close();
        const std::uint64_t opening = ++m_opening;
        m_worker.run(
            [path = file.toStdString()](const std::stop_token&) { return readFile(path, kMaxSpecBytes); },
            [this, opening, file](Result<std::string> text) {
                if (opening != m_opening) return;
                if (!text) {
                    Q_EMIT failed(text.error());
                    return;
                }
                m_file = file;
                m_text = QString::fromStdString(*text);
                m_savedText = m_text;
                Q_EMIT textReplaced(m_text);
                parse();
            });
    }

    void setText(const QString& text) override {
        if (!isOpen() || text == m_text) return;
        m_text = text;
        parse();
    }

    void setValue(const QString& path, const QString& yaml) override { edit(path, yaml); }
    void removeValue(const QString& path) override { edit(path, std::nullopt); }

    void save() override {
        if (!isOpen()) return;
        m_worker.run([path = m_file.toStdString(), content = m_text.toStdString()](
                         const std::stop_token&) { return writeFileAtomically(path, content); },
                     [this, opening = m_opening, file = m_file, text = m_text](const Result<void>& written) {
                         if (!written) {
                             Q_EMIT failed(written.error());
                             return;
                         }
                         Q_EMIT saved(file);
                         if (opening != m_opening) return;
                         m_savedText = text;
                         m_isSavedParsed = false;
                         parse();
                     });
    }

private:
    bool isOpen() const { return !m_file.isEmpty(); }

    // File and text are those of one job at any time: none from here until the next one is read.
    void close() {
        ++m_generation;
        m_file.clear();
        m_text.clear();
        m_savedText.clear();
        m_savedFields.clear();
        m_isSavedParsed = false;
    }

    void parse() {
        const std::uint64_t generation = ++m_generation;
        m_worker.run([text = m_text.toStdString(),
                      generation](const std::stop_token&) { return parsed(text, generation); },
                     [this, generation](Parsed result) {
                         if (generation == m_generation) deliver(std::move(result));
                     });
    }

    void deliver(Parsed result) {
        if (result.error) {
            Q_EMIT failed(*result.error);
            return;
        }
        if (!m_isSavedParsed && result.snapshot->text == m_savedText) {
            m_savedFields = result.snapshot->fields;
            m_isSavedParsed = true;
        }
        result.snapshot->file = m_file;
        result.snapshot->savedText = m_savedText;
        result.snapshot->savedFields = m_savedFields;
        Q_EMIT snapshotChanged(result.snapshot);
    }

    // None removes it. A text typed meanwhile wins: the edit is then made in that one.
    void edit(const QString& path, const std::optional<QString>& yaml) {
        if (!isOpen()) return;
        const std::uint64_t generation = ++m_generation;
        const auto work = [text = m_text.toStdString(), key = path.toStdString(),
                           yaml](const std::stop_token&) -> Result<std::string> {
            SLIPWAY_TRY(const SpecDocument document, SpecDocument::parse(text));
            if (!yaml && !document.valueRange(key)) return text;
            SLIPWAY_TRY(const SpecDocument changed,
                        yaml ? document.withValue(key, yaml->toStdString()) : document.without(key));
            return changed.text();
        };
        m_worker.run(work, [this, generation, opening = m_opening, path, yaml](Result<std::string> text) {
            if (opening != m_opening) return;
            if (generation != m_generation) return edit(path, yaml);
            if (!text) {
                Q_EMIT failed(text.error());
                return;
            }
            m_text = QString::fromStdString(*text);
            Q_EMIT textReplaced(m_text);
            parse();
        });
    }

    QString m_file;
    QString m_text;
    QString m_savedText;
    std::vector<JobSnapshot::Field> m_savedFields;
    bool m_isSavedParsed = false;
    std::uint64_t m_generation = 0;  // of the text
    std::uint64_t m_opening = 0;     // of the file
    Worker m_worker;
};

}  // namespace

const JobSnapshot::Field* JobSnapshot::field(std::string_view path) const {
    const auto found =
        std::find_if(fields.begin(), fields.end(), [&](const Field& one) { return one.path == path; });
    return found == fields.end() ? nullptr : &*found;
}

JobService* makeJobService(QObject* owner) { return new LocalJobService(owner); }

}  // namespace slipway
