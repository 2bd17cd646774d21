// SPDX-License-Identifier: GPL-3.0-or-later
// slipway-workbench [--workspace DIR] [--home DIR] [--kubeconfig FILE] [--theme light|dark|system] [--open PLACE]
#include "app/workbench/workbench.h"

#include <QApplication>

int main(int argc, char** argv) {
    QApplication application(argc, argv);
    const slipway::Workbench workbench(application);
    return QApplication::exec();
}
