// SPDX-License-Identifier: Apache-2.0
// Modules made here; tests/app/runner trains one that Python exported.
#include "backends/trainer/torchscript.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <torch/script.h>

using namespace slipway;
using namespace slipway::trainer;

class tst_torchscript : public QObject {
    Q_OBJECT
    QTemporaryDir m_folder;
    const SampleShape m_images{1, 2, 3, true, {}, 0};

    std::filesystem::path file(const char* name) const {
        return m_folder.filePath(QString::fromUtf8(name)).toStdString();
    }
    // Two layers with dropout between them; the second one's weight is held under two names.
    std::filesystem::path module(const char* name, std::int64_t outputs, bool hasWeights = true) const {
        torch::jit::Module inner("layer");
        if (hasWeights) {
            inner.register_parameter("weight", torch::randn({outputs, 6}, torch::requires_grad()), false);
            inner.register_buffer("offset", torch::ones({outputs}));
        } else {
            inner.register_buffer("weight", torch::randn({outputs, 6}));
            inner.register_buffer("offset", torch::ones({outputs}));
        }
        inner.define("def forward(self, x):\n    return torch.matmul(x, self.weight.t()) + self.offset\n");
        torch::jit::Module whole("net");
        whole.register_attribute("training", c10::BoolType::get(), true);
        whole.register_module("layer", inner);
        if (hasWeights) whole.register_parameter("tied", inner.attr("weight").toTensor(), false);
        whole.define(
            "def forward(self, x):\n"
            "    return self.layer.forward(torch.dropout(x.flatten(1), 0.5, self.training))\n");
        whole.save(file(name).string());
        return file(name);
    }
    static TypedParameters network() { return {"torchscript", {{"input", std::string("net")}}}; }

private Q_SLOTS:
    void init() { torch::manual_seed(1); }

    void isTrainedAsItIs() {
        const auto made = makeNetwork(network(), m_images, 4, module("net.pt", 4));
        QVERIFY2(made, made ? "" : describe(made.error()).c_str());
        Network& net = **made;
        // Each weight once, whatever its names.
        QCOMPARE(net.parameters().size(), std::size_t{1});
        QCOMPARE(net.named_buffers().keys(), std::vector<std::string>{"layer.offset"});
        const auto input = torch::randn({5, 1, 2, 3});
        net.eval();
        const auto before = net.forward(input);
        QCOMPARE(before.sizes().vec(), (std::vector<std::int64_t>{5, 4}));
        QVERIFY(before.equal(net.forward(input)));
        net.train();
        QVERIFY(!net.forward(input).equal(net.forward(input)));
        torch::optim::SGD step(net.parameters(), 0.1);
        net.forward(input).pow(2).sum().backward();
        step.step();
        net.eval();
        QVERIFY(!before.equal(net.forward(input)));

        // What Python loads is what was trained.
        QVERIFY(saveScripted(net, file("trained.pt")));
        auto again = torch::jit::load(file("trained.pt").string());
        again.eval();
        QVERIFY(again.forward({input}).toTensor().equal(net.forward(input)));
        QVERIFY(!QFile::exists(m_folder.filePath(QStringLiteral("trained.pt.part"))));
    }

    void whatDoesNotFit_data() {
        QTest::addColumn<std::string>("name");
        QTest::addColumn<std::string>("words");
        QTest::newRow("outputs") << std::string("seven.pt")
                                 << std::string("gives 2 × 7 for two samples, where the data want 2 × 4");
        QTest::newRow("inputs") << std::string("net.pt") << std::string("does not take samples of 1 × 5 × 5");
        QTest::newRow("frozen") << std::string("frozen.pt")
                                << std::string("has no parameter that could be trained");
        QTest::newRow("other") << std::string("other.pt") << std::string("is no module of torch.jit");
        QTest::newRow("gone") << std::string("gone.pt") << std::string("there is no module at ");
    }
    void whatDoesNotFit() {
        QFETCH(std::string, name);
        QFETCH(std::string, words);
        module("seven.pt", 7);
        module("net.pt", 4);
        module("frozen.pt", 4, false);
        QFile other(m_folder.filePath(QStringLiteral("other.pt")));
        QVERIFY(other.open(QIODevice::WriteOnly) && other.write("no module") > 0);
        other.close();
        const SampleShape larger{1, 5, 5, true, {}, 0};
        const bool isLarger = std::string_view(QTest::currentDataTag()) == "inputs";
        const auto made = makeNetwork(network(), isLarger ? larger : m_images, 4, file(name.c_str()));
        QVERIFY(!made);
        QVERIFY2(made.error().message.find(words) != std::string::npos, describe(made.error()).c_str());
        QCOMPARE(made.error().code, name == "gone.pt" ? ErrorCode::NotFound : ErrorCode::InvalidArgument);
    }

    void otherNetworksHaveNoModule() {
        const auto mlp =
            makeNetwork({"mlp", {{"hidden", std::vector<std::int64_t>{4}}, {"dropout", 0.0}}}, m_images, 4);
        QVERIFY(mlp);
        QVERIFY(saveScripted(**mlp, file("none.pt")));
        QVERIFY(!QFile::exists(m_folder.filePath(QStringLiteral("none.pt"))));
    }
};

QTEST_APPLESS_MAIN(tst_torchscript)
#include "tst_torchscript.moc"
