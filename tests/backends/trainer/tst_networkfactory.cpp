// SPDX-License-Identifier: Apache-2.0
#include "backends/trainer/networkfactory.h"

#include "backends/core/modeltypes.h"

#include <QTest>

using namespace slipway;
using namespace slipway::trainer;

class tst_networkfactory : public QObject {
    Q_OBJECT
    static constexpr SampleShape kImages{3, 9, 12, true};
    static constexpr SampleShape kTable{1, 1, 5, false};

    static TypedParameters choice(const std::string& type, ParameterValues given = {}) {
        const auto* table = findTable(networkTables(), type);
        for (const auto& parameter : table->parameters)
            if (parameter.fallback) given.try_emplace(parameter.name, *parameter.fallback);
        return {type, std::move(given)};
    }
    static torch::Tensor batch(const SampleShape& shape, std::int64_t count) {
        return torch::randn({count, shape.channels, shape.height, shape.width});
    }
    static std::vector<std::int64_t> list(std::initializer_list<std::int64_t> values) { return values; }

private Q_SLOTS:
    void init() { torch::manual_seed(1); }

    void everyNetworkThatAJobMayNameIsMade_data() {
        QTest::addColumn<QByteArray>("type");
        for (const auto& table : networkTables())
            QTest::newRow(table.type.c_str()) << QByteArray::fromStdString(table.type);
    }
    void everyNetworkThatAJobMayNameIsMade() {
        QFETCH(QByteArray, type);
        for (const std::int64_t outputs : {1, 7}) {
            const auto network = makeNetwork(choice(type.toStdString()), kImages, outputs);
            QVERIFY2(network, network ? "" : describe(network.error()).c_str());
            (*network)->eval();
            const auto output = (*network)->forward(batch(kImages, 4));
            QCOMPARE(output.sizes().vec(), list({4, outputs}));
            QVERIFY(torch::isfinite(output).all().item<bool>());
            // Every parameter takes part: a layer that is registered and unused would never learn.
            (*network)->train();
            (*network)->forward(batch(kImages, 4)).pow(2).sum().backward();
            for (const auto& item : (*network)->named_parameters()) {
                QVERIFY2(item.value().grad().defined(), item.key().c_str());
                QVERIFY2(item.value().grad().abs().sum().item<double>() > 0, item.key().c_str());
            }
        }
    }

    void dropoutIsForTrainingOnly_data() { everyNetworkThatAJobMayNameIsMade_data(); }
    void dropoutIsForTrainingOnly() {
        QFETCH(QByteArray, type);
        const auto network = makeNetwork(choice(type.toStdString(), {{"dropout", 0.5}}), kImages, 2);
        QVERIFY(network);
        const auto input = batch(kImages, 4);
        (*network)->train();
        QVERIFY(!(*network)->forward(input).equal((*network)->forward(input)));
        (*network)->eval();
        QVERIFY((*network)->forward(input).equal((*network)->forward(input)));
    }

    void layersAreAsWideAsTheJobSays() {
        const auto mlp = makeNetwork(choice("mlp", {{"hidden", list({6, 4})}}), kTable, 2);
        QVERIFY(mlp);
        const auto weights = (*mlp)->named_parameters();
        QCOMPARE(weights["hidden0.weight"].sizes().vec(), list({6, 5}));
        QCOMPARE(weights["hidden1.weight"].sizes().vec(), list({4, 6}));
        QCOMPARE(weights["output.weight"].sizes().vec(), list({2, 4}));

        const auto linear = makeNetwork(choice("mlp", {{"hidden", list({})}}), kTable, 1);
        QVERIFY(linear);
        QCOMPARE((*linear)->forward(batch(kTable, 3)).sizes().vec(), list({3, 1}));

        // Three blocks halve 9×12 to 1×1.
        const auto cnn = makeNetwork(choice("cnn", {{"channels", list({2, 4, 8})}}), kImages, 2);
        QVERIFY(cnn);
        QCOMPARE((*cnn)->named_parameters()["convolution0.weight"].sizes().vec(), list({2, 3, 3, 3}));
        QCOMPARE((*cnn)->named_parameters()["output.weight"].sizes().vec(), list({2, 8}));
        QCOMPARE((*cnn)->forward(batch(kImages, 4)).sizes().vec(), list({4, 2}));
    }

    void refusesWhatDoesNotFitTheData_data() {
        QTest::addColumn<int>("which");
        QTest::addColumn<QByteArray>("words");
        QTest::newRow("unknown") << 0 << QByteArray("no network rnn");
        QTest::newRow("cnn on a table") << 1 << QByteArray("cnn needs images");
        QTest::newRow("too deep") << 2 << QByteArray("4 blocks halve images of 9×12 to nothing");
        QTest::newRow("deeper than numbers go") << 3 << QByteArray("70 blocks halve");
    }
    void refusesWhatDoesNotFitTheData() {
        QFETCH(int, which);
        QFETCH(QByteArray, words);
        const std::vector<std::int64_t> channels(which == 3 ? 70 : 4, 2);
        const auto made = which == 0 ? makeNetwork({"rnn", {}}, kImages, 2)
                                     : makeNetwork(choice("cnn", {{"channels", channels}}),
                                                   which == 1 ? kTable : kImages, 2);
        QVERIFY(!made);
        QCOMPARE(made.error().code, ErrorCode::InvalidArgument);
        QVERIFY2(made.error().message.find(words.toStdString()) != std::string::npos,
                 made.error().message.c_str());
    }
};

QTEST_APPLESS_MAIN(tst_networkfactory)
#include "tst_networkfactory.moc"
