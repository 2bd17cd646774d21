-- SPDX-License-Identifier: Apache-2.0
-- What filters and columns go by besides the record: settings and metrics. `stamp` says which files they were read from; `details`
-- is JSON. Runs are read anew, since a program that knew no tags may have written their rows.
DELETE FROM runs;
CREATE TABLE details (
    number INTEGER PRIMARY KEY,
    stamp TEXT NOT NULL,
    details TEXT NOT NULL
);
