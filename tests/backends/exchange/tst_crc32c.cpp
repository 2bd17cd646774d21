// SPDX-License-Identifier: Apache-2.0
#include "backends/exchange/crc32c.h"

#include <QTest>

using namespace slipway;

class tst_crc32c : public QObject {
    Q_OBJECT

private Q_SLOTS:
    // RFC 3720, B.4, and the check value of every list of CRCs.
    void isCastagnolis_data() {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<quint32>("crc");
        QByteArray rising(32, '\0');
        for (int i = 0; i < 32; ++i) rising[i] = static_cast<char>(i);
        QTest::newRow("none") << QByteArray() << quint32{0};
        QTest::newRow("digits") << QByteArray("123456789") << quint32{0xE3069283};
        QTest::newRow("zeros") << QByteArray(32, '\0') << quint32{0x8A9136AA};
        QTest::newRow("ones") << QByteArray(32, '\xff') << quint32{0x62A8AB43};
        QTest::newRow("rising") << rising << quint32{0x46DD794E};
    }
    void isCastagnolis() {
        QFETCH(QByteArray, bytes);
        QFETCH(quint32, crc);
        QCOMPARE(crc32c(bytes.toStdString()), crc);
    }

    void isMasked() {
        const std::uint32_t crc = 0xE3069283;
        QCOMPARE(maskedCrc32c("123456789"), ((crc >> 15) | (crc << 17)) + 0xA282EAD8U);
    }
};

QTEST_APPLESS_MAIN(tst_crc32c)
#include "tst_crc32c.moc"
