#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Names the tests of BUILD that what changed since COMMIT concerns, a name a line.

A test is concerned when its source changed, or a header of the project that it includes, or the unit behind such a header; the tests of
a folder (tests/backends/runs) when anything in it (backends/runs) did; the tests that start programs when what only these are made
of did (STARTED_BY); and every test when how all of them are built did (FOR_ALL). Usage: changedtests.py BUILD COMMIT CTEST-ARGUMENT...
"""
import json
import os
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import units  # noqa: E402


FOR_ALL = ("CMakeLists.txt", "CMakePresets.json", "installer/changedtests.py")
# Folders whose code runs in processes that other folders' tests start, and where these tests are.
STARTED_BY = {
    "backends/supervise": ("tests/app/agent", "tests/app/cli", "tests/contract"),
    "app/agent": ("tests/app/cli", "tests/contract"),
    "backends/trainer": ("tests/app/runner",),
    "backends/cluster": ("tests/app/cli", "tests/contract"),
    "backends/services": ("tests/app/workbench",),
    "widgets": ("tests/app/workbench",),
}


def folders_of(path):
    """The folders whose tests a changed file concerns: its own folder's, and those of STARTED_BY."""
    parts = path.split("/")
    for depth in range(1, len(parts)):
        folder = "/".join(parts[:depth])
        yield from STARTED_BY.get(folder, ())
    if len(parts) > 2:
        yield "tests/" + "/".join(parts[:2])


def included(path, seen):
    """The file, the project's headers that it includes, and those that these include."""
    if path not in seen:
        seen.add(path)
        content = open(path, "rb").read()
        # tests/support is an include folder of each test.
        for one in units.included_by(path, content) | units.included_by("tests/support/", content):
            included(one, seen)
    return seen


def header_of(unit):
    """What a unit is used by: the header of its name, else one of its folder that it includes."""
    own = os.path.splitext(unit)[0] + ".h"
    if os.path.isfile(own) or not os.path.isfile(unit):
        return own
    beside = sorted(path for path in units.included_by(unit, open(unit, "rb").read())
                    if os.path.dirname(path) == os.path.dirname(unit))
    return beside[0] if beside else own


def main():
    build, commit, *chosen = sys.argv[1:]
    changed = units.changed_since(commit)
    changed |= {header_of(path) for path in changed if path.endswith(".cpp")}
    is_for_all = any(path in FOR_ALL or path.endswith(".supp") for path in changed)
    folders = {folder for path in changed if path.endswith((".cpp", ".h", "CMakeLists.txt")) and not path.startswith("tests/")
               for folder in folders_of(path)}
    # Tests that are no programs of ours, but scripts, need no sanitizer.
    sources = {os.path.splitext(os.path.basename(path))[0]: path for path in units.sources_of(build) if path.startswith("tests/")}
    known = json.loads(subprocess.check_output(["ctest", "--test-dir", build, "--show-only=json-v1", *chosen], text=True))
    for name in (test["name"] for test in known["tests"] if test["name"] in sources):
        source = sources[name]
        if is_for_all or os.path.dirname(source) in folders or included(source, set()) & changed:
            print(name)
    return 0


if __name__ == "__main__":
    sys.exit(main())
