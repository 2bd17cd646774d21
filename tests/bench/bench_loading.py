# SPDX-License-Identifier: Apache-2.0
"""Samples per second of reading data for training, from nothing to an epoch's last batch, against PyTorch's DataLoader with whichever
number of workers is best for it, on the same cores. Interleaved pairs, one JSON line; the value is the median ratio.

    bench_loading.py images|table BENCH_LOADING DEPS PYTHON [--pairs N]

PYTHON has numpy, and Pillow for pictures or pandas for tables; torch comes from DEPS, the folder of the wheels.
"""
import argparse
import json
import os
import pathlib
import random
import statistics
import subprocess
import tempfile

from figures import failed, no_figure

CORES = len(os.sched_getaffinity(0))
KINDS = {"images": ("128", 32), "table": ("y", 256)}  # side or target, batch
BAR = 2.0
PICTURES = """
import pathlib, sys
import numpy
from PIL import Image
source = numpy.random.default_rng(1)
for label in range(4):
    folder = pathlib.Path(sys.argv[1]) / f"class{label}"
    folder.mkdir(parents=True)
    for number in range(500):
        small = source.integers(0, 255, (28, 32, 3), dtype=numpy.uint8)
        Image.fromarray(small).resize((500, 375), Image.BICUBIC).save(folder / f"{number}.jpg", quality=90)
"""


def write_table(place):
    source = random.Random(1)
    with place.open("w", encoding="utf-8") as out:
        out.write(",".join(f"c{i}" for i in range(30)) + ",y\n")
        for _ in range(200_000):
            out.write(",".join(f"{source.gauss(0, 1):.4f}" for _ in range(30)) + f",{source.choice('abc')}\n")


def rate(command, environment=None):
    run = subprocess.run([str(word) for word in command], capture_output=True, encoding="utf-8", check=False, env=environment)
    if "ModuleNotFoundError" in run.stderr:
        no_figure(run.stderr.strip().splitlines()[-1])
    if run.returncode != 0:
        failed(command[0], run.stderr)
    return float(run.stdout)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("kind", choices=KINDS)
    parser.add_argument("bench")
    parser.add_argument("deps")
    parser.add_argument("python", nargs="?")
    parser.add_argument("--pairs", type=int, default=5)
    options = parser.parse_args()
    if not options.python:
        no_figure("name a Python that has numpy, Pillow and pandas")
    more, batch = KINDS[options.kind]
    environment = {**os.environ, "PYTHONPATH": options.deps}
    with tempfile.TemporaryDirectory() as name:
        place = pathlib.Path(name) / "data"
        if options.kind == "images":
            made = subprocess.run([options.python, "-c", PICTURES, place], capture_output=True, encoding="utf-8", check=False)
            if made.returncode != 0:
                no_figure(made.stderr.strip().splitlines()[-1])
        else:
            place = place.with_suffix(".csv")
            write_table(place)

        def theirs(workers):
            return rate([options.python, "-W", "ignore", pathlib.Path(__file__).with_name("python_loading.py"), options.kind, place, more, batch, workers],
                        environment)

        loaders = {workers: theirs(workers) for workers in range(CORES + 1)}
        workers = max(loaders, key=loaders.get)
        ratios, rates = [], []
        for pair in range(-1, options.pairs):  # the first pair warms the caches
            b = theirs(workers)
            a = rate([options.bench, options.kind, place, more, batch, CORES])
            if pair >= 0:
                ratios.append(a / b)
                rates.append(a)
    value = statistics.median(ratios)
    print(json.dumps({"name": f"load-{options.kind}", "value": round(value, 4), "unit": "ratio of samples/s, median", "bar": BAR, "holds": value >= BAR,
                      "compared_with": f"DataLoader with {workers} workers on {CORES} cores; here {statistics.median(rates):,.0f} samples/s",
                      "spread": [round(min(ratios), 4), round(max(ratios), 4)], "pairs": options.pairs}))


if __name__ == "__main__":
    main()
