// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/failonwarnings.h"
#include "tests/widgets/fakeservices.h"
#include "widgets/common/errorbanner.h"
#include "widgets/common/statefulview.h"
#include "widgets/panels/packagepanel.h"

#include <QApplication>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QTest>
#include <QTreeView>

using namespace slipway;
using namespace slipway::test;

class tst_PackagePanel : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { theme::apply(*qApp, ThemeChoice::Light); }
    void init() { failOnWarnings(); }

    void plansWhenItIsSeenAndPackagesOnce() {
        FakePackageService service;
        PackagePanel panel(service);
        panel.setJob(trainJob(), QStringLiteral("/jobs/fashion-mlp"));
        QVERIFY(service.plans.isEmpty());  // nobody looks
        panel.show();
        QVERIFY(QTest::qWaitForWindowExposed(&panel));
        QCOMPARE(service.plans, QStringList{QStringLiteral("/jobs/fashion-mlp")});
        auto* view = panel.findChild<StatefulView*>();
        QCOMPARE(view->state(), StatefulView::State::Loading);
        auto plan = std::make_shared<PackagePlan>();
        plan->files.push_back({"/slipway/job/train.py", "train.py", Bytes{18200}, LayerKind::Code});
        plan->leftOut.push_back({".env", Bytes{200}, "secret: AWS key"});
        Q_EMIT service.planned(plan);
        QCOMPARE(view->state(), StatefulView::State::Full);
        const QAbstractItemModel* model = panel.plan()->model();
        QCOMPARE(model->rowCount(), 2);  // code, left out
        QCOMPARE(model->index(0, 3, model->index(1, 0)).data().toString(), QStringLiteral("secret: AWS key"));

        QVERIFY(!panel.action()->isEnabled());
        QTest::keyClicks(panel.destination(), QStringLiteral("oci:out"));
        QTest::mouseClick(panel.action(), Qt::LeftButton);
        QCOMPARE(service.packages, QStringList{QStringLiteral("oci:out")});
        QCOMPARE(panel.action()->text(), QStringLiteral("Cancel"));
        QTest::mouseClick(panel.action(), Qt::LeftButton);
        QCOMPARE(service.cancels, 1);
        Q_EMIT service.failed(Error{ErrorCode::Cancelled, "stopped", "", ""});
        QCOMPARE(view->state(), StatefulView::State::Full);  // it was the person's wish
        QTest::keyClick(panel.destination(), Qt::Key_Return);
        QCOMPARE(service.packages.size(), 2);
        Q_EMIT service.packaged(
            PackageOutcome{QStringLiteral("oci:out@sha256:ab"), Bytes{10}, Bytes{20}, {}, 0.5});
        QCOMPARE(panel.action()->text(), QStringLiteral("Package"));
        QVERIFY(panel.action()->isEnabled());
        Q_EMIT service.failed(Error{ErrorCode::Io, "no space left", "", "Free some"});
        QCOMPARE(view->state(), StatefulView::State::Error);
        panel.setJob(std::nullopt, {});
        QCOMPARE(view->state(), StatefulView::State::Empty);
    }

    void fieldAndButtonStayWhereTheyAreWhenPackagingFails() {
        FakePackageService service;
        PackagePanel panel(service);
        panel.resize(912, 600);  // beside rail and dock of a window of 1280
        panel.setJob(trainJob(), QStringLiteral("/jobs/fashion-mlp"));
        panel.show();
        QVERIFY(QTest::qWaitForWindowExposed(&panel));
        Q_EMIT service.planned(std::make_shared<PackagePlan>());
        QLineEdit* field = panel.destination();
        QVERIFY(field->fontMetrics().horizontalAdvance(field->placeholderText()) < field->width() - 16);
        const auto labels = panel.findChildren<QLabel*>();
        QVERIFY(std::any_of(labels.begin(), labels.end(), [](const QLabel* label) {
            return label->isVisible() && label->text().contains(QStringLiteral("oci:"));
        }));
        QTest::keyClicks(field, QStringLiteral("registry/team/packs"));
        QTest::mouseClick(panel.action(), Qt::LeftButton);
        const auto placeOf = [&panel](const QWidget* one) { return one->mapTo(&panel, QPoint(0, 0)); };
        const QPoint fieldBefore = placeOf(field);
        const QPoint buttonBefore = placeOf(panel.action());
        const Error error{ErrorCode::Unavailable, "registry does not answer", "", "Is it on?"};
        Q_EMIT service.failed(error);
        const auto shown = [&]() -> const ErrorBanner* {
            const auto banners = panel.findChildren<ErrorBanner*>();
            const auto found = std::find_if(banners.begin(), banners.end(),
                                            [&](const ErrorBanner* one) { return one->shows(error); });
            return found == banners.end() ? nullptr : *found;
        };
        QVERIFY(shown());
        QCoreApplication::processEvents();
        QCOMPARE(placeOf(field), fieldBefore);
        QCOMPARE(placeOf(panel.action()), buttonBefore);
        QVERIFY(placeOf(shown()).y() > placeOf(field).y());
        QTest::mouseClick(panel.action(), Qt::LeftButton);
        QCOMPARE(service.packages.size(), 2);
        QVERIFY(!shown());
    }
};

QTEST_MAIN(tst_PackagePanel)
#include "tst_packagepanel.moc"
