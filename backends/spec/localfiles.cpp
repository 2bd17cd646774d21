// SPDX-License-Identifier: Apache-2.0
#include "backends/spec/localfiles.h"

#include <unistd.h>

#include <algorithm>
#include <fstream>

#include "backends/core/jobneeds.h"
#include "backends/core/nearestname.h"
#include "backends/core/programscript.h"
#include "backends/platform/process.h"
#include "backends/spec/jobpython.h"

namespace slipway {
namespace {

namespace fs = std::filesystem;

std::string trimmed(std::string_view text) {
    const auto isBlank = [](char c) { return c == ' ' || c == '\t'; };
    while (!text.empty() && isBlank(text.front())) text.remove_prefix(1);
    while (!text.empty() && isBlank(text.back())) text.remove_suffix(1);
    return std::string(text);
}

// What stands between commas, as it is.
std::vector<std::string> splitNames(std::string_view text) {
    std::vector<std::string> names;
    for (;;) {
        const std::size_t comma = std::min(text.find(','), text.size());
        names.emplace_back(text.substr(0, comma));
        if (comma == text.size()) return names;
        text.remove_prefix(comma + 1);
    }
}

std::string joinedNames(const std::vector<std::string>& names) {
    constexpr std::size_t kMost = 20;
    std::string all;
    for (std::size_t i = 0; i < std::min(names.size(), kMost); ++i) all += (i == 0 ? "" : ", ") + names[i];
    return names.size() > kMost ? all + " …" : all;
}

// The columns of a CSV file's first line; none where it has quotes, is too long, or cannot be read.
std::vector<std::string> headerOf(const fs::path& file) {
    constexpr std::size_t kMostBytes = 64 * 1024;
    std::string line(kMostBytes, '\0');
    std::ifstream in(file, std::ios::binary);
    in.read(line.data(), static_cast<std::streamsize>(line.size()));
    line.resize(static_cast<std::size_t>(std::max<std::streamsize>(0, in.gcount())));
    const std::size_t end = line.find('\n');
    if (end == std::string::npos || line.find('"') < end || end <= 1) return {};
    line.resize(end > 0 && line[end - 1] == '\r' ? end - 1 : end);
    constexpr std::string_view kMark = "\xEF\xBB\xBF";
    return splitNames(line.starts_with(kMark) ? std::string_view(line).substr(kMark.size()) : line);
}

bool hasSlash(const std::string& word) { return word.find('/') != std::string::npos; }

class Search {
public:
    Search(const JobSpec& job, fs::path folder, NeededFiles files, const std::vector<SpecProblem>& problems)
        : m_job(job),
          m_folder(std::move(folder)),
          m_files(files),
          m_problems(problems) {}

    std::vector<SpecProblem> run() {
        if (const ProgramSpec* program = m_job.program()) lookForProgram(*program);
        for (const InputSpec& input : m_job.inputs) {
            if (schemeOf(input.source).empty() &&
                lookFor("inputs." + input.name, m_folder / input.source, "put it there, or name another"))
                lookForColumns(input.name, m_folder / input.source);
        }
        if (m_files == NeededFiles::ForRunHere) {
            for (const UnmetNeed& need : unmetHere(m_job, environmentVariables()))
                add(need.setting, need.message + "; " + need.nextStep);
        }
        return std::move(m_missing);
    }

private:
    // Whether one of the problems may be about `setting`: at it, above it, misspelt beside it, or misplaced at the top of the file.
    bool isOpen(const std::string& setting) const {
        return std::ranges::any_of(m_problems, [&](const SpecProblem& problem) {
            const std::string beside = problem.path.substr(0, problem.path.rfind('.') + 1);
            return (setting + ".").starts_with(problem.path + ".") || setting == "program." + problem.path ||
                   (problem.nearest && setting == beside + *problem.nearest);
        });
    }

    void lookForProgram(const ProgramSpec& program) {
        if (isOpen("program.folder")) return;
        m_work = m_folder / program.folder;
        if (!lookFor("program.folder", m_work, "make it, or correct `folder`")) return;
        for (const char* name : {"program.command", "program.interpreter", "program.image"}) {
            if (isOpen(name)) return;
        }
        m_isInImage = m_files == NeededFiles::ForPackage && !program.image.empty();
        if (isRunByFoundPython(program))
            lookForPython(program.command.front());
        else if (program.interpreter.empty())
            lookForExecutable("program.command", program.command.front());
        else
            lookForExecutable("program.interpreter", program.interpreter);
        if (const std::string script = programScript(program); !script.empty()) lookForScript(script);
    }

    void lookForScript(const std::string& name) {
        if (m_isInImage && fs::path(name).is_absolute()) return;
        lookFor("program.command", m_work / name, "write it, or correct `command`");
    }

    void lookForPython(const std::string& script) {
        if (m_isInImage || isOpen("env")) return;
        const auto python = pythonFor(m_job, m_work, environmentVariables());
        if (!python)
            add("program.command",
                "no Python is here to run " + script + "; install python3, or name its `interpreter`");
        else if (::access(python->python.c_str(), X_OK) != 0)
            add("program.command", python->python.string() + " cannot be run; make its environment anew");
    }

    // A program of an image is not looked for, unless it lies in the job's own folder.
    void lookForExecutable(const std::string& setting, const std::string& name) {
        const std::string correct = ", or correct `" + setting.substr(setting.find('.') + 1) + "`";
        if (hasSlash(name)) {
            if (m_isInImage && fs::path(name).is_absolute()) return;
            const fs::path file = m_work / name;
            if (lookFor(setting, file, "write it" + correct) && ::access(file.c_str(), X_OK) != 0)
                add(setting, name + " is not executable; make it so with chmod +x" + correct);
            return;
        }
        if (m_isInImage || isOpen("env.PATH")) return;
        const auto found = findProgram(name, environment());
        if (!found) add(setting, found.error().message + "; install it" + correct);
    }

    // As the job's program would get it.
    std::vector<std::string> environment() const {
        std::vector<std::string> entries;
        for (const auto& [name, value] : programVariables(m_job, m_work, environmentVariables()))
            entries.push_back(std::string(name).append("=").append(value));
        return entries;
    }

    // Of a table in CSV, by its first line; one in which that is not plain is left to those who read the table.
    void lookForColumns(const std::string& input, const fs::path& file) {
        const TrainSpec* train = m_job.train();
        if (train == nullptr || train->data.type != "table" || isOpen("train.data") ||
            file.extension() != ".csv" || textValue(train->data.values, "input") != input)
            return;
        const std::vector<std::string> columns = headerOf(file);
        if (columns.empty()) return;
        for (const char* setting : {"target", "group", "categories", "ignore"}) {
            const auto named = train->data.values.find(setting);
            if (named == train->data.values.end()) continue;
            for (const std::string& written : splitNames(std::get<std::string>(named->second))) {
                const std::string name = trimmed(written);
                if (name.empty() || std::ranges::find(columns, name) != columns.end()) continue;
                const auto nearest = nearestName(name, columns);
                const bool isOne =
                    setting == std::string_view("target") || setting == std::string_view("group");
                m_missing.push_back({std::string("train.data.") + setting,
                                     {},
                                     file.filename().string() + " has no column `" + name + "`",
                                     joinedNames(columns),
                                     isOne ? nearest : std::nullopt});
            }
        }
    }

    bool lookFor(const std::string& path, const fs::path& file, const std::string& nextStep) {
        std::error_code failure;
        if (fs::exists(file, failure)) return true;
        const std::string reason = failure ? " cannot be read: " + failure.message() : " is not there";
        add(path, file.lexically_normal().string() + reason + "; " + nextStep);
        return false;
    }

    void add(const std::string& path, std::string message) {
        m_missing.push_back({path, {}, std::move(message), "", std::nullopt});
    }

    const JobSpec& m_job;
    fs::path m_folder;
    fs::path m_work;
    NeededFiles m_files;
    const std::vector<SpecProblem>& m_problems;
    bool m_isInImage = false;
    std::vector<SpecProblem> m_missing;
};

}  // namespace

std::vector<SpecProblem> missingFiles(const JobSpec& job, const fs::path& jobFolder, NeededFiles files,
                                      const std::vector<SpecProblem>& problems) {
    if (files == NeededFiles::Unchecked) return {};
    return Search(job, jobFolder, files, problems).run();
}

Result<void> isAllThere(const JobSpec& job, const fs::path& jobFolder, NeededFiles files) {
    const std::vector<SpecProblem> missing = missingFiles(job, jobFolder, files);
    if (missing.empty()) return {};
    return Error{ErrorCode::InvalidArgument, problemLines(missing, &SpecProblem::path), "", ""};
}

}  // namespace slipway
