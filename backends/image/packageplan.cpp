// SPDX-License-Identifier: Apache-2.0
#include "backends/image/packager.h"

#include "backends/core/imagepaths.h"
#include "backends/core/jobneeds.h"
#include "backends/core/programscript.h"
#include "backends/http/url.h"
#include "backends/image/closure.h"
#include "backends/image/ignorerules.h"
#include "backends/image/secretscan.h"
#include "backends/platform/files.h"

#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <set>
#include <span>

namespace slipway {

namespace fs = std::filesystem;
using namespace oci;

namespace {

constexpr std::int64_t kMaxLayerData = 1'000'000'000;
constexpr std::size_t kMaxFiles = 200'000;
constexpr std::size_t kMaxCountedFiles = 20'000;  // of a folder that is left out, for its size
constexpr std::size_t kMaxIgnoreFileBytes = std::size_t{1} << 20;
constexpr int kMaxDepth = 64;

constexpr const char* kVersionControl = ".git\n.hg/\n.svn/\n";
constexpr const char* kToolFiles =
    "__pycache__/\n*.pyc\n.ipynb_checkpoints/\n.mypy_cache/\n.pytest_cache/\n.ruff_cache/\n.tox/\n";

std::string under(const std::string& folder, const std::string& name) {
    return folder.empty() ? name : folder + "/" + name;
}

Bytes sizeOfFolder(const fs::path& folder) {
    std::int64_t total = 0;
    std::size_t count = 0;
    std::error_code code;
    for (fs::recursive_directory_iterator it(folder, code), end;
         !code && it != end && count < kMaxCountedFiles; it.increment(code), ++count) {
        std::error_code ignored;
        if (it->is_regular_file(ignored) && !it->is_symlink(ignored))
            total += static_cast<std::int64_t>(it->file_size(ignored));
    }
    return Bytes{total};
}

// Why a link cannot go into the image; none: it stays what it is.
std::optional<std::string> linkProblem(const std::string& path, const fs::path& target) {
    if (target.is_absolute()) return "link to an absolute path";
    const fs::path end = (fs::path(path).parent_path() / target).lexically_normal();
    if (!end.empty() && *end.begin() == "..") return "link leads out of the folder";
    return std::nullopt;
}

// Walks a folder and sorts what it finds into what goes in and what does not.
class FolderWalk {
public:
    FolderWalk(fs::path root, std::string imageFolder, LayerKind layer, PackagePlan& plan)
        : m_root(std::move(root)),
          m_imageFolder(std::move(imageFolder)),
          m_layer(layer),
          m_plan(plan) {}

    // Ignore files are obeyed and secrets are refused in code, not in data.
    void obeyIgnoreFiles() {
        m_isCode = true;
        m_rules.add(kVersionControl, "", "built-in: version control");
        m_rules.add(kToolFiles, "", "built-in: made by tools");
        m_rules.add("node_modules/\n", "", "built-in: node modules");
        m_rules.add(".slipway/\n", "", "built-in: Slipway's own");
        addRulesAbove();
    }
    // What a run in `folder` (relative to the root) leaves there. The job folder's own ignore files may take it back: "!model.pt".
    void leaveOutputsOut(const std::vector<std::string>& outputs, const fs::path& folder) {
        for (const std::string& output : outputs) {
            if (fs::path(output).lexically_normal() == ".") continue;  // all of the program's folder
            std::string pattern = "/";
            for (const char c : (folder / output).lexically_normal().generic_string()) {
                if (std::string_view("*?[\\ ").find(c) != std::string_view::npos) pattern += '\\';
                pattern += c;
            }
            if (pattern.ends_with('/')) pattern.pop_back();
            m_rules.add(pattern, m_prefix, "an output of the job");
        }
    }
    void leaveOut(const std::string& path, const std::string& reason) {
        m_leftOut.emplace_back(path, reason);
    }

    Result<void> run() { return walk("", 0); }

    const std::vector<std::string>& secrets() const { return m_secrets; }
    const std::set<std::string>& secretFiles() const { return m_secretFiles; }  // paths in the image
    Bytes size() const { return Bytes{m_size}; }

private:
    // A job folder deep in a repository obeys the .gitignore files above it, too.
    void addRulesAbove() {
        std::error_code code;
        fs::path top = fs::absolute(m_root, code).lexically_normal();
        if (!top.has_filename()) top = top.parent_path();
        const fs::path job = top;
        while (!fs::exists(top / ".git", code)) {
            if (top == top.parent_path()) return;
            top = top.parent_path();
        }
        const fs::path inside = job.lexically_relative(top);
        if (inside == ".") return;
        m_prefix = inside.generic_string();
        fs::path folder;
        for (const fs::path& part : inside) {
            addRuleFile(top / folder / ".gitignore", folder.generic_string(), ".gitignore");
            folder /= part;
        }
    }

    void addRuleFile(const fs::path& file, const std::string& folder, const std::string& reason) {
        if (const auto text = readFile(file, kMaxIgnoreFileBytes)) m_rules.add(*text, folder, reason);
    }

    std::optional<std::string> reasonToLeaveOut(const std::string& path, const fs::path& source,
                                                bool isFolder) const {
        for (const auto& [left, reason] : m_leftOut) {
            if (path == left) return reason;
        }
        if (!m_isCode) return std::nullopt;
        std::error_code code;
        if (isFolder && (fs::exists(source / "pyvenv.cfg", code) || fs::exists(source / "conda-meta", code)))
            return "built-in: virtual environment";
        return m_rules.match(under(m_prefix, path), isFolder);
    }

    Result<void> walk(const std::string& folder, int depth) {
        if (depth > kMaxDepth)
            return Error{ErrorCode::InvalidArgument,
                         "`" + (m_root / folder).string() + "` is nested too deep",
                         {},
                         {}};
        if (m_isCode) {
            addRuleFile(m_root / folder / ".gitignore", under(m_prefix, folder), ".gitignore");
            addRuleFile(m_root / folder / ".slipwayignore", under(m_prefix, folder), ".slipwayignore");
        }
        std::error_code code;
        std::vector<std::string> names;
        for (fs::directory_iterator it(m_root / folder, code), end; !code && it != end; it.increment(code))
            names.push_back(it->path().filename().string());
        if (code)
            return errnoError("cannot read the folder `" + (m_root / folder).string() + "`", code.value());
        std::sort(names.begin(), names.end());
        for (const std::string& name : names) SLIPWAY_CHECK(visit(under(folder, name), name, depth));
        return {};
    }

    Result<void> visit(const std::string& path, const std::string& name, int depth) {
        const fs::path source = m_root / path;
        struct stat info {};
        if (::lstat(source.c_str(), &info) != 0)
            return errnoError("cannot read `" + source.string() + "`", errno);
        const bool isFolder = S_ISDIR(info.st_mode);
        const Bytes size{S_ISREG(info.st_mode) ? static_cast<std::int64_t>(info.st_size) : 0};
        if (auto reason = reasonToLeaveOut(path, source, isFolder)) {
            m_plan.leftOut.push_back(
                {isFolder ? path + "/" : path, isFolder ? sizeOfFolder(source) : size, std::move(*reason)});
            return {};
        }
        if (name.starts_with(".wh.")) {
            return Error{ErrorCode::InvalidArgument, "`" + source.string() + "` cannot be in an image",
                         "names that begin with .wh. mean removed files there",
                         "Rename it or list it in .slipwayignore"};
        }
        if (isFolder) return walk(path, depth + 1);
        if (S_ISLNK(info.st_mode)) {
            std::error_code code;
            if (auto reason = linkProblem(path, fs::read_symlink(source, code))) {
                m_plan.leftOut.push_back({path, size, std::move(*reason)});
                return {};
            }
        } else if (!S_ISREG(info.st_mode)) {
            m_plan.leftOut.push_back({path, size,
                                      S_ISSOCK(info.st_mode)   ? "socket"
                                      : S_ISFIFO(info.st_mode) ? "pipe"
                                                               : "device"});
            return {};
        } else if (m_isCode) {
            SLIPWAY_CHECK(lookForSecret(path, source, size));
        }
        if (m_plan.files.size() >= kMaxFiles) {
            return Error{ErrorCode::InvalidArgument,
                         "`" + m_root.string() + "` has more than 200000 files",
                         {},
                         "List folders that the job does not need in .slipwayignore"};
        }
        m_size += size.count;
        m_plan.files.push_back({m_imageFolder + "/" + path, source, size, m_layer});
        return {};
    }

    Result<void> lookForSecret(const std::string& path, const fs::path& source, Bytes size) {
        if (const auto what = secretByName(path)) {
            noteSecret(path, ": " + *what);
        } else if (size.count <= static_cast<std::int64_t>(kMaxScannedBytes)) {
            SLIPWAY_TRY(const std::string text, readFile(source, 2 * kMaxScannedBytes));
            if (const auto found = secretInText(text))
                noteSecret(path, ":" + std::to_string(found->line) + ": " + found->what);
        }
        return {};
    }
    void noteSecret(const std::string& path, const std::string& what) {
        m_secrets.push_back(path + what);
        m_secretFiles.insert(m_imageFolder + "/" + path);
    }

    fs::path m_root;
    std::string m_imageFolder;
    LayerKind m_layer;
    PackagePlan& m_plan;
    bool m_isCode = false;
    IgnoreRules m_rules;
    std::string m_prefix;  // of the root below the repository's top
    std::vector<std::pair<std::string, std::string>> m_leftOut;
    std::vector<std::string> m_secrets;
    std::set<std::string> m_secretFiles;
    std::int64_t m_size = 0;
};

Result<void> addProgram(const fs::path& program, const std::string& name, LayerKind kind, PackagePlan& plan) {
    const auto add = [&](const std::string& path, const fs::path& source) -> Result<void> {
        std::error_code code;
        const auto size = fs::file_size(source, code);
        if (code) return errnoError("cannot read `" + source.string() + "`", code.value());
        plan.files.push_back({path, source, Bytes{static_cast<std::int64_t>(size)}, kind});
        return {};
    };
    const std::string folder = fs::path(name).parent_path().parent_path().string();
    SLIPWAY_CHECK(add(name, program));
    SLIPWAY_TRY(const auto libraries, libraryClosure(program));
    if (libraries.empty()) {
        return Error{
            ErrorCode::InvalidArgument,
            "`" + program.string() + "` is linked statically, but it is started by its loader in an image",
            {},
            "Link it with shared libraries"};
    }
    for (const ClosureFile& file : libraries) SLIPWAY_CHECK(add(folder + "/lib/" + file.name, file.source));
    return {};
}

Result<void> addAgent(const PackageRequest& request, PackagePlan& plan) {
    SLIPWAY_CHECK(addProgram(request.agent, kImageAgent, LayerKind::Agent, plan));
    std::error_code code;
    const char* named = std::getenv("SSL_CERT_FILE");
    const fs::path bundle = named != nullptr && *named != '\0' ? named : "/etc/ssl/certs/ca-certificates.crt";
    if (const auto size = fs::file_size(bundle, code); !code)
        plan.files.push_back(
            {kImageCaFile, bundle, Bytes{static_cast<std::int64_t>(size)}, LayerKind::Agent});
    if (request.pythonModule.empty()) return {};
    std::vector<fs::path> modules{request.pythonModule};
    if (const ProgramSpec* program = request.job.program(); program != nullptr && isNotebook(*program))
        modules.push_back(request.pythonModule.parent_path() / "slipway_notebook.py");
    for (const fs::path& module : modules) {
        const auto size = fs::file_size(module, code);
        if (code) return errnoError("cannot read `" + module.string() + "`", code.value());
        plan.files.push_back({(fs::path(kImagePythonFolder) / module.filename()).string(), module,
                              Bytes{static_cast<std::int64_t>(size)}, LayerKind::Agent});
    }
    return {};
}

// The file or folder of an input, or none when it is staged where the job runs.
Result<std::optional<fs::path>> localInput(const PackageRequest& request, const InputSpec& input) {
    if (input.source.find("://") != std::string::npos) return std::optional<fs::path>();
    if (input.name.empty() || input.name.find('/') != std::string::npos || input.name == "." ||
        input.name == "..") {
        return Error{ErrorCode::InvalidArgument, "`" + input.name + "` cannot name an input", {}, {}};
    }
    std::error_code code;
    fs::path source = fs::canonical(request.jobFolder / input.source, code);
    if (code)
        return errnoError("cannot read the input `" + input.name + "` (" +
                              (request.jobFolder / input.source).string() + ")",
                          code.value());
    return std::optional<fs::path>(std::move(source));
}

Result<void> addInput(const InputSpec& input, const fs::path& source, PackagePlan& plan) {
    const std::string place = std::string(kImageInputsFolder) + "/" + input.name;
    std::int64_t size = 0;
    if (std::error_code code; fs::is_directory(source, code)) {
        FolderWalk walk(source, place, LayerKind::Input, plan);
        SLIPWAY_CHECK(walk.run());
        size = walk.size().count;
    } else {
        size = static_cast<std::int64_t>(fs::file_size(source, code));
        if (code) return errnoError("cannot read the input `" + input.name + "`", code.value());
        plan.files.push_back({place, source, Bytes{size}, LayerKind::Input});
    }
    if (size > kMaxLayerData) {
        return Error{ErrorCode::InvalidArgument,
                     "the input `" + input.name + "` has " + decimalSize(Bytes{size}) +
                         ", more than the 1 GB that may go into an image",
                     {},
                     "Put it on a volume of the cluster and name that as source: pvc://CLAIM/FOLDER"};
    }
    return {};
}

Result<void> refuse(const std::string& holder, const std::vector<std::string>& secrets,
                    const std::string& hint) {
    if (secrets.empty()) return {};
    std::string list;
    for (std::size_t i = 0; i < secrets.size() && i < 10; ++i) list += (i == 0 ? "" : "; ") + secrets[i];
    return Error{ErrorCode::InvalidArgument,
                 holder + " holds " + std::to_string(secrets.size()) +
                     (secrets.size() == 1 ? " secret" : " secrets") + " that would go into the image",
                 list, hint};
}

// InvalidArgument when a file of the job folder that the command starts or reads is among `leftOut`.
Result<void> checkCommand(const ProgramSpec& program, std::span<const LeftOutFile> leftOut) {
    const std::string& started = program.interpreter.empty() ? program.command.front() : program.interpreter;
    const bool isInPath = started.find('/') == std::string::npos;
    for (const std::string& word : {isInPath ? std::string() : started, programScript(program)}) {
        if (word.empty()) continue;
        const fs::path place = fs::path(kImageJobFolder) / program.folder / word;
        const std::string file = place.lexically_normal().lexically_relative(kImageJobFolder).string();
        for (const LeftOutFile& left : leftOut) {
            if (file != left.path && !(left.path.ends_with('/') && file.starts_with(left.path))) continue;
            return Error{ErrorCode::InvalidArgument,
                         "`" + word + "`, which the command runs, would not be in the image",
                         "`" + left.path + "` is left out: " + left.reason,
                         "Move it, or correct the `outputs`, `inputs` or ignore file that names it"};
        }
    }
    return {};
}

// What of the job folder is code, with the secrets in it.
Result<FolderWalk> walkCode(const JobSpec& job, const fs::path& jobFolder,
                            const std::vector<std::pair<std::string, fs::path>>& inputs, PackagePlan& plan) {
    FolderWalk walk(jobFolder, kImageJobFolder, LayerKind::Code, plan);
    walk.obeyIgnoreFiles();
    walk.leaveOutputsOut(job.outputs, job.program()->folder);
    walk.leaveOut("job.yaml", "replaced by the job as packaged");
    std::error_code code;
    const fs::path real = fs::canonical(jobFolder, code);
    if (code) return errnoError("cannot read the job folder `" + jobFolder.string() + "`", code.value());
    for (const auto& [name, source] : inputs) {
        const fs::path inside = source.lexically_relative(real);
        if (!inside.empty() && *inside.begin() != ".." && inside != ".")
            walk.leaveOut(inside.generic_string(), "goes in as input `" + name + "`");
    }
    SLIPWAY_CHECK(walk.run());
    return walk;
}

Result<void> addCode(const PackageRequest& request,
                     const std::vector<std::pair<std::string, fs::path>>& inputs, PackagePlan& plan) {
    const std::size_t ofInputs = plan.leftOut.size();
    SLIPWAY_TRY(const FolderWalk walk, walkCode(request.job, request.jobFolder, inputs, plan));
    SLIPWAY_CHECK(checkCommand(*request.job.program(), std::span(plan.leftOut).subspan(ofInputs)));
    SLIPWAY_CHECK(refuse("the job folder", walk.secrets(),
                         "Move it out, or list it in .slipwayignore, and use env with a secret's name"));
    if (walk.size().count > kMaxLayerData) {
        return Error{ErrorCode::InvalidArgument,
                     "the job folder has " + decimalSize(walk.size()) +
                         ", more than the 1 GB that may go into an image",
                     {},
                     "List data in .slipwayignore and name it under inputs"};
    }
    return {};
}

}  // namespace

Result<void> checkInputs(const JobSpec& job) {
    for (const InputSpec& input : job.inputs) {
        if (schemeOf(input.source).empty() || input.source.starts_with(kVolumeScheme) ||
            objectPlace(input.source))
            continue;
        return Error{
            ErrorCode::InvalidArgument,
            "the input `" + input.name + "` (" + redactUrl(input.source) + ") cannot be read by a run",
            {},
            "Name a file or folder below 1 GB, a volume of the cluster (pvc://CLAIM/FOLDER) or an object (s3://BUCKET/FILE)"};
    }
    return {};
}

Result<void> checkPackable(const JobSpec& job) {
    if (const ProgramSpec* program = job.program(); program != nullptr && program->image.empty()) {
        return Error{
            ErrorCode::InvalidArgument,
            "`program.image` is missing: without a base image the program can only run on this machine",
            {},
            "Name the image that has what the program needs, for example python:3.12-slim"};
    }
    return checkInputs(job);
}

Result<PackagePlan> planPackage(const PackageRequest& request) {
    PackagePlan plan;
    SLIPWAY_CHECK(refuse("the job", secretsInJob(request.job),
                         "Give it as an environment variable, with {secret: NAME, key: KEY} as its value"));
    SLIPWAY_CHECK(checkInputs(request.job));
    SLIPWAY_CHECK(addAgent(request, plan));
    if (request.job.train() != nullptr)
        SLIPWAY_CHECK(addProgram(request.runner, kImageRunner, LayerKind::Runner, plan));
    std::vector<std::pair<std::string, fs::path>> inputs;
    for (const InputSpec& input : request.job.inputs) {
        SLIPWAY_TRY(const std::optional<fs::path> source, localInput(request, input));
        if (!source) continue;
        SLIPWAY_CHECK(addInput(input, *source, plan));
        inputs.emplace_back(input.name, *source);
    }
    // The built-in trainer reads nothing but its job and its inputs.
    if (request.job.program() != nullptr) SLIPWAY_CHECK(addCode(request, inputs, plan));
    std::sort(plan.files.begin(), plan.files.end(),
              [](const PlannedFile& a, const PlannedFile& b) { return a.path < b.path; });
    return plan;
}

Result<std::vector<PlannedFile>> planCode(const JobSpec& job, const fs::path& jobFolder) {
    if (job.program() == nullptr) return std::vector<PlannedFile>{};
    std::vector<std::pair<std::string, fs::path>> inputs;
    for (const InputSpec& input : job.inputs) {
        std::error_code missing;
        const fs::path source = fs::canonical(jobFolder / input.source, missing);
        if (!missing) inputs.emplace_back(input.name, source);
    }
    PackagePlan plan;
    SLIPWAY_TRY(const FolderWalk walk, walkCode(job, jobFolder, inputs, plan));
    std::erase_if(plan.files,
                  [&](const PlannedFile& file) { return walk.secretFiles().contains(file.path); });
    return std::move(plan.files);
}

}  // namespace slipway
