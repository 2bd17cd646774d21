// SPDX-License-Identifier: Apache-2.0
#include "backends/platform/process.h"
#include "backends/platform/pythonenvironment.h"

#include <sys/stat.h>
#include <unistd.h>

#include <QCryptographicHash>
#include <QTemporaryDir>
#include <QTest>
#include <fstream>

#include "childprocess.h"

using namespace slipway;
namespace fs = std::filesystem;
using Kind = PythonEnvironment::Kind;

class tst_PythonEnvironment : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;
    EnvironmentVariables m_variables;

    fs::path root() const { return fs::canonical(m_folder.path().toStdString()); }
    fs::path job() const { return root() / "work" / "job"; }
    static void write(const fs::path& file, const std::string& text) {
        fs::create_directories(file.parent_path());
        std::ofstream(file) << text;
    }
    static void makeVenv(const fs::path& folder, const std::string& config) {
        write(folder / "pyvenv.cfg", "home = /usr/bin\n" + config);
        write(folder / "bin" / "python", "");
    }
    std::string found() const {
        const auto python = findPython(job(), m_variables);
        if (!python) return "none";
        return std::string(kindName(python->kind)) + " " +
               (python->folder.empty() ? python->python : python->folder)
                   .lexically_relative(root())
                   .string() +
               " " + python->version;
    }

private Q_SLOTS:
    void init() {
        for (const auto& entry : fs::directory_iterator(root())) fs::remove_all(entry);
        fs::create_directories(job());
        write(root() / "bin" / "python3.9", "");
        ::chmod((root() / "bin" / "python3.9").c_str(), 0755);
        fs::create_symlink("python3.9", root() / "bin" / "python3");
        m_variables = {{"HOME", root().string()}, {"PATH", (root() / "bin").string()}};
    }

    // Each step adds what goes before everything that is there already.
    void theNearestComesFirst() {
        QCOMPARE(found(), std::string("system bin/python3 3.9"));
        write(job() / "pyproject.toml",
              "[project]\nname = \"My Study\" # x\nversion = \"1\"\n[tool.poetry]\nx = 1\n");
        const fs::path kept = root() / ".cache" / "pypoetry" / "virtualenvs";
        makeVenv(kept / "my_study-00000000-py3.12", "version = 3.12.0\n");
        QCOMPARE(found(), std::string("system bin/python3 3.9"));

        makeVenv(root() / "conda", "");
        write(root() / "conda" / "conda-meta" / "python-dateutil-2.9.0-py_0.json", "{}");
        write(root() / "conda" / "conda-meta" / "python-3.10.4-h12debd9_0.json", "{}");
        m_variables["CONDA_PREFIX"] = (root() / "conda").string();
        QCOMPARE(found(), std::string("conda conda 3.10.4"));
        makeVenv(root() / "active", "version = 3.11.2\n");
        m_variables["VIRTUAL_ENV"] = (root() / "active").string();
        QCOMPARE(found(), std::string("venv active 3.11.2"));

        makeVenv(root() / "work" / "venv", "version_info = 3.11.3.final.0\n");
        QCOMPARE(found(), std::string("venv work/venv 3.11.3"));
        makeVenv(root() / "work" / ".venv", "uv = 0.9.1\nversion_info = 3.12.5\n");
        QCOMPARE(found(), std::string("uv work/.venv 3.12.5"));
        makeVenv(job() / ".venv", "version = 3.13.0\n");
        QCOMPARE(found(), std::string("venv work/job/.venv 3.13.0"));
        write(job() / "poetry.lock", "");
        QCOMPARE(found(), std::string("poetry work/job/.venv 3.13.0"));
        makeVenv(job() / "env-of-uv", "uv = 0.9.1\nversion_info = 3.14.0\n");
        m_variables["UV_PROJECT_ENVIRONMENT"] = "env-of-uv";
        QCOMPARE(found(), std::string("uv work/job/env-of-uv 3.14.0"));
    }

    void aProjectEndsAtItsRepositoryAndBelowHome() {
        makeVenv(root() / ".venv", "");
        QCOMPARE(found(), std::string("system bin/python3 3.9"));
        makeVenv(root() / "work" / ".venv", "");
        QCOMPARE(found(), std::string("venv work/.venv "));
        fs::create_directories(job() / ".git");
        QCOMPARE(found(), std::string("system bin/python3 3.9"));
        QCOMPARE(projectFolders(root() / "work" / "none", m_variables),
                 (std::vector<fs::path>{root() / "work" / "none", root() / "work"}));
        QCOMPARE(projectFolders("/", m_variables), (std::vector<fs::path>{"/"}));
    }

    void aStrangersEnvironmentAboveDoesNotCount() {
        if (::geteuid() != 0) return;  // only root can give a folder away
        makeVenv(root() / "work" / ".venv", "");
        QCOMPARE(::chown((root() / "work" / ".venv").c_str(), 12345, 12345), 0);
        QCOMPARE(found(), std::string("system bin/python3 3.9"));
        QCOMPARE(::chown(job().c_str(), 12345, 12345), 0);
        QCOMPARE(found(), std::string("venv work/.venv "));
    }

    // By the letters that Poetry 2.4 gives it.
    void poetryKeepsThemElsewhere() {
        const auto letters = [](const fs::path& folder) {
            return QCryptographicHash::hash(QByteArray::fromStdString(folder.string()),
                                            QCryptographicHash::Sha256)
                .toBase64(QByteArray::Base64UrlEncoding)
                .left(8)
                .toStdString();
        };
        const fs::path project = job();
        write(project / "pyproject.toml", "[tool.poetry]\nname = \"Demo Study\"\n");
        const fs::path kept = root() / "envs";
        for (const char* minor : {"9", "11", "10"})
            makeVenv(kept / ("demo_study-" + letters(project) + "-py3." + minor),
                     std::string("version_info = 3.") + minor + ".1.final.0\n");
        m_variables["POETRY_VIRTUALENVS_PATH"] = kept.string();
        const auto python = findPython(project, m_variables);
        QVERIFY(python);
        QCOMPARE(python->kind, Kind::Poetry);
        QCOMPARE(python->version, std::string("3.11.1"));
    }

    void anInterpreterBelongsToAnEnvironment() {
        makeVenv(job() / "env", "version = 3.12.1\n");
        const auto named = pythonOf("env/bin/python", job(), m_variables);
        QVERIFY(named);
        QCOMPARE(named->kind, Kind::Venv);
        QCOMPARE(named->python, job() / "env" / "bin" / "python");
        QCOMPARE(named->version, std::string("3.12.1"));
        QCOMPARE(pythonOf("python3", job(), m_variables)->python, root() / "bin" / "python3");
        for (const char* none : {"sh", "python4", "env/bin/python3", "/no/python"})
            QVERIFY2(!pythonOf(none, job(), m_variables), none);
    }

    void activatingSetsWhatItsScriptWould() {
        EnvironmentVariables variables{{"PATH", "/bin"}, {"PYTHONHOME", "/x"}};
        activate({Kind::System, "/bin/python3", "", ""}, variables);
        QCOMPARE(variables.size(), std::size_t{2});
        activate({Kind::Uv, "/p/.venv/bin/python", "/p/.venv", ""}, variables);
        QCOMPARE(variables,
                 (EnvironmentVariables{{"PATH", "/p/.venv/bin:/bin"}, {"VIRTUAL_ENV", "/p/.venv"}}));
        EnvironmentVariables none;
        activate({Kind::Conda, "/c/bin/python", "/c", ""}, none);
        QCOMPARE(none, (EnvironmentVariables{{"PATH", std::string("/c/bin:") + kDefaultPath},
                                             {"CONDA_PREFIX", "/c"}}));
    }

    void aRealOneIsFoundWithItsVersion() {
        const std::string venv = (job() / ".venv").string();
        QVERIFY(runChild({"python3", "-m", "venv", "--without-pip", venv}).isFine);
        const auto made =
            runChild({venv + "/bin/python", "-c", "import platform; print(platform.python_version())"});
        QVERIFY2(made.isFine, made.text.c_str());
        const auto python = findPython(job(), m_variables);
        QVERIFY(python);
        QCOMPARE(python->kind, Kind::Venv);
        QCOMPARE(python->version + "\n", made.text);
        QCOMPARE(::access(python->python.c_str(), X_OK), 0);
    }
};

QTEST_GUILESS_MAIN(tst_PythonEnvironment)
#include "tst_pythonenvironment.moc"
