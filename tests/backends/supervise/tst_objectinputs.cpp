// SPDX-License-Identifier: Apache-2.0
// What a plan's objects become, from a store that is played; tests/cluster has a real one.
#include "backends/platform/files.h"
#include "backends/supervise/objectinputs.h"
#include "scriptedserver.h"

#include <QTemporaryDir>
#include <QTest>

using namespace slipway;

class tst_ObjectInputs : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;
    ScriptedServer m_server{[](const ScriptedServer::Request& request, ScriptedServer::Connection& to) {
        if (request.target != "/lab-data/rows.csv")
            to.answer(404, "");
        else if (request.method == "HEAD")
            to.write("HTTP/1.1 200 OK\r\nContent-Length: 4\r\nETag: \"1\"\r\n\r\n");
        else
            to.answer(206, "a,b\n");
    }};

    AgentPlan plan(const char* uri) const {
        AgentPlan plan;
        plan.job.env = {{"AWS_ENDPOINT_URL", m_server.url(""), "", ""},
                        {"AWS_ACCESS_KEY_ID", "alice", "", ""},
                        {"AWS_SECRET_ACCESS_KEY", "", "lab-keys", "secret"}};
        plan.objects = {{"rows", *objectPlace(uri)}};
        plan.objectFolder = m_folder.filePath(QStringLiteral("objects")).toStdString();
        return plan;
    }

private Q_SLOTS:
    void theJobsOwnVariablesGiveTheAccess() {
        const Variables secrets{{"SLIPWAY_SECRET_AWS_SECRET_ACCESS_KEY", "quiet"}};
        const auto brought = bringInputs(plan("s3://lab-data/rows.csv"), secrets, {});
        QVERIFY2(brought, brought ? "" : describe(brought.error()).c_str());
        QCOMPARE(brought->size(), std::size_t{1});
        QCOMPARE(brought->front().name, std::string("rows"));
        QCOMPARE(*readFile(brought->front().file, 100), std::string("a,b\n"));
        QVERIFY(brought->front().words.starts_with("input rows, 4 B, brought in "));
        QVERIFY(m_server.requests().back().headers.at("authorization").find("Credential=alice/") !=
                std::string::npos);
        const auto again = bringInputs(plan("s3://lab-data/rows.csv"), secrets, {});
        QCOMPARE(again->front().words, std::string("input rows: as it was brought before"));
    }

    void whatFailsNamesTheInput() {
        const auto missing = bringInputs(plan("s3://lab-data/other.csv"),
                                         {{"SLIPWAY_SECRET_AWS_SECRET_ACCESS_KEY", "quiet"}}, {});
        QVERIFY(!missing);
        QCOMPARE(missing.error().code, ErrorCode::NotFound);
        QVERIFY(missing.error().message.starts_with("input rows: there is no s3://lab-data/other.csv"));
        const auto keyless = bringInputs(plan("s3://lab-data/rows.csv"), {}, {});
        QVERIFY(!keyless);
        QVERIFY(keyless.error().message.find("lab-keys/secret") != std::string::npos);
    }
};

QTEST_APPLESS_MAIN(tst_ObjectInputs)
#include "tst_objectinputs.moc"
