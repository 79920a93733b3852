"""The left column of the Slope lab: function, starts, descent."""

from dataclasses import replace

from PySide6.QtCore import QSignalBlocker, Signal, Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from gdstudio.app.labs.descent_cards import RuleCard, StartCard
from gdstudio.app.labs.function_card import FunctionCard
from gdstudio.app.labs.settings_form import SettingsForm
from gdstudio.app.widgets.controls.buttons import IconButton
from gdstudio.engine.functions.curves import CURVES
from gdstudio.engine.optimizers.catalogue import OptimizerSettings
from gdstudio.experiment.functions.rate_search import FoundRate
from gdstudio.experiment.functions.slope import SlopeSettings, StartSettings
from gdstudio.experiment.functions.slope_problem import SlopeProblem
from gdstudio.experiment.functions.terrain import OWN


class SlopeSetup(QWidget):
    """Edits a `SlopeSettings` and a choice of function, and says when they changed.

    Attributes:
        rate_is_free: whether the learning rate is left to the app, as long as nobody chose one.

    Signals:
        live_changed(): a setting that applies at the next step.
        optimizer_changed(): the rule that makes the step.
        start_changed(): where a walk starts, or whether a second one walks.
    """

    live_changed = Signal()
    optimizer_changed = Signal()
    start_changed = Signal()

    def __init__(self, problem: SlopeProblem) -> None:
        super().__init__()
        self.rate_is_free = True
        self._found: FoundRate | None = None
        self.form = SettingsForm(StartSettings, OptimizerSettings, parent=self)
        self.form.changed.connect(self._on_changed)
        self.function_card = FunctionCard(
            {key: curve.label for key, curve in CURVES.items()},
            variables=("x",),
            label="Curve",
            example="x^4 - 3*x^2 + x",
        )
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.function_card)
        self._start, self._rule = self._start_card(), RuleCard(self.form)
        column.addWidget(self._start)
        column.addWidget(self._rule)
        suggested = problem.suggested_rate(self.settings().optimizer)
        self.show_all(problem, settings_for(problem, self.settings(), suggested), suggested)

    def settings(self) -> SlopeSettings:
        """Return the settings that the controls show."""
        values = self.form.values()
        return SlopeSettings(
            start=StartSettings.from_mapping(values),
            both=self.both_button.isChecked(),
            optimizer=OptimizerSettings.from_mapping(values),
            rate_is_free=self.rate_is_free,
        )

    def commit(self) -> bool:
        """Take what is typed; return whether all of it can be used."""
        return self.function_card.commit() & self.form.commit()

    def show_all(self, problem: SlopeProblem, settings: SlopeSettings, suggested: float) -> None:
        """Show a function and all settings, without a signal.

        The slider of the learning rate spans what is near `suggested`.
        """
        self.function_card.show_function(problem.key or OWN, problem.objective, problem.notice)
        self.set_both(settings.both)
        self.form.slider("learning_rate").set_slider_range(suggested / 1e2, suggested * 1e2)
        self.form.set_values(settings.start.as_dict() | settings.optimizer.as_dict())
        self.rate_is_free = settings.rate_is_free
        self.show_found(None)
        self._rule.show_constants()
        self.set_start_problem("")

    def set_learning_rate(self, rate: float) -> None:
        """Show a learning rate that somebody chose, without a signal."""
        self.rate_is_free = False
        self.show_found(None)
        self.form["learning_rate"].set_value(rate)

    def show_found(self, found: FoundRate | None) -> None:
        """Show the learning rate that was found, if it is free, and why none is safe."""
        if not self.rate_is_free:
            found = None
        if found == self._found:
            return
        self._found = found
        if found is not None:
            self.form["learning_rate"].offer_value(found.learning_rate)
        why_not = "" if found is None else found.why_not
        self._rule.set_rate_note(why_not)

    def set_starts(self, start: float, other_start: float | None = None) -> None:
        """Show other starts, without a signal."""
        self.form.set_values({"start": start})
        if other_start is not None:
            self.form.set_values({"other_start": other_start})
        self.set_start_problem("")

    def set_start_problem(self, sentence: str) -> None:
        """Say below the start why nobody can walk from there."""
        self._start.set_problem(sentence)

    def set_both(self, both: bool) -> None:
        """Let a second walk start or not, without a signal."""
        with QSignalBlocker(self.both_button):
            self.both_button.setChecked(both)
        self.form["other_start"].setVisible(both)

    def _start_card(self) -> StartCard:
        fields = {"start": ("start_edit", "x"), "other_start": ("second_start_edit", "x₂")}
        box = StartCard(self.form, "Start", fields, note="or click")
        self.both_button = IconButton(
            "Second walk",
            kind="quiet",
            name="both_button",
            tooltip="Let a second walk start elsewhere on the same curve, side by side.",
        )
        self.both_button.setCheckable(True)
        self.both_button.toggled.connect(self._on_both)
        box.add_header_widget(self.both_button)
        self.form["other_start"].hide()
        return box

    @Slot(str)
    def _on_changed(self, name: str) -> None:
        if name in ("start", "other_start"):
            self.start_changed.emit()
        elif name == "optimizer":
            self._rule.show_constants()
            self.optimizer_changed.emit()
        else:
            if name == "learning_rate":
                self.rate_is_free = False
                self.show_found(None)
            self.live_changed.emit()

    @Slot(bool)
    def _on_both(self, both: bool) -> None:
        self.form["other_start"].setVisible(both)
        self.start_changed.emit()


def settings_for(problem: SlopeProblem, before: SlopeSettings, rate: float) -> SlopeSettings:
    """Return the settings with which walks begin on a function, with a learning rate for it."""
    return replace(
        before,
        start=StartSettings(problem.start, problem.other_start),
        optimizer=replace(before.optimizer, learning_rate=rate),
        rate_is_free=True,
    )
