"""A folder of pictures with a subfolder for each class, as images of one size.

Each picture is read as any picture is (`picture_files`, which limits formats, sizes and the work),
made grey, and scaled down where a side is longer than `LONGEST_SIDE`. Those that are not of the
commonest size then are scaled to fit it, on a ground of their own paper's shade. Ink counts as
high: where most pictures have light edges, all are turned round.
"""

import os
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from gdstudio.data.dataset import LONGEST_CLASS_NAME, Images
from gdstudio.data.files import shown_name
from gdstudio.data.pictures.picture_files import Grey, read_grey
from gdstudio.errors import BadInput
from gdstudio.number_text import fixed_text
from gdstudio.visible_text import shortened, visible

LONGEST_SIDE, SHORTEST_SIDE = 64, 3
FEWEST_CLASSES, MOST_CLASSES = 2, 26
MOST_PICTURES = 20_000
MOST_BYTES = 2_000_000_000
MOST_FILES = 100_000
SUFFIXES = frozenset((".png", ".jpg", ".jpeg", ".gif", ".bmp", ".webp", ".tif", ".tiff"))

_TRAINING_NAMES, _TEST_NAMES = ("train", "training"), ("test", "testing", "t10k")
_LIGHT = 127.5
_NAMED = 3


@dataclass(frozen=True, eq=False)
class LabelledImages:
    """Images with their classes, not yet told apart into training and test.

    Attributes:
        images: ``(n, rows, columns)`` ``uint8``, ink high.
        labels: ``(n,)`` ``uint8``, indices into `classes`.
        classes: the names of the classes.
        test: the same for images that were kept apart as a test set, ``(m, …)``; or None.
        notes: sentences about what was done on reading.
    """

    images: Images
    labels: Images
    classes: tuple[str, ...]
    test: tuple[Images, Images] | None = None
    notes: tuple[str, ...] = ()


def read_picture_folder(folder: Path) -> LabelledImages:
    """Return the pictures in the subfolders of `folder`.

    Two subfolders ``train`` and ``test`` with the same subfolders in each are a training and a
    test set.

    Raises:
        BadInput: if the folder has no such form, has too few or too many classes or pictures, or
            holds pictures that cannot be read; nothing is used then.
    """
    parts = _training_and_test(folder)
    listed = [_listed(part) for part in parts]
    classes = tuple(listed[0][0])
    for part, (files, _) in zip(parts[1:], listed[1:], strict=True):
        unknown = [name for name in files if name not in classes]
        if unknown:
            raise BadInput(
                f"“{shown_name(part)}” has a class “{_class_name(unknown[0])}” that the training "
                "pictures do not have; give both the same subfolders."
            )
    _check_classes(folder, listed[0][0])
    _check_amount(folder, [path for files, _ in listed for one in files.values() for path in one])
    pictures, sizes = _read_all(folder, [files for files, _ in listed])
    shape, count = sizes.most_common(1)[0]
    other = sizes.total() - count
    light = np.mean([_edge(one) > _LIGHT for read in pictures for one, _ in read]) > 0.5
    sets = []
    for read in pictures:
        images = np.stack([_fitted(picture, shape) for picture, _ in read])
        labels = np.array([classes.index(name) for _, name in read], np.uint8)
        sets.append((255 - images if light else images, labels))
    skipped = sum(count for _, count in listed)
    notes = []
    if other:
        size = f"{shape[0]} × {shape[1]} pixels"
        notes.append(f"{other:,} of another size {_were(other)} scaled to {size}.")
    if light:
        notes.append("They are dark on light, and were turned round: ink counts as high.")
    if skipped:
        notes.append(f"{skipped:,} {'file' if skipped == 1 else 'files'} that hold no picture "
                     f"{_were(skipped)} left out.")  # fmt: skip
    names = tuple(_class_name(name) for name in classes)
    return LabelledImages(*sets[0], names, sets[1] if len(sets) > 1 else None, tuple(notes))


def read_own_picture(path: Path, shape: tuple[int, int]) -> Images:
    """Return one picture as those of a folder are: ``shape`` ``uint8``, ink high.

    Raises:
        BadInput: if it cannot be read, is no picture, is damaged, or is too large.
    """
    picture = _small(read_grey(path))
    fitted = _fitted(picture, shape)
    return 255 - fitted if _edge(picture) > _LIGHT else fitted


def natural_order(name: str) -> tuple[tuple[int, int | str], ...]:
    """Return what to sort names by so that 10 comes after 2."""
    return tuple(
        (0, int(part)) if part.isdecimal() and len(part) < 20 else (1, part.casefold())
        for part in re.split(r"([0-9]+)", name)
        if part
    )


def _training_and_test(folder: Path) -> tuple[Path, ...]:
    """Return the folders of the training and the test pictures, or the one that has both."""
    inside = {one.name.casefold(): Path(one.path) for one in _entries(folder) if _is_folder(one)}
    training = next((inside[name] for name in _TRAINING_NAMES if name in inside), None)
    test = next((inside[name] for name in _TEST_NAMES if name in inside), None)
    if training is not None and test is not None and len(inside) == 2:
        return training, test
    return (folder,)


def _entries(folder: Path) -> Iterator["os.DirEntry[str]"]:
    try:
        with os.scandir(folder) as found:
            for entry in found:
                if not entry.name.startswith("."):
                    yield entry
    except OSError as error:
        reason = error.strerror or "it is damaged"
        raise BadInput(
            f"The folder “{shown_name(folder)}” cannot be read ({reason}); choose another one."
        ) from None


def _is_folder(entry: "os.DirEntry[str]") -> bool:
    try:
        return entry.is_dir()
    except OSError:
        return False


def _listed(folder: Path) -> tuple[dict[str, list[Path]], int]:
    """Return the picture files of each subfolder, in order, and how many other files there are."""
    files: dict[str, list[Path]] = {}
    others = seen = 0
    for entry in _entries(folder):
        if not _is_folder(entry):
            continue
        found = []
        for one in _entries(Path(entry.path)):
            seen += 1
            if seen > MOST_FILES:
                raise BadInput(
                    f"“{shown_name(folder)}” has more than {MOST_FILES:,} files; choose a folder "
                    f"of at most {MOST_PICTURES:,} pictures."
                )
            is_picture = Path(one.name).suffix.lower() in SUFFIXES and not _is_folder(one)
            found += [Path(one.path)] if is_picture else []
            others += not is_picture
        if found:
            files[entry.name] = sorted(found, key=lambda path: (natural_order(path.name), path))
        if len(files) > MOST_FILES // 100:
            break
    return {name: files[name] for name in sorted(files, key=natural_order)}, others


def _check_classes(folder: Path, files: dict[str, list[Path]]) -> None:
    name = f"“{shown_name(folder)}”"
    if not files:
        raise BadInput(
            f"{name} has no subfolders with pictures; put the pictures of each class in a "
            "subfolder that is named after the class."
        )
    if len(files) < FEWEST_CLASSES:
        raise BadInput(
            f"{name} has pictures of one class only, “{_class_name(next(iter(files)))}”; add a "
            "subfolder with pictures of another."
        )
    if len(files) > MOST_CLASSES:
        raise BadInput(
            f"{name} has more than {MOST_CLASSES} subfolders with pictures; choose a folder of "
            f"{FEWEST_CLASSES} to {MOST_CLASSES} classes."
        )


def _check_amount(folder: Path, paths: list[Path]) -> None:
    name = f"“{shown_name(folder)}”"
    if len(paths) > MOST_PICTURES:
        raise BadInput(
            f"{name} has {len(paths):,} pictures; choose a folder of at most {MOST_PICTURES:,}."
        )
    size = 0
    for path in paths:
        try:
            size += path.stat().st_size
        except OSError:
            continue  # what is wrong with it is said on reading
    if size > MOST_BYTES:
        raise BadInput(
            f"The pictures in {name} have {fixed_text(size / 1e6, 0)} MB together; make them "
            f"smaller, {fixed_text(MOST_BYTES / 1e6, 0)} MB are the most."
        )


def _read_all(
    folder: Path, parts: list[dict[str, list[Path]]]
) -> tuple[list[list[tuple[Images, str]]], "Counter[tuple[int, int]]"]:
    """Return every picture with its class, part by part, and how many there are of each size."""
    sizes: Counter[tuple[int, int]] = Counter()
    broken: list[str] = []
    pictures: list[list[tuple[Images, str]]] = []
    for files in parts:
        pictures.append([])
        for name, paths in files.items():
            for path in paths:
                try:
                    picture = _small(read_grey(path))
                except BadInput:
                    broken.append(f"{_class_name(name)}/{shown_name(path)}")
                    continue
                sizes[picture.shape[0], picture.shape[1]] += 1
                pictures[-1].append((picture, name))
    if broken:
        named = ", ".join(f"“{one}”" for one in broken[:_NAMED])
        more = f" and {len(broken) - _NAMED:,} more" if len(broken) > _NAMED else ""
        raise BadInput(
            f"{named}{more} in “{shown_name(folder)}” cannot be read as "
            f"{'a picture' if len(broken) == 1 else 'pictures'}; repair or remove them."
        )
    return pictures, sizes


def _class_name(name: str) -> str:
    return shortened(visible(name), LONGEST_CLASS_NAME)


def _were(count: int) -> str:
    return "was" if count == 1 else "were"


def _small(grey: Grey) -> Images:
    """Return the picture in bytes, scaled down to sides of at most `LONGEST_SIDE`, never a line."""
    longest = max(grey.shape)
    if longest > LONGEST_SIDE or min(grey.shape) < SHORTEST_SIDE:
        scale = min(LONGEST_SIDE / longest, 1.0)
        rows, columns = (max(round(side * scale), SHORTEST_SIDE) for side in grey.shape)
        grey = _resized(grey, rows, columns)
    return _in_bytes(grey)


def _fitted(picture: Images, shape: tuple[int, int]) -> Images:
    """Return the picture scaled to fit `shape`, in its middle, the rest in its edge's shade."""
    if picture.shape == shape:
        return picture
    scale = min(shape[0] / picture.shape[0], shape[1] / picture.shape[1])
    rows, columns = (
        min(max(round(side * scale), 1), most)
        for side, most in zip(picture.shape, shape, strict=True)
    )
    fitted = np.full(shape, round(_edge(picture)), np.uint8)
    top, left = (shape[0] - rows) // 2, (shape[1] - columns) // 2
    resized = _resized(picture.astype(np.float64), rows, columns)
    fitted[top : top + rows, left : left + columns] = _in_bytes(resized)
    return fitted


def _resized(grey: Grey, rows: int, columns: int) -> Grey:
    """Return the picture with `rows` and `columns`, each pixel the mean of what it covers."""
    down, across = _shares(grey.shape[0], rows), _shares(grey.shape[1], columns)
    resized: Grey = down @ grey @ across.T
    return resized


def _shares(count: int, wanted: int) -> npt.NDArray[np.float64]:
    """Return ``(wanted, count)``: which part of each new pixel is of each old one."""
    edges = np.linspace(0.0, wanted, count + 1)
    pixels = np.arange(wanted)[:, np.newaxis]
    overlap = np.minimum(edges[1:], pixels + 1) - np.maximum(edges[:-1], pixels)
    return np.asarray(np.maximum(overlap, 0.0))


def _edge(picture: npt.NDArray[np.generic]) -> float:
    """Return the middle shade of the picture's edge: its paper."""
    edge = (picture[0], picture[-1], picture[:, 0], picture[:, -1])
    return float(np.median(np.concatenate(edge)))


def _in_bytes(grey: Grey) -> Images:
    return np.asarray(np.clip(np.rint(grey), 0, 255).astype(np.uint8))
