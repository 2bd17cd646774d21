// SPDX-License-Identifier: Apache-2.0
#include "backends/platform/files.h"
#include "backends/services/localservices.h"
#include "backends/services/worker.h"

#include <QFileInfo>

#include <algorithm>
#include <iterator>
#include <set>

namespace slipway {
namespace {

namespace fs = std::filesystem;

constexpr int kMaxDepth = 4;
constexpr std::size_t kMaxJobs = 2000;
constexpr const char* kJobFile = "job.yaml";

JobFile jobFileAt(const fs::path& file, const QString& root) {
    JobFile job;
    job.file = QString::fromStdString(file.string());
    job.folder = QString::fromStdString(file.parent_path().string());
    job.root = root;
    job.name = QString::fromStdString(file.parent_path().filename().string());
    job.changed = QFileInfo(job.file).lastModified();
    const Result<SpecDocument> document = SpecDocument::load(file);
    if (!document) {
        job.problems = 1;
        return job;
    }
    job.problems = static_cast<int>(document->problems().size());
    if (const auto name = document->scalar("name")) job.name = QString::fromStdString(*name);
    if (document->valueRange("program"))
        job.kind = QStringLiteral("program");
    else if (const auto type = document->scalar("train.network.type"))
        job.kind = QString::fromStdString(*type);
    return job;
}

void collect(const fs::path& folder, const QString& root, int depth, const std::stop_token& stop,
             JobFiles& found) {
    if (depth > kMaxDepth || found.size() >= kMaxJobs || stop.stop_requested()) return;
    std::error_code failure;
    if (fs::is_regular_file(folder / kJobFile, failure)) found.push_back(jobFileAt(folder / kJobFile, root));
    std::vector<fs::path> folders;
    for (const auto& entry :
         fs::directory_iterator(folder, fs::directory_options::skip_permission_denied, failure)) {
        const std::string name = entry.path().filename().string();
        if (name.starts_with('.') || name == "__pycache__" || name == "node_modules" || name == "build")
            continue;
        if (entry.is_directory(failure) && !entry.is_symlink(failure)) folders.push_back(entry.path());
    }
    std::sort(folders.begin(), folders.end());
    for (const fs::path& one : folders) collect(one, root, depth + 1, stop, found);
}

// An example of which the workspace has a copy, known by its folder's name, would be listed twice.
void addExamples(const fs::path& examples, const std::stop_token& stop, JobFiles& found) {
    std::set<QString> have;
    for (const JobFile& job : found) have.insert(QFileInfo(job.folder).fileName());
    JobFiles all;
    collect(examples, {}, 0, stop, all);
    std::copy_if(all.begin(), all.end(), std::back_inserter(found), [&have](const JobFile& example) {
        return !have.contains(QFileInfo(example.folder).fileName());
    });
}

fs::path freeFolder(const fs::path& parent, const std::string& name) {
    std::error_code failure;
    fs::path folder = parent / name;
    for (int number = 2; fs::exists(folder, failure); ++number)
        folder = parent / (name + "-" + std::to_string(number));
    return folder;
}

Result<QString> writeProject(const std::map<std::string, std::string>& files, const fs::path& folder) {
    for (const auto& [name, content] : files) {
        SLIPWAY_CHECK(makeFolders((folder / name).parent_path()));
        SLIPWAY_CHECK(writeFileAtomically(folder / name, content));
    }
    return QString::fromStdString((folder / kJobFile).string());
}

class LocalWorkspaceService final : public WorkspaceService {
public:
    LocalWorkspaceService(fs::path examples, ProjectTemplates templates, QObject* owner)
        : WorkspaceService(owner),
          m_examples(std::move(examples)),
          m_templates(std::move(templates)),
          m_worker(this, 1) {}

    void scan(const QStringList& folders) override {
        const std::uint64_t generation = ++m_generation;
        m_worker.run(
            [folders, examples = m_examples](const std::stop_token& stop) {
                auto found = std::make_shared<JobFiles>();
                for (const QString& folder : folders) collect(folder.toStdString(), folder, 0, stop, *found);
                if (!examples.empty()) addExamples(examples, stop, *found);
                return JobFilesPtr(std::move(found));
            },
            [this, generation](const JobFilesPtr& found) {
                if (generation == m_generation) Q_EMIT scanned(found);
            });
    }

    void create(const QString& kind, const QString& folder) override {
        m_worker.run(
            [this, kind = kind.toStdString(),
             parent = fs::path(folder.toStdString())](const std::stop_token&) -> Result<QString> {
                const fs::path target = freeFolder(parent, "my-" + kind);
                SLIPWAY_TRY(const auto files, m_templates(kind, target.filename().string()));
                return writeProject(files, target);
            },
            [this](const Result<QString>& file) { tell(file); });
    }

    void copyExample(const JobFile& example, const QString& folder) override {
        m_worker.run(
            [source = fs::path(example.folder.toStdString()),
             parent = fs::path(folder.toStdString())](const std::stop_token&) -> Result<QString> {
                const fs::path target = freeFolder(parent, source.filename().string());
                SLIPWAY_CHECK(makeFolders(parent));
                std::error_code failure;
                fs::copy(source, target, fs::copy_options::recursive | fs::copy_options::skip_symlinks,
                         failure);
                if (failure) return errnoError("cannot copy to " + target.string(), failure.value());
                return QString::fromStdString((target / kJobFile).string());
            },
            [this](const Result<QString>& file) { tell(file); });
    }

private:
    void tell(const Result<QString>& file) {
        if (file)
            Q_EMIT created(*file);
        else
            Q_EMIT failed(file.error());
    }

    fs::path m_examples;
    ProjectTemplates m_templates;
    std::uint64_t m_generation = 0;
    Worker m_worker;
};

}  // namespace

WorkspaceService* makeWorkspaceService(const fs::path& examples, ProjectTemplates templates, QObject* owner) {
    return new LocalWorkspaceService(examples, std::move(templates), owner);
}

}  // namespace slipway
