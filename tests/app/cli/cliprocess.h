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

    QString path(const QString& name = {}) const { return m_folder.filePath(name); }

    void write(const QString& name, const QByteArray& text) const {
        QDir().mkpath(QFileInfo(path(name)).path());
        QFile file(path(name));
        if (!file.open(QIODevice::WriteOnly) || file.write(text) != text.size())
            qFatal("cannot write %s", qPrintable(name));
    }

    Said run(const QString& program, const QStringList& words, const QByteArray& input = {}) const {
        QProcess process;
        QProcessEnvironment environment;
        for (const char* name : {"LC_ALL", "ASAN_OPTIONS", "UBSAN_OPTIONS"})
            environment.insert(QString::fromUtf8(name), qEnvironmentVariable(name));
        environment.insert(QStringLiteral("PATH"), searchPath);
        environment.insert(QStringLiteral("HOME"), m_folder.path());
        environment.insert(QStringLiteral("SLIPWAY_HOME"), path(QStringLiteral("home")));
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

private:
    QTemporaryDir m_folder;
};
