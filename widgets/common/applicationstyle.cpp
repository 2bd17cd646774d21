// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/common/applicationstyle.h"

#include "widgets/common/theme.h"

namespace slipway {
namespace {

// @name@ stands for a tone. Widgets choose a variant by the properties that looks.h sets.
constexpr const char* kStyle = R"(
QWidget { outline: none; }
QToolTip { background: @raised@; color: @text@; border: 1px solid @lineStrong@; padding: 4px 6px; }
QLabel { background: transparent; }
QLabel[tone="muted"] { color: @muted@; }
QLabel[tone="accent"] { color: @accent@; }
QLabel[tone="ok"] { color: @ok@; }
QLabel[tone="warn"] { color: @warn@; }
QLabel[tone="error"] { color: @error@; }
QLabel[tone="waiting"] { color: @waiting@; }
QLabel[tone="info"] { color: @info@; }

QWidget[surface="surface"] { background: @surface@; }
QWidget[surface="window"] { background: @window@; }
QWidget[surface="raised"] { background: @raised@; }
QWidget[surface="errorTint"] { background: @errorTint@; }
QWidget[surface="warnTint"] { background: @warnTint@; }
QFrame[line="horizontal"] { background: @line@; border: none; max-height: 1px; min-height: 1px; }
QFrame[line="vertical"] { background: @line@; border: none; max-width: 1px; min-width: 1px; }
QFrame[card="true"] { background: @surface@; border: 1px solid @line@; border-radius: 6px; }

QPushButton { background: @surface@; color: @text@; border: 1px solid @lineStrong@; border-radius: 6px; padding: 0 14px;
  min-height: 26px; max-height: 26px; font-weight: 500; }
QPushButton:hover { background: @hover@; }
QPushButton:pressed { background: @sunken@; }
QPushButton:focus { border: 1px solid @focus@; }
QPushButton:disabled { color: @disabled@; background: @window@; border-color: @line@; }
QPushButton[role="primary"] { background: @accent@; color: @onAccent@; border: 1px solid @accent@; padding: 0 16px; }
QPushButton[role="primary"]:hover { background: @accentHover@; border-color: @accentHover@; }
QPushButton[role="primary"]:focus { border: 1px solid @text@; }
QPushButton[role="primary"]:disabled { color: @disabled@; background: @window@; border-color: @line@; }
QPushButton[role="small"] { min-height: 22px; max-height: 22px; padding: 0 8px; font-size: 11px; border-color: @lineStrong@; border-radius: 5px; }
QPushButton[role="link"] { border: none; background: transparent; color: @accent@; padding: 0 2px; min-height: 20px; max-height: 20px; }
QPushButton[role="link"]:hover { color: @accentHover@; text-decoration: underline; }
QPushButton[role="link"]:focus { text-decoration: underline; }
QPushButton[role="chip"] { min-height: 20px; max-height: 20px; padding: 0 7px; font-size: 11px; font-weight: 400; border-color: @line@; color: @muted@; border-radius: 5px; }
QPushButton[role="chip"]:checked { background: @selection@; color: @text@; border-color: @accent@; }
QPushButton::menu-indicator { width: 0; image: none; }

QToolButton { background: transparent; border: 1px solid transparent; border-radius: 5px; padding: 3px; color: @text@; }
QToolButton:hover { background: @hover@; }
QToolButton:checked { background: @sunken@; }
QToolButton:focus { border: 1px solid @focus@; }
QToolButton:disabled { color: @disabled@; }
QToolButton::menu-indicator { width: 0; image: none; }
QToolButton[role="primaryArrow"] { background: @accent@; color: @onAccent@; border: 1px solid @accent@; border-left: 1px solid @accentTint@; border-top-left-radius: 0;
  border-bottom-left-radius: 0; border-top-right-radius: 6px; border-bottom-right-radius: 6px; min-height: 20px; max-height: 20px; min-width: 18px; }
QToolButton[role="primaryArrow"]:hover { background: @accentHover@; }
QToolButton[role="rail"] { border-radius: 6px; border: none; color: @muted@; font-size: 12px; padding: 5px 0 3px 0; margin: 0 4px; }
QToolButton[role="rail"]:hover { background: @hover@; }
QToolButton[role="rail"]:checked { background: @selection@; color: @accent@; }
QToolButton[role="rail"]:focus { border: 1px solid @focus@; }
QToolButton[role="palette"] { background: @surface@; border: 1px solid @line@; border-radius: 5px; color: @muted@; padding: 0 8px; }
QToolButton[role="palette"]:hover { border-color: @lineStrong@; }
QToolButton[role="heading"] { padding: 2px 0; }
QToolButton[role="heading"]:focus { border: 1px solid transparent; border-bottom: 1px solid @focus@; border-radius: 0; }
QToolButton[role="drawer"] { background: @window@; border: none; border-top: 1px solid @line@; border-radius: 0; color: @muted@; padding: 0 14px; text-align: left; }
QToolButton[role="drawer"]:hover { color: @text@; }
QToolButton[role="drawer"]:focus { border: 1px solid @focus@; }
QToolButton[role="crumb"] { border: none; padding: 2px 1px; color: @muted@; border-radius: 3px; }
QToolButton[role="crumb"]:hover { color: @text@; background: transparent; }
QToolButton[role="crumb"]:disabled { color: @text@; font-weight: 500; }

QLineEdit, QComboBox, QSpinBox, QAbstractSpinBox { background: @surface@; color: @text@; border: 1px solid @lineStrong@; border-radius: 5px;
  min-height: 24px; max-height: 24px; padding: 0 8px; selection-background-color: @selection@; selection-color: @text@; }
QLineEdit:hover, QComboBox:hover { border-color: @muted@; }
QLineEdit:focus, QComboBox:focus, QComboBox:on { border: 2px solid @focus@; padding: 0 7px; min-height: 22px; max-height: 22px; }
QLineEdit[problem="true"], QComboBox[problem="true"] { border: 2px solid @error@; padding: 0 7px; min-height: 22px; max-height: 22px; }
QLineEdit:disabled, QComboBox:disabled { background: @window@; color: @disabled@; border-color: @line@; }
QLineEdit[icon="true"], QLineEdit[icon="true"]:focus { padding: 0 2px; }
QLineEdit[small="true"] { min-height: 22px; max-height: 22px; border-color: @lineStrong@; font-size: 12px; }
QLineEdit[small="true"]:focus { min-height: 20px; max-height: 20px; }
QLineEdit[bare="true"], QLineEdit[bare="true"]:focus { border: none; background: transparent; padding: 0 4px; min-height: 24px; }
QComboBox::drop-down { border: none; width: 22px; }
QComboBox::down-arrow { image: url(:/slipway/icons/chevron-@themeName@.svg); width: 12px; height: 12px; }
QComboBox QAbstractItemView { background: @surface@; border: 1px solid @lineStrong@; selection-background-color: @selection@; selection-color: @text@; padding: 2px; }

QCheckBox { spacing: 8px; background: transparent; }
QCheckBox::indicator { width: 14px; height: 14px; border: 1px solid @lineStrong@; border-radius: 3px; background: @surface@; }
QCheckBox::indicator:checked { background: @accent@; border-color: @accent@; image: url(:/slipway/icons/check-@themeName@.svg); }
QCheckBox:focus { color: @accent@; }
QCheckBox:disabled { color: @disabled@; }

QSlider::groove:horizontal { height: 2px; background: @lineStrong@; border-radius: 1px; }
QSlider::sub-page:horizontal { background: @accent@; height: 2px; }
QSlider::handle:horizontal { width: 10px; height: 10px; margin: -5px 0; border-radius: 6px; background: @surface@; border: 2px solid @accent@; }
QSlider:focus { border: none; }

QProgressBar { background: @sunken@; border: none; border-radius: 2px; max-height: 4px; min-height: 4px; }
QProgressBar::chunk { background: @accent@; border-radius: 2px; }
QProgressBar[tone="ok"]::chunk { background: @ok@; }
QProgressBar[tone="error"]::chunk { background: @error@; }
QProgressBar[tone="warn"]::chunk { background: @warn@; }
QProgressBar[tone="muted"]::chunk { background: @muted@; }

QTabBar { background: transparent; border: none; qproperty-drawBase: 0; }
QTabBar::tab { background: transparent; color: @muted@; border: none; border-bottom: 2px solid transparent; padding: 0 2px; margin: 0 18px 0 0;
  min-height: 32px; max-height: 32px; font-weight: 400; }
QTabBar::tab:first { margin-left: 0; }
QTabBar::tab:hover { color: @text@; }
QTabBar::tab:selected { color: @text@; font-weight: 600; border-bottom: 2px solid @accent@; }
QTabBar::tab:focus { color: @accent@; }

QAbstractItemView { background: @surface@; border: none; alternate-background-color: @surface@; selection-background-color: @selection@; selection-color: @text@; }
QTableView { gridline-color: transparent; }
QHeaderView { background: @surface@; border: none; }
QHeaderView::section { background: @surface@; color: @muted@; border: none; border-bottom: 1px solid @line@; padding: 0 8px; height: 27px; font-size: 11px; font-weight: 400; }
QHeaderView::section:first { padding-left: 16px; }
QHeaderView::section:hover { color: @text@; }
QHeaderView::up-arrow, QHeaderView::down-arrow { image: none; width: 0; }
QPlainTextEdit, QTextEdit { background: @surface@; color: @text@; border: none; selection-background-color: @selection@; selection-color: @text@; }

QScrollArea { border: none; background: transparent; }
QScrollBar:vertical { background: transparent; width: 10px; margin: 0; border: none; }
QScrollBar:horizontal { background: transparent; height: 10px; margin: 0; border: none; }
QScrollBar::handle { background: @lineStrong@; border-radius: 3px; margin: 2px; border: none; }
QScrollBar::handle:vertical { min-height: 28px; }
QScrollBar::handle:horizontal { min-width: 28px; }
QScrollBar::handle:hover { background: @muted@; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; border: none; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
QAbstractScrollArea::corner { background: transparent; border: none; }

QMenu { background: @surface@; border: 1px solid @lineStrong@; border-radius: 6px; padding: 4px; }
QMenu::item { padding: 5px 28px 5px 12px; border-radius: 4px; color: @text@; }
QMenu::item:selected { background: @selection@; }
QMenu::item:disabled { color: @disabled@; }
QMenu::separator { height: 1px; background: @line@; margin: 4px 0; }
QSplitter::handle { background: @line@; }
QSplitter::handle:horizontal { width: 1px; }
QSplitter::handle:vertical { height: 1px; }

QWidget#slipwayPalette { background: @surface@; border: 1px solid @lineStrong@; border-radius: 8px; }
)";

}  // namespace

QString applicationStyleSheet() {
    QString sheet = QString::fromLatin1(kStyle);
    for (int tone = 0; tone < kToneCount; ++tone)
        sheet.replace(QLatin1Char('@') + theme::toneName(static_cast<Tone>(tone)) + QLatin1Char('@'),
                      theme::color(static_cast<Tone>(tone)).name());
    sheet.replace(QStringLiteral("@themeName@"),
                  theme::isDark() ? QStringLiteral("dark") : QStringLiteral("light"));
    return sheet;
}

}  // namespace slipway
