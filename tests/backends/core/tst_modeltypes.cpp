// SPDX-License-Identifier: Apache-2.0
#include "backends/core/modeltypes.h"

#include <QTest>

#include <set>

using namespace slipway;

namespace {

std::vector<const ParameterTable*> allTables() {
    std::vector<const ParameterTable*> all{&loopTable()};
    for (const auto tables : {networkTables(), dataTables(), optimizerTables()}) {
        for (const ParameterTable& table : tables) all.push_back(&table);
    }
    return all;
}

}  // namespace

class tst_ModelTypes : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void typesStandOnce() {
        for (const auto tables : {networkTables(), dataTables(), optimizerTables()}) {
            std::set<std::string> types;
            for (const ParameterTable& table : tables) {
                QVERIFY2(types.insert(table.type).second, table.type.c_str());
                QCOMPARE(findTable(tables, table.type), &table);
            }
            QVERIFY(!types.empty());
        }
    }

    // A default out of range would make a job that names nothing invalid.
    void defaultsFit() {
        for (const ParameterTable* table : allTables()) {
            for (const Parameter& parameter : table->parameters) {
                const std::string name = table->type + "." + parameter.name;
                if (parameter.fallback) {
                    const auto problem = rangeProblem(parameter, *parameter.fallback);
                    QVERIFY2(!problem, (name + ": " + problem.value_or("")).c_str());
                }
                if (parameter.kind == ParameterKind::Choice)
                    QVERIFY2(parameter.choices.size() > 1, name.c_str());
                if (parameter.kind == ParameterKind::Integer || parameter.kind == ParameterKind::Real)
                    QVERIFY2(parameter.minimum < parameter.maximum, name.c_str());
            }
        }
    }

    // The form and the help show them; a job file writes the names without quotes.
    void everySettingIsNamedOnceAndTold() {
        for (const ParameterTable* table : allTables()) {
            std::set<std::string> names{"type"};
            for (const Parameter& parameter : table->parameters) {
                const std::string name = table->type + "." + parameter.name;
                QVERIFY2(names.insert(parameter.name).second, name.c_str());
                QVERIFY2(parameter.name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_") ==
                             std::string::npos,
                         name.c_str());
                QVERIFY2(!parameter.label.empty() && !parameter.help.empty(), name.c_str());
                QVERIFY2(!parameter.help.ends_with('.'), name.c_str());
            }
        }
    }

    void everyDataFormatNamesItsInput() {
        for (const ParameterTable& table : dataTables()) {
            const Parameter* input = table.find("input");
            QVERIFY2(input != nullptr && input->kind == ParameterKind::Text && !input->fallback,
                     table.type.c_str());
        }
    }

    void theLoopLeavesRoomForItsThreeTables() {
        for (const char* name : {"network", "data", "optimizer"}) QVERIFY(loopTable().find(name) == nullptr);
    }
};

QTEST_APPLESS_MAIN(tst_ModelTypes)
#include "tst_modeltypes.moc"
