# SPDX-License-Identifier: Apache-2.0
"""What the benchmarks in Python share: the JSON line of a figure, and how to say that there is none."""
import datetime
import json
import os
import pathlib
import statistics
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]


def report(name, values, unit, bar, compared_with):
    """The median of VALUES counts; it holds when it is at most BAR."""
    value = statistics.median(values)
    print(json.dumps({"name": name, "value": round(value, 4), "unit": unit, "bar": bar, "holds": value <= bar,
                      "compared_with": compared_with, "spread": [round(min(values), 4), round(max(values), 4)]}))


def no_figure(reason):
    print(f"no figure: {reason}", file=sys.stderr)
    sys.exit(77)


def failed(what, problem):
    sys.exit(f"{what} failed: {problem.strip()}")


def steps_per_second(slipway, folder, first_step):
    """Of FOLDER's job as `slipway run` runs it, by the times of the events of its loss from FIRST_STEP on."""
    run = subprocess.run([slipway, "--home", folder / "home", "run", folder / "job.yaml", "--json"], capture_output=True, encoding="utf-8", check=False)
    if run.returncode != 0:
        failed(slipway, run.stderr)
    points = []
    for line in run.stdout.splitlines():
        event = json.loads(line)
        if event.get("kind") == "metric" and event["step"] >= first_step and "loss" in event["values"]:
            points.append((event["step"], datetime.datetime.fromisoformat(event["time"].replace("Z", "+00:00")).timestamp()))
    (first, begin), (last, end) = points[0], points[-1]
    return (last - first) / (end - begin)


def test_cluster():
    """The description of the running test cluster."""
    file = os.environ.get("SLIPWAY_TEST_CLUSTER")
    if not file:
        no_figure("no test cluster runs; start one with tests/cluster/up")
    return json.loads(pathlib.Path(file).read_text(encoding="utf-8"))
