"""Images of the user's own: a folder of pictures, images and labels in IDX files, or symbols.

Where there is no test set, a fifth of each class is set aside as one, always the same by a seed of
its own: so two runs are compared on the same images, whatever their seeds.
"""

import math
import os
from pathlib import Path

import numpy as np
import numpy.typing as npt

from gdstudio.data.dataset import DatasetCard, ImageEntry, Images, ImageSet
from gdstudio.data.files import shown_name
from gdstudio.data.idx import read_idx
from gdstudio.data.own_symbols import symbols_entry
from gdstudio.data.pictures.picture_folder import (
    FEWEST_CLASSES,
    LONGEST_SIDE,
    MOST_CLASSES,
    SHORTEST_SIDE,
    LabelledImages,
    read_picture_folder,
)
from gdstudio.errors import BadInput
from gdstudio.number_text import fixed_text, percent_text

TEST_SHARE = 0.2
# 64 × 64 pixels of 60,000 images.
MOST_BYTES = 250_000_000
_SPLIT_SEED = 0


def read_own_images(path: Path) -> ImageEntry:
    """Return the training and the test images at `path`, and what is to be said of them.

    Args:
        path: a folder with a subfolder of pictures for each class; a folder with IDX files by the
            usual names (``train-images-idx3-ubyte``, ``t10k-labels-idx1-ubyte``, gzipped or not);
            one IDX file of images, its labels beside it; or a file of symbols (``….json``).

    Raises:
        BadInput: if they cannot be used; the sentence says why.
    """
    try:
        is_folder = path.is_dir()
    except (OSError, ValueError):
        is_folder = False
    if not is_folder and path.suffix.lower() == ".json":
        return symbols_entry(path)
    images_file = _images_file_in(path) if is_folder else path
    is_pair = images_file is not None
    found = read_picture_folder(path) if images_file is None else _read_pair(images_file)
    counts = np.bincount(found.labels, minlength=len(found.classes))
    split = ""
    if found.test is None:
        if counts.min() < 2:
            lonely = found.classes[int(counts.argmin())]
            raise BadInput(
                f"The class “{lonely}” in “{shown_name(path)}” has fewer than two images; give it "
                "one to learn from and one to test with, at least."
            )
        training, test = _split(found, counts)
        split = (
            f" Of each class {percent_text(TEST_SHARE, 0)}, at least one image, is set aside for "
            "the test, always the same."
        )
    else:
        training, test = _image_set(found.images, found.labels), _image_set(*found.test)
    rows, columns = found.images.shape[1:]
    shown = list(found.classes[:6])
    left = len(found.classes) - len(shown)
    named = ", ".join(shown) + (f" and {left} more" if left else "")
    card = DatasetCard(
        key=str(path),
        title=shown_name(path),
        what=" ".join([f"Your own images of {len(found.classes)} classes: {named}.", *found.notes]),
        source=f"{'IDX files' if is_pair else 'Pictures'} in {path if is_folder else path.parent}.",
        licence="Yours; they stay on this computer",
        size=f"{len(training):,} images to learn from and {len(test):,} to test with, {rows} × "
        f"{columns} pixels each.{split}",
    )
    return ImageEntry(
        card=card,
        load_training=lambda: training,
        load_test=lambda: test,
        training_count=len(training),
        test_count=len(test),
        image=(rows, columns),
        classes=found.classes,
    )


def stamp(path: Path) -> object:
    """Return what changes when the files at `path` do, without opening any; None if unreadable."""
    try:
        if not path.is_dir():
            files = [path, *(one for one in (_partner(path), *_test_pair(path)) if one)]
            return tuple(
                (str(file), file.stat().st_mtime_ns, file.stat().st_size) for file in files
            )
        found = []
        for folder, inside, names in os.walk(path):
            depth = len(Path(folder).relative_to(path).parts)
            if depth >= 2:
                inside.clear()
            for name in names:
                status = os.stat(os.path.join(folder, name))
                found.append((folder, name, status.st_mtime_ns, status.st_size))
            if len(found) > 100_000:
                break
        return tuple(sorted(found))
    except OSError:
        return None


def _split(found: LabelledImages, counts: npt.NDArray[np.intp]) -> tuple[ImageSet, ImageSet]:
    """Set the test share of each class aside."""
    rng = np.random.default_rng(_SPLIT_SEED)
    is_test = np.zeros(len(found.labels), np.bool_)
    for label, count in enumerate(counts.tolist()):
        members = rng.permutation(np.flatnonzero(found.labels == label))
        is_test[members[: max(round(TEST_SHARE * count), 1)]] = True
    return (
        _image_set(found.images[~is_test], found.labels[~is_test]),
        _image_set(found.images[is_test], found.labels[is_test]),
    )


def _image_set(images: Images, labels: Images) -> ImageSet:
    flat = np.ascontiguousarray(images.reshape(len(images), -1))
    flat.flags.writeable = False
    labels.flags.writeable = False
    return ImageSet(flat, labels)


def _images_file_in(folder: Path) -> Path | None:
    """Return the IDX file of (training) images in a folder; None where it has none."""
    try:
        names = sorted(one.name for one in os.scandir(folder) if "idx3" in one.name.lower())
    except OSError:
        return None
    training = [name for name in names if "train" in name.lower()]
    chosen = training or [name for name in names if not _is_test_name(name)] or names
    return folder / chosen[0] if chosen else None


def _is_test_name(name: str) -> bool:
    return "t10k" in name.lower() or "test" in name.lower()


def _sibling(path: Path, *changes: tuple[str, str]) -> Path | None:
    """Return the file whose name is that of `path` with some words changed, gzipped or not."""
    name = path.name
    for old, new in changes:
        if old not in name:
            return None
        name = name.replace(old, new)
    plain = name.removesuffix(".gz")
    for candidate in (plain, f"{plain}.gz"):
        if candidate != path.name and path.with_name(candidate).is_file():
            return path.with_name(candidate)
    return None


def _partner(images: Path) -> Path | None:
    """Return the file of labels that belongs to a file of images."""
    return _sibling(images, ("images", "labels"), ("idx3", "idx1")) or _sibling(
        images, ("images", "labels")
    )


def _test_pair(images: Path) -> tuple[Path, Path] | tuple[()]:
    """Return the test images and labels beside the training images, where they have them."""
    for word in ("t10k", "test"):
        test = _sibling(images, ("train", word))
        labels = None if test is None else _partner(test)
        if test is not None and labels is not None:
            return test, labels
    return ()


def _read_pair(path: Path) -> LabelledImages:
    """Return the images of an IDX file, with the labels and the test pair beside it."""
    if not path.exists():
        raise BadInput(f"There is no file or folder “{shown_name(path)}”; check its name.")
    if "labels" in path.name and "images" not in path.name:
        other = _sibling(path, ("labels", "images"), ("idx1", "idx3"))
        path = other or _sibling(path, ("labels", "images")) or path
    images, labels = _images_and_labels(path)
    test_files = _test_pair(path)
    others = _images_and_labels(test_files[0]) if test_files else None
    values = np.unique(labels)
    name = f"“{shown_name(path)}”"
    if not FEWEST_CLASSES <= len(values) <= MOST_CLASSES:
        raise BadInput(
            f"The labels of {name} name {len(values):,} "
            f"{'class' if len(values) == 1 else 'classes'}; choose images of {FEWEST_CLASSES} to "
            f"{MOST_CLASSES} classes."
        )
    test = None
    if others is not None:
        if others[0].shape[1:] != images.shape[1:]:
            raise BadInput(f"The test images beside {name} are of another size; choose others.")
        if not np.isin(others[1], values).all() or not len(others[1]):
            raise BadInput(
                f"The test labels beside {name} are none, or of classes that the training images "
                "do not have; choose others."
            )
        test = (others[0], np.searchsorted(values, others[1]).astype(np.uint8))
    names = tuple(map(str, values.tolist()))
    places = np.searchsorted(values, labels).astype(np.uint8)
    return LabelledImages(images, places, names, test)


def _images_and_labels(path: Path) -> tuple[Images, npt.NDArray[np.integer]]:
    name = f"“{shown_name(path)}”"
    partner = _partner(path)
    if partner is None:
        raise BadInput(
            f"Beside {name} there is no file of labels; choose a file of images such as "
            "train-images-idx3-ubyte, with train-labels-idx1-ubyte beside it."
        )
    images, labels = read_idx(path), read_idx(partner)
    if images.ndim != 3 or images.dtype != np.uint8:
        raise BadInput(f"{name} holds no images of one byte for each pixel; choose another file.")
    if labels.ndim != 1 or labels.dtype.kind not in "iu" or len(labels) != len(images):
        raise BadInput(
            f"“{shown_name(partner)}” does not have one whole number for each image of {name}; "
            "choose another pair."
        )
    if not all(SHORTEST_SIDE <= side <= LONGEST_SIDE for side in images.shape[1:]):
        raise BadInput(
            f"The images in {name} have {images.shape[1]:,} × {images.shape[2]:,} pixels; choose "
            f"images of {SHORTEST_SIDE} to {LONGEST_SIDE} pixels a side."
        )
    if math.prod(images.shape) > MOST_BYTES:
        raise BadInput(
            f"{name} holds {fixed_text(images.nbytes / 1e6, 0)} MB of images; "
            f"{fixed_text(MOST_BYTES / 1e6, 0)} MB are the most."
        )
    return images, labels
