// SPDX-License-Identifier: Apache-2.0
// slipway as a process for the tests of the command line, with a home of its own. Header only.
#pragma once

#include <QByteArray>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

#include "nvmlstandin.h"
#include "testpaths.h"

// What a call said.
struct Said {
    int status = -1;
    QByteArray out;
    QByteArray problems;

    // The one document on stdout; a null one for anything else.
    QJsonDocument json() const { return QJsonDocument::fromJson(out); }
    QJsonObject error() const { return json()[QStringLiteral("error")].toObject(); }
    // Each line is a document of its own, or the list is empty.
    QList<QJsonObject> lines() const {
        QList<QJsonObject> objects;
        for (const QByteArray& line : out.split('\n')) {
            if (line.isEmpty()) continue;
            const QJsonDocument one = QJsonDocument::fromJson(line);
            if (!one.isObject()) return {};
            objects.append(one.object());
        }
        return objects;
    }
    QJsonObject lastLine() const {
        const QList<QJsonObject> all = lines();
        return all.isEmpty() ? QJsonObject() : all.constLast();
    }
};

#define SAYS(text, words) QVERIFY2((text).contains(words), (text).constData())

// A folder to work in, of which nothing is the user's: HOME is the folder, the runs are in "home".
class CliFolder {
public:
    QString searchPath = qEnvironmentVariable("PATH");
    QProcessEnvironment more;  // variables besides those that each call has

    QString path(const QString& name = {}) const { return m_folder.filePath(name); }

    void write(const QString& name, const QByteArray& text) const {
        QDir().mkpath(QFileInfo(path(name)).path());
        QFile file(path(name));
        if (!file.open(QIODevice::WriteOnly) || file.write(text) != text.size())
            qFatal("cannot write %s", qPrintable(name));
    }

    // The NVIDIA driver's library is the stand-in, with that layout; empty: as where no GPU is.
    void playGpus(const QByteArray& layout) {
        more.insert(QStringLiteral("LD_LIBRARY_PATH"), QString::fromUtf8(kNvmlDir) + QStringLiteral("/new"));
        if (!layout.isEmpty())
            more.insert(QStringLiteral("SLIPWAY_NVML_LAYOUT"), QString::fromUtf8(nvmlLayout(layout)));
    }

    Said run(const QString& program, const QStringList& words, const QByteArray& input = {}) const {
        QProcess process;
        QProcessEnvironment environment;
        for (const char* name : {"LC_ALL", "ASAN_OPTIONS", "UBSAN_OPTIONS"})
            environment.insert(QString::fromUtf8(name), qEnvironmentVariable(name));
        environment.insert(QStringLiteral("PATH"), searchPath);
        environment.insert(QStringLiteral("HOME"), m_folder.path());
        environment.insert(QStringLiteral("SLIPWAY_HOME"), path(QStringLiteral("home")));
        environment.insert(more);
        process.setProcessEnvironment(environment);
        process.setWorkingDirectory(m_folder.path());
        process.start(program, words);
        process.write(input);
        process.closeWriteChannel();
        constexpr int kWait = 60000;
        if (!process.waitForFinished(kWait)) qFatal("%s does not end", qPrintable(program));
        return {process.exitStatus() == QProcess::NormalExit ? process.exitCode() : -1,
                process.readAllStandardOutput(), process.readAllStandardError()};
    }
    Said slipway(const QStringList& words) const {
        return run(QString::fromUtf8(kBinDir) + QStringLiteral("/slipway"), words);
    }
    // What a call left in "home": runs, and all but the empty folders that are always there.
    QStringList leftInHome() const {
        QStringList left;
        const QString home = path(QStringLiteral("home"));
        for (const QString& name : QDir(home).entryList(QDir::Dirs | QDir::NoDotAndDotDot))
            if (name == QStringLiteral("runs"))
                left += QDir(home + u'/' + name).entryList(QDir::Dirs | QDir::NoDotAndDotDot);
            else if (!QDir(home + u'/' + name).isEmpty() && name != QStringLiteral("slots"))
                left.append(name);
        return left;
    }

private:
    QTemporaryDir m_folder;
};
