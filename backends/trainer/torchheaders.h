// SPDX-License-Identifier: Apache-2.0
// The precompiled header of this folder; files that use libtorch include it by name, so that they also build without it.
#pragma once

#include <torch/torch.h>
