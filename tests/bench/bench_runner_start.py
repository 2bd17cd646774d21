# SPDX-License-Identifier: Apache-2.0
"""slipway-runner's start to its first training step, against Python's `import torch` to its first step; one JSON line.

    bench_runner_start.py RUNNER DEPS [--python PYTHON] [--pairs N]

DEPS is the folder of the wheels: both sides use the same libtorch. Python needs the CUDA wheels as well (installer/setup --cuda),
since libtorch_python.so links them, and the packages torch imports (typing-extensions and so on); where they are missing there is no
figure, and the exit status is 77. The runner reads and unpacks its data in that time; Python only makes random numbers.
"""
import argparse
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

from figures import failed, no_figure, report

BAR = 0.5
JOB = """name: start
train:
  network: {type: mlp, hidden: [256, 128]}
  data: {type: idx, input: fashion}
  optimizer: {type: adam}
  batch: 128
  steps: 1
  eval_every: 1000000
inputs: {fashion: /usr/share/datasets/fashion-mnist}
resources: {cpu: 2}
"""
PYTHON_STEP = """
import torch, os
torch.set_num_threads(2)
net = torch.nn.Sequential(torch.nn.Linear(784, 256), torch.nn.ReLU(), torch.nn.Linear(256, 128), torch.nn.ReLU(), torch.nn.Linear(128, 10))
optimizer = torch.optim.Adam(net.parameters())
loss = torch.nn.functional.cross_entropy(net(torch.randn(128, 784)), torch.randint(10, (128,)))
loss.backward()
optimizer.step()
os.write(1, b"step")
"""


def runner_seconds(runner, folder):
    job = pathlib.Path(folder) / "job.yaml"
    job.write_text(JOB, encoding="utf-8")
    reader, writer = os.pipe()
    begin = time.perf_counter()
    process = subprocess.Popen([runner, "--job", str(job), "--run-folder", folder], pass_fds=[writer], stdout=subprocess.DEVNULL,
                               env={**os.environ, "SLIPWAY_EVENT_FD": str(writer)})
    os.close(writer)
    first = os.read(reader, 1)
    passed = time.perf_counter() - begin
    while os.read(reader, 65536):
        pass
    os.close(reader)
    if process.wait() != 0 or not first:
        failed(runner, "it ended without a step")
    return passed


def python_seconds(python, deps):
    begin = time.perf_counter()
    process = subprocess.Popen([python, "-c", PYTHON_STEP], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                               env={**os.environ, "PYTHONPATH": os.pathsep.join([deps, os.environ.get("PYTHONPATH", "")])})
    first = process.stdout.read(4)
    passed = time.perf_counter() - begin
    _, problem = process.communicate()
    if first != b"step":
        last = problem.decode(errors="replace").strip().splitlines()[-1:]
        no_figure(f"Python cannot import torch from {deps}: {''.join(last)}")
    return passed


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("runner")
    parser.add_argument("deps")
    parser.add_argument("--python", default=sys.executable)
    parser.add_argument("--pairs", type=int, default=11)
    options = parser.parse_args()
    ours, theirs = [], []
    with tempfile.TemporaryDirectory() as folder:
        for pair in range(-1, options.pairs):  # the first pair warms the file cache
            a, b = runner_seconds(options.runner, folder), python_seconds(options.python, options.deps)
            if pair >= 0:
                ours.append(a)
                theirs.append(b)
    report("runner-start", [a / b for a, b in zip(ours, theirs)], "ratio of seconds, median", BAR,
           f"python import torch, {statistics.median(theirs):.2f} s; the runner {statistics.median(ours):.2f} s")


if __name__ == "__main__":
    main()
