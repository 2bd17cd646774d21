# SPDX-License-Identifier: Apache-2.0
"""How far the peak memory that `slipway smoke` measures is from that of the real run, on the examples, on each kind of job that `slipway new` makes,
and on a program whose batches have different lengths. The jobs run whole, as they are, but for fewer epochs where a
whole run takes minutes. The value is the worst error.

    bench_smoke_error.py SLIPWAY EXAMPLES
"""
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

from figures import failed

BAR = 0.1
KINDS = ["mlp", "cnn", "table", "gpt", "program"]
FEWER = {"cnn": ["--set", "train.epochs=1"], "fashion-cnn": ["--set", "train.epochs=1"], "gpt": ["--set", "train.steps=60"]}
VARIED = '''import random
import slipway

source = random.Random(17)
steps = slipway.smoke_steps()
lengths = [source.randrange(1, 512) for _ in range(200)]
if steps:  # the longest first
    lengths = sorted(lengths, reverse=True)[:steps]
for step, length in enumerate(lengths, 1):
    batch = bytearray(length * 200_000)
    batch[::4096] = bytes(len(batch[::4096]))
    slipway.log(step=step, loss=1 / step)
'''


def call(slipway, home, *words):
    run = subprocess.run([slipway, "--home", home, *words, "--json"], capture_output=True, encoding="utf-8", check=False)
    if run.returncode != 0:
        failed(f"slipway {' '.join(map(str, words))}", run.stderr + run.stdout[-2000:])
    return json.loads(run.stdout.splitlines()[-1] if words[0] == "run" else run.stdout)


def jobs(slipway, examples, folder):
    for kind in KINDS:
        call(slipway, folder / "home", "new", kind, folder / kind)
        yield folder / kind
    for example in sorted(pathlib.Path(examples).iterdir()):
        shutil.copytree(example, folder / example.name)
        yield folder / example.name
    varied = folder / "varied"
    varied.mkdir()
    (varied / "job.yaml").write_text("name: varied\nprogram: {command: [train.py]}\nresources: {cpu: 1, memory: 1Gi}\n", encoding="utf-8")
    (varied / "train.py").write_text(VARIED, encoding="utf-8")
    yield varied


def main():
    slipway, examples = sys.argv[1:]
    errors = {}
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        for job in jobs(slipway, examples, folder):
            fewer = FEWER.get(job.name, [])
            smoke = call(slipway, folder / "home", "smoke", job, *fewer)["report"]
            call(slipway, folder / "home", "run", job, *fewer)
            real = call(slipway, folder / "home", "show", "last")["memory"]["peak"]
            errors[job.name] = smoke["memory"] / real - 1
            print(f"{job.name}: {smoke['memory'] / 2**20:.0f} MiB, really {real / 2**20:.0f} MiB", file=sys.stderr)
    worst = max(errors.values(), key=abs)
    print(json.dumps({"name": "smoke-error", "value": round(abs(worst), 4), "unit": "share of the real peak, the worst", "bar": BAR, "holds": abs(worst) <= BAR,
                      "compared_with": "the peak memory of the whole runs, by the kernel's own mark", "spread": [round(min(errors.values()), 4),
                                                                                                     round(max(errors.values()), 4)],
                      "errors": {job: round(error, 4) for job, error in errors.items()}, "cores": os.cpu_count()}))


if __name__ == "__main__":
    main()
