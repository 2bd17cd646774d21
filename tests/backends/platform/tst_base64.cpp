// SPDX-License-Identifier: Apache-2.0
#include "backends/platform/base64.h"

#include <QTest>

using namespace slipway;

class tst_Base64 : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void goesBothWays() {
        // RFC 4648, section 10.
        const std::pair<const char*, const char*> vectors[] = {{"", ""},
                                                               {"f", "Zg=="},
                                                               {"fo", "Zm8="},
                                                               {"foo", "Zm9v"},
                                                               {"foob", "Zm9vYg=="},
                                                               {"fooba", "Zm9vYmE="},
                                                               {"foobar", "Zm9vYmFy"}};
        for (const auto& [plain, text] : vectors) {
            QCOMPARE(encodeBase64(plain), std::string(text));
            QCOMPARE(decodeBase64(text), std::optional<std::string>(plain));
        }
        std::string all;
        for (int i = 0; i < 256; ++i) all.push_back(static_cast<char>(i));
        QCOMPARE(decodeBase64(encodeBase64(all)), std::optional(all));
    }
    void skipsLineBreaks() { QCOMPARE(decodeBase64("Zm9v\r\nYg==\n"), std::optional<std::string>("foob")); }
    void refusesOtherText() {
        for (const char* text : {"Z", "Zm9v!", "Zg=", "Zg==Zg==", "Zm9vY", "a-b_"})
            QVERIFY2(!decodeBase64(text), text);
    }
};
QTEST_APPLESS_MAIN(tst_Base64)
#include "tst_base64.moc"
