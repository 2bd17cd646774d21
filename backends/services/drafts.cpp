// SPDX-License-Identifier: Apache-2.0
#include "backends/services/drafts.h"

#include "backends/platform/files.h"
#include "backends/spec/specdocument.h"

#include <QCryptographicHash>
#include <QJsonDocument>
#include <QJsonObject>

namespace slipway {
namespace {

constexpr std::size_t kMaxDraftBytes = 8 * kMaxSpecBytes;  // JSON writes some characters with six

}  // namespace

QString Drafts::fileDigest(const QString& text) {
    return QString::fromLatin1(QCryptographicHash::hash(text.toUtf8(), QCryptographicHash::Sha256).toHex());
}

std::filesystem::path Drafts::place(const QString& file) const {
    return m_folder / (fileDigest(file).toStdString() + ".json");
}

Result<std::optional<Draft>> Drafts::read(const QString& file) const {
    const std::filesystem::path at = place(file);
    const Result<std::string> content = readFile(at, kMaxDraftBytes);
    if (!content) {
        if (content.error().code == ErrorCode::NotFound) return std::optional<Draft>();
        return content.error();
    }
    const QJsonObject json = QJsonDocument::fromJson(QByteArray::fromStdString(*content)).object();
    if (!json[QLatin1String("text")].isString())
        return Error{ErrorCode::Corrupt, "the draft " + at.string() + " is damaged", "",
                     "Remove it to go on with the job file as it is"};
    return std::optional<Draft>(
        {json[QLatin1String("text")].toString(), json[QLatin1String("base")].toString()});
}

Result<void> Drafts::keep(const QString& file, const Draft& draft) const {
    SLIPWAY_CHECK(makeFolders(m_folder));
    const QJsonObject json{{QStringLiteral("file"), file},
                           {QStringLiteral("base"), draft.base},
                           {QStringLiteral("text"), draft.text}};
    return writeFileAtomically(place(file), QJsonDocument(json).toJson().toStdString(), 0600);
}

Result<void> Drafts::remove(const QString& file) const {
    std::error_code failure;
    std::filesystem::remove(place(file), failure);
    if (failure) return errnoError("cannot remove " + place(file).string(), failure.value());
    return {};
}

}  // namespace slipway
