// SPDX-License-Identifier: Apache-2.0
// job.yaml as text with places, and the immutable JobSpec read from it. The document keeps the user's text (comments, order)
// and edits it by byte range, so form and text stay one thing. Not shared between threads; the JobSpec it yields is a value.
#pragma once

#include "backends/core/jobspec.h"
#include "backends/core/result.h"
#include "backends/spec/yamlvalue.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace slipway {

inline constexpr std::size_t kMaxSpecBytes = 1 << 20;

struct SpecProblem {
    std::string path;  // "train.optimizer.lerning_rate"
    SpecRange range;
    std::string message;                 // "`lerning_rate` is no field of adam"
    std::string allowed;                 // "lr, beta1, beta2, weight_decay" or "a number from 1e-9 to 10"
    std::optional<std::string> nearest;  // "lr": what a one-click fix writes instead

    friend bool operator==(const SpecProblem&, const SpecProblem&) = default;
};
// A line for each: its place, what is wrong, and what would be right.
std::string problemLines(const std::vector<SpecProblem>& problems,
                         const std::function<std::string(const SpecProblem&)>& place);

// Which of the files and programs that a job names have to be there: none yet, all, or all but what its image has.
enum class NeededFiles : std::uint8_t { Unchecked, ForRunHere, ForPackage };

// `--set train.optimizer.lr=3e-4`
struct SpecOverride {
    std::string path;
    std::string value;  // YAML
};
Result<SpecOverride> parseOverride(std::string_view text);

class SpecDocument {
public:
    // InvalidArgument only for what cannot be held at all: above kMaxSpecBytes, not UTF-8, NUL bytes. Everything else is problems().
    static Result<SpecDocument> parse(std::string text);
    // Io, NotFound, PermissionDenied besides.
    static Result<SpecDocument> load(const std::filesystem::path& file);

    const std::string& text() const;
    bool isYaml() const { return m_isYaml; }  // else there is one problem, and no value can be set
    // All of them at once, in text order; empty: spec() has a value.
    const std::vector<SpecProblem>& problems() const;
    const std::optional<JobSpec>& spec() const;
    // The same, and what the job needs, as far as it can be read, and what is not there.
    std::vector<SpecProblem> problems(const std::filesystem::path& jobFolder, NeededFiles files) const;

    // Where the value at `path` ("train.batch") stands; none when the text does not name it.
    std::optional<SpecRange> valueRange(std::string_view path) const;
    // The scalar at `path` as written; none when absent or not a scalar.
    std::optional<std::string> scalar(std::string_view path) const;

    // A document with `path` set to the YAML `value`: only that value's bytes change; missing parents are added in block style.
    // InvalidArgument when the path leads through a scalar or a list, or when `value` is not one line of YAML.
    Result<SpecDocument> withValue(std::string_view path, std::string_view value) const;
    // A document without `path` and its value; InvalidArgument when it is not there.
    Result<SpecDocument> without(std::string_view path) const;

private:
    // The text after the edit, before it is proven.
    std::string edit(const std::vector<std::string>& keys, const std::string& value) const;

    std::string m_text;
    bool m_isYaml = false;
    YamlValue m_root;
    JobSpec m_read;  // what could be read, the rest being defaults
    std::vector<SpecProblem> m_problems;
    std::optional<JobSpec> m_spec;
};

// load + `settings` ("train.optimizer.lr=3e-4"), and one InvalidArgument error that lists every problem when there are any, each as
// "file:line:column: message" or "--set PATH=VALUE: message".
Result<JobSpec> loadJob(const std::filesystem::path& file, const std::vector<std::string>& settings,
                        NeededFiles files = NeededFiles::Unchecked);
// The same text, whatever its problems are; that error only for settings that cannot be put into it.
Result<SpecDocument> loadDocument(const std::filesystem::path& file, const std::vector<std::string>& settings,
                                  NeededFiles files);

// The whole job as canonical YAML with every default written out; parse(writeJob(s)) yields s again. This is the job.yaml of a run folder.
std::string writeJob(const JobSpec& job);

}  // namespace slipway
