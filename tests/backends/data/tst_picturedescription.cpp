// SPDX-License-Identifier: Apache-2.0
#include "backends/data/picturedescription.h"

#include <QFile>
#include <QImage>
#include <QTest>

#include "datafolder.h"

using namespace slipway;
using namespace Qt::StringLiterals;

class tst_picturedescription : public QObject {
    Q_OBJECT
    std::unique_ptr<DataFolder> m_folder;

    void draw(const QString& name, int width, int height) const {
        QImage image(width, height, QImage::Format_RGB32);
        image.fill(Qt::red);
        if (!image.save(m_folder->place(name))) qFatal("cannot draw");
    }

private Q_SLOTS:
    void init() { m_folder = std::make_unique<DataFolder>(); }

    void classesSizesAndBrokenFiles() {
        draw(u"cat/1.png"_s, 8, 4);
        draw(u"cat/2.jpg"_s, 8, 4);
        draw(u"owl/1.png"_s, 20, 10);
        draw(u"owl/2.png"_s, 300, 200);
        QFile cut(m_folder->place(u"owl/2.png"_s));
        QVERIFY(cut.resize(cut.size() / 2));
        const auto data = describePictures(m_folder->root(), {});
        QVERIFY2(data, data ? "" : data.error().message.c_str());
        QCOMPARE(data->form, std::string("pictures in folders"));
        QCOMPARE(data->samples, 3);
        QCOMPARE(data->parts.size(), std::size_t{1});
        QCOMPARE(data->parts[0].classes[0].value, std::string("cat"));
        QCOMPARE(data->parts[0].classes[0].count, 2);
        QCOMPARE(data->parts[0].classes[1].count, 1);
        QCOMPARE(factOf(*data, "size"), std::string("8 × 4 to 20 × 10 pixels"));
        QCOMPARE(factOf(*data, "most frequent size"), std::string("8 × 4, 2 pictures"));
        QCOMPARE(data->faults, 1);
        QCOMPARE(data->firstFaults[0].place, std::string("owl/2.png"));
        QCOMPARE(data->pictures.size(), std::size_t{3});
        QCOMPARE(data->pictures[0].name, std::string("cat/1.png"));
        QCOMPARE(data->pictures[2].label, std::string("owl"));
        QCOMPARE(data->pictures[2].width, 20);
        QCOMPARE(data->pictures[2].pixels.substr(0, 3), std::string("\xff\0\0", 3));
    }

    void aPartForTestsIsItsOwn() {
        draw(u"train/a/1.png"_s, 4, 4);
        draw(u"train/b/1.png"_s, 4, 4);
        draw(u"test/b/1.png"_s, 4, 4);
        const auto data = describePictures(m_folder->root(), {});
        QVERIFY(data);
        QCOMPARE(data->parts[0].name, std::string("training"));
        QCOMPARE(data->parts[1].name, std::string("test"));
        QCOMPARE(data->parts[1].samples, 1);
        QCOMPARE(factOf(*data, "size"), std::string("4 × 4 pixels"));
    }

    void picturesOfNoClass() {
        draw(u"1.png"_s, 4, 4);
        const auto data = describePictures(m_folder->root(), {});
        QVERIFY2(data, data ? "" : data.error().message.c_str());
        QCOMPARE(data->form, std::string("pictures"));
        QVERIFY(data->parts[0].classes.empty());
        QCOMPARE(data->samples, 1);
    }

    void whatCannotBeRead() {
        QCOMPARE(describePictures(m_folder->root(), {}).error().code, ErrorCode::InvalidArgument);
        QCOMPARE(describePictures(m_folder->root() / "no", {}).error().code, ErrorCode::NotFound);
        draw(u"a/1.png"_s, 4, 4);
        const std::atomic<bool> stop = true;
        QCOMPARE(describePictures(m_folder->root(), {.stop = &stop}).error().code, ErrorCode::Cancelled);
    }
};

QTEST_GUILESS_MAIN(tst_picturedescription)
#include "tst_picturedescription.moc"
