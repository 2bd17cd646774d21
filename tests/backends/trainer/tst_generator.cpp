// SPDX-License-Identifier: Apache-2.0
#include "backends/trainer/generator.h"

#include <QTest>

using namespace slipway;
using namespace slipway::trainer;

namespace {

// The next token is the last one and one more, of five; sees at most three.
class Counter final : public Network {
public:
    torch::Tensor forward(const torch::Tensor& input) override {
        longest = std::max(longest, input.size(1));
        return torch::one_hot((input + 1).remainder(5), 5).to(torch::kFloat) * 4;
    }
    std::int64_t longest = 0;
};

}  // namespace

class tst_generator : public QObject {
    Q_OBJECT

    static std::vector<std::int64_t> tokens(std::vector<std::int64_t> prompt,
                                            const GenerationSettings& settings,
                                            std::int64_t* longest = nullptr) {
        const auto network = std::make_shared<Counter>();
        SavedModel model;
        model.network = network;
        model.config.form.shape = {1, 1, 3, false, {}, 5};
        std::vector<std::int64_t> told;
        const auto done =
            generate(model, std::move(prompt), settings, [&](std::int64_t token) -> Result<void> {
                told.push_back(token);
                return {};
            });
        if (!done) qFatal("%s", done.error().message.c_str());
        if (longest != nullptr) *longest = network->longest;
        return told;
    }

private Q_SLOTS:
    void theLikeliestFollows() {
        std::int64_t longest = 0;
        QCOMPARE(tokens({1, 2}, {.tokens = 7, .temperature = 0}, &longest),
                 (std::vector<std::int64_t>{3, 4, 0, 1, 2, 3, 4}));
        QCOMPARE(longest, 3);
    }

    void theSeedDecides() {
        const GenerationSettings settings{.tokens = 40, .temperature = 3, .seed = 9};
        QCOMPARE(tokens({0}, settings), tokens({0}, settings));
        QVERIFY(tokens({0}, settings) != tokens({0}, {.tokens = 40, .temperature = 3, .seed = 10}));
    }

    // Shares of 1/4, 1/2 and 1/4: the logarithms of 1, 2 and 1.
    void aDrawFallsIntoItsShare_data() {
        QTest::addColumn<double>("temperature");
        QTest::addColumn<double>("draw");
        QTest::addColumn<int>("token");
        QTest::newRow("first") << 1.0 << 0.0 << 0;
        QTest::newRow("end of the first") << 1.0 << 0.2499 << 0;
        QTest::newRow("second") << 1.0 << 0.2501 << 1;
        QTest::newRow("end of the second") << 1.0 << 0.7499 << 1;
        QTest::newRow("third") << 1.0 << 0.7501 << 2;
        QTest::newRow("last") << 1.0 << 0.9999999999999999 << 2;
        QTest::newRow("colder") << 0.5 << 0.2 << 1;  // 1/6, 4/6, 1/6
        QTest::newRow("coldest") << 0.0 << 0.0 << 1;
    }
    void aDrawFallsIntoItsShare() {
        QFETCH(double, temperature);
        QFETCH(double, draw);
        QFETCH(int, token);
        const std::array scores{0.0F, std::log(2.0F), 0.0F};
        QCOMPARE(drawToken(scores, temperature, draw), token);
    }

    void withoutAPromptThereIsNothing() {
        SavedModel model;
        const auto done = generate(model, {}, {}, [](std::int64_t) { return Result<void>(); });
        QCOMPARE(done.error().code, ErrorCode::InvalidArgument);
    }
};

QTEST_APPLESS_MAIN(tst_generator)
#include "tst_generator.moc"
