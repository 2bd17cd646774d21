// SPDX-License-Identifier: Apache-2.0
#include "backends/trainer/checkpoint.h"

#include <QTemporaryDir>
#include <QTest>

#include <array>
#include <cstring>
#include <fstream>

using namespace slipway;
using namespace slipway::trainer;
namespace fs = std::filesystem;

class tst_checkpoint : public QObject {
    Q_OBJECT
    std::unique_ptr<QTemporaryDir> m_folder;
    std::string m_warnings;

    fs::path root() const { return m_folder->path().toStdString(); }

    // Every kind of tensor that a network or its optimizer has: weights, counters, one without a shape, half floats.
    static NamedTensors tensors(double value) {
        return {{"model.weight", torch::full({2, 3}, value).set_requires_grad(true)},
                {"model.count", torch::full({}, static_cast<std::int64_t>(value), torch::kLong)},
                {"model.half", torch::full({4}, value, torch::kBFloat16)},
                {"model.empty", torch::empty({0, 3})}};
    }
    SavedCheckpoint save(std::int64_t step, double value, int keep = 10) const {
        const auto saved = saveCheckpoint(root(), step, tensors(value), {{"job", "mlp"}}, keep);
        if (!saved) qFatal("%s", describe(saved.error()).c_str());
        return *saved;
    }
    Result<std::int64_t> load(const fs::path& from, const NamedTensors& into) {
        SLIPWAY_TRY(const auto loaded, loadCheckpoint(from, into, [this](std::string_view text) {
                        (m_warnings += text) += '\n';
                    }));
        return loaded.step;
    }
    static bool isAll(const NamedTensors& tensors, double value) {
        return std::all_of(tensors.begin(), tensors.end(),
                           [&](const auto& t) { return t.second.eq(value).all().template item<bool>(); });
    }
    std::vector<std::string> names() const {
        std::vector<std::string> found;
        for (const auto& entry : fs::directory_iterator(root())) found.push_back(entry.path().filename());
        std::sort(found.begin(), found.end());
        return found;
    }
    // A sound file of the format with this step and one weight.
    void writeForeign(const char* name, const TensorMetadata& metadata) const {
        const std::array<float, 1> value{1};
        const std::vector<TensorView> views{{"weight", "F32", {1}, std::as_bytes(std::span(value))}};
        if (!writeSafetensors(root() / name, views, metadata)) qFatal("cannot write");
    }

private Q_SLOTS:
    void init() {
        m_folder = std::make_unique<QTemporaryDir>();
        m_warnings.clear();
    }

    void givesBackWhatItSaved() {
        const auto saved = save(42, 3);
        QCOMPARE(saved.file, root() / "step-000000000042.safetensors");
        QCOMPARE(saved.size.count, static_cast<std::int64_t>(fs::file_size(saved.file)));
        QCOMPARE(readSafetensors(saved.file)->metadata.at("job"), std::string("mlp"));
        const auto into = tensors(0);
        const auto step = load(saved.file, into);
        QVERIFY2(step, step ? "" : describe(step.error()).c_str());
        QCOMPARE(*step, 42);
        QVERIFY(isAll(into, 3));
        QVERIFY(into[0].second.requires_grad());
    }

private:
    // Of "mean" there is a running mean, which evaluations see.
    static NamedTensors withMean(double value) {
        return {{"model.w", torch::full({2}, value)},
                {"model.mean", torch::full({2}, value)},
                {"average.mean", torch::full({2}, value + 0.5)},
                {"optimizer.w", torch::full({2}, 9.0)}};
    }

private Q_SLOTS:
    void theBestStaysWhenOlderOnesGo() {
        QVERIFY(saveBest(root(), 1, withMean(1), {}));
        for (const std::int64_t step : {2, 3, 4}) save(step, 1, 2);
        QCOMPARE(names(),
                 (std::vector<std::string>{"best-000000000001.safetensors", "step-000000000003.safetensors",
                                           "step-000000000004.safetensors"}));
        QVERIFY(saveBest(root(), 3, withMean(3), {}));
        QCOMPARE(names().front(), std::string("best-000000000003.safetensors"));
        QVERIFY(writeBestWeights(root(), root() / "weights"));
        const auto weights = readSafetensors(root() / "weights");
        QVERIFY(weights);
        QCOMPARE(weights->tensors.size(), std::size_t{2});
        const auto first = [&](const char* name) {
            float value = 0;
            std::memcpy(&value, weights->find(name)->data.data(), sizeof(value));
            return value;
        };
        QCOMPARE(first("w"), 3.0F);
        QCOMPARE(first("mean"), 3.5F);
    }

    void aRunGoesOnFromTheBestWhereItIsTheNewest() {
        save(4, 4);
        QVERIFY(saveBest(root(), 6, tensors(6), {}));
        const auto into = tensors(0);
        QCOMPARE(*load(root(), into), 6);
        QVERIFY(isAll(into, 6));
    }

    void theBestGoesAlongUnlessItIsOfALaterStep() {
        const fs::path there = root() / "there";
        QVERIFY(!*takeBest(root() / "none", there, 9));
        QVERIFY(saveBest(root(), 6, tensors(6), {{"value", "0.5"}}));
        QVERIFY(!*takeBest(root(), there, 5));
        QVERIFY(!fs::exists(there));
        const auto saved = save(9, 9);
        for (const fs::path& from : {root(), saved.file}) {
            const auto taken = takeBest(from, there, 9);
            QVERIFY(taken && *taken);
            QCOMPARE((*taken)->at("value"), std::string("0.5"));
            QVERIFY(fs::exists(there / "best-000000000006.safetensors"));
        }
        QVERIFY(*takeBest(root(), root(), 9));  // in its own folder
    }

    void savesTransposedTensorsAsTheyLook() {
        const auto weight = torch::arange(6, torch::kFloat).reshape({2, 3}).t();
        QVERIFY(saveCheckpoint(root(), 1, {{"w", weight}}, {}, 2));
        const NamedTensors into{{"w", torch::zeros({2, 3}).t()}};
        QVERIFY(load(root(), into));
        QVERIFY(into[0].second.equal(weight));
    }

    void theNewestByNumberCounts() {
        save(9, 1);
        save(1'000'000'000'000, 3);  // a digit more than names are filled up to
        save(100, 2);
        const auto into = tensors(0);
        QCOMPARE(*load(root(), into), 1'000'000'000'000);
        QVERIFY(isAll(into, 3));
    }

    void keepsTheNewestAndTheOneJustWritten() {
        std::ofstream(root() / "step-12.safetensors.txt") << "of the user";
        std::ofstream(root() / "step-x.safetensors") << "of the user";
        for (const int step : {10, 20, 30}) save(step, 1, 2);
        QCOMPARE(names(),
                 (std::vector<std::string>{"step-000000000020.safetensors", "step-000000000030.safetensors",
                                           "step-12.safetensors.txt", "step-x.safetensors"}));
        save(5, 1, 1);  // a run that went on from an older one
        QVERIFY(fs::exists(root() / "step-000000000005.safetensors"));
        QVERIFY(!fs::exists(root() / "step-000000000030.safetensors"));
    }

    void aSaveThatFailsKeepsTheOlderOnes() {
        save(10, 1, 1);
        fs::create_directories(root() / "step-000000000020.safetensors" / "in the way");
        QVERIFY(!saveCheckpoint(root(), 20, tensors(2), {}, 1));
        const auto into = tensors(0);
        QCOMPARE(*load(root(), into), 10);
        QVERIFY(isAll(into, 1));
        std::ofstream(root() / "file") << "";
        QVERIFY(!saveCheckpoint(root() / "file", 20, tensors(2), {}, 1));
    }

    void whatAKilledSaveLeftGoesWithTheNext() {
        std::ofstream(root() / "step-000000000010.safetensors.part") << "half";
        save(20, 1);
        QCOMPARE(names(), (std::vector<std::string>{"step-000000000020.safetensors"}));
    }

    void passesOverUnsoundOnes_data() {
        QTest::addColumn<int>("which");
        QTest::newRow("cut off") << 0;
        QTest::newRow("empty") << 1;
        QTest::newRow("another format") << 2;
        QTest::newRow("a folder") << 3;
        QTest::newRow("no step") << 4;
        QTest::newRow("a step that is no number") << 5;
        QTest::newRow("a step with a rest") << 6;
        QTest::newRow("a step below 0") << 7;
    }
    void passesOverUnsoundOnes() {
        QFETCH(int, which);
        save(10, 1);
        constexpr const char* kName = "step-000000000020.safetensors";
        const auto file = root() / kName;
        if (which == 0) {
            const auto cut = save(20, 2);
            fs::resize_file(cut.file, static_cast<std::uintmax_t>(cut.size.count - 1));
        }
        if (which == 1) std::ofstream(file) << "";
        if (which == 2) std::ofstream(file) << "PK\3\4 a zip file, as torch.save writes it";
        if (which == 3) fs::create_directory(file);
        if (which == 4) writeForeign(kName, {{"format", "pt"}});
        if (which == 5) writeForeign(kName, {{"step", "many"}});
        if (which == 6) writeForeign(kName, {{"step", "12 of 20"}});
        if (which == 7) writeForeign(kName, {{"step", "-20"}});
        const auto into = tensors(0);
        const auto step = load(root(), into);
        QVERIFY2(step, step ? "" : describe(step.error()).c_str());
        QCOMPARE(*step, 10);
        QVERIFY(isAll(into, 1));
        QVERIFY2(m_warnings.find(file.string()) != std::string::npos, m_warnings.c_str());
        // Named by itself it is the error.
        const auto alone = load(file, into);
        QVERIFY(!alone);
        QCOMPARE(alone.error().code, which == 3 ? ErrorCode::NotFound : ErrorCode::Corrupt);
    }

    void refusesWhatAnotherNetworkOrOptimizerSaved_data() {
        QTest::addColumn<int>("which");
        QTest::addColumn<QByteArray>("words");
        QTest::newRow("missing") << 0 << QByteArray("it has no optimizer.exp_avg");
        QTest::newRow("more") << 1 << QByteArray("tensors this job does not have");
        QTest::newRow("shape") << 2 << QByteArray("model.weight is 2×3 there and 3×2 here");
        QTest::newRow("single value") << 3 << QByteArray("model.count is a single value there and 1 here");
        QTest::newRow("type") << 4 << QByteArray("model.half is of type BF16");
    }
    void refusesWhatAnotherNetworkOrOptimizerSaved() {
        QFETCH(int, which);
        QFETCH(QByteArray, words);
        save(10, 1);
        auto into = tensors(0);
        if (which == 0) into.emplace_back("optimizer.exp_avg", torch::zeros({1}));
        if (which == 1) into.erase(into.begin() + 1);
        if (which == 2) into[0].second = torch::zeros({3, 2});
        if (which == 3) into[1].second = torch::zeros({1}, torch::kLong);
        if (which == 4) into[2].second = torch::zeros({4}, torch::kHalf);
        const auto refused = load(root(), into);
        QVERIFY(!refused);
        QCOMPARE(refused.error().code, ErrorCode::Conflict);
        QVERIFY2(refused.error().message.find(words.toStdString()) != std::string::npos,
                 refused.error().message.c_str());
        QVERIFY(!refused.error().hint.empty());
        QVERIFY(isAll(into, 0));  // nothing was half copied
    }

    void saysThatThereIsNone() {
        const auto missing = load(root() / "nowhere", tensors(0));
        QVERIFY(!missing);
        QCOMPARE(missing.error().code, ErrorCode::NotFound);
        std::ofstream(root() / "step-000000000020.safetensors") << "";
        const auto unsound = load(root(), tensors(0));
        QVERIFY(!unsound);
        QCOMPARE(unsound.error().code, ErrorCode::NotFound);
        QVERIFY(unsound.error().message.find("no sound checkpoint") != std::string::npos);
    }
};

QTEST_APPLESS_MAIN(tst_checkpoint)
#include "tst_checkpoint.moc"
