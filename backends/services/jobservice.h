// SPDX-License-Identifier: Apache-2.0
// One job file while it is edited: its text, and what parsing made of it. Text is parsed on a worker; each text has a generation,
// and an answer for an older one is dropped. Files that it names and that are missing are looked for again until they are there.
// A file that another program changes is taken over within a second; where that does not go together with what was edited here, the
// user is asked, and nothing is saved until then. Text that is not saved is kept as a draft of its file, which the next load brings back, also in another window: neither another
// load nor the end of the program loses it. GUI-thread object; every signal comes on that thread.
#pragma once

#include "backends/core/error.h"
#include "backends/core/jobspec.h"
#include "backends/spec/specdocument.h"

#include <QObject>
#include <QString>

#include <cstdint>
#include <memory>
#include <vector>

namespace slipway {

// What another program did to the file while it was open here.
enum class DiskChange : std::uint8_t {
    None,
    TakenOver,  // its text, with what was edited here and not saved
    Newer       // both were edited and do not go together: savedText is the file's, text the one edited here
};

struct JobSnapshot {
    std::uint64_t generation = 0;
    QString file;
    QString text;
    QString savedText;  // as it is on disk
    DiskChange disk = DiskChange::None;
    std::vector<SpecProblem> problems;  // of the text, or files that are missing wherever it runs
    std::optional<JobSpec> spec;        // none while there are problems
    std::string missingHere;            // what only a run on this machine lacks, a line for each
    // The settings the text names, with the place of each value and the value as written on its line.
    struct Field {
        std::string path;
        SpecRange range;
        std::string written;
    };
    std::vector<Field> fields;
    std::vector<Field> savedFields;

    const Field* field(std::string_view path) const;
    bool isModified() const { return text != savedText; }
};
using JobSnapshotPtr = std::shared_ptr<const JobSnapshot>;

class JobService : public QObject {
    Q_OBJECT
public:
    explicit JobService(QObject* parent = nullptr) : QObject(parent) {}

    // Until the file is read, and when it cannot be, no job is open: there is nothing to edit or to save.
    virtual void load(const QString& file) = 0;
    virtual void setText(const QString& text) = 0;
    // Changes the value at `path` in the text ("train.batch" -> "64"); the snapshot's text is the new one.
    virtual void setValue(const QString& path, const QString& yaml) = 0;
    virtual void removeValue(const QString& path) = 0;
    // Whether one of them is not in the text yet: textReplaced or failed tells when it is, or cannot be.
    virtual bool isEditing() const = 0;
    // Ends in saved or failed; Conflict where the file is newer.
    virtual void save() = 0;
    // The answers to a file that is newer: its text instead of the edits, or the edits over its text.
    virtual void takeDisk() = 0;
    virtual void keepEdits() = 0;

Q_SIGNALS:
    void snapshotChanged(const slipway::JobSnapshotPtr& snapshot);
    // The text itself was replaced by setValue, removeValue or load: an editor takes it over.
    void textReplaced(const QString& text);
    void saved(const QString& file);
    void failed(const slipway::Error& error);
};

}  // namespace slipway
