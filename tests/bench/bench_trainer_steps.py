# SPDX-License-Identifier: Apache-2.0
"""Steps per second of slipway-runner as `slipway run` runs it (agent, events, curves followed, checkpoints), against a bare libtorch
loop in a process of its own: interleaved pairs, one JSON line. The value is the lower 95 % bound of the mean ratio.

    bench_trainer_steps.py SLIPWAY BARE_LOOP
"""
import json
import math
import pathlib
import random
import struct
import subprocess
import statistics
import sys
import tempfile

from figures import failed, steps_per_second

BAR = 0.97
PAIRS = 11
STUDENT = 1.812  # one-sided 95 %, 10 degrees of freedom
STEPS = 3000
PICTURES = 25600
JOB = f"""name: steps
train:
  network: {{type: mlp, hidden: [256, 128]}}
  data: {{type: idx, input: pictures}}
  optimizer: {{type: adam}}
  batch: 128
  steps: {STEPS}
  eval_every: 1000000000
inputs: {{pictures: pictures}}
resources: {{cpu: 1}}
checkpoint: {{every: 500, keep: 2}}
"""


def write_pictures(folder):
    folder.mkdir()
    source = random.Random(1)
    labels = bytes(i % 10 for i in range(PICTURES))
    noise = [source.randbytes(784).translate(bytes(b % 128 for b in range(256))) for _ in range(512)]
    lifted = [[picture.translate(bytes(min(b + 9 * label, 255) for b in range(256))) for picture in noise] for label in range(10)]
    pixels = b"".join(lifted[label][source.randrange(512)] for label in labels)
    for name, count in (("train", PICTURES), ("t10k", 10)):
        (folder / f"{name}-images-idx3-ubyte").write_bytes(struct.pack(">IIII", 0x803, count, 28, 28) + pixels[:count * 784])
        (folder / f"{name}-labels-idx1-ubyte").write_bytes(struct.pack(">II", 0x801, count) + labels[:count])


def theirs(bare, folder):
    run = subprocess.run([bare, folder / "pictures" / "train-images-idx3-ubyte", folder / "pictures" / "train-labels-idx1-ubyte", str(STEPS), "1"],
                         capture_output=True, encoding="utf-8", check=False)
    if run.returncode != 0:
        failed(bare, run.stderr)
    return float(run.stdout)


def main():
    slipway, bare = sys.argv[1:]
    ratios, rates = [], []
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        write_pictures(folder / "pictures")
        (folder / "job.yaml").write_text(JOB, encoding="utf-8")
        for pair in range(-1, PAIRS):  # the first pair warms the caches
            if pair % 2:
                a = steps_per_second(slipway, folder, STEPS // 10)
                b = theirs(bare, folder)
            else:
                b = theirs(bare, folder)
                a = steps_per_second(slipway, folder, STEPS // 10)
            if pair >= 0:
                ratios.append(math.log(a / b))
                rates.append(b)
    error = statistics.stdev(ratios) / math.sqrt(PAIRS)
    value = math.exp(statistics.fmean(ratios) - STUDENT * error)
    print(json.dumps({"name": "trainer-steps", "value": round(value, 4), "unit": "ratio of steps/s, lower 95 % bound", "bar": BAR,
                      "holds": value >= BAR, "compared_with": f"bare libtorch loop, {1e3 / statistics.fmean(rates):.2f} ms a step, 1 thread",
                      "mean": round(math.exp(statistics.fmean(ratios)), 4), "spread": [round(math.exp(r), 4) for r in (min(ratios), max(ratios))],
                      "pairs": PAIRS}))


if __name__ == "__main__":
    main()
