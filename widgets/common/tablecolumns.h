// SPDX-License-Identifier: GPL-3.0-or-later
// The columns of a table as they are kept between starts: order, widths, which are hidden, and the sorting, by names that stay the
// same when columns come or go. GUI thread only.
#pragma once

#include <QByteArray>
#include <QStringList>

class QHeaderView;

namespace slipway::columns {

// `idRole` is the role of the model's header data that names a column.
QByteArray save(const QHeaderView& header, int idRole);
// The names that stand in it, in their order.
QStringList namesIn(const QByteArray& state);
// Columns that it does not know keep their place and width.
void restore(QHeaderView& header, int idRole, const QByteArray& state);

}  // namespace slipway::columns
