"""The network of the lab as it is asked: with the edits made by hand, and what it answers.

A network answers at once; a very large one in the background, and only the newest counts.
"""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import QObject, Signal

from gdstudio.app.labs.digits.inside.network.network_view import is_quick
from gdstudio.app.running.background import Background
from gdstudio.app.running.latest_work import LatestWork
from gdstudio.data.remarks import Noticed
from gdstudio.engine.inspect.calibration import Calibration
from gdstudio.engine.inspect.edits import Edit
from gdstudio.engine.jobs import Work
from gdstudio.engine.network.network import NetworkSettings
from gdstudio.engine.objective import FloatArray
from gdstudio.experiment.digits.answer import Answer, Answerer
from gdstudio.experiment.digits.canvas_example import Picture


class AskedNetwork(QObject):
    """Asks the newest network, with the newest edits, about the newest picture.

    Attributes:
        answerer: the network that answered last; None before any, and while one of another kind
            is still about to answer.
        seen: what was said of that network when it was handed over.
        picture: what it was asked.
        answer: what it said; None where nothing is drawn.

    Signals:
        answered(): any of these is another.
        failed(str): it could not be asked.
    """

    answered = Signal()
    failed = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.answerer: Answerer | None = None
        self.seen: Any = None
        self.picture: Picture | None = None
        self.answer: Answer | None = None
        self._newest: tuple[NetworkSettings, FloatArray, Any] | None = None
        self._edits: tuple[Edit, ...] = ()
        self._calibration: Calibration | None = None
        self._asked: Picture | None = None
        self._noticed: tuple[Noticed, ...] = ()
        self._background = Background(self)
        self._latest = LatestWork(self._background, self.failed.emit)

    @property
    def is_busy(self) -> bool:
        """Whether a large network is still about to answer."""
        return self._latest.is_busy

    def set_network(
        self,
        described: NetworkSettings,
        parameters: FloatArray,
        seen: Any,
        calibration: Calibration | None = None,
    ) -> None:
        """Ask this network from now on; θ is copied unless it is read-only.

        `calibration` is its measure of being sure, if it was measured with this θ.
        """
        self._newest = (described, parameters, seen)
        self._calibration = calibration
        if self.answerer is not None and self.answerer.settings != described:
            # Nothing is shown of one network under the settings of another.
            self.answerer = self.answer = None
        self._renew()

    def edit(self, edits: tuple[Edit, ...]) -> None:
        """Let the network answer with these edits from now on."""
        self._edits = edits
        self._renew()

    def ask(self, picture: Picture | None, noticed: Sequence[Noticed] = ()) -> None:
        """Ask about this picture with ink from now on; None: nothing is drawn.

        `noticed` is what was noticed about it.
        """
        self._asked, self._noticed = picture, tuple(noticed)
        self._renew()

    def close(self) -> None:
        """Stop what runs in the background."""
        self._background.close()

    def _renew(self) -> None:
        if self._newest is None:
            self.answered.emit()
            return
        described, parameters, seen = self._newest
        own = self.answerer or Answerer(described)
        take = partial(self._take, seen, self._fitting(described))
        if is_quick(own.network):
            self._latest.drop()
            take(self._asking(own, parameters)())
            return
        if own.learned is not parameters or own.edits != self._edits:
            own = Answerer(described)  # the other one goes on serving meanwhile
        ask = self._asking(own, parameters)

        def work() -> Work[tuple[Answerer, Answer | None]]:
            yield 0.0
            return ask()

        self._latest.ask(work, take)
        if self.answerer is None:
            self.answered.emit()

    def _fitting(self, described: NetworkSettings) -> Picture | None:
        """Return what is asked, unless it is a picture for another network."""
        asked = self._asked
        return asked if asked is None or asked.shape == described.image else None

    def _asking(
        self, answerer: Answerer, parameters: FloatArray
    ) -> Callable[[], tuple[Answerer, Answer | None]]:
        """Return what asks about all that is newest now, for any thread."""
        edits, calibration = self._edits, self._calibration
        picture, noticed = self._fitting(answerer.settings), self._noticed

        def ask() -> tuple[Answerer, Answer | None]:
            if answerer.learned is not parameters:
                answerer.load(parameters)
            answerer.edit(edits)
            answerer.calibration = calibration
            return answerer, None if picture is None else answerer.answer(picture, noticed)

        return ask

    def _take(
        self, seen: Any, picture: Picture | None, found: tuple[Answerer, Answer | None] | None
    ) -> None:
        if found is not None:
            self.answerer, self.answer = found
            self.seen, self.picture = seen, picture
            self.answered.emit()
