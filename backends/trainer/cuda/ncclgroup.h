// SPDX-License-Identifier: Apache-2.0
// The CUDA part of the runner: libslipway_cuda.so, loaded where ranks train on GPUs, so that the runner itself links no CUDA
// library and starts on a machine without any. Training thread only.
#pragma once

#include <torch/csrc/distributed/c10d/Backend.hpp>
#include <torch/csrc/distributed/c10d/Store.hpp>

#include <chrono>

// Joins `size` ranks by NCCL, each on the GPU that its tensors are on. Throws c10::Error, as libtorch does: without a GPU, and
// when the others do not come.
extern "C" void slipwayMakeNcclGroup(const c10::intrusive_ptr<c10d::Store>& store, int rank, int size,
                                     std::chrono::milliseconds timeout,
                                     c10::intrusive_ptr<c10d::Backend>& group);
