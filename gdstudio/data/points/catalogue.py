"""The points that can be learned from, by name, and how one chooses among them.

`POINT_SETS` has an entry for every source: points drawn by chance, measurements that come with the
app, and those painted by hand. A CSV file of the user's own has no entry; its name is where it is.
`load_points(settings)` returns the points that `PointsDataSettings` choose, a `PointSet`.
"""

import csv
import os
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Any, ClassVar

import numpy as np

from gdstudio.data.dataset import Numbers
from gdstudio.data.points.columns import find_column, points_from_columns
from gdstudio.data.points.drawn import DRAWN_POINTS, NOTHING_SUITS, DrawnPoints
from gdstudio.data.points.painted import as_arrays, canonical_points, read_points
from gdstudio.data.points.point_set import MOST_POINTS, PointSet, none_of, ready
from gdstudio.errors import BadInput
from gdstudio.resource_files import resource_path
from gdstudio.settings import Choice, Number, Settings, Text, WholeNumber, declare

PAINTED, PAINTED_NUMBERS = "own", "own-numbers"
# What the number to predict is called.
_PAINTED_TARGET = "t"


class PointSource(ABC):
    """Where points come from: all that the rest of the program wants to know of it.

    Attributes:
        key, label: its name for programs and for people.
        what, notice: what it is and what to notice, a sentence each.
        source, licence: who made it, and under what terms it is shipped; empty for chance.
        uses: the names of the settings that matter to it, beside `dataset`, `test_share` and
            `data_seed`.
        suits: settings of the network and its training that suit it, by name, where the usual ones
            do not.
    """

    key: str
    label: str
    what: str
    notice: str
    source: str = ""
    licence: str = ""
    uses: ClassVar[tuple[str, ...]] = ()
    suits: Mapping[str, Any] = NOTHING_SUITS

    @abstractmethod
    def load(self, settings: "PointsDataSettings") -> PointSet:
        """Return the points.

        Raises:
            BadInput: if there is nothing to learn from them.
        """

    def columns(self) -> tuple[str, ...]:
        """Return the names of the columns of numbers among which x and y are chosen, if any."""
        return ()


class _Drawn(PointSource):
    """Points drawn by chance."""

    uses = ("points", "noise")

    def __init__(self, kind: DrawnPoints):
        self._kind = kind
        self.key, self.label = kind.key, kind.label
        self.what, self.notice, self.suits = kind.what, kind.notice, kind.suits

    def load(self, settings: "PointsDataSettings") -> PointSet:
        """Draw them; the same seed draws the same ones."""
        seeds = np.random.SeedSequence(settings.data_seed).spawn(2)
        kind = self._kind
        # NumPy refuses a deviation of −0, which somebody may type.
        noise = abs(settings.noise)
        places, answers = kind.draw(np.random.default_rng(seeds[0]), settings.points, noise)
        none = none_of(answers)
        points = PointSet(kind.label, places, answers, none, kind.classes, target=kind.target)
        return ready(points, settings.test_share, seeds[1])


def drawn_source(kind: DrawnPoints) -> PointSource:
    """Return the source that draws points of a kind, for the catalogue."""
    return _Drawn(kind)


class _Painted(PointSource):
    """Points that somebody painted, each of a class."""

    key, label = PAINTED, "Your own points"
    what = "Points that you put in the plane yourself."
    notice = "Draw what a line cannot part, and find the smallest network that can."
    uses = ("own_points",)

    def load(self, settings: "PointsDataSettings") -> PointSet:
        """Read them from their text."""
        places, answers, classes = as_arrays(read_points(settings.own_points))
        if len(places) and not classes:
            raise BadInput(
                "These points have numbers, not classes; choose “Your numbers” "
                f"({PAINTED_NUMBERS}) for them."
            )
        return _painted(PointSet(self.label, places, answers, none_of(answers), classes), settings)


class _PaintedNumbers(PointSource):
    """Points that somebody painted, each with a number to predict."""

    key, label = PAINTED_NUMBERS, "Your numbers"
    what = "Points that you put in the plane yourself, each with a number that is to be predicted."
    notice = "Paint a hill and a hollow: without a hidden layer the network can only lean."
    uses = ("own_points",)
    suits: Mapping[str, Any] = MappingProxyType(
        {"network": "4", "loss": "squared-error", "learning_rate": 0.1}
    )

    def load(self, settings: "PointsDataSettings") -> PointSet:
        """Read them from their text."""
        places, numbers, classes = as_arrays(read_points(settings.own_points))
        if not len(places):
            raise BadInput(
                "There are no points yet; add some with two different numbers, or choose other "
                "points."
            )
        if classes:
            raise BadInput(
                f"These points have classes, not numbers; choose “Your own points” ({PAINTED}) for "
                "them."
            )
        points = PointSet(self.label, places, numbers, none_of(numbers), (), target=_PAINTED_TARGET)
        return _painted(points, settings)


def _painted(points: PointSet, settings: "PointsDataSettings") -> PointSet:
    seed = np.random.SeedSequence(settings.data_seed).spawn(2)[1]
    return ready(points, settings.test_share, seed)


class _Measured(PointSource):
    """Measurements that come with the app: a class, and columns of which two are chosen."""

    uses = ("x_column", "y_column")

    def __init__(
        self,
        key: str,
        label: str,
        what: str,
        notice: str,
        source: str,
        licence: str,
        usual: tuple[str, str],
        suits: Mapping[str, Any] = NOTHING_SUITS,
    ):
        self.key, self.label, self.what, self.notice = key, label, what, notice
        self.source, self.licence, self.suits = source, licence, suits
        self._usual = usual

    def columns(self) -> tuple[str, ...]:
        """Return the columns of numbers."""
        return tuple(_measurements(self.key)[0])

    def load(self, settings: "PointsDataSettings") -> PointSet:
        """Return two of the columns, each with mean 0 and standard deviation 1."""
        values, labels = _measurements(self.key)
        names = [
            find_column(wanted or usual, tuple(values))
            for wanted, usual in zip(
                (settings.x_column, settings.y_column), self._usual, strict=True
            )
        ]
        classes = tuple(dict.fromkeys(labels))
        answers = np.array([classes.index(label) for label in labels], np.float64)
        return points_from_columns(
            self.label,
            (names[0], values[names[0]]),
            (names[1], values[names[1]]),
            answers,
            classes=classes,
            test_share=settings.test_share,
            seed=settings.data_seed,
        )


@cache
def _measurements(key: str) -> tuple[Mapping[str, Numbers], tuple[str, ...]]:
    """Return the columns of numbers of a shipped table by their names, and the last column."""
    with resource_path("datasets", f"{key}.csv").open(encoding="utf-8", newline="") as file:
        header, *rows = list(csv.reader(file))
    columns = list(zip(*rows, strict=True))
    numbers = {
        name: np.array(cells, np.float64)
        for name, cells in zip(header[:-1], columns[:-1], strict=True)
    }
    return MappingProxyType(numbers), columns[-1]


POINT_SETS: dict[str, PointSource] = {
    one.key: one
    for one in (
        *map(drawn_source, DRAWN_POINTS.values()),
        _Measured(
            "iris",
            "Iris flowers",
            "150 irises of three species, measured in centimetres; two of the four measures are x"
            " and y.",
            "One species stands apart; the other two overlap, and no network can part them wholly.",
            "R. A. Fisher, 1936, measured by E. Anderson; UCI Machine Learning Repository.",
            "CC BY 4.0",
            ("petal length (cm)", "petal width (cm)"),
            {"network": ""},
        ),
        _Measured(
            "penguins",
            "Palmer penguins",
            "342 penguins of three species, measured on islands of Antarctica; two of the four "
            "measures are x and y.",
            "Bill length and depth tell all three species apart; body mass hardly tells two.",
            "K. B. Gorman, T. D. Williams and W. R. Fraser, 2014; A. Horst, A. Hill and K. Gorman.",
            "CC0 1.0",
            ("bill length (mm)", "bill depth (mm)"),
        ),
        _Painted(),
        _PaintedNumbers(),
    )
}


class _Labels(Mapping[str, str]):
    """The names of the sources by their keys, of those that are in the catalogue now."""

    def __getitem__(self, key: str) -> str:
        return POINT_SETS[key].label

    def __iter__(self) -> Iterator[str]:
        return iter(POINT_SETS)

    def __len__(self) -> int:
        return len(POINT_SETS)


@dataclass(frozen=True, kw_only=True)
class PointSetChoice(Choice):
    """A set of points: one of the catalogue, or where a CSV file of the user's own is."""

    def check(self, value: Any) -> str:
        """Return the key; that of a file is its whole path."""
        key = str(value)
        if key in self.options:
            return key
        if is_own_file(key):
            return os.path.abspath(os.path.expanduser(key))
        raise self._refuse(f"must be one of {', '.join(self.options)} or a CSV file", value)


def is_own_file(key: str) -> bool:
    """Return whether `key` is the place of a file of the user's own, not a name."""
    if key in POINT_SETS or "\0" in key:
        return False
    return os.sep in key or key.startswith(("~", ".")) or "." in key or os.path.exists(key)


@dataclass(frozen=True)
class PointsDataSettings(Settings):
    """Which points, how many of them, how noisy, and which are kept apart to test with."""

    dataset: str = declare(
        PointSetChoice(
            label="Points",
            explanation="The points that the network learns from: drawn by chance, measured, "
            "painted by hand, or a table of your own (a CSV file).",
            default="circle",
            options=_Labels(),
        )
    )
    points: int = declare(
        WholeNumber(
            label="Number of points",
            explanation="How many points are drawn, those to test with included.",
            default=300,
            minimum=4,
            maximum=MOST_POINTS,
            logarithmic=True,
            unit="points",
            suggestions=(20, 100, 300, 1_000),
        )
    )
    noise: float = declare(
        Number(
            label="Noise",
            explanation="How far chance moves each point from where it belongs, or the number to "
            "predict; 0 is not at all.",
            default=0.1,
            minimum=0.0,
            maximum=1.0,
        )
    )
    test_share: float = declare(
        Number(
            label="Test share",
            explanation="The share of the points that training never sees, to test with.",
            default=0.3,
            minimum=0.0,
            maximum=0.9,
        )
    )
    data_seed: int = declare(
        WholeNumber(
            label="Seed of the points",
            explanation="The number that points, noise and the choice of test points come from: "
            "the same seed gives the same points.",
            default=0,
            minimum=0,
            maximum=2**31 - 1,
        )
    )
    x_column: str = declare(
        Text(
            label="x from",
            explanation="The column of a table that is x; otherwise the usual one.",
            default="",
            canonical=str.strip,
        )
    )
    y_column: str = declare(
        Text(
            label="y from",
            explanation="The column of a table that is y; otherwise the usual one.",
            default="",
            canonical=str.strip,
        )
    )
    target_column: str = declare(
        Text(
            label="Answer from",
            explanation="The column of your own table that has the class, or the number to "
            "predict; otherwise the likeliest one.",
            default="",
            canonical=str.strip,
        )
    )
    own_points: str = declare(
        Text(
            label="Your own points",
            explanation="The points painted by hand, each with its class or the number to predict, "
            "and its place, such as “A -1.2 0.5, B 1.3 -0.4” or “0.5 -1.2 0.5, -2 1.3 -0.4”.",
            default="",
            example="A -1.2 0.5, B 1.3 -0.4",
            canonical=canonical_points,
        )
    )

    @property
    def source(self) -> PointSource | None:
        """What the catalogue says of them; None for a file of the user's own."""
        return POINT_SETS.get(self.dataset)


def load_points(settings: PointsDataSettings) -> PointSet:
    """Return the points that `settings` choose; the arrays are read-only.

    Raises:
        BadInput: if the file cannot be used, or there is nothing to learn from the points.
    """
    source = settings.source
    if source is not None:
        return source.load(settings)
    # Reading tables is not needed by who does not open one.
    from gdstudio.data.points.own_table import choose_columns, own_table

    table = own_table(settings.dataset)
    chosen = choose_columns(table, settings.x_column, settings.y_column, settings.target_column)
    return points_from_columns(
        table.name,
        (chosen.x, table.values[chosen.x]),
        (chosen.y, table.values[chosen.y]),
        chosen.answers,
        classes=chosen.classes,
        target="" if chosen.classes else chosen.target,
        notes=table.notes,
        test_share=settings.test_share,
        seed=settings.data_seed,
    )


def columns_of(settings: PointsDataSettings) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the columns that can be x and y, and those that can be the answer, if any are chosen.

    Raises:
        BadInput: if a file of the user's own cannot be read.
    """
    source = settings.source
    if source is not None:
        return source.columns(), ()
    from gdstudio.data.points.own_table import own_table

    table = own_table(settings.dataset)
    return table.columns, (*table.labels, *table.columns)
