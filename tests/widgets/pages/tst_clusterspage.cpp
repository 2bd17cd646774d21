// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/failonwarnings.h"
#include "tests/widgets/fakeservices.h"
#include "widgets/pages/clusterspage.h"

#include <QApplication>
#include <QLabel>
#include <QPushButton>
#include <QTest>
#include <QTreeView>

using namespace slipway;
using namespace slipway::test;

class tst_ClustersPage : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { theme::apply(*qApp, ThemeChoice::Light); }
    void init() { failOnWarnings(); }

    void contextsWithTheirQueuesAndReasons() {
        FakeServices fakes;
        ClustersPage page(fakes.services);
        page.show();
        QVERIFY(QTest::qWaitForWindowExposed(&page));
        TargetState here;
        here.info.kind = "machine";
        TargetState lab;
        lab.info = {TargetId("lab/vision/research"),
                    "lab / research",
                    "kubernetes",
                    "lab",
                    "vision",
                    "research",
                    "Kueue"};
        lab.reach = TargetState::Reach::Reachable;
        TargetState prod;
        prod.info = {TargetId("prod/vision"), "prod", "kubernetes", "prod", "vision", "", ""};
        prod.reach = TargetState::Reach::Unreachable;
        prod.error =
            Error{ErrorCode::PermissionDenied, "vision may not list queues", "", "Ask for the right"};
        Q_EMIT fakes.targets.targetsChanged(
            std::make_shared<const TargetStates>(TargetStates{here, lab, prod}));
        const QAbstractItemModel* model = page.table()->model();
        QCOMPARE(model->rowCount(), 2);
        QCOMPARE(model->index(0, 0, model->index(0, 0)).data().toString(),
                 QStringLiteral("vision / research"));
        QCOMPARE(model->index(0, 1, model->index(1, 0)).data().toString(), QStringLiteral("Not permitted"));
        QCOMPARE(model->index(0, 3, model->index(1, 0)).data().toString(),
                 QStringLiteral("vision may not list queues. Ask for the right"));
        // The row that keys or the mouse chose is chosen still when the clusters answer again.
        page.table()->setCurrentIndex(model->index(0, 1, model->index(1, 0)));
        Q_EMIT fakes.targets.targetsChanged(
            std::make_shared<const TargetStates>(TargetStates{here, lab, prod}));
        QCOMPARE(page.table()->selectionModel()->selectedRows(),
                 QModelIndexList{model->index(0, 0, model->index(1, 0))});
        const int before = fakes.targets.refreshes;
        for (QPushButton* button : page.findChildren<QPushButton*>())
            if (button->text() == QStringLiteral("Ask again")) QTest::mouseClick(button, Qt::LeftButton);
        QCOMPARE(fakes.targets.refreshes, before + 1);
    }

    void whereThereAreNoneOneButtonLooksAgain() {
        FakeServices fakes;
        ClustersPage page(fakes.services);
        page.show();
        QVERIFY(QTest::qWaitForWindowExposed(&page));
        const auto offered = [&page] {
            QStringList texts;
            for (const QPushButton* button : page.findChildren<QPushButton*>())
                if (button->isVisible() && button->text().endsWith(QStringLiteral(" again")))
                    texts.append(button->text());
            return texts;
        };
        Q_EMIT fakes.targets.targetsChanged(std::make_shared<const TargetStates>());
        QCOMPARE(offered(), QStringList{QStringLiteral("Look again")});
        // A path on a line of its own is not broken.
        const auto labels = page.findChildren<QLabel*>();
        QVERIFY(std::any_of(labels.begin(), labels.end(), [&](const QLabel* label) {
            return label->text().split(QLatin1Char('\n')).contains(fakes.services.kubeconfig);
        }));
        Q_EMIT fakes.targets.failed(Error{ErrorCode::Corrupt, "the kubeconfig is broken", "", ""});
        QCOMPARE(offered(), QStringList{QStringLiteral("Look again")});
        TargetState lab;
        lab.info = {TargetId("lab/vision"), "lab", "kubernetes", "lab", "vision", "", ""};
        Q_EMIT fakes.targets.targetsChanged(std::make_shared<const TargetStates>(TargetStates{lab}));
        QCOMPARE(offered(), QStringList{QStringLiteral("Ask again")});
    }
};

QTEST_MAIN(tst_ClustersPage)
#include "tst_clusterspage.moc"
