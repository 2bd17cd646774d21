# SPDX-License-Identifier: GPL-3.0-or-later
"""The workbench's window from process start to first paint, against an empty QMainWindow of the same program; one JSON line.

    bench_window_start.py PROGRAM [--pairs N]

Interleaved pairs under an X server of its own (Xvfb), with the examples as workspace and an empty home.
"""
import argparse
import contextlib
import os
import shutil
import statistics
import subprocess
import tempfile
import time

from figures import ROOT, failed, no_figure, report


@contextlib.contextmanager
def display():
    if not shutil.which("Xvfb"):
        no_figure("it needs the package xvfb")
    reader, writer = os.pipe()
    process = subprocess.Popen(["Xvfb", "-displayfd", str(writer), "-screen", "0", "1600x1000x24", "-nolisten", "tcp", "-noreset"],
                               pass_fds=[writer], stderr=subprocess.DEVNULL)
    os.close(writer)
    try:
        with os.fdopen(reader) as pipe:
            number = pipe.readline().strip()  # once it listens
        if not number:
            no_figure("Xvfb does not start")
        yield f":{number}"
    finally:
        process.terminate()
        process.wait()


def seconds(command, environment):
    begin = time.perf_counter()
    process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    told = process.stdout.readline()
    passed = time.perf_counter() - begin
    _, problem = process.communicate()
    if process.returncode != 0 or told != b"painted\n":
        failed(command[0], problem.decode(errors="replace"))
    return passed


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("--pairs", type=int, default=11)
    options = parser.parse_args()
    ours, theirs = [], []
    with display() as name, tempfile.TemporaryDirectory() as home:
        environment = {**os.environ, "DISPLAY": name, "QT_QPA_PLATFORM": "xcb", "KUBECONFIG": f"{home}/none"}
        window = [options.program, "--home", home, "--workspace", str(ROOT / "resources" / "examples"), "--theme", "light"]
        for pair in range(-1, options.pairs):  # the first pair warms the file cache
            a, b = seconds(window, environment), seconds([options.program, "--empty"], environment)
            if pair >= 0:
                ours.append(a)
                theirs.append(b)
    report("window-start", [a / b for a, b in zip(ours, theirs)], "ratio of seconds, median", 2,
           f"an empty QMainWindow under Xvfb, {statistics.median(theirs):.3f} s; the window {statistics.median(ours):.3f} s")


if __name__ == "__main__":
    main()
