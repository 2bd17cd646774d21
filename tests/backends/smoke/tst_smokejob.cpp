// SPDX-License-Identifier: Apache-2.0
#include "backends/smoke/smokejob.h"

#include "backends/spec/specdocument.h"

#include <QTest>

using namespace slipway;

namespace {

JobSpec jobOf(const std::string& text) { return *SpecDocument::parse(text)->spec(); }

}  // namespace

class tst_smokejob : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void aTrainingIsCutToItsFirstSteps() {
        const JobSpec whole = jobOf(
            "name: a\ntrain:\n  network: {type: mlp}\n  data: {type: idx, input: x}\n  optimizer: {type: adam}\n"
            "  batch: 64\n  epochs: 3\n  early_stop: 2\n  schedule: cosine\n  warmup: 100\ninputs: {x: x}\n"
            "checkpoint: {every: 10min, keep: 5}\n");
        const JobSpec job = smokeJob(whole, 8);
        const ParameterValues& loop = job.train()->loop;
        QCOMPARE(integerValue(loop, "steps"), 8);
        QCOMPARE(integerValue(loop, "eval_every"), 8);
        QCOMPARE(integerValue(loop, "early_stop"), 0);
        QCOMPARE(job.checkpoint.everySteps, 8);
        QCOMPARE(job.checkpoint.every.count(), 0);
        QCOMPARE(integerValue(loop, "batch"), 64);
        QCOMPARE(job.train()->network, whole.train()->network);
        // It is a job file that can be read.
        QCOMPARE(jobOf(writeJob(job)), job);
    }

    void aProgramIsTold() {
        const JobSpec job =
            smokeJob(jobOf("name: a\nprogram:\n  command: [train.py]\noutputs: [a.txt]\n"), 5);
        QCOMPARE(job.env.size(), std::size_t{2});
        QCOMPARE(job.env[0].name + "=" + job.env[0].value, std::string("SLIPWAY_SMOKE=1"));
        QCOMPARE(job.env[1].name + "=" + job.env[1].value, std::string("SLIPWAY_SMOKE_STEPS=5"));
        QVERIFY(job.outputs.empty());
        QCOMPARE(job.program()->command, std::vector<std::string>{"train.py"});
    }
};

QTEST_APPLESS_MAIN(tst_smokejob)
#include "tst_smokejob.moc"
