"""Points from a CSV file of the user's own: two columns of numbers, and a class or a target."""

import os
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from gdstudio.data.dataset import Numbers, Table
from gdstudio.data.points.point_set import MOST_CLASSES
from gdstudio.data.tables.label_column import MOST_LABELS
from gdstudio.data.tables.table import read_table
from gdstudio.errors import BadInput
from gdstudio.number_text import plain_text

_CALLED_CLASSES = frozenset(("class", "label", "species", "kind", "type", "group", "target"))
_LOCK = threading.Lock()
# What was read last, by the path: the state of the file, and its table.
_READ: dict[str, tuple[Any, Table]] = {}
_MOST_READ = 4


@dataclass(frozen=True, eq=False)
class ChosenColumns:
    """The columns of a table that are x, y and the answer.

    Attributes:
        x, y, target: their names.
        answers: classes, counted from 0, or numbers to predict, shape ``(rows,)``; NaN where the
            cell is empty.
        classes: the names of the classes; empty for numbers to predict.
    """

    x: str
    y: str
    target: str
    answers: Numbers
    classes: tuple[str, ...]


def own_table(path: str) -> Table:
    """Return the table in a file; it is read again only when it has changed.

    A file that is gone has not changed: what was read of it stays.

    Raises:
        BadInput: if it cannot be read.
    """
    try:
        state = os.stat(path)
        stamp: Any = (state.st_mtime_ns, state.st_size)
    except (OSError, ValueError):
        stamp = None
    with _LOCK:
        if path in _READ and stamp in (None, _READ[path][0]):
            return _READ[path][1]
    table = read_table(path, with_labels=True)
    with _LOCK:
        _READ.pop(path, None)
        while len(_READ) >= _MOST_READ:
            del _READ[next(iter(_READ))]
        _READ[path] = (stamp, table)
    return table


def choose_columns(table: Table, x: str, y: str, target: str) -> ChosenColumns:
    """Return the columns that are named, or the likeliest ones where a name is empty.

    The likeliest answer is a column that is called like one, such as class or species; else the
    last column of class names; else the last one of numbers. x and y are those that are called so,
    or the first two others.

    Raises:
        BadInput: if a column is missing, or cannot be what it is to be.
    """
    numbers = table.columns
    names = (*numbers, *table.labels)
    x, y, target = (_find(name, names, table) if name else "" for name in (x, y, target))
    for name in (x, y):
        if name and name not in numbers:
            raise BadInput(f"“{name}” has no numbers, so it cannot be x or y; choose another one.")
    free = [name for name in numbers if name not in (x, y)]
    if not target:
        called = [n for n in (*free, *table.labels) if set(_plain(n).split()) & _CALLED_CLASSES]
        some = called[-1:] or [*table.labels][-1:] or (free[-1:] if len(numbers) > 2 else [])
        if not some:
            raise BadInput(
                f"“{table.name}” has two columns of numbers and no third column with a number to "
                f"predict or a class (classes are at most {MOST_LABELS} different texts); add one."
            )
        target = some[0]
    rest = [name for name in free if name != target]
    x = x or _called("x", [name for name in rest if _plain(name) != "y"]) or _called("x", rest)
    y = y or _called("y", [name for name in rest if name != x])
    if not x or not y or target in (x, y):
        raise BadInput(
            f"“{table.name}” needs two columns of numbers for x and y beside the answer "
            f"“{target}”; choose others."
        )
    return ChosenColumns(x, y, target, *_answers(table, target))


def _called(name: str, columns: list[str]) -> str:
    """Return the column of that name, or else the first one; nothing where there is none."""
    return next((one for one in columns if _plain(one) == name), columns[0] if columns else "")


def _find(name: str, names: tuple[str, ...], table: Table) -> str:
    plain = {_plain(one): one for one in reversed(names)}
    if name not in names and _plain(name) not in plain:
        raise BadInput(
            f"There is no column “{name[:40]}” of numbers or classes in “{table.name}”; choose one "
            f"of {', '.join(names)} (classes are at most {MOST_LABELS} different texts)."
        )
    return name if name in names else plain[_plain(name)]


def _plain(name: str) -> str:
    return " ".join(name.casefold().replace("_", " ").split())


def _answers(table: Table, target: str) -> tuple[Numbers, tuple[str, ...]]:
    """Return the answers of each row, and the names of the classes where it has classes."""
    if target in table.labels:
        labels = table.labels[target]
        return _classes(target, labels, tuple(dict.fromkeys(filter(None, labels))))
    values = table.values[target]
    known = values[np.isfinite(values)]
    different = np.unique(known)
    are_classes = (
        1 < len(different) <= MOST_CLASSES
        and len(known) > 2 * len(different)
        and bool((different == np.round(different)).all())
    )
    if not are_classes:
        return values, ()
    texts = {number: plain_text(number) for number in different.tolist()}
    return _classes(target, [texts.get(n, "") for n in values.tolist()], tuple(texts.values()))


def _classes(
    target: str, labels: Sequence[str], classes: tuple[str, ...]
) -> tuple[Numbers, tuple[str, ...]]:
    if len(classes) > MOST_CLASSES:
        raise BadInput(
            f"“{target}” has {len(classes)} different classes; choose a column with at most "
            f"{MOST_CLASSES}."
        )
    number = {label: float(place) for place, label in enumerate(classes)}
    return np.array([number.get(label, np.nan) for label in labels], np.float64), classes
