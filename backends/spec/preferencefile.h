// SPDX-License-Identifier: Apache-2.0
// The settings file, <home>/settings.yaml: a map of core/preferences.h's names. Edited in place, so that its comments stay. Any
// thread; two writers at once do not mix, and neither undoes the other.
#pragma once

#include "backends/core/preferences.h"
#include "backends/core/result.h"

#include <filesystem>

namespace slipway {

std::filesystem::path preferenceFile(const std::filesystem::path& home);

// Every setting, at its default where the file does not name it; a missing file names none. InvalidArgument tells all that is wrong,
// with its line, what is allowed and the nearest name; Io, PermissionDenied.
Result<ParameterValues> loadPreferences(const std::filesystem::path& home);

// Writes one, as a person would type it; empty: the default again. NotFound: an unknown name, with the nearest; InvalidArgument: what
// is allowed; and what loadPreferences() refuses.
Result<void> setPreference(const std::filesystem::path& home, const std::string& name,
                           const std::string& typed);

}  // namespace slipway
