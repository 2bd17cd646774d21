// SPDX-License-Identifier: Apache-2.0
#include "backends/trainer/trainer.h"

#include "backends/core/modeltypes.h"
#include "backends/trainer/safetensors.h"

#include <QFile>
#include <QRegularExpression>
#include <QTemporaryDir>
#include <QTest>

#include <sys/resource.h>
#include <unistd.h>
#include <cmath>
#include <cstring>
#include <fstream>
#include <functional>
#include <random>

using namespace slipway;
namespace fs = std::filesystem;

namespace {

TypedParameters withDefaults(const ParameterTable& table, ParameterValues given) {
    for (const auto& parameter : table.parameters)
        if (parameter.fallback) given.try_emplace(parameter.name, *parameter.fallback);
    return {table.type, std::move(given)};
}

struct Choice {
    std::string network = "mlp";
    ParameterValues networkValues;
    std::string data = "idx";
    ParameterValues dataValues;
    std::string optimizer = "adam";
    ParameterValues optimizerValues;
    ParameterValues loop;
};

JobSpec job(const Choice& choice) {
    ParameterValues data = choice.dataValues;
    data["input"] = std::string("d");
    if (choice.data == "table") data["target"] = std::string("y");
    TrainSpec train{withDefaults(*findTable(networkTables(), choice.network), choice.networkValues),
                    withDefaults(*findTable(dataTables(), choice.data), data),
                    withDefaults(*findTable(optimizerTables(), choice.optimizer), choice.optimizerValues),
                    withDefaults(loopTable(), choice.loop).values};
    JobSpec spec;
    spec.name = "test";
    spec.work = train;
    spec.seed = 3;
    return spec;
}

ParameterValues loop(std::int64_t steps, std::int64_t batch = 32) {
    return {
        {"steps", steps}, {"batch", batch}, {"log_every", std::int64_t{1}}, {"device", std::string("cpu")}};
}

class Recorder final : public TrainObserver {
public:
    std::map<std::int64_t, double> losses;
    std::map<std::int64_t, double> testLosses;
    std::vector<CheckpointEvent> checkpoints;
    std::vector<ProgressEvent> progress;
    std::string messages;
    std::function<void(std::int64_t)> onStep;

    void onEvent(const EventBody& event) override {
        if (const auto* metric = std::get_if<MetricEvent>(&event);
            metric != nullptr && metric->values.contains("test/loss"))
            testLosses[metric->step] = metric->values.at("test/loss");
        if (const auto* metric = std::get_if<MetricEvent>(&event);
            metric != nullptr && metric->values.contains("loss")) {
            losses[metric->step] = metric->values.at("loss");
            if (onStep) onStep(metric->step);
        }
        if (const auto* saved = std::get_if<CheckpointEvent>(&event)) checkpoints.push_back(*saved);
        if (const auto* told = std::get_if<ProgressEvent>(&event)) progress.push_back(*told);
    }
    void onMessage(std::string_view message) override { (messages += message) += '\n'; }
};

void writeIdx(const fs::path& file, std::initializer_list<std::uint32_t> shape,
              const std::vector<std::uint8_t>& values) {
    std::ofstream out(file, std::ios::binary);
    out.put(0).put(0).put(8).put(static_cast<char>(shape.size()));
    for (const auto size : shape)
        for (int shift = 24; shift >= 0; shift -= 8) out.put(static_cast<char>((size >> shift) & 255));
    out.write(reinterpret_cast<const char*>(values.data()), static_cast<std::streamsize>(values.size()));
}

// 8×8 pictures of noise with a bright row; which row is the class.
void writePictures(const fs::path& folder, const std::string& part, std::uint32_t count, unsigned seed) {
    std::mt19937 random(seed);
    std::vector<std::uint8_t> pixels;
    std::vector<std::uint8_t> labels;
    for (std::uint32_t i = 0; i < count; ++i) {
        labels.push_back(static_cast<std::uint8_t>(random() % 3));
        for (unsigned p = 0; p < 64; ++p)
            pixels.push_back(
                static_cast<std::uint8_t>(random() % 120 + (p / 8 == labels.back() * 2U ? 110 : 0)));
    }
    writeIdx(folder / (part + "-images-idx3-ubyte"), {count, 8, 8}, pixels);
    writeIdx(folder / (part + "-labels-idx1-ubyte"), {count}, labels);
}

}  // namespace

class tst_trainer : public QObject {
    Q_OBJECT
    QTemporaryDir m_folder;

    fs::path root() const { return m_folder.path().toStdString(); }
    TrainContext context(const char* run, const char* input = "pictures") const {
        TrainContext context;
        context.inputs["d"] = root() / input;
        context.runFolder = root() / run;
        return context;
    }
    static Choice dropout() {
        Choice choice;
        choice.networkValues = {{"hidden", std::vector<std::int64_t>{32}}, {"dropout", 0.3}};
        choice.loop = loop(40);
        return choice;
    }

private Q_SLOTS:
    void initTestCase() {
        fs::create_directory(root() / "pictures");
        writePictures(root() / "pictures", "train", 600, 1);
        writePictures(root() / "pictures", "t10k", 150, 2);
        std::mt19937 random(5);
        std::ofstream words(root() / "words.csv");
        std::ofstream numbers(root() / "numbers.csv");
        std::ofstream colors(root() / "colors.csv");  // only the color tells the class
        colors << "color,a,y\n";
        for (const char* row :
             {"red,%d,hot\n", "blue,%d,cold\n", "orange,%d,hot\n", "green,%d,cold\n", ",%d,none\n"})
            for (int i = 0; i < 100; ++i) {
                std::array<char, 40> text{};
                std::snprintf(text.data(), text.size(), row, i);
                colors << text.data();
            }
        std::ofstream(root() / "rhyme.txt") << [] {
            std::string text;
            for (int i = 0; i < 60; ++i) text += "one two three four five, ";
            return text;
        }();
        words << "a,b,y\n";
        numbers << "a,b,y\n";
        for (int i = 0; i < 500; ++i) {
            const double a = static_cast<double>(random() % 1000) / 10;
            const double b = static_cast<double>(random() % 1000) / 1e5;
            words << a << ',' << b << ',' << (a / 100 > b * 100 ? "high" : "low") << '\n';
            numbers << a << ',' << b << ',' << 0.03 * a - 200 * b + 0.5001 << '\n';
        }
    }

    void learns_data() {
        QTest::addColumn<QByteArray>("network");
        QTest::addColumn<QByteArray>("optimizer");
        QTest::addColumn<QByteArray>("input");
        for (const char* const optimizer : {"adam", "sgd"}) {
            QTest::addRow("mlp, pictures, %s", optimizer)
                << QByteArray("mlp") << QByteArray(optimizer) << QByteArray("pictures");
            QTest::addRow("cnn, pictures, %s", optimizer)
                << QByteArray("cnn") << QByteArray(optimizer) << QByteArray("pictures");
            QTest::addRow("mlp, table, %s", optimizer)
                << QByteArray("mlp") << QByteArray(optimizer) << QByteArray("words.csv");
        }
        QTest::newRow("tabular, colors, adamw")
            << QByteArray("tabular") << QByteArray("adamw") << QByteArray("colors.csv");
        QTest::newRow("vit, pictures, adamw")
            << QByteArray("vit") << QByteArray("adamw") << QByteArray("pictures");
    }
    void learns() {
        QFETCH(QByteArray, network);
        QFETCH(QByteArray, optimizer);
        QFETCH(QByteArray, input);
        Choice choice;
        choice.network = network.toStdString();
        choice.optimizer = optimizer.toStdString();
        choice.optimizerValues = {{"lr", optimizer == "sgd" ? 0.05 : 0.003}};
        if (network == "vit")
            choice.networkValues = {{"width", std::int64_t{24}}, {"depth", std::int64_t{2}}};
        choice.data = input.endsWith(".csv") ? "table" : "idx";
        choice.loop = loop(120);
        Recorder recorder;
        const auto outcome =
            train(job(choice), context(QTest::currentDataTag(), input.constData()), recorder);
        QVERIFY2(outcome, outcome ? "" : describe(outcome.error()).c_str());
        QVERIFY(!outcome->isInterrupted);
        QCOMPARE(outcome->step, 120);
        QCOMPARE(recorder.losses.size(), 120U);
        QVERIFY2(outcome->metrics.at("test/accuracy") > 0.93, recorder.messages.c_str());
        QCOMPARE(recorder.progress.back().step, 120);
        QCOMPARE(recorder.progress.front().device, std::string("cpu"));

        const auto result = root() / QTest::currentDataTag() / "result";
        const auto model = trainer::readSafetensors(result / "model.safetensors");
        QVERIFY(model);
        QVERIFY(model->find(network == "vit" ? "heads.head.weight" : "output.weight") != nullptr);
        QVERIFY(fs::file_size(result / "config.json") > 100);
        QVERIFY(fs::file_size(result / "metrics.json") > 50);
    }

    void goesOnWithAText() {
        Choice choice;
        choice.network = "gpt";
        choice.networkValues = {
            {"width", std::int64_t{32}}, {"depth", std::int64_t{2}}, {"heads", std::int64_t{2}}};
        choice.data = "text";
        choice.dataValues = {{"context", std::int64_t{25}}};
        choice.optimizer = "adamw";
        choice.optimizerValues = {{"lr", 0.01}};
        choice.loop = loop(150, 8);
        Recorder recorder;
        const auto outcome = train(job(choice), context("text", "rhyme.txt"), recorder);
        QVERIFY2(outcome, outcome ? "" : describe(outcome.error()).c_str());
        // What comes first in a sequence cannot be known; the rest can.
        QVERIFY2(outcome->metrics.at("test/perplexity") < 1.5, recorder.messages.c_str());
        QVERIFY(fs::exists(root() / "text" / "result" / "evaluation.json"));
    }

    void predictsNumbers() {
        Choice choice;
        choice.data = "table";
        choice.networkValues = {{"hidden", std::vector<std::int64_t>{16}}};
        choice.optimizerValues = {{"lr", 0.02}};
        choice.loop = loop(300);
        Recorder recorder;
        const auto outcome = train(job(choice), context("numbers", "numbers.csv"), recorder);
        QVERIFY(outcome);
        QVERIFY(outcome->metrics.at("test/loss") < 0.01);
        QVERIFY(!outcome->metrics.contains("test/accuracy"));
    }

    void theSameSeedGivesTheSameLosses() {
        Recorder first;
        Recorder second;
        Recorder other;
        QVERIFY(train(job(dropout()), context("s1"), first));
        QVERIFY(train(job(dropout()), context("s2"), second));
        QCOMPARE(first.losses, second.losses);
        auto changed = job(dropout());
        changed.seed = 4;
        QVERIFY(train(changed, context("s3"), other));
        QVERIFY(first.losses != other.losses);
    }

    void resnetLearns() {
        Choice choice;
        choice.network = "resnet";
        choice.loop = loop(12, 8);
        Recorder recorder;
        const auto outcome = train(job(choice), context("resnet"), recorder);
        QVERIFY2(outcome, outcome ? "" : describe(outcome.error()).c_str());
        QVERIFY(recorder.losses[12] < recorder.losses[1]);
    }

    // Pieces of a batch, one after the other, are the batch.
    void aMicroBatchChangesMemoryAndNothingElse() {
        Choice choice;
        choice.loop = loop(20);
        Recorder whole;
        Recorder pieces;
        QVERIFY(train(job(choice), context("batch"), whole));
        choice.loop["micro_batch"] = std::int64_t{12};  // two of 12 and one of 8
        QVERIFY(train(job(choice), context("micro"), pieces));
        QCOMPARE(pieces.losses.size(), whole.losses.size());
        for (const auto& [step, loss] : whole.losses) QVERIFY(std::abs(pieces.losses[step] - loss) < 1e-5);
    }

    // With smoothed labels no prediction is better than the smoothed labels themselves: their entropy is the floor.
    void smoothedLabelsHaveAFloor() {
        Choice choice;
        choice.loop = loop(150);
        choice.optimizerValues = {{"lr", 0.003}};
        choice.loop["label_smoothing"] = 0.3;
        Recorder recorder;
        const auto outcome = train(job(choice), context("smooth"), recorder);
        QVERIFY(outcome);
        const double floor = -(0.8 * std::log(0.8) + 2 * 0.1 * std::log(0.1));
        for (const auto& [step, loss] : recorder.losses) QVERIFY(loss > floor);
        QVERIFY(outcome->metrics.at("loss") < floor + 0.1);
    }

    void fewerBitsLearnTheSame_data() {
        QTest::addColumn<QByteArray>("precision");
        QTest::newRow("bf16") << QByteArray("bf16");
        QTest::newRow("fp16") << QByteArray("fp16");
    }
    void fewerBitsLearnTheSame() {
        QFETCH(QByteArray, precision);
        Choice choice;
        choice.loop = loop(60);
        choice.optimizerValues = {{"lr", 0.003}};
        Recorder full;
        Recorder fewer;
        QVERIFY(train(job(choice), context("fp32"), full));
        choice.loop["precision"] = precision.toStdString();
        const auto outcome = train(job(choice), context("fewer"), fewer);
        QVERIFY2(outcome, outcome ? "" : describe(outcome.error()).c_str());
        QVERIFY(fewer.losses != full.losses);
        for (const auto& [step, loss] : full.losses) QVERIFY(std::abs(fewer.losses[step] - loss) < 0.1);
        const auto model = trainer::readSafetensors(root() / "fewer" / "result" / "model.safetensors");
        QVERIFY(model);
        QCOMPARE(model->find("output.weight")->type, std::string("F32"));
    }

    void channelsLastIsTheSameNetwork() {
        Choice choice;
        choice.network = "cnn";
        choice.loop = loop(10);
        Recorder first;
        Recorder last;
        auto spec = job(choice);
        spec.checkpoint.everySteps = 10;
        QVERIFY(train(spec, context("channels-first"), first));
        std::get<TrainSpec>(spec.work).loop["channels_last"] = true;
        QVERIFY(train(spec, context("channels-last"), last));
        for (const auto& [step, loss] : first.losses) QVERIFY(std::abs(last.losses[step] - loss) < 1e-3);

        // Also in what a checkpoint keeps of the optimizer: a run with the one may go on with the other.
        std::vector<std::vector<float>> means;
        for (const auto& [run, recorder] :
             {std::pair("channels-first", &first), std::pair("channels-last", &last)}) {
            const auto file = trainer::readSafetensors(root() / run / recorder->checkpoints.at(0).path);
            QVERIFY(file);
            const auto data = file->find("optimizer.exp_avg.convolution1.weight")->data;
            means.emplace_back(data.size() / sizeof(float));
            std::memcpy(means.back().data(), data.data(), data.size());
        }
        QCOMPARE(means[0].size(), means[1].size());
        for (std::size_t i = 0; i < means[0].size(); ++i)
            QVERIFY(std::abs(means[0][i] - means[1][i]) < 1e-3F);
    }

    void aResumedRunGoesOnExactly_data() {
        QTest::addColumn<QByteArray>("network");
        QTest::addColumn<QByteArray>("optimizer");
        QTest::addColumn<bool>("hasEverything");
        QTest::newRow("mlp with dropout, adam") << QByteArray("mlp") << QByteArray("adam") << false;
        QTest::newRow("cnn, sgd") << QByteArray("cnn") << QByteArray("sgd") << false;
        QTest::newRow("mlp, adamw, mean of weights, fp16, clipped pieces, early stop")
            << QByteArray("mlp") << QByteArray("adamw") << true;
    }
    void aResumedRunGoesOnExactly() {
        QFETCH(QByteArray, network);
        QFETCH(QByteArray, optimizer);
        QFETCH(bool, hasEverything);
        auto choice = dropout();
        choice.network = network.toStdString();
        if (network == "cnn") choice.networkValues = {{"channels", std::vector<std::int64_t>{4}}};
        choice.optimizer = optimizer.toStdString();
        choice.loop["schedule"] = std::string("cosine");
        choice.loop["eval_every"] = std::int64_t{8};  // also at the step of the stop
        if (hasEverything) {
            choice.loop["average"] = 0.9;
            choice.loop["precision"] = std::string("fp16");
            choice.loop["clip"] = 0.5;
            choice.loop["micro_batch"] = std::int64_t{20};
            choice.loop["early_stop"] = std::int64_t{5};
        }
        const auto spec = job(choice);
        Recorder whole;
        QVERIFY(train(spec, context("whole"), whole));

        std::atomic<bool> stop{false};
        Recorder before;
        before.onStep = [&](std::int64_t step) { stop = step == 23; };  // in the second epoch of 18 steps
        auto first = context("first");
        first.stop = &stop;
        const auto stopped = train(spec, first, before);
        QVERIFY(stopped);
        QVERIFY(stopped->isInterrupted);
        QCOMPARE(stopped->step, 24);
        QVERIFY(!fs::exists(root() / "first" / "result"));
        QCOMPARE(before.checkpoints.size(), 1U);
        QCOMPARE(before.checkpoints[0].step, stopped->step);
        QVERIFY(fs::exists(root() / "first" / before.checkpoints[0].path));

        Recorder after;
        auto second = context("second");
        second.resumeFrom = root() / "first" / "checkpoints";
        QVERIFY(train(spec, second, after));
        QCOMPARE(after.losses.begin()->first, stopped->step + 1);
        before.losses.merge(after.losses);
        QCOMPARE(before.losses, whole.losses);
        before.testLosses.merge(after.testLosses);
        QVERIFY(whole.testLosses.contains(24));
        QCOMPARE(before.testLosses, whole.testLosses);
        const auto model = [&](const char* run) {
            QFile file(QString::fromStdString((root() / run / "result" / "model.safetensors").string()));
            return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
        };
        QCOMPARE(model("second"), model("whole"));
        fs::remove_all(root() / "first");
        fs::remove_all(root() / "second");
    }

    void keepsTheNewestAndPassesOverDamagedOnes() {
        auto spec = job(dropout());
        spec.checkpoint.everySteps = 10;
        spec.checkpoint.keep = 2;
        Recorder recorder;
        QVERIFY(train(spec, context("keep"), recorder));
        const auto best =
            std::erase_if(recorder.checkpoints, [](const auto& one) { return !one.best.empty(); });
        QVERIFY(best > 0);
        QCOMPARE(recorder.checkpoints.size(), 4U);
        const auto folder = root() / "keep" / "checkpoints";
        for (const auto& entry : fs::directory_iterator(folder))
            if (entry.path().filename().string().starts_with("best-")) fs::remove(entry.path());
        QCOMPARE(std::distance(fs::directory_iterator(folder), fs::directory_iterator()), 2);
        fs::resize_file(root() / "keep" / recorder.checkpoints.back().path, 100);

        Recorder again;
        auto resumed = context("again");
        resumed.resumeFrom = folder;
        QVERIFY(train(spec, resumed, again));
        QCOMPARE(again.losses.begin()->first, 31);
        QVERIFY(again.messages.find("skipped a checkpoint") != std::string::npos);
    }

    void refusesAnotherNetworksCheckpoint() {
        auto spec = job(dropout());
        spec.checkpoint.everySteps = 40;
        Recorder recorder;
        QVERIFY(train(spec, context("narrow"), recorder));
        auto wide = dropout();
        wide.networkValues["hidden"] = std::vector<std::int64_t>{33};
        auto resumed = context("wide");
        resumed.resumeFrom = root() / "narrow" / "checkpoints";
        const auto outcome = train(job(wide), resumed, recorder);
        QVERIFY(!outcome);
        QCOMPARE(outcome.error().code, ErrorCode::Conflict);
        QVERIFY(outcome.error().message.find("hidden0.weight is 32×64 there and 33×64 here") !=
                std::string::npos);
    }

    void saysWhatIsWrong_data() {
        QTest::addColumn<int>("which");
        QTest::addColumn<int>("code");
        QTest::addColumn<QByteArray>("words");
        QTest::newRow("loss") << 0 << int(ErrorCode::InvalidArgument) << QByteArray("the loss became");
        QTest::newRow("no such data") << 1 << int(ErrorCode::NotFound) << QByteArray("train-images");
        QTest::newRow("no such input") << 2 << int(ErrorCode::NotFound) << QByteArray("no input d");
        QTest::newRow("cnn on a table")
            << 3 << int(ErrorCode::InvalidArgument) << QByteArray("cnn does not take a table");
        QTest::newRow("too deep") << 4 << int(ErrorCode::InvalidArgument) << QByteArray("4 blocks halve");
        QTest::newRow("nothing to do")
            << 5 << int(ErrorCode::InvalidArgument) << QByteArray("nothing to train");
        QTest::newRow("no checkpoint") << 6 << int(ErrorCode::NotFound) << QByteArray("no sound checkpoint");
    }
    void saysWhatIsWrong() {
        QFETCH(int, which);
        QFETCH(int, code);
        QFETCH(QByteArray, words);
        auto choice = dropout();
        auto where = context("wrong");
        if (which == 0) {
            choice.data = "table";
            choice.optimizer = "sgd";
            choice.optimizerValues = {{"lr", 100.0}};
            where = context("wrong", "numbers.csv");
        } else if (which == 1) {
            where = context("wrong", "nothing");
        } else if (which == 2) {
            where.inputs.clear();
        } else if (which == 3) {
            choice.network = "cnn";
            choice.networkValues.clear();
            choice.data = "table";
            where = context("wrong", "words.csv");
        } else if (which == 4) {
            choice.network = "cnn";
            choice.networkValues = {{"channels", std::vector<std::int64_t>{2, 2, 2, 2}}};
        } else if (which == 5) {
            choice.loop = loop(0);
            choice.loop["epochs"] = std::int64_t{0};
        } else {
            fs::create_directories(root() / "empty");
            where.resumeFrom = root() / "empty";
        }
        Recorder recorder;
        const auto outcome = train(job(choice), where, recorder);
        QVERIFY(!outcome);
        const auto text = QByteArray::fromStdString(describe(outcome.error()));
        QVERIFY2(int(outcome.error().code) == code && text.contains(words), text);
    }

    // 4 GiB of weights where 1 GiB is left.
    void aNetworkThatDoesNotFitIsOutOfMemory() {
        auto choice = dropout();
        choice.networkValues["hidden"] = std::vector<std::int64_t>{32768, 32768};
        std::ifstream file("/proc/self/statm");
        rlim_t pages = 0;
        file >> pages;
        rlimit limit{};
        ::getrlimit(RLIMIT_AS, &limit);
        const rlimit small{pages * static_cast<rlim_t>(::getpagesize()) + (rlim_t{1} << 30), limit.rlim_max};
        Recorder recorder;
        ::setrlimit(RLIMIT_AS, &small);
        const auto outcome = train(job(choice), context("large"), recorder);
        ::setrlimit(RLIMIT_AS, &limit);
        QVERIFY(!outcome);
        QCOMPARE(outcome.error().message, std::string("out of memory"));
        QCOMPARE(outcome.error().code, ErrorCode::Unavailable);
        QVERIFY(outcome.error().detail.find("4294967296 bytes") != std::string::npos);
        QVERIFY(outcome.error().hint.find("train.batch") != std::string::npos);
    }

    // More than a megabyte a sample, where 300 MiB are left for 600; with the number that it tells it trains.
    void aBatchThatDoesNotFitIsToldWithOneThatDoes() {
        auto choice = dropout();
        choice.networkValues = {{"hidden", std::vector<std::int64_t>{60'000}}};
        choice.loop = loop(2, 600);
        const auto limited = [&] {
            std::ifstream file("/proc/self/statm");
            rlim_t pages = 0;
            file >> pages;
            rlimit limit{};
            ::getrlimit(RLIMIT_AS, &limit);
            const rlimit small{pages * static_cast<rlim_t>(::getpagesize()) + (rlim_t{300} << 20),
                               limit.rlim_max};
            Recorder recorder;
            ::setrlimit(RLIMIT_AS, &small);
            auto outcome = train(job(choice), context("batch"), recorder);
            ::setrlimit(RLIMIT_AS, &limit);
            return outcome;
        };
        const auto outcome = limited();
        QVERIFY(!outcome);
        const auto& error = outcome.error();
        QVERIFY2(error.message.starts_with("out of memory at step 1 with 600 samples at once, at a peak of "),
                 error.message.c_str());
        static const QRegularExpression words(QStringLiteral("^Set train.micro_batch to ([0-9]+),"));
        const QRegularExpressionMatch hint = words.match(QString::fromStdString(error.hint));
        QVERIFY2(hint.hasMatch(), describe(error).c_str());
        choice.loop["micro_batch"] = std::int64_t{hint.captured(1).toLongLong()};
#ifndef __SANITIZE_ADDRESS__  // which keeps what is freed for a while
        const auto fitting = limited();
        QVERIFY2(fitting, fitting ? "" : describe(fitting.error()).c_str());
#endif
    }

    // What a training that diverges tells before its loss is no number.
    void aTrainingThatDivergesSaysSoOnce() {
        Choice choice;
        choice.data = "table";
        choice.networkValues = {{"hidden", std::vector<std::int64_t>{}}};
        choice.optimizer = "sgd";
        choice.optimizerValues = {{"lr", 1.02}, {"momentum", 0.0}};
        choice.loop = loop(4000, 400);
        Recorder recorder;
        const auto outcome = train(job(choice), context("diverges", "numbers.csv"), recorder);
        QVERIFY(!outcome);
        QCOMPARE(QByteArray::fromStdString(recorder.messages).count("the gradients are exploding"), 1);
        const auto& [step, loss] = *recorder.losses.rbegin();
        const std::string last = "at step " + std::to_string(step) + "; the learning rate was 1.02";
        QVERIFY2(outcome.error().detail.find(last) != std::string::npos, describe(outcome.error()).c_str());
    }

    void threadsAreCoresRoundedUp() {
        QCOMPARE(trainThreads(MilliCpu{100}), 1);
        QCOMPARE(trainThreads(MilliCpu{2000}), 2);
        QCOMPARE(trainThreads(MilliCpu{2001}), 3);
    }
};

QTEST_APPLESS_MAIN(tst_trainer)
#include "tst_trainer.moc"
