"""The left column of the Surface lab: function, start, descent, and ways to walk."""

from dataclasses import replace
from types import MappingProxyType

from PySide6.QtCore import QSignalBlocker, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from gdstudio.app.labs.descent_cards import RuleCard, StartCard
from gdstudio.app.labs.function_card import FunctionCard
from gdstudio.app.labs.settings_form import SettingsForm
from gdstudio.app.widgets.card import Card
from gdstudio.app.widgets.controls.buttons import IconButton
from gdstudio.engine.optimizers.catalogue import OptimizerSettings
from gdstudio.experiment.functions.rate_search import FoundRate
from gdstudio.experiment.functions.surface import StartSettings, SurfaceSettings
from gdstudio.experiment.functions.surface_choices import SurfaceChoices
from gdstudio.experiment.functions.terrain import Terrain


class SurfaceSetup(QWidget):
    """Edits `SurfaceSettings`, with settings of its own for each optimizer.

    Signals:
        live_changed(): a setting that applies at the next step.
        optimizer_changed(): the rule of the walk that is explained, or who races.
        start_changed(): where the walk starts.
    """

    live_changed = Signal()
    optimizer_changed = Signal()
    start_changed = Signal()

    def __init__(self, terrain: Terrain) -> None:
        super().__init__()
        self.form = SettingsForm(StartSettings, OptimizerSettings, parent=self)
        self.terrain = terrain
        self._rules: dict[str, OptimizerSettings] = {}
        self._racing: set[str] = set()
        self._chosen_rates: set[str] = set()
        self._found: dict[str, FoundRate] = {}
        self.function_card = FunctionCard()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.function_card)
        fields = {"start_x": ("start_x_edit", "x"), "start_y": ("start_y_edit", "y")}
        self._start = StartCard(self.form, "The walk starts at", fields, note="or click")
        self._rule = RuleCard(self.form)
        column.addWidget(self._start)
        column.addWidget(self._rule)
        column.addWidget(self._ways_card())
        self.form.changed.connect(self._on_changed)
        self.show_choices(SurfaceChoices.usual(terrain))

    def settings(self) -> SurfaceSettings:
        """Return the settings that the controls show."""
        return self.choices().settings

    def commit(self) -> bool:
        """Take what is typed; return whether all of it can be used."""
        return self.function_card.commit() & self.form.commit()

    @property
    def is_race(self) -> bool:
        """Whether others walk beside the walk that is explained."""
        return self.race_button.isChecked()

    def choices(self) -> SurfaceChoices:
        """Return all that is chosen here, as one value."""
        return SurfaceChoices(
            self.terrain,
            StartSettings.from_mapping(self.form.values()),
            self.form["optimizer"].value(),
            MappingProxyType(dict(self._rules)),
            frozenset(self._racing),
            self.is_race,
            frozenset(self._chosen_rates),
        )

    def show_choices(self, chosen: SurfaceChoices) -> None:
        """Show other choices, without a signal."""
        self.terrain = chosen.terrain
        self._rules, self._racing = dict(chosen.rules), set(chosen.racing)
        self._chosen_rates = set(chosen.chosen_rates)
        self._found.clear()
        self.function_card.show_terrain(chosen.terrain)
        with QSignalBlocker(self.race_button):
            self.race_button.setChecked(chosen.is_race)
        self.form.set_values(chosen.start.as_dict() | {"optimizer": chosen.optimizer})
        self.set_start_problem("")
        self._show_rule()

    def set_start(self, x: float, y: float) -> None:
        """Show another start, without a signal."""
        self.form.set_values({"start_x": x, "start_y": y})
        self.set_start_problem("")

    def set_start_problem(self, sentence: str) -> None:
        """Say below the start why none can walk from there."""
        self._start.set_problem(sentence)

    def rule(self, key: str) -> OptimizerSettings:
        """Return the settings of an optimizer, chosen or not."""
        return self._rules[key]

    def set_rule(self, rule: OptimizerSettings) -> None:
        """Give an optimizer other settings, without a signal."""
        self._rules[rule.optimizer] = rule
        if rule.optimizer == self.form["optimizer"].value():
            self._show_rule()

    def choose_rate(self, key: str, learning_rate: float) -> None:
        """Give an optimizer a learning rate that somebody chose, without a signal."""
        self._chosen_rates.add(key)
        self._found.pop(key, None)
        self.set_rule(replace(self._rules[key], learning_rate=learning_rate))

    def free_rate(self, key: str) -> None:
        """Leave the learning rate of an optimizer to the app, without a signal."""
        self._chosen_rates.discard(key)
        suitable = self.terrain.suitable_rate(key)
        self.set_rule(replace(self._rules[key], learning_rate=suitable))

    def is_rate_free(self, key: str) -> bool:
        """Return whether the learning rate of an optimizer is left to the app."""
        return key not in self._chosen_rates

    def show_found(self, key: str, found: FoundRate | None) -> None:
        """Show the learning rate that was found for an optimizer, if it is free."""
        if found is None or key in self._chosen_rates:
            self._found.pop(key, None)
        elif found != self._found.get(key):
            self._found[key] = found
            self._rules[key] = replace(self._rules[key], learning_rate=found.learning_rate)
            if key == self.form["optimizer"].value():
                self.form["learning_rate"].offer_value(found.learning_rate)
        if key == self.form["optimizer"].value():
            self._show_why_not()

    def races(self, key: str) -> bool:
        """Return whether an optimizer would run in a race."""
        return key in self._racing or key == self.form["optimizer"].value()

    def set_racing(self, key: str, racing: bool) -> None:
        """Let an optimizer run in a race, or not, without a signal."""
        (self._racing.add if racing else self._racing.discard)(key)

    def _ways_card(self) -> Card:
        box = Card("Other ways to walk")
        row = QHBoxLayout()
        box.body.addLayout(row)
        row.setSpacing(8)
        self.race_button = IconButton(
            "Race",
            name="race_button",
            tooltip="Let several optimizers walk from the same start at once.",
        )
        self.fog_button = IconButton(
            "Fog",
            name="fog_button",
            tooltip="Hide the map and walk by the slope alone; then see where descent went.",
        )
        for button in (self.race_button, self.fog_button):
            button.setCheckable(True)
            row.addWidget(button, 1)
        return box

    @Slot(str)
    def _on_changed(self, name: str) -> None:
        if name in ("start_x", "start_y"):
            self.start_changed.emit()
        elif name == "optimizer":
            self._show_rule()
            self.optimizer_changed.emit()
        else:
            chosen = self.form["optimizer"].value()
            self._rules[chosen] = OptimizerSettings.from_mapping(self.form.values())
            if name == "learning_rate":
                self.choose_rate(chosen, self._rules[chosen].learning_rate)
            self.live_changed.emit()

    def _show_rule(self) -> None:
        """Show the settings of the chosen optimizer, and what it obeys."""
        rule = self._rules[self.form["optimizer"].value()]
        suitable = self.terrain.suitable_rate(rule.optimizer)
        self.form.slider("learning_rate").set_slider_range(suitable / 1e3, suitable * 1e2)
        self.form.set_values(rule.as_dict())
        self._rule.show_constants()
        self._show_why_not()

    def _show_why_not(self) -> None:
        """Say below the learning rate why none is safe, where that was found."""
        found = self._found.get(self.form["optimizer"].value())
        why_not = "" if found is None else found.why_not
        self._rule.set_rate_note(why_not)
