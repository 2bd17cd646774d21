// SPDX-License-Identifier: Apache-2.0
#include "backends/supervise/tensorboardtail.h"

#include <poll.h>

#include <QTemporaryDir>
#include <QTest>

#include "testpaths.h"

using namespace slipway;
namespace fs = std::filesystem;

class tst_TensorboardTail : public QObject {
    Q_OBJECT

    const fs::path m_recorded =
        fs::path(kTestDataDir) / "tensorboard" / "events.out.tfevents.1795877962.torch.0";

private Q_SLOTS:
    void itTellsWhileTheFileIsThereAndAtTheEnd() {
        const QTemporaryDir folder;
        const fs::path root = folder.path().toStdString();
        auto tail = TensorboardTail::start({{root}, {}, RunId("a-1-abcde")});
        QVERIFY(tail);
        fs::copy_file(m_recorded, root / "events.out.tfevents.1.a");
        pollfd waiting{(*tail)->descriptor(), POLLIN, 0};
        QCOMPARE(::poll(&waiting, 1, 20000), 1);
        std::size_t metrics = 0;
        QTRY_VERIFY((metrics += (*tail)->take().metrics.size()) > 0);

        fs::copy_file(m_recorded, root / "events.out.tfevents.2.a");
        (*tail)->finish();
        QTRY_VERIFY((*tail)->isDone());
        QVERIFY(!(*tail)->take().metrics.empty());
        QVERIFY((*tail)->take().metrics.empty());
    }

    void itEndsInTheMiddle() {
        const QTemporaryDir folder;
        const fs::path root = folder.path().toStdString();
        for (int i = 0; i < 900; ++i)
            fs::copy_file(m_recorded, root / ("events.out.tfevents." + std::to_string(i) + ".a"));
        auto tail = TensorboardTail::start({{root}, {}, RunId("a-1-abcde")});
        QVERIFY(tail);
        pollfd waiting{(*tail)->descriptor(), POLLIN, 0};
        QCOMPARE(::poll(&waiting, 1, 20000), 1);
        tail->reset();
        QVERIFY(!*tail);
    }
};

QTEST_GUILESS_MAIN(tst_TensorboardTail)
#include "tst_tensorboardtail.moc"
