# SPDX-License-Identifier: Apache-2.0
"""Samples per second of `slipway run` (agent, events, curves, checkpoints) against a Python loop of PyTorch's own: the same
libtorch, network, data, batch and threads, the loop with whichever number of DataLoader workers is best for it. Interleaved pairs, one
JSON line; the value is the median ratio.

    bench_trainer_python.py [--gpu] mlp|cnn|resnet18|gpt SLIPWAY DEPS [--pairs N]

With --gpu both train on this machine's first GPU, and the loop is also compiled by torch.compile.

DEPS is the folder of the wheels. Python needs the CUDA wheels as well (installer/setup --cuda) and the packages torch imports; where it
cannot import torch there is no figure, and the exit status is 77.
"""
import argparse
import json
import os
import pathlib
import random
import statistics
import subprocess
import sys
import tempfile

from bench_trainer_steps import write_pictures
from figures import failed, no_figure, steps_per_second

THREADS = 2
GPU_STEPS = 20  # times as many
GPU_BARS = {"eager": 1.0, "compiled": 0.95}
PICTURES = "{type: idx, input: data}"
# kind: (network, data, batch, steps, bar on a processor)
KINDS = {
    "mlp": ("{type: mlp, hidden: [256, 128]}", PICTURES, 128, 3000, 1.5),
    "cnn": ("{type: cnn, channels: [32, 64]}", PICTURES, 128, 150, 1.0),
    "resnet18": ("{type: resnet, depth: 18, stem: small}", PICTURES, 32, 20, 1.0),
    "gpt": ("{type: gpt, width: 256, depth: 4, heads: 4}", "{type: text, input: data, context: 128}", 16, 30, 1.0),
}
JOB = """name: samples
train:
  network: {network}
  data: {data}
  optimizer: {{type: adam, lr: 1e-3}}
  batch: {batch}
  steps: {steps}
  eval_every: 1000000000
  log_every: {log}
inputs: {{data: {input}}}
resources: {{cpu: {threads}, gpus: {gpus}}}
checkpoint: {{every: 1000, keep: 2}}
"""


def theirs(deps, kind, folder, steps, batch, workers, mode="cpu"):
    run = subprocess.run([sys.executable, "-B", pathlib.Path(__file__).with_name("python_loop.py"), kind, folder / "data", str(steps), str(batch),
                          str(THREADS), str(workers), mode], capture_output=True, encoding="utf-8", check=False,
                         env={**os.environ, "PYTHONPATH": os.pathsep.join([deps, os.environ.get("PYTHONPATH", "")])})
    if "ModuleNotFoundError" in run.stderr or "cannot open shared object" in run.stderr:
        no_figure(f"Python cannot import torch from {deps}: {run.stderr.strip().splitlines()[-1]}")
    if run.returncode != 0:
        failed("python_loop.py", run.stderr)
    return float(run.stdout)


def write_data(folder, kind):
    if kind != "gpt":
        write_pictures(folder / "data")
        return "data"
    source = random.Random(1)
    words = ["".join(source.choices("abcdefghijklmnopqrstuvwxyz", k=source.randint(2, 9))) for _ in range(500)]
    (folder / "data").mkdir()
    (folder / "data" / "text.txt").write_text(" ".join(source.choices(words, k=200_000)), encoding="utf-8")
    return "data/text.txt"


def gpu_name(slipway):
    told = subprocess.run([slipway, "devices", "--json"], capture_output=True, encoding="utf-8", check=False)
    gpus = json.loads(told.stdout).get("gpus", []) if told.returncode == 0 else []
    if not gpus:
        no_figure("this machine has no NVIDIA GPU")
    return gpus[0]["name"]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--gpu", action="store_true")
    parser.add_argument("kind", choices=KINDS)
    parser.add_argument("slipway")
    parser.add_argument("deps")
    parser.add_argument("--pairs", type=int, default=5)
    options = parser.parse_args()
    network, data, batch, steps, bar = KINDS[options.kind]
    bars = GPU_BARS if options.gpu else {"cpu": bar}
    where = gpu_name(options.slipway) if options.gpu else f"{THREADS} threads"
    steps *= GPU_STEPS if options.gpu else 1
    ratios = {mode: [] for mode in bars}
    rates = []
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        place = write_data(folder, options.kind)
        (folder / "job.yaml").write_text(JOB.format(network=network, data=data, batch=batch, steps=steps, log=max(1, steps // 50), input=place,
                                                    threads=THREADS, gpus=int(options.gpu)), encoding="utf-8")
        first = next(iter(bars))
        loop = {workers: theirs(options.deps, options.kind, folder, steps, batch, workers, first) for workers in (0, 1, 2)}
        workers = max(loop, key=loop.get)
        for pair in range(-1, options.pairs):  # the first pair warms the caches
            peers = {mode: theirs(options.deps, options.kind, folder, steps, batch, workers, mode) for mode in bars}
            rate = batch * steps_per_second(options.slipway, folder, steps // 10)
            if pair >= 0:
                rates.append(rate)
                for mode, peer in peers.items():
                    ratios[mode].append(rate / peer)
    values = {mode: statistics.median(each) for mode, each in ratios.items()}
    figure = {"name": f"trainer-{'gpu' if options.gpu else 'python'}-{options.kind}", "value": round(values[first], 4),
              "unit": "ratio of samples/s, median", "bar": bars[first], "holds": all(values[mode] >= bars[mode] for mode in bars),
              "compared_with": f"Python loop with {workers} DataLoader workers, {where}; here {statistics.median(rates):,.0f} samples/s",
              "spread": [round(min(ratios[first]), 4), round(max(ratios[first]), 4)], "pairs": options.pairs}
    if options.gpu:
        figure["against_compiled"] = round(values["compiled"], 4)
    print(json.dumps(figure))


if __name__ == "__main__":
    main()
