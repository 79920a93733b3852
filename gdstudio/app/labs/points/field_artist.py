"""Lets fields be drawn where the window does not wait for them, the newest alone."""

import functools
import math
from collections.abc import Callable

import numpy as np

from gdstudio.app.labs.points.field_painter import (
    Answers,
    DrawnField,
    FieldPainter,
    FieldRequest,
    draw_field,
    get_ready,
)
from gdstudio.app.running.background import Background
from gdstudio.app.running.latest_work import LatestWork
from gdstudio.app.widgets.pictures.point_marks import PlanePoints
from gdstudio.engine.jobs import in_one_part
from gdstudio.experiment.points.problem import PointsProblem

# The child process that draws; it ends with the window. No field takes longer than this.
_CHILD, _CHILD_SECONDS = "fields", 60.0
# How long a field may take, so that 30 are seen in a second; and of how many dots along its longer
# side it can be, so that it does.
_FRAME_SECONDS = 0.02
_SIZES = (400, 320, 250, 200, 160, 125, 100)


class FieldArtist:
    """Draws fields one at a time.

    While they follow each other, a child process draws, for beside a thread of this process the
    window would wait for the interpreter's lock. Until the child is there, where none can be had
    (or it has died), and for a field that stands alone, a thread does.

    Args:
        background: where.
        done: receives the request and the `DrawnField`.
        failed: receives a sentence.
        in_process: whether a child process is wanted.
    """

    def __init__(
        self,
        background: Background,
        done: Callable[[FieldRequest, DrawnField], None],
        failed: Callable[[str], None],
        *,
        in_process: bool,
    ) -> None:
        self._background, self._done = background, done
        self._work = LatestWork(background, failed)
        self._painter = FieldPainter()
        self._wants_child, self._has_child = in_process, False
        self._size = 0

    @property
    def is_busy(self) -> bool:
        """Whether a field is being drawn."""
        return self._work.is_busy

    @property
    def live_dots(self) -> int:
        """Along the longer side, how many dots of a field are drawn in time while it changes."""
        return _SIZES[self._size]

    def draw(self, request: FieldRequest) -> None:
        """Draw a field; of those that are asked for meanwhile the newest is next."""
        if request.is_moving and self._wants_child:
            self._start_child()
        take = functools.partial(self._take, request)
        if self._has_child:
            self._work.ask_in_child(
                functools.partial(draw_field, request),
                take,
                lambda _said: self._do_without(request),
                seconds=_CHILD_SECONDS,
                child=_CHILD,
            )
        else:
            self._work.ask(lambda: in_one_part(lambda: self._painter.draw(request)), take)

    def _start_child(self) -> None:
        self._wants_child = False
        self._background.submit(
            get_ready,
            self._use_child,
            lambda _said: None,  # the thread goes on drawing
            child_seconds=_CHILD_SECONDS,
            child=_CHILD,
        )

    def _use_child(self, _result: None) -> None:
        self._has_child = True

    def _do_without(self, request: FieldRequest) -> None:
        """Draw in a thread again, and what the child has not."""
        self._has_child = False
        self.draw(request)

    def _take(self, request: FieldRequest, drawn: DrawnField | None) -> None:
        if drawn is None:
            return
        if request.is_moving:
            self._adapt(drawn)
        self._done(request, drawn)

    def _adapt(self, drawn: DrawnField) -> None:
        """Draw the next field as fine as there is time for it."""
        longest = max(drawn.picture.numbers.shape)
        # The time grows with the square of the side.
        fits = longest * math.sqrt(_FRAME_SECONDS / max(drawn.seconds, 1e-4))
        if fits < _SIZES[self._size]:
            self._size = min(self._size + 1, len(_SIZES) - 1)
        elif self._size and fits > 1.1 * _SIZES[self._size - 1]:
            self._size -= 1


def points_in_sight(problem: PointsProblem) -> PlanePoints:
    """Return the points of a problem as the plane shows them."""
    points = problem.points
    x, y = points.places.T
    if points.is_regression:
        limit = Answers.of(problem).limit
        return PlanePoints(x, y, None, points.answers / limit, points.is_test)
    return PlanePoints(x, y, points.answers.astype(np.intp), None, points.is_test)
