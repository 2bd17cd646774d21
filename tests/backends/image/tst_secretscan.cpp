// SPDX-License-Identifier: Apache-2.0
#include "backends/image/secretscan.h"

#include <QTest>

using namespace slipway::oci;

class tst_SecretScan : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void names() {
        for (const char* path :
             {".env", "a/.env.local", "id_rsa", "keys/id_ed25519", "kubeconfig", "dev.kubeconfig",
              ".kube/config", ".aws/credentials", ".docker/config.json", ".netrc", "a.p12"}) {
            QVERIFY2(secretByName(path), path);
        }
        for (const char* path : {"env", ".env.example", ".envrc2", "id_rsa.pub", "config", "config.json",
                                 "train.py", "environment.yml"})
            QVERIFY2(!secretByName(path), path);
    }

    // Put together here, so that this file holds none itself.
    void texts() {
        const std::string dashes(5, '-');
        const std::string a36(36, 'a');
        const std::vector<std::pair<std::string, std::string>> secrets{
            {dashes + "BEGIN RSA PRIVATE KEY" + dashes, "private key"},
            {dashes + "BEGIN PRIVATE KEY" + dashes, "private key"},
            {dashes + "BEGIN OPENSSH PRIVATE KEY" + dashes, "private key"},
            {"key = \"AKI"
             "A" +
                 std::string(16, 'Z') + "\"",
             "AWS access key"},
            {"token: hf_" + std::string(34, 'a'), "Hugging Face token"},
            {"x ghp"
             "_" +
                 a36,
             "GitHub token"},
            {"github_pat_" + std::string(60, 'a'), "GitHub token"},
            {"glpat-" + std::string(20, 'a'), "GitLab token"},
            {"    client-key-data: x", "private key of a kubeconfig"},
        };
        for (const auto& [line, what] : secrets) {
            const auto found = secretInText(std::string("one\ntwo\n").append(line).append("\nfour"));
            QVERIFY2(found, line.c_str());
            QCOMPARE(found->what, what);
            QCOMPARE(found->line, 3);
        }
        const std::vector<std::string> others{
            dashes + "BEGIN PUBLIC KEY" + dashes, dashes + "BEGIN CERTIFICATE" + dashes, "hf_short",
            std::string("xghp").append("_").append(a36), "self.hf_model_name_of_some_length_here = 1"};
        for (const std::string& line : others) {
            QVERIFY2(!secretInText(line), line.c_str());
        }
        QVERIFY(!secretInText(""));
    }
};

QTEST_APPLESS_MAIN(tst_SecretScan)
#include "tst_secretscan.moc"
