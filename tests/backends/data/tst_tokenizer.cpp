// SPDX-License-Identifier: Apache-2.0
#include "backends/data/tokenizer.h"

#include "smalltokenizer.h"

#include <QElapsedTimer>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using namespace slipway;
using Tokens = std::vector<std::int32_t>;

class tst_tokenizer : public QObject {
    Q_OBJECT

    static Tokens encoded(std::string_view text) {
        auto tokenizer = Tokenizer::parse(smalltokenizer::json(), "t.json");
        if (!tokenizer) qFatal("%s", describe(tokenizer.error()).c_str());
        Tokens tokens;
        tokenizer->encode(text, tokens);
        std::string back;
        for (const auto token : tokens) back += tokenizer->bytesOf(token);
        if (back != text) qFatal("%s became %s", std::string(text).c_str(), back.c_str());
        return tokens;
    }

private Q_SLOTS:
    void mergesByRank_data() {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QList<int>>("tokens");
        QTest::newRow("nothing") << QByteArray("") << QList<int>{};
        // h e l l o: he, then ll, then hell.
        QTest::newRow("words") << QByteArray("hello world") << QList<int>{258, 'o', 261, 'l', 'd'};
        QTest::newRow("leftmost first") << QByteArray("lll") << QList<int>{257, 'l'};
        QTest::newRow("lower rank first") << QByteArray("abc") << QList<int>{'a', 262};
        QTest::newRow("not over words") << QByteArray("h e") << QList<int>{'h', ' ', 'e'};
        QTest::newRow("added") << QByteArray("he<|end|>he") << QList<int>{256, 264, 256};
        QTest::newRow("almost added") << QByteArray("<|end>") << QList<int>{'<', '|', 'e', 'n', 'd', '>'};
        QTest::newRow("bytes") << QByteArray("\xc3\xa9\xff\n") << QList<int>{0xc3, 0xa9, 0xff, '\n'};
    }
    void mergesByRank() {
        QFETCH(QByteArray, text);
        QFETCH(QList<int>, tokens);
        QCOMPARE(encoded(std::string_view(text.constData(), std::size_t(text.size()))),
                 Tokens(tokens.begin(), tokens.end()));
    }

    // By the pattern that GPT-2's code has (encoder.py).
    void piecesAreThoseOfThePattern_data() {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QByteArrayList>("pieces");
        QTest::newRow("contractions")
            << QByteArray("it's we'll 'tis I'M")
            << QByteArrayList{"it", "'s", " we", "'ll", " '", "tis", " I", "'", "M"};
        QTest::newRow("numbers") << QByteArray("a1 23b") << QByteArrayList{"a", "1", " 23", "b"};
        QTest::newRow("signs") << QByteArray("x+=1; (y)")
                               << QByteArrayList{"x", "+=", "1", ";", " (", "y", ")"};
        QTest::newRow("spaces") << QByteArray("a   b  ") << QByteArrayList{"a", "  ", " b", "  "};
        QTest::newRow("lines") << QByteArray("a\n\n b\nc") << QByteArrayList{"a", "\n\n", " b", "\n", "c"};
        QTest::newRow("one space") << QByteArray(" ") << QByteArrayList{" "};
        QTest::newRow("letters") << QByteArray("naïve Übung 日本語")
                                 << QByteArrayList{"naïve", " Übung", " 日本語"};
        QTest::newRow("wide spaces") << QByteArray("a\u3000\u3000b")
                                     << QByteArrayList{"a", "\u3000", "\u3000", "b"};
        QTest::newRow("other numbers") << QByteArray("x²½٣") << QByteArrayList{"x", "²½٣"};
        QTest::newRow("no text") << QByteArray("a\xff\xfe!b") << QByteArrayList{"a", "\xff\xfe!", "b"};
    }
    void piecesAreThoseOfThePattern() {
        QFETCH(QByteArray, text);
        QFETCH(QByteArrayList, pieces);
        QByteArrayList found;
        for (std::string_view rest(text.constData(), std::size_t(text.size())); !rest.empty();) {
            const std::size_t length = pieceLength(rest);
            found.append(QByteArray(rest.data(), qsizetype(length)));
            rest.remove_prefix(length);
        }
        QCOMPARE(found, pieces);
    }

    void refuses_data() {
        QTest::addColumn<QByteArray>("from");
        QTest::addColumn<QByteArray>("to");
        QTest::addColumn<int>("code");
        QTest::addColumn<QByteArray>("words");
        const int corrupt = int(ErrorCode::Corrupt), argument = int(ErrorCode::InvalidArgument);
        const auto row = [](const char* name, const char* from, const char* to, int code, const char* words) {
            QTest::newRow(name) << QByteArray(from) << QByteArray(to) << code << QByteArray(words);
        };
        row("cut off", "\"merges\"", "\x01", corrupt, "no sound tokenizer.json");
        row("normalizer", "\"normalizer\":null", "\"normalizer\":{\"type\":\"NFC\"}", argument,
            "a normalizer");
        row("model", "\"BPE\"", "\"Unigram\"", argument, "the model Unigram");
        row("pieces", "\"pre_tokenizer\":{\"type\":\"ByteLevel\"",
            "\"pre_tokenizer\":{\"type\":\"Metaspace\"", argument, "the pre_tokenizer Metaspace");
        row("prefix", "\"add_prefix_space\":false", "\"add_prefix_space\":true", argument,
            "pre_tokenizer.add_prefix_space");
        row("no pattern", "\"use_regex\":true},\n", "\"use_regex\":false},\n", argument, "use_regex");
        row("fallback", "\"byte_fallback\":false", "\"byte_fallback\":true", argument, "model.byte_fallback");
        row("suffix", "\"end_of_word_suffix\":null", "\"end_of_word_suffix\":\"</w>\"", argument,
            "model.end_of_word_suffix");
        row("stripping", "\"lstrip\":false", "\"lstrip\":true", argument, "added_tokens.lstrip");
        row("no byte", "\"z\":122,", "", argument, "without a token for byte 122");
        row("number", "\"z\":122,", "\"z\":99999999999,", corrupt, "out of its range");
        row("merge", "\"h e\"", "\"h q\"", corrupt, "a merge names hq");
        row("one word", "\"h e\"", "\"he\"", corrupt, "has not two words");
        row("not of bytes", "\"he\":256", "\"he\":256,\"a b\":265", corrupt, "is not of bytes");
    }
    void refuses() {
        QFETCH(QByteArray, from);
        QFETCH(QByteArray, to);
        QFETCH(int, code);
        QFETCH(QByteArray, words);
        auto text = QByteArray::fromStdString(smalltokenizer::json());
        text.replace(text.indexOf(from), from.size(), to);
        const auto tokenizer = Tokenizer::parse(text.toStdString(), "/a/tokenizer.json");
        QVERIFY(!tokenizer);
        const auto told = QByteArray::fromStdString(describe(tokenizer.error()));
        QVERIFY2(
            int(tokenizer.error().code) == code && told.contains(words) && told.contains("/a/tokenizer.json"),
            told);
    }

    // Naively each of a word's merges would look at the whole word again.
    void aLongWordTakesNoLonger() {
        const std::string word(2'000'000, 'l');
        QElapsedTimer timer;
        timer.start();
        QCOMPARE(encoded(word), Tokens(1'000'000, 257));
        QVERIFY2(timer.elapsed() < 30'000, qPrintable(QString::number(timer.elapsed())));
    }

    void opensAFile() {
        QTemporaryDir folder;
        const QString name = folder.filePath(QStringLiteral("tokenizer.json"));
        QFile file(name);
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(smalltokenizer::json().c_str());
        file.close();
        const auto tokenizer = Tokenizer::open(name.toStdString());
        QVERIFY2(tokenizer, tokenizer ? "" : describe(tokenizer.error()).c_str());
        QCOMPARE(tokenizer->vocabulary(), 265);
        QCOMPARE(Tokenizer::open("/none.json").error().code, ErrorCode::NotFound);
    }
};

QTEST_APPLESS_MAIN(tst_tokenizer)
#include "tst_tokenizer.moc"
