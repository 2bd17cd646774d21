# SPDX-License-Identifier: Apache-2.0
"""resources/python/slipway.py in real processes, with and without a listener, and the example that uses it."""
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

RESOURCES = pathlib.Path(sys.argv.pop())


def run(code, listener=True, close_early=False, folder=None, arguments=None):
    """Runs Python with slipway.py at hand; gives the process and what it sent, line by line."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith("SLIPWAY_")}
    environment["PYTHONPATH"] = str(RESOURCES / "python")
    environment["PYTHONDONTWRITEBYTECODE"] = "1"
    if folder:
        environment["SLIPWAY_RUN_FOLDER"] = str(folder)
    with tempfile.TemporaryFile() as sent:
        passed = []
        if close_early:
            reader, writer = os.pipe()
            os.close(reader)
            passed = [writer]
            environment["SLIPWAY_EVENT_FD"] = str(writer)
        elif listener:
            passed = [sent.fileno()]
            environment["SLIPWAY_EVENT_FD"] = str(sent.fileno())
        process = subprocess.run([sys.executable, "-W", "error"] + (arguments or ["-c", "import slipway\n" + code]),
                                 env=environment, pass_fds=passed, cwd=folder, capture_output=True, text=True, timeout=60)
        sent.seek(0)
        return process, [json.loads(line) for line in sent.read().decode().splitlines()]


class SlipwayModule(unittest.TestCase):
    def sent(self, code, warnings=(), **options):
        process, events = run(code, **options)
        self.assertEqual(process.stderr.splitlines(), list(warnings))
        self.assertEqual(process.returncode, 0)
        return events

    def test_metrics(self):
        self.assertEqual(self.sent("slipway.log(step=10, loss=0.5, **{'test/accuracy': 1})"),
                         [{"kind": "metric", "step": 10, "values": {"loss": 0.5, "test/accuracy": 1.0}}])

    def test_steps_count_by_themselves(self):
        self.assertEqual([e["step"] for e in self.sent("slipway.log(a=1); slipway.log(a=2); slipway.log(step=7, a=3); slipway.log(a=4)")],
                         [1, 2, 7, 8])

    def test_numbers_of_every_kind(self):
        code = ("import decimal, fractions\n"
                "class Tensor:\n    def item(self): return 0.25\n"
                "slipway.log(step=1, t=Tensor(), d=decimal.Decimal('0.5'), f=fractions.Fraction(1, 4), s='word', n=None,\n"
                "            nan=float('nan'), inf=-float('inf'), big=10**400)")
        warnings = [f"slipway.log: {name} is left out: a value of type {kind} is no number"
                    for name, kind in (("s", "str"), ("n", "NoneType"), ("big", "int"))]
        self.assertEqual(self.sent(code, warnings)[0]["values"], {"t": 0.25, "d": 0.5, "f": 0.25, "nan": "nan", "inf": "-inf"})

    def test_progress(self):
        self.assertEqual(self.sent("slipway.progress(3, 10, epoch=0.5, samples_per_second=7)"),
                         [{"kind": "progress", "step": 3, "steps": 10, "epoch": 0.5, "samples_per_second": 7.0}])

    def test_checkpoints_are_inside_the_run_folder(self):
        with tempfile.TemporaryDirectory() as folder:
            code = ("f = slipway.run_folder() / 'checkpoints' / 'a'; f.parent.mkdir(); f.write_bytes(b'12345')\n"
                    "slipway.checkpoint(f, 4); slipway.checkpoint(f.parent, 5); slipway.checkpoint('/etc/hostname', 6)")
            self.assertEqual(self.sent(code, folder=folder),
                             [{"kind": "checkpoint", "step": 4, "path": "checkpoints/a", "size": 5},
                              {"kind": "checkpoint", "step": 5, "path": "checkpoints", "size": 5}])

    def test_result_folder_is_made(self):
        with tempfile.TemporaryDirectory() as folder:
            self.sent("(slipway.result_folder() / 'x').write_text('y')", folder=folder)
            self.assertEqual((pathlib.Path(folder) / "result" / "x").read_text(), "y")

    def test_a_smoke_run_is_known(self):
        for variables, steps in (({}, 0), ({"SLIPWAY_SMOKE": "1", "SLIPWAY_SMOKE_STEPS": "8"}, 8), ({"SLIPWAY_SMOKE_STEPS": "8"}, 0),
                                 ({"SLIPWAY_SMOKE": "1", "SLIPWAY_SMOKE_STEPS": "many"}, 0)):
            process, _ = run(f"import os; os.environ.update({variables}); print(slipway.smoke_steps())")
            self.assertEqual(process.stdout.strip(), str(steps))

    def test_nothing_raises(self):
        code = ("class Bad:\n    def __str__(self): raise RuntimeError\n    __repr__ = __float__ = __int__ = __str__\n"
                "slipway.log(step=Bad(), loss=1); slipway.log(step=1, loss=Bad()); slipway.progress(Bad()); slipway.progress('x')\n"
                "slipway.checkpoint(Bad(), 1); slipway.log(step=1, **{'n' * 5000: 1}); slipway.log()")
        self.assertEqual(self.sent(code, ["slipway.log: loss is left out: a value of type Bad is no number",
                                          "slipway.log: " + "n" * 80 + " is left out: its name is longer than 80 bytes"]), [])

    def test_what_is_left_out_is_said_once_a_name(self):
        code = "for i in range(3): slipway.log(step=i, loss='x', acc=None, right=i)"
        events = self.sent(code, ["slipway.log: loss is left out: a value of type str is no number",
                                  "slipway.log: acc is left out: a value of type NoneType is no number"])
        self.assertEqual([e["values"] for e in events], [{"right": 0.0}, {"right": 1.0}, {"right": 2.0}])
        self.assertEqual(self.sent("import sys; sys.stderr = None; slipway.log(step=1, loss='x', right=1)")[0]["values"],
                         {"right": 1.0})
        self.assertEqual(self.sent("slipway.log(loss='x')", listener=False), [])

    def test_many_values_go_in_several_events(self):
        events = self.sent("slipway.log(step=1, **{f'metric{i}': i for i in range(2000)})")
        self.assertGreater(len(events), 1)
        self.assertEqual({event["step"] for event in events}, {1})
        values = {name: value for event in events for name, value in event["values"].items()}
        self.assertEqual(values, {f"metric{i}": i for i in range(2000)})

    def test_silent_without_a_listener(self):
        code = "slipway.log(step=1, loss=1); slipway.progress(1); print(slipway.is_active())"
        process, _ = run(code, listener=False)
        self.assertEqual((process.stdout, process.stderr, process.returncode), ("False\n", "", 0))

    def test_goes_on_when_the_listener_has_gone(self):
        process, _ = run("slipway.log(step=1, loss=1); slipway.log(step=2, loss=1); print(slipway.is_active())", close_early=True)
        self.assertEqual((process.stdout, process.stderr, process.returncode), ("False\n", "", 0))

    def test_threads_do_not_mix_lines(self):
        code = ("import threading\n"
                "def work(n):\n    for i in range(500): slipway.log(step=i, **{f'thread{n}': i, 'x' * 60: 1})\n"
                "threads = [threading.Thread(target=work, args=(n,)) for n in range(8)]\n"
                "[t.start() for t in threads]; [t.join() for t in threads]")
        events = self.sent(code)
        self.assertEqual(len(events), 4000)

    def command_line(self, script, code):
        """What `code` prints with a stand-in for the command line."""
        with tempfile.TemporaryDirectory() as folder:
            program = pathlib.Path(folder) / "slipway"
            if script is not None:
                program.write_text("#!/bin/sh\n" + script, encoding="utf-8")
                program.chmod(0o755)
            code = f"import os; os.environ['SLIPWAY_CLI'] = {str(program)!r}\n" + code
            process, _ = run(code, listener=False, folder=folder)
        self.assertEqual((process.returncode, process.stderr), (0, ""))
        return process.stdout.splitlines()

    def test_calls_of_the_command_line(self):
        code = ("print(slipway.submit('job', to='lab/team', settings={'train.epochs': 5, 'name': 'a'}, registry='r/x')[0])\n"
                "print(slipway.runs(all=True)[0], slipway.show(42)[0])")
        said = self.command_line("""printf '["%s"]' "$(echo "$@" | sed 's/"/+/g')" """, code)
        self.assertEqual(said, ["submit job --to lab/team --set train.epochs=5 --set name=+a+ --registry r/x --json",
                                "runs --all --json show 42 --json"])

    def test_what_goes_wrong_is_raised(self):
        code = "try: print(slipway.runs())\nexcept slipway.SlipwayError as e: print(f'{e.code}|{e.message}|{e.hint}|{e}')"
        self.assertEqual(self.command_line("""echo '{"error":{"code":"not-found","message":"no run","detail":"d","hint":"See"}}'; exit 3""", code),
                         ["not-found|no run|See|no run. d. See"])
        self.assertEqual(self.command_line("exit 4", code), ["internal|slipway ended with exit code 4 and said nothing||"
                                                             "slipway ended with exit code 4 and said nothing"])
        self.assertEqual(self.command_line("echo garbage", code)[0].split("|")[:2], ["corrupt", "slipway printed no JSON"])
        self.assertEqual(self.command_line(None, code)[0].split("|")[0], "not-found")

    def test_a_run_is_followed(self):
        script = """echo '{"kind":"log","text":"hello"}'; echo '{"record":{"state":"failed"},"findings":[1]}'; exit 1"""
        self.assertEqual(self.command_line(script, "print(slipway.run('job'))"), ["hello", "{'state': 'failed', 'findings': [1]}"])
        self.assertEqual(self.command_line(script, "print(slipway.run('job', echo=False)['state'])"), ["failed"])

    def test_the_example_trains(self):
        with tempfile.TemporaryDirectory() as folder:
            program = RESOURCES / "examples" / "program-python" / "train.py"
            process, events = run("", folder=folder, arguments=[str(program), "--steps", "100"])
            self.assertEqual(process.returncode, 0, process.stderr)
            points = [e for e in events if e["kind"] == "metric"]
            self.assertEqual(points[-1]["step"], 100)
            self.assertGreater(points[-1]["values"]["test/accuracy"], 0.8)
            self.assertTrue((pathlib.Path(folder) / "result" / "weights.json").exists())
            alone, _ = run("", listener=False, folder=folder, arguments=["-S", str(program), "--steps", "10"])
            self.assertEqual(alone.returncode, 0, alone.stderr)


if __name__ == "__main__":
    unittest.main()
