// SPDX-License-Identifier: Apache-2.0
// Exactly once, whatever happens to requests and answers.
#include "clusterrun.h"
#include "fakeapi.h"

#include <QTest>

using namespace slipway;
using namespace slipway::kube;

class tst_KubeSubmitter : public QObject {
    Q_OBJECT

    std::shared_ptr<FakeApi> m_api;
    std::shared_ptr<FakeHttp> m_http;
    std::shared_ptr<Submitter> m_submitter;
    std::vector<std::chrono::milliseconds> m_waits;

    static bool isPost(const HttpRequest& request, const char* plural) {
        return request.method == "POST" && pathOf(request).ends_with(plural);
    }
    static std::string path(const char* groupVersion, const char* plural, const ClusterRun& run) {
        return resourcePath(groupVersion, "team-a", plural, run.name());
    }

private Q_SLOTS:
    void init() {
        m_waits.clear();
        m_api = std::make_shared<FakeApi>();
        m_http = std::make_shared<FakeHttp>([api = m_api](const HttpRequest& r) { return (*api)(r); });
        m_submitter = makeKubeSubmitter(
            {TargetId("x/team-a/research"), "", "kubernetes", "x", "team-a", "research", ""},
            std::make_shared<ApiClient>(m_http, tokenAccess(), instantPacing(&m_waits)));
    }

    void createsJobAndServiceThatGoesWithIt() {
        const ClusterRun run(2);
        const auto record = m_submitter->submit(run.request(), {});
        QVERIFY2(record, record ? "" : describe(record.error()).c_str());
        QCOMPARE(record->status.state, RunState::Queued);
        QCOMPARE(record->remote.at(kRemoteQueue), std::string("research"));
        QCOMPARE(record->remote.at(kRemoteWarnings), std::string("mind the gap"));
        QCOMPARE(record->remote.at(kRemotePlainHttp), std::string("1"));
        QCOMPARE(record->remote, run.record().remote);
        const auto& service = m_api->objects.at(path("v1", "services", run));
        QCOMPARE(service["metadata"]["ownerReferences"][0]["uid"].get<std::string>(),
                 record->remote.at(kRemoteUid));
    }
    void aSecondCallSendsNothing() {
        const ClusterRun run(2);
        QVERIFY(m_submitter->submit(run.request(), {}));
        const std::size_t before = m_http->requests().size();
        QVERIFY(run.folder.update([](RunRecord& r) { r.status = {RunState::Succeeded, ""}; }));
        m_api->objects.clear();  // ended long ago, and gone
        const auto record = m_submitter->submit(run.request(), {});
        QVERIFY(record);
        QCOMPARE(record->status.state, RunState::Succeeded);
        QCOMPARE(m_http->requests().size(), before);
    }
    void aCrashBeforeTheRecordWasWrittenFindsTheFirst() {
        const ClusterRun run(2);
        const auto before = run.record();
        QVERIFY(m_submitter->submit(run.request(), {}));
        const std::string uid = run.record().remote.at(kRemoteUid);
        QVERIFY(run.folder.write(before));
        const auto again = m_submitter->submit(run.request(), {});
        QVERIFY(again);
        QCOMPARE(again->remote.at(kRemoteUid), uid);
        QCOMPARE(m_api->created, 2);
    }
    void aLostAnswerCreatesOnlyOne_data() {
        QTest::addColumn<QString>("plural");
        QTest::addColumn<int>("status");  // 0: the answer is lost
        QTest::addColumn<QByteArray>("body");
        QTest::addColumn<bool>("isCommitted");
        const auto row = [](const QString& plural, int status, const char* name, const QByteArray& body) {
            for (const bool isCommitted : {true, false}) {
                QTest::addRow("%s, %s, %s", qPrintable(plural), name, isCommitted ? "committed" : "not")
                    << plural << status << body << isCommitted;
            }
        };
        for (const QString& plural : {QStringLiteral("jobs"), QStringLiteral("services")}) {
            row(plural, 0, "lost", "");
            for (const char* words : {"etcdserver: request timed out", "etcdserver: leader changed"}) {
                const auto status = QByteArray::fromStdString(refusal(500, "InternalError", words).body);
                row(plural, 500, words, status);
            }
            row(plural, 500, "500 of a proxy", "failed calling webhook, or so says a page");
            row(plural, 502, "502", "<html>Bad Gateway</html>");
            row(plural, 503, "503", "");
            row(plural, 504, "504", "");
            row(plural, 520, "520", "<html>unknown error</html>");
            row(plural, 408, "408", "");
            row(plural, 201, "cut JSON", "{\"metadata\":{\"uid\":\"u");
            row(plural, 200, "a page", "<html>Sign in</html>");
            row(plural, 200, "another object", R"({"kind":"Status"})");
        }
    }
    void aLostAnswerCreatesOnlyOne() {
        QFETCH(QString, plural);
        QFETCH(int, status);
        QFETCH(QByteArray, body);
        QFETCH(bool, isCommitted);
        int lost = 0;
        m_api->fault = [&](const HttpRequest& r) {
            FakeApi::Fault fault;
            if (!isPost(r, plural.toUtf8().constData()) || lost++ > 0) return fault;
            fault.isCarriedOut = isCommitted;
            fault.instead =
                status == 0
                    ? Result<HttpResponse>(Error{ErrorCode::Unavailable, "the connection was reset", "", ""})
                    : Result<HttpResponse>(answer(status, body.toStdString()));
            return fault;
        };
        const ClusterRun run(2);
        const auto record = m_submitter->submit(run.request(), {});
        QVERIFY2(record, record ? "" : describe(record.error()).c_str());
        QCOMPARE(m_api->created, 2);
        QCOMPARE(m_api->objects.size(), std::size_t{2});
        QCOMPARE(record->remote.at(kRemoteUid),
                 m_api->objects.at(path("batch/v1", "jobs", run))["metadata"]["uid"].get<std::string>());
    }
    void anInternalErrorThatStaysLeavesAQuestion() {
        m_api->fault = [&](const HttpRequest& r) {
            FakeApi::Fault fault;
            if (isPost(r, "jobs"))
                fault.instead =
                    Result<HttpResponse>(refusal(500, "InternalError", "etcdserver: request timed out"));
            return fault;
        };
        const ClusterRun run;
        const auto failed = m_submitter->submit(run.request(), {});
        QVERIFY(!failed);
        QCOMPARE(failed.error().code, ErrorCode::Unavailable);
        QCOMPARE(failed.error().detail, std::string("etcdserver: request timed out"));
        QCOMPARE(run.record().remote.at(kRemoteName), run.name());
        QVERIFY(!run.record().isCancelRequested);
    }
    void aLookThatCannotBeReadLeavesAQuestion_data() {
        QTest::addColumn<QByteArray>("body");
        QTest::newRow("a page") << QByteArray("<html>Sign in</html>");
        QTest::newRow("another object") << QByteArray("{\"error\":\"sign in\"}");
    }
    void aLookThatCannotBeReadLeavesAQuestion() {
        QFETCH(QByteArray, body);
        m_api->fault = [&](const HttpRequest& r) {
            FakeApi::Fault fault;
            fault.isAnswerLost = isPost(r, "jobs");
            if (r.method == "GET") fault.instead = Result<HttpResponse>(answer(200, body.toStdString()));
            return fault;
        };
        const ClusterRun run;
        const auto failed = m_submitter->submit(run.request(), {});
        QVERIFY(!failed);
        QCOMPARE(failed.error().code, ErrorCode::Unavailable);
        QCOMPARE(run.record().remote.at(kRemoteName), run.name());
        QVERIFY(!run.record().isCancelRequested);
        QCOMPARE(m_api->created, 1);
        QCOMPARE(m_api->objects.size(), std::size_t{1});
    }
    void whatTheServerSurelyDidNotDoIsToldAtOnce_data() {
        QTest::addColumn<QString>("plural");
        QTest::addColumn<int>("status");
        QTest::addColumn<QString>("words");
        const QString webhook = QStringLiteral(
            "Internal error occurred: failed calling webhook \"mjob.kb.io\": connection refused");
        for (const QString& plural : {QStringLiteral("jobs"), QStringLiteral("services")}) {
            QTest::addRow("%s, webhook", qPrintable(plural)) << plural << 500 << webhook;
            QTest::addRow("%s, forbidden", qPrintable(plural))
                << plural << 403 << QStringLiteral("it is forbidden");
            QTest::addRow("%s, invalid", qPrintable(plural))
                << plural << 422 << QStringLiteral("it is invalid");
        }
    }
    void whatTheServerSurelyDidNotDoIsToldAtOnce() {
        QFETCH(QString, plural);
        QFETCH(int, status);
        QFETCH(QString, words);
        int posts = 0;
        m_api->fault = [&](const HttpRequest& r) {
            FakeApi::Fault fault;
            if (!isPost(r, plural.toUtf8().constData())) return fault;
            ++posts;
            fault.instead = Result<HttpResponse>(refusal(status, "", words.toStdString()));
            return fault;
        };
        const ClusterRun run(2);
        const auto refused = m_submitter->submit(run.request(), {});
        QVERIFY(!refused);
        QCOMPARE(QString::fromStdString(refused.error().detail), words);
        QCOMPARE(posts, 1);
        QVERIFY(m_waits.empty());
        QVERIFY(run.record().remote.empty());
        QVERIFY(m_api->objects.empty());
    }
    // The first request was carried out unseen; the second is refused, by a quota that counts the first, say.
    void aRefusalAfterAnOpenQuestionIsNotTheEnd() {
        int posts = 0;
        m_api->fault = [&](const HttpRequest& r) {
            FakeApi::Fault fault;
            if (!isPost(r, "jobs")) return fault;
            fault.isCarriedOut = ++posts == 2;
            fault.instead = Result<HttpResponse>(
                posts == 1 ? answer(504, "") : refusal(403, "Forbidden", "exceeded quota: jobs"));
            return fault;
        };
        const ClusterRun run;
        const auto record = m_submitter->submit(run.request(), {});
        QVERIFY2(record, record ? "" : describe(record.error()).c_str());
        QCOMPARE(m_api->created, 1);
        QVERIFY(!run.record().isCancelRequested);
    }
    void aRequestThatNeverArrivedIsSentAgain() {
        int tries = 0;
        m_api->fault = [&](const HttpRequest& r) {
            FakeApi::Fault fault;
            if (isPost(r, "jobs") && tries++ < 2)
                fault.instead = Result<HttpResponse>(Error{ErrorCode::Unavailable, "refused", "", ""});
            return fault;
        };
        const ClusterRun run;
        QVERIFY(m_submitter->submit(run.request(), {}));
        QCOMPARE(m_api->created, 1);
        QCOMPARE(tries, 3);
    }
    void aRequestThatNeverLeftLeavesNoQuestion_data() {
        QTest::addColumn<bool>("isUnsent");
        QTest::newRow("never left") << true;
        QTest::newRow("perhaps arrived") << false;
    }
    void aRequestThatNeverLeftLeavesNoQuestion() {
        QFETCH(bool, isUnsent);
        m_api->fault = [&](const HttpRequest&) {
            return FakeApi::Fault{
                Result<HttpResponse>(Error{ErrorCode::Unavailable, "refused", "", "", isUnsent}), false};
        };
        const ClusterRun run;
        const auto failed = m_submitter->submit(run.request(), {});
        QVERIFY(!failed);
        QCOMPARE(failed.error().code, ErrorCode::Unavailable);
        QCOMPARE(run.record().remote.empty(), isUnsent);
        QVERIFY(!run.record().isCancelRequested);
    }
    void aRequestWithoutAnAnswerLeavesAQuestion_data() {
        QTest::addColumn<bool>("isCancelled");
        QTest::newRow("no answer") << false;
        QTest::newRow("called off") << true;
    }
    // The server has no such Job when it is asked; the request may still arrive.
    void aRequestWithoutAnAnswerLeavesAQuestion() {
        QFETCH(bool, isCancelled);
        const ErrorCode code = isCancelled ? ErrorCode::Cancelled : ErrorCode::Timeout;
        m_api->fault = [&](const HttpRequest& r) {
            FakeApi::Fault fault;
            if (isPost(r, "jobs")) fault.instead = Result<HttpResponse>(Error{code, "no answer", "", ""});
            return fault;
        };
        const ClusterRun run;
        QCOMPARE(m_submitter->submit(run.request(), {}).error().code, code);
        const RunRecord left = run.record();
        QCOMPARE(left.remote.at(kRemoteName), run.name());
        QVERIFY(left.remote.contains(kRemoteSent));
        QCOMPARE(left.isCancelRequested, isCancelled);
    }
    void aSignInThatFailsSendsNothing() {
        const auto config = parseKubeconfig(
            "clusters: [{name: c, cluster: {server: 'https://fake'}}]\n"
            "users: [{name: u, user: {exec: {apiVersion: client.authentication.k8s.io/v1, command: 'false', "
            "interactiveMode: Never}}}]\n"
            "contexts: [{name: x, context: {cluster: c, user: u, namespace: team-a}}]\n",
            "/k/config");
        QVERIFY2(config, config ? "" : describe(config.error()).c_str());
        const auto submitter = makeKubeSubmitter(
            {TargetId("x/team-a"), "", "kubernetes", "x", "team-a", "", ""},
            std::make_shared<ApiClient>(m_http, *Access::open(*config, "x"), instantPacing()));
        const ClusterRun run;
        const auto failed = submitter->submit(run.request(), {});
        QVERIFY(!failed);
        QVERIFY2(failed.error().isUnsent, describe(failed.error()).c_str());
        QVERIFY(run.record().remote.empty());
        QVERIFY(m_http->requests().empty());
    }
    void whenTheServerStaysAwayALaterCallFindsWhatWasDone() {
        // The answer is lost, and so is every question afterwards.
        bool isAway = false;
        m_api->fault = [&](const HttpRequest& r) {
            FakeApi::Fault fault;
            if (isAway)
                fault.instead = Result<HttpResponse>(Error{ErrorCode::Unavailable, "refused", "", ""});
            if (isPost(r, "jobs")) fault.isAnswerLost = isAway = true;
            return fault;
        };
        const ClusterRun run;
        const auto failed = m_submitter->submit(run.request(), {});
        QVERIFY(!failed);
        QCOMPARE(failed.error().code, ErrorCode::Unavailable);
        m_api->fault = [](const HttpRequest&) { return FakeApi::Fault{}; };
        QVERIFY(m_submitter->submit(run.request(), {}));
        QCOMPARE(m_api->created, 1);
    }
    void anotherRunsJobOfThatNameIsAConflict() {
        const ClusterRun run;
        m_api->objects[path("batch/v1", "jobs", run)] = {
            {"metadata",
             {{"name", run.name()},
              {"uid", "theirs"},
              {"annotations", {{"slipway.dev/submission", run.name() + "@1999"}}}}}};
        const auto record = m_submitter->submit(run.request(), {});
        QVERIFY(!record);
        QCOMPARE(record.error().code, ErrorCode::Conflict);
        QVERIFY(m_submitter->cancel(run.folder, {}).error().code == ErrorCode::Conflict);
        QCOMPARE(m_api->objects.size(), std::size_t{1});
    }
    void leavesNothingBehindWhenTheServiceIsRefused() {
        m_api->fault = [&](const HttpRequest& r) {
            FakeApi::Fault fault;
            if (isPost(r, "services"))
                fault.instead = Result<HttpResponse>(refusal(403, "Forbidden", "services is forbidden"));
            return fault;
        };
        const ClusterRun run(2);
        const auto record = m_submitter->submit(run.request(), {});
        QVERIFY(!record);
        QCOMPARE(record.error().code, ErrorCode::PermissionDenied);
        QVERIFY(m_api->objects.empty());
        const HttpRequest last = m_http->requests().back();
        QCOMPARE(last.method, std::string("DELETE"));
        QVERIFY(last.body.find("\"propagationPolicy\":\"Background\"") != std::string::npos);
    }
    void leavesNothingBehindWhenCancelledHalfway() {
        m_api->fault = [&](const HttpRequest& r) {
            FakeApi::Fault fault;
            if (isPost(r, "services"))
                fault.instead = Result<HttpResponse>(Error{ErrorCode::Cancelled, "cancelled", "", ""});
            return fault;
        };
        const ClusterRun run(2);
        QCOMPARE(m_submitter->submit(run.request(), {}).error().code, ErrorCode::Cancelled);
        QVERIFY(m_api->objects.empty());
    }
    void cancelsTwice() {
        const ClusterRun run(2);
        QVERIFY(m_submitter->submit(run.request(), {}));
        QVERIFY(m_submitter->cancel(run.folder, {}));
        QVERIFY(run.record().isCancelRequested);
        QVERIFY(m_api->objects.empty());
        QVERIFY(m_submitter->cancel(run.folder, {}));
    }
    void aCancelledRunIsNotSubmitted() {
        const ClusterRun run;
        QVERIFY(m_submitter->cancel(run.folder, {}));
        QCOMPARE(m_submitter->submit(run.request(), {}).error().code, ErrorCode::Cancelled);
        QCOMPARE(m_api->created, 0);
    }
    void previewsWithoutSending() {
        const ClusterRun run(2);
        const auto yaml = m_submitter->preview(run.request());
        QVERIFY(yaml);
        QVERIFY(yaml->starts_with("apiVersion: batch/v1\nkind: Job\n"));
        QVERIFY(yaml->find("---\napiVersion: v1\nkind: Service\n") != std::string::npos);
        SubmitRequest bare = run.request();
        bare.folder = RunFolder{{}};
        QVERIFY(m_submitter->preview(bare)->find("name: mlp-preview") != std::string::npos);
        QVERIFY(m_http->requests().empty());
    }
};
QTEST_APPLESS_MAIN(tst_KubeSubmitter)
#include "tst_kubesubmitter.moc"
