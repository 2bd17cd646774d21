// SPDX-License-Identifier: Apache-2.0
#include "backends/trainer/resultwriter.h"

#include "backends/trainer/checkpoint.h"
#include "backends/trainer/safetensors.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTemporaryDir>
#include <QTest>

#include <signal.h>
#include <sys/resource.h>
#include <fstream>
#include <limits>

using namespace slipway;
using namespace slipway::trainer;
using namespace Qt::StringLiterals;
namespace fs = std::filesystem;

class tst_resultwriter : public QObject {
    Q_OBJECT
    std::unique_ptr<QTemporaryDir> m_folder;
    JobSpec m_job;
    Samples m_samples;
    NamedTensors m_weights;
    TrainOutcome m_outcome;
    std::optional<Evaluation> m_evaluation;

    fs::path root() const { return m_folder->path().toStdString(); }
    Result<void> write(const char* folder = "result") const {
        return writeResult(root() / folder, m_job, m_samples, m_weights, m_outcome, m_evaluation);
    }
    QJsonObject json(const QString& name) const {
        QFile file(m_folder->filePath(u"result/"_s + name));
        if (!file.open(QIODevice::ReadOnly)) return {};
        return QJsonDocument::fromJson(file.readAll()).object();
    }

private Q_SLOTS:
    void init() {
        m_folder = std::make_unique<QTemporaryDir>();
        m_job = {};
        m_job.name = "digits";
        m_job.work = TrainSpec{{"mlp", {{"hidden", std::vector<std::int64_t>{8}}, {"dropout", 0.25}}},
                               {"table", {{"target", std::string("price")}}},
                               {"adam", {}},
                               {{"batch", std::int64_t{16}},
                                {"micro_batch", std::int64_t{0}},
                                {"precision", std::string("fp32")},
                                {"channels_last", false}}};
        m_samples = {};
        m_samples.shape = {1, 2, 3, true, {}, 0};
        m_evaluation.reset();
        m_samples.classes = 2;
        m_samples.classNames = {"cat",
                                "d\xff"
                                "g"};  // names of a file in an older encoding
        m_samples.mean = {0.5F};
        m_samples.deviation = {0.25F};
        m_weights = {
            {"output.weight", torch::arange(12, torch::kFloat).reshape({2, 6}).set_requires_grad(true)},
            {"norm.running_mean", torch::ones({4})}};
        m_outcome = {};
        m_outcome.step = 120;
        m_outcome.seconds = 2.5;
        m_outcome.metrics = {{"loss", 0.125}, {"test/loss", std::numeric_limits<double>::quiet_NaN()}};
    }

    void leavesTheModelAndHowToFeedIt() {
        const auto written = write();
        QVERIFY2(written, written ? "" : describe(written.error()).c_str());
        const auto model = readSafetensors(root() / "result" / "model.safetensors");
        QVERIFY(model);
        QCOMPARE(model->tensors.size(), std::size_t{2});
        QCOMPARE(model->metadata.at("format"), std::string("pt"));
        const auto* weight = model->find("output.weight");
        QVERIFY(weight != nullptr);
        QCOMPARE(weight->shape, (std::vector<std::int64_t>{2, 6}));
        QCOMPARE(std::memcmp(weight->data.data(), m_weights[0].second.const_data_ptr(), 12 * sizeof(float)),
                 0);

        const QJsonObject config = json(u"config.json"_s);
        QCOMPARE(config[u"format"_s].toString(), u"slipway.model/1"_s);
        QCOMPARE(config[u"name"_s].toString(), u"digits"_s);
        QCOMPARE(config[u"parameters"_s].toInt(), 12);  // what does not learn is none
        QCOMPARE(config[u"network"_s].toObject(),
                 QJsonDocument::fromJson(R"({"type":"mlp","hidden":[8],"dropout":0.25})").object());
        QCOMPARE(config[u"input"_s].toObject(), (QJsonObject{{u"shape"_s, QJsonArray{1, 2, 3}},
                                                             {u"mean"_s, QJsonArray{0.5}},
                                                             {u"deviation"_s, QJsonArray{0.25}},
                                                             {u"scale"_s, 1.0 / 255}}));
        QCOMPARE(config[u"output"_s].toObject()[u"classes"_s].toArray(),
                 (QJsonArray{u"cat"_s, u"d\uFFFDg"_s}));

        QCOMPARE(config[u"data"_s].toObject(),
                 QJsonDocument::fromJson(R"({"type":"table","target":"price"})").object());
        QCOMPARE(config[u"evaluation"_s].toObject(),
                 QJsonDocument::fromJson(R"({"batch":1,"precision":"fp32","channels_last":false})").object());

        const QJsonObject metrics = json(u"metrics.json"_s);
        QCOMPARE(metrics[u"step"_s].toInt(), 120);
        QCOMPARE(metrics[u"seconds"_s].toDouble(), 2.5);
        QCOMPARE(metrics[u"metrics"_s].toObject(),
                 QJsonDocument::fromJson(R"({"loss":0.125,"test/loss":null})").object());
    }

    void theBestWeightsAreInTheResultWhereTheLastAreNot() {
        m_outcome.best = BestEvaluation{120, "test/loss", 0.5};
        QVERIFY(write());
        QVERIFY(!std::filesystem::exists(root() / "result" / "best.safetensors"));
        QCOMPARE(json(u"metrics.json"_s)[u"best"_s].toObject()[u"weights"_s].toString(),
                 u"model.safetensors"_s);

        QVERIFY(saveBest(root() / "checkpoints", 80, {{"model.output.weight", torch::full({2}, 7.0)}}, {}));
        m_outcome.best->step = 80;
        QVERIFY(write());
        QCOMPARE(json(u"metrics.json"_s)[u"best"_s].toObject(),
                 QJsonDocument::fromJson(
                     R"({"step":80,"metric":"test/loss","value":0.5,"weights":"best.safetensors"})")
                     .object());
        const auto best = readSafetensors(root() / "result" / "best.safetensors");
        QVERIFY(best && best->find("output.weight") != nullptr);
    }

    void aTableHasColumnsAndMayPredictAValue() {
        m_samples.shape = {1, 1, 2, false, {2}, 0};
        m_samples.columns = {{"a", {}, 1.5F}, {"b", {"red"}, 0}};
        m_samples.classes = 0;
        m_samples.classNames.clear();
        QVERIFY(write());
        const QJsonObject config = json(u"config.json"_s);
        QCOMPARE(config[u"input"_s].toObject()[u"columns"_s].toArray(),
                 QJsonDocument::fromJson(R"([{"name":"a","missing":1.5},{"name":"b","categories":["red"]}])")
                     .array());
        QVERIFY(!config[u"input"_s].toObject().contains(u"scale"_s));
        QCOMPARE(config[u"output"_s].toObject(), (QJsonObject{{u"value"_s, u"price"_s}}));
    }

    void aTextHasAContextAndAVocabulary() {
        m_samples.shape = {1, 1, 64, false, {}, 256};
        m_samples.classes = 0;
        QVERIFY(write());
        const QJsonObject config = json(u"config.json"_s);
        QCOMPARE(config[u"input"_s].toObject(), (QJsonObject{{u"context"_s, 64}, {u"vocabulary"_s, 256}}));
        QVERIFY(!config.contains(u"output"_s));
    }

    void anEvaluationIsKeptWhereThereIsOne() {
        QVERIFY(write());
        QVERIFY(!QFile::exists(m_folder->filePath(u"result/evaluation.json"_s)));
        m_evaluation.emplace(m_samples);
        m_evaluation->addClasses(std::vector<std::int64_t>{0, 1}, std::vector<std::int64_t>{0, 0}, {});
        m_evaluation->addLoss(0.5, 2);
        QVERIFY(write());
        QCOMPARE(json(u"evaluation.json"_s)[u"accuracy"_s].toDouble(), 0.5);
    }

    void aFolderThatCannotBeMadeIsAnError() {
        std::ofstream(root() / "file") << "in the way";
        const auto written = write("file/result");
        QVERIFY(!written);
        QVERIFY(written.error().message.find((root() / "file").string()) != std::string::npos);
    }

    // The largest file allowed is as small as what is left on a full disk.
    void aFullDiskLeavesTheResultThatWasThere() {
        QVERIFY(write());
        const auto before = json(u"config.json"_s);
        m_job.name = "another";
        m_weights.emplace_back("large", torch::zeros({100'000}));
        rlimit limit{};
        ::getrlimit(RLIMIT_FSIZE, &limit);
        const rlimit small{4096, limit.rlim_max};
        const auto handler = ::signal(SIGXFSZ, SIG_IGN);
        ::setrlimit(RLIMIT_FSIZE, &small);
        const auto written = write();
        ::setrlimit(RLIMIT_FSIZE, &limit);
        ::signal(SIGXFSZ, handler);
        QVERIFY(!written);
        QCOMPARE(written.error().code, ErrorCode::Io);
        QCOMPARE(readSafetensors(root() / "result" / "model.safetensors")->tensors.size(), std::size_t{2});
        QCOMPARE(json(u"config.json"_s), before);
        QCOMPARE(std::distance(fs::directory_iterator(root() / "result"), fs::directory_iterator()), 3);
    }
};

QTEST_APPLESS_MAIN(tst_resultwriter)
#include "tst_resultwriter.moc"
