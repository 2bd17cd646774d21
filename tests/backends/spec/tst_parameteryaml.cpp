// SPDX-License-Identifier: Apache-2.0
#include "backends/spec/parameteryaml.h"

#include <QTest>

using namespace slipway;

namespace {

std::optional<ParameterValue> read(const char* yaml, ParameterKind kind) {
    return parameterFromYaml(parseYamlText(yaml).root, kind);
}

}  // namespace

class tst_ParameterYaml : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void aKindTakesItsOwn() {
        QVERIFY(read("1e6", ParameterKind::Integer) == ParameterValue(std::int64_t{1000000}));
        QVERIFY(read("+7", ParameterKind::Integer) == ParameterValue(std::int64_t{7}));
        QVERIFY(!read("1.5", ParameterKind::Integer));
        QVERIFY(!read("\"7\"", ParameterKind::Integer));
        QVERIFY(!read("1e300", ParameterKind::Integer));
        QVERIFY(read("1.5", ParameterKind::Real) == ParameterValue(1.5));
        QVERIFY(!read("inf", ParameterKind::Real));
        QVERIFY(read("true", ParameterKind::Bool) == ParameterValue(true));
        QVERIFY(!read("yes", ParameterKind::Bool));
        QVERIFY(read("yes", ParameterKind::Text) == ParameterValue(std::string("yes")));
        QVERIFY(!read("[a]", ParameterKind::Text));
        QVERIFY(read("[3, 4]", ParameterKind::IntegerList) ==
                ParameterValue(std::vector<std::int64_t>{3, 4}));
        QVERIFY(!read("[3, x]", ParameterKind::IntegerList));
        QVERIFY(joinedNames(parseYamlText("[a, b c]").root) == ParameterValue(std::string("a, b c")));
        QVERIFY(!joinedNames(parseYamlText("[\"a,b\"]").root));
    }

    void whatIsWrittenReadsBack() {
        const auto sees = [](const ParameterValue& value, ParameterKind kind) {
            return read(parameterYaml(value).c_str(), kind) == value;
        };
        QVERIFY(sees(0.1, ParameterKind::Real));
        QVERIFY(sees(1e-300, ParameterKind::Real));
        QVERIFY(sees(std::int64_t{-9}, ParameterKind::Integer));
        QVERIFY(sees(false, ParameterKind::Bool));
        QVERIFY(sees(std::string("a: \"b\" #"), ParameterKind::Text));
        QVERIFY(sees(std::vector<std::int64_t>{}, ParameterKind::IntegerList));
        QVERIFY(sees(std::vector<std::int64_t>{1, -2}, ParameterKind::IntegerList));
    }
};

QTEST_APPLESS_MAIN(tst_ParameterYaml)
#include "tst_parameteryaml.moc"
