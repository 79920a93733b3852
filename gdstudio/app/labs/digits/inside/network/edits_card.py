"""The edits in force: what they are, what they do to the answer and the accuracy, and undo."""

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout

from gdstudio.app.widgets.card import Card
from gdstudio.app.widgets.controls.buttons import IconButton
from gdstudio.app.widgets.labels import text_label
from gdstudio.engine.inspect.edits import Edit, ScaleWeight, ScaleWeights, ShiftBias
from gdstudio.engine.network.network import Network
from gdstudio.engine.network.parameter_names import source_name, unit_name
from gdstudio.engine.objective import FloatArray
from gdstudio.experiment.digits.accuracy_change import AccuracyChange
from gdstudio.number_text import count_text, fixed_text, number_text, percent_text

_MOST_LINES = 6


class EditsCard(Card):
    """Lists the edits; it is hidden while there are none.

    Signals:
        undo_clicked(), undo_all_clicked(): the user takes the last edit back, or all.
        summary_changed(str): what the edits do, in a line; empty where there are none.
    """

    undo_clicked = Signal()
    undo_all_clicked = Signal()
    summary_changed = Signal(str)

    def __init__(self) -> None:
        super().__init__("Your edits", name="edits_card")
        for text, name, tooltip, signal in (
            ("Undo last", "undo_edit_button", "Take the last edit back.", self.undo_clicked),
            ("Undo all", "undo_all_edits_button", "Take all edits back.", self.undo_all_clicked),
        ):
            button = IconButton(text, kind="quiet", name=name, tooltip=tooltip)
            button.clicked.connect(signal)
            self.add_header_widget(button)
        self._list = text_label("", name="edits_label", wrap=True)
        self._answer = text_label("", "value", name="edited_answer_label", wrap=True)
        self._accuracy = text_label("", "value", name="edited_accuracy_label", wrap=True)
        self._promise = text_label(
            "Training goes on without your edits; they are laid over what it has learned.",
            "small",
            wrap=True,
        )
        effects = QVBoxLayout()
        self.body.addLayout(effects)
        effects.setSpacing(2)
        effects.addWidget(self._answer)
        effects.addWidget(self._accuracy)
        self.add(self._list)
        self.add(self._promise)
        self._count = 0
        self._briefs = {"answer": "", "accuracy": ""}
        self.hide()

    def show_edits(self, network: Network, edits: Sequence[Edit]) -> None:
        """List `edits`, the last one on top."""
        lines = [edit_text(network, edit) for edit in reversed(edits)]
        if len(lines) > _MOST_LINES:
            rest = len(lines) - _MOST_LINES + 1
            lines = [*lines[: _MOST_LINES - 1], f"and {count_text(rest)} more"]
        self._list.setText("\n".join(lines))
        self.set_note(f"{count_text(len(edits))} in force")
        self.setVisible(bool(edits))
        self._count = len(edits)
        self._summarize()

    def show_answer(self, before: FloatArray | None, after: FloatArray | None) -> None:
        """Show what the network answers to this input without and with the edits."""
        known = before is not None and after is not None
        self._answer.setVisible(known)
        if before is None or after is None:
            self._briefs["answer"] = ""
            return
        texts = [
            f"{int(np.argmax(one))} ({fixed_text(float(np.max(one)), 2)})"
            for one in (before, after)
        ]
        self._answer.setText(f"Answer to this input: {texts[0]} → {texts[1]}")
        self._briefs["answer"] = f"answer {texts[0]} → {texts[1]}"
        self._summarize()

    def show_effect(self, effect: AccuracyChange | None) -> None:
        """Show the accuracy without and with the edits; None while the images are tried."""
        if effect is None:
            self._accuracy.setText("Test accuracy: trying the test images…")
            self._briefs["accuracy"] = ""
            self._summarize()
            return
        points = 100 * (effect.after - effect.before)
        change = number_text(points, 2, sign=True) if round(points, 2) else "no change"
        unit = "" if change == "no change" else " points"
        self._accuracy.setText(
            f"Test accuracy: {percent_text(effect.before)} → {percent_text(effect.after)} "
            f"({change}{unit}), on {count_text(effect.images)} test images"
        )
        percents = f"{percent_text(effect.before)} → {percent_text(effect.after)}"
        self._briefs["accuracy"] = f"test accuracy {percents}"
        self._summarize()

    def show_problem(self, sentence: str) -> None:
        """Say why there is no accuracy."""
        self._accuracy.setText(sentence)

    def _summarize(self) -> None:
        """Say in a line what the edits do, for where the picture is."""
        briefs = [brief for brief in self._briefs.values() if brief]
        if not self._count or not briefs:
            self.summary_changed.emit("")
            return
        edits = "your edit" if self._count == 1 else f"your {count_text(self._count)} edits"
        self.summary_changed.emit(f"With {edits}: {'; '.join(briefs)}.")


def edit_text(network: Network, edit: Edit) -> str:
    """Return an edit in words: ``neuron 3 of layer 1: bias +0.5``."""
    name = unit_name(network, edit.layer, edit.unit)
    if isinstance(edit, ShiftBias):
        return f"{name}: bias {number_text(edit.amount, 3, sign=True)}"
    if isinstance(edit, ScaleWeight):
        layer = network.layers[edit.layer - 1]
        if len(layer.output_shape) == 3:
            place = f"weight {count_text(edit.weight + 1)} of its filter"
        else:
            place = f"weight from {source_name(network, edit.layer, edit.weight)}"
        return f"{name}: {place} × {number_text(edit.factor, 3)}"
    if isinstance(edit, ScaleWeights):
        which = "all weights"
        if edit.source is not None:
            below = max(n for n in range(1, edit.layer) if network.layers[n - 1].size)
            which += f" from {unit_name(network, below, edit.source)}"
        return f"{name}: {which} × {number_text(edit.factor, 3)}"
    return f"{name}: switched off"
