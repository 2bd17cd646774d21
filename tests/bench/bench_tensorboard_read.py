# SPDX-License-Identifier: Apache-2.0
"""Scalars per second out of an event file, against the EventAccumulator of Python's tensorboard on the same file, or against its data
server, from its start to all scalars handed out; one JSON line. Both must find the same scalars.

    bench_tensorboard_read.py [--server] PROGRAM [PYTHON]

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


SERVER = """
import os, sys, time
from tensorboard import context
from tensorboard.data import server_ingester
from tensorboard.util import grpc_util
begun = time.perf_counter()
ingester = server_ingester.SubprocessServerDataIngester(
    server_binary=server_ingester.get_server_binary(), logdir=os.path.dirname(sys.argv[1]), reload_interval=0,
    channel_creds_type=grpc_util.ChannelCredsType.LOCAL, samples_per_plugin={"scalars": 0})
ingester.start()
ask = dict(experiment_id="", plugin_name="scalars")
count, total, wanted = 0, 0, int(sys.argv[2])
while count < wanted and time.perf_counter() - begun < 120:
    read = ingester.data_provider.read_scalars(context.RequestContext(), downsample=wanted, **ask)
    tags = {tag: points for run in read.values() for tag, points in run.items()}
    count = sum(map(len, tags.values()))
took = time.perf_counter() - begun
print(took, count, int(sum(point.value for point in tags["train/loss"])))
"""


def measure(command):
    ran = subprocess.run([str(word) for word in command], capture_output=True, encoding="utf-8", check=False)
    if ran.returncode != 0:
        failed(command[0], ran.stderr)
    seconds, count, total = ran.stdout.split()
    return float(seconds), (int(count), int(total))


def main():
    words = sys.argv[1:]
    is_server = words[:1] == ["--server"]
    program, *rest = words[is_server:]
    python = rest[0] if rest else os.environ.get("SLIPWAY_BENCH_PYTHON", sys.executable)
    name, bar, peer, needs = ("tensorboard-server", 1, "the data server", "tensorboard_data_server") if is_server else \
        ("tensorboard-read", 20, "EventAccumulator", "tensorboard.backend.event_processing.event_accumulator")
    asked = subprocess.run([python, "-c", f"import {needs}, tensorboard; print(tensorboard.__version__)"], capture_output=True, encoding="utf-8", check=False)
    if asked.returncode != 0:
        no_figure(f"{python} has no {needs}; name a Python that has, as the argument or in SLIPWAY_BENCH_PYTHON")
    ratios, rates = [], []
    with tempfile.TemporaryDirectory() as folder:
        file = pathlib.Path(folder) / "events.out.tfevents.1700000000.bench"
        subprocess.run([program, "write", file, str(SCALARS)], check=True)
        for _ in range(TIMES):
            ours, ours_found = measure([program, "read", file])
            theirs, theirs_found = measure([python, "-c", SERVER if is_server else THEIRS, file, SCALARS])
            if ours_found != theirs_found or ours_found[0] != SCALARS:
                failed("the comparison", f"{ours_found} and {theirs_found} were found")
            ratios.append(theirs / ours)
            rates.append(SCALARS / ours)
    value = statistics.median(ratios)
    print(json.dumps({"name": name, "value": round(value, 1), "unit": "times as fast", "bar": bar, "holds": value >= bar,
                      "compared_with": f"{peer} of tensorboard {asked.stdout.strip()}, {SCALARS} scalars",
                      "spread": [round(min(ratios), 1), round(max(ratios), 1)], "million_scalars_per_second": round(statistics.median(rates) / 1e6, 2)}))


if __name__ == "__main__":
    main()
