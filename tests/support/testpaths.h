// SPDX-License-Identifier: Apache-2.0
// Where a test finds the checkout and the programs that were built with it. The paths are in one object of their own, so
// that the compiler cache serves the same test in clones at different places.
#pragma once

extern const char* const kSourceDir;
extern const char* const kTestDataDir;
extern const char* const kBinDir;
extern const char* const kDepsDir;  // the pinned wheels, as one folder of Python's
// Stand-ins for the NVIDIA driver's library: new/libnvidia-ml.so.1, and old/ of a driver that lacks functions.
extern const char* const kNvmlDir;
