// SPDX-License-Identifier: Apache-2.0
#include "backends/supervise/inputdigests.h"

#include <QTemporaryDir>
#include <QTest>

#include <poll.h>
#include <fstream>

using namespace slipway;

class tst_inputdigests : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void arrive() {
        QTemporaryDir folder;
        const std::filesystem::path root = folder.path().toStdString();
        std::ofstream(root / "a") << "abc";
        auto digests = InputDigests::start({{"first", root / "a"}, {"second", root / "missing"}});
        QVERIFY(digests);
        std::vector<InputDigests::Finished> all;
        while (all.size() < 2) {
            struct pollfd waiting {
                (*digests)->descriptor(), POLLIN, 0
            };
            QCOMPARE(::poll(&waiting, 1, 10000), 1);
            for (const auto& one : (*digests)->take()) all.push_back(one);
        }
        // FIPS 180-2, appendix B.1.
        QCOMPARE(all[0].event.digest,
                 std::string("sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"));
        QCOMPARE(all[0].event.size.count, std::int64_t{3});
        QVERIFY(all[0].problem.empty());
        QCOMPARE(all[1].event.name, std::string("second"));
        QVERIFY(all[1].event.digest.empty() && all[1].problem.find("missing") != std::string::npos);
        QVERIFY((*digests)->take().empty());
    }

    void stopsWithItsOwner() {
        QTemporaryDir folder;
        const std::filesystem::path file = folder.filePath(QStringLiteral("sparse")).toStdString();
        std::ofstream(file) << "x";
        std::filesystem::resize_file(file, std::uintmax_t{1} << 40);
        const auto begin = std::chrono::steady_clock::now();
        {
            auto digests = InputDigests::start({{"huge", file}});
            QVERIFY(digests);
        }
        QVERIFY(std::chrono::steady_clock::now() - begin < std::chrono::seconds(5));
    }
};

QTEST_APPLESS_MAIN(tst_inputdigests)
#include "tst_inputdigests.moc"
