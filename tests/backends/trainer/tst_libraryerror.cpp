// SPDX-License-Identifier: Apache-2.0
#include "backends/trainer/libraryerror.h"

#include "backends/trainer/torchheaders.h"

#include <QTest>

#include <new>

using namespace slipway;
using namespace slipway::trainer;

class tst_libraryerror : public QObject {
    Q_OBJECT

    template <typename Function>
    static Error errorOf(Function function) {
        try {
            function();
        } catch (...) {
            return libraryError(ErrorCode::Internal, "it failed");
        }
        return {};
    }

private Q_SLOTS:
    void exceptionsBecomeErrors() {
        const Error memory = errorOf([] { throw std::bad_alloc(); });
        QCOMPARE(memory.code, ErrorCode::Unavailable);
        QCOMPARE(memory.message, std::string("out of memory"));
        const Error large = errorOf([] { torch::empty({std::int64_t{1} << 50}); });
        QCOMPARE(large.code, ErrorCode::Unavailable);
        const Error unfit = errorOf([] { torch::mm(torch::ones({2, 3}), torch::ones({2, 3})); });
        QCOMPARE(unfit.code, ErrorCode::Internal);
        QCOMPARE(unfit.message, std::string("it failed"));
        QVERIFY(unfit.detail.find("2x3") != std::string::npos);
        QCOMPARE(errorOf([] { throw std::runtime_error("words"); }).detail, std::string("words"));
    }
};

QTEST_APPLESS_MAIN(tst_libraryerror)
#include "tst_libraryerror.moc"
