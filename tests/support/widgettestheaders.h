// SPDX-License-Identifier: GPL-3.0-or-later
// The same for tests of the window.
#pragma once

#include "testheaders.h"

#include <QAbstractItemView>
#include <QApplication>
#include <QImage>
#include <QLabel>
#include <QLineEdit>
#include <QPainter>
#include <QPushButton>
#include <QTreeView>
#include <QVBoxLayout>
#include <QWidget>
