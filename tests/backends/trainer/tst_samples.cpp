// SPDX-License-Identifier: Apache-2.0
#include "backends/trainer/samples.h"

#include "backends/core/modeltypes.h"
#include "smalltokenizer.h"

#include <QImage>
#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <set>

using namespace slipway;
using namespace slipway::trainer;

class tst_samples : public QObject {
    Q_OBJECT
    QTemporaryDir m_folder;

    std::filesystem::path root() const { return m_folder.path().toStdString(); }
    std::filesystem::path write(const char* name, const char* content) const {
        auto file = root() / name;
        std::filesystem::create_directories(file.parent_path());
        std::ofstream(file) << content;
        return file;
    }
    static slipway::TypedParameters data(const char* type, slipway::ParameterValues given = {}) {
        given["input"] = std::string("d");
        for (const auto& parameter : slipway::findTable(slipway::dataTables(), type)->parameters)
            if (parameter.fallback) given.try_emplace(parameter.name, *parameter.fallback);
        return {type, std::move(given)};
    }

private Q_SLOTS:
    void aLabelThatIsNoClassIsNamed() {
        Samples samples;
        samples.classes = 3;
        samples.training.labels = {0, 1, 2};
        samples.test.labels = {2, 3};
        auto checked = checkLabels(samples);
        QVERIFY(!checked);
        QCOMPARE(checked.error().code, ErrorCode::InvalidArgument);
        QCOMPARE(checked.error().message,
                 std::string("sample 1 of the test data has the label 3, but there are 3 classes"));
        samples.training.labels[2] = -1;
        samples.training.files = {"a", "b", "cats/c.png"};
        checked = checkLabels(samples);
        QCOMPARE(
            checked.error().message,
            std::string(
                "the picture cats/c.png of the training data has the label -1, but there are 3 classes"));
        samples.classes = 0;  // values
        QVERIFY(checkLabels(samples));
    }

    void anOrderHoldsEverySampleOnce() {
        auto order = epochOrder(1000, 7, 0);
        QVERIFY(!std::is_sorted(order.begin(), order.end()));
        std::sort(order.begin(), order.end());
        for (std::size_t i = 0; i < order.size(); ++i) QCOMPARE(order[i], std::int64_t(i));
        QVERIFY(epochOrder(0, 7, 0).empty());
    }
    void anOrderFollowsFromSeedAndEpoch() {
        QCOMPARE(epochOrder(100, 7, 3), epochOrder(100, 7, 3));
        QVERIFY(epochOrder(100, 7, 3) != epochOrder(100, 7, 4));
        QVERIFY(epochOrder(100, 7, 3) != epochOrder(100, 8, 3));
        QVERIFY(epochOrder(100, 7, 3) != epochOrder(100, 7 + (std::int64_t{1} << 32), 3));
    }
    void bytesAreScaled() {
        Samples samples;
        samples.shape = {1, 1, 2, true, {}, 0};
        samples.training.bytes = {0, 255, 51, 102};
        samples.mean = {0.2F};
        samples.deviation = {0.5F};
        std::vector<float> out(4);
        QVERIFY(samples.fill(samples.training, std::vector<std::int64_t>{1, 0}, out.data()));
        const std::vector<float> expected{0, 0.4F, -0.4F, 1.6F};
        for (std::size_t i = 0; i < 4; ++i) QVERIFY(std::abs(out[i] - expected[i]) < 1e-6F);
    }
    void columnsAreNormalisedOneByOne() {
        Samples samples;
        samples.shape = {1, 1, 2, false, {}, 0};
        samples.training.floats = {1, 10, 3, 30};
        samples.mean = {2, 20};
        samples.deviation = {1, 10};
        std::vector<float> out(4);
        QVERIFY(samples.fill(samples.training, std::vector<std::int64_t>{0, 1}, out.data()));
        QCOMPARE(out, (std::vector<float>{-1, -1, 1, 1}));
    }
    void aCategoryStaysAsItIs() {
        Samples samples;
        samples.shape = {1, 1, 2, false, {9}, 0};
        samples.training.floats = {30, 8};
        samples.mean = {20};
        samples.deviation = {10};
        std::vector<float> out(2);
        QVERIFY(samples.fill(samples.training, std::vector<std::int64_t>{0}, out.data()));
        QCOMPARE(out, (std::vector<float>{1, 8}));
    }

    void aMissingNumberIsTheMeanOfTheTrainingRows_data() {
        QTest::addColumn<bool>("isNormalized");
        QTest::newRow("normalised") << true;
        QTest::newRow("as they are") << false;
    }
    void aMissingNumberIsTheMeanOfTheTrainingRows() {
        QFETCH(bool, isNormalized);
        const auto file = write("gaps.csv", "x,y\n100000,a\n,b\n100002,a\n");
        const auto samples = loadSamples(
            data("table", {{"target", std::string("y")}, {"test_share", 0.0}, {"normalize", isNormalized}}),
            {{"d", file}}, 7);
        QVERIFY2(samples, samples ? "" : describe(samples.error()).c_str());
        std::vector<float> out(3);
        QVERIFY(samples->fill(samples->training, std::vector<std::int64_t>{0, 1, 2}, out.data()));
        std::ranges::sort(out);
        QCOMPARE(out, isNormalized ? (std::vector<float>{-1, 0, 1})
                                   : (std::vector<float>{100000, 100001, 100002}));
        QCOMPARE(samples->columns[0].missing, 100001.0F);
    }

    void aTableIsSplitAndMeasured() {
        const auto file = write("t.csv", "color,size,sex,y\nred,1,f,a\n,,m,b\nblue,3,f,a\nred,5,m,b\n");
        const auto samples = loadSamples(data("table", {{"target", std::string("y")},
                                                        {"ignore", std::string(" sex ,")},
                                                        {"group", std::string("sex")},
                                                        {"test_share", 0.25}}),
                                         {{"d", file}}, 7);
        QVERIFY2(samples, samples ? "" : describe(samples.error()).c_str());
        QCOMPARE(samples->training.count, 3);
        QCOMPARE(samples->test.count, 1);
        QCOMPARE(samples->shape.categories, (std::vector<std::int64_t>{3}));
        QCOMPARE(samples->columns.size(), std::size_t{2});
        QCOMPARE(samples->columns[0].name, std::string("size"));
        QVERIFY(samples->columns[0].categories.empty());
        QCOMPARE(samples->columns[1].categories, (std::vector<std::string>{"blue", "red"}));
        QCOMPARE(samples->groupNames, (std::vector<std::string>{"f", "m"}));
        QCOMPARE(samples->mean.size(), std::size_t{1});
        // The rows that train, without the missing cell.
        double sum = 0;
        int count = 0;
        for (std::size_t row = 0; row < 3; ++row)
            if (const float cell = samples->training.floats[row * 2]; cell == 1 || cell == 3 || cell == 5) {
                sum += cell;
                ++count;
            }
        QCOMPARE(samples->mean[0], static_cast<float>(sum / count));
    }

private:
    // Bytes of numpy.save() of an array of that type and shape.
    std::filesystem::path npy(const char* name, const std::string& descr, const std::string& shape,
                              const std::string& values) const {
        std::string dictionary =
            "{'descr': '" + descr + "', 'fortran_order': False, 'shape': " + shape + ", }";
        dictionary.resize(117, ' ');
        dictionary += '\n';
        const std::string head("\x93NUMPY\x01\x00\x76\x00", 10);
        std::filesystem::create_directories(root() / "npy");
        std::ofstream(root() / "npy" / name) << head << dictionary << values;
        return root() / "npy";
    }

private Q_SLOTS:
    void arraysAreRowsOrImages() {
        const auto folder = npy("features.npy", "|u1", "(4, 2, 3)", "abcdefghijklmnopqrstuvwx");
        npy("labels.npy", "|i1", "(4, 1)", std::string("\x07\xff\x07\x07", 4));
        const auto samples = loadSamples(data("npy", {{"test_share", 0.0}}), {{"d", folder}}, 7);
        QVERIFY2(samples, samples ? "" : describe(samples.error()).c_str());
        QVERIFY(samples->shape.isImage);
        QCOMPARE(samples->shape.height, 2);
        QCOMPARE(samples->shape.width, 3);
        QCOMPARE(samples->classNames, (std::vector<std::string>{"-1", "7"}));
        // 97 … 120: the mean is 108.5, the variance (24² - 1) / 12.
        QCOMPARE(samples->mean, (std::vector<float>{108.5F}));
        QVERIFY(std::abs(samples->deviation[0] - std::sqrt(575.0 / 12)) < 1e-5);
        const auto& rows = samples->training.rows;
        const auto second = std::ranges::find(rows, 1) - rows.begin();
        QCOMPARE(samples->training.labels[static_cast<std::size_t>(second)], 0);
        std::vector<float> out(6);
        QVERIFY(samples->fill(samples->training, std::vector<std::int64_t>{second}, out.data()));
        QVERIFY(std::abs(out[0] - (103 - 108.5) / std::sqrt(575.0 / 12)) < 1e-5);

        npy("features.npy", "<f4", "(2, 1)", std::string("\0\0\x80\x3f\0\0\xc0\x7f", 8));  // 1 and NaN
        npy("labels.npy", "<f4", "(2,)", std::string("\0\0\x80\x3f\0\0\0\x40", 8));
        const auto values =
            loadSamples(data("npy", {{"normalize", false}, {"test_share", 0.0}}), {{"d", folder}}, 7);
        QVERIFY2(values, values ? "" : describe(values.error()).c_str());
        QCOMPARE(values->classes, 0);
        QVERIFY(!values->shape.isImage);
        const auto filled = values->fill(values->training, std::vector<std::int64_t>{0, 1}, out.data());
        QVERIFY(!filled);
        QVERIFY2(filled.error().message.find("row 2 of the features") != std::string::npos,
                 filled.error().message.c_str());
    }

    void arraysThatDoNotFitAreRefused_data() {
        QTest::addColumn<QByteArray>("shape");
        QTest::addColumn<QByteArray>("task");
        QTest::addColumn<QByteArray>("words");
        QTest::newRow("counts") << QByteArray("(3, 1)") << QByteArray("auto")
                                << QByteArray("has 2 labels for 3 samples");
        QTest::newRow("dimensions") << QByteArray("(3,)") << QByteArray("auto")
                                    << QByteArray("has 1 dimensions");
        QTest::newRow("fractions") << QByteArray("(2, 1)") << QByteArray("classes")
                                   << QByteArray("have fractions");
    }
    void arraysThatDoNotFitAreRefused() {
        QFETCH(QByteArray, shape);
        QFETCH(QByteArray, task);
        QFETCH(QByteArray, words);
        const auto folder =
            npy("features.npy", "|u1", shape.toStdString(), shape.startsWith("(2") ? "ab" : "abc");
        npy("labels.npy", "<f4", "(2,)", std::string("\0\0\x80\x3f\0\0\0\x40", 8));
        const auto samples = loadSamples(data("npy", {{"task", task.toStdString()}}), {{"d", folder}}, 7);
        QVERIFY(!samples);
        QVERIFY2(QByteArray::fromStdString(samples.error().message).contains(words),
                 samples.error().message.c_str());
    }

    void aTextComesInTokens() {
        const auto file = write("t.txt", "hello world hello world hell");
        const auto tokenizer = write("tokenizer.json", smalltokenizer::json().c_str());
        const auto settings = data(
            "text", {{"context", std::int64_t{2}}, {"test_share", 0.25}, {"tokenizer", std::string("b")}});
        const auto samples = loadSamples(settings, {{"d", file}, {"b", tokenizer}}, 7);
        QVERIFY2(samples, samples ? "" : describe(samples.error()).c_str());
        QCOMPARE(samples->shape.vocabulary, 265);
        // hell o " wor" l d " " hell o " wor" l d " " hell, 13 in all; the last three are held out.
        QCOMPARE(samples->training.tokens,
                 (std::vector<std::int32_t>{258, 'o', 261, 'l', 'd', ' ', 258, 'o', 261}));
        QCOMPARE(samples->test.tokens, (std::vector<std::int32_t>{'d', ' ', 258}));
        const auto none = loadSamples(settings, {{"d", file}}, 7);
        QVERIFY(none.error().message.find("train.data.tokenizer: there is no input b") != std::string::npos);
    }

    void aTextIsCutIntoSequences() {
        const auto file = write("t.txt", "0123456789");
        auto settings = data("text", {{"context", std::int64_t{3}}, {"test_share", 0.0}});
        const auto samples = loadSamples(settings, {{"d", file}}, 7);
        QVERIFY2(samples, samples ? "" : describe(samples.error()).c_str());
        QVERIFY(samples->shape.isText());
        QCOMPARE(samples->training.count, 3);
        QCOMPARE(samples->test.count, 0);
        std::vector<std::int64_t> tokens(6);
        std::vector<std::int64_t> following(6);
        samples->fillTokens(samples->training, std::vector<std::int64_t>{2, 0}, tokens.data(),
                            following.data());
        QCOMPARE(tokens, (std::vector<std::int64_t>{'6', '7', '8', '0', '1', '2'}));
        QCOMPARE(following, (std::vector<std::int64_t>{'7', '8', '9', '1', '2', '3'}));

        settings.values["test_share"] = 0.4;  // its end
        const auto split = loadSamples(settings, {{"d", file}}, 7);
        QCOMPARE(split->training.count, 1);
        QCOMPARE(split->test.tokens, (std::vector<std::int32_t>{'6', '7', '8', '9'}));
        settings.values["context"] = std::int64_t{6};
        const auto tooShort = loadSamples(settings, {{"d", file}}, 7);
        QVERIFY(!tooShort);
        QVERIFY(tooShort.error().message.find("6 bytes") != std::string::npos);
    }
    void aFolderOfTextsIsOneText() {
        write("texts/b/2.txt", "cd");
        write("texts/a.txt", "ab");
        write("texts/notes.md", "no");
        const auto samples = loadSamples(data("text", {{"context", std::int64_t{1}}, {"test_share", 0.0}}),
                                         {{"d", root() / "texts"}}, 0);
        QVERIFY2(samples, samples ? "" : describe(samples.error()).c_str());
        QCOMPARE(samples->training.tokens, (std::vector<std::int32_t>{'a', 'b', '\n', 'c', 'd', '\n'}));
        std::filesystem::create_directory(root() / "none");
        QCOMPARE(loadSamples(data("text"), {{"d", root() / "none"}}, 0).error().code,
                 slipway::ErrorCode::NotFound);
    }

    void anImageIsMirroredAndMovedAsDrawn() {
        Samples samples;
        samples.shape = {1, 2, 3, true, {}, 0};
        samples.training.bytes = {1, 2, 3, 4, 5, 6};
        samples.mean = {0};
        samples.deviation = {1.0F / 255};  // so that numbers are the bytes
        using Image = std::vector<float>;
        const auto drawn = [&](const Augmentation& augmentation) {
            samples.augmentation = augmentation;
            std::set<Image> seen;
            for (std::uint64_t draw = 0; draw < 200; ++draw) {
                Image out(6);
                Image again(6);
                const bool isFilled =
                    samples.fill(samples.training, std::vector<std::int64_t>{0}, out.data(), draw) &&
                    samples.fill(samples.training, std::vector<std::int64_t>{0}, again.data(), draw);
                for (auto& value : out) value = std::round(value);
                for (auto& value : again) value = std::round(value);
                if (isFilled && out == again) seen.insert(out);
            }
            return seen;
        };
        QCOMPARE(drawn({}), (std::set<Image>{{1, 2, 3, 4, 5, 6}}));
        QCOMPARE(drawn({.flips = true, .shift = 0}),
                 (std::set<Image>{{1, 2, 3, 4, 5, 6}, {3, 2, 1, 6, 5, 4}}));
        const auto moved = drawn({.flips = false, .shift = 1});
        QCOMPARE(moved.size(), std::size_t{9});
        QVERIFY(moved.contains({0, 0, 0, 0, 1, 2}));
        QVERIFY(moved.contains({5, 6, 0, 0, 0, 0}));
        Image plain(6);  // an evaluation sees it as it is
        QVERIFY(samples.fill(samples.training, std::vector<std::int64_t>{0}, plain.data()));
        QCOMPARE(std::round(plain[0]), 1.0F);
    }

    void picturesStayInTheirFiles() {
        for (const char* const name : {"cat", "owl"})
            for (int i = 0; i < 5; ++i) {
                QImage picture(8, 6, QImage::Format_RGB32);
                picture.fill(name[0] == 'c' ? QColor(255, 0, 0) : QColor(0, 0, 255));
                const auto file = root() / "pictures" / name / (std::to_string(i) + ".png");
                std::filesystem::create_directories(file.parent_path());
                QVERIFY(picture.save(QString::fromStdString(file.string())));
            }
        const auto samples =
            loadSamples(data("images", {{"size", std::int64_t{4}}}), {{"d", root() / "pictures"}}, 3);
        QVERIFY2(samples, samples ? "" : describe(samples.error()).c_str());
        QCOMPARE(samples->classNames, (std::vector<std::string>{"cat", "owl"}));
        QCOMPARE(samples->training.count, 8);
        QCOMPARE(samples->test.count, 2);
        QCOMPARE(samples->mean.size(), std::size_t{3});
        QCOMPARE(samples->mean[1], 0.0F);
        std::vector<float> out(std::size_t{2} * 3 * 4 * 4);
        for (std::int64_t row = 0; row < 8; ++row) {
            QVERIFY(samples->fill(samples->training, std::vector<std::int64_t>{row}, out.data()));
            const bool isRed = samples->training.labels[static_cast<std::size_t>(row)] == 0;
            QVERIFY((out[0] > 0) == isRed && (out[47] > 0) == !isRed);
        }
        std::ofstream(samples->training.files[2]) << "broken";
        const auto filled = samples->fill(samples->training, std::vector<std::int64_t>{1, 2}, out.data());
        QVERIFY(!filled);
        QVERIFY(filled.error().message.find(samples->training.files[2].string()) != std::string::npos);
    }

    void anInputThatIsNotThereIsNamed() {
        const auto samples = loadSamples({"idx", {{"input", std::string("fashion")}}}, {}, 0);
        QVERIFY(!samples);
        QCOMPARE(samples.error().code, slipway::ErrorCode::NotFound);
        QVERIFY(samples.error().message.find("fashion") != std::string::npos);
    }
};

QTEST_APPLESS_MAIN(tst_samples)
#include "tst_samples.moc"
