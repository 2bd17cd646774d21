#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Names the tests of BUILD that what changed since COMMIT concerns, a name a line.

A test is concerned when its source changed, or a header of the project that it includes, or the unit behind such a header; a test of
a program (tests/app/cli) also when any unit or header of it (app/cli) did; and every test when the root's CMakeLists.txt
did. Usage: changedtests.py BUILD COMMIT CTEST-ARGUMENT...
"""
import json
import os
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import units  # noqa: E402


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
    programs = {f"tests/{os.path.dirname(path)}" for path in changed if path.startswith("app/") and path.endswith((".cpp", ".h"))}
    # Tests that are no programs of ours, but scripts, need no sanitizer.
    sources = {os.path.splitext(os.path.basename(path))[0]: path for path in units.sources_of(build) if path.startswith("tests/")}
    known = json.loads(subprocess.check_output(["ctest", "--test-dir", build, "--show-only=json-v1", *chosen], text=True))
    for name in (test["name"] for test in known["tests"] if test["name"] in sources):
        source = sources[name]
        if "CMakeLists.txt" in changed or os.path.dirname(source) in programs or included(source, set()) & changed:
            print(name)
    return 0


if __name__ == "__main__":
    sys.exit(main())
