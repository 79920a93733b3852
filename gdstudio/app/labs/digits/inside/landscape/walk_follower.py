"""Follows a network on a map that was computed before: where it is now, and the way there."""

from typing import Any

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QObject, Signal

from gdstudio.app.labs.digits.inside.landscape import texts
from gdstudio.app.running.background import Background
from gdstudio.app.running.latest_work import Ask, LatestWork
from gdstudio.engine.inspect.plane import Shadow, shadow
from gdstudio.engine.objective import FloatArray
from gdstudio.experiment.digits.loss_landscape import FoundLandscape
from gdstudio.experiment.digits.network_moment import Moment
from gdstudio.experiment.digits.questions import PathSoFar
from gdstudio.experiment.time_machine import Iterations


class WalkFollower(QObject):
    """Finds the place on the map of every moment that it is shown, in the background.

    While training goes on, these places are the walk; once it rests, the points between them are
    asked for. A walk that goes back, by Reset or by a branch, is another: all of it is asked for.

    Signals:
        placed(object, str): the walk, points ``(n, 2)`` with the network's own place last, and
            what is to be said of that place.
    """

    placed = Signal(object, str)

    def __init__(self, background: Background, ask: Ask, parent: QObject) -> None:
        super().__init__(parent)
        # The places of the newest moment, and those of the points between.
        self._places = LatestWork(background, lambda _sentence: None)
        self._paths = LatestWork(background, lambda _sentence: None)
        self._ask = ask
        self._found: FoundLandscape | None = None
        self._moment: Moment | None = None
        self._newest_step: int | None = None
        self._filled_step: int | None = None
        self._questions = 0
        self._walks = 0  # how many walks have begun: what is told late of another is not taken in

    @property
    def is_settled(self) -> bool:
        """Whether the run has told all that it was asked of the path."""
        return not self._questions

    def show_map(self, found: FoundLandscape) -> None:
        """Follow the network on this map from now on."""
        self._found = found
        self._places.drop()
        self._paths.drop()
        self._newest_step = self._filled_step = None
        if self._moment is not None:
            self.show_moment(self._moment)

    def show_moment(self, moment: Moment) -> None:
        """Find the place of this moment; of those that are shown meanwhile the newest follows."""
        self._moment = moment
        found = self._found
        if found is None:
            return
        if not _is_same_network(found.moment, moment):
            self._place(found, found.moment.step, np.zeros((1, 2)), texts.OTHER)
            return
        self._note_step(found, moment)
        if moment.parameters is found.moment.parameters:
            self._place(found, moment.step, np.zeros((1, 2)), "")
        else:
            self._find(
                self._places,
                found,
                lambda: moment.parameters[np.newaxis],
                lambda now: self._take(found, moment, now),
            )

    def _note_step(self, found: FoundLandscape, moment: Moment) -> None:
        if not moment.is_now:
            return
        if self._newest_step is not None and moment.step < self._newest_step:
            found.walk.clear()
            self._walks += 1
            self._ask_path(found)
        self._newest_step = moment.step

    def _find(self, work: LatestWork, found: FoundLandscape, points: Any, then: Any) -> None:
        """Find the shadows of what `points` returns, elsewhere, for it may be large."""
        plane, walk = found.landscape.plane, self._walks

        def done(shadows: Shadow | None) -> None:
            if shadows is not None and found is self._found and walk == self._walks:
                then(shadows)

        work.ask(lambda: shadow(plane, points()), done)

    def _take(self, found: FoundLandscape, moment: Moment, now: Shadow) -> None:
        beside = float(now.beside[0])
        if not found.walk.is_near(beside):
            self._place(found, found.moment.step, np.zeros((1, 2)), texts.FAR)
            return
        if moment.unedited is moment.parameters:
            found.walk.add(np.array([moment.step]), now)
        is_centre = not now.squares[0]  # another copy of the same parameters
        remark = "" if is_centre else texts.now_text(moment.step, beside**0.5)
        self._place(found, moment.step, now.coordinates, remark)
        resting = moment.is_now and not moment.running
        if resting and moment.step != self._filled_step:
            self._filled_step = moment.step
            self._ask_path(found)

    def _ask_path(self, found: FoundLandscape) -> None:
        self._questions += 1
        walk = self._walks
        self._ask(PathSoFar(), lambda answer: self._fill(found, walk, answer))

    def _fill(
        self, found: FoundLandscape, walk: int, answer: tuple[Iterations, FloatArray] | None
    ) -> None:
        """Take in the points of the path between those that were seen."""
        self._questions -= 1
        if answer is None or found is not self._found or walk != self._walks:
            return
        (steps, path), plane = answer, found.landscape.plane
        if path.ndim != 2 or path.shape[1] != plane.centre.size:
            return
        missing = found.walk.lacks(steps)
        if missing.any():
            self._find(
                self._paths,
                found,
                lambda: path[missing],
                lambda shadows: self._take_filled(found, steps[missing], shadows),
            )

    def _take_filled(
        self, found: FoundLandscape, steps: npt.NDArray[np.integer], shadows: Shadow
    ) -> None:
        found.walk.add(steps, shadows)
        if self._moment is not None:
            self.show_moment(self._moment)

    def _place(
        self,
        found: FoundLandscape,
        step: int,
        mark: npt.NDArray[np.float64],
        remark: str,
    ) -> None:
        self.placed.emit(np.concatenate([found.walk.until(step), mark]), remark)


def _is_same_network(one: Moment, other: Moment) -> bool:
    """Return whether both are moments of one network, as far as one can tell."""
    return one.settings == other.settings
