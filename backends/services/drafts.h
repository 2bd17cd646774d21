// SPDX-License-Identifier: Apache-2.0
// Edits of job files that are not saved, kept so that they outlive their window: <home>/drafts/<digest of the file's path>, for
// the user alone to read. A value; any thread, but one at a time for a file.
#pragma once

#include "backends/core/result.h"

#include <QString>

#include <filesystem>
#include <optional>

namespace slipway {

struct Draft {
    QString text;
    QString base;  // the file's text when the edits began: fileDigest() of it
};

class Drafts {
public:
    explicit Drafts(const std::filesystem::path& home) : m_folder(home / "drafts") {}

    static QString fileDigest(const QString& text);
    Result<std::optional<Draft>> read(const QString& file) const;  // Corrupt, PermissionDenied, Io
    Result<void> keep(const QString& file, const Draft& draft) const;
    Result<void> remove(const QString& file) const;  // one that is not there is removed, too

private:
    std::filesystem::path place(const QString& file) const;

    std::filesystem::path m_folder;
};

}  // namespace slipway
