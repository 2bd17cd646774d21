// SPDX-License-Identifier: Apache-2.0
#include "backends/trainer/samplesource.h"

#include "backends/core/modeltypes.h"

#include <QDir>
#include <QFile>
#include <QImage>
#include <QTemporaryDir>
#include <QTest>

using namespace slipway;
using namespace slipway::trainer;
using namespace Qt::StringLiterals;

class tst_samplesource : public QObject {
    Q_OBJECT
    std::unique_ptr<QTemporaryDir> m_folder;

    std::filesystem::path path(const QString& name) const { return m_folder->filePath(name).toStdString(); }
    std::filesystem::path write(const QString& name, const QByteArray& text) const {
        QDir().mkpath(QFileInfo(m_folder->filePath(name)).path());
        QFile file(m_folder->filePath(name));
        if (!file.open(QIODevice::WriteOnly) || file.write(text) != text.size()) qFatal("cannot write");
        return path(name);
    }
    std::filesystem::path picture(const QString& name, QSize size, QColor color) const {
        QDir().mkpath(QFileInfo(m_folder->filePath(name)).path());
        QImage image(size, QImage::Format_RGB32);
        image.fill(color);
        if (!image.save(m_folder->filePath(name))) qFatal("cannot save");
        return path(name);
    }
    // Trained with `data` of `place`.
    static ModelConfig trained(const char* type, ParameterValues given, const std::filesystem::path& place) {
        given["input"] = std::string("d");
        const auto& table = *findTable(dataTables(), type);
        for (const auto& parameter : table.parameters)
            if (parameter.fallback) given.try_emplace(parameter.name, *parameter.fallback);
        ModelConfig config;
        config.seed = 7;
        config.data = {type, std::move(given)};
        const auto samples = loadSamples(config.data, {{"d", place}}, config.seed);
        if (!samples) qFatal("%s", describe(samples.error()).c_str());
        config.form = formOf(*samples);
        return config;
    }
    static Error errorOf(const ModelConfig& config, const SourceRequest& request) {
        const auto source = openSource(config, request);
        if (!source) return source.error();
        const auto piece = (*source)->next();
        return piece ? Error{} : piece.error();
    }

private Q_SLOTS:
    void init() { m_folder = std::make_unique<QTemporaryDir>(); }

    void aMissingNumberIsWhatItWasInTraining() {
        const auto config = trained("table", {{"target", std::string("y")}, {"test_share", 0.0}},
                                    write(u"t.csv"_s, "x,y\n1,a\n3,b\n"));
        const auto source = openSource(config, {{write(u"n.csv"_s, "x\n\n7\n").string()}, false, ""});
        QVERIFY2(source, source ? "" : describe(source.error()).c_str());
        const auto more = openSource(config, {{write(u"m.csv"_s, "x,z\n,1\n7,2\n")}, false, ""});
        QVERIFY(more);
        const auto piece = (*more)->next();
        QVERIFY2(piece, piece ? "" : describe(piece.error()).c_str());
        QCOMPARE(piece->set.floats, (std::vector<float>{2, 7}));
        QCOMPARE(piece->firstRow, 1);
        QCOMPARE((*more)->next()->set.count, 0);
    }

    void picturesOfAFolderComeByName() {
        for (const auto* name : {"a/1.png", "a/2.png", "b/3.png", "b/4.png"})
            picture(QString::fromUtf8(name), {8, 8}, name[0] == 'a' ? Qt::red : Qt::blue);
        const auto config = trained("images", {{"size", std::int64_t{4}}}, path({}));
        const auto source = openSource(config, {{path(u"b"_s), path(u"a/1.png"_s)}, false, ""});
        QVERIFY(source);
        QCOMPARE((*source)->total(), 3);
        const auto piece = (*source)->next();
        QCOMPARE(piece->files, (std::vector<std::filesystem::path>{path(u"b/3.png"_s), path(u"b/4.png"_s)}));
        QCOMPARE(piece->firstRow, 0);
        QVERIFY(piece->set.labels.empty());
        const auto labelled = openSource(config, {{path({})}, true, ""});
        QCOMPARE((*labelled)->next()->set.labels, (std::vector<std::int64_t>{0, 0, 1, 1}));
        picture(u"new/c/5.png"_s, {8, 8}, Qt::green);
        const auto unknown = errorOf(config, {{path(u"new"_s)}, true, ""});
        QVERIFY2(
            unknown.message.find("5.png is of class c, which the model does not know") != std::string::npos,
            unknown.message.c_str());
        QVERIFY(errorOf(config, {{path(u"none"_s)}, false, ""}).message.find("none") != std::string::npos);
    }

    void idxModelsTakePicturesOfTheirSize() {
        const QByteArray images = QByteArray::fromHex(
                                      "00000803"
                                      "00000002"
                                      "00000002"
                                      "00000003") +
                                  "abcdefABCDEF";
        const QByteArray labels = QByteArray::fromHex(
            "00000801"
            "00000002"
            "0001");
        for (const auto* part : {"train", "t10k"}) {
            write(QString::fromUtf8(part) + u"-images-idx3-ubyte"_s, images);
            write(QString::fromUtf8(part) + u"-labels-idx1-ubyte"_s, labels);
        }
        const auto config = trained("idx", {}, path({}));
        // In gray: (255 × 19595 + 32768) / 65536.
        const auto source = openSource(config, {{picture(u"right.png"_s, {3, 2}, Qt::red)}, false, ""});
        QVERIFY(source);
        const auto piece = (*source)->next();
        QVERIFY2(piece, piece ? "" : describe(piece.error()).c_str());
        QCOMPARE(piece->set.bytes, std::vector<std::uint8_t>(6, 76));
        const auto wrong = errorOf(config, {{picture(u"wrong.png"_s, {2, 3}, Qt::red)}, false, ""});
        QVERIFY2(wrong.message.find("wrong.png is 2×3 pixels, and the model takes 3×2") != std::string::npos,
                 wrong.message.c_str());
        const auto file = openSource(config, {{path(u"t10k-images-idx3-ubyte"_s)}, false, ""});
        QCOMPARE((*file)->next()->set.count, 2);
        QVERIFY((*file)->hasRows() && !(*source)->hasRows());
        const auto both =
            openSource(config, {{path(u"right.png"_s), path(u"t10k-images-idx3-ubyte"_s)}, false, ""});
        QVERIFY((*both)->hasRows());
        const auto other = errorOf(config, {{write(u"other"_s, QByteArray::fromHex("00000803"
                                                                                   "00000001"
                                                                                   "00000001"
                                                                                   "00000002") +
                                                                   "ab")},
                                            false,
                                            ""});
        QVERIFY2(other.message.find("its images are 2×1 pixels") != std::string::npos, other.message.c_str());
        write(u"t10k-labels-idx1-ubyte"_s, QByteArray::fromHex("00000801"
                                                               "00000002"
                                                               "0009"));
        QVERIFY(errorOf(config, {{path({})}, true, ""}).message.find("label 2 is 9") != std::string::npos);
    }

    void whatWasHeldOutIsWhatTrainingHeldOut() {
        QByteArray text("x,y\n");
        for (int i = 0; i < 40; ++i) text += QByteArray::number(i) + (i % 3 == 0 ? ",a\n" : ",b\n");
        const auto file = write(u"t.csv"_s, text);
        const auto config = trained("table", {{"target", std::string("y")}}, file);
        const auto held = heldOutSamples(config, file, "");
        QVERIFY2(held, held ? "" : describe(held.error()).c_str());
        const auto samples = loadSamples(config.data, {{"d", file}}, config.seed);
        QCOMPARE(held->test.floats, samples->test.floats);
        write(u"t.csv"_s, text + "900,a\n");
        const auto changed = heldOutSamples(config, file, "");
        QVERIFY(!changed);
        QCOMPARE(changed.error().code, ErrorCode::Conflict);
    }

    void arraysComeAsTheModelTakesThem() {
        const auto npy = [&](const QString& name, const QByteArray& shape, const QByteArray& values) {
            QByteArray text = "{'descr': '|u1', 'fortran_order': False, 'shape': " + shape + ", }";
            text = text.leftJustified(117) + '\n';
            return write(name, QByteArray::fromHex("934e554d505901007600") + text + values);
        };
        npy(u"features.npy"_s, "(4, 2)", "abcdefgh");
        npy(u"labels.npy"_s, "(4,)", QByteArray::fromHex("05090509"));
        const auto config = trained("npy", {}, path({}));
        const auto source = openSource(config, {{npy(u"new.npy"_s, "(3, 2)", "ABCDEF")}, false, ""});
        QVERIFY(source);
        const auto piece = (*source)->next();
        QCOMPARE(piece->set.count, 3);
        std::vector<float> out(2);
        QVERIFY(config.form.fill(piece->set, std::vector<std::int64_t>{2}, out.data()));
        QCOMPARE(out[0], ('E' - config.form.mean[0]) / config.form.deviation[0]);
        const auto wrong = errorOf(config, {{npy(u"wrong.npy"_s, "(2, 3)", "ABCDEF")}, false, ""});
        QVERIFY2(wrong.message.find("are 1×1×3, and the model takes 1×1×2") != std::string::npos,
                 wrong.message.c_str());
        npy(u"labels.npy"_s, "(4,)", QByteArray::fromHex("09050909"));
        const auto labelled = openSource(config, {{path({})}, true, ""});
        const auto labels = (*labelled)->next();
        for (std::size_t i = 0; i < 4; ++i) QCOMPARE(labels->set.labels[i], labels->set.rows[i] == 1 ? 0 : 1);
        npy(u"labels.npy"_s, "(4,)", QByteArray::fromHex("09050907"));
        QVERIFY(errorOf(config, {{path({})}, true, ""}).message.find("row 4 is 7, a class") !=
                std::string::npos);
        const auto text = encodeConfig(config);
        const auto again = decodeConfig(text, "c");
        QVERIFY2(!again || encodeConfig(*again) == text, text.c_str());
    }

    void onlyATableHasGroups() {
        const auto config =
            trained("text", {{"context", std::int64_t{2}}}, write(u"t.txt"_s, "hello world, hello"));
        QVERIFY(errorOf(config, {{path(u"t.txt"_s)}, true, "a"}).message.find("only a table") !=
                std::string::npos);
        const auto source = openSource(config, {{path(u"t.txt"_s)}, true, ""});
        QCOMPARE((*source)->total(), 8);  // 17 tokens that are followed, by two
    }
};

QTEST_APPLESS_MAIN(tst_samplesource)
#include "tst_samplesource.moc"
