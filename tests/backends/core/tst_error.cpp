// SPDX-License-Identifier: Apache-2.0
#include "backends/core/error.h"

#include <QTest>

#include <cerrno>
#include <memory>

#include "backends/core/result.h"

using namespace slipway;

namespace {

Result<int> half(int value) {
    if (value % 2 != 0) return Error{ErrorCode::InvalidArgument, "odd"};
    return value / 2;
}
Result<int> quarter(int value) {
    SLIPWAY_TRY(const int once, half(value));
    return half(once);
}
Result<void> isEven(int value) {
    SLIPWAY_CHECK(half(value));
    return {};
}

}  // namespace

class tst_Error : public QObject {
    Q_OBJECT

private Q_SLOTS:
    // Names and statuses are what scripts read: they never change.
    void namesAndStatusesAreStable_data() {
        QTest::addColumn<int>("code");
        QTest::addColumn<QString>("name");
        QTest::addColumn<int>("status");
        const auto row = [](ErrorCode code, const char* name, int status) {
            QTest::newRow(name) << static_cast<int>(code) << QString::fromUtf8(name) << status;
        };
        row(ErrorCode::InvalidArgument, "invalid-argument", 2);
        row(ErrorCode::NotFound, "not-found", 3);
        row(ErrorCode::Conflict, "conflict", 4);
        row(ErrorCode::PermissionDenied, "permission-denied", 5);
        row(ErrorCode::QuotaExceeded, "quota-exceeded", 6);
        row(ErrorCode::Unavailable, "unavailable", 7);
        row(ErrorCode::Timeout, "timeout", 8);
        row(ErrorCode::Cancelled, "cancelled", 9);
        row(ErrorCode::Corrupt, "corrupt", 10);
        row(ErrorCode::Io, "io", 11);
        row(ErrorCode::Internal, "internal", 12);
    }
    void namesAndStatusesAreStable() {
        QFETCH(int, code);
        QFETCH(QString, name);
        QFETCH(int, status);
        const std::string_view got = errorCodeName(static_cast<ErrorCode>(code));
        QCOMPARE(QString::fromUtf8(got.data(), static_cast<qsizetype>(got.size())), name);
        QCOMPARE(exitStatus(static_cast<ErrorCode>(code)), status);
    }

    void describesOnOneLine() {
        QCOMPARE(describe({ErrorCode::Io, "cannot read a", "", ""}), std::string("cannot read a"));
        QCOMPARE(describe({ErrorCode::Io, "cannot read a", "No such file", ""}),
                 std::string("cannot read a: No such file"));
        QCOMPARE(describe({ErrorCode::Io, "cannot read a", "No such file", "Create it"}),
                 std::string("cannot read a: No such file. Create it"));
    }

    void mapsErrno_data() {
        QTest::addColumn<int>("value");
        QTest::addColumn<QString>("name");
        QTest::newRow("ENOENT") << ENOENT << QStringLiteral("not-found");
        QTest::newRow("EEXIST") << EEXIST << QStringLiteral("conflict");
        QTest::newRow("EACCES") << EACCES << QStringLiteral("permission-denied");
        QTest::newRow("EPERM") << EPERM << QStringLiteral("permission-denied");
        QTest::newRow("EROFS") << EROFS << QStringLiteral("permission-denied");
        QTest::newRow("ENOSPC") << ENOSPC << QStringLiteral("io");
        QTest::newRow("EIO") << EIO << QStringLiteral("io");
    }
    void mapsErrno() {
        QFETCH(int, value);
        QFETCH(QString, name);
        const Error error = errnoError("cannot open a", value);
        QCOMPARE(errorCodeName(error.code), std::string_view(name.toStdString()));
        QCOMPARE(error.message, std::string("cannot open a"));
        QVERIFY(!error.detail.empty());
        QCOMPARE(!error.hint.empty(), value == ENOSPC);
    }

    void resultsPassErrorsOn() {
        QCOMPARE(*quarter(8), 2);
        QCOMPARE(quarter(6).error().message, std::string("odd"));
        QVERIFY(isEven(2).hasValue());
        QCOMPARE(isEven(3).error().code, ErrorCode::InvalidArgument);
        QCOMPARE(*half(8).andThen(half), 2);
        QCOMPARE(half(7).andThen(half).error().message, std::string("odd"));
        QCOMPARE(half(7).valueOr(-1), -1);
    }

    void resultsHoldWhatOnlyMoves() {
        Result<std::unique_ptr<int>> result(std::make_unique<int>(5));
        const std::unique_ptr<int> taken = *std::move(result);
        QCOMPARE(*taken, 5);
    }
};

QTEST_APPLESS_MAIN(tst_Error)
#include "tst_error.moc"
