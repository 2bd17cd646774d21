// SPDX-License-Identifier: Apache-2.0
// The same for tests that use libtorch.
#pragma once

#include "testheaders.h"

#include <torch/torch.h>
