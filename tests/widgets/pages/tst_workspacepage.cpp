// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/failonwarnings.h"
#include "tests/widgets/fakeservices.h"
#include "widgets/forms/jobform.h"
#include "widgets/pages/jobpage.h"
#include "widgets/pages/workspacepage.h"
#include "widgets/panels/jobeditpanel.h"

#include <QApplication>
#include <QLineEdit>
#include <QSignalSpy>
#include <QTest>
#include <QTreeView>

using namespace slipway;
using namespace slipway::test;

namespace {

JobFile job(const QString& name, const QString& root) {
    JobFile result;
    result.name = name;
    result.folder = (root.isEmpty() ? QStringLiteral("/usr/share/examples") : root) + QLatin1Char('/') + name;
    result.file = result.folder + QStringLiteral("/job.yaml");
    result.root = root;
    result.kind = QStringLiteral("mlp");
    result.changed = QDateTime::currentDateTime();
    return result;
}

}  // namespace

class tst_WorkspacePage : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { theme::apply(*qApp, ThemeChoice::Light); }
    void init() { failOnWarnings(); }

    void jobsOpenAndExamplesAreCopied() {
        FakeServices fakes;
        fakes.ui.setWorkspaces({QStringLiteral("/jobs")});
        WorkspacePage page(fakes.services);
        QCOMPARE(fakes.workspace.scans.back(), QStringList{QStringLiteral("/jobs")});
        Q_EMIT fakes.workspace.scanned(std::make_shared<const JobFiles>(JobFiles{
            job(QStringLiteral("mine"), QStringLiteral("/jobs")), job(QStringLiteral("example"), {})}));
        const QAbstractItemModel* model = page.table()->model();
        QCOMPARE(model->rowCount(), 2);
        QSignalSpy places(&page, &Page::placeRequested);
        page.table()->setCurrentIndex(model->index(0, 0, model->index(0, 0)));
        Q_EMIT page.table()->activated(page.table()->currentIndex());
        QCOMPARE(places.front().front().value<Place>().argument, QStringLiteral("job:/jobs/mine/job.yaml"));
        page.table()->setCurrentIndex(model->index(0, 0, model->index(1, 0)));
        Q_EMIT page.table()->activated(page.table()->currentIndex());
        QCOMPARE(fakes.workspace.copies, QStringList{QStringLiteral("example")});
        Q_EMIT fakes.workspace.created(QStringLiteral("/jobs/example/job.yaml"));
        QCOMPARE(places.back().front().value<Place>().argument, QStringLiteral("job:/jobs/example/job.yaml"));
    }

    void aNewJobIsNamedAtOnce() {
        FakeServices fakes;
        fakes.ui.setWorkspaces({QStringLiteral("/jobs")});
        WorkspacePage page(fakes.services);
        page.resize(1072, 800);
        page.show();
        QVERIFY(QTest::qWaitForWindowExposed(&page));
        connect(&page, &Page::placeRequested, &page, [&page](const Place& to) { page.open(to.argument); });
        const auto make = [&](const QString& file, bool isNew) {
            if (isNew)
                for (const PaletteEntry& one : page.commands())
                    if (one.text == QStringLiteral("New job: program")) one.run();
            Q_EMIT fakes.workspace.created(file);
            auto snapshot = std::make_shared<JobSnapshot>();
            snapshot->file = file;
            snapshot->text = snapshot->savedText = QStringLiteral("name: my-program\n");
            snapshot->fields = {{"program", {}, ""}, {"name", {}, "my-program"}};
            snapshot->spec = trainJob();
            Q_EMIT fakes.job->snapshotChanged(snapshot);
            return qobject_cast<QLineEdit*>(
                page.jobPage()->editPanel()->form()->field(QStringLiteral("name")));
        };
        const QLineEdit* name = make(QStringLiteral("/jobs/my-program/job.yaml"), true);
        QVERIFY(name);
        QTRY_VERIFY(name->hasFocus());
        QCOMPARE(name->selectedText(), QStringLiteral("my-program"));
        page.setFocus();
        name = make(QStringLiteral("/jobs/copied/job.yaml"), false);  // of an example: it has its name
        QVERIFY(name && !name->hasFocus());
    }

    void twoRunsOpenOverEachOther() {
        FakeServices fakes;
        WorkspacePage page(fakes.services);
        page.open(QStringLiteral("run:cnn-3-abcde+mlp-1-abcde"));
        QCOMPARE(fakes.feeds.at(0)->followed, std::vector<RunId>{RunId("cnn-3-abcde")});
        QCOMPARE(fakes.feeds.at(1)->followed, std::vector<RunId>{RunId("mlp-1-abcde")});
    }

    void anOpenJobBringsItsPanels() {
        FakeServices fakes;
        WorkspacePage page(fakes.services);
        QVERIFY(!page.sidePanel());
        QVERIFY(!page.jobPage());  // the list does not wait for it
        QVERIFY(page.drawerSummary().isEmpty());
        page.open(QStringLiteral("job:/jobs/mine/job.yaml"));
        QVERIFY(page.sidePanel());
        QVERIFY(page.drawer());
        QCOMPARE(page.crumbs().size(), std::size_t{3});
        QCOMPARE(page.crumbs().back().text, QStringLiteral("mine"));
        const JobPage* first = page.jobPage();
        page.open({});
        QVERIFY(!page.sidePanel());
        page.open(QStringLiteral("run:other"));
        QCOMPARE(page.jobPage(), first);
    }
};

QTEST_MAIN(tst_WorkspacePage)
#include "tst_workspacepage.moc"
