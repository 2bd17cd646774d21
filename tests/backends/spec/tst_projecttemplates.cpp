// SPDX-License-Identifier: Apache-2.0
#include <QTest>

#include "backends/spec/projecttemplates.h"
#include "backends/spec/specdocument.h"

using namespace slipway;

class tst_ProjectTemplates : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void eachKindIsAGoodJob_data() {
        QTest::addColumn<std::string>("kind");
        for (const char* kind : {"mlp", "cnn", "program"}) QTest::newRow(kind) << std::string(kind);
    }
    void eachKindIsAGoodJob() {
        QFETCH(std::string, kind);
        const auto files = projectFiles(kind, "made");
        QVERIFY(files.hasValue());
        const auto document = SpecDocument::parse(files->at("job.yaml"));
        QVERIFY(document->spec());
        QCOMPARE(document->spec()->name, std::string("made"));
        QCOMPARE(document->spec()->program() != nullptr, files->contains("train.py"));
    }

    // The line that another machine needs, a character away.
    void theProgramsImageIsThereToUncomment() {
        std::string text = projectFiles("program", "made")->at("job.yaml");
        QVERIFY(SpecDocument::parse(text)->spec()->program()->image.empty());
        const std::size_t at = text.find("# image: ");
        QVERIFY(at != std::string::npos);
        const auto document = SpecDocument::parse(text.erase(at, 2));
        QVERIFY(document->spec());
        QCOMPARE(document->spec()->program()->image, std::string("python:3.12-slim"));
    }

    void anotherKindIsRefused() {
        const auto files = projectFiles("rnn", "made");
        QVERIFY(!files.hasValue());
        QCOMPARE(files.error().code, ErrorCode::InvalidArgument);
        QCOMPARE(files.error().hint, std::string("Take mlp, cnn or program"));
    }
};

QTEST_GUILESS_MAIN(tst_ProjectTemplates)
#include "tst_projecttemplates.moc"
