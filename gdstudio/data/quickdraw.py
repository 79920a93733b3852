"""Telling QuickDraw's form of a drawing from ours.

QuickDraw (Google, 2017) keeps a stroke as a list of its x, a list of its y and perhaps one of
times: ``[[x, …], [y, …]]``; ours is a list of points ``[[x, y], …]``. A stroke of two points looks
the same in both forms, so the whole file decides: one stroke that only one form can have is enough.
"""

from typing import Any

# In QuickDraw's simplified drawings the numbers are whole, the least x and y 0, the largest 255.
_QUICKDRAW_SIDE = 255


def is_quickdraw(drawings: list[Any], *, likely: bool) -> tuple[bool, bool]:
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


def as_points(drawing: Any) -> Any:
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
