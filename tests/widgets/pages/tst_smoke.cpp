// SPDX-License-Identifier: GPL-3.0-or-later
// Every page and panel in light and dark, in each of its states, without one warning.
#include "tests/support/failonwarnings.h"
#include "tests/widgets/fakeservices.h"
#include "widgets/common/statefulview.h"
#include "widgets/pages/clusterspage.h"
#include "widgets/pages/jobpage.h"
#include "widgets/pages/pagetable.h"
#include "widgets/pages/runspage.h"
#include "widgets/pages/workspacepage.h"

#include <QApplication>
#include <QTest>

using namespace slipway;
using namespace slipway::test;

class tst_Smoke : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init() { failOnWarnings(); }

    void thePaletteOffersTheWorkspacesJobsOnEveryPage() {
        FakeServices fakes;
        const PageTable table = makePageTable(fakes.services);
        JobFile job;
        job.file = QStringLiteral("/jobs/fashion-cnn/job.yaml");
        job.folder = QStringLiteral("/jobs/fashion-cnn");
        job.root = QStringLiteral("/jobs");
        job.name = QStringLiteral("fashion-cnn");
        JobFile example = job;
        example.root.clear();  // opening it would make a copy
        Q_EMIT fakes.workspace.scanned(std::make_shared<const JobFiles>(JobFiles{job, example}));
        std::vector<Place> places;
        int offers = 0;
        for (const PageEntry& entry : table) {
            if (!entry.commands) continue;
            for (const PaletteEntry& one :
                 entry.commands([&](const Place& place) { places.push_back(place); }))
                if (one.text == QStringLiteral("Open fashion-cnn")) {
                    ++offers;
                    one.run();
                }
        }
        QCOMPARE(offers, 1);
        QCOMPARE(places.front(),
                 (Place{QStringLiteral("workspace"), QStringLiteral("job:/jobs/fashion-cnn/job.yaml")}));
    }

    void everyPageOpens_data() {
        QTest::addColumn<ThemeChoice>("choice");
        QTest::addColumn<int>("page");
        const char* const names[] = {"workspace", "runs", "gpus", "clusters", "settings", "glossary"};
        for (int page = 0; page < 6; ++page) {
            QTest::addRow("%s, light", names[page]) << ThemeChoice::Light << page;
            QTest::addRow("%s, dark", names[page]) << ThemeChoice::Dark << page;
        }
    }
    void everyPageOpens() {
        QFETCH(ThemeChoice, choice);
        QFETCH(int, page);
        theme::apply(*qApp, choice);
        FakeServices fakes;
        const PageTable table = makePageTable(fakes.services);
        QCOMPARE(table.size(), std::size_t{6});
        const std::unique_ptr<Page> shown(table.at(static_cast<std::size_t>(page)).make());
        shown->resize(1072, 800);
        shown->show();
        QVERIFY(QTest::qWaitForWindowExposed(shown.get()));
        shown->open({});
        QCOMPARE(shown->crumbs().back().text, table.at(static_cast<std::size_t>(page)).title);
        const QImage loading = shown->grab().toImage();

        Q_EMIT fakes.runs.runsChanged(std::make_shared<const RunList>(RunList{
            summary(2, RunState::Failed, "lab/vision", "out of memory"), summary(1, RunState::Running)}));
        JobFile job;
        job.file = QStringLiteral("/jobs/fashion-mlp/job.yaml");
        job.folder = QStringLiteral("/jobs/fashion-mlp");
        job.root = QStringLiteral("/jobs");
        job.name = QStringLiteral("fashion-mlp");
        job.kind = QStringLiteral("mlp");
        job.changed = QDateTime::currentDateTime();
        Q_EMIT fakes.workspace.scanned(std::make_shared<const JobFiles>(JobFiles{job}));
        TargetState lab;
        lab.info = {TargetId("lab/vision"), "lab / vision", "kubernetes", "lab", "vision", "", "Kueue"};
        lab.reach = TargetState::Reach::Unreachable;
        lab.error =
            Error{ErrorCode::Unavailable, "lab does not answer", "connection refused", "Check the VPN"};
        Q_EMIT fakes.targets.targetsChanged(std::make_shared<const TargetStates>(TargetStates{lab}));
        Q_EMIT fakes.devices.devicesChanged(std::make_shared<const DeviceSnapshot>(snapshotOfDevices(2)));
        QVERIFY(!shown->grab().isNull());
        if (page < 4) QVERIFY(shown->grab().toImage() != loading);
    }

    void listsSayEmptyAndError() {
        FakeServices fakes;
        RunsPage runs(fakes.services);
        Q_EMIT fakes.runs.runsChanged(std::make_shared<const RunList>());
        QCOMPARE(runs.view()->state(), StatefulView::State::Empty);
        Q_EMIT fakes.runs.failed({}, Error{ErrorCode::Io, "the index cannot be read", "", "Free some space"});
        QCOMPARE(runs.view()->state(), StatefulView::State::Error);
        ClustersPage clusters(fakes.services);
        Q_EMIT fakes.targets.targetsChanged(std::make_shared<const TargetStates>());
        QCOMPARE(clusters.view()->state(), StatefulView::State::Empty);
        Q_EMIT fakes.targets.failed(Error{ErrorCode::Corrupt, "kubeconfig line 3", "", "Fix it"});
        QCOMPARE(clusters.view()->state(), StatefulView::State::Error);
        WorkspacePage workspace(fakes.services);
        QCOMPARE(workspace.view()->state(), StatefulView::State::Loading);
        Q_EMIT fakes.workspace.scanned(std::make_shared<const JobFiles>());
        QCOMPARE(workspace.view()->state(), StatefulView::State::Empty);
    }
};

QTEST_MAIN(tst_Smoke)
#include "tst_smoke.moc"
