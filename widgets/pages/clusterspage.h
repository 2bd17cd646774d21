// SPDX-License-Identifier: GPL-3.0-or-later
// The clusters of the kubeconfig: contexts, namespaces and queues, whether they answer and why not. GUI thread only.
#pragma once

#include "widgets/pages/page.h"
#include "widgets/pages/services.h"

class QLabel;
class QPushButton;
class QStandardItemModel;
class QTreeView;

namespace slipway {

class StatefulView;

class ClustersPage final : public Page {
    Q_OBJECT
public:
    explicit ClustersPage(const Services& services, QWidget* parent = nullptr);

    void open(const QString& argument) override;
    std::vector<Crumb> crumbs() const override;
    QTreeView* table() const { return m_table; }
    StatefulView* view() const { return m_view; }

private:
    void showTargets(const TargetStatesPtr& targets);

    Services m_services;
    QLabel* m_count;
    QTreeView* m_table;
    QStandardItemModel* m_model;
    QPushButton* m_again;
    StatefulView* m_view;
    bool m_hasNone = false;  // the empty page, with its own button, is in sight
};

}  // namespace slipway
