# SPDX-License-Identifier: Apache-2.0
"""installer/run as a user meets it, in a checkout of a few files whose setup, cmake and ninja are stand-ins: each writes that it
began, waits while the case holds it, and the build makes the program that is run. Called with the checkout's folder."""
import contextlib
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(sys.argv.pop())
PROGRAM = '#!/bin/bash\necho "program $*" >>"$FAKE/calls"\nif [ -p "$FAKE/program" ]; then read -r <"$FAKE/program" || true; fi\n'


class Run(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="slipway-run-"))
        self.addCleanup(shutil.rmtree, self.folder)
        self.checkout, self.fake, self.bin = (self.folder / name for name in ("checkout", "fake", "bin"))
        for folder in (self.checkout / "installer", self.checkout / "build/bin", self.fake, self.bin):
            folder.mkdir(parents=True)
        for name in ("run", "test", "common.sh"):
            shutil.copy2(ROOT / "installer" / name, self.checkout / "installer" / name)
        (self.fake / "calls").write_text("")
        (self.fake / "slipway").write_text(PROGRAM)
        self.standIn(self.checkout / "installer/setup", 'if [ -p "$FAKE/setup" ]; then read -r <"$FAKE/setup" || true; fi')
        self.standIn(self.bin / "cmake", "")
        self.standIn(self.bin / "ninja", 'install -m 755 "$FAKE/slipway" build/bin/slipway')

    def standIn(self, file, script):
        file.write_text(f'#!/bin/bash\necho "{file.name}" >>"$FAKE/calls"\n{script}\n')
        file.chmod(0o755)

    @contextlib.contextmanager
    def held(self, process, name):
        """Begins when the stand-in of that name has begun, which goes on at the end; those that begin later do not wait."""
        with open(self.fake / name, "w"):  # when both ends are open
            (self.fake / name).unlink()
            self.assertIsNone(process.poll())
            yield

    def start(self, name, *arguments):
        environment = {"PATH": f"{self.bin}:/usr/bin:/bin", "HOME": str(self.folder), "FAKE": str(self.fake)}
        process = subprocess.Popen([self.checkout / "installer" / name, *arguments], env=environment, stdin=subprocess.DEVNULL,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.addCleanup(lambda: (process.kill(), process.communicate()))
        return process

    def calls(self):
        return (self.fake / "calls").read_text().splitlines()

    def test_arguments_go_to_the_program(self):
        for arguments in (["--yes", "train", "--bogus"], ["--", "train", "--bogus"]):
            process = self.start("run", *arguments)
            out, problems = process.communicate(timeout=50)
            self.assertEqual(process.returncode, 0, out + problems)
            self.assertEqual(self.calls()[-1], "program tour train --bogus")

    def test_an_unknown_option_is_refused_at_once(self):
        for option in ("--bogus", "-x"):
            process = self.start("run", "--yes", option)
            out, problems = process.communicate(timeout=50)
            self.assertEqual((process.returncode, out), (1, ""))
            self.assertRegex(problems, rf"\Aslipway: installer/run has no option '{option}'; it has --cuda, --yes and --help, [^\n]*\n\Z")
            self.assertEqual(self.calls(), [])

    def test_one_at_a_time(self):
        for other in (["run"], ["test", "--only", "format"]):
            (self.fake / "calls").write_text("")
            os.mkfifo(self.fake / "setup")
            first = self.start("run")
            with self.held(first, "setup"):
                second = self.start(*other)
                self.assertEqual(second.stdout.readline(),
                                 "slipway: waiting for another installer/run or installer/test in this checkout\n")
                self.assertEqual(self.calls(), ["setup"])
            out, problems = first.communicate(timeout=50)
            self.assertEqual(first.returncode, 0, out + problems)
            second.communicate(timeout=50)
            self.assertEqual(self.calls().count("setup"), 2)

    def test_the_program_holds_up_nobody(self):
        os.mkfifo(self.fake / "program")
        first = self.start("run")
        with self.held(first, "program"):
            second = self.start("run")
            out, problems = second.communicate(timeout=50)
            self.assertEqual(second.returncode, 0, out + problems)
            self.assertNotIn("waiting", out)
        self.assertEqual(first.wait(timeout=50), 0)


if __name__ == "__main__":
    unittest.main()
