"""How many pictures a second augmentation changes, on one thread.

Run by hand, on a machine that does nothing else:

    python tests/benchmarks/augmentation_speed.py

Blocks of 512 pictures of MNIST are changed in place, as training does it, with the random numbers
drawn anew for each; the copy that brings a fresh block is left out of the time. The best of many
blocks counts, and the median stands beside it.
"""

import argparse
import platform
import sys
import time

import numpy as np

from gdstudio.data.augmentation import Augmentation, AugmentationSettings
from gdstudio.data.catalogue import MNIST, load_images

BLOCK = 512
AFFINE = {"shift": 2, "rotation": 15.0, "scale": 15.0, "shear": 15.0}
# Name, settings, and the pictures a second that it has to reach.
CASES = (
    ("shift", {"shift": 2}, 100_000),
    ("rotation", {"rotation": 15.0}, 25_000),
    ("affine (shift, rotation, scale, slant)", AFFINE, 25_000),
    ("thickness", {"thickness": 1.0}, None),
    ("noise", {"noise": 20.0}, None),
    ("everything", AFFINE | {"thickness": 1.0, "noise": 20.0}, 25_000),
)


def speeds(settings: AugmentationSettings, blocks: int) -> np.ndarray:
    """Return the pictures a second of each of `blocks` blocks."""
    augmentation = settings.build()
    assert augmentation is not None
    images = load_images(MNIST).training.images
    rng = np.random.default_rng(0)
    seconds = []
    for index in range(blocks):
        first = index * BLOCK % (len(images) - BLOCK)
        block = images[first : first + BLOCK].copy()
        begun = time.perf_counter()
        augmentation(block, rng.random((BLOCK, Augmentation.numbers), np.float32))
        seconds.append(time.perf_counter() - begun)
    return BLOCK / np.array(seconds)


def main() -> int:
    """Print the table; return 1 when a goal is missed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--blocks", type=int, default=200, help="blocks of 512 pictures a case")
    arguments = parser.parse_args()
    print(f"NumPy {np.__version__}, Python {platform.python_version()}, pictures a second")
    print(f"{'':40}{'best':>12}{'median':>12}{'goal':>12}")
    missed = 0
    for name, values, goal in CASES:
        rates = speeds(AugmentationSettings(**values), arguments.blocks)
        missed += goal is not None and rates.max() < goal
        print(
            f"{name:40}{rates.max():12,.0f}{np.median(rates):12,.0f}"
            f"{'' if goal is None else f'{goal:,}':>12}"
        )
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
