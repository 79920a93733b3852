"""Symbols of the user's own: classes that he names, and a few drawings of each, in one file.

The file is JSON: ``{"format": "gdstudio-symbols", "version": 1, "classes": [{"name": "♥",
"drawings": [[[[x, y], …], …], …]}, …]}``, a drawing as in ``strokes.json``, y downwards.

A handful of drawings is enough to learn from because each is drawn anew many times, as if by other
hands with other pens (`gdstudio.data.strokes.redrawing`). Every fifth drawing of a class,
beginning with the second, is kept back for the test: as it was drawn, and never drawn anew to learn
from.
"""

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from gdstudio.data.dataset import (
    LONGEST_CLASS_NAME,
    DatasetCard,
    Drawing,
    ImageEntry,
    Images,
    ImageSet,
)
from gdstudio.data.files import shown_name
from gdstudio.data.pictures.picture_folder import FEWEST_CLASSES, MOST_CLASSES
from gdstudio.data.strokes.inking import SIDE, to_image
from gdstudio.data.strokes.pen_paths import pen_paths
from gdstudio.data.strokes.redrawing import Redrawing
from gdstudio.data.strokes.stroke_files import parse_drawings, read_json
from gdstudio.errors import BadInput
from gdstudio.number_text import percent_text
from gdstudio.visible_text import UNSEEN, shortened, visible

FORMAT, VERSION = "gdstudio-symbols", 1
MOST_DRAWINGS = 200
MOST_POINTS = 500_000
# Images to learn from, of all classes together, and at least of each: as many of one as of another.
IMAGES, IMAGES_OF_EACH = 2_000, 150
# How much a drawing is changed where it is drawn anew, of all that `Redrawing` can do. Measured on
# four classes of eight drawings, new drawings read: 98.8 % without, 99.7 % at 0.5, 99.8 % at 1; of
# three drawings 95.2, 97.9 and 99.8 %.
VARIATION = 1.0
_TEST_EVERY = 5
_SEED = 0
_SIDE, _FAR = 1_000.0, 1e100

Strokes = tuple[tuple[tuple[float, float], ...], ...]


def class_name(text: str) -> str:
    """Return the name of a class as it is kept.

    Raises:
        BadInput: if there is nothing to be seen of it, it holds orders instead of letters, or it
            is too long.
    """
    name = unicodedata.normalize("NFC", text).strip()
    if UNSEEN.search(name):
        shown = shortened(visible(name), LONGEST_CLASS_NAME)
        raise BadInput(f"The name “{shown}” has characters that are no letters or signs; type it.")
    if all(unicodedata.category(letter)[0] in "CZ" for letter in name):
        raise BadInput("A class needs a name, such as ♥, A or star; type one.")
    if len(name) > LONGEST_CLASS_NAME:
        raise BadInput(
            f"The name “{shortened(name, LONGEST_CLASS_NAME)}” has {len(name):,} letters; "
            f"choose one of at most {LONGEST_CLASS_NAME}."
        )
    return name


def as_strokes(drawing: Sequence[npt.ArrayLike]) -> Strokes:
    """Return a drawing as it is kept: its strokes that have points, its longer side 1,000.

    Raises:
        BadInput: if there is no ink in it.
    """
    arrays = [np.asarray(stroke, np.float64).reshape(-1, 2) for stroke in drawing]
    arrays = [array for array in arrays if len(array)]
    if not arrays:
        raise BadInput("There is nothing drawn yet; draw the symbol first.")
    largest = max(float(np.abs(array).max()) for array in arrays)
    if largest > _FAR:  # the box's side would overflow
        arrays = [array / largest for array in arrays]
    points = np.concatenate(arrays)
    low, side = points.min(axis=0), float(np.ptp(points, axis=0).max())
    if side > 0.0:
        arrays = [(array - low) * (_SIDE / side) for array in arrays]
    return tuple(tuple((round(x, 1), round(y, 1)) for x, y in array.tolist()) for array in arrays)


@lru_cache(maxsize=6_000)
def picture_of(drawing: Strokes) -> Images:
    """Return what a network receives of a drawing; it is shown again and again, and made once."""
    picture = to_image(drawing)
    picture.flags.writeable = False
    return picture


def is_kept_back(number: int) -> bool:
    """Return whether the drawing `number` (from 0) of a class is for the test."""
    return number % _TEST_EVERY == 1


@dataclass(frozen=True)
class Symbol:
    """One class: its name and its drawings, in the order in which they were drawn."""

    name: str
    drawings: tuple[Strokes, ...] = ()

    @property
    def training(self) -> tuple[Strokes, ...]:
        """The drawings to learn from."""
        return tuple(one for i, one in enumerate(self.drawings) if not is_kept_back(i))

    @property
    def test(self) -> tuple[Strokes, ...]:
        """The drawings that are kept back."""
        return tuple(one for i, one in enumerate(self.drawings) if is_kept_back(i))


@dataclass(frozen=True)
class SymbolSet:
    """The user's classes. Every change returns another set, or raises `BadInput`."""

    symbols: tuple[Symbol, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the classes, in their order."""
        return tuple(symbol.name for symbol in self.symbols)

    def with_class(self, name: str) -> Self:
        """Return the set with another class, which has no drawings yet, at its end."""
        name = self._new_name(name)
        if len(self.symbols) >= MOST_CLASSES:
            raise BadInput(
                f"There are {MOST_CLASSES} classes, which are the most; remove one first."
            )
        return replace(self, symbols=(*self.symbols, Symbol(name)))

    def without_class(self, index: int) -> Self:
        """Return the set without a class."""
        return replace(self, symbols=self.symbols[:index] + self.symbols[index + 1 :])

    def renamed(self, index: int, name: str) -> Self:
        """Return the set with another name for a class."""
        if class_name(name) == self.symbols[index].name:
            return self
        return self._with(index, replace(self.symbols[index], name=self._new_name(name)))

    def with_drawing(self, index: int, drawing: Sequence[npt.ArrayLike]) -> Self:
        """Return the set with another drawing of a class."""
        symbol, strokes = self.symbols[index], as_strokes(drawing)
        if len(symbol.drawings) >= MOST_DRAWINGS:
            raise BadInput(
                f"There are {MOST_DRAWINGS} drawings of “{symbol.name}”, which are the most; "
                "delete some first."
            )
        changed = self._with(index, replace(symbol, drawings=(*symbol.drawings, strokes)))
        changed._check_points()
        return changed

    def without_drawing(self, index: int, number: int) -> Self:
        """Return the set without the drawing `number` of a class."""
        symbol = self.symbols[index]
        left = symbol.drawings[:number] + symbol.drawings[number + 1 :]
        return self._with(index, replace(symbol, drawings=left))

    def joined(self, other: "SymbolSet") -> Self:
        """Return this set with the classes and drawings of another; what both have stays once."""
        found = {symbol.name: list(symbol.drawings) for symbol in self.symbols}
        for symbol in other.symbols:
            drawings = found.setdefault(symbol.name, [])
            drawings += [one for one in symbol.drawings if one not in drawings]
        if len(found) > MOST_CLASSES:
            raise BadInput(
                f"Together these would be {len(found)} classes, and {MOST_CLASSES} are the most; "
                "remove some first."
            )
        for name, drawings in found.items():
            if len(drawings) > MOST_DRAWINGS:
                raise BadInput(
                    f"Together these would be {len(drawings)} drawings of “{name}”, and "
                    f"{MOST_DRAWINGS} are the most; delete some first."
                )
        symbols = tuple(Symbol(name, tuple(drawings)) for name, drawings in found.items())
        joined = replace(self, symbols=symbols)
        joined._check_points()
        return joined

    def check(self, called: str = "") -> None:
        """Find out whether a network can learn from them.

        Args:
            called: what to call it in a sentence, such as “signs.json”; empty where it is seen.

        Raises:
            BadInput: if it is too few classes or drawings; the sentence says of what.
        """
        place = f" in {called}" if called else ""
        if len(self.symbols) < FEWEST_CLASSES:
            raise BadInput(
                f"There is no class{place} yet; name two, and draw a few of each."
                if not self.symbols
                else f"There is one class only{place}, “{self.names[0]}”; add another, so that "
                "there is something to tell apart."
            )
        for symbol in self.symbols:
            if len(symbol.drawings) < 2:
                count = "no drawing yet" if not symbol.drawings else "one drawing only"
                raise BadInput(
                    f"The class “{symbol.name}”{place} has {count}; draw two at least, one to "
                    "learn from and one to test with."
                )

    def as_json(self) -> dict[str, Any]:
        """Return what a file of it holds."""
        return {
            "format": FORMAT,
            "version": VERSION,
            "classes": [
                {"name": symbol.name, "drawings": symbol.drawings} for symbol in self.symbols
            ],
        }

    def _with(self, index: int, symbol: Symbol) -> Self:
        symbols = list(self.symbols)
        symbols[index] = symbol
        return replace(self, symbols=tuple(symbols))

    def _new_name(self, text: str) -> str:
        name = class_name(text)
        if name in self.names:
            raise BadInput(f"There is a class “{name}” already; choose another name.")
        return name

    def _check_points(self) -> None:
        points = sum(
            len(stroke) for one in self.symbols for drawing in one.drawings for stroke in drawing
        )
        if points > MOST_POINTS:
            raise BadInput(
                f"All drawings together have more than {MOST_POINTS:,} points, which are the most; "
                "delete some first."
            )


def read_symbols(path: str | Path) -> SymbolSet:
    """Return the symbols in a file, complete or not.

    Raises:
        BadInput: if it cannot be read, is damaged, or holds no symbols; nothing is used then.
    """
    path = Path(path)
    name = f"“{shown_name(path)}”"
    value = read_json(path, otherwise="choose a file of symbols")
    if not isinstance(value, dict) or value.get("format") != FORMAT:
        raise BadInput(
            f"{name} is no file of symbols; choose one that was exported under “Own symbols…”."
        )
    version, classes = value.get("version"), value.get("classes")
    if isinstance(version, float) and version > VERSION:
        raise BadInput(f"{name} was written by a newer version of this app; open it with that one.")
    if (
        version != VERSION
        or not isinstance(classes, list)
        or not all(
            isinstance(one, dict)
            and isinstance(one.get("name"), str)
            and isinstance(one.get("drawings"), list)
            for one in classes
        )
    ):
        raise BadInput(f"{name} is damaged, its classes cannot be read; use another copy.")
    symbols = SymbolSet()
    try:
        for one in classes:
            symbols = symbols.with_class(one["name"])
            drawings = parse_drawings(one["drawings"], name="One of its drawings")
            # A drawing that stands there twice could be learned from and tested with.
            kept = dict.fromkeys(as_strokes(drawing) for drawing in drawings)
            symbols = symbols.joined(SymbolSet((Symbol(symbols.names[-1], tuple(kept)),)))
    except BadInput as problem:
        raise BadInput(f"{name} cannot be used: {problem}") from None
    return symbols


def symbols_entry(path: Path) -> ImageEntry:
    """Return the symbols in a file as a data set.

    Raises:
        BadInput: as `read_symbols` does, or if a network cannot learn from them.
    """
    symbols = read_symbols(path)
    symbols.check(f"“{shown_name(path)}”")
    drawn = sum(len(symbol.training) for symbol in symbols.symbols)
    kept_back = sum(len(symbol.test) for symbol in symbols.symbols)
    each = _images_of_each(symbols)
    names = ", ".join(symbols.names)
    return ImageEntry(
        card=DatasetCard(
            key=str(path),
            title=f"Own symbols: {shortened(names, LONGEST_CLASS_NAME)}",
            what=f"Symbols of {len(symbols.symbols)} classes that were drawn for this: "
            f"{shortened(names, 160)}. Each drawing is drawn anew again and again, as if by other "
            f"hands with other pens, until there are {each:,} images of each class to learn from.",
            source=f"Drawings in {path}.",
            licence="Yours; they stay on this computer",
            size=f"{drawn:,} drawings, and what is drawn anew from them: "
            f"{each * len(symbols.symbols):,} images to learn from. {test_text(symbols)} "
            "All have 28 × 28 pixels.",
        ),
        load_training=lambda: _training(symbols),
        load_test=lambda: _originals(symbols),
        training_count=each * len(symbols.symbols),
        test_count=kept_back,
        classes=symbols.names,
        strokes=lambda: tuple(_to_learn_from(symbols)),
    )


def test_text(symbols: SymbolSet) -> str:
    """Return what is kept back for the test, and how much that can tell."""
    count = sum(len(symbol.test) for symbol in symbols.symbols)
    if not count:
        return "No drawing is kept back for a test yet."
    kept = "1 drawing is" if count == 1 else f"{count:,} drawings are"
    text = f"{kept} kept back for the test, as drawn."
    if count < 100:
        text += f" With so few, each counts for {percent_text(1 / count, 1)} of the accuracy."
    return text


def _images_of_each(symbols: SymbolSet) -> int:
    """Return how many images of each class there are to learn from."""
    most = max(len(symbol.training) for symbol in symbols.symbols)
    return max(-(-IMAGES // len(symbols.symbols)), IMAGES_OF_EACH, most)


def _to_learn_from(symbols: SymbolSet) -> Iterator[Drawing]:
    """Yield what each training image is drawn from, class by class."""
    each = _images_of_each(symbols)
    for symbol in symbols.symbols:
        drawings = [_arrays(strokes) for strokes in symbol.training]
        for number in range(each):
            yield drawings[number % len(drawings)]


def _training(symbols: SymbolSet) -> ImageSet:
    """Return the training images: each drawing as it is, then drawn anew."""
    each = _images_of_each(symbols)
    drawings = list(_to_learn_from(symbols))
    images = np.empty((len(drawings), SIDE * SIDE), np.uint8)
    places = np.arange(len(drawings))
    numbers = np.random.default_rng(_SEED).random((len(drawings), Redrawing.numbers))
    Redrawing(pen_paths(drawings), places, VARIATION)(images, places, numbers)
    for label, symbol in enumerate(symbols.symbols):
        for number, strokes in enumerate(symbol.training):
            images[label * each + number] = picture_of(strokes).reshape(-1)
    return _image_set(images, np.repeat(np.arange(len(symbols.symbols)), each))


def _originals(symbols: SymbolSet) -> ImageSet:
    """Return the test images: the drawings that are kept back, as they were drawn."""
    images = [picture_of(strokes).reshape(-1) for one in symbols.symbols for strokes in one.test]
    labels = [label for label, one in enumerate(symbols.symbols) for _ in one.test]
    return _image_set(np.stack(images), np.array(labels))


def _image_set(images: Images, numbers: npt.NDArray[np.integer]) -> ImageSet:
    labels = numbers.astype(np.uint8)
    images.flags.writeable = labels.flags.writeable = False
    return ImageSet(images, labels)


def _arrays(strokes: Strokes) -> Drawing:
    return [np.array(stroke, np.float64) for stroke in strokes]
