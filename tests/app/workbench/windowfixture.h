// SPDX-License-Identifier: GPL-3.0-or-later
// The real window over the real services with a home, a workspace and a kubeconfig of its own, and hands that work it as a person
// does: things are found by what they show or are called, must be in sight, and get real clicks and keys. GUI thread only.
#pragma once

#include "app/workbench/mainwindow.h"
#include "app/workbench/workbench.h"
#include "testpaths.h"
#include "tests/support/failonwarnings.h"
#include "widgets/charts/timeserieschart.h"
#include "widgets/common/looks.h"
#include "widgets/common/statechip.h"

#include <QAbstractButton>
#include <QAbstractItemView>
#include <QApplication>
#include <QClipboard>
#include <QDir>
#include <QFile>
#include <QLabel>
#include <QMenu>
#include <QTabBar>
#include <QTemporaryDir>
#include <QTest>
#include <QTimer>

#include <memory>
#include <utility>

namespace slipway::test {

constexpr int kPatience = 30000;  // ms; sanitizers are slow

// Put before the clicks of a test: `TRY(hands.click("Run here"))`.
#define TRY(what) QVERIFY2((what), #what)
#define SOON(what) QTRY_VERIFY_WITH_TIMEOUT((what), slipway::test::kPatience)

class WindowFixture {
public:
    WindowFixture() {
        QDir(m_folder.path()).mkpath(QStringLiteral("work"));
        write(path(QStringLiteral("config")), "apiVersion: v1\nkind: Config\n");
        m_settings = {.home = path(QStringLiteral("home")),
                      .kubeconfig = path(QStringLiteral("config")),
                      .workspace = path(QStringLiteral("work")),
                      .theme = QStringLiteral("light"),
                      .programs = QString::fromUtf8(kBinDir)};
    }

    QString path(const QString& name) const { return m_folder.filePath(name); }
    WorkbenchSettings& settings() { return m_settings; }
    QString work(const QString& name) const { return path(QStringLiteral("work/") + name); }
    QString runFolder(int number) const { return path(QStringLiteral("home/runs/%1").arg(number)); }

    void write(const QString& file, const QByteArray& text) const {
        QDir().mkpath(QFileInfo(file).path());
        QFile out(file);
        if (!out.open(QIODevice::WriteOnly) || out.write(text) != text.size())
            qFatal("cannot write %s", qPrintable(file));
    }
    static QByteArray read(const QString& file) {
        QFile in(file);
        return in.open(QIODevice::ReadOnly) ? in.readAll() : QByteArray();
    }
    // A job of the workspace whose program is one shell line.
    QString shellJob(const QString& name, const QByteArray& line, const QByteArray& more = {}) const {
        QByteArray quoted = line;
        quoted.replace("'", "''");
        write(work(name + QStringLiteral("/job.yaml")),
              "name: " + name.toUtf8() + "\nprogram:\n  command: [sh, -c, '" + quoted +
                  "']\nresources: {cpu: 100m, memory: 64Mi}\n" + more);
        return work(name + QStringLiteral("/job.yaml"));
    }
    QString pythonJob(const QString& name, const QByteArray& program, const QByteArray& more = {}) const {
        write(work(name + QStringLiteral("/train.py")), program);
        write(work(name + QStringLiteral("/job.yaml")),
              "name: " + name.toUtf8() +
                  "\nprogram: {interpreter: python3, command: [train.py]}\n"
                  "resources: {cpu: 100m, memory: 64Mi}\n" +
                  more);
        return work(name + QStringLiteral("/job.yaml"));
    }

    // A new window, as after a start of the program; the one before is closed.
    bool open(const QString& place = {}) {
        m_workbench.reset();
        m_settings.place = place;
        m_workbench = std::make_unique<Workbench>(m_settings);
        m_workbench->window().resize(1440, 900);
        m_workbench->window().show();
        return QTest::qWaitForWindowActive(&m_workbench->window());
    }
    void close() { m_workbench.reset(); }
    MainWindow& window() const { return m_workbench->window(); }

    // The first widget in sight of that kind that `fits`; waits for it. Null: there is none.
    template <typename Widget, typename Fits>
    Widget* find(Fits fits) const {
        Widget* found = nullptr;
        static_cast<void>(
            QTest::qWaitFor([&] { return (found = seen<Widget>(fits)) != nullptr; }, kPatience));
        return found;
    }
    template <typename Widget>
    Widget* named(const QString& name) const {
        return find<Widget>([&](const Widget* one) { return one->accessibleName() == name; });
    }
    // Whether a label in sight says that, or begins with it.
    bool says(const QString& text) const {
        return seen<QLabel>([&](const QLabel* label) { return label->text().contains(text); }) ||
               seen<ElidedLabel>([&](const ElidedLabel* label) { return label->text().contains(text); });
    }
    bool chipSays(const QString& words) const {
        return seen<StateChip>([&](const StateChip* chip) { return chip->words() == words; });
    }
    bool hasButton(const QString& text) const {
        return seen<QAbstractButton>([&](const QAbstractButton* one) { return isCalled(one, text); });
    }

    // Whether the curve of that metric, in sight, is drawn up to `step` at least.
    bool hasPoint(const QString& metric, double step) const {
        return seen<TimeSeriesChart>([&](const TimeSeriesChart* one) {
            return one->accessibleName() == metric && one->lastX().value_or(-1) >= step;
        });
    }

    // Clicks, each on something that shows or is called `text`; it is waited for until it is in sight and enabled.
    bool click(const QString& text) const {
        auto* button = find<QAbstractButton>(
            [&](const QAbstractButton* one) { return isCalled(one, text) && one->isEnabled(); });
        return button && clickAt(button, button->rect().center());
    }
    bool clickTab(const QString& text) const {
        int index = -1;
        auto* tabs = find<QTabBar>([&](const QTabBar* one) {
            for (int tab = 0; tab < one->count(); ++tab)
                if (one->tabText(tab).startsWith(text)) index = tab;
            return index >= 0;
        });
        return tabs && clickAt(tabs, tabs->tabRect(index).center());
    }
    // Opens the menu of the button that says `button` and clicks its entry that starts with `entry`. A button's menu may hold the
    // call until it is closed, so the second click waits in a timer.
    bool choose(const QString& button, const QString& entry) const {
        bool isChosen = false;
        QTimer timer;
        QObject::connect(&timer, &QTimer::timeout, &timer, [&] {
            auto* menu = qobject_cast<QMenu*>(QApplication::activePopupWidget());
            if (!menu || isChosen) return;
            for (QAction* action : menu->actions()) {
                if (isChosen || !action->text().startsWith(entry)) continue;
                isChosen = true;
                clickAt(menu, menu->actionGeometry(action).center());
            }
            if (!isChosen) menu->close();
        });
        timer.start(20);
        return click(button) && QTest::qWaitFor([&] { return isChosen; }, kPatience);
    }
    // The cell of the table called `table` whose text contains `text`; waits for it.
    QModelIndex cell(const QString& table, const QString& text) const {
        const auto* view = named<QAbstractItemView>(table);
        QModelIndex found;
        if (view)
            static_cast<void>(QTest::qWaitFor(
                [&] { return (found = cellIn(*view->model(), {}, text)).isValid(); }, kPatience));
        return found;
    }
    bool clickCell(const QString& table, const QString& text, bool isDouble = false) const {
        const QModelIndex index = cell(table, text);
        auto* view = named<QAbstractItemView>(table);
        if (!view || !index.isValid()) return false;
        view->scrollTo(index);
        const QPoint at = view->visualRect(index).center();
        QTest::mouseClick(view->viewport(), Qt::LeftButton, {}, at);
        if (isDouble) QTest::mouseDClick(view->viewport(), Qt::LeftButton, {}, at);
        return true;
    }
    // Replaces what the field called `name` holds, as a person who selects all of it would.
    bool type(const QString& name, const QString& text) const {
        auto* field = named<QWidget>(name);
        return field && typeInto(field, text);
    }
    static bool typeInto(QWidget* field, const QString& text) {
        if (!clickAt(field, field->rect().center())) return false;
        QTest::keyClick(field, Qt::Key_A, Qt::ControlModifier);
        if (text.isEmpty()) QTest::keyClick(field, Qt::Key_Delete);
        QTest::keyClicks(field, text);
        return true;
    }
    // A key of the window itself. The platform without screens forgets which window is active when a dialog or page goes.
    bool shortcut(Qt::Key key, Qt::KeyboardModifiers with) const {
        window().activateWindow();
        if (!QTest::qWaitForWindowActive(&window())) return false;
        QTest::keyClick(&window(), key, with);
        return true;
    }
    void key(Qt::Key key, Qt::KeyboardModifiers with = {}) const {
        QWidget* focus = QApplication::focusWidget();
        QTest::keyClick(focus ? focus : &window(), key, with);
    }
    // By keys alone: Tab from where the focus is until it is on what shows or is called `text`, which is waited for until it is in
    // sight and enabled.
    bool tabTo(const QString& text) const {
        const auto isIt = [&](const QWidget* one) {
            const auto* button = qobject_cast<const QAbstractButton*>(one);
            return one->isEnabled() && (one->accessibleName() == text || (button && isCalled(button, text)));
        };
        return tabToWhat(isIt);
    }
    template <typename Fits>
    bool tabToWhat(Fits fits) const {
        constexpr int kMost = 300;  // a window has fewer places
        if (!find<QWidget>(fits)) return false;
        window().activateWindow();
        if (!QTest::qWaitForWindowActive(&window())) return false;
        for (int step = 0; step < kMost; ++step) {
            const QWidget* focus = QApplication::focusWidget();
            if (focus && fits(focus)) return true;
            key(Qt::Key_Tab);
        }
        return false;
    }
    bool press(const QString& text) const {
        if (!tabTo(text)) return false;
        key(Qt::Key_Space);
        return true;
    }
    // The tab that starts with `text`, by Tab and arrows.
    bool keyTab(const QString& text) const {
        if (!tabToWhat([](const QWidget* one) { return qobject_cast<const QTabBar*>(one) != nullptr; }))
            return false;
        const auto* tabs = qobject_cast<QTabBar*>(QApplication::focusWidget());
        for (int step = 0; step < tabs->count(); ++step) key(Qt::Key_Left);
        for (int step = 0; step < tabs->count(); ++step) {
            if (tabs->tabText(tabs->currentIndex()).startsWith(text)) return true;
            key(Qt::Key_Right);
        }
        return false;
    }
    // The rows of the table called `table` as Ctrl+C takes them, all or the one that Down leads to.
    QStringList copied(const QString& table, bool isAll) const {
        QApplication::clipboard()->clear();
        const auto isIt = [&](const QWidget* one) {
            return qobject_cast<const QAbstractItemView*>(one) && one->accessibleName() == table;
        };
        if (!tabToWhat(isIt)) return {};
        if (isAll)
            key(Qt::Key_A, Qt::ControlModifier);
        else
            key(Qt::Key_Down);
        key(Qt::Key_C, Qt::ControlModifier);
        return QApplication::clipboard()->text().split(QLatin1Char('\n'), Qt::SkipEmptyParts);
    }

private:
    template <typename Widget, typename Fits>
    Widget* seen(Fits fits) const {
        for (QWidget* top : QApplication::topLevelWidgets()) {
            if (!top->isVisible()) continue;
            for (Widget* one : top->findChildren<Widget*>())
                if (one->isVisible() && fits(one)) return one;
        }
        return nullptr;
    }
    static bool isCalled(const QAbstractButton* one, const QString& text) {
        return one->text() == text || one->accessibleName() == text;
    }
    static bool clickAt(QWidget* widget, const QPoint& at) {
        QTest::mouseClick(widget, Qt::LeftButton, {}, at);
        return true;
    }
    static QModelIndex cellIn(const QAbstractItemModel& model, const QModelIndex& parent,
                              const QString& text) {
        for (int row = 0; row < model.rowCount(parent); ++row)
            for (int column = 0; column < model.columnCount(parent); ++column) {
                const QModelIndex index = model.index(row, column, parent);
                if (index.data().toString().contains(text)) return index;
                const QModelIndex below = cellIn(model, index, text);
                if (below.isValid()) return below;
            }
        return {};
    }

    QTemporaryDir m_folder;
    WorkbenchSettings m_settings;
    std::unique_ptr<Workbench> m_workbench;
};

}  // namespace slipway::test
