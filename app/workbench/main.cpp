// SPDX-License-Identifier: GPL-3.0-or-later
// slipway-workbench [--workspace DIR] [--home DIR] [--kubeconfig FILE] [--theme light|dark|system] [--open PLACE]
#include "app/workbench/workbench.h"

#include "backends/core/error.h"

#include <QApplication>

#include <cstdio>
#include <cstdlib>

namespace {

// Until there is a window Qt's own words are not for users: it lists its plugins and aborts where it finds no display.
void onStart(QtMsgType type, const QMessageLogContext& context, const QString& text) {
    if (type != QtFatalMsg) {
        if (type == QtCriticalMsg)
            std::fprintf(stderr, "%s\n", qPrintable(qFormatLogMessage(type, context, text)));
        return;
    }
    std::fprintf(stderr,
                 "slipway-workbench: there is no display that a window can open on. Look at DISPLAY or "
                 "WAYLAND_DISPLAY, or work without a window: slipway --help\n");
    std::_Exit(slipway::exitStatus(slipway::ErrorCode::Unavailable));
}

}  // namespace

int main(int argc, char** argv) {
    const QtMessageHandler usual = qInstallMessageHandler(onStart);
    QApplication application(argc, argv);
    qInstallMessageHandler(usual);
    const slipway::Workbench workbench(application);
    return QApplication::exec();
}
