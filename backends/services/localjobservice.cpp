// SPDX-License-Identifier: Apache-2.0
#include "backends/platform/files.h"
#include "backends/platform/filestamp.h"
#include "backends/services/drafts.h"
#include "backends/services/jobfields.h"
#include "backends/services/localservices.h"
#include "backends/services/worker.h"
#include "backends/spec/localfiles.h"

#include <QTimer>

#include <algorithm>

namespace slipway {
namespace {

struct Parsed {
    std::shared_ptr<JobSnapshot> snapshot;  // without file and saved text
    std::optional<Error> error;
    bool isFileMissing = false;
};

Parsed parsed(const std::string& text, const std::filesystem::path& folder, std::uint64_t generation) {
    Parsed result;
    Result<SpecDocument> document = SpecDocument::parse(text);
    if (!document) {
        result.error = document.error();
        return result;
    }
    auto snapshot = std::make_shared<JobSnapshot>();
    snapshot->generation = generation;
    snapshot->text = QString::fromStdString(text);
    snapshot->problems = document->problems(folder, NeededFiles::ForPackage);
    if (snapshot->problems.empty()) {
        snapshot->spec = document->spec();
        const auto here = isAllThere(*snapshot->spec, folder, NeededFiles::ForRunHere);
        if (!here) snapshot->missingHere = here.error().message;
    }
    result.isFileMissing =
        snapshot->problems.size() > document->problems().size() || !snapshot->missingHere.empty();
    snapshot->fields = fieldsOf(*document);
    result.snapshot = std::move(snapshot);
    return result;
}

constexpr int kDraftPause = 1000;  // ms from an edit to its draft: what a crash can cost
constexpr int kFileLook = 1000;    // ms, while a file is missing
constexpr int kDiskLook = 1000;    // ms, between looks at the job file itself

struct Edit {
    std::uint64_t number = 0;
    std::string path;
    std::optional<std::string> yaml;  // none removes it
};

Result<std::string> edited(const std::string& text, const Edit& edit) {
    SLIPWAY_TRY(const SpecDocument document, SpecDocument::parse(text));
    if (!edit.yaml && !document.valueRange(edit.path)) return text;
    SLIPWAY_TRY(const SpecDocument changed,
                edit.yaml ? document.withValue(edit.path, *edit.yaml) : document.without(edit.path));
    return changed.text();
}

// What is known of a job when its file is looked at. Copies: a text that two threads share has a count that both change.
struct Known {
    std::string file;
    FileStamp stamp;
    std::string savedText;
    std::string text;
    bool isBegunOnIt = false;  // the edits were begun on savedText, and none is still on its way
};

struct OnDisk {
    FileStamp stamp;
    std::string text;
    std::optional<std::string> together;  // with the edits
};

// None: the file still looks as it did.
Result<std::optional<OnDisk>> changedOnDisk(const Known& known) {
    SLIPWAY_TRY(const FileStamp stamp, fileStamp(known.file));
    if (stamp == known.stamp) return std::optional<OnDisk>();
    OnDisk now{stamp, {}, std::nullopt};
    SLIPWAY_TRY(now.text, readFile(known.file, kMaxSpecBytes));
    if (known.text == known.savedText)
        now.together = now.text;
    else if (known.isBegunOnIt)
        now.together = mergedJob(known.savedText, known.text, now.text);
    return std::optional(std::move(now));
}

Error changedByAnother(const std::string& file) {
    return {ErrorCode::Conflict, file + " was changed by another program", "",
            "Take its text over, or keep yours, above the form"};
}

// Never over what somebody else wrote: Conflict.
Result<FileStamp> saved(const std::string& file, const std::string& text, const std::string& known) {
    const auto there = readFile(file, kMaxSpecBytes);
    const bool isGone = !there && there.error().code == ErrorCode::NotFound;
    if (!there && !isGone) return there.error();
    if (there && *there != known) return changedByAnother(file);
    SLIPWAY_CHECK(writeFileAtomically(file, text));
    return fileStamp(file);
}

struct Loaded {
    FileStamp stamp;
    QString savedText;
    std::vector<JobSnapshot::Field> savedFields;  // with a draft
    std::optional<Draft> draft;
};

Result<Loaded> loaded(const Drafts& drafts, const QString& file) {
    Loaded result;
    const auto stamp = fileStamp(file.toStdString());  // before the text, so that no change is missed
    SLIPWAY_TRY(const std::string text, readFile(file.toStdString(), kMaxSpecBytes));
    if (stamp) result.stamp = *stamp;
    result.savedText = QString::fromStdString(text);
    SLIPWAY_TRY(result.draft, drafts.read(file));
    if (!result.draft) return result;
    if (result.draft->text == result.savedText) {
        SLIPWAY_CHECK(drafts.remove(file));
        result.draft.reset();
    } else if (const Result<SpecDocument> document = SpecDocument::parse(text)) {
        result.savedFields = fieldsOf(*document);
    }
    return result;
}

class LocalJobService final : public JobService {
public:
    LocalJobService(const std::filesystem::path& home, QObject* owner)
        : JobService(owner),
          m_drafts(home),
          m_worker(this, 1) {
        m_draftClock.setSingleShot(true);
        m_draftClock.setInterval(kDraftPause);
        connect(&m_draftClock, &QTimer::timeout, this, &LocalJobService::keepDraft);
        m_fileClock.setSingleShot(true);
        m_fileClock.setInterval(kFileLook);
        connect(&m_fileClock, &QTimer::timeout, this, &LocalJobService::lookForFiles);
        m_diskClock.setInterval(kDiskLook);
        connect(&m_diskClock, &QTimer::timeout, this, &LocalJobService::lookAtDisk);
    }
    ~LocalJobService() override {
        keepDraft();
        m_worker.finish();
    }

    void load(const QString& file) override {
        close();
        const std::uint64_t opening = ++m_opening;
        m_worker.run([drafts = m_drafts, file](const std::stop_token&) { return loaded(drafts, file); },
                     [this, opening, file](Result<Loaded> job) {
                         if (opening != m_opening) return;
                         if (!job) {
                             Q_EMIT failed(job.error());
                             return;
                         }
                         m_file = file;
                         m_stamp = job->stamp;
                         m_savedText = job->savedText;
                         m_text = job->draft ? job->draft->text : m_savedText;
                         setBase();
                         if (job->draft && job->draft->base != m_base) {
                             m_disk = DiskChange::Newer;
                             m_base = job->draft->base;
                         }
                         m_diskClock.start();
                         m_savedFields = std::move(job->savedFields);
                         m_isSavedParsed = job->draft.has_value();
                         Q_EMIT textReplaced(m_text);
                         parse();
                     });
    }

    void setText(const QString& text) override {
        if (!isOpen() || text == m_text) return;
        setEdited(text);
        parse();
    }

    void setValue(const QString& path, const QString& yaml) override {
        if (isOpen()) edit({++m_edits, path.toStdString(), yaml.toStdString()});
    }
    void removeValue(const QString& path) override {
        if (isOpen()) edit({++m_edits, path.toStdString(), std::nullopt});
    }
    bool isEditing() const override { return !m_pending.empty(); }

    void save() override {
        if (!isOpen()) return;
        if (m_disk == DiskChange::Newer) {
            Q_EMIT failed(changedByAnother(m_file.toStdString()));
            return;
        }
        m_worker.run(
            [file = m_file.toStdString(), text = m_text.toStdString(), known = m_savedText.toStdString()](
                const std::stop_token&) { return slipway::saved(file, text, known); },
            [this, opening = m_opening, file = m_file, text = m_text](const Result<FileStamp>& written) {
                if (!written) {
                    if (opening == m_opening && written.error().code == ErrorCode::Conflict) lookAtDisk();
                    Q_EMIT failed(written.error());
                    return;
                }
                Q_EMIT saved(file);
                if (opening != m_opening) return;
                m_stamp = *written;
                m_savedText = text;
                setBase();
                m_isSavedParsed = false;
                m_isDraftDue = true;
                keepDraft();
                parse();
            });
    }

    void takeDisk() override {
        if (!isOpen()) return;
        setEdited(m_savedText);
        Q_EMIT textReplaced(m_text);
        parse();
    }
    void keepEdits() override {
        if (!isOpen()) return;
        setBase();
        m_isDraftDue = true;
        keepDraft();
        parse();
    }

private:
    bool isOpen() const { return !m_file.isEmpty(); }

    void setBase() {
        m_base = Drafts::fileDigest(m_savedText);
        m_disk = DiskChange::None;
    }

    void setEdited(const QString& text) {
        m_text = text;
        if (m_text == m_savedText) setBase();
        m_isDraftDue = true;
        if (!m_draftClock.isActive()) m_draftClock.start();
    }

    // What was edited since the last one, with the settings that are still being put into the text. No draft when that is
    // what the file says.
    void keepDraft() {
        if (!std::exchange(m_isDraftDue, false) && m_pending.empty()) return;
        m_draftClock.stop();
        const auto work = [drafts = m_drafts, file = m_file, saved = m_savedText, edits = m_pending,
                           draft = Draft{m_text, m_base}](const std::stop_token&) mutable -> Result<void> {
            for (const Edit& edit : edits)
                if (const auto text = edited(draft.text.toStdString(), edit))
                    draft.text = QString::fromStdString(*text);
            return draft.text == saved ? drafts.remove(file) : drafts.keep(file, draft);
        };
        m_worker.run(work, [this](const Result<void>& kept) {
            if (!kept && !m_isDraftFailing) Q_EMIT failed(kept.error());  // not once a second
            m_isDraftFailing = !kept;
        });
    }

    // File and text are those of one job at any time: none from here until the next one is read.
    void close() {
        keepDraft();
        m_fileClock.stop();
        m_diskClock.stop();
        m_pending.clear();
        ++m_generation;
        m_file.clear();
        m_text.clear();
        m_savedText.clear();
        m_savedFields.clear();
        m_isSavedParsed = false;
    }

    void parse() {
        ++m_generation;
        parseThen([this](Parsed result) { deliver(std::move(result)); });
    }

    // A file that is gone, or cannot be read for now, is looked at again; so is one whose job was edited meanwhile.
    void lookAtDisk() {
        if (m_isLooking) return;
        m_isLooking = true;
        m_worker.run(
            [known = Known{m_file.toStdString(), m_stamp, m_savedText.toStdString(), m_text.toStdString(),
                           m_disk != DiskChange::Newer && m_pending.empty()}](const std::stop_token&) {
                return changedOnDisk(known);
            },
            [this, opening = m_opening, generation = m_generation,
             stamp = m_stamp](const Result<std::optional<OnDisk>>& now) {
                m_isLooking = false;
                if (opening == m_opening && generation == m_generation && stamp == m_stamp && now && *now)
                    takeChange(**now);
            });
    }

    void takeChange(const OnDisk& now) {
        m_stamp = now.stamp;
        const QString there = QString::fromStdString(now.text);
        if (there == m_savedText) return;
        m_savedText = there;
        m_isSavedParsed = false;
        if (now.together) {
            m_text = QString::fromStdString(*now.together);
            setBase();
            m_disk = DiskChange::TakenOver;
            m_isDraftDue = true;
            keepDraft();
            Q_EMIT textReplaced(m_text);
        } else if (m_text == m_savedText) {
            setBase();
        } else {
            m_disk = DiskChange::Newer;
        }
        parse();
    }

    void lookForFiles() {
        parseThen([this](Parsed result) {
            const bool isSame = result.snapshot && result.snapshot->problems == m_told->problems &&
                                result.snapshot->missingHere == m_told->missingHere;
            if (!isSame) return deliver(std::move(result));
            if (result.isFileMissing) m_fileClock.start();
        });
    }

    // `take` gets the answer unless there is a newer text by then.
    void parseThen(std::function<void(Parsed)> take) {
        m_worker.run([text = m_text.toStdString(), folder = folderOf(m_file), generation = m_generation](
                         const std::stop_token&) { return parsed(text, folder, generation); },
                     [this, generation = m_generation, take = std::move(take)](Parsed result) {
                         if (generation == m_generation) take(std::move(result));
                     });
    }

    static std::filesystem::path folderOf(const QString& file) {
        return std::filesystem::path(file.toStdString()).parent_path();
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
        result.snapshot->disk = m_disk;
        result.snapshot->savedFields = m_savedFields;
        m_told = result.snapshot;
        if (result.isFileMissing)
            m_fileClock.start();
        else
            m_fileClock.stop();
        Q_EMIT snapshotChanged(m_told);
    }

    // A text typed meanwhile wins: the edit is then made in that one.
    void edit(const Edit& wish) {
        std::erase_if(m_pending, [&](const Edit& one) { return one.number == wish.number; });
        m_pending.push_back(wish);
        const std::uint64_t generation = ++m_generation;
        m_worker.run(
            [text = m_text.toStdString(), wish](const std::stop_token&) { return edited(text, wish); },
            [this, generation, opening = m_opening, wish](Result<std::string> text) {
                if (opening != m_opening) return;
                if (generation != m_generation) return edit(wish);
                std::erase_if(m_pending, [&](const Edit& one) { return one.number == wish.number; });
                if (!text) {
                    Q_EMIT failed(text.error());
                    return;
                }
                setEdited(QString::fromStdString(*text));
                Q_EMIT textReplaced(m_text);
                parse();
            });
    }

    Drafts m_drafts;
    QTimer m_draftClock;
    QTimer m_fileClock;
    QTimer m_diskClock;
    JobSnapshotPtr m_told;
    bool m_isDraftDue = false;
    bool m_isDraftFailing = false;
    QString m_file;
    QString m_text;
    QString m_savedText;
    QString m_base;  // the digest of the text that the edits began on
    DiskChange m_disk = DiskChange::None;
    bool m_isLooking = false;     // at the file itself
    FileStamp m_stamp;            // of the file that savedText was read from, or written to
    std::vector<Edit> m_pending;  // not in the text yet
    std::uint64_t m_edits = 0;
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

JobService* makeJobService(const std::filesystem::path& home, QObject* owner) {
    return new LocalJobService(home, owner);
}

}  // namespace slipway
