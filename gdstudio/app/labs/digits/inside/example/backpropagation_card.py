"""Backpropagation one layer at a time: its errors, one of them written out, and its wishes."""

from functools import partial

import numpy as np
from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from gdstudio.app.labs.digits.inside.example.error_texts import (
    StrongestComponents,
    components_text,
    error_lines,
    error_meaning,
    layer_heading,
    layer_idea,
    sizes_text,
    strongest_components,
    unit_label,
    unit_name,
)
from gdstudio.app.widgets.card import Card
from gdstudio.app.widgets.controls.buttons import IconButton
from gdstudio.app.widgets.labels import separator, text_label
from gdstudio.app.widgets.pictures.signed_bars import SignedBars
from gdstudio.app.widgets.tables.columns import Column
from gdstudio.app.widgets.tables.ranked_table import RankedTable
from gdstudio.engine.inspect.trace import Trace

EMPTY = (
    "As soon as there is a digit and its right answer, the error goes back through the layers "
    "here, step by step."
)
_COMPONENTS = 8


class BackpropagationCard(Card):
    """Buttons go from the outputs back; the neuron with the largest error is written out.

    A click on another bar writes that one out, from then on, until it is clicked again.
    """

    def __init__(self) -> None:
        super().__init__("Backpropagation, step by step", name="backpropagation_card")
        self._trace: Trace | None = None
        self._step = 0
        self._chosen: dict[int, int] = {}  # by layer: the neuron that the user chose
        self._empty = text_label(EMPTY, "muted", wrap=True)
        self._up = IconButton(
            "◀", kind="quiet", name="backpropagation_up_button",
            tooltip="Return to the layer above, nearer to the outputs.",
            accessible="Layer above",
        )  # fmt: skip
        self._down = IconButton(
            "▶", kind="quiet", name="backpropagation_down_button",
            tooltip="Go one layer further back, nearer to the picture.",
            accessible="Layer below",
        )  # fmt: skip
        self._up.clicked.connect(self._go_up)
        self._down.clicked.connect(self._go_down)
        self._heading = text_label("", "value", name="backpropagation_layer_label")
        self._where = text_label("", "muted", name="backpropagation_step_label")
        self._idea = text_label("", "muted", wrap=True)
        self._bars = SignedBars(
            name="error_bars",
            accessible="The error of each neuron of this layer",
            empty_text="No errors.",
        )
        self._bars.setToolTip("Click a bar, or use the arrow keys, to see that error written out.")
        self._bars.chosen.connect(self._choose)
        self._lines = text_label("", "normal", name="error_formula_label", wrap=True)
        self._lines.setTextFormat(Qt.TextFormat.RichText)
        self._lines.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._meaning = text_label("", "muted", name="error_meaning_label", wrap=True)
        self._sizes = text_label("", "small", name="error_sizes_label", wrap=True)
        self._sizes.setTextFormat(Qt.TextFormat.RichText)
        self._how = text_label("", "muted", name="wishes_label", wrap=True)
        self._components = RankedTable(
            name="wishes_table", accessible="The strongest wishes", rows_shown=_COMPONENTS
        )
        self._content = QWidget()
        column = QVBoxLayout(self._content)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        row = QHBoxLayout()
        column.addLayout(row)
        row.setSpacing(8)
        for control in (self._up, self._down, self._heading, self._where):
            row.addWidget(control)
        row.addStretch(1)
        for widget in (
            self._idea,
            self._bars,
            self._lines,
            self._meaning,
            self._sizes,
            separator(),
            self._how,
            self._components,
        ):
            column.addWidget(widget)
        self.add(self._empty)
        self.add(self._content)
        self._content.hide()
        self.set_exports(
            self._content, self._components.table, file_name="backpropagation",
            button_name="backpropagation_export_button",
        )  # fmt: skip

    def show_trace(self, trace: Trace | None) -> None:
        """Show a trace that has a way back; None while nothing is drawn."""
        before = self._trace
        if trace is not None and before is not None and trace.network.shape != before.network.shape:
            self._chosen.clear()
            self._step = 0
        self._trace = trace
        self._empty.setVisible(trace is None)
        self._content.setVisible(trace is not None)
        self._show()

    def _show(self) -> None:
        trace = self._trace
        if trace is None:
            return
        layers = trace.weighted[::-1]
        self._step = min(self._step, len(layers) - 1)
        one = layers[self._step]
        assert one.error is not None
        self._up.setEnabled(self._step > 0)
        self._down.setEnabled(self._step < len(layers) - 1)
        self._heading.setText(layer_heading(trace, one))
        self._where.setText(f"step {self._step + 1} of {len(layers)}")
        self._idea.setText(layer_idea(trace, one))
        sizes = np.abs(one.error)
        place = self._chosen.get(one.number, int(sizes.argmax()))
        self._bars.set_values(
            one.error,
            label=partial(unit_label, trace.network, one.number),
            name=lambda index: f"error of {unit_name(trace.network, one.number, index)}",
            current=place,
        )
        self._lines.setText("<br>".join(error_lines(trace, one, place)))
        self._meaning.setText(error_meaning(trace, one, place))
        self._sizes.setText(sizes_text(trace, one.number))
        components = strongest_components(trace, one, place, _COMPONENTS)
        self._how.setText(components_text(one, place, components))
        self._show_components(components)

    def _show_components(self, components: StrongestComponents) -> None:
        columns = []
        if components.inputs is not None:
            columns.append(Column("input", components.inputs, tooltip="What came in through it."))
        columns.append(
            Column(
                "wish",
                components.negative_gradient,
                signed=True,
                tooltip="Blue: the weight should grow; orange: it should shrink.",
            )
        )
        self._components.set_rows(components.names, columns, title="strongest wishes: weight from")

    @Slot()
    def _go_up(self) -> None:
        self._step -= 1
        self._show()

    @Slot()
    def _go_down(self) -> None:
        self._step += 1
        self._show()

    @Slot(int)
    def _choose(self, place: int) -> None:
        if self._trace is None:
            return
        number = self._trace.weighted[::-1][self._step].number
        if self._chosen.get(number) == place:
            del self._chosen[number]
        else:
            self._chosen[number] = place
        self._show()
