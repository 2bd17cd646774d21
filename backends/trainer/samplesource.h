// SPDX-License-Identifier: Apache-2.0
// Samples for a model that is trained, of files that were not there then: read as the model's own were, a piece after the other, so
// that any number of them takes little memory. No libtorch here. One thread at a time.
#pragma once

#include "backends/trainer/modelconfig.h"

#include <memory>

namespace slipway::trainer {

struct SamplePiece {
    SampleSet set;                        // of none: the end
    std::vector<std::string> groupNames;  // that set.groups means
    std::vector<std::filesystem::path>
        files;                  // one a sample; or, where there is only one, all their rows are in it
    std::int64_t firstRow = 0;  // the number of the first of those rows, from 1; 0: each sample is a file
};

struct SourceRequest {
    std::vector<std::filesystem::path> places;  // files or folders
    bool isLabelled = false;                    // what is expected comes with them
    std::string group;                          // a column of a table; empty: none
    bool isGroupOptional = false;               // files that lack it are read without groups
};

class SampleSource {
public:
    virtual ~SampleSource() = default;
    // The errors of reading, and InvalidArgument for what does not fit the model, each with file and row.
    virtual Result<SamplePiece> next() = 0;
    virtual std::int64_t total() const { return 0; }  // samples; 0: not known before they are read
    virtual bool hasRows() const { return true; }     // of some files, more than one sample can be in them
    virtual bool hasGroups() const { return false; }  // of all samples
};

// NotFound, PermissionDenied, Io, Corrupt, InvalidArgument, each with the file's name. The configuration must outlive the source.
Result<std::unique_ptr<SampleSource>> openSource(const ModelConfig& config, const SourceRequest& request);

// Data that are not those it was trained with. `detail`: how that is known.
Error otherData(const std::filesystem::path& place, std::string detail);

// What was held out when the model was trained, of the same data. Conflict where their number or form is another now.
Result<Samples> heldOutSamples(const ModelConfig& config, const std::filesystem::path& place,
                               const std::string& group);

}  // namespace slipway::trainer
