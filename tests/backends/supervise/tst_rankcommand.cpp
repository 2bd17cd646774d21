// SPDX-License-Identifier: Apache-2.0
#include "agentfixture.h"

using namespace slipway;
namespace fs = std::filesystem;

namespace {

AgentPlan programPlan() {
    AgentPlan plan;
    plan.job.name = "probe";
    plan.job.work = ProgramSpec{{"train.py", "--fast"}, "code", "python3", ""};
    plan.run = RunId("probe-1-abcde");
    plan.runFolder = "/runs/1";
    plan.workFolder = "/jobs/probe";
    plan.jobFile = "/runs/1/job.yaml";
    return plan;
}

}  // namespace

class tst_rankcommand : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void programs() {
        QCOMPARE(rankCommand(programPlan()), (std::vector<std::string>{"python3", "train.py", "--fast"}));
        QCOMPARE(rankFolder(programPlan()), fs::path("/jobs/probe/code"));
    }

    void aScriptAloneIsRunByThePythonOfItsFolder() {
        AgentPlan plan = programPlan();
        plan.job.work = ProgramSpec{{"train.py", "--fast"}, ".", "", ""};
        QCOMPARE(rankCommand(plan), (std::vector<std::string>{"python3", "train.py", "--fast"}));
        plan.python = {PythonEnvironment::Kind::Venv, "/jobs/.venv/bin/python", "/jobs/.venv", "3.12.1"};
        QCOMPARE(rankCommand(plan),
                 (std::vector<std::string>{"/jobs/.venv/bin/python", "train.py", "--fast"}));
        const auto all = rankEnvironment(plan, 0, 1, std::nullopt, {{"PATH", "/bin"}});
        QCOMPARE(all->at("PATH"), std::string("/jobs/.venv/bin:/bin"));
        QCOMPARE(all->at("VIRTUAL_ENV"), std::string("/jobs/.venv"));
        plan.job.env = {{"PATH", "/opt", "", ""}};
        QCOMPARE(rankEnvironment(plan, 0, 1, std::nullopt, {})->at("PATH"), std::string("/opt"));

        plan.job.env.clear();
        plan.job.work = ProgramSpec{{"train.py"}, ".", "python3", ""};
        QCOMPARE(rankCommand(plan), (std::vector<std::string>{"python3", "train.py"}));
        QCOMPARE(rankEnvironment(plan, 0, 1, std::nullopt, {{"PATH", "/bin"}})->at("PATH"),
                 std::string("/bin"));
    }

    void aNotebookIsRunByTheModuleForIt() {
        AgentPlan plan = programPlan();
        plan.pythonFolder = "/python";
        ProgramSpec notebook{{"study.ipynb"}, ".", "python3", ""};
        plan.job.work = notebook;
        QCOMPARE(rankCommand(plan),
                 (std::vector<std::string>{"python3", "/python/slipway_notebook.py", "study.ipynb"}));
        notebook.parameters = {{"lr", "0.1"}, {"name", "\"a\""}};
        plan.job.work = notebook;
        QCOMPARE(rankCommand(plan).back(), std::string(R"({"lr": 0.1, "name": "a"})"));
        QCOMPARE(rankCommand(plan)[3], std::string("--parameters"));
    }

    void ranksSeeWhatTorchrunWouldTell() {
        AgentPlan plan = programPlan();
        QVERIFY(!rankEnvironment(plan, 0, 1, std::nullopt, {})->contains("TORCHELASTIC_RUN_ID"));
        plan.firstRank = 4;
        plan.localRanks = 2;
        plan.worldSize = 6;
        plan.attempt = 3;
        const auto all = rankEnvironment(plan, 1, 29500, std::nullopt, {});
        const Variables expected{{"RANK", "5"},
                                 {"LOCAL_RANK", "1"},
                                 {"LOCAL_WORLD_SIZE", "2"},
                                 {"WORLD_SIZE", "6"},
                                 {"GROUP_RANK", "2"},
                                 {"GROUP_WORLD_SIZE", "3"},
                                 {"ROLE_RANK", "5"},
                                 {"ROLE_WORLD_SIZE", "6"},
                                 {"TORCHELASTIC_RUN_ID", "probe-1-abcde"},
                                 {"TORCHELASTIC_RESTART_COUNT", "2"},
                                 {"TORCHELASTIC_MAX_RESTARTS", "0"}};
        for (const auto& [name, value] : expected) QCOMPARE(all->at(name), value);
    }

    void training() {
        AgentPlan plan = programPlan();
        plan.job.work = TrainSpec{};
        plan.runner = "/programs/slipway-runner";
        plan.inputs = {{"train", "/data/a"}, {"test", "/data/b"}};
        plan.resumeFrom = "/runs/0/checkpoints";
        QCOMPARE(rankCommand(plan),
                 (std::vector<std::string>{"/programs/slipway-runner", "--job", "/runs/1/job.yaml",
                                           "--run-folder", "/runs/1", "--input", "test=/data/b", "--input",
                                           "train=/data/a", "--resume", "/runs/0/checkpoints"}));
        QCOMPARE(rankFolder(plan), fs::path("/runs/1"));
    }

    void packagedRunnersComeWithTheirLoader() {
        QTemporaryDir folder;
        const fs::path root = folder.path().toStdString();
        fs::create_directories(root / "lib");
        std::ofstream(root / "lib" / kImageLoader) << "";
        AgentPlan plan = programPlan();
        plan.job.work = TrainSpec{};
        plan.runner = root / "bin" / "slipway-runner";
        const auto command = rankCommand(plan);
        QCOMPARE(command[0], (root / "lib" / kImageLoader).string());
        QCOMPARE(command[3], plan.runner.string());
        QCOMPARE(command[4], std::string("--job"));
    }

    void environment() {
        AgentPlan plan = programPlan();
        plan.firstRank = 2;
        plan.worldSize = 4;
        plan.masterAddress = "head";
        plan.pythonFolder = "/python";
        plan.job.resources.cpu = MilliCpu{3700};
        plan.job.env = {{"OMP_NUM_THREADS", "9", "", ""}, {"TOKEN", "", "s", "k"}};
        const Variables base{{"PATH", "/bin"},
                             {"SLIPWAY_SECRET_TOKEN", "x1"},
                             {"SLIPWAY_SECRET_OTHER", "x2"},
                             {"PYTHONPATH", "/mine"},
                             {"SLIPWAY_RESULT", "registry/a:b"}};
        const auto all = rankEnvironment(plan, 0, 4321, std::string("0,1"), base);
        QVERIFY(all);
        const Variables expected{{"PATH", "/bin"},
                                 {"RANK", "2"},
                                 {"LOCAL_RANK", "0"},
                                 {"WORLD_SIZE", "4"},
                                 {"MASTER_ADDR", "head"},
                                 {"MASTER_PORT", "4321"},
                                 {"OMP_NUM_THREADS", "9"},
                                 {"TOKEN", "x1"},
                                 {"PYTHONPATH", "/python:/mine"},
                                 {"CUDA_VISIBLE_DEVICES", "0,1"},
                                 {"SLIPWAY_RESULT", "/runs/1/result"},
                                 {"SLIPWAY_RUN_FOLDER", "/runs/1"},
                                 {"SLIPWAY_EVENT_FD", "3"}};
        for (const auto& [name, value] : expected) QCOMPARE(all->at(name), value);
        QVERIFY(!all->contains("SLIPWAY_SECRET_TOKEN") && !all->contains("SLIPWAY_SECRET_OTHER"));
        QCOMPARE(secretValues(plan, base), (std::vector<std::string>{"x1"}));

        plan.job.env.pop_back();
        QCOMPARE(rankEnvironment(plan, 0, 1, std::nullopt, {})->count("CUDA_VISIBLE_DEVICES"),
                 std::size_t{0});
        plan.job.env = {{"TOKEN", "", "s", "k"}};
        const auto missing = rankEnvironment(plan, 0, 1, std::nullopt, {});
        QVERIFY(!missing);
        QVERIFY(missing.error().hint.find("SLIPWAY_SECRET_TOKEN") != std::string::npos);
        // In a pod, the cluster has put the value there itself.
        QCOMPARE(rankEnvironment(plan, 0, 1, std::nullopt, {{"TOKEN", "podded"}})->at("TOKEN"),
                 std::string("podded"));
    }

    void threads_data() {
        QTest::addColumn<int>("milli");
        QTest::addColumn<QByteArray>("threads");
        QTest::newRow("half") << 500 << QByteArray("1");
        QTest::newRow("two") << 2000 << QByteArray("2");
        QTest::newRow("two and a half") << 2500 << QByteArray("2");
    }
    void threads() {
        QFETCH(int, milli);
        QFETCH(QByteArray, threads);
        AgentPlan plan = programPlan();
        plan.job.resources.cpu = MilliCpu{milli};
        QCOMPARE(rankEnvironment(plan, 0, 1, std::nullopt, {})->at("OMP_NUM_THREADS"), threads.toStdString());
    }

    void names() { QCOMPARE(variableName("train-set.v2"), std::string("TRAIN_SET_V2")); }
};

QTEST_APPLESS_MAIN(tst_rankcommand)
#include "tst_rankcommand.moc"
