"""Painting a widget: the painter ends with the painting, whatever happens on the way.

A painter that outlives its device takes the app with it; and after an error it does, for the error
holds on to all that was in use.
"""

import functools
from collections.abc import Callable
from typing import Any

from PySide6.QtGui import QPainter, QPaintEvent


def painted(
    paint: Callable[[Any, QPaintEvent, QPainter], None],
) -> Callable[[Any, QPaintEvent], None]:
    """Make a `paintEvent` of a method that takes a painter, too, and need not end it."""

    @functools.wraps(paint)
    def paint_event(widget: Any, event: QPaintEvent) -> None:
        with QPainter(widget) as painter:
            paint(widget, event, painter)

    return paint_event
