# SPDX-License-Identifier: Apache-2.0
"""The same by PyTorch's DataLoader, as its tutorials have it: from nothing to the last batch of one epoch. Prints samples/s.

    python_loading.py images|table PLACE SIDE|TARGET BATCH WORKERS
"""
import pathlib
import sys
import time

import numpy
import torch
from torch.utils.data import DataLoader, Dataset, TensorDataset


class Pictures(Dataset):
    """A folder for each class; each picture's middle square at the side that training wants, normalised."""

    def __init__(self, place, side):
        classes = sorted(folder.name for folder in place.iterdir())
        self.files = [(file, label) for label, name in enumerate(classes) for file in sorted((place / name).iterdir())]
        self.side = side

    def __len__(self):
        return len(self.files)

    def __getitem__(self, index):
        from PIL import Image
        file, label = self.files[index]
        with Image.open(file) as opened:
            picture = opened.convert("RGB")
        scale = self.side / min(picture.size)
        picture = picture.resize((max(self.side, round(picture.width * scale)), max(self.side, round(picture.height * scale))), Image.BILINEAR)
        left, top = (picture.width - self.side) // 2, (picture.height - self.side) // 2
        picture = picture.crop((left, top, left + self.side, top + self.side))
        pixels = torch.from_numpy(numpy.asarray(picture).copy()).permute(2, 0, 1).float().div(255)
        return (pixels - 0.5) / 0.25, label


def table(place, target):
    import pandas
    rows = pandas.read_csv(place)
    labels = torch.from_numpy(rows.pop(target).astype("category").cat.codes.to_numpy().copy()).long()
    values = torch.from_numpy(rows.to_numpy(dtype="float32").copy())
    return TensorDataset((values - values.mean(0)) / values.std(0), labels)


def main():
    kind, place, more, batch, workers = sys.argv[1:]
    torch.set_num_threads(1)
    begin = time.monotonic()
    data = Pictures(pathlib.Path(place), int(more)) if kind == "images" else table(place, more)
    loader = DataLoader(data, batch_size=int(batch), shuffle=True, drop_last=True, num_workers=int(workers))
    count = total = 0
    for pictures, labels in loader:
        total += float(pictures.view(-1)[0])
        count += len(labels)
    print(f"{total:g}", file=sys.stderr)
    print(f"{count / (time.monotonic() - begin):.1f}")


if __name__ == "__main__":
    main()
