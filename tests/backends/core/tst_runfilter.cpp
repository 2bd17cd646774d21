// SPDX-License-Identifier: Apache-2.0
#include "backends/core/runfilter.h"

#include <QTest>

#include <cmath>

using namespace slipway;

namespace {

Timestamp at(int seconds) { return Timestamp(std::chrono::seconds(1'790'000'000 + seconds)); }

RunSummary run(int number, RunState state, double accuracy, const char* lr, std::vector<std::string> tags) {
    RunSummary run;
    run.record.number = number;
    run.record.job = number < 3 ? "fashion-mlp" : "gpt small";
    run.record.target = TargetId(number == 1 ? "here" : "lab/research");
    run.record.created = at(-number * 3600);
    run.record.started = at(-number * 3600);
    run.record.ended = at(-number * 3600 + 600);
    run.record.status = {state, state == RunState::Failed ? "out of memory" : ""};
    run.record.marks = {std::move(tags), number == 3 ? "Try again" : "", ""};
    RunDetails details;
    details.settings = {{"train.optimizer.lr", lr}, {"train.schedule", "cosine"}};
    if (accuracy > 0) details.metrics = {{"test/accuracy", {accuracy, 0.1, accuracy + 0.01}}};
    run.details = std::make_shared<const RunDetails>(details);
    return run;
}

std::vector<RunSummary> runs() {
    return {run(4, RunState::Running, 0.5, "0.01", {}), run(3, RunState::Failed, 0, "3e-4", {"old"}),
            run(2, RunState::Succeeded, 0.92, "3e-4", {"baseline", "Long"}),
            run(1, RunState::Failed, 0.95, "1e-3", {"baseline"})};
}

}  // namespace

class tst_runfilter : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void lets_data() {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("numbers");
        const auto row = [](const char* text, const char* numbers) {
            QTest::newRow(text) << QString::fromUtf8(text) << QString::fromUtf8(numbers);
        };
        row("", "4321");
        row("  ", "4321");
        row("accuracy > 0.9 and optimizer.lr <= 3e-4 and tag:baseline and state = failed", "");
        row("accuracy > 0.9 and tag:baseline and state = failed", "1");
        row("accuracy > 0.9 optimizer.lr <= 3e-4", "2");
        row("accuracy>=92%", "21");
        row("best.accuracy > 0.925", "21");
        row("accuracy < 0.6 or tag = old", "43");
        row("accuracy < 0.6 or tag = old and state=failed", "43");
        row("(accuracy < 0.6 or tag = old) and state=failed", "3");
        row("not accuracy > 0.9", "43");
        row("accuracy <= 0.9", "4");
        row("accuracy != 0.5", "321");
        row("optimizer.lr = 0.0003", "32");
        row("lr in (0.01, 1e-3)", "41");
        row("schedule = COSINE run <= 2", "21");
        row("tag = baseline", "21");
        row("tag:long", "2");
        row("tag = base", "");
        row("tag ~ base", "21");
        row("tag != baseline", "43");
        row("job = \"gpt small\"", "43");
        row("job in (fashion-mlp, x)", "21");
        row("fashion", "21");
        row("FASHION lab", "2");
        row("out of", "31");
        row("\"out of\"", "31");
        row("#3", "3");
        row("run = #3", "3");
        row("again", "3");
        row("age < 2h", "1");
        row("duration >= 10m", "4321");
        row("where = here or where ~ lab and not state=failed", "421");
        row("not not here", "1");
        row("in", "4321");  // where no list follows it is a word: of "running", "again" and "baseline"
    }
    void lets() {
        QFETCH(QString, text);
        QFETCH(QString, numbers);
        const std::vector<RunSummary> all = runs();
        const auto filter = RunFilter::parse(text.toStdString(), all);
        QVERIFY2(filter, filter ? "" : filter.error().message.c_str());
        QString passed;
        for (const RunSummary& one : all)
            if (filter->matches(one, at(0))) passed += QString::number(one.record.number);
        QCOMPARE(passed, numbers);
        QCOMPARE(filter->isEmpty(), text.trimmed().isEmpty());
    }

    // Run 3's loss and accuracy are no numbers, run 1 has told neither.
    void numbersGoByWhatIsShownAndNoneByNan_data() {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("numbers");
        const auto row = [](const char* text, const char* numbers) {
            QTest::newRow(text) << QString::fromUtf8(text) << QString::fromUtf8(numbers);
        };
        row("loss = nan", "3");
        row("loss:NaN", "3");
        row("accuracy = nan", "3");
        row("best.accuracy = 0.92", "3");
        row("loss in (nan, 5)", "3");
        row("loss != nan", "21");
        row("loss != 0.31249", "31");
        row("loss = 0.31249", "2");
        row("loss < 1", "2");
        row("loss <= 1 or loss > 1", "2");
        row("not loss < 1", "31");
        row("loss ~ nan", "3");
        row("loss ~ 0.31", "2");
        row("loss ~ 0.3125", "2");
        row("loss ~ .4", "");
        row("accuracy ~ 0.92", "2");
        row("run ~ 2", "2");
        row("run ~ 0", "");
        row("duration ~ \"10:00\"", "321");
        row("lr ~ e-4", "321");
    }
    void numbersGoByWhatIsShownAndNoneByNan() {
        QFETCH(QString, text);
        QFETCH(QString, numbers);
        std::vector<RunSummary> all{run(3, RunState::Failed, 0.92, "3e-4", {}),
                                    run(2, RunState::Succeeded, 0.92, "3e-4", {}),
                                    run(1, RunState::Running, 0, "3e-4", {})};
        all[0].loss = std::nan("");
        all[1].loss = 0.31249;
        RunDetails details = *all[0].details;
        details.metrics["test/accuracy"] = {std::nan(""), 0.1, 0.92};
        all[0].details = std::make_shared<const RunDetails>(details);
        const auto filter = RunFilter::parse(text.toStdString(), all);
        QVERIFY2(filter, filter ? "" : filter.error().message.c_str());
        QString passed;
        for (const RunSummary& one : all)
            if (filter->matches(one, at(0))) passed += QString::number(one.record.number);
        QCOMPARE(passed, numbers);
    }

    void errorsNameTheColumnAndTheNearest_data() {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("error");
        const auto row = [](const char* text, const char* error) {
            QTest::newRow(text) << QString::fromUtf8(text) << QString::fromUtf8(error);
        };
        row("acuracy > 0.9", "column 1: no run has \"acuracy\"; did you mean accuracy?");
        row("a and optimiser.lr < 1", "column 7: no run has \"optimiser.lr\"; did you mean optimizer.lr?");
        row("state = faild", "column 9: \"faild\" is no state; did you mean failed?");
        row("state = q1w2e3r4", "column 9: \"q1w2e3r4\" is no state; there are draft, preparing,");
        row("accuracy >", "column 11: a value for accuracy is missing");
        row("accuracy > high", "column 12: \"high\" is no number");
        row("accuracy > nan", "column 12: nothing is above or below nan");
        row("and a", "column 1: a word or a comparison is missing");
        row("a or", "column 5: a word or a comparison is missing");
        row("(a or b", "column 1: the bracket that opens here does not close");
        row("a)", "column 2: \")\" has nothing to end here");
        row("job in (a b)", "column 5: the list does not end");
        row("a \"b", "column 3: the text that begins here does not end");
        row("tag::x", "column 5: a value for tag is missing");
    }
    void errorsNameTheColumnAndTheNearest() {
        QFETCH(QString, text);
        QFETCH(QString, error);
        const auto filter = RunFilter::parse(text.toStdString(), runs());
        QVERIFY(!filter);
        QCOMPARE(filter.error().code, ErrorCode::InvalidArgument);
        QVERIFY2(QString::fromStdString(filter.error().message).startsWith(error),
                 filter.error().message.c_str());
    }

    void itHasLimits() {
        QVERIFY(!RunFilter::parse(std::string(kMaxFilterBytes + 1, 'a'), {}));
        QVERIFY(!RunFilter::parse(std::string(kMaxFilterDepth + 1, '('), {}));
        std::string words;
        for (std::size_t i = 0; i <= kMaxFilterTerms; ++i) words += "a ";
        QVERIFY(!RunFilter::parse(words, {}));
        words.resize(words.size() - 2);
        QVERIFY(RunFilter::parse(words, {}));
    }
};

QTEST_APPLESS_MAIN(tst_runfilter)
#include "tst_runfilter.moc"
