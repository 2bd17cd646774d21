// SPDX-License-Identifier: Apache-2.0
#include "backends/image/closure.h"

#include "backends/core/imagepaths.h"

#include <QCoreApplication>
#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <fstream>

using namespace slipway;
using namespace slipway::oci;

class tst_Closure : public QObject {
    Q_OBJECT

    static bool has(const std::vector<ClosureFile>& files, const std::string& name) {
        return std::any_of(files.begin(), files.end(),
                           [&](const ClosureFile& file) { return file.name == name; });
    }

private Q_SLOTS:
    void ofThisTest() {
        const auto files = libraryClosure(QCoreApplication::applicationFilePath().toStdString());
        QVERIFY2(files, files ? "" : describe(files.error()).c_str());
        QVERIFY(has(*files, "libc.so.6"));
        QVERIFY(has(*files, "libQt6Core.so.6"));
        QVERIFY(has(*files, kImageLoader));
        for (const ClosureFile& file : *files)
            QVERIFY2(std::filesystem::is_regular_file(std::filesystem::symlink_status(file.source)),
                     file.source.c_str());
        QVERIFY(std::is_sorted(files->begin(), files->end(),
                               [](const ClosureFile& a, const ClosureFile& b) { return a.name < b.name; }));
    }

    void readsTheList() {
        const auto files = parseLoaderList(
            "\tlinux-vdso.so.1 (0x00007ffe)\n\tliba (b).so => /x y/liba (b).so (0x1)\n\t/lib64/ld-linux-x86-64.so.2 (0x2)\n");
        QVERIFY(files);
        QCOMPARE(files->size(), std::size_t{2});
        QCOMPARE(files->at(0).source, std::filesystem::path("/x y/liba (b).so"));
        QCOMPARE(files->at(1).name, std::string("ld-linux-x86-64.so.2"));
        const auto missing = parseLoaderList("\tlibgone.so.1 => not found\n");
        QCOMPARE(missing.error().code, ErrorCode::NotFound);
        QVERIFY(missing.error().message.find("libgone.so.1") != std::string::npos);
    }

    void refusesWhatIsNoProgram() {
        QTemporaryDir folder;
        const std::string path = folder.filePath(QStringLiteral("f")).toStdString();
        std::ofstream(path) << "#!/bin/sh\n";
        QCOMPARE(libraryClosure(path).error().code, ErrorCode::InvalidArgument);
        std::ofstream(path) << "\177ELF\2\1\1" << std::string(200, '\377');
        QCOMPARE(libraryClosure(path).error().code, ErrorCode::InvalidArgument);
        QCOMPARE(libraryClosure(path + "x").error().code, ErrorCode::NotFound);
    }

    void startsByItsLoader() {
        const std::vector<std::string> expected{std::string("/slipway/runner/lib/") + kImageLoader,
                                                "--library-path", "/slipway/runner/lib", kImageRunner};
        QVERIFY(packagedCommand(kImageRunner) == expected);
    }
};

QTEST_GUILESS_MAIN(tst_Closure)
#include "tst_closure.moc"
