// SPDX-License-Identifier: Apache-2.0
#include "backends/core/preferences.h"

#include <QTest>

#include <set>

using namespace slipway;

class tst_Preferences : public QObject {
    Q_OBJECT
private Q_SLOTS:
    // One file has them all, so a name stands in one table only, and each has a default that fits.
    void everySettingIsSound() {
        std::set<std::string> seen;
        const ParameterValues values = defaultPreferences();
        for (const std::string& name : preferenceNames()) {
            QVERIFY2(seen.insert(name).second, name.c_str());
            const Parameter* parameter = findPreference(name);
            QVERIFY(parameter != nullptr);
            QVERIFY(!parameter->help.empty() && !parameter->label.empty());
            QVERIFY(!rangeProblem(*parameter, values.at(name)));
        }
        QCOMPARE(seen.size(), values.size());
        QVERIFY(findPreference("budget") == nullptr);
    }
};

QTEST_APPLESS_MAIN(tst_Preferences)
#include "tst_preferences.moc"
