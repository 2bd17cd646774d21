# SPDX-License-Identifier: Apache-2.0
"""Scalars per second out of an event file, against the EventAccumulator of Python's tensorboard on the same file; one JSON line.
Both must find the same scalars.

    bench_tensorboard_read.py PROGRAM [PYTHON]

PYTHON, or else the environment's SLIPWAY_BENCH_PYTHON, is a Python that has the package tensorboard; else this one is asked.
"""
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile

from figures import failed, no_figure

BAR = 20
SCALARS = 400000
TIMES = 5
THEIRS = """
import sys, time
from tensorboard.backend.event_processing import event_accumulator
begun = time.perf_counter()
read = event_accumulator.EventAccumulator(sys.argv[1], size_guidance={event_accumulator.SCALARS: 0})
read.Reload()
points = {tag: read.Scalars(tag) for tag in read.Tags()["scalars"]}
took = time.perf_counter() - begun
print(took, sum(map(len, points.values())), int(sum(point.value for point in points["train/loss"])))
"""


def measure(command):
    ran = subprocess.run([str(word) for word in command], capture_output=True, encoding="utf-8", check=False)
    if ran.returncode != 0:
        failed(command[0], ran.stderr)
    seconds, count, total = ran.stdout.split()
    return float(seconds), (int(count), int(total))


def main():
    program = sys.argv[1]
    python = sys.argv[2] if len(sys.argv) > 2 else os.environ.get("SLIPWAY_BENCH_PYTHON", sys.executable)
    asked = subprocess.run([python, "-c", "import tensorboard.backend.event_processing.event_accumulator as e, tensorboard; print(tensorboard.__version__)"],
                           capture_output=True, encoding="utf-8", check=False)
    if asked.returncode != 0:
        no_figure(f"{python} has no tensorboard; name a Python that has, as the argument or in SLIPWAY_BENCH_PYTHON")
    ratios, rates = [], []
    with tempfile.TemporaryDirectory() as name:
        file = pathlib.Path(name) / "events.out.tfevents.1700000000.bench"
        subprocess.run([program, "write", file, str(SCALARS)], check=True)
        for _ in range(TIMES):
            ours, ours_found = measure([program, "read", file])
            theirs, theirs_found = measure([python, "-c", THEIRS, file])
            if ours_found != theirs_found or ours_found[0] != SCALARS:
                failed("the comparison", f"{ours_found} and {theirs_found} were found")
            ratios.append(theirs / ours)
            rates.append(SCALARS / ours)
    value = statistics.median(ratios)
    print(json.dumps({"name": "tensorboard-read", "value": round(value, 1), "unit": "times as fast", "bar": BAR, "holds": value >= BAR,
                      "compared_with": f"EventAccumulator of tensorboard {asked.stdout.strip()}, {SCALARS} scalars",
                      "spread": [round(min(ratios), 1), round(max(ratios), 1)], "million_scalars_per_second": round(statistics.median(rates) / 1e6, 2)}))


if __name__ == "__main__":
    main()
