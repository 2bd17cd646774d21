# SPDX-License-Identifier: Apache-2.0
"""Which tests installer/changedtests.py names after a change, in a small checkout of its own. Called with the checkout's folder."""
import json
import pathlib
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(sys.argv.pop())
FILES = {
    "CMakeLists.txt": "project(x)\n",
    "backends/data/a.h": "int a();\n",
    "backends/data/a.cpp": '#include "backends/data/a.h"\n',
    "backends/data/deep/d.cpp": "int d() {}\n",
    "backends/data/CMakeLists.txt": "slipway_library(data)\n",
    "backends/supervise/s.cpp": "int s() {}\n",
    "CMakePresets.json": "{}\n",
    "tests/support/tsan.supp": "race:x\n",
    "README.md": "x\n",
    "backends/data/b.h": '#include "backends/core/c.h"\n',
    "backends/core/c.h": "int c();\n",
    "app/cli/main.cpp": "int main() {}\n",
    "tests/backends/data/tst_a.cpp": '#include "backends/data/a.h"\n',
    "tests/backends/data/tst_b.cpp": '#include "backends/data/b.h"\n',
    "tests/app/cli/fixture.h": "int f();\n",
    "tests/app/cli/tst_cli.cpp": '#include "fixture.h"\n',
}


class ChangedTests(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name)
        for name, text in FILES.items():
            self.write(name, text)
        tests = [name for name in FILES if name.startswith("tests/") and name.endswith(".cpp")]
        self.write("build/compile_commands.json",
                   json.dumps([{"directory": str(self.root / "build"), "file": str(self.root / name)} for name in tests]))
        self.write("build/CTestTestfile.cmake",
                   "".join(f"add_test({pathlib.Path(name).stem} true)\n" for name in tests) + "add_test(test_script true)\n")
        self.write(".gitignore", "/build/\n")
        self.git("init", "-q")
        self.git("add", "-A")
        self.git("-c", "user.name=x", "-c", "user.email=x@x.invalid", "commit", "-qm", "x")

    def write(self, name, text):
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def git(self, *words):
        subprocess.run(["git", *words], cwd=self.root, check=True, stdout=subprocess.DEVNULL)

    def concerned(self):
        told = subprocess.run([sys.executable, "-B", ROOT / "installer/changedtests.py", "build", "HEAD"], cwd=self.root,
                              check=True, capture_output=True, text=True).stdout
        return sorted(told.split())

    def test_nothing(self):
        self.assertEqual(self.concerned(), [])

    def test_each_way_to_be_concerned(self):
        for name, tests in {
            "tests/backends/data/tst_b.cpp": ["tst_b"],
            "backends/core/c.h": ["tst_b"],
            "backends/data/a.cpp": ["tst_a", "tst_b"],
            "backends/data/deep/d.cpp": ["tst_a", "tst_b"],
            "backends/data/CMakeLists.txt": ["tst_a", "tst_b"],
            "backends/supervise/s.cpp": ["tst_cli"],
            "app/cli/main.cpp": ["tst_cli"],
            "CMakePresets.json": ["tst_a", "tst_b", "tst_cli"],
            "tests/support/tsan.supp": ["tst_a", "tst_b", "tst_cli"],
            "README.md": [],
            "tests/app/cli/fixture.h": ["tst_cli"],
            "CMakeLists.txt": ["tst_a", "tst_b", "tst_cli"],
        }.items():
            with self.subTest(name):
                self.write(name, FILES[name] + "// changed\n")
                self.assertEqual(self.concerned(), tests)
                self.write(name, FILES[name])

    def test_a_unit_that_is_gone(self):
        (self.root / "backends/data/a.cpp").unlink()
        self.assertEqual(self.concerned(), ["tst_a", "tst_b"])


unittest.main()
