// SPDX-License-Identifier: Apache-2.0
// A model made by hand is used; what it must say is calculated by plain loops.
#include "backends/trainer/modeluse.h"

#include "handmademodel.h"

#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTemporaryDir>
#include <QTest>

using namespace slipway;
using namespace Qt::StringLiterals;

namespace {

struct Person {
    double size;
    double age;
    const char* answer;
    const char* town;
};
constexpr std::array kPeople{Person{1.5, 20, "no", "Ulm"}, Person{8, 3, "yes", "Bonn"},
                             Person{-4, 12, "perhaps", "Ulm"}, Person{3, 30, "no", "Aachen"},
                             Person{6.25, -7.5, "yes", "Bonn"}};
constexpr std::array kClasses{"no", "perhaps", "yes"};

}  // namespace

class tst_modeluse : public QObject {
    Q_OBJECT
    QTemporaryDir m_folder;
    HandmadeModel m_model;
    ModelUse m_use;

    std::string path(const QString& name) const { return m_folder.filePath(name).toStdString(); }
    std::string write(const QString& name, const QByteArray& text) const {
        QFile file(m_folder.filePath(name));
        if (!file.open(QIODevice::WriteOnly) || file.write(text) != text.size()) qFatal("cannot write");
        return path(name);
    }
    QByteArray content(const QString& name) const {
        QFile file(m_folder.filePath(name));
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    }
    // Columns in another order than the model's, with one that it does not know.
    std::string people() const {
        QByteArray text("id,answer,age,town,size\n");
        for (const Person& one : kPeople)
            text += QByteArray("x,") + one.answer + ',' + QByteArray::number(one.age) + ',' + one.town + ',' +
                    (one.size == 3 ? QByteArray() : QByteArray::number(one.size)) + '\n';
        return write(u"people.csv"_s, text);
    }

private Q_SLOTS:
    void initTestCase() {
        m_model.write(path(u"model"_s));
        m_use.folder = path(u"model"_s);
        m_use.device = "cpu";
    }

    void predictsAsCalculated() {
        const auto count = predictWithModel(m_use, {{people(), people()}, path(u"p.csv"_s), false, 2});
        QVERIFY2(count, count ? "" : describe(count.error()).c_str());
        QCOMPARE(*count, 10);
        const auto lines = content(u"p.csv"_s).trimmed().split('\n');
        QCOMPARE(lines.size(), 11);
        QCOMPARE(lines[0], QByteArray("file,row,prediction,probability,prediction_2,probability_2"));
        for (std::size_t i = 0; i < 10; ++i) {
            const auto cells = lines[qsizetype(i) + 1].split(',');
            const auto shares = m_model.probabilities(kPeople[i % 5].size, kPeople[i % 5].age);
            const auto best = static_cast<std::size_t>(std::ranges::max_element(shares) - shares.begin());
            QCOMPARE(cells[1].toInt(), int(i % 5) + 1);
            QCOMPARE(cells[2], QByteArray(kClasses[best]));
            QVERIFY(std::abs(cells[3].toDouble() - shares[best]) < 1e-5);
            auto rest = shares;
            rest[best] = 0;
            const auto second = static_cast<std::size_t>(std::ranges::max_element(rest) - rest.begin());
            QCOMPARE(cells[4], QByteArray(kClasses[second]));
            QVERIFY(std::abs(cells[5].toDouble() - shares[second]) < 1e-5);
        }
    }

    void evaluatesAsCalculated() {
        const auto text = evaluateModel(m_use, {people(), false, "town"});
        QVERIFY2(text, text ? "" : describe(text.error()).c_str());
        const QJsonObject report = QJsonDocument::fromJson(QByteArray::fromStdString(*text)).object();
        double loss = 0;
        double right = 0;
        std::map<std::string, std::pair<double, double>> towns;
        for (const Person& one : kPeople) {
            const auto shares = m_model.probabilities(one.size, one.age);
            const auto expected = static_cast<std::size_t>(
                std::ranges::find(kClasses, std::string_view(one.answer)) - kClasses.begin());
            loss -= std::log(shares[expected]) / kPeople.size();
            const bool isRight =
                std::ranges::max_element(shares) - shares.begin() == static_cast<std::ptrdiff_t>(expected);
            right += isRight ? 1 : 0;
            towns[one.town].first += 1;
            towns[one.town].second += isRight ? 1 : 0;
        }
        QVERIFY(std::abs(report[u"loss"_s].toDouble() - loss) < 1e-5);
        QCOMPARE(report[u"accuracy"_s].toDouble(), right / kPeople.size());
        const auto groups = report[u"groups"_s].toArray();
        QCOMPARE(groups.size(), 3);
        qsizetype at = 0;
        for (const auto& [name, score] : towns) {
            QCOMPARE(groups[at][u"name"_s].toString().toStdString(), name);
            QCOMPARE(groups[at++][u"accuracy"_s].toDouble(), score.second / score.first);
        }
    }

    // Training split its evaluations by a column that newer data need not have.
    void dataWithoutTheModelsGroupsAreEvaluatedWithoutThem() {
        const QString folder = m_folder.filePath(u"grouped"_s);
        m_model.write(folder.toStdString());
        write(u"grouped/config.json"_s, QByteArray::fromStdString(HandmadeModel::config())
                                            .replace("\"target\": ", "\"group\": \"town\", \"target\": "));
        std::string told;
        ModelUse use = m_use;
        use.folder = folder.toStdString();
        use.message = [&](std::string_view text) { told += text; };
        const auto with = evaluateModel(use, {people(), false, ""});
        QVERIFY2(with, with ? "" : describe(with.error()).c_str());
        QVERIFY(with->find("\"groups\"") != std::string::npos);
        QCOMPARE(told, std::string());
        const auto file = write(u"plain.csv"_s, "size,age,answer\n1.5,20,no\n8,3,yes\n");
        const auto without = evaluateModel(use, {file, false, ""});
        QVERIFY2(without, without ? "" : describe(without.error()).c_str());
        QVERIFY(without->find("\"groups\"") == std::string::npos);
        QCOMPARE(told, file +
                           " has no column town, by which the model's evaluations are split: it is "
                           "evaluated without groups");
        // One that is asked for must be there.
        const auto asked = evaluateModel(use, {file, false, "town"});
        QVERIFY(!asked);
        QVERIFY2(asked.error().message.find("there is no column town") != std::string::npos,
                 asked.error().message.c_str());
    }

    void withoutSamplesThereAreTheColumns() {
        const auto none = write(u"none.csv"_s, "size,age\n");
        for (const QString& name : {u"none-out.csv"_s, u"none-out.parquet"_s}) {
            const auto count = predictWithModel(m_use, {{none}, path(name), false, 2});
            QVERIFY2(count, count ? "" : describe(count.error()).c_str());
            QCOMPARE(*count, 0);
        }
        QCOMPARE(content(u"none-out.csv"_s),
                 QByteArray("file,row,prediction,probability,prediction_2,probability_2\n"));
        QVERIFY(content(u"none-out.parquet"_s).contains("probability_2"));
    }

    void stopsWhenItIsAsked() {
        const std::atomic<bool> stop = true;
        ModelUse use = m_use;
        use.stop = &stop;
        const auto count = predictWithModel(use, {{people()}, path(u"stopped.csv"_s), false, 1});
        QVERIFY(!count);
        QCOMPARE(count.error().code, ErrorCode::Cancelled);
        QVERIFY(!QFile::exists(m_folder.filePath(u"stopped.csv"_s)));
        QVERIFY(QDir(m_folder.path()).entryList({u"*stopped*"_s}, QDir::Files | QDir::Hidden).isEmpty());
    }

    void writesOverNothingItReads() {
        const auto file = write(u"same.csv"_s, "size,age\n1,2\n");
        const auto same = predictWithModel(m_use, {{file}, file, false, 1});
        QVERIFY(!same);
        QVERIFY2(same.error().message.ends_with("is what is to be predicted"), same.error().message.c_str());
        QCOMPARE(std::filesystem::file_size(file), std::uintmax_t{13});
        const auto ending = predictWithModel(m_use, {{file}, path(u"p.json"_s), false, 1});
        QVERIFY(!ending);
        QVERIFY(ending.error().message.ends_with("is neither a .csv nor a .parquet file"));
    }

    void refuses_data() {
        QTest::addColumn<QByteArray>("table");
        QTest::addColumn<QByteArray>("words");
        QTest::newRow("column") << QByteArray("size,aeg\n1,2\n") << QByteArray("there is no column age");
        QTest::newRow("number") << QByteArray("size,age\n1,2\nx,2\n")
                                << QByteArray("row 3, column size: `x` is no number");
    }
    void refuses() {
        QFETCH(QByteArray, table);
        QFETCH(QByteArray, words);
        const auto count =
            predictWithModel(m_use, {{write(u"bad.csv"_s, table)}, path(u"out.csv"_s), false, 1});
        QVERIFY(!count);
        QVERIFY2(QByteArray::fromStdString(count.error().message).contains(words),
                 count.error().message.c_str());
        QVERIFY(!QFile::exists(m_folder.filePath(u"out.csv"_s)));
    }

    void aTextIsForTextModels() {
        const auto generated = generateText(m_use, {"a"}, [](std::string_view) {});
        QVERIFY(!generated);
        QVERIFY(generated.error().message.find("takes no text") != std::string::npos);
    }

    void weightsOfAnotherNetworkAreRefused() {
        const QString folder = m_folder.filePath(u"other"_s);
        m_model.write(folder.toStdString());
        write(
            u"other/config.json"_s,
            QByteArray::fromStdString(HandmadeModel::config()).replace("\"hidden\": [2]", "\"hidden\": [3]"));
        ModelUse use = m_use;
        use.folder = folder.toStdString();
        const auto count = predictWithModel(use, {{people()}, path(u"x.csv"_s), false, 1});
        QVERIFY(!count);
        QCOMPARE(count.error().code, ErrorCode::Corrupt);
        QVERIFY2(count.error().message.find("hidden0.weight") != std::string::npos,
                 count.error().message.c_str());
    }
};

QTEST_APPLESS_MAIN(tst_modeluse)
#include "tst_modeluse.moc"
