// SPDX-License-Identifier: Apache-2.0
#include "backends/image/unpack.h"

#include <archive.h>
#include <archive_entry.h>
#include <sys/stat.h>

#include <QTemporaryDir>
#include <QTest>

#include <fstream>
#include <sstream>

using namespace slipway;
using namespace slipway::oci;
namespace fs = std::filesystem;

namespace {

struct Entry {
    std::string path;
    unsigned int type = AE_IFREG;
    std::string text;  // content, or target of a link
    unsigned int mode = 0644;
    bool isHardLink = false;
};

std::string tarOf(const std::vector<Entry>& entries) {
    std::string bytes(1 << 20, '\0');
    std::size_t used = 0;
    archive* writer = archive_write_new();
    archive_write_set_format_pax_restricted(writer);
    archive_write_open_memory(writer, bytes.data(), bytes.size(), &used);
    for (const Entry& one : entries) {
        archive_entry* entry = archive_entry_new();
        archive_entry_set_pathname(entry, one.path.c_str());
        archive_entry_set_filetype(entry, one.type);
        archive_entry_set_perm(entry, static_cast<mode_t>(one.mode));
        if (one.isHardLink) {
            archive_entry_set_hardlink(entry, one.text.c_str());
        } else if (one.type == AE_IFLNK) {
            archive_entry_set_symlink(entry, one.text.c_str());
        } else if (one.type == AE_IFREG) {
            archive_entry_set_size(entry, static_cast<la_int64_t>(one.text.size()));
        }
        archive_write_header(writer, entry);
        if (one.type == AE_IFREG && !one.isHardLink)
            archive_write_data(writer, one.text.data(), one.text.size());
        archive_entry_free(entry);
    }
    archive_write_close(writer);
    archive_write_free(writer);
    bytes.resize(used);
    return bytes;
}

std::string textOf(const fs::path& file) {
    std::ostringstream text;
    text << std::ifstream(file).rdbuf();
    return text.str();
}

}  // namespace

class tst_Unpack : public QObject {
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> m_folder;
    fs::path m_root;

    Result<void> unpack(const std::vector<Entry>& entries, const UnpackLimits& limits = {}) const {
        return unpackLayerBytes(tarOf(entries), m_root, limits);
    }

private Q_SLOTS:
    void init() {
        m_folder = std::make_unique<QTemporaryDir>();
        m_root = m_folder->filePath(QStringLiteral("root")).toStdString();
        fs::create_directory(m_root);
        std::ofstream(m_root.parent_path() / "outside") << "mine";
    }

    void filesFoldersLinks() {
        const auto done = unpack({{"./bin/", AE_IFDIR, {}, 0755},
                                  {"bin/tool", AE_IFREG, "tool", 04755},
                                  {"sbin", AE_IFLNK, "bin", 0777},
                                  {"sbin/other", AE_IFREG, "other", 0600},
                                  {"deep/er/file", AE_IFREG, "x", 0644},
                                  {"bin/same", AE_IFREG, "bin/tool", 0644, true}});
        QVERIFY2(done, done ? "" : describe(done.error()).c_str());
        QCOMPARE(textOf(m_root / "bin/tool"), std::string("tool"));
        QCOMPARE(textOf(m_root / "bin/other"), std::string("other"));  // through the link
        QCOMPARE(textOf(m_root / "bin/same"), std::string("tool"));
        QCOMPARE(fs::read_symlink(m_root / "sbin"), fs::path("bin"));
        struct stat info {};
        QCOMPARE(::stat((m_root / "bin/tool").c_str(), &info), 0);
        QCOMPARE(info.st_mode & 07777U, 0755U);  // no set-user-id
    }

    void laterLayersReplaceAndRemove() {
        QVERIFY(unpack({{"a/one", AE_IFREG, "1"},
                        {"a/two", AE_IFREG, "2"},
                        {"b/x/y", AE_IFREG, "y"},
                        {"c", AE_IFREG, "c"},
                        {"d/in", AE_IFREG, "in"}}));
        const auto done = unpack({{"a/.wh.one", AE_IFREG},
                                  {"b/new", AE_IFREG, "new"},
                                  {"b/.wh..wh..opq", AE_IFREG},
                                  {"c/now", AE_IFREG, "folder"},
                                  {"d", AE_IFLNK, "a"}});
        // A file where a folder is wanted ends it: layers that need that remove the file first.
        QVERIFY(!done);
        QVERIFY(unpack({{"c", AE_IFDIR, {}, 0755}, {"c/now", AE_IFREG, "folder"}, {"d", AE_IFLNK, "a"}}));
        QVERIFY(!fs::exists(m_root / "a/one"));
        QCOMPARE(textOf(m_root / "a/two"), std::string("2"));
        QVERIFY(!fs::exists(m_root / "b/x"));
        QCOMPARE(textOf(m_root / "b/new"), std::string("new"));
        QCOMPARE(textOf(m_root / "c/now"), std::string("folder"));
        QVERIFY(fs::is_symlink(m_root / "d"));
    }

    void nothingLeadsOut_data() {
        QTest::addColumn<int>("which");
        for (int i = 0; i < 10; ++i) QTest::addRow("%d", i) << i;
    }
    void nothingLeadsOut() {
        QFETCH(int, which);
        const std::string outside = (m_root.parent_path() / "outside").string();
        const std::string above = m_root.parent_path().string();
        const std::vector<std::vector<Entry>> attacks{
            {{"../outside", AE_IFREG, "evil"}},
            {{"a/../../outside", AE_IFREG, "evil"}},
            {{"/" + outside, AE_IFREG, "evil"}},
            {{"link", AE_IFLNK, ".."}, {"link/outside", AE_IFREG, "evil"}},
            {{"link", AE_IFLNK, above}, {"link/outside", AE_IFREG, "evil"}},
            {{"file", AE_IFLNK, outside}, {"file", AE_IFREG, "evil"}},
            {{"hard", AE_IFREG, "../outside", 0644, true}, {"hard", AE_IFREG, "evil"}},
            {{"link", AE_IFLNK, above}, {"hard", AE_IFREG, "link/outside", 0644, true}},
            {{"link", AE_IFLNK, above}, {"link/.wh.outside", AE_IFREG}},
            {{"link", AE_IFLNK, above}, {"link/.wh..wh..opq", AE_IFREG}},
        };
        (void)unpack(attacks.at(static_cast<std::size_t>(which)));
        QCOMPARE(textOf(outside), std::string("mine"));
        struct stat info {};
        QCOMPARE(::stat(outside.c_str(), &info), 0);
        QCOMPARE(info.st_nlink, nlink_t{1});
    }

    void refuses() {
        QCOMPARE(unpack({{"../x", AE_IFREG, "x"}}).error().code, ErrorCode::Corrupt);
        QCOMPARE(unpack({{"/x", AE_IFREG, "x"}}).error().code, ErrorCode::Corrupt);
        QCOMPARE(unpack({{"dev", AE_IFCHR}}).error().code, ErrorCode::Corrupt);
        QCOMPARE(unpack({{"fifo", AE_IFIFO}}).error().code, ErrorCode::Corrupt);
        QCOMPARE(unpack({{"h", AE_IFREG, "none", 0644, true}}).error().code, ErrorCode::Corrupt);
        QCOMPARE(unpack({{".wh.", AE_IFREG}}).error().code, ErrorCode::Corrupt);
        QCOMPARE(unpack({{"a", AE_IFREG, std::string(100, 'x')}}, {10, 99}).error().code, ErrorCode::Corrupt);
        QCOMPARE(unpack({{"a", AE_IFREG}, {"b", AE_IFREG}}, {1, 100}).error().code, ErrorCode::Corrupt);
        QCOMPARE(unpackLayerBytes("this is no archive at all", m_root, {}).error().code, ErrorCode::Corrupt);
        const std::string whole = tarOf({{"a", AE_IFREG, std::string(5000, 'x')}});
        QVERIFY(!unpackLayerBytes(whole.substr(0, 2000), m_root, {}));
    }

    void emptyIsFine() { QVERIFY(unpackLayerBytes(tarOf({}), m_root, {})); }
};

QTEST_APPLESS_MAIN(tst_Unpack)
#include "tst_unpack.moc"
