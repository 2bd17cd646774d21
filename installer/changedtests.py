#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Names the tests of BUILD that what changed since COMMIT concerns, a name a line.

A test is concerned when its source changed, or a header of the project that it includes, or the unit behind such a header; a test of
a program (tests/app/cli) also when anything in the program's folder (app/cli) did; and every test when the root's CMakeLists.txt
did. Usage: changedtests.py BUILD COMMIT CTEST-ARGUMENT...
"""
import json
import os
import re
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import units  # noqa: E402

INCLUDE = re.compile(r'^\s*#\s*include\s+"([^"]+)"', re.MULTILINE)


def included(path, seen):
    """The project's headers that the file includes, and those that these include."""
    if path in seen:
        return seen
    seen.add(path)
    beside = os.path.dirname(path)
    for name in INCLUDE.findall(open(path, encoding="utf-8").read()):
        for one in (name, os.path.normpath(os.path.join(beside, name)), os.path.join("tests/support", name)):
            if os.path.isfile(one):
                included(one, seen)
    return seen


def header_of(unit):
    """What a unit is used by: the header of its name, else the first one of its folder that it includes."""
    own = os.path.splitext(unit)[0] + ".h"
    if os.path.isfile(own) or not os.path.isfile(unit):
        return own
    beside = os.path.dirname(unit)
    names = INCLUDE.findall(open(unit, encoding="utf-8").read())
    return next((name for name in names if os.path.dirname(name) == beside), own)


def main():
    build, commit, *chosen = sys.argv[1:]
    changed = units.changed_since(commit)
    changed |= {header_of(path) for path in changed if path.endswith(".cpp")}
    programs = {f"tests/{os.path.dirname(path)}" for path in changed if path.startswith("app/")}
    concerns_all = "CMakeLists.txt" in changed
    with open(os.path.join(build, "compile_commands.json"), encoding="utf-8") as database:
        sources = {os.path.relpath(os.path.join(one["directory"], one["file"])) for one in json.load(database)}
    known = json.loads(subprocess.check_output(["ctest", "--test-dir", build, "--show-only=json-v1", *chosen], text=True))
    for test in known["tests"]:
        source = next((path for path in sources if os.path.splitext(os.path.basename(path))[0] == test["name"]
                       and path.startswith("tests/")), None)
        if source is None:  # no program of ours: a script, which needs no sanitizer
            continue
        if concerns_all or os.path.dirname(source) in programs or included(source, set()) & changed:
            print(test["name"])
    return 0


if __name__ == "__main__":
    sys.exit(main())
