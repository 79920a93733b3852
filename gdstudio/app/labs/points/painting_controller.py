"""Painting points by hand: what is clicked and dragged on the plane is learned from."""

from collections.abc import Callable

import numpy as np
from PySide6.QtCore import QObject, QTimer, Signal, Slot

from gdstudio.app.labs.points.plane_page import PlanePage
from gdstudio.app.running.runner import Runner
from gdstudio.app.widgets.pictures.point_marks import PlanePoints
from gdstudio.data.points.catalogue import PAINTED, PAINTED_NUMBERS, PointsDataSettings
from gdstudio.data.points.painted import Painting, Points, as_arrays, as_painted, read_points
from gdstudio.errors import BadInput
from gdstudio.experiment.points.problem import PointsProblem

# The hand has rested when it has not painted for this long.
_REST_MILLISECONDS = 800


class PaintingController(QObject):
    """Owns the painting: begun from whatever points there are, and undone deed by deed.

    A run that goes on is held while one paints, and begins anew once the hand has rested: not with
    each of many clicks.

    Args:
        page: where one paints.
        runner: the run.
        problem: returns the points that are in force.
        parent: the owner.

    Signals:
        painted(str, bool): a deed is done; the text of all points now, and whether to run on.
        refused(str): why a click did nothing.
    """

    painted = Signal(str, bool)
    refused = Signal(str)

    def __init__(
        self,
        page: PlanePage,
        runner: Runner,
        problem: Callable[[], PointsProblem],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._page, self._runner, self._problem = page, runner, problem
        self._is_holding = False
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(_REST_MILLISECONDS)
        self._rest.timeout.connect(lambda: self.finish(goes_on=True))
        self._painting = Painting()
        self._text = ""
        self._is_dabbing = False
        page.plane.dabbed.connect(self._add)
        page.plane.erased.connect(self._erase)
        page.plane.lifted.connect(self._lift)
        page.plane.undo_wanted.connect(self.undo)
        page.undo_clicked.connect(self.undo)
        page.clear_clicked.connect(self._clear)

    @property
    def is_holding(self) -> bool:
        """Whether the run waits until one has painted."""
        return self._is_holding

    def take_up(self, data: PointsDataSettings) -> None:
        """Go on with the points of `data` where these are painted ones, with all that was done."""
        self._is_dabbing = self._is_holding = False
        self._rest.stop()
        is_painted = data.dataset in (PAINTED, PAINTED_NUMBERS)
        if is_painted and data.own_points != self._painting.text:
            self._painting = Painting(read_points(data.own_points))
        elif not is_painted:
            self._painting = Painting()
        self._text = data.own_points if is_painted else ""

    def _points_there(self) -> Points:
        """Return the points that there are as painted ones, with classes or numbers as they have.

        Raises:
            BadInput: where these cannot be painted.
        """
        points = self._problem().points
        return as_painted(points, with_numbers=points.is_regression)

    def _begin(self) -> bool:
        """Begin a deed, from the points that there are; return whether that can be."""
        if self._is_dabbing:
            return True
        if not self._text and not self._painting.points and not self._painting.can_undo:
            try:
                self._painting = Painting(self._points_there())
            except BadInput as refused:
                self.refused.emit(str(refused))
                return False
        self._painting.begin()
        self._is_dabbing = True
        self._hold()
        return True

    def _hold(self) -> None:
        """Let a run that goes on wait for the hand."""
        self._rest.stop()
        if self._runner.is_running and not self._is_holding:
            self._is_holding = True
            self._runner.pause()

    def finish(self, *, goes_on: bool) -> None:
        """Take what was painted while a run was held; the run `goes_on`, or stays as it is."""
        self._rest.stop()
        if not self._is_holding:
            return
        self._is_holding = False
        if not self._tell(goes_on=goes_on) and goes_on:
            self._runner.run()

    @Slot(float, float)
    def _add(self, x: float, y: float) -> None:
        if not self._begin():
            return
        try:
            added = self._painting.add(self._page.answer, x, y)
        except BadInput as refused:
            self.refused.emit(str(refused))
            return
        if added:
            self._show()

    @Slot(float, float)
    def _erase(self, x: float, y: float) -> None:
        if self._begin() and self._painting.erase(x, y, self._page.plane.eraser_reach()):
            self._show()

    @Slot()
    def _lift(self) -> None:
        if self._is_dabbing:
            self._is_dabbing = False
            self._end()

    @Slot()
    def undo(self) -> None:
        """Undo the last deed."""
        self._is_dabbing = False
        if self._painting.undo():
            self._hold()
            self._show()
            self._end()

    @Slot()
    def _clear(self) -> None:
        self._is_dabbing = False
        if not self._text and not self._painting.points:
            try:
                self._painting = Painting(self._points_there())
            except BadInput:
                self._painting = Painting()
        self._painting.clear()
        self._show()
        self._is_holding = False
        self._rest.stop()
        self._tell(goes_on=False)

    def _end(self) -> None:
        """Tell what was painted, at once or once the hand has rested."""
        if self._is_holding:
            self._rest.start()
        else:
            self._tell(goes_on=False)

    def _show(self) -> None:
        places, answers, classes = as_arrays(self._painting.points)
        largest = float(np.abs(answers).max(initial=0.0)) or 1.0
        self._page.plane.set_points(
            PlanePoints(
                places[:, 0],
                places[:, 1],
                answers.astype(np.intp) if classes else None,
                None if classes else answers / largest,
                np.zeros(len(places), np.bool_),
            )
        )

    def _tell(self, *, goes_on: bool) -> bool:
        """Tell what was painted; return whether there was anything new."""
        if self._painting.text == self._text and self._painting.points:
            return False
        self._text = self._painting.text
        self.painted.emit(self._text, goes_on)
        return True
