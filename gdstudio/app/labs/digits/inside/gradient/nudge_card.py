"""Take one weight, nudge it, and see what the loss does beside what the gradient predicted."""

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QButtonGroup, QGridLayout, QHBoxLayout, QLabel

from gdstudio.app.labs.digits.inside.gradient.texts import nudge_text
from gdstudio.app.theme import current_theme
from gdstudio.app.widgets.card import Card
from gdstudio.app.widgets.colors import sign_color
from gdstudio.app.widgets.controls.buttons import IconButton
from gdstudio.app.widgets.controls.parameter_slider import ParameterSlider
from gdstudio.app.widgets.labels import ElidedLabel, text_label
from gdstudio.engine.inspect.nudging import Nudge
from gdstudio.number_text import fixed_text, number_text
from gdstudio.settings import Number

# From here down the gradient is right to 1 % for all components that matter, and ΔC still stands a
# million times above the rounding of float64.
SMALL_NUDGE = 1e-4
_EMPTY = "Click a stem above, or a name below: that weight or bias can be nudged here."
_SIZE = Number(
    label="Nudge Δw",
    explanation="How far the chosen weight is moved, for trial: the network itself stays as it is.",
    default=SMALL_NUDGE,
    live=True,
    minimum=1e-7,
    maximum=100.0,
    logarithmic=True,
    slider_minimum=1e-6,
    slider_maximum=10.0,
)


class NudgeCard(Card):
    """The chosen component, a slider for Δw, and ΔC beside g · Δw.

    Signals:
        nudged(): Δw is another.
    """

    nudged = Signal()

    def __init__(self) -> None:
        super().__init__("Nudge one", note="only for trial", name="nudge_card")
        self._name = ElidedLabel("", "value", name="nudge_name_label")
        self._directions = text_label("", "muted", name="nudge_wishes_label", wrap=True)
        self._slider = ParameterSlider(
            _SIZE, slider_name="nudge_slider", edit_name="nudge_edit", label="Δw"
        )
        self._slider.value_changed.connect(self._on_changed)
        self._with = IconButton(
            "As it wishes", kind="quiet", name="nudge_with_button",
            tooltip="Move the weight the way −∇C points: the loss should fall.",
        )  # fmt: skip
        self._against = IconButton(
            "Against it", kind="quiet", name="nudge_against_button",
            tooltip="Move the weight the other way: the loss should rise.",
        )  # fmt: skip
        self._ways = QButtonGroup(self)
        row = QHBoxLayout()
        self.body.addLayout(row)
        row.setSpacing(8)
        row.addWidget(self._slider, 1)
        for button in (self._with, self._against):
            button.setCheckable(True)
            self._ways.addButton(button)
            row.addWidget(button)
        self._with.setChecked(True)
        self._ways.buttonClicked.connect(self._on_changed)
        grid = QGridLayout()
        self.body.addLayout(grid)
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(2)
        self._figures: list[QLabel] = []
        captions = (
            ("nudge_change_label", "ΔC, as it really is"),
            ("nudge_predicted_label", "g · Δw, as predicted"),
            ("nudge_ratio_label", "ΔC / (g · Δw)"),
        )
        for column, (name, caption) in enumerate(captions):
            figure = text_label("–", "value", name=name)
            grid.addWidget(text_label(caption, "small"), 0, column)
            grid.addWidget(figure, 1, column)
            grid.setColumnStretch(column, 1)
            self._figures.append(figure)
        self._sum = text_label("", "small", name="nudge_sum_label", wrap=True)
        self._sentence = text_label("", "muted", name="nudge_sentence_label", wrap=True)
        self._nudge: Nudge | None = None
        self.add(self._name)
        self.add(self._directions)
        self.add(self._sum)
        self.add(self._sentence)
        current_theme().changed.connect(self._recolor)
        self.show_component(None, "")

    def amount(self, component: float) -> float:
        """Return Δw for this component of the negative gradient."""
        size = float(self._slider.value())
        way = 1.0 if component >= 0 else -1.0
        return size * way if self._with.isChecked() else -size * way

    def show_component(self, name: str | None, directions: str) -> None:
        """Show which component is chosen, and which way it is to go; None: none is."""
        self._name.setText(name or "")
        self._name.setVisible(name is not None)
        self._directions.setText(directions if name is not None else _EMPTY)
        for control in (self._slider, self._with, self._against):
            control.setEnabled(name is not None)
        if name is None:
            self.show_nudge(None, 0.0)

    def show_nudge(self, nudge: Nudge | None, value: float) -> None:
        """Show what a nudge of a component of θ that is `value` did; None while not known."""
        self._nudge = nudge
        if nudge is None:
            texts = ("–", "–", "–")
            self._sum.setText("")
            self._sentence.setText("")
        else:
            ratio = nudge.ratio
            texts = (
                number_text(nudge.change, sign=True),
                number_text(nudge.predicted, sign=True),
                "–" if ratio is None else fixed_text(ratio, 5),
            )
            slope, amount = (number_text(one, sign=True) for one in (nudge.slope, nudge.amount))
            after = number_text(value + nudge.amount, 6)
            self._sum.setText(
                f"w = {number_text(value, 6)} → {after}; g = ∂C/∂w = {slope}, Δw = {amount}"
            )
            self._sentence.setText(nudge_text(nudge))
        for figure, text in zip(self._figures, texts, strict=True):
            figure.setText(text)
        self._recolor()

    @Slot()
    def _on_changed(self) -> None:
        self.nudged.emit()

    @Slot()
    def _recolor(self) -> None:
        palette = current_theme().palette
        values = (0.0, 0.0)
        if self._nudge is not None:
            values = (self._nudge.change, self._nudge.predicted)
        for figure, value in zip(self._figures, values, strict=False):
            style = f"color: {getattr(palette, sign_color(value))};"
            # Setting a style sheet is slow: only where the sign is another.
            if figure.styleSheet() != style:
                figure.setStyleSheet(style)
