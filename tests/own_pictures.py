"""Small pictures and image sets such as a user may have: circles, crosses and lines."""

from pathlib import Path

import numpy as np
from PIL import Image

CLASSES = ("circle", "cross", "line")


def picture(name: str, rows: int, columns: int, rng: np.random.Generator) -> np.ndarray:
    """Return a picture, ink 255 on 0, of one of `CLASSES`; other names give one of their own."""
    y, x = np.mgrid[:rows, :columns]
    y, x = y - rows / 2 - rng.uniform(-1, 1), x - columns / 2 - rng.uniform(-1, 1)
    radius = min(rows, columns) / 3
    if name == "circle":
        ink = np.abs(np.hypot(y, x) - radius) < 1
    elif name == "cross":
        ink = (np.abs(np.abs(y) - np.abs(x)) < 1) & (np.hypot(y, x) < 1.4 * radius)
    elif name == "line":
        ink = (np.abs(y) < 1) & (np.abs(x) < radius)
    else:
        ink = np.random.default_rng(sum(map(ord, name))).random((rows, columns)) < 0.3
    return np.where(ink, 255, 0).astype(np.uint8)


def picture_folder(
    folder: Path,
    *,
    classes: tuple[str, ...] = CLASSES,
    count: int = 10,
    size: tuple[int, int] = (12, 10),
    dark_on_light: bool = True,
) -> Path:
    """Write `count` pictures of each class into subfolders of `folder`, and return it."""
    rng = np.random.default_rng(1)
    for name in classes:
        (folder / name).mkdir(parents=True, exist_ok=True)
        for number in range(count):
            ink = picture(name, *size, rng)
            Image.fromarray(255 - ink if dark_on_light else ink).save(
                folder / name / f"{number}.png"
            )
    return folder


def idx_pairs(folder: Path, *, size: tuple[int, int] = (9, 7), suffix: str = "") -> Path:
    """Write 30 training and 9 test images of three classes, labelled 1 to 3, as MNIST is."""
    from gdstudio.data.idx import write_idx

    folder.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(2)
    for part, count in (("train", 30), ("t10k", 9)):
        labels = np.arange(count) % 3
        images = np.stack([picture(CLASSES[label], *size, rng) for label in labels])
        write_idx(folder / f"{part}-images-idx3-ubyte{suffix}", images)
        write_idx(folder / f"{part}-labels-idx1-ubyte{suffix}", (labels + 1).astype(np.uint8))
    return folder
