// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "app/cli/print.h"
#include "app/cli/verbs.h"

namespace slipway::cli {
namespace {

struct MarkCall {
    std::vector<std::string> runs;
    std::vector<std::string> tags;
    std::vector<std::string> untags;
    std::optional<std::string> note;
    std::optional<std::string> group;
};

void printMarks(const RunRecord& record) {
    std::printf("#%lld  %s\n", static_cast<long long>(record.number), record.job.c_str());
    std::string tags;
    for (const std::string& tag : record.marks.tags) tags += (tags.empty() ? "" : ", ") + tag;
    if (!tags.empty()) std::printf("  tags   %s\n", tags.c_str());
    if (!record.marks.group.empty()) std::printf("  group  %s\n", record.marks.group.c_str());
    if (!record.marks.note.empty()) std::printf("  note   %s\n", record.marks.note.c_str());
}

Result<int> mark(Session& session, const MarkCall& call) {
    MarkChange change{{}, {}, call.note, call.group};
    for (const std::string& text : call.tags)
        for (std::string& tag : splitTags(text)) change.addedTags.push_back(std::move(tag));
    for (const std::string& text : call.untags)
        for (std::string& tag : splitTags(text)) change.removedTags.push_back(std::move(tag));
    SLIPWAY_TRY(const RunMarks fit, changedMarks({}, change));  // before the first of the runs has it
    SLIPWAY_TRY(const RunStore store, session.store());
    std::vector<RunFolder> folders;
    for (const std::string& name : call.runs) {
        SLIPWAY_TRY(RunFolder folder, store.find(name));
        folders.push_back(std::move(folder));
    }
    const bool isLook =
        change.addedTags.empty() && change.removedTags.empty() && !change.note && !change.group;
    nlohmann::json marked = nlohmann::json::array();
    for (const RunFolder& folder : folders) {
        SLIPWAY_TRY(const RunRecord record, isLook ? folder.record() : folder.mark(change));
        marked.push_back(runJson(record));
        if (!session.isJson) printMarks(record);
    }
    if (session.isJson) printJson(marked);
    return 0;
}

}  // namespace

Verb markVerb() {
    return {
        "mark",
        "Tag runs, write a note to them, put them into a group; with no option: what they are marked with",
        [](CLI::App& app) -> VerbAction {
            auto call = std::make_shared<MarkCall>();
            app.add_option("run", call->runs, "Runs: 42, an id, a job's name, or last")->required();
            app.add_option("--tag", call->tags,
                           "A tag to add; several with commas between them, or by several --tag")
                ->type_name("TAG")
                ->expected(1)
                ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
            app.add_option("--untag", call->untags, "A tag to take away, likewise")
                ->type_name("TAG")
                ->expected(1)
                ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
            app.add_option("--note", call->note, "The note; \"\" takes it away")->type_name("TEXT");
            app.add_option("--group", call->group, "The group; \"\" takes them out of it")->type_name("NAME");
            return [call](Session& session) { return mark(session, *call); };
        }};
}

}  // namespace slipway::cli
