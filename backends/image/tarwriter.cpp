// SPDX-License-Identifier: Apache-2.0
#include "backends/image/tarwriter.h"

#include <array>
#include <cassert>
#include <cstring>

namespace slipway::oci {

namespace {

constexpr std::size_t kBlock = 512;
constexpr std::size_t kNameBytes = 100;
constexpr std::size_t kPrefixBytes = 155;
constexpr std::uint64_t kMaxUstarSize = 077777777777ULL;

std::uint64_t paddingOf(std::uint64_t size) { return (kBlock - size % kBlock) % kBlock; }

// "<length> key=value\n", where the length counts itself.
std::string paxRecord(const std::string& key, const std::string& value) {
    const std::string rest = " " + key + "=" + value + "\n";
    std::size_t length = rest.size() + 1;
    while (std::to_string(length).size() + rest.size() != length) ++length;
    return std::to_string(length) + rest;
}

// Splits at a "/" so that both parts fit; false when ustar cannot hold the path.
bool split(const std::string& path, std::string& name, std::string& prefix) {
    name = path;
    prefix.clear();
    if (path.size() <= kNameBytes) return true;
    for (std::size_t slash = path.find('/'); slash != std::string::npos; slash = path.find('/', slash + 1)) {
        if (slash > kPrefixBytes) return false;
        if (slash > 0 && slash + 1 < path.size() && path.size() - slash - 1 <= kNameBytes) {
            prefix = path.substr(0, slash);
            name = path.substr(slash + 1);
            return true;
        }
    }
    return false;
}

void octal(char* field, std::size_t width, std::uint64_t value) {
    field[width - 1] = '\0';
    for (std::size_t i = width - 1; i-- > 0; value >>= 3U) field[i] = static_cast<char>('0' + (value & 7U));
}

}  // namespace

Result<void> TarWriter::header(const TarEntry& entry, char type, const std::string& name,
                               const std::string& prefix) {
    std::array<char, kBlock> block{};
    std::memcpy(block.data(), name.data(), std::min(name.size(), kNameBytes));
    octal(&block[100], 8, entry.mode);
    octal(&block[108], 8, entry.owner);
    octal(&block[116], 8, entry.owner);
    octal(&block[124], 12, entry.size > kMaxUstarSize ? 0 : entry.size);
    octal(&block[136], 12, 0);
    std::memset(&block[148], ' ', 8);
    block[156] = type;
    std::memcpy(&block[157], entry.target.data(), std::min(entry.target.size(), kNameBytes));
    std::memcpy(&block[257], "ustar\00000", 8);
    octal(&block[329], 8, 0);
    octal(&block[337], 8, 0);
    std::memcpy(&block[345], prefix.data(), std::min(prefix.size(), kPrefixBytes));
    unsigned int sum = 0;
    for (const char c : block) sum += static_cast<unsigned char>(c);
    octal(&block[148], 7, sum);
    return m_sink({block.data(), block.size()});
}

Result<void> TarWriter::begin(const TarEntry& entry) {
    assert(m_left == 0);
    const bool isFolder = entry.kind == TarEntry::Kind::Folder;
    const std::string path = isFolder ? entry.path + "/" : entry.path;
    std::string name;
    std::string prefix;
    std::string records;
    if (entry.target.size() > kNameBytes) records += paxRecord("linkpath", entry.target);
    if (!split(path, name, prefix)) records += paxRecord("path", path);
    if (entry.size > kMaxUstarSize) records += paxRecord("size", std::to_string(entry.size));
    if (!records.empty()) {
        TarEntry extra;
        extra.size = records.size();
        SLIPWAY_CHECK(header(extra, 'x', "PaxHeader", {}));
        records.append(paddingOf(records.size()), '\0');
        SLIPWAY_CHECK(m_sink(records));
    }
    const char type = isFolder ? '5' : entry.kind == TarEntry::Kind::Link ? '2' : '0';
    m_left = entry.kind == TarEntry::Kind::File ? entry.size : 0;
    m_padding = paddingOf(m_left);
    return header(entry, type, name, prefix);
}

Result<void> TarWriter::content(std::string_view bytes) {
    assert(bytes.size() <= m_left);
    if (bytes.empty()) return {};
    SLIPWAY_CHECK(m_sink(bytes));
    m_left -= bytes.size();
    if (m_left > 0 || m_padding == 0) return {};
    return m_sink(std::string(m_padding, '\0'));
}

Result<void> TarWriter::finish() {
    assert(m_left == 0);
    return m_sink(std::string(2 * kBlock, '\0'));
}

}  // namespace slipway::oci
