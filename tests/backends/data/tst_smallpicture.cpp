// SPDX-License-Identifier: Apache-2.0
#include "backends/data/smallpicture.h"

#include <QTest>

using namespace slipway;

class tst_smallpicture : public QObject {
    Q_OBJECT

    // Its left half is red, its right half blue.
    static Picture halves(std::int64_t height, std::int64_t width) {
        Picture picture{height, width, {}};
        for (std::int64_t i = 0; i < height * width; ++i) {
            const bool isLeft = i % width < width / 2;
            const std::uint8_t pixel[] = {static_cast<std::uint8_t>(isLeft ? 255 : 0), 0,
                                          static_cast<std::uint8_t>(isLeft ? 0 : 255)};
            picture.pixels.insert(picture.pixels.end(), std::begin(pixel), std::end(pixel));
        }
        return picture;
    }
    static QByteArray pixelOf(const DescribedPicture& picture, std::int64_t x, std::int64_t y) {
        return QByteArray::fromStdString(
                   picture.pixels.substr(static_cast<std::size_t>(3 * (y * picture.width + x)), 3))
            .toHex();
    }

private Q_SLOTS:
    void whatIsSmallStays() {
        const auto picture = smallPicture(halves(2, 4), "a/1.png", "a");
        QCOMPARE(picture.name, std::string("a/1.png"));
        QCOMPARE(picture.label, std::string("a"));
        QCOMPARE(picture.width, 4);
        QCOMPARE(picture.height, 2);
        QCOMPARE(picture.pixels.size(), std::size_t{24});
        QCOMPARE(pixelOf(picture, 1, 1), QByteArray("ff0000"));
        QCOMPARE(pixelOf(picture, 2, 1), QByteArray("0000ff"));
    }

    void whatIsLargeBecomesItsMiddleSquare() {
        const auto picture = smallPicture(halves(200, 400), {}, {});
        QCOMPARE(picture.width, kMaxSmallSide);
        QCOMPARE(picture.height, kMaxSmallSide);
        QCOMPARE(picture.pixels.size(), static_cast<std::size_t>(3 * kMaxSmallSide * kMaxSmallSide));
        QCOMPARE(pixelOf(picture, 10, 90), QByteArray("ff0000"));
        QCOMPARE(pixelOf(picture, 85, 3), QByteArray("0000ff"));
    }

    void someOfEachClassAreShown() {
        PictureChoice choice;
        int shown = 0;
        for (int i = 0; i < 1000; ++i) shown += choice.take(i % 3) ? 1 : 0;
        QCOMPARE(shown, 12);
        QVERIFY(!choice.isFull());
        for (int i = 0; i < 1000; ++i) shown += choice.take(i) ? 1 : 0;
        QCOMPARE(shown, 60);
        QVERIFY(choice.isFull());
    }
};

QTEST_APPLESS_MAIN(tst_smallpicture)
#include "tst_smallpicture.moc"
