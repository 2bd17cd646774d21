# SPDX-License-Identifier: Apache-2.0
"""`slipway submit` of an unchanged package to the test cluster: start of the command to the Job at the API server; one JSON line.

    bench_submit_latency.py SLIPWAY [--repeats N]

The job trains by itself, so its image holds the runner, libtorch and the data; the submission before the first has pushed it. It asks
for more than its queue has and is cancelled after each time, so that no pod disturbs. A Job is there once kubectl's watch tells of it.
"""
import argparse
import json
import pathlib
import subprocess
import tempfile
import time

from figures import ROOT, failed, report, test_cluster

JOB = ROOT / "resources" / "examples" / "fashion-mlp"
TARGET = "alice@slipway-test/team-a/interactive"  # one core, and the job wants two


class Jobs:
    """The names of the namespace's Jobs, as a watch tells of them: first of those that are there, at least one, then of new ones."""

    def __init__(self, kubectl, kubeconfig):
        command = [kubectl, "--kubeconfig", kubeconfig, "--namespace", "team-a", "get", "jobs", "--output", "name"]
        there = set(subprocess.run(command, check=True, stdout=subprocess.PIPE, encoding="utf-8").stdout.splitlines())
        self.process = subprocess.Popen([*command, "--watch"], stdout=subprocess.PIPE, encoding="utf-8")
        self.known = set()
        while not there <= self.known:
            self.next()

    def next(self):
        """Waits for one that it was not told of before, and returns its name."""
        for line in self.process.stdout:
            name = line.strip()
            if name not in self.known:
                self.known.add(name)
                return name
        failed("kubectl", "its watch ended")

    def end(self):
        self.process.terminate()
        self.process.wait()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("slipway")
    parser.add_argument("--repeats", type=int, default=7)
    options = parser.parse_args()
    cluster = test_cluster()
    kubeconfig = cluster["kubeconfigs"]["user"]
    with tempfile.TemporaryDirectory() as home:
        command = [options.slipway, "--home", home, "--kubeconfig", kubeconfig, "--json"]
        submit = [*command, "submit", str(JOB), "--to", TARGET, "--detach", "--registry",
                  f"http://{cluster['registry']['address']}/submit-latency"]

        def finish(process):
            out, problem = process.communicate()
            if process.returncode != 0:
                failed("slipway submit", problem)
            return json.loads(out)

        def start():
            return subprocess.Popen(submit, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8")

        def cancel(run):
            subprocess.run([*command, "cancel", run], check=True, stdout=subprocess.DEVNULL)

        first = finish(start())
        jobs = Jobs(cluster["kubectl"], kubeconfig)
        seconds = []
        for _ in range(options.repeats):
            begin = time.perf_counter()
            process = start()
            name = jobs.next()
            seconds.append(time.perf_counter() - begin)
            run = finish(process)["id"]
            if name != f"job.batch/{run}":
                failed("the measurement", f"{name} is no Job of {run}; does somebody else use the cluster?")
            cancel(run)
        jobs.end()
        cancel(first["id"])
    report("submit-latency", seconds, "seconds, median", 1, "the bar alone")


if __name__ == "__main__":
    main()
