// SPDX-License-Identifier: Apache-2.0
#include "backends/platform/files.h"
#include "backends/runs/importedrun.h"
#include "backends/runs/prune.h"
#include "runfixture.h"

#include <QTest>

using namespace slipway;
using namespace std::chrono_literals;
namespace fs = std::filesystem;

namespace {

RunFolder ended(const RunFixture& fixture, const char* job, RunState state, std::chrono::hours ago) {
    RunFolder folder = fixture.makeRun(job);
    const fs::path step = folder.checkpointFolder() / "step-00000010";
    if (!makeFolders(step) || !makeFolders(folder.resultFolder()) ||
        !writeFileAtomically(step / "model.safetensors", std::string(100000, 'x')) ||
        !writeFileAtomically(folder.resultFolder() / "metrics.json", "{}") ||
        !folder.update([&](RunRecord& record) {
            record.status = {state, ""};
            if (isFinal(state)) record.ended = now() - ago;
        }))
        qFatal("cannot write the run");
    return folder;
}

}  // namespace

class tst_prune : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void checkpointsOfRunsThatSucceeded() {
        const RunFixture fixture;
        const RunStore store = fixture.store();
        const RunFolder good = ended(fixture, "good", RunState::Succeeded, 1h);
        const RunFolder bad = ended(fixture, "bad", RunState::Failed, 1h);
        const RunFolder stopped = ended(fixture, "stopped", RunState::Interrupted, 1h);
        const RunFolder going = ended(fixture, "going", RunState::Running, 1h);
        const auto plan = planPrune(store, {}, now(), {});
        QVERIFY2(plan, plan ? "" : describe(plan.error()).c_str());
        QCOMPARE(plan->size(), std::size_t{1});
        QCOMPARE(plan->front().run.job, std::string("good"));
        QVERIFY(!plan->front().isWhole);
        QVERIFY(plan->front().size.count >= 100000);
        QVERIFY(plan->front().size.count < 200000);
        QVERIFY(prune(store, plan->front()));
        QVERIFY(!good.hasCheckpoint());
        QVERIFY(good.hasResult());
        for (const RunFolder& other : {bad, stopped, going}) QVERIFY(other.hasCheckpoint());
        QVERIFY(planPrune(store, {}, now(), {})->empty());
    }

    void wholeRunsByTheirAge() {
        const RunFixture fixture;
        const RunStore store = fixture.store();
        ended(fixture, "old", RunState::Failed, 24h * 40);
        ended(fixture, "older", RunState::Succeeded, 24h * 400);
        ended(fixture, "young", RunState::Succeeded, 24h * 2);
        ended(fixture, "going", RunState::Running, 0h);
        const auto plan = planPrune(store, {.age = std::chrono::days(30), .budget = {}}, now(), {});
        QCOMPARE(plan->size(), std::size_t{3});
        QVERIFY(plan->at(0).isWhole && plan->at(1).isWhole && !plan->at(2).isWhole);
        for (const PruneItem& item : *plan) QVERIFY(prune(store, item));
        const auto left = store.list();
        QCOMPARE(left->size(), std::size_t{2});
        QCOMPARE(left->at(0).job, std::string("going"));
        QCOMPARE(left->at(1).job, std::string("young"));
    }

    // Checkpoints that nobody needs go first, then whole runs, the oldest first, and no more of them than it takes.
    void wholeRunsByTheBudget() {
        const RunFixture fixture;
        const RunStore store = fixture.store();
        const RunFolder marked = ended(fixture, "marked", RunState::Failed, 24h * 4);
        QVERIFY(marked.update([](RunRecord& record) { record.marks.tags = {"paper"}; }));
        for (const char* job : {"first", "second", "third"}) ended(fixture, job, RunState::Failed, 24h * 3);
        ended(fixture, "good", RunState::Succeeded, 1h);
        ended(fixture, "going", RunState::Running, 0h);
        const auto all = runsOnDisk(store, {});
        QVERIFY(all);
        QVERIFY(all->count > 600000);
        const auto jobsOfPlan = [&](Bytes budget) {
            const auto plan = planPrune(store, {.age = {}, .budget = budget}, now(), {});
            if (!plan) qFatal("no plan");
            std::string jobs;
            for (const PruneItem& item : *plan) jobs += item.run.job + (item.isWhole ? "! " : " ");
            return jobs;
        };
        QCOMPARE(jobsOfPlan(*all), std::string("good "));
        QCOMPARE(jobsOfPlan({all->count - 150000}), std::string("first! good "));
        QCOMPARE(jobsOfPlan({0}), std::string("first! second! third! good! "));
        const auto plan = planPrune(store, {.age = {}, .budget = Bytes{all->count - 250000}}, now(), {});
        for (const PruneItem& item : *plan) QVERIFY(prune(store, item));
        QVERIFY(runsOnDisk(store, {})->count <= all->count - 250000);
    }

    void whatIsMarkedOrImportedStays() {
        const RunFixture fixture;
        const RunFolder marked = ended(fixture, "marked", RunState::Failed, 24h * 400);
        const RunFolder imported = ended(fixture, "imported", RunState::Failed, 24h * 400);
        QVERIFY(marked.update([](RunRecord& record) { record.marks.tags = {"paper"}; }));
        QVERIFY(imported.update([](RunRecord& record) { record.remote[kImportedFrom] = "mlflow"; }));
        QVERIFY(planPrune(fixture.store(), {.age = std::chrono::days(30), .budget = {}}, now(), {})->empty());
    }

    void aRunThatAnotherGoesOnFrom() {
        const RunFixture fixture;
        const RunStore store = fixture.store();
        const RunFolder first = ended(fixture, "first", RunState::Succeeded, 1h);
        const auto plan = planPrune(store, {}, now(), {});
        const RunFolder next = fixture.makeRun("first");
        QVERIFY(next.update([&](RunRecord& record) {
            record.status = {RunState::Running, ""};
            record.resumedFrom = first.record()->id;
        }));
        QCOMPARE(prune(store, plan->at(0)).error().code, ErrorCode::Conflict);
        QVERIFY(first.hasCheckpoint());
    }
};

QTEST_APPLESS_MAIN(tst_prune)
#include "tst_prune.moc"
