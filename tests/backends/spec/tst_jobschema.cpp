// SPDX-License-Identifier: Apache-2.0
#include "backends/spec/jobschema.h"

#include <QDirIterator>
#include <QTest>
#include <cmath>
#include <nlohmann/json.hpp>
#include <regex>
#include <set>

#include "backends/core/modeltypes.h"
#include "backends/spec/jsontext.h"
#include "backends/spec/specdocument.h"
#include "backends/spec/specreader.h"
#include "testpaths.h"

using namespace slipway;
using Json = nlohmann::json;

namespace {

Json asJson(const YamlValue& value) {
    if (value.isMap()) {
        Json map = Json::object();
        for (const YamlEntry& entry : value.entries) map[entry.key] = asJson(entry.value);
        return map;
    }
    if (!value.isList()) return Json::parse(*jsonText(value));
    Json list = Json::array();
    for (const YamlValue& item : value.items) list.push_back(asJson(item));
    return list;
}

bool isOfType(const Json& value, const std::string& type) {
    if (type == "integer") return value.is_number() && value.get<double>() == std::floor(value.get<double>());
    if (type == "number") return value.is_number();
    if (type == "string") return value.is_string();
    if (type == "boolean") return value.is_boolean();
    if (type == "array") return value.is_array();
    return type == "object" ? value.is_object() : value.is_null();
}

bool isValid(const Json& value, const Json& schema);

bool isValidObject(const Json& object, const Json& schema) {
    for (const Json& name : schema.value("required", Json::array())) {
        if (!object.contains(name.get<std::string>())) return false;
    }
    const Json known = schema.value("properties", Json::object());
    for (const auto& [name, value] : object.items()) {
        if (schema.contains("propertyNames") && !isValid(name, schema["propertyNames"])) return false;
        const Json other = schema.value("additionalProperties", Json(true));
        const Json& own = known.contains(name) ? known[name] : other;
        if (own.is_boolean() ? !own.get<bool>() : !isValid(value, own)) return false;
    }
    return true;
}

// As far as the schema of a job goes.
bool isValid(const Json& value, const Json& schema) {
    if (schema.contains("type")) {
        const Json types = schema["type"].is_array() ? schema["type"] : Json::array({schema["type"]});
        if (std::ranges::none_of(types, [&](const Json& one) { return isOfType(value, one); })) return false;
    }
    const auto fitting = [&](const char* key) {
        return std::ranges::count_if(schema[key], [&](const Json& one) { return isValid(value, one); });
    };
    if (schema.contains("anyOf") && fitting("anyOf") == 0) return false;
    if (schema.contains("oneOf") && fitting("oneOf") != 1) return false;
    if (schema.contains("const") && value != schema["const"]) return false;
    if (schema.contains("enum") && std::ranges::find(schema["enum"], value) == schema["enum"].end())
        return false;
    if (value.is_number() && schema.contains("minimum") &&
        (value < schema["minimum"] || value > schema["maximum"]))
        return false;
    if (value.is_string() && schema.contains("pattern") &&
        !std::regex_search(value.get<std::string>(), std::regex(schema["pattern"].get<std::string>())))
        return false;
    if (value.is_array() && schema.contains("items") &&
        !std::ranges::all_of(value, [&](const Json& one) { return isValid(one, schema["items"]); }))
        return false;
    return !value.is_object() || isValidObject(value, schema);
}

std::set<std::string> namesIn(const Json& properties) {
    std::set<std::string> names;
    for (const auto& [name, value] : properties.items()) names.insert(name);
    return names;
}

}  // namespace

class tst_JobSchema : public QObject {
    Q_OBJECT

    const Json m_schema = Json::parse(jobSchema());

private Q_SLOTS:
    void itKnowsTheSettingsThatTheReaderKnows() {
        for (const char* name : {"", "train", "program", "resources", "checkpoint"}) {
            const std::string path = name;
            const std::vector<std::string> keys = specKeys(path);
            const Json& map = path.empty() ? m_schema : m_schema["properties"][path];
            QCOMPARE(namesIn(map["properties"]), (std::set<std::string>(keys.begin(), keys.end())));
        }
        const Json& train = m_schema["properties"]["train"]["properties"];
        for (const auto& [name, tables] :
             {std::pair("network", networkTables()), std::pair("data", dataTables()),
              std::pair("optimizer", optimizerTables())}) {
            QCOMPARE(train[name]["anyOf"].size(), tables.size());
            for (std::size_t i = 0; i < tables.size(); ++i) {
                std::set<std::string> known{"type"};
                for (const Parameter& parameter : tables[i].parameters) known.insert(parameter.name);
                QCOMPARE(namesIn(train[name]["anyOf"][i]["properties"]), known);
            }
        }
    }

    void everyExampleIsValid() {
        int examples = 0;
        QDirIterator each(QString::fromUtf8(kSourceDir) + QStringLiteral("/resources/examples"),
                          {QStringLiteral("*.yaml")}, QDir::Files, QDirIterator::Subdirectories);
        while (each.hasNext()) {
            const auto document = SpecDocument::load(each.next().toStdString());
            QVERIFY(document && document->spec());
            for (const std::string& text : {document->text(), writeJob(*document->spec())})
                QVERIFY2(isValid(asJson(*parseYaml(text)), m_schema), text.c_str());
            ++examples;
        }
        QVERIFY(examples > 0);
    }

    // What the reader takes and what it refuses, the schema does, too.
    void itJudgesAsTheReaderDoes_data() {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<bool>("isGood");
        const auto row = [](const char* name, const QByteArray& lines, bool isGood) {
            QTest::newRow(name) << "name: a\n" + lines << isGood;
        };
        const auto train = [&](const char* name, const QByteArray& more, bool isGood) {
            row(name,
                "train:\n  network: {type: mlp}\n  data: {type: idx, input: a}\n" + more + "inputs: {a: b}\n",
                isGood);
        };
        train("a training", "", true);
        train("settings", "  batch: 64\n  epochs: 1\n  optimizer: {type: sgd, lr: 0.1}\n", true);
        train("a misspelt setting", "  bacth: 64\n", false);
        train("a number out of its range", "  optimizer: {type: sgd, lr: -1}\n", false);
        train("a setting of another type", "  optimizer: {type: sgd, beta1: 0.9}\n", false);
        train("an unknown type", "  optimizer: {type: sdg}\n", false);
        train("a text for a number", "  batch: many\n", false);
        row("a program", "program: {command: [a.py, 3, true]}\n", true);
        row("a command as text", "program: {command: a.py -x}\n", true);
        row("no command", "program: {folder: a}\n", false);
        row("neither", "seed: 1\n", false);
        row("both", "program: {command: [a]}\ntrain: {network: {type: mlp}, data: {type: idx, input: a}}\n",
            false);
        row("a notebook", "program: {command: [a.ipynb], parameters: {lr: 0.1, on: [1, x], none: }}\n", true);
        row("a map for a parameter", "program: {command: [a.ipynb], parameters: {lr: {a: 1}}}\n", false);
        const QByteArray program = "program: {command: [a]}\n";
        row("resources", program + "resources: {cpu: 500m, memory: 4Gi, gpus: 1, gpu_memory: 8Gi}\n", true);
        row("amounts as numbers", program + "resources: {cpu: 0.5, memory: 1000000000}\n", true);
        row("an amount of nothing", program + "resources: {memory: 4GB}\n", false);
        row("times", program + "grace: 2min\ncheckpoint: {every: 500, keep: 3}\n", true);
        row("no time", program + "grace: long\n", false);
        row("variables", program + "env: {A: 1, B: x, C: {secret: s, key: k}}\n", true);
        row("half a secret", program + "env: {C: {secret: s}}\n", false);
        row("no name of a variable", program + "env: {A-B: 1}\n", false);
        row("nothing where a map may be", program + "env:\nresources:\ninputs:\n", true);
        row("too many ranks", program + "replicas: 2000\n", false);
        row("an input's name", program + "inputs: {A: b}\n", false);
    }
    void itJudgesAsTheReaderDoes() {
        QFETCH(QByteArray, text);
        QTEST(SpecDocument::parse(text.toStdString())->problems().empty(), "isGood");
        QTEST(isValid(asJson(*parseYaml(text.toStdString())), m_schema), "isGood");
    }
};

QTEST_GUILESS_MAIN(tst_JobSchema)
#include "tst_jobschema.moc"
