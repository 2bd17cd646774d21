# SPDX-License-Identifier: Apache-2.0
"""A training loop as people write it for PyTorch: a data set, a DataLoader, the network in torch.nn, the loss read only at the end.
Prints the samples per second of the steps after the first tenth; the peer of bench_trainer_python.py.

    python_loop.py mlp|cnn|resnet18|gpt FOLDER STEPS BATCH THREADS WORKERS [cpu|eager|compiled]

On a GPU (eager, compiled by torch.compile) as its guides say: pinned memory, copies that do not block, a fused optimizer.
"""
import pathlib
import sys
import time
import warnings

warnings.filterwarnings("ignore", message="Failed to initialize NumPy")
import torch  # noqa: E402
from torch import nn  # noqa: E402
from torch.nn import functional as F  # noqa: E402

CONTEXT, WIDTH, DEPTH, HEADS = 128, 256, 4, 4


class Pictures(torch.utils.data.Dataset):
    def __init__(self, folder):
        pixels = (folder / "train-images-idx3-ubyte").read_bytes()[16:]
        labels = (folder / "train-labels-idx1-ubyte").read_bytes()[8:]
        self.pixels = torch.frombuffer(bytearray(pixels), dtype=torch.uint8).view(-1, 1, 28, 28)
        self.labels = torch.frombuffer(bytearray(labels), dtype=torch.uint8).long()
        scaled = self.pixels.float() / 255
        self.mean, self.deviation = scaled.mean(), scaled.std()

    def __len__(self):
        return len(self.labels)

    def __getitem__(self, index):
        return (self.pixels[index].float() / 255 - self.mean) / self.deviation, self.labels[index]


class Text(torch.utils.data.Dataset):
    def __init__(self, folder):
        self.bytes = torch.frombuffer(bytearray((folder / "text.txt").read_bytes()), dtype=torch.uint8).long()

    def __len__(self):
        return (len(self.bytes) - 1) // CONTEXT

    def __getitem__(self, index):
        at = index * CONTEXT
        return self.bytes[at:at + CONTEXT], self.bytes[at + 1:at + CONTEXT + 1]


def mlp():
    return nn.Sequential(nn.Flatten(), nn.Linear(784, 256), nn.ReLU(), nn.Linear(256, 128), nn.ReLU(), nn.Linear(128, 10))


def cnn():
    def block(inputs, outputs):
        return [nn.Conv2d(inputs, outputs, 3, padding=1, bias=False), nn.BatchNorm2d(outputs), nn.ReLU(), nn.MaxPool2d(2)]
    return nn.Sequential(*block(1, 32), *block(32, 64), nn.Flatten(), nn.Linear(64 * 49, 10))


class Residual(nn.Module):
    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(outputs)
        self.conv2 = nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(outputs)
        self.short = nn.Identity()
        if stride != 1 or inputs != outputs:
            self.short = nn.Sequential(nn.Conv2d(inputs, outputs, 1, stride, bias=False), nn.BatchNorm2d(outputs))

    def forward(self, x):
        y = F.relu(self.bn1(self.conv1(x)), inplace=True)
        return F.relu(self.bn2(self.conv2(y)) + self.short(x), inplace=True)


def resnet18():
    layers = [nn.Conv2d(1, 64, 3, 1, 1, bias=False), nn.BatchNorm2d(64), nn.ReLU(inplace=True)]
    inputs = 64
    for outputs, stride in ((64, 1), (128, 2), (256, 2), (512, 2)):
        layers += [Residual(inputs, outputs, stride), Residual(outputs, outputs, 1)]
        inputs = outputs
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(512, 10))


class Layer(nn.Module):
    def __init__(self):
        super().__init__()
        self.norm1, self.norm2 = nn.LayerNorm(WIDTH), nn.LayerNorm(WIDTH)
        self.qkv, self.out = nn.Linear(WIDTH, 3 * WIDTH), nn.Linear(WIDTH, WIDTH)
        self.up, self.down = nn.Linear(WIDTH, 4 * WIDTH), nn.Linear(4 * WIDTH, WIDTH)

    def forward(self, x):
        batch, tokens, _ = x.shape
        q, k, v = self.qkv(self.norm1(x)).view(batch, tokens, 3, HEADS, WIDTH // HEADS).permute(2, 0, 3, 1, 4)
        mixed = F.scaled_dot_product_attention(q, k, v, is_causal=True)
        x = x + self.out(mixed.transpose(1, 2).reshape(batch, tokens, WIDTH))
        return x + self.down(F.gelu(self.up(self.norm2(x)), approximate="tanh"))


class Gpt(nn.Module):
    def __init__(self):
        super().__init__()
        self.tokens, self.places = nn.Embedding(256, WIDTH), nn.Embedding(CONTEXT, WIDTH)
        self.layers = nn.Sequential(*(Layer() for _ in range(DEPTH)))
        self.norm = nn.LayerNorm(WIDTH)

    def forward(self, x):
        x = self.tokens(x) + self.places.weight
        return (self.norm(self.layers(x)) @ self.tokens.weight.T).flatten(0, 1)


def main():
    kind, folder = sys.argv[1], pathlib.Path(sys.argv[2])
    steps, batch, threads, workers = map(int, sys.argv[3:7])
    mode = sys.argv[7] if len(sys.argv) > 7 else "cpu"
    is_gpu = mode != "cpu"
    device = torch.device("cuda" if is_gpu else "cpu")
    torch.set_num_threads(threads)
    torch.manual_seed(1)
    data = Text(folder) if kind == "gpt" else Pictures(folder)
    net = {"mlp": mlp, "cnn": cnn, "resnet18": resnet18, "gpt": Gpt}[kind]().to(device)
    optimizer = torch.optim.Adam(net.parameters(), lr=1e-3, fused=is_gpu or None)
    if mode == "compiled":
        net = torch.compile(net)
    loader = torch.utils.data.DataLoader(data, batch, shuffle=True, num_workers=workers, drop_last=True, persistent_workers=workers > 0,
                                         pin_memory=is_gpu)
    step, begin = 0, 0.0
    while step < steps:
        for x, y in loader:
            if step == steps // 10:
                if is_gpu:
                    torch.cuda.synchronize()
                begin = time.perf_counter()
            x, y = x.to(device, non_blocking=True), y.to(device, non_blocking=True)
            loss = F.cross_entropy(net(x), y.flatten())
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            optimizer.step()
            step += 1
            if step == steps:
                break
    if is_gpu:
        torch.cuda.synchronize()
    seconds = time.perf_counter() - begin
    assert torch.isfinite(loss)
    print((steps - steps // 10) * batch / seconds)


if __name__ == "__main__":
    main()
