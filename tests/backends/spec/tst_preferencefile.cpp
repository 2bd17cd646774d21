// SPDX-License-Identifier: Apache-2.0
#include "backends/platform/files.h"
#include "backends/spec/preferencefile.h"

#include <QTemporaryDir>
#include <QTest>

#include <thread>

using namespace slipway;
namespace fs = std::filesystem;

class tst_PreferenceFile : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;
    int m_count = 0;

    fs::path home() { return fs::path(m_folder.path().toStdString()) / std::to_string(++m_count); }
    static fs::path written(const fs::path& home, std::string_view text) {
        if (!makeFolders(home) || !writeFileAtomically(preferenceFile(home), text)) qFatal("cannot write");
        return home;
    }
    static std::string text(const fs::path& home) { return *readFile(preferenceFile(home), 100000); }

private Q_SLOTS:
    void whatIsNotWrittenIsAtItsDefault() {
        QVERIFY(*loadPreferences(home()) == defaultPreferences());
        QVERIFY(*loadPreferences(written(home(), "")) == defaultPreferences());
        const auto some =
            loadPreferences(written(home(), "disk_budget: 50\nregistry:\nenergy_price: 3e-1\n"));
        QVERIFY(some);
        QCOMPARE(realValue(*some, "disk_budget"), 50.0);
        QCOMPARE(realValue(*some, "energy_price"), 0.3);
        QCOMPARE(textValue(*some, "registry"), std::string());
        QCOMPARE(textValue(*some, "currency"), std::string("EUR"));
    }

    void aChangeLeavesTheRestAsItIs() {
        const fs::path at = written(home(), "# the lab's\ndisk_budget: 50  # GiB\ncurrency: CHF\n");
        QVERIFY(setPreference(at, "disk_budget", "70.5"));
        QCOMPARE(text(at), std::string("# the lab's\ndisk_budget: 70.5  # GiB\ncurrency: CHF\n"));
        QVERIFY(setPreference(at, "currency", ""));
        QVERIFY(setPreference(at, "currency", ""));
        QCOMPARE(text(at), std::string("# the lab's\ndisk_budget: 70.5  # GiB\n"));
        // Text is what was typed, whatever YAML would make of it.
        for (const char* odd : {"yes", "12", "a: b # c", "[x]", "\"q\"", "reg.example:5000/a"}) {
            QVERIFY(setPreference(at, "registry", odd));
            QCOMPARE(textValue(*loadPreferences(at), "registry"), std::string(odd));
        }
        QCOMPARE(realValue(*loadPreferences(at), "disk_budget"), 70.5);
    }

    void theFirstOneMakesFileAndFolder() {
        const fs::path at = home();
        QVERIFY(setPreference(at, "gpu_hour_price", "2.1"));
        QCOMPARE(text(at), std::string("gpu_hour_price: 2.1\n"));
    }

    void whatDoesNotFitIsRefused_data() {
        QTest::addColumn<QByteArray>("name");
        QTest::addColumn<QByteArray>("typed");
        QTest::addColumn<QByteArray>("words");
        const auto row = [](const char* name, const char* typed, const char* words) {
            QTest::addRow("%s %s", name, typed) << QByteArray(name) << QByteArray(typed) << QByteArray(words);
        };
        row("disk_budget", "-1", "takes a number from 0 to 1000000");
        row("disk_budget", "50 GiB", "takes a number");
        row("disk_budget", "\"50\"", "takes a number");
        row("disk_budget", "[", "takes a number");
        row("disk_budget", "5\n6", "takes a number");
        row("energy_price", "nan", "takes a number");
        row("disc_budget", "1", "did you mean `disk_budget`?");
    }
    void whatDoesNotFitIsRefused() {
        QFETCH(QByteArray, name);
        QFETCH(QByteArray, typed);
        QFETCH(QByteArray, words);
        const fs::path at = written(home(), "disk_budget: 50\n");
        const auto kept = setPreference(at, name.toStdString(), typed.toStdString());
        QVERIFY(!kept);
        QVERIFY2(kept.error().message.find(words.toStdString()) != std::string::npos,
                 kept.error().message.c_str());
        QCOMPARE(text(at), std::string("disk_budget: 50\n"));
    }

    // All of it at once, with its place, and nothing is changed in such a file.
    void aBrokenFileIsTold() {
        const fs::path at = written(
            home(), "disk_budget: lots\nregistri: x\ncurrency: EUR\ncurrency: USD\nenergy_price: 0.2\n");
        const auto values = loadPreferences(at);
        QVERIFY(!values);
        QCOMPARE(values.error().code, ErrorCode::InvalidArgument);
        for (const char* part : {"settings.yaml:1:14: `disk_budget` takes",
                                 ":2:1: `registri` is no setting; did you mean `registry`?",
                                 ":4:1: `currency` stands here twice"})
            QVERIFY2(values.error().message.find(part) != std::string::npos, values.error().message.c_str());
        QVERIFY(!setPreference(at, "energy_price", "0.3"));
        for (const char* broken : {"[", "- a\n", "word", "a: {b: [}"}) {
            const auto none = loadPreferences(written(home(), broken));
            QVERIFY2(!none, broken);
            QCOMPARE(none.error().code, ErrorCode::InvalidArgument);
        }
    }

    // Two at once: both stay.
    void nobodyUndoesAnother() {
        const fs::path at = home();
        {
            const std::jthread one([&] {
                for (int i = 1; i <= 20; ++i)
                    if (!setPreference(at, "disk_budget", std::to_string(i))) qFatal("not kept");
            });
            for (int i = 1; i <= 20; ++i) QVERIFY(setPreference(at, "energy_price", std::to_string(i)));
        }
        QCOMPARE(realValue(*loadPreferences(at), "disk_budget"), 20.0);
        QCOMPARE(realValue(*loadPreferences(at), "energy_price"), 20.0);
    }
};

QTEST_APPLESS_MAIN(tst_PreferenceFile)
#include "tst_preferencefile.moc"
