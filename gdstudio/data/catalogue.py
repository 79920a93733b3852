"""The data sets, by name: an entry in one catalogue says how to load each and what it is.

Images of the user's own have no entry before they are read; their name is where they are.
"""

import os
import threading
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from weakref import WeakKeyDictionary

import numpy as np

from gdstudio.data.dataset import (
    DatasetCard,
    Drawing,
    ImageDataset,
    ImageEntry,
    Images,
    ImageSet,
    Table,
)
from gdstudio.data.idx import read_idx
from gdstudio.data.strokes.stroke_files import read_unipen
from gdstudio.errors import BadInput
from gdstudio.resource_files import resource_path

MNIST = "mnist"
PEN_DIGITS = "pen-digits"
MNIST_AND_PEN_DIGITS = "mnist-and-pen-digits"
TEN_HOUSES = "ten-houses"
AMES_HOUSES = "ames-houses"

_TEST_WRITERS = 6


def is_own(key: str) -> bool:
    """Return whether `key` is meant as the place of images of the user's own."""
    return key not in IMAGE_SETS and (
        os.path.isabs(key) or key.startswith(("~", ".")) or os.sep in key or _exists(key)
    )


def is_known(key: str) -> bool:
    """Return whether `key` is in the catalogue, or of own images that were read already."""
    return key in IMAGE_SETS or key in _OWN


def known_own_images() -> tuple[str, ...]:
    """Return the keys of the user's own images that were read already."""
    return tuple(_OWN)


def image_set(key: str) -> ImageEntry:
    """Return what the catalogue says of the images `key`.

    Images of the user's own are read, all of them, the first time that they are asked for; `key`
    is their place then.

    Raises:
        BadInput: if there is no such data set, or the user's own images cannot be used.
    """
    if key in IMAGE_SETS:
        return IMAGE_SETS[key]
    if not is_own(key):
        raise _unknown(key, IMAGE_SETS)
    known = _OWN.get(key)  # without waiting for anyone who reads others
    if known is not None:
        return known[1]
    with _LOCK:
        place = _absolute(key)
        if place not in _OWN:
            _OWN[place] = _read_own(place)
        return _OWN[place][1]


def refresh(key: str) -> bool:
    """Read images of the user's own anew if their files have changed; return whether they had.

    Files that are gone have not changed: what was read of them stays.

    Raises:
        BadInput: if they cannot be used as they are now; what was read before stays then, too.
    """
    from gdstudio.data.own_images import stamp

    with _LOCK:
        if key not in _OWN:
            return False
        now = stamp(Path(key))
        if now is None or now == _OWN[key][0]:
            return False
        _OWN[key] = _read_own(key)
        return True


def _read_own(place: str) -> tuple[object, ImageEntry]:
    from gdstudio.data.own_images import read_own_images, stamp

    before = stamp(Path(place))
    return before, read_own_images(Path(place))


def _absolute(key: str) -> str:
    try:
        return os.path.abspath(os.path.expanduser(key))
    except (OSError, ValueError):
        return key


def _exists(key: str) -> bool:
    try:
        return os.path.exists(key)
    except ValueError:  # a NUL character in the name
        return False


def has_pen_strokes(entry: ImageEntry) -> bool:
    """Return whether some of the training images of a set can be drawn anew."""
    return entry.strokes is not None or any(
        image_set(source).strokes is not None for source in entry.joins
    )


def load_images(key: str) -> ImageDataset:
    """Return the images `key`; the arrays are read-only and shared between callers.

    Raises:
        BadInput: as `image_set` does.
    """
    entry = image_set(key)
    test, test_parts = load_test_images(key)
    with _LOCK:
        if entry not in _WHOLE:
            sources = {source: image_set(source) for source in entry.sources}
            if not entry.joins:  # what is known of it now, whatever its files are meanwhile
                sources = {entry.card.key: entry}
            parts = [source.load_training() for source in sources.values()]
            _WHOLE[entry] = ImageDataset(
                key=entry.card.key,
                training=_joined(parts),
                test=test,
                test_parts=test_parts,
                training_parts=_slices(entry.sources, parts),
                image=entry.image,
                classes=entry.classes,
                strokes={
                    key: source.strokes
                    for key, source in sources.items()
                    if source.strokes is not None
                },
            )
        return _WHOLE[entry]


def load_test_images(key: str) -> tuple[ImageSet, Mapping[str, slice]]:
    """Return the test images of `key` and where each source's are; training images stay on disk.

    Raises:
        BadInput: as `image_set` does.
    """
    entry = image_set(key)
    with _LOCK:
        if entry not in _TESTS:
            parts = [image_set(source).load_test() for source in entry.sources]
            _TESTS[entry] = _joined(parts), _slices(entry.sources, parts)
        return _TESTS[entry]


# What was read, by its entry: threads that ask at the same time get the same. Own images that were
# read anew have another entry, and those before are let go with the last who uses them.
_LOCK = threading.RLock()
_WHOLE: WeakKeyDictionary[ImageEntry, ImageDataset] = WeakKeyDictionary()
_TESTS: WeakKeyDictionary[ImageEntry, tuple[ImageSet, Mapping[str, slice]]] = WeakKeyDictionary()
# Images of the user's own by their whole path: the state of their files, and their entry.
_OWN: dict[str, tuple[object, ImageEntry]] = {}


@cache
def load_houses(key: str) -> Table:
    """Return the table of houses `key`.

    Raises:
        BadInput: if there is no table of houses of that name.
    """
    # Reading tables is not needed by a window that opens on digits.
    from gdstudio.data.tables.table import read_table

    if key not in HOUSE_SETS:
        raise _unknown(key, HOUSE_SETS)
    return read_table(resource_path("datasets", f"{key}.csv"), name=key)


def card(key: str) -> DatasetCard:
    """Return the card of any data set in the catalogue.

    Raises:
        BadInput: if there is no data set of that name.
    """
    if key in HOUSE_SETS:
        return HOUSE_SETS[key]
    if key in IMAGE_SETS or is_own(key):
        return image_set(key).card
    raise _unknown(key, (*IMAGE_SETS, *HOUSE_SETS))


@cache
def _mnist(part: str) -> ImageSet:
    images = read_idx(resource_path("datasets", f"{part}-images-idx3-ubyte.gz"))
    labels = read_idx(resource_path("datasets", f"{part}-labels-idx1-ubyte.gz"))
    return _image_set(images.reshape(len(images), -1), labels)


@cache
def pen_strokes() -> tuple[Drawing, ...]:
    """Return the strokes of the pen digits to learn from, in the order of their images."""
    digits = read_unipen(resource_path("datasets") / "pendigits-orig.tra.gz")
    last = max(digit.writer for digit in digits)
    return tuple(digit.strokes for digit in digits if digit.writer <= last - _TEST_WRITERS)


@cache
def _pen_digits() -> tuple[ImageSet, ImageSet]:
    """Return the training and the test images: the last writers' digits are the test."""
    images, labels, writers = (
        read_idx(resource_path("datasets", f"pen-digits-{name}-ubyte.gz"))
        for name in ("images-idx3", "labels-idx1", "writers-idx1")
    )
    flat = images.reshape(len(images), -1)
    is_test = writers > writers.max() - _TEST_WRITERS
    return _image_set(flat[~is_test], labels[~is_test]), _image_set(flat[is_test], labels[is_test])


def _slices(sources: tuple[str, ...], parts: list[ImageSet]) -> Mapping[str, slice]:
    """Return where each source's images are in the joined set."""
    ends = np.cumsum([len(part) for part in parts]).tolist()
    return MappingProxyType(
        {
            source: slice(end - len(part), end)
            for source, part, end in zip(sources, parts, ends, strict=True)
        }
    )


def _joined(parts: list[ImageSet]) -> ImageSet:
    if len(parts) == 1:
        return parts[0]
    return _image_set(
        np.concatenate([part.images for part in parts]),
        np.concatenate([part.labels for part in parts]),
    )


def _image_set(images: Images, labels: Images) -> ImageSet:
    images.flags.writeable = False
    labels.flags.writeable = False
    return ImageSet(images=images, labels=labels)


def _unknown(key: str, known: Iterable[str]) -> BadInput:
    shown = key if len(key) <= 40 else key[:39] + "…"
    return BadInput(f"There is no data set “{shown}”; choose one of {', '.join(known)}.")


# The sets of images that come with the app, or were added to it: an entry is all that one needs.
IMAGE_SETS: dict[str, ImageEntry] = {
    one.card.key: one
    for one in (
        ImageEntry(
            DatasetCard(
                key=MNIST,
                title="MNIST",
                what="Digits that about 500 people wrote by hand on paper, scanned, made equally"
                " large and centred by their ink.",
                source="Y. LeCun, C. Cortes and C. J. C. Burges, 1998, from collections of NIST.",
                licence="CC BY-SA 3.0",
                size="60,000 images to learn from and 10,000 to test with, 28 × 28 pixels each.",
            ),
            load_training=lambda: _mnist("train"),
            load_test=lambda: _mnist("t10k"),
            training_count=60_000,
            test_count=10_000,
        ),
        ImageEntry(
            DatasetCard(
                key=PEN_DIGITS,
                title="Pen digits",
                what="Digits that 30 people wrote with a pen on a tablet, inked as your own"
                " drawings are; the last six people's are kept for the test.",
                source="E. Alpaydin and F. Alimoglu, UCI Machine Learning Repository, 1998.",
                licence="CC BY 4.0",
                size="5,996 images to learn from and 1,498 to test with, 28 × 28 pixels each.",
            ),
            load_training=lambda: _pen_digits()[0],
            load_test=lambda: _pen_digits()[1],
            training_count=5_996,
            test_count=1_498,
            strokes=pen_strokes,
        ),
        ImageEntry(
            DatasetCard(
                key=MNIST_AND_PEN_DIGITS,
                title="MNIST + pen digits",
                what="Both together: digits written on paper and digits written on a tablet.",
                source="LeCun, Cortes and Burges, 1998; Alpaydin and Alimoglu, 1998.",
                licence="CC BY-SA 3.0 (MNIST) and CC BY 4.0 (pen digits)",
                size="65,996 images to learn from and 11,498 to test with, 28 × 28 pixels each.",
            ),
            load_training=lambda: load_images(MNIST_AND_PEN_DIGITS).training,
            load_test=lambda: load_images(MNIST_AND_PEN_DIGITS).test,
            training_count=65_996,
            test_count=11_498,
            joins=(MNIST, PEN_DIGITS),
        ),
    )
}
# The tables of houses, each of which is the file of its name.
HOUSE_SETS: dict[str, DatasetCard] = {
    one.key: one
    for one in (
        DatasetCard(
            key=TEN_HOUSES,
            title="Ten houses",
            what="The size of ten houses and what each was sold for: few enough to follow every"
            " number.",
            source="A teaching example in public use.",
            licence="Free to use",
            size="10 houses with their size in square feet and price in dollars.",
            learning_rates=MappingProxyType({"min-max": 0.01}),
        ),
        DatasetCard(
            key=AMES_HOUSES,
            title="Ames houses",
            what="Real sales of houses in Ames, Iowa, from 2006 to 2010.",
            source="D. De Cock, Journal of Statistics Education 19(3), 2011.",
            licence="Published for teaching",
            size="2,930 houses with their living area in square feet, quality from 1 to 10, year"
            " built and price in dollars.",
            # The largest stable one is 0.00065 for the area and 0.00044 for the year.
            learning_rates=MappingProxyType({"min-max": 0.0003}),
        ),
    )
}
