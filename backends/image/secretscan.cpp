// SPDX-License-Identifier: Apache-2.0
#include "backends/image/secretscan.h"

#include <algorithm>
#include <array>

namespace slipway::oci {

namespace {

constexpr std::string_view kUpperDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
constexpr std::string_view kLettersDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
constexpr std::string_view kTokenCharacters =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-";

// A fixed beginning, then at least so many characters of a set: how the services document their tokens.
struct TokenForm {
    std::string_view prefix;
    std::string_view characters;
    std::size_t length;
    std::string_view what;
};
constexpr std::array kTokenForms{
    TokenForm{"AKIA", kUpperDigits, 16, "AWS access key"},
    TokenForm{"ASIA", kUpperDigits, 16, "AWS access key"},
    TokenForm{"hf_", kLettersDigits, 30, "Hugging Face token"},
    TokenForm{"ghp_", kLettersDigits, 36, "GitHub token"},
    TokenForm{"gho_", kLettersDigits, 36, "GitHub token"},
    TokenForm{"ghs_", kLettersDigits, 36, "GitHub token"},
    TokenForm{"github_pat_", kTokenCharacters, 50, "GitHub token"},
    TokenForm{"glpat-", kTokenCharacters, 20, "GitLab token"},
    TokenForm{"xoxb-", kTokenCharacters, 20, "Slack token"},
    TokenForm{"xoxp-", kTokenCharacters, 20, "Slack token"},
};

bool isWordCharacter(char c) { return kLettersDigits.find(c) != std::string_view::npos || c == '_'; }

std::optional<std::string> secretInLine(std::string_view line) {
    if (const std::size_t begin = line.find("-----BEGIN ");
        begin != std::string_view::npos && line.find("PRIVATE KEY-----", begin) != std::string_view::npos) {
        return "private key";
    }
    if (line.find("client-key-data:") != std::string_view::npos) return "private key of a kubeconfig";
    for (const TokenForm& form : kTokenForms) {
        for (std::size_t at = line.find(form.prefix); at != std::string_view::npos;
             at = line.find(form.prefix, at + 1)) {
            if (at > 0 && isWordCharacter(line[at - 1])) continue;
            const std::string_view rest = line.substr(at + form.prefix.size());
            if (std::min(rest.find_first_not_of(form.characters), rest.size()) >= form.length)
                return std::string(form.what);
        }
    }
    return std::nullopt;
}

// "scheme://user:password@host"; not one that is filled in later: $PASSWORD, {password}, <password>.
bool hasUrlPassword(std::string_view text) {
    for (std::size_t at = text.find("://"); at != std::string_view::npos; at = text.find("://")) {
        text.remove_prefix(at + 3);
        const std::string_view authority = text.substr(0, text.find_first_of("/?# \t\r\n\"'"));
        const std::size_t end = authority.rfind('@'), colon = authority.find(':');
        if (end == std::string_view::npos || colon >= end) continue;
        const std::string_view password = authority.substr(colon + 1, end - colon - 1);
        if (!password.empty() && std::string_view("$<{").find(password.front()) == std::string_view::npos)
            return true;
    }
    return false;
}

}  // namespace

std::optional<std::string> secretByName(const std::string& path) {
    const std::filesystem::path file(path);
    const std::string name = file.filename().string();
    const std::string folder = file.parent_path().filename().string();
    if (name.ends_with(".example") || name.ends_with(".sample") || name.ends_with(".template"))
        return std::nullopt;
    if (name == ".env" || name.starts_with(".env.")) return "environment file";
    for (const char* key : {"id_rsa", "id_dsa", "id_ecdsa", "id_ed25519"}) {
        if (name == key) return "private key";
    }
    if (name == "kubeconfig" || name.ends_with(".kubeconfig") || (folder == ".kube" && name == "config"))
        return "kubeconfig";
    if (name == ".netrc" || name == ".pypirc" || name == ".git-credentials" || name == ".dockerconfigjson")
        return "file of passwords";
    if ((folder == ".aws" && name == "credentials") || (folder == ".docker" && name == "config.json"))
        return "file of passwords";
    if (name.ends_with(".p12") || name.ends_with(".pfx") || name.ends_with(".ppk")) return "private key";
    return std::nullopt;
}

std::optional<FoundSecret> secretInText(std::string_view text) {
    for (int line = 1; !text.empty(); ++line) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        if (auto what = secretInLine(text.substr(0, end))) return FoundSecret{std::move(*what), line};
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return std::nullopt;
}

std::vector<std::string> secretsInJob(const JobSpec& job) {
    std::vector<std::string> found;
    const auto look = [&](const std::string& path, std::string_view text) {
        if (const auto secret = secretInText(text))
            found.push_back(path + ": " + secret->what);
        else if (hasUrlPassword(text))
            found.push_back(path + ": password in a URL");
    };
    const auto lookAtAll = [&](const std::string& path, const std::vector<std::string>& texts) {
        for (std::size_t i = 0; i < texts.size(); ++i) look(path + "[" + std::to_string(i) + "]", texts[i]);
    };
    if (const ProgramSpec* program = job.program()) {
        lookAtAll("program.command", program->command);
        look("program.interpreter", program->interpreter);
        look("program.image", program->image);
        for (const ProgramParameter& one : program->parameters)
            look("program.parameters." + one.name, one.value);
    }
    if (const TrainSpec* train = job.train()) {
        const std::array<std::pair<std::string, const ParameterValues*>, 4> tables{
            {{"train.network.", &train->network.values},
             {"train.data.", &train->data.values},
             {"train.optimizer.", &train->optimizer.values},
             {"train.", &train->loop}}};
        for (const auto& [path, values] : tables) {
            for (const auto& [name, value] : *values) {
                if (const auto* text = std::get_if<std::string>(&value)) look(path + name, *text);
            }
        }
    }
    for (const InputSpec& input : job.inputs) look("inputs." + input.name, input.source);
    for (const EnvVar& variable : job.env) look("env." + variable.name, variable.value);
    lookAtAll("outputs", job.outputs);
    return found;
}

}  // namespace slipway::oci
