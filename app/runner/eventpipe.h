// SPDX-License-Identifier: Apache-2.0
// Where the runner's reports go: event bodies to the agent over the file descriptor in SLIPWAY_EVENT_FD, lines for people to
// stdout. Without the variable, and after the agent has gone, events are dropped. Training thread only.
#pragma once

#include "backends/trainer/trainer.h"

namespace slipway {

class EventPipe final : public TrainObserver {
public:
    explicit EventPipe(int descriptor) : m_descriptor(descriptor) {}

    // From the environment; takes the variable out of it, so that children do not write there.
    static EventPipe fromEnvironment();

    void onEvent(const EventBody& event) override;
    void onMessage(std::string_view message) override;

private:
    int m_descriptor;  // -1: nobody listens
};

}  // namespace slipway
