"""One computation of a landscape, for a thread of its own."""

import importlib
import threading
import time
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from gdstudio.app.labs.digits.inside.moment import Moment
from gdstudio.app.labs.digits.inside.walk_shadow import WalkShadow
from gdstudio.data.catalogue import load_digits
from gdstudio.engine.inspect.landscape import Landscape, LandscapeSettings, landscape
from gdstudio.engine.jobs import finish
from gdstudio.engine.objective import FloatArray

# After so much work without a pause the thread lets the window have its turn.
_BREATH_EVERY, _BREATH = 0.004, 0.0005


@dataclass(frozen=True, eq=False)
class FoundLandscape:
    """A landscape, and of what it is one.

    Attributes:
        landscape: the map.
        moment: the network it was computed around.
        seconds: how long that took.
        walk: the walk as the map shows it.
    """

    landscape: Landscape
    moment: Moment
    seconds: float
    walk: WalkShadow


class LandscapeJob:
    """One computation, in a thread of its own; it holds all it needs and is looked at from outside.

    Attributes:
        share: how much is done, 0 to 1.
        begun: when, by `time.perf_counter`.
        cancelled: set to stop it.
    """

    def __init__(
        self,
        moment: Moment,
        settings: LandscapeSettings,
        steps: npt.NDArray[np.integer],
        path: FloatArray,
        closing: threading.Event,
    ) -> None:
        self.share = 0.0
        self.begun = time.perf_counter()
        self.cancelled = threading.Event()
        self._moment, self._settings = moment, settings
        self._steps, self._path = steps, path
        self._closing = closing
        self._breath = self.begun

    def __call__(self) -> FoundLandscape | None:
        """Compute it; None where it was stopped."""
        # The plot asks for quantiles, and the first of them imports this: not in the window's turn.
        importlib.import_module("numpy.ma")
        moment = self._moment
        training = load_digits(moment.dataset).training
        self.begun = self._breath = time.perf_counter()
        work = landscape(
            moment.network,
            moment.parameters,
            self._path,
            training.images,
            training.labels,
            self._settings,
        )
        found = finish(work, stopped=self._is_stopped, progress=self._note)
        if found is None:
            return None
        seconds = time.perf_counter() - self.begun
        return FoundLandscape(found, moment, seconds, WalkShadow(found, self._steps))

    def _note(self, share: float) -> None:
        self.share = share

    def _is_stopped(self) -> bool:
        if self._closing.is_set():
            return True
        if time.perf_counter() - self._breath > _BREATH_EVERY:
            self.cancelled.wait(_BREATH)
            self._breath = time.perf_counter()
        return self.cancelled.is_set()
