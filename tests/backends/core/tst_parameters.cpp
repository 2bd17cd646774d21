// SPDX-License-Identifier: Apache-2.0
#include "backends/core/parameters.h"

#include <QTest>

#include <cmath>
#include <limits>

using namespace slipway;
using List = std::vector<std::int64_t>;

Q_DECLARE_METATYPE(slipway::Parameter)
Q_DECLARE_METATYPE(slipway::ParameterValue)

namespace {

Parameter parameter(ParameterKind kind, double minimum = 0, double maximum = 0,
                    std::vector<std::string> choices = {}) {
    Parameter one;
    one.name = "p";
    one.kind = kind;
    one.minimum = minimum;
    one.maximum = maximum;
    one.choices = std::move(choices);
    return one;
}

}  // namespace

class tst_Parameters : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void judges_data() {
        QTest::addColumn<Parameter>("parameter");
        QTest::addColumn<ParameterValue>("value");
        QTest::addColumn<QString>("problem");  // empty: fits
        const auto row = [](const char* name, const Parameter& one, ParameterValue value,
                            const char* problem) {
            QTest::newRow(name) << one << value << QString::fromUtf8(problem);
        };
        const Parameter boolean = parameter(ParameterKind::Bool), text = parameter(ParameterKind::Text);
        const Parameter whole = parameter(ParameterKind::Integer, 1, 10);
        const Parameter real = parameter(ParameterKind::Real, 0, 1);
        const Parameter choice = parameter(ParameterKind::Choice, 0, 0, {"adam", "sgd"});
        const Parameter list = parameter(ParameterKind::IntegerList, 1, 4096);
        row("bool", boolean, true, "");
        row("bool from 1", boolean, std::int64_t{1}, "p takes true or false");
        row("text", text, std::string("a"), "");
        row("text from true", text, true, "p takes text");
        row("lowest", whole, std::int64_t{1}, "");
        row("highest", whole, std::int64_t{10}, "");
        row("too low", whole, std::int64_t{0}, "p takes a whole number from 1 to 10");
        row("too high", whole, std::int64_t{11}, "p takes a whole number from 1 to 10");
        row("whole from real", whole, 2.0, "p takes a whole number from 1 to 10");
        row("real", real, 0.5, "");
        row("real from whole", real, std::int64_t{1}, "");
        row("real too high", real, 1.5, "p takes a number from 0 to 1");
        row("nan", real, std::nan(""), "p takes a number from 0 to 1");
        row("inf", real, std::numeric_limits<double>::infinity(), "p takes a number from 0 to 1");
        row("choice", choice, std::string("sgd"), "");
        row("other choice", choice, std::string("SGD"), "p takes one of adam, sgd");
        row("list", list, List{256, 128}, "");
        row("empty list", list, List{}, "");
        row("list too low", list, List{256, 0},
            "p takes a list of whole numbers from 1 to 4096, like [256, 128]");
        row("list too long", list, List(257, 1),
            "p takes a list of whole numbers from 1 to 4096, like [256, 128]");
    }
    void judges() {
        QFETCH(Parameter, parameter);
        QFETCH(ParameterValue, value);
        QFETCH(QString, problem);
        QCOMPARE(QString::fromStdString(rangeProblem(parameter, value).value_or("")), problem);
    }

    void wholeLimitsAreWrittenWhole() {
        QCOMPARE(allowedText(parameter(ParameterKind::Integer, 0, 9007199254740992.0)),
                 std::string("a whole number from 0 to 9007199254740992"));
        QCOMPARE(allowedText(parameter(ParameterKind::Integer, -1e12, 1e12)),
                 std::string("a whole number from -1000000000000 to 1000000000000"));
        QCOMPARE(allowedText(parameter(ParameterKind::Real, 1e-9, 1e30)),
                 std::string("a number from 1e-09 to 1e+30"));
    }
    void aTextSaysWhatItMeans() {
        Parameter target = parameter(ParameterKind::Text);
        target.help = "Column to predict; words are classes";
        QCOMPARE(allowedText(target), std::string("text: column to predict; words are classes"));
    }

    void findsByName() {
        const std::vector<ParameterTable> tables = {{"mlp", "", "", {parameter(ParameterKind::Bool)}},
                                                    {"cnn", "", "", {}}};
        QCOMPARE(findTable(tables, "cnn"), &tables[1]);
        QVERIFY(findTable(tables, "rnn") == nullptr);
        QCOMPARE(tables[0].find("p"), tables[0].parameters.data());
        QVERIFY(tables[0].find("q") == nullptr);
    }

    void readsValues() {
        const ParameterValues values = {
            {"i", std::int64_t{3}}, {"r", 0.5}, {"b", true}, {"t", std::string("x")}, {"l", List{1, 2}}};
        QCOMPARE(integerValue(values, "i"), std::int64_t{3});
        QCOMPARE(realValue(values, "r"), 0.5);
        QCOMPARE(realValue(values, "i"), 3.0);
        QVERIFY(boolValue(values, "b"));
        QCOMPARE(textValue(values, "t"), std::string("x"));
        QCOMPARE(listValue(values, "l"), (List{1, 2}));
    }
};

QTEST_APPLESS_MAIN(tst_Parameters)
#include "tst_parameters.moc"
