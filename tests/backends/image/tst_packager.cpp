// SPDX-License-Identifier: Apache-2.0
// The way of an image: plan, layers, layout folder or registry, and what other people's tools say of it. The programs packaged
// here are the system's echo and env: small, dynamically linked, and they show what they were started with.
#include "backends/image/packager.h"

#include "backends/core/imagepaths.h"
#include "backends/image/layerbuilder.h"
#include "backends/image/layout.h"
#include "backends/image/sha256.h"
#include "backends/spec/specdocument.h"
#include "registryprocess.h"
#include "scriptedserver.h"

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <nlohmann/json.hpp>

#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <atomic>
#include <fstream>
#include <future>
#include <sstream>

using namespace slipway;
namespace fs = std::filesystem;
using Json = nlohmann::json;

namespace {

void write(const fs::path& file, const std::string& text) {
    fs::create_directories(file.parent_path());
    std::ofstream(file, std::ios::binary) << text;
}

std::string textOf(const fs::path& file) {
    std::ostringstream text;
    text << std::ifstream(file, std::ios::binary).rdbuf();
    return text.str();
}

// In CI a missing tool is a failure, elsewhere a reason to skip.
#define SKIP_WITHOUT(program)                                                        \
    do {                                                                             \
        if (!ChildProcess::isInstalled(program)) {                                   \
            if (qEnvironmentVariableIsSet("CI")) QFAIL(program " is not installed"); \
            QSKIP(program " is not installed");                                      \
        }                                                                            \
    } while (false)

}  // namespace

class tst_Packager : public QObject {
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> m_folder;
    fs::path m_root;
    std::shared_ptr<HttpClient> m_http = makeCurlHttpClient();

    PackageRequest program(const std::string& image) const {
        PackageRequest request;
        request.job.name = "demo";
        ProgramSpec spec;
        spec.command = {"train.sh"};
        spec.image = image;
        request.job.work = spec;
        request.jobFolder = m_root / "job";
        request.agent = "/usr/bin/echo";
        request.runner = "/usr/bin/env";
        request.cache = m_root / "cache";
        return request;
    }

    PackageRequest training() const {
        PackageRequest request = program({});
        const auto document = SpecDocument::parse(
            "version: 1\nname: demo\ntrain:\n  network: {type: mlp}\n  data: {type: table, input: table, target: y}\n  optimizer: {type: adam}\ninputs:\n  table: table.csv\n");
        if (document && document->spec()) request.job = *document->spec();
        write(m_root / "job/table.csv", "x,y\n1,0\n");
        return request;
    }

    // A base image of busybox alone: another C library than ours, or none.
    std::string makeBase() const {
        const fs::path folder = m_root / "base";
        oci::LayerEntry shell;
        shell.tar.path = "bin/busybox";
        shell.tar.mode = 0755;
        shell.source = "/bin/busybox";
        shell.tar.size = fs::file_size(shell.source);
        oci::LayerEntry link;
        link.tar.kind = oci::TarEntry::Kind::Link;
        link.tar.path = "bin/sh";
        link.tar.target = "busybox";
        oci::LayerCache cache(m_root / "base-cache");
        const auto layer =
            cache.layer(LayerKind::Base, "base", *oci::completeEntries({shell, link}), true, {}, {});
        const std::string config = Json{{"architecture", kImageArchitecture},
                                        {"os", "linux"},
                                        {"config", {{"Env", {"PATH=/bin", "BASE=1"}}, {"Cmd", {"sh"}}}},
                                        {"rootfs", {{"type", "layers"}, {"diff_ids", {layer->diffId}}}},
                                        {"history", {{{"created_by", "base"}}}}}
                                       .dump();
        const std::string manifest = Json{{"schemaVersion", 2},
                                          {"mediaType", oci::kManifestType},
                                          {"config",
                                           {{"mediaType", oci::kConfigType},
                                            {"digest", oci::sha256Of(config)},
                                            {"size", config.size()}}},
                                          {"layers", Json::array({{{"mediaType", oci::kLayerType},
                                                                   {"digest", layer->digest},
                                                                   {"size", layer->size.count}}})}}
                                         .dump();
        const oci::Layout layout(folder);
        if (!layout.create() ||
            !layout.addBlob({{}, layer->digest, static_cast<std::uint64_t>(layer->size.count), {}, {}, {}},
                            layer->blob) ||
            !layout.addBlob(config) || !layout.addBlob(manifest) ||
            !layout.setTag({oci::kManifestType, oci::sha256Of(manifest), manifest.size(), {}, {}, {}},
                           "v1")) {
            return {};
        }
        return "oci:" + folder.string() + ":v1";
    }

    Result<PackagedImage> build(const PackageRequest& request) const {
        return buildImage(request, *m_http, {}, {});
    }

    static std::optional<PlannedFile> find(const PackagePlan& plan, const std::string& path) {
        for (const PlannedFile& file : plan.files) {
            if (file.path == path) return file;
        }
        return std::nullopt;
    }
    static std::string reason(const PackagePlan& plan, const std::string& path) {
        for (const LeftOutFile& file : plan.leftOut) {
            if (file.path == path) return file.reason;
        }
        return {};
    }

private Q_SLOTS:
    void init() {
        m_folder = std::make_unique<QTemporaryDir>();
        m_root = m_folder->path().toStdString();
        qputenv("DOCKER_CONFIG", m_folder->path().toUtf8());
        write(m_root / "job/train.sh", "echo training\n");
        fs::permissions(m_root / "job/train.sh", fs::perms::owner_all);
    }

    void planSortsOut() {
        const fs::path job = m_root / "job";
        write(job / "job.yaml", "name: mine\n");
        write(job / "lib/model.py", "x\n");
        write(job / "lib/__pycache__/model.pyc", "x");
        write(job / ".git/config", "x");
        write(job / "venv/pyvenv.cfg", "x");
        write(job / "venv/lib/large", std::string(1000, 'x'));
        write(job / ".gitignore", "*.log\n");
        write(job / "a.log", "x");
        write(job / ".slipwayignore", "data/\n!keep.log\n");
        write(job / "keep.log", "x");
        write(job / "data/d", "x");
        write(job / "inside/table.csv", "x");
        fs::create_symlink("lib/model.py", job / "link");
        fs::create_symlink("../outside", job / "out");
        fs::create_symlink("/etc/passwd", job / "absolute");
        const int socket = ::socket(AF_UNIX, SOCK_STREAM, 0);
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        qstrncpy(address.sun_path, (job / "socket").c_str(), sizeof address.sun_path);
        QCOMPARE(::bind(socket, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
        ::close(socket);
        PackageRequest request = program("x");
        request.job.inputs = {{"table", "inside/table.csv"}, {"remote", "pvc://claim/data"}};
        const auto plan = planPackage(request);
        QVERIFY2(plan, plan ? "" : describe(plan.error()).c_str());
        for (const char* path : {"/slipway/job/train.sh", "/slipway/job/lib/model.py",
                                 "/slipway/job/keep.log", "/slipway/job/link", "/slipway/inputs/table",
                                 "/slipway/agent/bin/slipway-agent", "/slipway/agent/lib/libc.so.6"}) {
            QVERIFY2(find(*plan, path), path);
        }
        QVERIFY(find(*plan, std::string("/slipway/agent/lib/") + kImageLoader));
        QVERIFY(!find(*plan, "/slipway/job/job.yaml"));
        QVERIFY(!find(*plan, "/slipway/job/venv/lib/large"));
        QVERIFY(!find(*plan, kImageRunner));
        QCOMPARE(reason(*plan, "venv/"), std::string("built-in: virtual environment"));
        QCOMPARE(reason(*plan, "a.log"), std::string(".gitignore"));
        QCOMPARE(reason(*plan, "data/"), std::string(".slipwayignore"));
        QCOMPARE(reason(*plan, ".git/"), std::string("built-in: version control"));
        QCOMPARE(reason(*plan, "socket"), std::string("socket"));
        QCOMPARE(reason(*plan, "out"), std::string("link leads out of the folder"));
        QCOMPARE(reason(*plan, "absolute"), std::string("link to an absolute path"));
        QCOMPARE(reason(*plan, "inside/table.csv"), std::string("goes in as input `table`"));
        for (const LeftOutFile& file : plan->leftOut) {
            if (file.path == "venv/") QVERIFY(file.size.count >= 1000);
        }
    }

    void planObeysTheRepositoryAbove() {
        fs::create_directories(m_root / ".git");
        write(m_root / ".gitignore", "*.bin\n/job/only\n");
        write(m_root / "job/a.bin", "x");
        write(m_root / "job/only", "x");
        const auto plan = planPackage(program("x"));
        QCOMPARE(reason(*plan, "a.bin"), std::string(".gitignore"));
        QCOMPARE(reason(*plan, "only"), std::string(".gitignore"));
    }

    // What a run here leaves beside the program is none of its sources: the next package is the one before it.
    void outputsOfARunAreLeftOut() {
        const fs::path work = m_root / "job/work";
        write(work / "train.sh", "echo training\n");
        const std::string base = makeBase();
        PackageRequest request = program(base);
        request.job.work = ProgramSpec{{"train.sh"}, "./work", "", base};
        request.job.outputs = {"slope.txt", "plots/", "./deep/a[1]*.txt", "kept.txt"};
        write(m_root / "job/.slipwayignore", "!kept.txt\n");
        write(work / "kept.txt", "begins with this");
        write(m_root / "job/slope.txt", "another, which the job's folder has");
        const auto before = build(request);
        QVERIFY2(before, before ? "" : describe(before.error()).c_str());
        for (const char* path : {"slope.txt", "plots/loss.svg", "deep/a[1]*.txt"}) write(work / path, "1");
        const auto after = build(request);
        QVERIFY2(after, after ? "" : describe(after.error()).c_str());
        QCOMPARE(after->digest, before->digest);

        write(work / "deep/a1b.txt", "no output");
        const auto plan = planPackage(request);
        const std::string words = "an output of the job";
        QCOMPARE(reason(*plan, "work/slope.txt"), words);
        QCOMPARE(reason(*plan, "work/plots/"), words);
        QCOMPARE(reason(*plan, "work/deep/a[1]*.txt"), words);
        for (const char* path : {"work/kept.txt", "work/deep/a1b.txt", "slope.txt", "work/train.sh"})
            QVERIFY2(find(*plan, std::string("/slipway/job/") + path), path);
    }

    // Its own outputs never leave the program out.
    void theWorkingFolderIsNoOutput_data() {
        QTest::addColumn<QByteArray>("output");
        for (const char* output : {".", "./", "./."}) QTest::newRow(output) << QByteArray(output);
    }
    void theWorkingFolderIsNoOutput() {
        QFETCH(QByteArray, output);
        write(m_root / "job/src/train.sh", "echo training\n");
        PackageRequest request = program("x");
        request.job.work = ProgramSpec{{"train.sh"}, "src", "sh", "x"};
        request.job.outputs = {output.toStdString()};
        const auto plan = planPackage(request);
        QVERIFY2(plan, plan ? "" : describe(plan.error()).c_str());
        QVERIFY(find(*plan, "/slipway/job/src/train.sh"));
        QVERIFY(find(*plan, "/slipway/job/train.sh"));
    }

    void planRefusesToLeaveTheCommandOut_data() {
        QTest::addColumn<QByteArray>("word");
        QTest::addColumn<QByteArray>("interpreter");
        QTest::addColumn<QByteArray>("output");
        QTest::addColumn<QByteArray>("leftOut");
        const auto row = [](const char* name, const char* word, const char* interpreter, const char* output,
                            const char* leftOut) {
            QTest::newRow(name) << QByteArray(word) << QByteArray(interpreter) << QByteArray(output)
                                << QByteArray(leftOut);
        };
        row("script", "a/train.sh", "sh", "a/train.sh", "work/a/train.sh");
        row("folder of the script", "./a/train.sh", "sh", "a/", "work/a/");
        row("folders above", "a/b/train.sh", "sh", "a", "work/a/");
        row("script of the command", "a/train.sh", "", "a", "work/a/");
        row("script above", "../train.sh", "sh", "ignored", "train.sh");
        row("script by its absolute place", "/slipway/job/work/a/train.sh", "sh", "a", "work/a/");
        row("argument", "no script", "sh", "a", "");
        row("name beside", "ab/train.sh", "sh", "a", "");
        row("script of the image", "/a/train.sh", "sh", "a", "");
    }
    void planRefusesToLeaveTheCommandOut() {
        QFETCH(QByteArray, word);
        QFETCH(QByteArray, interpreter);
        QFETCH(QByteArray, output);
        QFETCH(QByteArray, leftOut);
        for (const char* file : {"a/train.sh", "a/b/train.sh", "ab/train.sh"})
            write(m_root / "job/work" / file, "echo training\n");
        if (output == "ignored") write(m_root / "job/.slipwayignore", "/train.sh\n");
        PackageRequest request = program("x");
        request.job.work = ProgramSpec{{word.toStdString()}, "work", interpreter.toStdString(), "x"};
        request.job.outputs = {output.toStdString()};
        const auto plan = planPackage(request);
        QCOMPARE(bool(plan), leftOut.isEmpty());
        if (plan) return;
        QCOMPARE(plan.error().code, ErrorCode::InvalidArgument);
        QCOMPARE(plan.error().message,
                 "`" + word.toStdString() + "`, which the command runs, would not be in the image");
        QVERIFY2(plan.error().detail.starts_with("`" + leftOut.toStdString() + "` is left out: "),
                 plan.error().detail.c_str());
        // Taken back, it goes in.
        write(m_root / "job/.slipwayignore", "!" + leftOut.toStdString() + "\n");
        QVERIFY(planPackage(request));
    }

    void planRefusesSecrets() {
        write(m_root / "job/sub/.env", "A=1\n");
        write(m_root / "job/conf.py", "a = 1\ntoken = 'hf_" + std::string(34, 'a') + "'\n");
        const auto plan = planPackage(program("x"));
        QVERIFY(!plan);
        QCOMPARE(plan.error().code, ErrorCode::InvalidArgument);
        QVERIFY(plan.error().detail.find("conf.py:2: Hugging Face token") != std::string::npos);
        QVERIFY(plan.error().detail.find("sub/.env: environment file") != std::string::npos);
        QVERIFY(describe(plan.error()).find("aaaa") == std::string::npos);
        write(m_root / "job/.slipwayignore", ".env\nconf.py\n");
        QVERIFY(planPackage(program("x")));
    }

    void planRefusesSecretsOfTheJobItself() {
        const std::string token = "hf_" + std::string(34, 'a');
        PackageRequest request = program("x");
        request.job.env = {{"LIT", token, "", ""}, {"FINE", "", "hub", "token"}};
        request.job.work = ProgramSpec{{"sh", "-c", "true\nlogin --token=" + token}, ".", "", "x"};
        request.job.inputs = {{"data", "https://me:pass-word@host/data"}};
        const auto plan = planPackage(request);
        QVERIFY(!plan);
        QCOMPARE(plan.error().code, ErrorCode::InvalidArgument);
        QCOMPARE(plan.error().message, std::string("the job holds 3 secrets that would go into the image"));
        QCOMPARE(plan.error().detail, std::string("program.command[2]: Hugging Face token; inputs.data: "
                                                  "password in a URL; env.LIT: Hugging Face token"));
        QVERIFY(plan.error().hint.find("{secret: NAME, key: KEY}") != std::string::npos);
        QVERIFY(describe(plan.error()).find("aaaa") == std::string::npos);

        PackageRequest train = program("");
        train.job.work = TrainSpec{};
        train.job.env = {{"LIT", token, "", ""}};
        QCOMPARE(planPackage(train).error().detail, std::string("env.LIT: Hugging Face token"));
        train.job.env = {{"LIT", "postgres://me:$PASSWORD@host/db", "", ""}};
        QVERIFY(planPackage(train));
    }

    void planRefusesInputsThatNothingReads_data() {
        QTest::addColumn<QByteArray>("source");
        for (const char* source : {"s3://bucket/", "oci://registry.example.com/data:1", "gs://bucket/key"})
            QTest::newRow(source) << QByteArray(source);
    }
    void planRefusesInputsThatNothingReads() {
        QFETCH(QByteArray, source);
        PackageRequest request = program("x");
        request.job.inputs = {{"data", source.toStdString()}};
        const auto plan = planPackage(request);
        QVERIFY(!plan);
        QCOMPARE(plan.error().code, ErrorCode::InvalidArgument);
        QCOMPARE(plan.error().message,
                 "the input `data` (" + source.toStdString() + ") cannot be read by a run");
        QVERIFY(plan.error().hint.find("1 GB") != std::string::npos);
    }

    void planRefusesWhatIsTooLargeOrMissing() {
        PackageRequest request = program("x");
        write(m_root / "data/large", "x");
        fs::resize_file(m_root / "data/large", 1'000'000'001);
        request.job.inputs = {{"data", "../data"}};
        const auto large = planPackage(request);
        QCOMPARE(large.error().code, ErrorCode::InvalidArgument);
        QVERIFY(large.error().hint.find("pvc://") != std::string::npos);
        request.job.inputs = {{"data", "nothing"}};
        QCOMPARE(planPackage(request).error().code, ErrorCode::NotFound);
        request.job.inputs.clear();
        fs::rename(m_root / "data/large", m_root / "job/large");
        QCOMPARE(planPackage(request).error().code, ErrorCode::InvalidArgument);
        QCOMPARE(build(program({})).error().code, ErrorCode::InvalidArgument);  // no base image
    }

    void sameInputSameDigest() {
        const std::string base = makeBase();
        write(m_root / "job/a/b.py", "b\n");
        write(m_root / "job/z.py", "z\n");
        const auto first = build(program(base));
        QVERIFY2(first, first ? "" : describe(first.error()).c_str());
        const fs::path here = fs::current_path();
        const mode_t mask = ::umask(077);
        fs::current_path("/");
        PackageRequest request = program(base);
        request.jobFolder = m_root / "copy/job";
        request.cache = m_root / "copy/cache";
        write(request.jobFolder / "z.py", "z\n");
        write(request.jobFolder / "train.sh", "echo training\n");
        fs::permissions(request.jobFolder / "train.sh", fs::perms::all);
        write(request.jobFolder / "a/b.py", "b\n");
        fs::last_write_time(request.jobFolder / "z.py",
                            fs::file_time_type::clock::now() - std::chrono::hours(1000));
        const auto second = build(request);
        ::umask(mask);
        fs::current_path(here);
        QVERIFY2(second, second ? "" : describe(second.error()).c_str());
        QCOMPARE(second->digest, first->digest);
        write(request.jobFolder / "z.py", "Z\n");
        const auto third = build(request);
        QVERIFY(third->digest != first->digest);
        QCOMPARE(third->layers.size(), first->layers.size());
        for (std::size_t i = 0; i + 1 < third->layers.size(); ++i)
            QCOMPARE(third->layers[i].digest, first->layers[i].digest);
    }

    void aNotebookComesWithWhatRunsIt() {
        PackageRequest request = program(makeBase());
        write(m_root / "slipway.py", "pass\n");
        request.pythonModule = m_root / "slipway.py";
        const auto hasModule = [&] {
            const auto plan = planPackage(request);
            return plan && std::ranges::find(plan->files, "/slipway/python/slipway_notebook.py",
                                             &PlannedFile::path) != plan->files.end();
        };
        QVERIFY(!hasModule());
        write(request.jobFolder / "study.ipynb", "{}");
        std::get<ProgramSpec>(request.job.work).command = {"study.ipynb"};
        QVERIFY(!planPackage(request));
        write(m_root / "slipway_notebook.py", "pass\n");
        QVERIFY(hasModule());
    }

    void layersAndConfiguration() {
        const std::string base = makeBase();
        PackageRequest request = program(base);
        write(m_root / "slipway.py", "pass\n");
        request.pythonModule = m_root / "slipway.py";
        const auto image = build(request);
        QVERIFY2(image, image ? "" : describe(image.error()).c_str());
        std::vector<LayerKind> kinds;
        for (const ImageLayer& layer : image->layers) kinds.push_back(layer.kind);
        QVERIFY((kinds == std::vector{LayerKind::Base, LayerKind::Agent, LayerKind::Code}));
        const Json config = Json::parse(image->config);
        QCOMPARE(config["config"]["User"].get<std::string>(), std::string("1000:1000"));
        QCOMPARE(config["config"]["WorkingDir"].get<std::string>(), std::string("/slipway/job"));
        QCOMPARE(config["config"]["StopSignal"].get<std::string>(), std::string("SIGTERM"));
        QVERIFY(!config["config"].contains("Cmd"));
        QCOMPARE(config["config"]["Entrypoint"].back().get<std::string>(), std::string("pod"));
        QCOMPARE(config["config"]["Env"][0].get<std::string>(), std::string("PATH=/bin"));
        QCOMPARE(config["config"]["Env"][1].get<std::string>(), std::string("BASE=1"));
        QVERIFY(image->config.find("PYTHONPATH=/slipway/python") != std::string::npos);
        QCOMPARE(config["rootfs"]["diff_ids"].size(), std::size_t{3});
        QCOMPARE(config["history"].size(), std::size_t{3});
        QCOMPARE(config["created"].get<std::string>(), std::string("1970-01-01T00:00:00Z"));
        QCOMPARE(Json::parse(image->manifest)["annotations"]["org.opencontainers.image.base.digest"]
                     .get<std::string>()
                     .size(),
                 std::size_t{71});

        const auto train = build(training());
        QVERIFY2(train, train ? "" : describe(train.error()).c_str());
        kinds.clear();
        for (const ImageLayer& layer : train->layers) kinds.push_back(layer.kind);
        QVERIFY((kinds == std::vector{LayerKind::Agent, LayerKind::Runner, LayerKind::Runner,
                                      LayerKind::Input, LayerKind::Code}));
        QVERIFY(train->baseReference.empty());
    }

    // Unpacked, the entry point runs with nothing but what is in the image.
    void runsFromALayout_data() {
        QTest::addColumn<bool>("hasBase");
        QTest::newRow("no base") << false;
        QTest::newRow("busybox") << true;
    }
    void runsFromALayout() {
        QFETCH(bool, hasBase);
        SKIP_WITHOUT("bwrap");
        const auto image = build(hasBase ? program(makeBase()) : training());
        QVERIFY2(image, image ? "" : describe(image.error()).c_str());
        const std::string to = "oci:" + (m_root / "layout").string() + ":v1";
        const auto pushed = pushImage(*image, to, *m_http, {}, {});
        QVERIFY2(pushed, pushed ? "" : describe(pushed.error()).c_str());
        QCOMPARE(pushed->sent.count, pushed->total.count);
        QCOMPARE(pushImage(*image, to, *m_http, {}, {})->sent.count, std::int64_t{0});
        const fs::path root = m_root / "unpacked";
        const auto unpacked = unpackImage(pushed->reference, root, {});
        QVERIFY2(unpacked, unpacked ? "" : describe(unpacked.error()).c_str());
        struct stat info {};
        QCOMPARE(::stat((root / "slipway/run").c_str(), &info), 0);
        QCOMPARE(info.st_mode & 07777U, 01777U);
        QCOMPARE(fs::exists(root / "etc/passwd"), !hasBase);
        QCOMPARE(
            textOf(root / "slipway/job/job.yaml"),
            writeJob(hasBase ? program("oci:" + (m_root / "base").string() + ":v1").job : training().job));
        std::vector<std::string> arguments{"bwrap", "--unshare-all", "--ro-bind", root.string(), "/"};
        const Json config = Json::parse(image->config);
        for (const Json& word : config["config"]["Entrypoint"]) arguments.push_back(word.get<std::string>());
        const ChildOutput output = runChild(arguments);
        QVERIFY2(output.isFine, output.text.c_str());
        QCOMPARE(output.text, std::string("pod\n"));
        if (!hasBase) {
            arguments.resize(5);
            for (const std::string& word : packagedCommand(kImageRunner)) arguments.push_back(word);
            arguments.insert(arguments.end(), {"-i", "A=1"});
            const ChildOutput runner = runChild(arguments);
            QVERIFY2(runner.isFine, runner.text.c_str());
            QCOMPARE(runner.text, std::string("A=1\n"));
        }
    }

    void damagedLayoutIsRefused() {
        const auto image = build(program(makeBase()));
        const std::string to = "oci:" + (m_root / "layout").string();
        QVERIFY(pushImage(*image, to, *m_http, {}, {}));
        const fs::path blob = m_root / "layout/blobs/sha256" / oci::hexOf(image->layers.back().digest);
        std::string bytes = textOf(blob);
        bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 1);
        fs::remove(blob);
        write(blob, bytes);
        QCOMPARE(unpackImage(to, m_root / "unpacked", {}).error().code, ErrorCode::Corrupt);
    }

    void secondPushSendsOnlyCode() {
        SKIP_WITHOUT("docker-registry");
        SKIP_WITHOUT("skopeo");
        RegistryProcess process(RegistryProcess::Login::Basic);
        QVERIFY2(process.start(), process.log().c_str());
        write(m_root / "config.json",
              Json{{"auths", {{process.address(), {{"username", "user"}, {"password", "geheim"}}}}}}.dump());
        const std::string to = process.address() + "/team/demo:v1";
        const std::string base = makeBase();
        const auto image = build(program(base));
        QVERIFY2(image, image ? "" : describe(image.error()).c_str());
        const auto first = pushImage(*image, to, *m_http, {}, {});
        QVERIFY2(first, first ? "" : describe(first.error()).c_str());
        QCOMPARE(first->layersSent, 3);
        QCOMPARE(first->sent.count, first->total.count);
        QCOMPARE(first->reference, process.address() + "/team/demo@" + image->digest);
        QCOMPARE(pushImage(*image, to, *m_http, {}, {})->sent.count, std::int64_t{0});

        write(m_root / "job/train.sh", "echo training more\n");
        const auto edited = build(program(base));
        const auto second = pushImage(*edited, to, *m_http, {}, {});
        QVERIFY2(second, second ? "" : describe(second.error()).c_str());
        QCOMPARE(second->layersSent, 1);
        QCOMPARE(second->layersPresent, 2);
        QVERIFY2(second->sent.count > 0 && second->sent.count < 100'000,
                 std::to_string(second->sent.count).c_str());

        const std::string name = "docker://" + to;
        const ChildOutput inspected =
            runChild({"skopeo", "inspect", "--tls-verify=false", "--creds", "user:geheim", name});
        QVERIFY2(inspected.isFine, inspected.text.c_str());
        QVERIFY2(inspected.text.find(edited->digest) != std::string::npos, inspected.text.c_str());
        const ChildOutput copied =
            runChild({"skopeo", "copy", "--src-tls-verify=false", "--src-creds", "user:geheim", name,
                      "oci:" + (m_root / "copy").string() + ":v1"});
        QVERIFY2(copied.isFine, copied.text.c_str());
        QVERIFY(unpackImage("oci:" + (m_root / "copy").string() + ":v1", m_root / "unpacked", {}));
        QCOMPARE(textOf(m_root / "unpacked/slipway/job/train.sh"), std::string("echo training more\n"));
    }

    void layoutIsReadByOthers() {
        SKIP_WITHOUT("skopeo");
        const auto image = build(training());
        QVERIFY2(image, image ? "" : describe(image.error()).c_str());
        QVERIFY(pushImage(*image, "oci:" + (m_root / "layout").string() + ":v1", *m_http, {}, {}));
        // Copying to another form reads and checks every blob.
        const ChildOutput copied =
            runChild({"skopeo", "copy", "oci:" + (m_root / "layout").string() + ":v1",
                      "docker-archive:" + (m_root / "archive.tar").string() + ":demo:v1"});
        QVERIFY2(copied.isFine, copied.text.c_str());
    }

    void baseFromARegistry() {
        SKIP_WITHOUT("docker-registry");
        SKIP_WITHOUT("skopeo");
        RegistryProcess process;
        QVERIFY2(process.start(), process.log().c_str());
        const std::string layoutBase = makeBase();
        const std::string base = process.address() + "/base/busybox:v1";
        const ChildOutput copied =
            runChild({"skopeo", "copy", "--dest-tls-verify=false", layoutBase, "docker://" + base});
        QVERIFY2(copied.isFine, copied.text.c_str());

        const auto image = build(program(base));
        QVERIFY2(image, image ? "" : describe(image.error()).c_str());
        const auto same = pushImage(*image, process.address() + "/team/demo:v1", *m_http, {}, {});
        QVERIFY2(same, same ? "" : describe(same.error()).c_str());
        QCOMPARE(same->layersSent, 2);  // the base was mounted
        QCOMPARE(same->layersPresent, 1);

        RegistryProcess other;
        QVERIFY2(other.start(), other.log().c_str());
        const auto away = pushImage(*image, other.address() + "/team/demo:v1", *m_http, {}, {});
        QVERIFY2(away, away ? "" : describe(away.error()).c_str());
        QCOMPARE(away->layersSent, 3);  // the base went from registry to registry
        const ChildOutput inspected = runChild(
            {"skopeo", "inspect", "--tls-verify=false", "docker://" + other.address() + "/team/demo:v1"});
        QVERIFY2(inspected.isFine, inspected.text.c_str());
        QVERIFY(inspected.text.find(image->digest) != std::string::npos);
    }

    // The second waits for the first, which is in the middle of the layer, and finds it; it can be called off meanwhile.
    void twoPushesFetchABaseLayerOnce() {
        const std::string bytes(500'000, 'b');
        std::atomic<int> requests = 0;
        ScriptedServer* gate = nullptr;
        ScriptedServer server([&](const ScriptedServer::Request&, ScriptedServer::Connection& to) {
            if (requests++ > 0) return to.answer(200, bytes);
            gate->answerHeld(to, bytes);
        });
        gate = &server;
        PackagedImage image;
        image.config = "{}";
        image.configDigest = oci::sha256Of(image.config);
        image.layers.push_back(
            {LayerKind::Base, oci::sha256Of(bytes), {}, oci::kLayerType, Bytes{500'000}, {}});
        image.manifest = Json{
            {"schemaVersion", 2},
            {"mediaType", oci::kManifestType},
            {"config",
             {{"mediaType", oci::kConfigType},
              {"digest", image.configDigest},
              {"size", image.config.size()}}},
            {"layers",
             Json::array()}}.dump();
        image.digest = oci::sha256Of(image.manifest);
        image.baseReference = "127.0.0.1:" + std::to_string(server.port()) + "/base@" + image.digest;
        image.cache = m_root / "cache";
        const auto push = [&](const char* to, std::stop_token stop) {
            return std::async(std::launch::async, [&, to, stop = std::move(stop)] {
                return pushImage(image, "oci:" + (m_root / to).string() + ":v1", *m_http, {}, stop);
            });
        };
        auto first = push("first", {});
        QTRY_COMPARE(requests.load(), 1);
        std::stop_source stop;
        auto calledOff = push("called-off", stop.get_token());
        QTRY_VERIFY(fs::exists(m_root / "called-off/oci-layout"));
        stop.request_stop();
        const auto cancelled = calledOff.get();
        auto second = push("second", {});
        QTRY_VERIFY(fs::exists(m_root / "second/oci-layout"));
        server.release();
        QVERIFY(!cancelled);
        QCOMPARE(cancelled.error().code, ErrorCode::Cancelled);
        for (auto* one : {&first, &second}) {
            const auto pushed = one->get();
            QVERIFY2(pushed, pushed ? "" : describe(pushed.error()).c_str());
            QCOMPARE(pushed->layersSent, 1);
        }
        QVERIFY(textOf(m_root / "second/blobs/sha256" / oci::hexOf(image.layers[0].digest)) == bytes);
        QCOMPARE(requests.load(), 1);
    }

    // Docker's own media types stay among themselves.
    void baseInDockersForm() {
        SKIP_WITHOUT("docker-registry");
        SKIP_WITHOUT("skopeo");
        RegistryProcess process;
        QVERIFY2(process.start(), process.log().c_str());
        const std::string base = process.address() + "/base/busybox:v1";
        const ChildOutput copied = runChild({"skopeo", "copy", "--dest-tls-verify=false", "--format", "v2s2",
                                             makeBase(), "docker://" + base});
        QVERIFY2(copied.isFine, copied.text.c_str());
        const auto image = build(program(base));
        QVERIFY2(image, image ? "" : describe(image.error()).c_str());
        QVERIFY(image->manifest.find("vnd.oci") == std::string::npos);
        const std::string to = process.address() + "/team/demo:v1";
        const auto pushed = pushImage(*image, to, *m_http, {}, {});
        QVERIFY2(pushed, pushed ? "" : describe(pushed.error()).c_str());
        const ChildOutput back = runChild({"skopeo", "copy", "--src-tls-verify=false", "docker://" + to,
                                           "oci:" + (m_root / "copy").string() + ":v1"});
        QVERIFY2(back.isFine, back.text.c_str());
        QVERIFY(unpackImage("oci:" + (m_root / "copy").string() + ":v1", m_root / "unpacked", {}));
        QVERIFY(fs::exists(m_root / "unpacked/bin/busybox"));
    }

    void progressAndCancelling() {
        std::string large;
        large.resize(30'000'000, 'x');
        write(m_root / "job/large.txt", large);
        std::stop_source stop;
        std::int64_t last = 0;
        const auto image = buildImage(
            program(makeBase()), *m_http,
            [&](const TransferProgress& step) {
                if (step.what != "code") return;
                last = step.done.count;
                if (last > 10'000'000) stop.request_stop();
            },
            stop.get_token());
        QVERIFY(!image);
        QCOMPARE(image.error().code, ErrorCode::Cancelled);
        QVERIFY(last > 10'000'000);
        QVERIFY(last < 15'000'000);
    }
};

QTEST_GUILESS_MAIN(tst_Packager)
#include "tst_packager.moc"
