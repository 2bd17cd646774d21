// SPDX-License-Identifier: Apache-2.0
// The loop around a network that writes down what it is shown; sample i is the value i, and the target says what to learn of it.
#include "backends/trainer/trainingloop.h"

#include "backends/core/modeltypes.h"

#include <QTemporaryDir>
#include <QTest>

#include <fstream>
#include <limits>
#include <set>

using namespace slipway;
using namespace slipway::trainer;
namespace fs = std::filesystem;

namespace {

class Witness final : public Network {
public:
    Witness() : m_output(register_module("output", torch::nn::Linear(1, 1))) {
        const torch::NoGradGuard noGradients;
        for (auto& parameter : parameters()) parameter.zero_();
    }
    torch::Tensor forward(const torch::Tensor& input) override {
        if (is_training()) {
            const auto flat = input.flatten();
            batches.emplace_back(flat.data_ptr<float>(), flat.data_ptr<float>() + flat.numel());
        }
        return m_output->forward(input.flatten(1));
    }

    void addUnusedParameter() { register_parameter("unused", torch::ones({2})); }

    std::vector<std::vector<float>> batches;  // of training steps

private:
    torch::nn::Linear m_output;
};

class Recorder final : public TrainObserver {
public:
    std::vector<std::int64_t> losses;       // steps
    std::vector<std::int64_t> evaluations;  // steps
    std::map<double, std::int64_t> byLoss;  // their steps
    std::map<std::string, double> metrics;
    std::vector<CheckpointEvent> checkpoints;
    std::vector<std::int64_t> bests;  // steps
    std::vector<ProgressEvent> progress;
    std::function<void(std::int64_t)> onLoss;

    void onEvent(const EventBody& event) override {
        if (const auto* metric = std::get_if<MetricEvent>(&event)) {
            for (const auto& [name, value] : metric->values) metrics[name] = value;
            if (metric->values.contains("test/loss")) {
                evaluations.push_back(metric->step);
                byLoss.try_emplace(metric->values.at("test/loss"), metric->step);
            }
            if (metric->values.contains("loss")) {
                losses.push_back(metric->step);
                if (onLoss) onLoss(metric->step);
            }
        }
        const auto* saved = std::get_if<CheckpointEvent>(&event);
        if (saved != nullptr && saved->best.empty()) checkpoints.push_back(*saved);
        if (saved != nullptr && saved->best == "test/loss") bests.push_back(saved->step);
        if (const auto* told = std::get_if<ProgressEvent>(&event)) progress.push_back(*told);
    }
    std::vector<std::string> messages;
    void onMessage(std::string_view message) override { messages.emplace_back(message); }
};

SampleSet numbers(std::int64_t count, float target) {
    SampleSet set;
    set.count = count;
    for (std::int64_t i = 0; i < count; ++i) set.floats.push_back(static_cast<float>(i));
    set.targets.assign(static_cast<std::size_t>(count), target);
    return set;
}

using Steps = std::vector<std::int64_t>;

}  // namespace

class tst_trainingloop : public QObject {
    Q_OBJECT
    std::unique_ptr<QTemporaryDir> m_folder;
    JobSpec m_job;
    TrainContext m_context;
    Samples m_samples;
    std::shared_ptr<Witness> m_network;
    Recorder m_recorder;
    bool m_hasUnusedParameter = false;

    fs::path root() const { return m_folder->path().toStdString(); }
    void set(const char* name, std::int64_t value) { std::get<TrainSpec>(m_job.work).loop[name] = value; }
    Result<TrainOutcome> run() {
        m_network = std::make_shared<Witness>();
        if (m_hasUnusedParameter) m_network->addUnusedParameter();
        m_recorder.losses.clear();
        m_recorder.evaluations.clear();
        m_recorder.messages.clear();
        const auto ranks = Ranks::join({}, torch::kCPU);  // one process, whatever part it plays
        return TrainingLoop(m_job, m_context, m_recorder, m_samples, m_network, torch::kCPU, **ranks).run();
    }

private Q_SLOTS:
    void init() {
        m_folder = std::make_unique<QTemporaryDir>();
        m_job = {};
        m_job.name = "numbers";
        m_job.seed = 5;
        ParameterValues loop;
        for (const auto& parameter : loopTable().parameters) loop[parameter.name] = *parameter.fallback;
        loop["batch"] = std::int64_t{4};
        loop["log_every"] = std::int64_t{1};
        m_job.work = TrainSpec{
            {}, {}, {"sgd", {{"lr", 1e-9}, {"momentum", 0.0}, {"weight_decay", 0.0}}}, std::move(loop)};
        m_context = {};
        m_context.runFolder = root();
        m_samples = {};
        m_samples.shape = {1, 1, 1, false, {}, 0};
        m_samples.mean = {0};
        m_samples.deviation = {1};
        m_samples.training = numbers(10, 1);
        m_samples.test = numbers(3, 2);
        m_recorder = {};
        m_hasUnusedParameter = false;
    }

    void aSmokeTellsWhatStepsTake() {
        set("epochs", 2);
        QVERIFY(run());
        for (const auto& [name, value] : m_recorder.metrics) QVERIFY(!name.starts_with("smoke/"));
        m_context.isSmoke = true;
        QVERIFY(run());
        const auto told = [&](const char* name) { return m_recorder.metrics.at(name); };
        QVERIFY(told("smoke/step_seconds") > 0);
        QVERIFY(told("smoke/wait_seconds") > 0 && told("smoke/wait_seconds") < told("smoke/step_seconds"));
        QVERIFY(told("smoke/cpu_seconds") > 0 && told("smoke/delay_seconds") >= 0);
        QVERIFY(told("smoke/evaluation_seconds") > 0);
        QVERIFY(told("smoke/memory") > 1 << 20);
    }

    void anEpochShowsEachSampleAtMostOnceInAnOrderOfItsOwn() {
        set("epochs", 2);
        const auto outcome = run();
        QVERIFY2(outcome, outcome ? "" : describe(outcome.error()).c_str());
        QCOMPARE(outcome->step, 4);  // an incomplete batch is left out
        const auto& shown = m_network->batches;
        QCOMPARE(shown.size(), std::size_t{4});
        for (const std::size_t epoch : {0U, 2U}) {
            std::set<float> seen(shown[epoch].begin(), shown[epoch].end());
            seen.insert(shown[epoch + 1].begin(), shown[epoch + 1].end());
            QCOMPARE(seen.size(), std::size_t{8});
        }
        QVERIFY(shown[0] != shown[2]);
    }

    void theRanksOfAStepShareItsSamples() {
        m_context.worldSize = 2;
        QVERIFY(run());
        const auto first = m_network->batches;
        m_context.rank = 1;
        m_recorder = {};
        QVERIFY(run());
        QCOMPARE(first.size(), std::size_t{1});
        QCOMPARE(m_network->batches.size(), first.size());
        std::set<float> seen(first[0].begin(), first[0].end());
        seen.insert(m_network->batches[0].begin(), m_network->batches[0].end());
        QCOMPARE(seen.size(), std::size_t{8});
        // Only rank 0 speaks.
        QVERIFY(m_recorder.metrics.empty());
        QVERIFY(m_recorder.progress.empty());
    }

    void fewerSamplesThanABatchAreTheBatch() {
        set("batch", 128);
        set("epochs", 3);
        const auto outcome = run();
        QVERIFY(outcome);
        QCOMPARE(outcome->step, 3);
        for (const auto& batch : m_network->batches) QCOMPARE(batch.size(), std::size_t{10});
    }

    void refusesToTrainNothing_data() {
        QTest::addColumn<int>("world");
        QTest::addColumn<QByteArray>("words");
        QTest::newRow("no steps") << 1 << QByteArray("there is nothing to train");
        QTest::newRow("more ranks than samples")
            << 11 << QByteArray("fewer training samples (10) than ranks");
    }
    void refusesToTrainNothing() {
        QFETCH(int, world);
        QFETCH(QByteArray, words);
        m_context.worldSize = world;
        set("epochs", 0);
        const auto outcome = run();
        QVERIFY(!outcome);
        QCOMPARE(outcome.error().code, ErrorCode::InvalidArgument);
        QVERIFY2(outcome.error().message.find(words.toStdString()) != std::string::npos,
                 outcome.error().message.c_str());
    }

    void saysWhatItWasAskedToSay() {
        set("steps", 11);
        set("log_every", 4);
        set("eval_every", 5);
        const auto outcome = run();
        QVERIFY(outcome);
        QCOMPARE(outcome->step, 11);  // epochs alone would be 2
        QCOMPARE(m_recorder.losses, (Steps{1, 4, 8, 11}));
        QCOMPARE(m_recorder.evaluations, (Steps{5, 10, 11}));
        QCOMPARE(m_recorder.progress.back().step, 11);
        QCOMPARE(m_recorder.progress.back().steps, 11);
        QCOMPARE(m_recorder.progress.front().device, std::string("cpu"));
        QCOMPARE(outcome->metrics.at("test/loss"), m_recorder.metrics.at("test/loss"));
    }

    // The values go as metrics; said in a line as well, they would stand there twice.
    void anEvaluationSaysHowManyAndHowLong() {
        m_samples.test = numbers(1234567 / 100, 0);
        QVERIFY(run());
        QCOMPARE(m_recorder.messages.size(), m_recorder.evaluations.size());
        QVERIFY(!m_recorder.messages.empty());
        for (const std::string& message : m_recorder.messages) {
            QVERIFY2(message.starts_with("evaluated 12,345 samples in "), message.c_str());
            QVERIFY2(message.ends_with("s"), message.c_str());
        }
    }
    void evaluatesOnceAtAnEpochsEnd() {
        set("epochs", 2);
        QVERIFY(run());
        QCOMPARE(m_recorder.evaluations, (Steps{2, 4}));
    }

    // The last piece of a large test set is smaller than the others and counts by its size. The network says 0.
    void theTestLossIsTheMeanOverAllTestSamples() {
        m_samples.test = numbers(1500, 1);
        for (std::size_t i = 1000; i < 1500; ++i) m_samples.test.targets[i] = 2;
        QVERIFY(run());
        QVERIFY(std::abs(m_recorder.metrics.at("test/loss") - 2) < 1e-3);
    }

    // The weights move by less than a float can tell, so every evaluation is as good as the first.
    void endsEarlyWhenTheTestLossNoLongerFalls() {
        set("steps", 20);
        set("eval_every", 3);
        set("early_stop", 2);
        std::get<TrainSpec>(m_job.work).optimizer.values["lr"] = 1e-15;
        m_job.checkpoint.everySteps = 20;
        const auto outcome = run();
        QVERIFY(outcome);
        QVERIFY(!outcome->isInterrupted);
        QCOMPARE(outcome->step, 9);
        QCOMPARE(m_recorder.evaluations, (Steps{3, 6, 9}));
        QCOMPARE(m_recorder.progress.back().step, 9);
        QCOMPARE(m_recorder.progress.back().steps, 9);
    }

    void showsAMicroBatchAtATime() {
        set("micro_batch", 3);
        QVERIFY(run());
        QCOMPARE(m_network->batches.size(), std::size_t{4});
        QCOMPARE(m_network->batches[0].size(), std::size_t{3});
        QCOMPARE(m_network->batches[1].size(), std::size_t{1});
    }

    void theNormOfTheGradientsIsToldWhereTheyAreClipped() {
        QVERIFY(run());
        QVERIFY(!m_recorder.metrics.contains("grad_norm"));
        std::get<TrainSpec>(m_job.work).loop["clip"] = 1.0;
        QVERIFY(run());
        QVERIFY(m_recorder.metrics.at("grad_norm") > 1);
    }

    void withoutTestDataNothingIsEvaluated() {
        m_samples.test = {};
        const auto outcome = run();
        QVERIFY(outcome);
        QVERIFY(m_recorder.evaluations.empty());
        QVERIFY(outcome->metrics.contains("loss"));
    }

    void stoppedItSavesAndEnds() {
        set("steps", 10);
        std::atomic<bool> stop{false};
        m_context.stop = &stop;
        m_recorder.onLoss = [&](std::int64_t step) { stop = step == 2; };
        const auto outcome = run();
        QVERIFY(outcome);
        QVERIFY(outcome->isInterrupted);
        QCOMPARE(outcome->step, 3);
        QCOMPARE(m_recorder.checkpoints.size(), std::size_t{1});
        QCOMPARE(m_recorder.checkpoints[0].step, 3);
        QVERIFY(fs::exists(root() / m_recorder.checkpoints[0].path));
        QCOMPARE(m_recorder.progress.back().step, 3);
    }

    void stoppedInItsLastStepItIsDone() {
        set("steps", 3);
        std::atomic<bool> stop{false};
        m_context.stop = &stop;
        m_recorder.onLoss = [&](std::int64_t step) { stop = step == 2; };
        const auto outcome = run();
        QVERIFY(outcome);
        QVERIFY(!outcome->isInterrupted);
        QCOMPARE(m_recorder.evaluations.back(), 3);
        QVERIFY(m_recorder.checkpoints.empty());
    }

    void savesEverySoManySteps() {
        set("steps", 7);
        m_job.checkpoint.everySteps = 3;
        m_job.checkpoint.keep = 1;
        QVERIFY(run());
        QCOMPARE(m_recorder.checkpoints.size(), std::size_t{2});
        QCOMPARE(m_recorder.checkpoints[0].step, 3);
        QCOMPARE(m_recorder.checkpoints[1].step, 6);
        QVERIFY(!fs::exists(root() / m_recorder.checkpoints[0].path));
        QVERIFY(fs::exists(root() / m_recorder.checkpoints[1].path));
    }

    // What is learnt goes past what is tested, so that a step in the middle is best.
    void learnPastTheTest() {
        set("steps", 60);
        set("eval_every", 2);
        m_job.checkpoint.everySteps = 20;
        m_job.checkpoint.keep = 1;
        m_samples.test = numbers(3, 0.3F);
        std::get<TrainSpec>(m_job.work).optimizer.values["lr"] = 0.02;
    }

private:
    fs::path best(std::int64_t step) const {
        const std::string digits = std::to_string(step);
        return root() / "checkpoints" /
               ("best-" + std::string(12 - digits.size(), '0') + digits + ".safetensors");
    }

private Q_SLOTS:
    void theBestByTheTestIsKept() {
        learnPastTheTest();
        const auto outcome = run();
        QVERIFY2(outcome, outcome ? "" : describe(outcome.error()).c_str());
        const auto [loss, step] = *m_recorder.byLoss.begin();
        QVERIFY(step > 2 && step < 60);
        QCOMPARE(outcome->best->step, step);
        QCOMPARE(outcome->best->value, loss);
        QVERIFY(fs::exists(best(step)));
        QCOMPARE(std::ranges::count_if(fs::directory_iterator(root() / "checkpoints"),
                                       [](const auto&) { return true; }),
                 2);  // and the newest
        QCOMPARE(m_recorder.bests.back(), step);
    }

    void theBestIsKnownToARunThatGoesOn() {
        learnPastTheTest();
        set("steps", 40);
        QVERIFY(run());
        const std::int64_t step = m_recorder.byLoss.begin()->second;
        QVERIFY(step < 40);
        m_context.resumeFrom = root() / "checkpoints";
        m_context.runFolder = root() / "later";
        set("steps", 60);
        const auto outcome = run();
        QVERIFY(outcome);
        QCOMPARE(outcome->best->step, step);
        QVERIFY(fs::exists(root() / "later" / "checkpoints" / best(step).filename()));
    }

    void aMetricThatIsNotMeasuredIsNoBest() {
        m_job.checkpoint.best = "test/accuracy";
        const auto outcome = run();
        QVERIFY(!outcome);
        QCOMPARE(outcome.error().code, ErrorCode::InvalidArgument);
        QCOMPARE(outcome.error().hint, std::string("Set it to one of test/loss, test/mae, test/rmse"));
    }

    void anEvaluationThatAStopPassedOverIsMadeUpFor() {
        set("steps", 8);
        set("eval_every", 3);
        std::atomic<bool> stop{false};
        m_context.stop = &stop;
        m_recorder.onLoss = [&](std::int64_t step) { stop = step == 5; };
        const auto outcome = run();
        QVERIFY(outcome && outcome->isInterrupted);
        QCOMPARE(outcome->step, 6);
        QCOMPARE(m_recorder.evaluations, (Steps{3}));
        m_recorder.onLoss = {};
        stop = false;
        m_context.resumeFrom = root() / "checkpoints";
        QVERIFY(run());
        QCOMPARE(m_recorder.evaluations, (Steps{6, 8}));
    }

    void goesOnWhereACheckpointStands_data() {
        QTest::addColumn<int>("steps");
        QTest::newRow("before the end") << 8;
        QTest::newRow("at the end") << 6;
        QTest::newRow("a job that was made shorter") << 4;
    }
    void goesOnWhereACheckpointStands() {
        QFETCH(int, steps);
        set("steps", 6);
        m_job.checkpoint.everySteps = 6;
        QVERIFY(run());
        m_context.resumeFrom = root() / "checkpoints";
        set("steps", steps);
        const auto outcome = run();
        QVERIFY2(outcome, outcome ? "" : describe(outcome.error()).c_str());
        QVERIFY(!outcome->isInterrupted);
        QCOMPARE(outcome->step, std::max(6, steps));
        QCOMPARE(m_network->batches.size(), static_cast<std::size_t>(outcome->step - 6));
        QCOMPARE(m_recorder.evaluations.back(), outcome->step);
        QCOMPARE(m_recorder.checkpoints.size(), std::size_t{1});  // not saved again
    }

    void aCheckpointThatCannotBeSavedEndsTheTraining() {
        std::ofstream(root() / "checkpoints") << "in the way";
        set("steps", 5);
        m_job.checkpoint.everySteps = 2;
        const auto outcome = run();
        QVERIFY(!outcome);
        QVERIFY(outcome.error().message.find("checkpoints") != std::string::npos);
        QCOMPARE(m_network->batches.size(), std::size_t{2});
        QVERIFY(m_recorder.checkpoints.empty());
    }

    void aParameterThatNothingDependsOnIsNamed() {
        m_hasUnusedParameter = true;
        const auto outcome = run();
        QVERIFY(!outcome);
        QCOMPARE(outcome.error().code, ErrorCode::InvalidArgument);
        QVERIFY2(outcome.error().message.starts_with("the parameter unused got no gradient"),
                 outcome.error().message.c_str());
    }

    void aLossThatIsNoNumberEndsTheTraining_data() {
        QTest::addColumn<float>("target");
        QTest::addColumn<QByteArray>("words");
        QTest::newRow("NaN") << std::numeric_limits<float>::quiet_NaN()
                             << QByteArray("the loss became NaN at step 1");
        QTest::newRow("infinite") << std::numeric_limits<float>::max()
                                  << QByteArray("the loss became infinite at step 1");
    }
    void aLossThatIsNoNumberEndsTheTraining() {
        QFETCH(float, target);
        QFETCH(QByteArray, words);
        m_samples.training = numbers(10, target);
        const auto outcome = run();
        QVERIFY(!outcome);
        QCOMPARE(outcome.error().code, ErrorCode::InvalidArgument);
        QCOMPARE(outcome.error().message, words.toStdString());
        QVERIFY(!outcome.error().hint.empty());
        QVERIFY(m_recorder.losses.empty());
    }
};

QTEST_APPLESS_MAIN(tst_trainingloop)
#include "tst_trainingloop.moc"
