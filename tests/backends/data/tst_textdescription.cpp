// SPDX-License-Identifier: Apache-2.0
#include "backends/data/textdescription.h"

#include <QTest>

#include "datafolder.h"

using namespace slipway;
using namespace Qt::StringLiterals;

class tst_textdescription : public QObject {
    Q_OBJECT
    std::unique_ptr<DataFolder> m_folder;

private Q_SLOTS:
    void init() { m_folder = std::make_unique<DataFolder>(); }

    void aText() {
        const auto data = describeText(m_folder->write(u"t.txt"_s, "eins\r\n\nzwölf Boxkämpfer\nend"), {});
        QVERIFY2(data, data ? "" : data.error().message.c_str());
        QCOMPARE(data->samples, data->bytes);
        QCOMPARE(factOf(*data, "lines"), std::string("4, the longest of 18 B"));
        QCOMPARE(factOf(*data, "characters"), std::string("27"));
        QCOMPARE(data->firstRows,
                 (std::vector<std::vector<std::string>>{{"eins"}, {"zwölf Boxkämpfer"}, {"end"}}));
        QCOMPARE(data->faults, 0);
    }

    void textsOfAFolder() {
        m_folder->write(u"b/2.txt"_s, "zwei");
        m_folder->write(u"a.txt"_s, "eins");
        m_folder->write(u"c.md"_s, "drei");
        const auto data = describeText(m_folder->root(), {});
        QVERIFY(data);
        QCOMPARE(factOf(*data, "files"), std::string("2"));
        QCOMPARE(data->bytes, 8);
        QCOMPARE(data->firstRows, (std::vector<std::vector<std::string>>{{"eins"}, {"zwei"}}));
    }

    void noUtf8IsTold_data() {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QByteArray>("where");  // empty: it is UTF-8
        const auto row = [](const char* name, const char* hex, const char* where) {
            QTest::newRow(name) << QByteArray::fromHex(hex) << QByteArray(where);
        };
        row("four bytes", "f09f9880", "");
        row("Latin-1", "61e962", "2");
        row("a character that is cut off", "61e282", "3");
        row("a longer form than needed", "c0af", "0");
        row("the same of three bytes", "e08080", "1");
        row("a surrogate", "eda080", "1");
        row("above the last", "f4908080", "1");
        row("a byte that goes on with nothing", "80", "0");
    }
    void noUtf8IsTold() {
        QFETCH(QByteArray, text);
        QFETCH(QByteArray, where);
        const auto data = describeText(m_folder->write(u"t.txt"_s, text), {});
        QVERIFY(data);
        QCOMPARE(data->faults, where.isEmpty() ? 0 : 1);
        if (!where.isEmpty()) QCOMPARE(data->firstFaults[0].what, "no UTF-8 at byte " + where.toStdString());
    }

    void aLongLineIsCutBetweenCharacters() {
        const auto data = describeText(m_folder->write(u"t.txt"_s, "a" + QByteArray("é").repeated(150)), {});
        QVERIFY(data);
        QCOMPARE(data->firstRows[0][0], "a" + QByteArray("é").repeated(99).toStdString() + "…");
    }

    void whatCannotBeRead() {
        QCOMPARE(describeText(m_folder->root(), {}).error().code, ErrorCode::NotFound);
        QCOMPARE(describeText(m_folder->root() / "no.txt", {}).error().code, ErrorCode::NotFound);
        const std::atomic<bool> stop = true;
        QCOMPARE(describeText(m_folder->write(u"t.txt"_s, "x"), {.stop = &stop}).error().code,
                 ErrorCode::Cancelled);
    }
};

QTEST_APPLESS_MAIN(tst_textdescription)
#include "tst_textdescription.moc"
