"""What one may change at a neuron or filter: its bias, its incoming weights, whether it speaks."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QSignalBlocker, Signal, Slot
from PySide6.QtWidgets import QCheckBox, QSizePolicy, QVBoxLayout, QWidget

from gdstudio.app.widgets.controls.elided_combo import ElidedCombo
from gdstudio.app.widgets.controls.field_row import FieldRow
from gdstudio.app.widgets.controls.parameter_slider import ParameterSlider
from gdstudio.engine.inspect.edits import Edit, ScaleWeight, ScaleWeights, ShiftBias, SwitchOff
from gdstudio.settings import Number

SHIFT = Number(
    label="Shift the bias",
    explanation="What is added to the bias of this neuron: more lets it speak sooner.",
    default=0.0,
    minimum=-1000.0,
    maximum=1000.0,
    slider_minimum=-5.0,
    slider_maximum=5.0,
)
SCALE = Number(
    label="Multiply by",
    explanation="What those weights are multiplied by: 1 leaves them, 0 cuts them, −1 turns them.",
    default=1.0,
    minimum=-1000.0,
    maximum=1000.0,
    slider_minimum=-2.0,
    slider_maximum=4.0,
)
_OFF = {
    False: "All its outgoing weights count as 0: nobody hears it.",
    True: "Its own weights become 0 and its bias −100: this digit is never answered.",
}


@dataclass(frozen=True)
class Editable:
    """A neuron or filter that can be edited.

    Attributes:
        layer, unit: which one, as edits name it.
        is_output: whether it is one of the ten outputs.
        weight, weight_name: the incoming weight that contributed most, and where it comes from.
        source, source_name: the filter below that contributed most; None where none is below.
    """

    layer: int
    unit: int
    is_output: bool
    weight: int
    weight_name: str
    source: int | None
    source_name: str


class EditControls(QWidget):
    """The sliders and the switch of one neuron.

    Signals:
        edit_made(object): an `Edit`, which may change nothing and so take an earlier one back.
        edit_dropped(object): the target of an edit that is taken back.
    """

    edit_made = Signal(object)
    edit_dropped = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._editable: Editable | None = None
        self._edits: tuple[Edit, ...] = ()
        self._shift = ParameterSlider(
            SHIFT, slider_name="edit_bias_slider", edit_name="edit_bias_edit"
        )
        self._which = ElidedCombo(
            "edit_weights_combo", "Which of its incoming weights are multiplied."
        )
        self._which.setAccessibleName("Incoming weights")
        self._scale = ParameterSlider(
            SCALE, slider_name="edit_scale_slider", edit_name="edit_scale_edit"
        )
        self._off = QCheckBox("Switch it off")
        self._off.setObjectName("edit_off_check")
        self._off.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self._shift)
        column.addWidget(FieldRow("Its weights", self._which))
        column.addWidget(self._scale)
        column.addWidget(self._off)
        self._shift.value_changed.connect(self._on_shift)
        self._scale.value_changed.connect(self._on_scale)
        self._which.currentIndexChanged.connect(self._on_which)
        self._off.toggled.connect(self._on_off)

    def show_editable(self, editable: Editable, edits: Sequence[Edit]) -> None:
        """Let the controls act on `editable`, and show what `edits` do to it already."""
        if editable != self._editable:
            self._editable = editable
            self._fill()
        self._edits = tuple(edits)
        self._shift.set_value(self._in_force(ShiftBias(editable.layer, editable.unit, 0.0)))
        self._scale.set_value(self._in_force(self._scaling(1.0)))
        off = SwitchOff(editable.layer, editable.unit)
        with QSignalBlocker(self._off):
            self._off.setChecked(off in self._edits)

    def _fill(self) -> None:
        editable = self._editable
        assert editable is not None
        chosen = self._which.currentData()
        with QSignalBlocker(self._which):
            self._which.clear()
            self._which.addItem(f"the strongest: from {editable.weight_name}", "weight")
            if editable.source is not None:
                self._which.addItem(f"all from {editable.source_name}", "source")
            self._which.addItem("all of them", "all")
            self._which.setCurrentIndex(max(self._which.findData(chosen), 0))
        self._off.setToolTip(_OFF[editable.is_output])
        self._off.setAccessibleDescription(_OFF[editable.is_output])

    def _scaling(self, factor: float) -> ScaleWeight | ScaleWeights:
        editable, which = self._editable, self._which.currentData()
        assert editable is not None
        if which == "weight":
            return ScaleWeight(editable.layer, editable.unit, editable.weight, factor)
        source = editable.source if which == "source" else None
        return ScaleWeights(editable.layer, editable.unit, factor, source)

    def _in_force(self, neutral: ShiftBias | ScaleWeight | ScaleWeights) -> float:
        """Return what the edit of the same target does now."""
        made = next((one for one in self._edits[::-1] if one.target == neutral.target), neutral)
        assert not isinstance(made, SwitchOff)  # nothing else has the target of that
        return made.amount if isinstance(made, ShiftBias) else made.factor

    @Slot(object)
    def _on_shift(self, amount: float) -> None:
        if self._editable is not None:
            self.edit_made.emit(ShiftBias(self._editable.layer, self._editable.unit, amount))

    @Slot(object)
    def _on_scale(self, factor: float) -> None:
        if self._editable is not None:
            self.edit_made.emit(self._scaling(factor))

    @Slot()
    def _on_which(self) -> None:
        if self._editable is not None:
            self._scale.set_value(self._in_force(self._scaling(1.0)))

    @Slot(bool)
    def _on_off(self, off: bool) -> None:
        if self._editable is not None:
            edit = SwitchOff(self._editable.layer, self._editable.unit)
            if off:
                self.edit_made.emit(edit)
            else:
                self.edit_dropped.emit(edit.target)
