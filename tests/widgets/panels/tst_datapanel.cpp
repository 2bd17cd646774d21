// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/failonwarnings.h"
#include "tests/widgets/fakeservices.h"
#include "widgets/charts/countbars.h"
#include "widgets/common/picturegrid.h"
#include "widgets/common/segmentedcontrol.h"
#include "widgets/common/statefulview.h"
#include "widgets/panels/datapanel.h"

#include <QAbstractItemModel>
#include <QApplication>
#include <QProgressBar>
#include <QPushButton>
#include <QTest>
#include <QTreeView>

using namespace slipway;
using namespace slipway::test;
using namespace Qt::StringLiterals;

class tst_DataPanel : public QObject {
    Q_OBJECT

    static JobSpec job(const std::string& source = "images") {
        JobSpec job = trainJob();
        TrainSpec train;
        train.data.type = "idx";
        train.data.values = {{"input", std::string("images")}};
        job.work = train;
        job.inputs = {{"images", source}};
        return job;
    }
    static DataDescriptionPtr table() {
        auto data = std::make_shared<DataDescription>();
        data->form = "CSV table";
        data->bytes = 12'000;
        data->samples = 300;
        DescribedColumn length;
        length.name = "length";
        length.kind = ColumnKind::Number;
        length.missing = 3;
        length.numbers = NumberRange{0, 9, 4.5, 1.25};
        DescribedColumn color;
        color.name = "color";
        color.kind = ColumnKind::Words;
        color.distinct = 2;
        color.common = {{"red", 200}, {"blue", 100}};
        data->columns = {length, color};
        data->firstRows = {{"1.5", "red"}, {"", "blue"}};
        data->parts = {{"", 300, {{"red", 200}, {"blue", 100}}}};
        data->faults = 120;
        data->firstFaults = {{"row 17", "it has 1 cells"}};
        data->hints = {"column length has no value in 3 of 300 rows"};
        return data;
    }
    static DataDescriptionPtr pictures() {
        auto data = std::make_shared<DataDescription>();
        data->form = "images in the idx format";
        data->samples = 70'000;
        data->facts = {{"size", "28 × 28 pixels"}};
        data->pictures = {{"training 1", "7", 1, 1, "abc"}, {"training 2", "9", 1, 1, "abc"}};
        return data;
    }
    static QString cell(const DataPanel& panel, const QString& name, int row, int column) {
        for (const QTreeView* view : panel.findChildren<QTreeView*>())
            if (view->accessibleName() == name) return view->model()->index(row, column).data().toString();
        return {};
    }

private Q_SLOTS:
    void initTestCase() { theme::apply(*qApp, ThemeChoice::Light); }
    void init() { failOnWarnings(); }

    void looksWhenItIsShown() {
        FakeDataService service;
        DataPanel panel(service);
        panel.setJob(job(), u"/jobs/a"_s);
        QVERIFY(service.asked.empty());
        panel.resize(760, 600);
        panel.show();
        QCOMPARE(service.asked.size(), std::size_t{1});
        QCOMPARE(service.asked[0].place, std::filesystem::path("/jobs/a/images"));
        QCOMPARE(service.asked[0].form, std::string("idx"));
        QVERIFY(panel.cancelButton()->isVisible());
        Q_EMIT service.progressed(5000, 20000);
        QCOMPARE(panel.findChild<QProgressBar*>()->value(), 25);
        QVERIFY(panel.text().contains(u"5,000 of 20,000"_s));

        Q_EMIT service.described(pictures());
        QCOMPARE(panel.view()->state(), StatefulView::State::Full);
        QVERIFY(panel.text().contains(u"70,000 samples"_s));
        QVERIFY(panel.text().contains(u"28 × 28 pixels"_s));
        QCOMPARE(panel.findChild<PictureGrid*>()->count(), 2);

        // The same data are not looked at twice, but when asked.
        panel.setJob(job(), u"/jobs/a"_s);
        panel.hide();
        panel.show();
        QCOMPARE(service.asked.size(), std::size_t{1});
        QTest::mouseClick(panel.lookButton(), Qt::LeftButton);
        QCOMPARE(service.asked.size(), std::size_t{2});
        Q_EMIT service.described(table());
        panel.setJob(job("others"), u"/jobs/a"_s);
        QCOMPARE(service.asked.size(), std::size_t{3});
        QCOMPARE(service.asked[2].place, std::filesystem::path("/jobs/a/others"));
    }

    void aTableHasColumnsRowsClassesAndFaults() {
        FakeDataService service;
        DataPanel panel(service);
        panel.resize(760, 600);
        panel.show();
        panel.setJob(job(), u"/jobs/a"_s);
        Q_EMIT service.described(table());
        const QString text = panel.text();
        for (const QString& said : {u"300 rows"_s, u"CSV table · 2 column(s) · 12 kB"_s, u"Worth a look"_s,
                                    u"column length has no value"_s, u"120, the first 1"_s,
                                    u"red  200  66.7 %"_s, u"blue  100  33.3 %"_s})
            QVERIFY2(text.contains(said), qPrintable(said + u"\n\n"_s + text));
        QCOMPARE(cell(panel, u"Columns"_s, 0, 1), u"number"_s);
        QCOMPARE(cell(panel, u"Columns"_s, 0, 2), u"3"_s);
        QCOMPARE(cell(panel, u"Columns"_s, 0, 3), u"many"_s);
        QCOMPARE(cell(panel, u"Columns"_s, 0, 4), u"0 to 9, mean 4.5 ± 1.25"_s);
        QCOMPARE(cell(panel, u"Columns"_s, 1, 4), u"red 200, blue 100"_s);
        QCOMPARE(cell(panel, u"First rows"_s, 1, 1), u"blue"_s);
        QCOMPARE(cell(panel, u"What is broken"_s, 0, 0), u"row 17"_s);
        QVERIFY(!panel.grab().isNull());
    }

    void hasItsFourStates() {
        FakeDataService service;
        DataPanel panel(service);
        panel.show();
        QCOMPARE(panel.view()->state(), StatefulView::State::Empty);
        panel.setJob(job(), u"/jobs/a"_s);
        QCOMPARE(panel.view()->state(), StatefulView::State::Loading);
        Q_EMIT service.failed({ErrorCode::NotFound, "there is no train-images", "", "Look at its folder"});
        QCOMPARE(panel.view()->state(), StatefulView::State::Error);
        QVERIFY(panel.text().contains(u"there is no train-images"_s));
        QVERIFY(panel.lookButton()->isVisible());
        panel.lookButton()->click();
        Q_EMIT service.described(pictures());
        QCOMPARE(panel.view()->state(), StatefulView::State::Full);
        // A problem in the text does not take away what is known.
        panel.setJob(std::nullopt, u"/jobs/a"_s);
        QCOMPARE(panel.view()->state(), StatefulView::State::Full);
        panel.setJob(std::nullopt, u"/jobs/b"_s);
        QCOMPARE(panel.view()->state(), StatefulView::State::Empty);
        QVERIFY(!panel.lookButton()->isVisible());
    }

    void isCancelled() {
        FakeDataService service;
        DataPanel panel(service);
        panel.show();
        panel.setJob(job(), u"/jobs/a"_s);
        QTest::mouseClick(panel.cancelButton(), Qt::LeftButton);
        QCOMPARE(service.cancels, 1);
        Q_EMIT service.failed({ErrorCode::Cancelled, "stopped", "", ""});
        QCOMPARE(panel.view()->state(), StatefulView::State::Empty);
        Q_EMIT service.described(table());  // late
        QCOMPARE(panel.view()->state(), StatefulView::State::Empty);
    }

    void aProgramsInputsAreChosen() {
        FakeDataService service;
        DataPanel panel(service);
        panel.resize(760, 600);
        panel.show();
        JobSpec program;
        program.work = ProgramSpec{};
        program.inputs = {{"rows", "rows.csv"}, {"images", "images"}};
        panel.setJob(program, u"/jobs/p"_s);
        auto* inputs = panel.findChild<SegmentedControl*>();
        QVERIFY(inputs->isVisible());
        Q_EMIT service.described(table());
        inputs->setFocus();
        QTest::keyClick(inputs, Qt::Key_Right);
        QCOMPARE(service.asked.size(), std::size_t{2});
        QCOMPARE(service.asked[1].place, std::filesystem::path("/jobs/p/images"));
        QVERIFY(panel.text().contains(u"images"_s));
    }

    void dataThatAreElsewhereAreSaidToBe() {
        FakeDataService service;
        DataPanel panel(service);
        panel.show();
        panel.setJob(job("pvc://claim/images"), u"/jobs/a"_s);
        QCOMPARE(panel.view()->state(), StatefulView::State::Error);
        QVERIFY(panel.text().contains(u"pvc://claim/images"_s));
        JobSpec none = job();
        none.inputs.clear();
        panel.setJob(none, u"/jobs/a"_s);
        QCOMPARE(panel.view()->state(), StatefulView::State::Empty);
        QVERIFY(service.asked.empty());
    }
};

QTEST_MAIN(tst_DataPanel)
#include "tst_datapanel.moc"
