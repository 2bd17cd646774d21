// SPDX-License-Identifier: Apache-2.0
// Which samples of many are shown, and a picture small enough to be shown beside others. Any thread.
#pragma once

#include "backends/core/datadescription.h"
#include "backends/data/picture.h"

#include <map>

namespace slipway {

// The first few of each class, until there are enough.
class PictureChoice {
public:
    // Whether to show one of this class that comes next.
    bool take(std::int64_t label);
    bool isFull() const;

private:
    std::map<std::int64_t, int> m_taken;  // by class
    int m_all = 0;
};

// As it is where neither side is above kMaxSmallSide; else its middle square at that side.
DescribedPicture smallPicture(const Picture& picture, std::string name, std::string label);

}  // namespace slipway
