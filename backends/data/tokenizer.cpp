// SPDX-License-Identifier: Apache-2.0
#include "backends/data/tokenizer.h"

#include "backends/data/unicodeclasses.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <cerrno>
#include <fstream>
#include <optional>
#include <queue>
#include <stdexcept>

namespace slipway {
namespace {

using Json = nlohmann::json;
constexpr std::size_t kMaxKeptWords = 1'000'000;
constexpr std::size_t kMaxKeptLength = 64;

struct Character {
    char32_t value = 0xfffd;
    std::size_t size = 1;
};

// What is no UTF-8 is a byte for itself.
Character characterAt(std::string_view text, std::size_t at) {
    const auto byte = [&](std::size_t i) {
        return static_cast<std::uint32_t>(static_cast<unsigned char>(text[i]));
    };
    const std::uint32_t first = byte(at);
    if (first < 0x80) return {first, 1};
    const std::size_t size = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
    constexpr std::array<std::uint32_t, 5> kLeast{0, 0, 0x80, 0x800, 0x10000};
    if (first < 0xc2 || first > 0xf4 || size > text.size() - at) return {};
    std::uint32_t value = first & (0x7fU >> size);
    for (std::size_t i = 1; i < size; ++i) {
        if ((byte(at + i) & 0xc0U) != 0x80) return {};
        value = value << 6U | (byte(at + i) & 0x3fU);
    }
    if (value < kLeast[size] || value > 0x10ffff || (value >= 0xd800 && value < 0xe000)) return {};
    return {value, size};
}

CharacterClass classAt(std::string_view text, std::size_t at) {
    return characterClass(characterAt(text, at).value);
}

// Where the run of characters of that class ends that begins at `at`.
std::size_t endOfRun(std::string_view text, std::size_t at, CharacterClass wanted) {
    while (at < text.size() && classAt(text, at) == wanted) at += characterAt(text, at).size;
    return at;
}

// The character that GPT-2 writes for each byte: itself where it is printable, else the next one from 256 on.
std::array<char32_t, 256> writtenBytes() {
    std::array<char32_t, 256> written{};
    char32_t next = 256;
    for (std::uint32_t byte = 0; byte < 256; ++byte) {
        const bool isPrintable = (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172) || byte >= 174;
        written[byte] = isPrintable ? byte : next++;
    }
    return written;
}

[[noreturn]] void refuse(const std::string& what) { throw std::invalid_argument(what); }

// What the file asks for and is not done.
struct Unsupported {
    std::string what;
};

bool isSet(const Json& json, const char* key) {
    const auto found = json.find(key);
    if (found == json.end() || found->is_null()) return false;
    if (found->is_boolean()) return found->get<bool>();
    return !(found->is_string() && found->get<std::string>().empty());
}

void refuseSet(const Json& json, const char* part, std::initializer_list<const char*> keys) {
    for (const char* key : keys)
        if (isSet(json, key)) throw Unsupported{std::string(part) + key};
}

std::uint64_t pairKey(std::int32_t left, std::int32_t right) {
    return static_cast<std::uint64_t>(static_cast<std::uint32_t>(left)) << 32U |
           static_cast<std::uint32_t>(right);
}

}  // namespace

std::size_t pieceLength(std::string_view text) {
    if (text.front() == '\'')
        for (const std::string_view ending : {"'s", "'t", "'re", "'ve", "'m", "'ll", "'d"})
            if (text.starts_with(ending)) return ending.size();
    const std::size_t begin = text.size() > 1 && text.front() == ' ' ? 1 : 0;
    const CharacterClass kind = classAt(text, begin);
    if (kind != CharacterClass::Space) return endOfRun(text, begin, kind);
    const std::size_t end = endOfRun(text, 0, CharacterClass::Space);
    if (end == text.size()) return end;
    // The last space goes with what follows.
    std::size_t last = end - 1;
    while ((static_cast<unsigned char>(text[last]) & 0xc0U) == 0x80) --last;
    return last > 0 ? last : end;
}

class Tokenizer::Reader {
public:
    Tokenizer read(const Json& json) {
        checkSupport(json);
        const Json& model = json.at("model");
        readVocabulary(model.at("vocab"), json);
        readMerges(model.at("merges"));
        return std::move(m_made);
    }

private:
    static void checkSupport(const Json& json) {
        if (isSet(json, "normalizer")) throw Unsupported{"a normalizer"};
        const auto typeOf = [&](const char* part) {
            return isSet(json, part) ? json[part].at("type").get<std::string>() : std::string("none");
        };
        if (const auto type = typeOf("model"); type != "BPE") throw Unsupported{"the model " + type};
        if (const auto type = typeOf("pre_tokenizer"); type != "ByteLevel")
            throw Unsupported{"the pre_tokenizer " + type};
        for (const char* part : {"post_processor", "decoder"})
            if (const auto type = typeOf(part); type != "ByteLevel" && type != "none")
                throw Unsupported{"the " + std::string(part) + " " + type};
        refuseSet(json["pre_tokenizer"], "pre_tokenizer.", {"add_prefix_space"});
        if (!json["pre_tokenizer"].value("use_regex", true))
            throw Unsupported{"pre_tokenizer.use_regex: false"};
        refuseSet(
            json["model"], "model.",
            {"dropout", "continuing_subword_prefix", "end_of_word_suffix", "byte_fallback", "ignore_merges"});
    }

    void put(std::int64_t token, std::string bytes) {
        if (token < 0 || token >= static_cast<std::int64_t>(kMaxTokens))
            refuse("a token's number is out of its range");
        auto& all = m_made.m_bytes;
        if (static_cast<std::size_t>(token) >= all.size()) all.resize(static_cast<std::size_t>(token) + 1);
        all[static_cast<std::size_t>(token)] = std::move(bytes);
    }

    // The bytes that a word of the vocabulary is written for.
    std::optional<std::string> bytesOf(std::string_view word) const {
        std::string bytes;
        for (std::size_t at = 0; at < word.size();) {
            const Character character = characterAt(word, at);
            const auto found = m_byteOf.find(character.value);
            if (found == m_byteOf.end()) return std::nullopt;
            bytes += static_cast<char>(found->second);
            at += character.size;
        }
        return bytes;
    }

    void readVocabulary(const Json& vocabulary, const Json& json) {
        const auto written = writtenBytes();
        for (std::uint32_t byte = 0; byte < 256; ++byte) m_byteOf[written[byte]] = byte;
        for (const Json& added : json.value("added_tokens", Json::array())) {
            refuseSet(added, "added_tokens.", {"lstrip", "rstrip", "single_word"});
            Added one{added.at("content").get<std::string>(), added.at("id").get<std::int32_t>()};
            if (one.text.empty()) refuse("an added token is empty");
            put(one.token, one.text);
            m_added[one.text] = one.token;
            m_made.m_added.push_back(std::move(one));
        }
        std::ranges::stable_sort(m_made.m_added, std::greater(),
                                 [](const Added& one) { return one.text.size(); });
        m_made.m_ofByte.assign(256, -1);
        for (const auto& [word, number] : vocabulary.items()) {
            const auto token = number.get<std::int64_t>();
            m_tokenOf[word] = static_cast<std::int32_t>(token);
            if (const auto added = m_added.find(word); added != m_added.end() && added->second == token)
                continue;
            auto bytes = bytesOf(word);
            if (!bytes || bytes->empty()) refuse("the word " + word.substr(0, 40) + " is not of bytes");
            if (bytes->size() == 1)
                m_made.m_ofByte[static_cast<unsigned char>(bytes->front())] =
                    static_cast<std::int32_t>(token);
            put(token, std::move(*bytes));
        }
        const auto none = std::ranges::find(m_made.m_ofByte, -1);
        if (none != m_made.m_ofByte.end())
            throw Unsupported{"a vocabulary without a token for byte " +
                              std::to_string(none - m_made.m_ofByte.begin())};
    }

    std::int32_t tokenOf(const std::string& word) const {
        const auto found = m_tokenOf.find(word);
        if (found == m_tokenOf.end()) refuse("a merge names " + word.substr(0, 40) + ", which is no word");
        return found->second;
    }

    // "a b", or ["a", "b"]
    void readMerges(const Json& merges) {
        std::int32_t rank = 0;
        if (!merges.is_array() || merges.size() > kMaxTokens) refuse("its merges are no list, or too many");
        for (const Json& merge : merges) {
            std::string left;
            std::string right;
            if (merge.is_string()) {
                const auto text = merge.get<std::string>();
                const auto space = text.find(' ');
                if (space == std::string::npos) refuse("a merge has not two words");
                left = text.substr(0, space);
                right = text.substr(space + 1);
            } else {
                left = merge.at(0).get<std::string>();
                right = merge.at(1).get<std::string>();
            }
            // Of two that are the same, the later counts there.
            m_made.m_merges[pairKey(tokenOf(left), tokenOf(right))] = {rank++, tokenOf(left + right)};
        }
    }

    Tokenizer m_made;
    std::unordered_map<char32_t, std::uint32_t> m_byteOf;
    std::unordered_map<std::string, std::int32_t> m_tokenOf;
    std::unordered_map<std::string, std::int64_t> m_added;
};

Result<Tokenizer> Tokenizer::parse(std::string_view text, const std::filesystem::path& file) {
    if (text.size() > kMaxTokenizerBytes)
        return Error{ErrorCode::InvalidArgument, file.string() + " is larger than 64 MiB", {}, {}};
    try {
        return Reader().read(Json::parse(text));
    } catch (const Unsupported& problem) {
        return Error{ErrorCode::InvalidArgument,
                     file.string() + " asks for " + problem.what + ", which is not supported",
                     {},
                     "Use a byte-level BPE tokenizer as GPT-2's"};
    } catch (const std::exception& problem) {
        return Error{ErrorCode::Corrupt, file.string() + " is no sound tokenizer.json", problem.what(), {}};
    }
}

Result<Tokenizer> Tokenizer::open(const std::filesystem::path& file) {
    std::ifstream stream(file, std::ios::binary);
    if (!stream) return errnoError("cannot open " + file.string(), errno);
    std::string text(kMaxTokenizerBytes + 1, '\0');
    stream.read(text.data(), static_cast<std::streamsize>(text.size()));
    if (stream.bad()) return errnoError("cannot read " + file.string(), errno);
    text.resize(static_cast<std::size_t>(stream.gcount()));
    return parse(text, file);
}

const Tokenizer::Merge* Tokenizer::mergeOf(std::int32_t left, std::int32_t right) const {
    const auto found = m_merges.find(pairKey(left, right));
    return found == m_merges.end() ? nullptr : &found->second;
}

// The merge of the lowest rank first, of the same rank the leftmost; a heap holds what may be merged.
std::vector<std::int32_t> Tokenizer::encodeWord(std::string_view word) const {
    struct Symbol {
        std::int32_t token;  // -1: it was merged into the one before
        std::size_t before;
        std::size_t next;
    };
    struct Candidate {
        std::int32_t rank;
        std::size_t at;
        std::int32_t token;
        bool operator>(const Candidate& other) const {
            return std::pair(rank, at) > std::pair(other.rank, other.at);
        }
    };
    const std::size_t count = word.size();
    std::vector<Symbol> symbols;
    for (std::size_t i = 0; i < count; ++i)
        symbols.push_back({m_ofByte[static_cast<unsigned char>(word[i])], i - 1, i + 1});
    std::priority_queue<Candidate, std::vector<Candidate>, std::greater<>> candidates;
    const auto consider = [&](std::size_t at) {
        if (at >= count || symbols[at].next >= count) return;
        if (const Merge* merge = mergeOf(symbols[at].token, symbols[symbols[at].next].token))
            candidates.push({merge->rank, at, merge->token});
    };
    for (std::size_t i = 0; i < count; ++i) consider(i);
    while (!candidates.empty()) {
        const Candidate best = candidates.top();
        candidates.pop();
        Symbol& left = symbols[best.at];
        if (left.token < 0 || left.next >= count) continue;
        const Merge* merge = mergeOf(left.token, symbols[left.next].token);
        if (merge == nullptr || merge->rank != best.rank) continue;  // a neighbour was merged meanwhile
        Symbol& right = symbols[left.next];
        left.token = best.token;
        left.next = right.next;
        right.token = -1;
        if (left.next < count) symbols[left.next].before = best.at;
        consider(left.before);
        consider(best.at);
    }
    std::vector<std::int32_t> tokens;
    for (std::size_t i = 0; i < count; i = symbols[i].next) tokens.push_back(symbols[i].token);
    return tokens;
}

void Tokenizer::encodePlain(std::string_view text, std::vector<std::int32_t>& tokens) {
    while (!text.empty()) {
        const std::string word(text.substr(0, pieceLength(text)));
        text.remove_prefix(word.size());
        auto found = m_words.find(word);
        if (found == m_words.end()) {
            auto made = encodeWord(word);
            if (word.size() > kMaxKeptLength) {
                tokens.insert(tokens.end(), made.begin(), made.end());
                continue;
            }
            if (m_words.size() >= kMaxKeptWords) m_words.clear();
            found = m_words.emplace(word, std::move(made)).first;
        }
        tokens.insert(tokens.end(), found->second.begin(), found->second.end());
    }
}

void Tokenizer::encode(std::string_view text, std::vector<std::int32_t>& tokens) {
    std::vector<std::size_t> places(m_added.size());  // of each added token's next occurrence
    for (std::size_t i = 0; i < m_added.size(); ++i) places[i] = text.find(m_added[i].text);
    std::size_t at = 0;
    for (;;) {
        const auto first = std::ranges::min_element(places);
        if (first == places.end() || *first == std::string_view::npos) break;
        const Added& added = m_added[static_cast<std::size_t>(first - places.begin())];
        encodePlain(text.substr(at, *first - at), tokens);
        tokens.push_back(added.token);
        at = *first + added.text.size();
        for (std::size_t i = 0; i < m_added.size(); ++i)
            if (places[i] < at) places[i] = text.find(m_added[i].text, at);
    }
    encodePlain(text.substr(at), tokens);
}

}  // namespace slipway
