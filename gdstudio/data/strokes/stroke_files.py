"""Drawings in files: ``strokes.json`` for one's own, UNIPEN text for the pen digits.

QuickDraw (Google, 2017) keeps a stroke as a list of its x, a list of its y and perhaps one of
times: ``[[x, …], [y, …]]``; ours is a list of points ``[[x, y], …]``. A stroke of two points looks
the same in both forms, so the whole file decides: one stroke that only one form can have is enough.
"""

import json
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from gdstudio.data.dataset import Drawing, Stroke
from gdstudio.data.files import read_bytes, shown_name
from gdstudio.errors import BadInput

_SIZE_LIMIT = 64_000_000
_DRAWING_LIMIT = 10_000
_STROKE_LIMIT = 200_000
_POINT_LIMIT = 1_000_000
# A point has one bracket and two numbers; what is counted before anything is made of it.
_BRACKET_LIMIT = _POINT_LIMIT + _STROKE_LIMIT + _DRAWING_LIMIT + 2
_COMMA_LIMIT = 2 * _BRACKET_LIMIT
_TABLET_HEIGHT = 500.0
# In QuickDraw's simplified drawings the numbers are whole, the least x and y 0, the largest 255.
_QUICKDRAW_SIDE = 255
_FORM = "[[[x, y], …], …] or {“drawings”: [drawing, …]}"


class _DrawingLines(list[Any]):
    """The drawings of a file that has a JSON object a line."""


class DrawingFile(NamedTuple):
    """The drawings of a file; whether QuickDraw's form would have given other ones."""

    drawings: list[Drawing]
    two_ways: bool


class PenDigit(NamedTuple):
    """A digit from the tablet: its label 0–9, its writer's number, its strokes, y downwards."""

    label: int
    writer: int
    strokes: Drawing


def parse_strokes(value: Any, *, name: str = "The drawing") -> list[Drawing]:
    """Return the drawings that a value from JSON holds.

    Args:
        value: one drawing ``[[[x, y], …], …]`` or ``{"drawings": [drawing, …]}``; QuickDraw's
            ``[[[x, …], [y, …]], …]`` is understood, too, also as ``{"drawing": …}``.
        name: what to call it in a sentence.

    Returns:
        A list of drawings, each a list of ``(n, 2)`` ``float64`` arrays.

    Raises:
        BadInput: if it has another form, a coordinate is not a finite number, or there are more
            than 10,000 drawings, 200,000 strokes or a million points.
    """
    return parse_drawing_file(value, name=name).drawings


def parse_drawing_file(value: Any, *, name: str = "The drawing") -> DrawingFile:
    """Return what `parse_strokes` does, and whether another form would have done."""
    likely = isinstance(value, _DrawingLines) or (isinstance(value, dict) and "drawing" in value)
    if likely:
        drawings = value if isinstance(value, _DrawingLines) else [value["drawing"]]
    elif isinstance(value, dict):
        if not isinstance(value.get("drawings"), list):
            raise _wrong_form(name)
        drawings = value["drawings"]
    else:
        drawings = [value]
    if len(drawings) > _DRAWING_LIMIT:
        raise _too_many(name, _DRAWING_LIMIT, "drawings")
    quickdraw, two_ways = _is_quickdraw(drawings, likely=likely)
    if quickdraw:
        drawings = [_as_points(drawing) for drawing in drawings]
    parsed = parse_drawings(drawings, name=name)
    # In a file of {"drawings": …} our own form is meant.
    two_ways = two_ways and not isinstance(value, dict)
    return DrawingFile(parsed, two_ways)


def parse_drawings(drawings: list[Any], *, name: str) -> list[Drawing]:
    """Return the drawings that values from JSON hold, each ``[[[x, y], …], …]``; as above."""
    if len(drawings) > _DRAWING_LIMIT:
        raise _too_many(name, _DRAWING_LIMIT, "drawings")
    strokes_left, points_left = _STROKE_LIMIT, _POINT_LIMIT
    for drawing in drawings:
        if not isinstance(drawing, list):
            raise _wrong_form(name)
        strokes_left -= len(drawing)
        if strokes_left < 0:
            raise _too_many(name, _STROKE_LIMIT, "strokes")
        points_left -= sum(len(stroke) for stroke in drawing if isinstance(stroke, list))
        if points_left < 0:
            raise _too_many(name, _POINT_LIMIT, "points")
    return [[_stroke(stroke, name) for stroke in one] for one in drawings]


def load_strokes(path: str | Path) -> list[Drawing]:
    """Return the drawings in the JSON file `path`; see `parse_strokes` for the form.

    Raises:
        BadInput: as `load_drawing_file` does.
    """
    return load_drawing_file(path).drawings


def load_drawing_file(path: str | Path) -> DrawingFile:
    """Return the drawings in a file of JSON, or of a JSON object a line, as QuickDraw's are.

    Raises:
        BadInput: if the file cannot be read, is larger than 64 MB, is not JSON, or does not hold
            drawings.
    """
    path = Path(path)
    value = read_json(path, otherwise=f"drawings have the form {_FORM}")
    return parse_drawing_file(value, name=f"“{path.name}”")


def read_json(path: Path, *, otherwise: str) -> Any:
    """Return the value in a file of JSON, whose numbers are all floats.

    Args:
        path: the file.
        otherwise: what is said to be done where it is no JSON.

    Raises:
        BadInput: if it cannot be read, is larger than 64 MB, has more in it than drawings may
            have, or is not JSON.
    """
    name = f"“{shown_name(path)}”"
    content = read_bytes(path, size_limit=_SIZE_LIMIT)
    if content.count(b"[") + content.count(b"{") > _BRACKET_LIMIT:
        raise _too_many(name, _POINT_LIMIT, "points, strokes and drawings")
    if content.count(b",") > _COMMA_LIMIT:
        raise _too_many(name, 2 * _POINT_LIMIT, "numbers")
    try:
        return _from_json(content)
    except (ValueError, RecursionError, MemoryError):
        raise BadInput(f"{name} is not JSON; {otherwise}.") from None


def _from_json(content: bytes) -> Any:
    """Return the value of a JSON text, or of lines each of which is an object with a drawing."""
    # Whole numbers as floats, too: one of many digits is infinite, and refused as such.
    try:
        return json.loads(content, parse_int=float)
    except ValueError:
        lines = [line for line in content.split(b"\n") if line.strip()]
        if len(lines) < 2 or len(lines) > _DRAWING_LIMIT:
            raise
        values = [json.loads(line, parse_int=float) for line in lines]
        if not all(isinstance(value, dict) and "drawing" in value for value in values):
            raise
        return _DrawingLines(value["drawing"] for value in values)


def read_unipen(path: str | Path) -> list[PenDigit]:
    """Return the digits of a UNIPEN text file, gzipped or not, in the file's order.

    UNIPEN's y grows upwards; here it is turned to grow downwards.

    Raises:
        BadInput: if the file cannot be read or is not UNIPEN text of digits.
    """
    path = Path(path)
    content = read_bytes(path, size_limit=_SIZE_LIMIT)
    try:
        if content[:2] == b"\x1f\x8b":
            content = zlib.decompressobj(wbits=31).decompress(content, _SIZE_LIMIT)
        digits = list(_digits(content.decode("ascii")))
    except (ValueError, IndexError, zlib.error):
        digits = []
    if not digits:
        raise BadInput(f"“{shown_name(path)}” is not a UNIPEN file of digits; choose another.")
    return digits


def _digits(text: str) -> Iterator[PenDigit]:
    for segment in text.split(".SEGMENT DIGIT")[1:]:
        # The first line ends in the label; then ".COMMENT label writer index" and the strokes.
        lines = segment.split("\n")
        comment = next((line for line in lines if line.startswith(".COMMENT")), "").split()
        strokes: Drawing = []
        points: list[list[float]] = []
        for line in lines[1:]:
            if line.startswith(".PEN_DOWN"):
                points = []
            elif line.startswith(".PEN_UP"):
                strokes.append(np.array(points, np.float64).reshape(-1, 2))
            elif line and not line.startswith("."):
                x, y = line.split()
                points.append([float(x), _TABLET_HEIGHT - float(y)])
        yield PenDigit(int(lines[0].split('"')[1]), int(comment[2]), strokes)


def _stroke(value: Any, name: str) -> Stroke:
    if not isinstance(value, list):
        raise _wrong_form(name)
    for point in value:
        if not isinstance(point, list) or len(point) != 2:
            raise _wrong_form(name)
        if not all(isinstance(c, int | float) and not isinstance(c, bool) for c in point):
            raise _wrong_form(name)
    try:
        points = np.array(value, np.float64).reshape(-1, 2)
    except OverflowError:  # a whole number too large for a float
        points = np.full((1, 2), np.inf)
    if not np.isfinite(points).all():
        raise BadInput(f"{name} has a coordinate that is not a finite number; draw it again.")
    return points


def _too_many(name: str, most: int, what: str) -> BadInput:
    return BadInput(f"{name} has more than {most:,} {what}; draw with fewer, or split the file.")


def _wrong_form(name: str) -> BadInput:
    return BadInput(f"{name} is not a drawing; the form is {_FORM}.")


def _is_quickdraw(drawings: list[Any], *, likely: bool) -> tuple[bool, bool]:
    """Return whether drawings from JSON have QuickDraw's form, and whether both would do.

    Args:
        drawings: each a list of strokes; where one has neither form, all count as ours.
        likely: whether QuickDraw's is the likelier form where both would do.
    """
    if not all(isinstance(drawing, list) for drawing in drawings):
        return False, False
    strokes = [stroke for drawing in drawings for stroke in drawing]
    ours = all(_is_points(stroke) for stroke in strokes)
    theirs = all(_is_columns(stroke) for stroke in strokes)
    if not theirs or not strokes:
        return False, False
    if not ours:
        return True, False
    if likely or all(_is_simplified(drawing) for drawing in drawings):
        return True, False
    # Strokes whose columns are their points are the same either way.
    differ = any(
        stroke != [list(point) for point in zip(*stroke, strict=True)] for stroke in strokes
    )
    return False, differ and all(len(stroke) == 2 for stroke in strokes)


def _as_points(drawing: Any) -> Any:
    """Return a drawing of QuickDraw's form in ours."""
    return [
        [[x, y] for x, y in zip(stroke[0], stroke[1], strict=True)]
        if _is_columns(stroke)
        else stroke
        for stroke in drawing
    ]


def _is_points(stroke: Any) -> bool:
    return isinstance(stroke, list) and all(
        isinstance(point, list) and len(point) == 2 for point in stroke
    )


def _is_columns(stroke: Any) -> bool:
    return (
        isinstance(stroke, list)
        and len(stroke) in (2, 3)
        and all(isinstance(column, list) for column in stroke)
        and len({len(column) for column in stroke}) == 1
        and len(stroke[0]) > 0
    )


def _is_simplified(drawing: Any) -> bool:
    """Return whether a drawing of two-point strokes is one of QuickDraw's simplified ones."""
    if not drawing or any(len(stroke) != 2 for stroke in drawing):
        return False
    columns = [[number for stroke in drawing for number in stroke[axis]] for axis in (0, 1)]
    numbers = columns[0] + columns[1]
    plain = all(
        isinstance(number, int | float) and 0 <= number <= _QUICKDRAW_SIDE and number % 1 == 0
        for number in numbers
    )
    return plain and min(columns[0]) == min(columns[1]) == 0 and max(numbers) == _QUICKDRAW_SIDE
