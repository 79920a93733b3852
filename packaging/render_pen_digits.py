"""Render the shipped pen digits from their strokes.

Run it after a change to `gdstudio.data.strokes.to_image`; a test compares the files with what the
function draws now.

    python packaging/render_pen_digits.py
"""

import numpy as np

from gdstudio.data.idx import write_idx
from gdstudio.data.strokes.inking import to_image
from gdstudio.data.strokes.stroke_files import read_unipen
from gdstudio.resource_files import resource_path


def main() -> None:
    """Write images, labels and writers beside the strokes, in the strokes' order."""
    folder = resource_path("datasets")
    digits = read_unipen(folder / "pendigits-orig.tra.gz")
    arrays = {
        "images-idx3": np.stack([to_image(digit.strokes) for digit in digits]),
        "labels-idx1": np.array([digit.label for digit in digits], np.uint8),
        "writers-idx1": np.array([digit.writer for digit in digits], np.uint8),
    }
    for name, array in arrays.items():
        write_idx(folder / f"pen-digits-{name}-ubyte.gz", array)


if __name__ == "__main__":
    main()
