"""One neuron: its sum with its numbers and, when it is pinned, the controls that edit it."""

from collections.abc import Sequence

from PySide6.QtCore import Signal

from gdstudio.app.labs.digits.inside.network.edit_controls import Editable, EditControls
from gdstudio.app.widgets.card import Card
from gdstudio.app.widgets.controls.buttons import IconButton
from gdstudio.app.widgets.labels import separator
from gdstudio.app.widgets.tables.sum_view import SumView, WeightedSum
from gdstudio.engine.inspect.edits import Edit

_TITLE = "A neuron and its sum"
_EMPTY = (
    "Point at a neuron, or walk with the arrow keys: here stands its weighted sum with its "
    "numbers. Click it, or press Enter, to pin it and change it."
)


class NeuronCard(Card):
    """Shows a neuron's sum; a pinned one has controls.

    Attributes:
        controls: the sliders and the switch, hidden while nothing is pinned.

    Signals:
        unpin_clicked(): the user lets the pinned neuron go.
    """

    unpin_clicked = Signal()

    def __init__(self) -> None:
        super().__init__(_TITLE, name="neuron_card")
        self._unpin = IconButton(
            "Unpin", kind="quiet", name="unpin_button", tooltip="Let this neuron go (Esc)."
        )
        self._unpin.clicked.connect(self.unpin_clicked)
        self.add_header_widget(self._unpin)
        self._sum = SumView(name="neuron_sum_view", empty_text=_EMPTY)
        self.controls = EditControls()
        self._rule = separator()
        self.add(self._sum)
        self.add(self._rule)
        self.add(self.controls)
        self.set_exports(
            self._sum, self._sum.table, file_name="neuron", button_name="neuron_export_button"
        )
        self._show_controls(shown=False)

    def show_sum(self, title: str, weighted_sum: WeightedSum | None) -> None:
        """Show a neuron's sum below its name; None says what to do."""
        self.set_title(title if weighted_sum is not None else _TITLE)
        self._sum.show_sum(weighted_sum)

    def show_pinned(self, editable: Editable | None, edits: Sequence[Edit]) -> None:
        """Offer to edit a pinned neuron; None where none is pinned."""
        self._show_controls(shown=editable is not None)
        if editable is not None:
            self.controls.show_editable(editable, edits)

    def _show_controls(self, *, shown: bool) -> None:
        for widget in (self._unpin, self._rule, self.controls):
            widget.setVisible(shown)
        self.set_note("pinned" if shown else "")
