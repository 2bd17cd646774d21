# SPDX-License-Identifier: Apache-2.0
"""Logistic regression on two spirals' polynomial features, in plain Python. Runs with and without Slipway."""
import argparse
import json
import math
import os
import random

try:
    import slipway
except ImportError:  # started by hand
    slipway = None


def spirals(count, random_source):
    rows = []
    for i in range(count):
        label = i % 2
        turn = random_source.uniform(0.3, 1.0)
        angle = math.pi * (1.2 * turn + label)
        x = turn * math.cos(angle) + random_source.gauss(0, 0.2)
        y = turn * math.sin(angle) + random_source.gauss(0, 0.2)
        rows.append(([1.0, x, y, x * y, x * x, y * y, x ** 3, y ** 3, x * x * y, x * y * y], label))
    return rows


def predict(weights, features):
    return 1 / (1 + math.exp(-sum(w * f for w, f in zip(weights, features))))


def measure(weights, rows):
    loss = right = 0
    for features, label in rows:
        p = min(max(predict(weights, features), 1e-9), 1 - 1e-9)
        loss -= math.log(p if label else 1 - p)
        right += (p > 0.5) == bool(label)
    return loss / len(rows), right / len(rows)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--steps", type=int, default=400)
    parser.add_argument("--lr", type=float, default=2.0)
    options = parser.parse_args()
    source = random.Random(int(os.environ.get("SLIPWAY_SEED", "17")))
    training, test = spirals(1000, source), spirals(400, source)
    weights = [0.0] * len(training[0][0])
    for step in range(1, options.steps + 1):
        batch = source.sample(training, 64)
        errors = [(predict(weights, features) - label, features) for features, label in batch]
        for i in range(len(weights)):
            weights[i] -= options.lr * sum(error * features[i] for error, features in errors) / len(batch)
        if step % 10 == 0 or step == options.steps:
            loss, accuracy = measure(weights, test)
            if slipway:
                slipway.log(step=step, **{"test/loss": loss, "test/accuracy": accuracy})
                slipway.progress(step, options.steps)
    print(f"test accuracy {accuracy:.3f} after {options.steps} steps")
    folder = str(slipway.result_folder()) if slipway else "."
    with open(os.path.join(folder, "weights.json"), "w", encoding="utf-8") as file:
        json.dump(weights, file)


if __name__ == "__main__":
    main()
