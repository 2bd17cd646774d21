// SPDX-License-Identifier: Apache-2.0
#include "backends/services/settingsfile.h"

#include <QFile>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using namespace slipway;
using namespace Qt::StringLiterals;

class tst_SettingsFile : public QObject {
    Q_OBJECT

    const QTemporaryDir m_folder;
    QString path(const QString& name) const { return m_folder.filePath(name); }
    QByteArray text(const QString& name) const {
        QFile file(path(name));
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    }
    void write(const QString& name, const QByteArray& words) const {
        QFile file(path(name));
        QVERIFY(file.open(QIODevice::WriteOnly | QIODevice::Append));
        file.write(words);
    }

private Q_SLOTS:
    void remembersBetweenStarts() {
        const QByteArray state("\0\xff\n;table", 9);
        const QStringList folders{u"/home/ü/a, b"_s, u"C:\\x;y"_s};
        {
            SettingsFile first(path(u"new/kept.ini"_s));
            QVERIFY(first.values().isEmpty());
            first.keep(u"window/state"_s, state);
            first.keep(u"workspace/folders"_s, folders);
            first.keep(u"window/dock"_s, true);
            first.keep(u"window/dock"_s, false);
        }
        SettingsFile again(path(u"new/kept.ini"_s));
        QCOMPARE(again.values().value(u"window/state"_s).toByteArray(), state);
        QCOMPARE(again.values().value(u"workspace/folders"_s).toStringList(), folders);
        QCOMPARE(again.values().value(u"window/dock"_s).toBool(), false);
        QCOMPARE(again.values().size(), 3);
    }

    // What a kill at any time would leave is what lies in the file.
    void changesAreWrittenWhileTheProgramRunsHoweverManyFollow() {
        static_assert(SettingsFile::kDelay <= std::chrono::milliseconds(500));
        SettingsFile settings(path(u"live.ini"_s));
        int number = 0;
        QVERIFY(QTest::qWaitFor([&] {
            settings.keep(u"window/number"_s, ++number);
            return text(u"live.ini"_s).contains("number=");
        }));
        const QByteArray last = "number=" + QByteArray::number(number);
        QTRY_VERIFY(text(u"live.ini"_s).contains(last));
    }

    void whatAnotherWindowWroteStays() {
        SettingsFile settings(path(u"shared.ini"_s));
        write(u"shared.ini"_s, "[other]\nwords=theirs\n");
        settings.keep(u"window/theme"_s, u"dark"_s);
        QTRY_VERIFY(text(u"shared.ini"_s).contains("theme=dark"));
        QVERIFY(text(u"shared.ini"_s).contains("words=theirs"));
    }

    void aDamagedFileIsReadAsFarAsItGoes() {
        write(u"damaged.ini"_s, "[window]\ntheme=purple\ndock=\nno setting\n");
        SettingsFile settings(path(u"damaged.ini"_s));
        QCOMPARE(settings.values().value(u"window/theme"_s).toString(), u"purple"_s);
        settings.keep(u"window/theme"_s, u"dark"_s);
        QTRY_VERIFY(text(u"damaged.ini"_s).contains("theme=dark"));
    }

    void aFileThatCannotBeWrittenIsTold() {
        write(u"plain"_s, "no folder");
        SettingsFile settings(path(u"plain/kept.ini"_s));
        QSignalSpy failures(&settings, &SettingsFile::failed);
        settings.keep(u"window/theme"_s, u"dark"_s);
        QTRY_COMPARE(failures.size(), 1);
        QVERIFY(QFile::remove(path(u"plain"_s)));
        settings.keep(u"window/dock"_s, false);
        QTRY_VERIFY(text(u"plain/kept.ini"_s).contains("theme=dark"));
        QVERIFY(text(u"plain/kept.ini"_s).contains("dock=false"));
    }
};

QTEST_GUILESS_MAIN(tst_SettingsFile)
#include "tst_settingsfile.moc"
