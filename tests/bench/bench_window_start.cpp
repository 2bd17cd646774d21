// SPDX-License-Identifier: GPL-3.0-or-later
// Shows the workbench's window, or with --empty a QMainWindow with nothing in it, writes a line once it is painted, and ends.
//   bench_window_start --empty | ARGUMENTS OF THE WORKBENCH
#include "app/workbench/workbench.h"

#include <QApplication>
#include <QMainWindow>
#include <QTimer>

#include <cstdio>

namespace {

class FirstPaint final : public QObject {
protected:
    bool eventFilter(QObject* watched, QEvent* event) override {
        const auto* widget = qobject_cast<QWidget*>(watched);
        if (event->type() != QEvent::Paint || widget == nullptr || !widget->isWindow() || m_isSeen)
            return false;
        m_isSeen = true;
        // After this event: the window's widgets are all painted in it, and shown.
        QTimer::singleShot(0, this, [] {
            std::puts("painted");
            QApplication::quit();
        });
        return false;
    }

private:
    bool m_isSeen = false;
};

}  // namespace

int main(int argc, char** argv) {
    QApplication application(argc, argv);
    FirstPaint firstPaint;
    application.installEventFilter(&firstPaint);
    if (QApplication::arguments().contains(QStringLiteral("--empty"))) {
        QMainWindow window;
        window.resize(1440, 900);  // the workbench's own
        window.show();
        return QApplication::exec();
    }
    const slipway::Workbench workbench(application);
    return QApplication::exec();
}
