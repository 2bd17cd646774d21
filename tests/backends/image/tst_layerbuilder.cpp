// SPDX-License-Identifier: Apache-2.0
#include "backends/image/layerbuilder.h"

#include "backends/image/sha256.h"

#include <QTemporaryDir>
#include <QTest>

#include <fstream>

using namespace slipway;
using namespace slipway::oci;
namespace fs = std::filesystem;

class tst_LayerBuilder : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;
    fs::path m_root;

    LayerEntry entry(const std::string& path, const std::string& text) const {
        LayerEntry one;
        one.tar.path = path;
        one.tar.size = text.size();
        one.source = m_root / ("source-" + std::to_string(std::hash<std::string>{}(path)));
        std::ofstream(one.source, std::ios::binary) << text;
        return one;
    }

private Q_SLOTS:
    void init() {
        m_root = m_folder.path().toStdString();
        fs::remove_all(m_root / "cache");
    }

    void completesFolders() {
        LayerEntry file;
        file.tar.path = "a/b/c";
        LayerEntry other;
        other.tar.path = "a-b";
        const auto entries = completeEntries({file, other});
        QVERIFY(entries);
        std::vector<std::string> paths;
        for (const LayerEntry& one : *entries) paths.push_back(one.tar.path);
        QVERIFY((paths == std::vector<std::string>{"a", "a-b", "a/b", "a/b/c"}));
        QCOMPARE(completeEntries({file, file}).error().code, ErrorCode::Conflict);
    }

    void cachesByWhatFilesLookLike() {
        LayerCache cache(m_root / "cache");
        std::string large;
        large.resize(9'000'000, 'x');
        for (std::size_t i = 0; i < large.size(); i += 97) large[i] = static_cast<char>(i / 97);
        const std::vector<LayerEntry> entries{entry("large", large), entry("small", "s")};
        int reads = 0;
        const ProgressCallback progress = [&](const TransferProgress& step) {
            ++reads;
            QCOMPARE(step.what, std::string("thing"));
            QCOMPARE(step.total.count, std::int64_t{9'000'001});
        };
        const auto first = cache.layer(LayerKind::Input, "thing", entries, true, progress, {});
        QVERIFY2(first, first ? "" : describe(first.error()).c_str());
        QVERIFY(reads > 1);
        QCOMPARE(sha256OfFile(first->blob, {})->digest, first->digest);
        QCOMPARE(static_cast<std::int64_t>(fs::file_size(first->blob)), first->size.count);
        reads = 0;
        const auto second = cache.layer(LayerKind::Input, "thing", entries, true, progress, {});
        QCOMPARE(second->digest, first->digest);
        QCOMPARE(second->diffId, first->diffId);
        QCOMPARE(reads, 0);
        fs::last_write_time(entries[1].source, fs::file_time_type::clock::now() + std::chrono::seconds(5));
        const auto third = cache.layer(LayerKind::Input, "thing", entries, true, progress, {});
        QCOMPARE(third->digest, first->digest);
        QVERIFY(reads > 0);
        fs::resize_file(first->blob, 10);  // a damaged cache is made again
        QCOMPARE(static_cast<std::int64_t>(fs::file_size(
                     cache.layer(LayerKind::Input, "thing", entries, true, progress, {})->blob)),
                 first->size.count);
    }

    void noticesAFileThatChanges() {
        LayerCache cache(m_root / "cache");
        std::vector<LayerEntry> entries{entry("f", "12345")};
        entries[0].tar.size = 4;
        QCOMPARE(cache.layer(LayerKind::Code, "code", entries, false, {}, {}).error().code,
                 ErrorCode::Conflict);
        entries[0].tar.size = 6;
        QCOMPARE(cache.layer(LayerKind::Code, "code", entries, false, {}, {}).error().code,
                 ErrorCode::Conflict);
        QVERIFY(fs::is_empty(m_root / "cache" / "blobs"));
    }

    void stops() {
        LayerCache cache(m_root / "cache");
        std::stop_source stop;
        stop.request_stop();
        QCOMPARE(
            cache.layer(LayerKind::Code, "code", {entry("f", "1")}, false, {}, stop.get_token()).error().code,
            ErrorCode::Cancelled);
        QVERIFY(fs::is_empty(m_root / "cache" / "blobs"));
    }

    void trimsTheOldest() {
        LayerCache cache(m_root / "cache");
        const auto old =
            cache.layer(LayerKind::Code, "code", {entry("old", std::string(5000, 'o'))}, false, {}, {});
        const auto young =
            cache.layer(LayerKind::Code, "code", {entry("young", std::string(5000, 'y'))}, false, {}, {});
        fs::last_write_time(old->blob, fs::file_time_type::clock::now() - std::chrono::hours(48));
        cache.trim(Bytes{1});
        QVERIFY(!fs::exists(old->blob));
        QVERIFY(fs::exists(young->blob));
    }
};

QTEST_APPLESS_MAIN(tst_LayerBuilder)
#include "tst_layerbuilder.moc"
