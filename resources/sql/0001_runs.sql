-- SPDX-License-Identifier: Apache-2.0
-- The index over run folders. `stamp` says which run.json the row was read from; `record` is its text.
CREATE TABLE runs (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL,
    job TEXT NOT NULL,
    stamp TEXT NOT NULL,
    record TEXT NOT NULL
);
CREATE INDEX runs_by_id ON runs (id);
CREATE INDEX runs_by_job ON runs (job);
