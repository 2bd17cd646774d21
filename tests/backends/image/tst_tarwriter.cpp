// SPDX-License-Identifier: Apache-2.0
#include "backends/image/tarwriter.h"

#include <archive.h>
#include <archive_entry.h>

#include <QTest>

using namespace slipway;
using namespace slipway::oci;

class tst_TarWriter : public QObject {
    Q_OBJECT

    static std::string write(const std::vector<std::pair<TarEntry, std::string>>& entries) {
        std::string bytes;
        TarWriter tar([&](std::string_view part) { return bytes.append(part), Result<void>(); });
        for (const auto& [entry, text] : entries) {
            if (!tar.begin(entry) || !tar.content(text)) return {};
        }
        return tar.finish() ? bytes : std::string();
    }

    static TarEntry file(const std::string& path, std::uint64_t size) {
        TarEntry entry;
        entry.path = path;
        entry.size = size;
        return entry;
    }

private Q_SLOTS:
    // libarchive, which read what tar programs wrote for years, reads ours.
    void readBack_data() {
        QTest::addColumn<QString>("path");
        QTest::newRow("short") << QStringLiteral("a");
        QTest::newRow("100") << QString(100, QLatin1Char('x'));
        QTest::newRow("101") << QString(101, QLatin1Char('x'));
        QTest::newRow("prefix") << QString(150, QLatin1Char('d')) + QStringLiteral("/") +
                                       QString(99, QLatin1Char('f'));
        QTest::newRow("long") << QString(200, QLatin1Char('d')) + QStringLiteral("/") +
                                     QString(200, QLatin1Char('f'));
        QTest::newRow("utf-8") << QStringLiteral("größe/数据.txt");
    }
    void readBack() {
        QFETCH(QString, path);
        for (const std::size_t size : {0UL, 1UL, 511UL, 512UL, 513UL}) {
            const std::string content(size, 'c');
            TarEntry entry = file(path.toStdString(), size);
            entry.owner = 1000;
            entry.mode = 0755;
            TarEntry link;
            link.kind = TarEntry::Kind::Link;
            link.path = "link";
            link.target = path.toStdString();
            TarEntry folder;
            folder.kind = TarEntry::Kind::Folder;
            folder.path = "folder";
            folder.mode = 01777;
            const std::string bytes = write({{entry, content}, {link, {}}, {folder, {}}});
            QCOMPARE(bytes.size() % 512, std::size_t{0});
            archive* reader = archive_read_new();
            archive_read_support_format_tar(reader);
            QCOMPARE(archive_read_open_memory(reader, bytes.data(), bytes.size()), ARCHIVE_OK);
            archive_entry* got = nullptr;
            QCOMPARE(archive_read_next_header(reader, &got), ARCHIVE_OK);
            QCOMPARE(QString::fromUtf8(archive_entry_pathname(got)), path);
            QCOMPARE(archive_entry_size(got), static_cast<la_int64_t>(size));
            QCOMPARE(archive_entry_perm(got), mode_t{0755});
            QCOMPARE(archive_entry_uid(got), la_int64_t{1000});
            QCOMPARE(archive_entry_mtime(got), time_t{0});
            std::string read(size + 1, '\0');
            QCOMPARE(archive_read_data(reader, read.data(), read.size()), static_cast<la_ssize_t>(size));
            QVERIFY(read.substr(0, size) == content);
            QCOMPARE(archive_read_next_header(reader, &got), ARCHIVE_OK);
            QCOMPARE(QString::fromUtf8(archive_entry_symlink(got)), path);
            QCOMPARE(archive_read_next_header(reader, &got), ARCHIVE_OK);
            QCOMPARE(archive_entry_filetype(got),
                     static_cast<decltype(archive_entry_filetype(got))>(AE_IFDIR));
            QCOMPARE(archive_entry_perm(got), mode_t{01777});
            QCOMPARE(archive_read_next_header(reader, &got), ARCHIVE_EOF);
            archive_read_free(reader);
        }
    }

    void largeSizesUsePax() {
        std::string bytes;
        TarWriter tar([&](std::string_view part) { return bytes.append(part), Result<void>(); });
        QVERIFY(tar.begin(file("a", std::uint64_t{9} << 30)));
        QVERIFY(bytes.find("size=9663676416\n") != std::string::npos);
    }

    void noPaxWhereNotNeeded() { QCOMPARE(write({{file("a/b", 0), {}}}).size(), std::size_t{512 * 3}); }
};

QTEST_APPLESS_MAIN(tst_TarWriter)
#include "tst_tarwriter.moc"
