"""Keeps the edits: makes them, takes them back, and computes what they do to the accuracy."""

from PySide6.QtCore import QObject, Signal, Slot

from gdstudio.app.labs.digits.inside.network.edits_card import EditsCard
from gdstudio.app.running.background import Background
from gdstudio.app.running.latest_work import LatestWork
from gdstudio.engine.inspect.edits import (
    Edit,
    apply_edits,
    fitting_edits,
    with_edit,
    without_target,
)
from gdstudio.engine.jobs import Work
from gdstudio.experiment.digits.accuracy_change import AccuracyChange, compare_accuracy
from gdstudio.experiment.digits.network_moment import Moment

# While training goes on, the accuracy is computed anew after this number of moments.
_PATIENCE = 20
# This number of components of θ tells one moment from another.
_COMPARED = 512


class EditController(QObject):
    """The edits in force, and the card that lists them.

    Attributes:
        card: lists the edits and what they do.

    Signals:
        edits_changed(tuple): other edits are in force.
    """

    edits_changed = Signal(tuple)

    def __init__(self, background: Background, parent: QObject | None = None) -> None:
        """Try the test images in the thread of `background`."""
        super().__init__(parent)
        self.card = EditsCard()
        self.card.undo_clicked.connect(self.undo)
        self.card.undo_all_clicked.connect(self.undo_all)
        self._edits: tuple[Edit, ...] = ()
        self._moment: Moment | None = None
        self._effects = LatestWork(background, self._on_failed)
        self._effect_of: tuple[object, ...] | None = None
        self._patience = 0

    @property
    def edits(self) -> tuple[Edit, ...]:
        """The edits in force, in the order they were made."""
        return self._edits

    def show_moment(self, moment: Moment) -> None:
        """Compute with this moment; the edits of another network are dropped."""
        before, self._moment = self._moment, moment
        if before is None:
            self._show()
        elif before.settings != moment.settings:
            self._set(())
        self._compute()

    def take(self, edits: tuple[Edit, ...]) -> None:
        """Take over the edits that are in force, as somebody else changed them."""
        if edits != self._edits:
            self._edits = edits
            self._effect_of = None
            self._show()

    @Slot(object)
    def make(self, edit: Edit) -> None:
        """Put `edit` in force, in place of one of the same target."""
        self._set(with_edit(self._edits, edit))

    @Slot(object)
    def drop(self, target: tuple[object, ...]) -> None:
        """Take back the edit that changes `target`."""
        self._set(without_target(self._edits, target))

    @Slot()
    def undo(self) -> None:
        """Take the last edit back."""
        self._set(self._edits[:-1])

    @Slot()
    def undo_all(self) -> None:
        """Take all edits back."""
        self._set(())

    def _set(self, edits: tuple[Edit, ...]) -> None:
        if edits == self._edits or self._moment is None:
            return
        self._edits = edits
        self._effect_of = None
        self._show()
        self.edits_changed.emit(edits)

    def _show(self) -> None:
        """List the edits that the network has; none is shown before there is a network."""
        if self._moment is not None:
            network = self._moment.network
            self.card.show_edits(network, fitting_edits(network, self._edits))

    def _compute(self) -> None:
        """Compute the accuracy for new edits at once, for new θ when training rests or at times."""
        moment, edits = self._moment, self._edits
        if moment is None or not edits or self._effects.is_busy:
            return
        self._patience -= 1
        compared = moment.unedited[:: max(len(moment.unedited) // _COMPARED, 1)].tobytes()
        asked = (edits, moment.settings, moment.dataset, compared)
        if self._effect_of is None:
            self.card.show_effect(None)
        elif asked == self._effect_of or (moment.running and self._patience > 0):
            return
        self._effect_of, self._patience = asked, _PATIENCE

        def make() -> Work[AccuracyChange]:
            edited = apply_edits(moment.network, moment.unedited, edits)
            return compare_accuracy(moment.network, moment.unedited, edited, dataset=moment.dataset)

        self._effects.ask(make, lambda effect: self._on_effect(edits, effect))

    def _on_effect(self, edits: tuple[Edit, ...], effect: AccuracyChange | None) -> None:
        if edits == self._edits and effect is not None:
            self.card.show_effect(effect)
        self._compute()

    @Slot(str)
    def _on_failed(self, sentence: str) -> None:
        self.card.show_problem(sentence)
