// SPDX-License-Identifier: Apache-2.0
#include "backends/runs/verifiedfiles.h"
#include "tests/backends/runs/runfixture.h"

#include <QTemporaryDir>
#include <QTest>

#include <chrono>

using namespace slipway;
namespace fs = std::filesystem;

class tst_VerifiedFiles : public QObject {
    Q_OBJECT

    QTemporaryDir m_root;
    fs::path m_folder;

    StampedFile file(const std::string& name, const std::string& text) const {
        RunFixture::overwrite(m_folder / name, text);
        const FileStamp stamp = *fileStamp(m_folder / name);
        return {{name, Digest("sha256:" + name), stamp.size}, stamp};
    }
    Verification verification(std::vector<ResultFile> told) const {
        return verificationOf(m_folder, *verifiedFiles(m_folder), told);
    }

private Q_SLOTS:
    void init() {
        m_root = QTemporaryDir();
        m_folder = m_root.path().toStdString() + "/result";
        fs::create_directories(m_folder / "deep");
    }

    void whatWasComparedIsRightUntilItIsTouched() {
        const StampedFile model = file("model", "weights"), card = file("deep/c \"ü\"", "words");
        QVERIFY(verification({model, card}) == Verification::None);
        QVERIFY(keepVerified(m_folder, std::vector{model, card}));
        QVERIFY(verification({model, card}) == Verification::Right);
        QVERIFY(verification({}) == Verification::Right);
        // One byte, the same size, written a nanosecond later.
        const auto time = fs::last_write_time(m_folder / "model");
        RunFixture::overwrite(m_folder / "model", "weightz");
        fs::last_write_time(m_folder / "model", time + std::chrono::nanoseconds(1));
        QVERIFY(verification({model, card}) == Verification::Changed);
        QVERIFY(verification({}) == Verification::Changed);
        QVERIFY(verification({card}) == Verification::Right);
        fs::last_write_time(m_folder / "model", time);
        fs::rename(m_folder / "model", m_folder / "kept");
        fs::copy(m_folder / "kept", m_folder / "model");
        fs::last_write_time(m_folder / "model", time);
        QVERIFY(verification({model}) == Verification::Changed);  // another file of that name
        fs::remove(m_folder / "model");
        QVERIFY(verification({model}) == Verification::Changed);
    }

    void whatWasNotComparedIsNotRight() {
        const StampedFile model = file("model", "weights"), more = file("more", "words");
        QVERIFY(keepVerified(m_folder, std::vector{model}));
        QVERIFY(verification({model, more}) == Verification::None);
        ResultFile other = model;
        other.digest = Digest("sha256:other");
        QVERIFY(verification({other}) == Verification::None);
        QVERIFY(forgetVerified(m_folder));
        QVERIFY(forgetVerified(m_folder));
        QVERIFY(verification({model}) == Verification::None);
    }

    void aDamagedListIsAnError() {
        for (const char* text :
             {"", "{", "[]", "{\"version\":1}", "{\"version\":1,\"files\":[{\"path\":7}]}"}) {
            RunFixture::overwrite(verifiedFile(m_folder), text);
            QCOMPARE(verifiedFiles(m_folder).error().code, ErrorCode::Corrupt);
        }
        RunFixture::overwrite(verifiedFile(m_folder), "{\"version\":2,\"files\":7}");
        QVERIFY(verifiedFiles(m_folder)->empty());
    }
};

QTEST_APPLESS_MAIN(tst_VerifiedFiles)
#include "tst_verifiedfiles.moc"
