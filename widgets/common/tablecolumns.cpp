// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/common/tablecolumns.h"

#include <QHeaderView>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

#include <algorithm>

namespace slipway::columns {
namespace {

constexpr int kWidest = 2000;

QString idOf(const QHeaderView& header, int idRole, int section) {
    return header.model()->headerData(section, Qt::Horizontal, idRole).toString();
}

int sectionOf(const QHeaderView& header, int idRole, const QString& id) {
    for (int section = 0; section < header.count(); ++section)
        if (idOf(header, idRole, section) == id) return section;
    return -1;
}

}  // namespace

QByteArray save(const QHeaderView& header, int idRole) {
    QJsonArray all;
    for (int visual = 0; visual < header.count(); ++visual) {
        const int section = header.logicalIndex(visual);
        const bool isHidden = header.isSectionHidden(section);
        QJsonObject one{{QStringLiteral("id"), idOf(header, idRole, section)},
                        {QStringLiteral("hidden"), isHidden}};
        if (!isHidden) one[QStringLiteral("width")] = header.sectionSize(section);
        all.append(one);
    }
    return QJsonDocument(
               QJsonObject{{QStringLiteral("columns"), all},
                           {QStringLiteral("sort"), idOf(header, idRole, header.sortIndicatorSection())},
                           {QStringLiteral("rises"), header.sortIndicatorOrder() == Qt::AscendingOrder}})
        .toJson(QJsonDocument::Compact);
}

QStringList namesIn(const QByteArray& state) {
    QStringList names;
    const QJsonArray all = QJsonDocument::fromJson(state)[QStringLiteral("columns")].toArray();
    for (const auto& one : all) names.append(one[QStringLiteral("id")].toString());
    return names;
}

void restore(QHeaderView& header, int idRole, const QByteArray& state) {
    const QJsonDocument json = QJsonDocument::fromJson(state);
    const QJsonArray all = json[QStringLiteral("columns")].toArray();
    int visual = 0;
    for (const auto& one : all) {
        const int section = sectionOf(header, idRole, one[QStringLiteral("id")].toString());
        if (section < 0) continue;
        header.moveSection(header.visualIndex(section), visual++);
        header.setSectionHidden(section, one[QStringLiteral("hidden")].toBool());
        if (const int width = one[QStringLiteral("width")].toInt(); width > 0)
            header.resizeSection(section, std::min(width, kWidest));
    }
    const int sorted = sectionOf(header, idRole, json[QStringLiteral("sort")].toString());
    if (sorted >= 0)
        header.setSortIndicator(
            sorted, json[QStringLiteral("rises")].toBool() ? Qt::AscendingOrder : Qt::DescendingOrder);
}

}  // namespace slipway::columns
