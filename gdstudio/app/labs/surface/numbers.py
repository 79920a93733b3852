"""The right column of the Surface lab: the gradient in words, the next step, the loss so far."""

import math
from collections.abc import Sequence

import numpy as np
from PySide6.QtWidgets import QVBoxLayout, QWidget

from gdstudio.app.labs.step_texts import sentence_for, written_out
from gdstudio.app.theme import current_theme
from gdstudio.app.widgets.card import Card
from gdstudio.app.widgets.labels import text_label
from gdstudio.app.widgets.pictures.slope_bars import SlopeBars
from gdstudio.app.widgets.plots.line_plot import LinePlot
from gdstudio.app.widgets.plots.series_item import Floats, Series
from gdstudio.app.widgets.tables.step_card import StepCard, StepRow
from gdstudio.engine.functions.objective import slope_names
from gdstudio.engine.functions.surfaces import VARIABLES
from gdstudio.engine.optimizers.catalogue import OPTIMIZERS, OptimizerSettings
from gdstudio.experiment.functions.surface import SurfaceSnapshot, SurfaceWalk
from gdstudio.experiment.functions.surface_choices import SURFACE
from gdstudio.number_text import fixed_text, number_text

# Slopes smaller than this share of a usual one are none.
FLAT = 1e-9
# Ratios that round to 1.0 are no difference.
_EQUAL = 1.05
# From here on the smaller component counts for nothing.
_ALONE = 1e4
# Two directions whose angle has this cosine, or more, are one.
_STRAIGHT = 0.9999
MEANING = (
    "The gradient (blue arrow) points to where the loss rises fastest, the orange arrow straight "
    "downhill."
)
_PLAIN = (
    "The gradient (blue arrow) points to where the loss rises fastest. Each step goes the other "
    "way, downhill (orange arrow)."
)
# Your own walk in the fog, and its colour.
_YOU, _YOUR_COLOR = "you", "text"
_NO_STEP = "There is no slope here, and so no next step: press Reset, or choose another start."


class SurfaceNumbers(QWidget):
    """The gradient where the walk stands, the step that comes next, and the loss over the steps.

    Attributes:
        fog_slot: the layout in which the controls of a walk in the fog stand.
    """

    def __init__(self) -> None:
        super().__init__()
        self.gradient_card = Card("Gradient", name="gradient_card")
        self._bars = SlopeBars(name="gradient_bars", accessible="Components of the gradient")
        self._bars.setToolTip("How fast the loss changes along x and along y, where the walk is.")
        self._sentence = text_label("", name="gradient_label", wrap=True)
        self._sentence.setToolTip("Which of the two numbers changes the loss more, and how much.")
        self._meaning = text_label(MEANING, "muted", wrap=True, name="gradient_meaning_label")
        for widget in (self._bars, self._sentence, self._meaning):
            self.gradient_card.add(widget)
        self.step_card = StepCard("Next step")
        self.loss_plot = LinePlot(
            [
                *(Series(key=k.key, label=k.label, color=k.color) for k in OPTIMIZERS.values()),
                Series(key=_YOU, label="you", color=_YOUR_COLOR, style="dash-dots"),
            ],
            name="loss_plot",
            empty_text="Press Run: the loss at each step appears here.",
        )
        self.loss_plot.setAccessibleName("Loss over the steps")
        self.loss_card = Card("Loss", note="f(x, y)")
        self.loss_card.set_value("–", "text", name="cost_label")
        self.loss_card.set_exports(
            self.loss_plot, self.loss_plot.series_table, file_name="loss", button_name="loss_menu"
        )
        self.loss_card.add(self.loss_plot, 1)
        self.fog_slot = QVBoxLayout()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(self.fog_slot)
        column.addWidget(self.gradient_card)
        column.addWidget(self.step_card)
        # All the room is the loss's; where a lesson leaves it out, no other card grows.
        column.addWidget(self.loss_card, 1000)
        column.addStretch(1)
        current_theme().changed.connect(self._resize)
        self._resize()

    def show_snapshot(self, snapshot: SurfaceSnapshot, *, flies: bool = False) -> None:
        """Show the numbers of this moment.

        With `flies`, after a single step, what were the new values fly to where they stand now.
        """
        first = snapshot.walks[0]
        usual = first.path.steepest
        gradient, step = first.gradient.tolist(), first.next_step.tolist()
        self.show_gradient(first.point, *gradient, usual=usual)
        self._explain(meaning_text(gradient, step, first.settings))
        self._show_step(first, usual, flies=flies)
        self._show_losses(snapshot.walks)

    def show_gradient(
        self,
        point: Sequence[float] | Floats,
        slope_x: float,
        slope_y: float,
        *,
        usual: float = 0.0,
    ) -> None:
        """Show the components of the gradient at `point` (x, y); `usual` is a slope as any."""
        self.gradient_card.set_note(
            f"at ({number_text(float(point[0]), 3)}, {number_text(float(point[1]), 3)})"
        )
        self._bars.set_rows(list(zip(slope_names(VARIABLES), (slope_x, slope_y), strict=True)))
        text = gradient_text(slope_x, slope_y, usual=usual)
        if text != self._sentence.text():
            self._sentence.setText(text)

    def _explain(self, meaning: str) -> None:
        if meaning != self._meaning.text():
            self._meaning.setText(meaning)

    def show_your_losses(self, losses: Floats) -> None:
        """Show the loss over the steps of a walk in the fog, (n,)."""
        self.loss_plot.set_series(_YOU, np.arange(len(losses)), losses)
        self.loss_card.set_legend([("you", _YOUR_COLOR, "dash")])

    def forget_you(self) -> None:
        """Show no walk of yours."""
        self.loss_plot.set_series(_YOU, [], [])
        self.loss_card.set_legend([])

    def set_fogged(self, fogged: bool) -> None:
        """Show only what one knows in the fog: the slope under the feet and one's own losses."""
        self.step_card.setVisible(not fogged)
        if fogged:
            self._explain(MEANING)
            for key in OPTIMIZERS:
                self.loss_plot.set_series(key, [], [])
            self.loss_card.set_value("", "text", name="cost_label")

    def _show_losses(self, walks: Sequence[SurfaceWalk]) -> None:
        walking = {walk.key: walk.path for walk in walks}
        with self.loss_plot.together():
            for key in OPTIMIZERS:
                path = walking.get(key)
                if path is None:
                    self.loss_plot.set_series(key, [], [])
                else:
                    self.loss_plot.set_series(key, path.steps, path.values)
        self.loss_card.set_value(
            SURFACE.text("loss", walks[0].value), walks[0].settings.kind.color, name="cost_label"
        )

    def _show_step(self, first: SurfaceWalk, usual: float, *, flies: bool) -> None:
        with np.errstate(all="ignore"):
            new = first.point + first.next_step
        self.step_card.set_rule(first.settings.kind.rule)
        if not np.isfinite(new).all():
            self.step_card.clear(_NO_STEP)
            return
        columns = (first.point, first.gradient, first.next_step, new)
        rows = [
            StepRow(name, value, slope, step, new_value)
            for name, value, slope, step, new_value in zip(
                "xy", *(column.tolist() for column in columns), strict=True
            )
        ]
        self.step_card.set_steps(rows, flies=flies)
        self.step_card.set_written_out([written_out(row, first.settings) for row in rows])
        self.step_card.set_sentence(sentence_for(rows, first.settings, usual=usual))

    def _resize(self) -> None:
        self.loss_card.setMinimumHeight(current_theme().px(170))


def gradient_text(slope_x: float, slope_y: float, *, usual: float = 0.0) -> str:
    """Return the sentence that compares the components: which number matters more here.

    `usual` is a slope that is nothing unusual; what is level is so beside it.
    """
    if not (math.isfinite(slope_x) and math.isfinite(slope_y)):
        return "There is no gradient here: the slope is undefined."
    x, y = abs(slope_x), abs(slope_y)
    if max(x, y) <= FLAT * usual:
        flat = "" if max(x, y) == 0 else "practically "
        return f"The gradient is {flat}0 here: it is level, and slope does not say where to go."
    larger, smaller = max(x, y), min(x, y)
    name, other = ("x", "y") if x >= y else ("y", "x")
    if smaller == 0 or larger / smaller >= _ALONE:
        return f"Only {name} matters here: along {other} it is next to level."
    ratio = larger / smaller
    if ratio < _EQUAL:
        about = "" if number_text(x) == number_text(y) else "about "
        return f"x and y matter {about}equally here."
    shown = fixed_text(ratio, 1) if ratio < 100 else number_text(ratio, 3)
    return f"{name} matters {shown} times as much as {other} here."


def meaning_text(
    gradient: Sequence[float], step: Sequence[float], settings: OptimizerSettings
) -> str:
    """Say what both arrows are, and whether the step that comes next goes downhill.

    `gradient` and `step` are (x, y). Where there is no gradient, nothing is said.
    """
    if not all(map(math.isfinite, gradient)):
        return ""
    if settings.kind.follows_slope:
        return _PLAIN
    steep, long = math.hypot(*gradient), math.hypot(*step)
    if not (0 < steep < math.inf and 0 < long < math.inf):
        return MEANING
    fall = -sum((a / steep) * (b / long) for a, b in zip(gradient, step, strict=True))
    if fall >= _STRAIGHT:
        return f"{MEANING} This step goes straight downhill."
    why = settings.kind.why_not_straight
    if fall > 0:
        return f"{MEANING} This step goes downhill, but not straight: {why}."
    if fall == 0:
        return f"{MEANING} This step goes along the slope: {why}."
    return f"{MEANING} This step goes uphill: {why}."
