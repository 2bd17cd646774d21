// SPDX-License-Identifier: Apache-2.0
#include "backends/platform/files.h"
#include "backends/platform/loopbackport.h"

#include <QTest>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

using namespace slipway;

class tst_loopbackport : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void itCanBeBound() {
        const auto port = freeLoopbackPort();
        QVERIFY(port);
        QVERIFY(*port > 0 && *port < 65536);
        const UniqueFd socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
        struct sockaddr_in address {};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        address.sin_port = htons(static_cast<std::uint16_t>(*port));
        QCOMPARE(::bind(socket.get(), reinterpret_cast<struct sockaddr*>(&address), sizeof address), 0);
        QCOMPARE(::listen(socket.get(), 1), 0);
        const auto next = freeLoopbackPort();
        QVERIFY(next && *next != *port);
    }
};

QTEST_APPLESS_MAIN(tst_loopbackport)
#include "tst_loopbackport.moc"
