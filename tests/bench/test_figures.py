# SPDX-License-Identifier: Apache-2.0
"""The table of figures in README.md says what `tests/bench/run --list` says: the same names, the same bars.

    test_figures.py ROOT
"""
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(sys.argv[1])
ROW = re.compile(r"^\| `([^`]+)` \| (.+) \|$", re.MULTILINE)


def main():
    listed = subprocess.run([sys.executable, ROOT / "tests" / "bench" / "run", "--list"], check=True, capture_output=True, encoding="utf-8")
    measured = [tuple(line.split("\t")) for line in listed.stdout.splitlines()]
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    section = readme.partition("\n## Figures\n")[2].partition("\n## ")[0]
    told = ROW.findall(section)
    if not measured or sorted(measured) != sorted(told):
        for row in sorted(set(measured) - set(told)):
            print("README.md lacks the row: | `%s` | %s |" % row)
        for row in sorted(set(told) - set(measured)):
            print("tests/bench/run has no figure: | `%s` | %s |" % row)
        return 1
    return 0


sys.exit(main())
