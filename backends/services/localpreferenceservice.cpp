// SPDX-License-Identifier: Apache-2.0
#include "backends/runs/prune.h"
#include "backends/services/localservices.h"
#include "backends/services/worker.h"
#include "backends/spec/preferencefile.h"

namespace slipway {
namespace {

class LocalPreferenceService final : public PreferenceService {
public:
    LocalPreferenceService(std::filesystem::path home, QObject* owner)
        : PreferenceService(owner),
          m_home(std::move(home)),
          m_file(this, 1),
          m_walk(this, 1) {}

    void load() override {
        m_file.run([this](const std::stop_token&) { return loadPreferences(m_home); },
                   [this](const Result<ParameterValues>& values) {
                       if (values)
                           Q_EMIT loaded(*values);
                       else
                           Q_EMIT failed(values.error());
                   });
    }

    void set(const QString& name, const QString& typed) override {
        m_file.run(
            [this, key = name.toStdString(),
             text = typed.toStdString()](const std::stop_token&) -> Result<ParameterValues> {
                SLIPWAY_CHECK(setPreference(m_home, key, text));
                return loadPreferences(m_home);
            },
            [this, name](const Result<ParameterValues>& values) {
                if (values)
                    Q_EMIT loaded(*values);
                else
                    Q_EMIT refused(name, values.error());
            });
    }

    void measure() override {
        m_walk.run(
            [this](const std::stop_token& stop) -> Result<Bytes> {
                SLIPWAY_TRY(const RunStore store, RunStore::open(m_home));
                return runsOnDisk(store, stop);
            },
            [this](const Result<Bytes>& runs) {
                if (runs)
                    Q_EMIT measured(*runs);
                else
                    Q_EMIT failed(runs.error());
            });
    }

private:
    std::filesystem::path m_home;
    Worker m_file;
    Worker m_walk;
};

}  // namespace

PreferenceService* makePreferenceService(const std::filesystem::path& home, QObject* owner) {
    return new LocalPreferenceService(home, owner);
}

}  // namespace slipway
