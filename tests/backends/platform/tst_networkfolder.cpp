// SPDX-License-Identifier: Apache-2.0
#include "backends/platform/networkfolder.h"

#include <QTemporaryDir>
#include <QTest>

using namespace slipway;

class tst_networkfolder : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void fileSystemsOfSeveralMachines() {
        QVERIFY(isNetworkFileSystem(0x6969));                         // NFS
        QVERIFY(isNetworkFileSystem(0xFF534D42L));                    // CIFS
        QVERIFY(isNetworkFileSystem(static_cast<int>(0xFF534D42U)));  // the same, sign extended
        QVERIFY(isNetworkFileSystem(0x0BD00BD0));                     // Lustre
        for (const long local : {0xEF53L, 0x9123683EL, 0x58465342L, 0x01021994L,
                                 0x794C7630L})  // ext4, btrfs, XFS, tmpfs, overlay
            QVERIFY(!isNetworkFileSystem(local));
    }
    void foldersOfThisMachine() {
        const QTemporaryDir folder;
        QVERIFY(!isOnNetwork("/proc"));
        QVERIFY(!isOnNetwork((folder.path() + QStringLiteral("/none")).toStdString()));
    }
};

QTEST_APPLESS_MAIN(tst_networkfolder)
#include "tst_networkfolder.moc"
