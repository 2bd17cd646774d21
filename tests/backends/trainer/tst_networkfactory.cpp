// SPDX-License-Identifier: Apache-2.0
#include "backends/trainer/networkfactory.h"

#include "backends/core/modeltypes.h"
#include "backends/trainer/optimizer.h"

#include <QTest>

#include <ATen/ExpandUtils.h>
#include <torch/library.h>

#include <array>
#include <optional>

using namespace slipway;
using namespace slipway::trainer;

namespace {

using at::IntArrayRef;
using at::Tensor;

// Shapes of operations on the meta device that PyTorch has in Python only.
Tensor convolutionShape(const Tensor& input, const Tensor& weight, const std::optional<Tensor>&,
                        IntArrayRef stride, IntArrayRef padding, IntArrayRef dilation, bool, IntArrayRef,
                        std::int64_t) {
    std::vector<std::int64_t> sizes{input.size(0), weight.size(0)};
    for (std::size_t i = 0; i < stride.size(); ++i) {
        const auto axis = static_cast<std::int64_t>(i) + 2;
        const std::int64_t kernel = dilation[i] * (weight.size(axis) - 1) + 1;
        sizes.push_back((input.size(axis) + 2 * padding[i] - kernel) / stride[i] + 1);
    }
    return input.new_empty(sizes);
}

std::tuple<Tensor, Tensor, Tensor> convolutionGradientShapes(const Tensor& gradient, const Tensor& input,
                                                             const Tensor& weight, IntArrayRef, IntArrayRef,
                                                             IntArrayRef, bool, IntArrayRef, std::int64_t,
                                                             std::array<bool, 3>) {
    return {at::empty_like(input), at::empty_like(weight), gradient.new_empty({weight.size(0)})};
}

std::tuple<Tensor, Tensor, Tensor> batchNormShapes(const Tensor& input, const std::optional<Tensor>&,
                                                   const std::optional<Tensor>&, const std::optional<Tensor>&,
                                                   const std::optional<Tensor>&, bool, double, double) {
    return {at::empty_like(input), input.new_empty({input.size(1)}), input.new_empty({input.size(1)})};
}

std::tuple<Tensor, Tensor, Tensor> batchNormGradientShapes(
    const Tensor&, const Tensor& input, const std::optional<Tensor>&, const std::optional<Tensor>&,
    const std::optional<Tensor>&, const std::optional<Tensor>&, const std::optional<Tensor>&, bool, double,
    std::array<bool, 3>) {
    return {at::empty_like(input), input.new_empty({input.size(1)}), input.new_empty({input.size(1)})};
}

// What a GPU's fused step refuses: a tensor that was left on another device, or is of another size than its parameter.
void checkFused(at::TensorList parameters, std::initializer_list<at::TensorList> others,
                at::TensorList numbers) {
    for (const at::TensorList list : others) {
        TORCH_CHECK(list.size() == parameters.size(), "a list of another length");
        for (std::size_t i = 0; i < list.size(); ++i)
            TORCH_CHECK(list[i].is_meta() && list[i].sizes() == parameters[i].sizes(),
                        "a tensor that does not fit");
    }
    for (const Tensor& one : numbers) TORCH_CHECK(one.is_meta(), "a step on another device");
}

void fusedAdam(at::TensorList parameters, at::TensorList gradients, at::TensorList first,
               at::TensorList second, at::TensorList, at::TensorList numbers, double, double, double, double,
               double, bool, bool, const std::optional<Tensor>&, const std::optional<Tensor>&) {
    checkFused(parameters, {gradients, first, second}, numbers);
}

void fusedSgd(at::TensorList parameters, at::TensorList gradients, at::TensorList momentum, double, double,
              double, double, bool, bool, bool, const std::optional<Tensor>&, const std::optional<Tensor>&) {
    checkFused(parameters, {gradients}, {});
    if (!momentum.empty()) checkFused(parameters, {momentum}, {});
}

std::tuple<Tensor, Tensor, Tensor> layerNormGradientShapes(const Tensor&, const Tensor& input,
                                                           IntArrayRef shape, const Tensor&, const Tensor&,
                                                           const std::optional<Tensor>&,
                                                           const std::optional<Tensor>&,
                                                           std::array<bool, 3>) {
    return {at::empty_like(input), input.new_empty(shape), input.new_empty(shape)};
}

Tensor selectedShape(const Tensor& input, std::int64_t axis, const Tensor& rows) {
    auto sizes = input.sizes().vec();
    sizes[static_cast<std::size_t>(axis)] = rows.numel();
    return input.new_empty(sizes);
}

Tensor embeddingGradientShape(const Tensor& gradient, const Tensor&, c10::SymInt rows, c10::SymInt, bool) {
    return gradient.new_empty({rows.expect_int(), gradient.size(-1)});
}

Tensor chosenShape(const Tensor& condition, const Tensor& one, const Tensor& other) {
    return one.new_empty(at::infer_size(condition.sizes(), at::infer_size(one.sizes(), other.sizes())));
}

Tensor& whereShape(const Tensor&, const Tensor&, const Tensor&, Tensor& out) { return out; }

}  // namespace

class tst_networkfactory : public QObject {
    Q_OBJECT
    const SampleShape m_images{3, 9, 12, true, {}, 0};
    const SampleShape m_table{1, 1, 5, false, {}, 0};
    const SampleShape m_mixedTable{1, 1, 5, false, {4, 100}, 0};  // three numbers, two categories
    const SampleShape m_text{1, 1, 6, false, {}, 50};

    static TypedParameters choice(const std::string& type, ParameterValues given = {}) {
        const auto* table = findTable(networkTables(), type);
        for (const auto& parameter : table->parameters)
            if (parameter.fallback) given.try_emplace(parameter.name, *parameter.fallback);
        return {type, std::move(given)};
    }
    static torch::Tensor batch(const SampleShape& shape, std::int64_t count) {
        if (shape.isText()) return torch::randint(shape.vocabulary, {count, shape.width}, torch::kLong);
        auto input = torch::randn({count, shape.channels, shape.height, shape.width});
        for (std::size_t i = 0; i < shape.categories.size(); ++i)
            input.select(3, shape.width - static_cast<std::int64_t>(shape.categories.size() - i))
                .copy_(torch::randint(shape.categories[i], {count, 1, 1}));
        return input;
    }
    const SampleShape& shapeFor(const QByteArray& type) const {
        return type == "gpt" ? m_text : type == "tabular" ? m_mixedTable : m_images;
    }
    // Of one output for each class; a text's is one for each token that may follow.
    static std::vector<std::int64_t> outputShape(const SampleShape& shape, std::int64_t count,
                                                 std::int64_t classes) {
        if (shape.isText()) return {count, shape.width, shape.vocabulary};
        return {count, classes};
    }
    // Module::to() changes no CPU tensor into one of the meta device.
    static void toMeta(torch::nn::Module& module) {
        auto tensors = module.parameters();
        for (const auto& buffer : module.buffers()) tensors.push_back(buffer);
        for (const auto& tensor : tensors)
            tensor.unsafeGetTensorImpl()->shallow_copy_from(
                torch::empty_like(tensor, torch::kMeta).getIntrusivePtr());
    }
    static std::vector<std::int64_t> list(std::initializer_list<std::int64_t> values) { return values; }

    std::optional<torch::Library> m_metaShapes;

private Q_SLOTS:
    void initTestCase() {
        m_metaShapes.emplace(torch::Library::IMPL, "aten", c10::DispatchKey::Meta, __FILE__, __LINE__);
        m_metaShapes->impl("native_layer_norm_backward", layerNormGradientShapes);
        m_metaShapes->impl("where.self_out", whereShape);
        m_metaShapes->impl("where.self", chosenShape);
        m_metaShapes->impl("index_select", selectedShape);
        m_metaShapes->impl("embedding_dense_backward", embeddingGradientShape);
        m_metaShapes->impl("convolution_overrideable", convolutionShape);
        m_metaShapes->impl("convolution_backward_overrideable", convolutionGradientShapes);
        m_metaShapes->impl("native_batch_norm", batchNormShapes);
        m_metaShapes->impl("native_batch_norm_backward", batchNormGradientShapes);
        m_metaShapes->impl("_fused_adam_", fusedAdam);
        m_metaShapes->impl("_fused_adamw_", fusedAdam);
        m_metaShapes->impl("_fused_sgd_", fusedSgd);
    }
    void init() { torch::manual_seed(1); }

    void everyNetworkThatAJobMayNameIsMade_data() {
        QTest::addColumn<QByteArray>("type");
        for (const auto& table : networkTables())
            if (table.type != "torchscript")  // of a file: tst_torchscript
                QTest::newRow(table.type.c_str()) << QByteArray::fromStdString(table.type);
    }
    void everyNetworkThatAJobMayNameIsMade() {
        QFETCH(QByteArray, type);
        const SampleShape& shape = shapeFor(type);
        for (const std::int64_t outputs : {1, 7}) {
            const auto network = makeNetwork(choice(type.toStdString()), shape, outputs);
            QVERIFY2(network, network ? "" : describe(network.error()).c_str());
            (*network)->eval();
            const auto output = (*network)->forward(batch(shape, 4));
            QCOMPARE(output.sizes().vec(), outputShape(shape, 4, outputs));
            QVERIFY(torch::isfinite(output).all().item<bool>());
            // Every parameter takes part: a layer that is registered and unused would never learn.
            (*network)->train();
            (*network)->forward(batch(shape, 4)).pow(2).sum().backward();
            for (const auto& item : (*network)->named_parameters()) {
                QVERIFY2(item.value().grad().defined(), item.key().c_str());
                QVERIFY2(item.value().grad().abs().sum().item<double>() > 0, item.key().c_str());
            }
        }
    }

    void dropoutIsForTrainingOnly_data() { everyNetworkThatAJobMayNameIsMade_data(); }
    void dropoutIsForTrainingOnly() {
        QFETCH(QByteArray, type);
        const auto network = makeNetwork(choice(type.toStdString(), {{"dropout", 0.5}}), shapeFor(type), 2);
        QVERIFY(network);
        const auto input = batch(shapeFor(type), 4);
        (*network)->train();
        QVERIFY(!(*network)->forward(input).equal((*network)->forward(input)));
        (*network)->eval();
        QVERIFY((*network)->forward(input).equal((*network)->forward(input)));
    }

    void layersAreAsWideAsTheJobSays() {
        const auto mlp = makeNetwork(choice("mlp", {{"hidden", list({6, 4})}}), m_table, 2);
        QVERIFY(mlp);
        const auto weights = (*mlp)->named_parameters();
        QCOMPARE(weights["hidden0.weight"].sizes().vec(), list({6, 5}));
        QCOMPARE(weights["hidden1.weight"].sizes().vec(), list({4, 6}));
        QCOMPARE(weights["output.weight"].sizes().vec(), list({2, 4}));

        const auto linear = makeNetwork(choice("mlp", {{"hidden", list({})}}), m_table, 1);
        QVERIFY(linear);
        QCOMPARE((*linear)->forward(batch(m_table, 3)).sizes().vec(), list({3, 1}));

        // Three blocks halve 9×12 to 1×1.
        const auto cnn = makeNetwork(choice("cnn", {{"channels", list({2, 4, 8})}}), m_images, 2);
        QVERIFY(cnn);
        QCOMPARE((*cnn)->named_parameters()["convolution0.weight"].sizes().vec(), list({2, 3, 3, 3}));
        QCOMPARE((*cnn)->named_parameters()["output.weight"].sizes().vec(), list({2, 8}));
        QCOMPARE((*cnn)->forward(batch(m_images, 4)).sizes().vec(), list({4, 2}));
    }

    // The numbers of parameters that the papers' authors and torchvision give for 1,000 classes.
    void theKnownNetworksHaveTheirKnownSizes_data() {
        QTest::addColumn<QByteArray>("type");
        QTest::addColumn<QByteArray>("depth");
        QTest::addColumn<qint64>("parameters");
        QTest::newRow("resnet18") << QByteArray("resnet") << QByteArray("18") << qint64{11'689'512};
        QTest::newRow("resnet34") << QByteArray("resnet") << QByteArray("34") << qint64{21'797'672};
        QTest::newRow("resnet50") << QByteArray("resnet") << QByteArray("50") << qint64{25'557'032};
        QTest::newRow("vit-b/16") << QByteArray("vit") << QByteArray() << qint64{86'567'656};
    }
    void theKnownNetworksHaveTheirKnownSizes() {
        QFETCH(QByteArray, type);
        QFETCH(QByteArray, depth);
        QFETCH(qint64, parameters);
        const ParameterValues given = type == "vit" ? ParameterValues{{"width", std::int64_t{768}},
                                                                      {"depth", std::int64_t{12}},
                                                                      {"heads", std::int64_t{12}}}
                                                    : ParameterValues{{"depth", depth.toStdString()}};
        const auto network = makeNetwork(choice(type.toStdString(), given), {3, 224, 224, true}, 1000);
        QVERIFY(network);
        qint64 count = 0;
        for (const auto& parameter : (*network)->parameters()) count += parameter.numel();
        QCOMPARE(count, parameters);
    }

    void tensorsHaveTorchvisionsNames_data() {
        QTest::addColumn<QByteArray>("type");
        QTest::addColumn<QByteArray>("name");
        for (const char* name : {"conv1.weight", "bn1.bias", "layer1.0.conv1.weight",
                                 "layer2.0.downsample.1.weight", "layer4.1.bn2.weight", "fc.bias"})
            QTest::newRow(name) << QByteArray("resnet") << QByteArray(name);
        for (const char* name :
             {"class_token", "conv_proj.weight", "encoder.pos_embedding",
              "encoder.layers.encoder_layer_0.ln_1.weight",
              "encoder.layers.encoder_layer_5.self_attention.in_proj_weight",
              "encoder.layers.encoder_layer_5.self_attention.out_proj.bias",
              "encoder.layers.encoder_layer_5.mlp.0.weight", "encoder.layers.encoder_layer_5.mlp.3.bias",
              "encoder.ln.weight", "heads.head.weight"})
            QTest::newRow(name) << QByteArray("vit") << QByteArray(name);
    }
    void tensorsHaveTorchvisionsNames() {
        QFETCH(QByteArray, type);
        QFETCH(QByteArray, name);
        const auto network = makeNetwork(choice(type.toStdString()), m_images, 2);
        QVERIFY(network);
        QVERIFY((*network)->named_parameters().contains(name.toStdString()));
    }

    // Images of 64 pixels and more get the stem that quarters them; small ones keep their pixels.
    void aLargeImageGetsALargeStem() {
        for (const auto& [side, size] : {std::pair(64, 7), std::pair(63, 3)}) {
            const auto network = makeNetwork(choice("resnet"), {3, side, side, true}, 2);
            QVERIFY(network);
            QCOMPARE((*network)->named_parameters()["conv1.weight"].size(2), size);
        }
    }

    void aPatchThatFitsIsTaken_data() {
        QTest::addColumn<int>("height");
        QTest::addColumn<int>("width");
        QTest::addColumn<int>("patch");
        QTest::newRow("28×28") << 28 << 28 << 4;
        QTest::newRow("32×32") << 32 << 32 << 4;
        QTest::newRow("224×224") << 224 << 224 << 16;
        QTest::newRow("9×12") << 9 << 12 << 1;
        QTest::newRow("a prime") << 31 << 31 << 1;
    }
    void aPatchThatFitsIsTaken() {
        QFETCH(int, height);
        QFETCH(int, width);
        QFETCH(int, patch);
        const auto network = makeNetwork(choice("vit"), {1, height, width, true}, 2);
        QVERIFY(network);
        QCOMPARE((*network)->named_parameters()["conv_proj.weight"].size(2), patch);
        QCOMPARE((*network)->named_parameters()["encoder.pos_embedding"].size(1),
                 (height / patch) * (width / patch) + 1);
    }

    // The meta device computes shapes alone, and refuses a tensor that was left on another device: what a GPU would refuse, too.
    void aWholeStepRunsOnAnotherDevice_data() { everyNetworkThatAJobMayNameIsMade_data(); }
    void aWholeStepRunsOnAnotherDevice() {
        QFETCH(QByteArray, type);
        const SampleShape& shape = shapeFor(type);
        const auto network = makeNetwork(choice(type.toStdString(), {{"dropout", 0.5}}), shape, 7);
        QVERIFY(network);
        toMeta(**network);
        (*network)->train();
        const auto output = (*network)->forward(batch(shape, 4).to(torch::kMeta));
        QCOMPARE(output.sizes().vec(), outputShape(shape, 4, 7));
        QVERIFY(output.is_meta());
        const auto scores = output.flatten(0, -2);
        torch::cross_entropy_loss(scores, torch::zeros({scores.size(0)}, torch::kLong).to(torch::kMeta))
            .backward();
        NamedTensors parameters;
        for (const auto& item : (*network)->named_parameters()) {
            QVERIFY2(item.value().grad().is_meta(), item.key().c_str());
            parameters.emplace_back(item.key(), item.value());
        }
        for (const ParameterTable& table : optimizerTables()) {
            TypedParameters settings{table.type, {}};
            for (const Parameter& one : table.parameters) settings.values.emplace(one.name, *one.fallback);
            Optimizer optimizer(settings, parameters);
            for (auto& [name, tensor] : parameters) tensor.mutable_grad() = torch::zeros_like(tensor);
            optimizer.step(0.1, 1);
            for (const auto& [name, state] : optimizer.state()) QVERIFY2(state.is_meta(), name.c_str());
        }
    }

    // The numbers of GPT-2's smallest model: its tensors, and none beside them.
    void gptIsGpt2() {
        const auto network = makeNetwork(
            choice("gpt",
                   {{"width", std::int64_t{768}}, {"depth", std::int64_t{12}}, {"heads", std::int64_t{12}}}),
            {1, 1, 1024, false, {}, 50257}, 0);
        QVERIFY(network);
        std::int64_t count = 0;
        for (const auto& parameter : (*network)->parameters()) count += parameter.numel();
        QCOMPARE(count, 124'439'808);
        const auto named = (*network)->named_parameters();
        QCOMPARE(named["transformer.wte.weight"].sizes().vec(), list({50257, 768}));
        QCOMPARE(named["transformer.wpe.weight"].sizes().vec(), list({1024, 768}));
        QCOMPARE(named["transformer.h.11.attn.c_attn.weight"].sizes().vec(), list({768, 2304}));
        QCOMPARE(named["transformer.h.0.mlp.c_proj.weight"].sizes().vec(), list({3072, 768}));
        QCOMPARE(named["transformer.ln_f.bias"].sizes().vec(), list({768}));
    }
    void gptSeesOnlyWhatCameBefore() {
        const auto network = makeNetwork(choice("gpt"), m_text, 0);
        QVERIFY(network);
        (*network)->eval();
        const auto input = batch(m_text, 2);
        const auto before = (*network)->forward(input);
        auto changed = input.clone();
        changed.select(1, 4).copy_((input.select(1, 4) + 1) % m_text.vocabulary);
        const auto after = (*network)->forward(changed);
        QVERIFY(before.narrow(1, 0, 4).allclose(after.narrow(1, 0, 4)));
        QVERIFY(!before.select(1, 4).allclose(after.select(1, 4)));
        QVERIFY(!before.select(1, 5).allclose(after.select(1, 5)));
    }

    void aCategoryHasAnEmbeddingOfItsOwn() {
        const auto network = makeNetwork(choice("tabular"), m_mixedTable, 2);
        QVERIFY(network);
        const auto named = (*network)->named_parameters();
        QCOMPARE(named["embedding0.weight"].sizes().vec(), list({4, 3}));
        QCOMPARE(named["embedding1.weight"].sizes().vec(), list({100, 21}));
        QCOMPARE(named["hidden0.weight"].size(1), 3 + 3 + 21);
        const auto set = makeNetwork(choice("tabular", {{"embedding", std::int64_t{5}}}), m_mixedTable, 2);
        QCOMPARE((*set)->named_parameters()["embedding1.weight"].sizes().vec(), list({100, 5}));
    }

    void refusesWhatDoesNotFitTheData_data() {
        QTest::addColumn<int>("which");
        QTest::addColumn<QByteArray>("words");
        QTest::newRow("unknown") << 0 << QByteArray("no network rnn");
        QTest::newRow("cnn on a table") << 1 << QByteArray("cnn does not take a table");
        QTest::newRow("resnet on a table") << 4 << QByteArray("resnet does not take a table");
        QTest::newRow("vit on a table") << 5 << QByteArray("vit does not take a table");
        QTest::newRow("patches that do not fit")
            << 6 << QByteArray("train.network.patch: 4 does not divide images of 9×12");
        QTest::newRow("heads that do not share")
            << 7 << QByteArray("train.network.heads: 5 heads do not share a width of 192 evenly");
        QTest::newRow("mlp on categories") << 8 << QByteArray("mlp does not take a table with categories");
        QTest::newRow("mlp on text") << 9 << QByteArray("mlp does not take text");
        QTest::newRow("gpt on images") << 10 << QByteArray("gpt does not take images");
        QTest::newRow("gpt's heads")
            << 11 << QByteArray("train.network.heads: 5 heads do not share a width of 384 evenly");
        QTest::newRow("too deep") << 2 << QByteArray("4 blocks halve images of 9×12 to nothing");
        QTest::newRow("deeper than numbers go") << 3 << QByteArray("70 blocks halve");
    }
    void refusesWhatDoesNotFitTheData() {
        QFETCH(int, which);
        QFETCH(QByteArray, words);
        const std::vector<std::int64_t> channels(which == 3 ? 70 : 4, 2);
        const std::array cases{std::pair(TypedParameters{"rnn", {}}, m_images),
                               std::pair(choice("cnn", {{"channels", channels}}), m_table),
                               std::pair(choice("cnn", {{"channels", channels}}), m_images),
                               std::pair(choice("cnn", {{"channels", channels}}), m_images),
                               std::pair(choice("resnet"), m_table),
                               std::pair(choice("vit"), m_table),
                               std::pair(choice("vit", {{"patch", std::int64_t{4}}}), m_images),
                               std::pair(choice("vit", {{"heads", std::int64_t{5}}}), m_images),
                               std::pair(choice("mlp"), m_mixedTable),
                               std::pair(choice("mlp"), m_text),
                               std::pair(choice("gpt"), m_images),
                               std::pair(choice("gpt", {{"heads", std::int64_t{5}}}), m_text)};
        const auto& [network, shape] = cases[static_cast<std::size_t>(which)];
        const auto made = makeNetwork(network, shape, 2);
        QVERIFY(!made);
        QCOMPARE(made.error().code, ErrorCode::InvalidArgument);
        QVERIFY2(made.error().message.find(words.toStdString()) != std::string::npos,
                 made.error().message.c_str());
    }
};

QTEST_APPLESS_MAIN(tst_networkfactory)
#include "tst_networkfactory.moc"
