// SPDX-License-Identifier: Apache-2.0
// The files are Qt's, whose reading of them is the measure.
#include "backends/data/picture.h"

#include <QBuffer>
#include <QFile>
#include <QImage>
#include <QTemporaryDir>
#include <QTest>

#include <cmath>

using namespace slipway;
using namespace Qt::StringLiterals;

class tst_picture : public QObject {
    Q_OBJECT
    QTemporaryDir m_folder;

    std::string path(const QString& name) const { return m_folder.filePath(name).toStdString(); }
    std::string write(const QString& name, const QByteArray& content) const {
        QFile file(m_folder.filePath(name));
        if (!file.open(QIODevice::WriteOnly) || file.write(content) != content.size()) qFatal("cannot write");
        return path(name);
    }
    // A slope of colors, soft enough for a JPEG.
    static QImage slope(int width, int height, QImage::Format format = QImage::Format_RGB32) {
        QImage image(width, height, QImage::Format_ARGB32);
        for (int y = 0; y < height; ++y)
            for (int x = 0; x < width; ++x)
                image.setPixelColor(x, y,
                                    QColor(255 * x / width, 255 * y / height, 128,
                                           format == QImage::Format_ARGB32 ? 255 * x / width : 255));
        return image.convertToFormat(format);
    }
    static QByteArray coded(const QImage& image, const char* format, int quality = -1) {
        QBuffer buffer;
        buffer.open(QIODevice::WriteOnly);
        if (!image.save(&buffer, format, quality)) qFatal("cannot encode");
        return buffer.data();
    }
    static int distance(const Picture& picture, const QImage& image) {
        int largest = 0;
        for (int y = 0; y < image.height(); ++y)
            for (int x = 0; x < image.width(); ++x) {
                const auto* pixel = picture.pixels.data() + 3 * (y * image.width() + x);
                const QColor color = image.pixelColor(x, y);
                largest = std::max({largest, std::abs(pixel[0] - color.red()),
                                    std::abs(pixel[1] - color.green()), std::abs(pixel[2] - color.blue())});
            }
        return largest;
    }

private Q_SLOTS:
    void readsWhatQtWrote_data() {
        QTest::addColumn<QByteArray>("format");
        QTest::addColumn<QImage>("image");
        QTest::addColumn<int>("tolerance");
        QTest::newRow("png") << QByteArray("png") << slope(31, 17) << 0;
        QTest::newRow("gray png") << QByteArray("png") << slope(31, 17, QImage::Format_Grayscale8) << 0;
        QTest::newRow("palette png") << QByteArray("png") << slope(31, 17, QImage::Format_Indexed8) << 0;
        QTest::newRow("16 bit png") << QByteArray("png") << slope(31, 17, QImage::Format_RGBX64) << 1;
        QTest::newRow("jpeg") << QByteArray("jpeg") << slope(31, 17) << 12;
        QTest::newRow("gray jpeg") << QByteArray("jpeg") << slope(31, 17, QImage::Format_Grayscale8) << 12;
    }
    void readsWhatQtWrote() {
        QFETCH(QByteArray, format);
        QFETCH(QImage, image);
        QFETCH(int, tolerance);
        const auto picture = readPicture(write(u"a"_s, coded(image, format, 95)));
        QVERIFY2(picture, picture ? "" : describe(picture.error()).c_str());
        QCOMPARE(picture->width, 31);
        QCOMPARE(picture->height, 17);
        const int far = distance(*picture, image);
        QVERIFY2(far <= tolerance, QByteArray::number(far));
    }

    void whatIsTransparentIsBlack() {
        const auto picture =
            readPicture(write(u"a.png"_s, coded(slope(32, 8, QImage::Format_ARGB32), "png")));
        QVERIFY(picture);
        QCOMPARE(picture->pixels[0] + picture->pixels[1] + picture->pixels[2], 0);
        QVERIFY(picture->pixels[31 * 3] > 200);
    }

    void aJpegComesSmallerButNotTooSmall() {
        const auto file = write(u"a.jpg"_s, coded(slope(640, 480), "jpeg"));
        for (const auto& [wanted, height] :
             {std::pair(0, 480), std::pair(480, 480), std::pair(100, 120), std::pair(1, 60)})
            QCOMPARE(readPicture(file, wanted)->height, height);
    }

    void refuses_data() {
        QTest::addColumn<QByteArray>("content");
        QTest::addColumn<QByteArray>("words");
        const QByteArray png = coded(slope(64, 64), "png");
        const QByteArray jpeg = coded(slope(64, 64), "jpeg");
        QByteArray huge = png;
        huge.replace(16, 8, QByteArray::fromHex("7fffffff7fffffff"));
        QTest::newRow("empty") << QByteArray() << QByteArray("neither PNG nor JPEG");
        QTest::newRow("text") << QByteArray("GIF89a") << QByteArray("neither PNG nor JPEG");
        QTest::newRow("png that is cut off") << png.first(png.size() / 2) << QByteArray("a: ");
        QTest::newRow("jpeg that is cut off") << jpeg.first(jpeg.size() / 2) << QByteArray("a: ");
        QTest::newRow("png of too many pixels") << huge << QByteArray("a: ");
        QTest::newRow("jpeg of a header") << jpeg.first(3) << QByteArray("a: ");
    }
    void refuses() {
        QFETCH(QByteArray, content);
        QFETCH(QByteArray, words);
        const auto picture = readPicture(write(u"a"_s, content));
        QVERIFY(!picture);
        QVERIFY2(picture.error().message.find(words.toStdString()) != std::string::npos,
                 picture.error().message.c_str());
    }
    void aMissingFileIsNotFound() {
        QCOMPARE(readPicture("/nowhere/a.png").error().code, ErrorCode::NotFound);
    }

    void theMiddleIsScaledAsPillowDoes() {
        Picture picture{2, 6, {}};
        for (int i = 0; i < 12; ++i)
            picture.pixels.insert(picture.pixels.end(), 3, static_cast<std::uint8_t>(20 * i));
        // Columns 2 and 3 of both rows: 40 60 / 160 180.
        std::vector<std::uint8_t> same(12);
        toSquare(picture, 2, same.data());
        QCOMPARE(same, (std::vector<std::uint8_t>{40, 60, 160, 180, 40, 60, 160, 180, 40, 60, 160, 180}));
        std::vector<std::uint8_t> one(3);
        toSquare(picture, 1, one.data());
        QCOMPARE(one, (std::vector<std::uint8_t>{110, 110, 110}));
        // Of [[40, 60], [160, 180]], worked by hand.
        std::vector<std::uint8_t> large(3 * 16);
        toSquare(picture, 4, large.data());
        QCOMPARE(std::vector<std::uint8_t>(large.begin(), large.begin() + 16),
                 (std::vector<std::uint8_t>{40, 45, 55, 60, 70, 75, 85, 90, 130, 135, 145, 150, 160, 165, 175,
                                            180}));
    }
};

QTEST_APPLESS_MAIN(tst_picture)
#include "tst_picture.moc"
