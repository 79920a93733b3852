"""Two cards of the labs with few numbers: where a descent starts, and by which rule it goes."""

from collections.abc import Mapping

from PySide6.QtWidgets import QHBoxLayout

from gdstudio.app.labs.settings_form import SettingsForm
from gdstudio.app.widgets.card import Card
from gdstudio.app.widgets.labels import text_label
from gdstudio.engine.optimizers.catalogue import CONSTANTS, OPTIMIZERS


class StartCard(Card):
    """The numbers of the start beside each other, and below them what is wrong with them."""

    def __init__(
        self, form: SettingsForm, title: str, fields: Mapping[str, tuple[str, str]], note: str = ""
    ) -> None:
        """Make the controls of `form`; `fields` has their object names and labels."""
        super().__init__(title, note=note)
        row = QHBoxLayout()
        self.body.addLayout(row)
        row.setSpacing(8)
        for name, (object_name, label) in fields.items():
            control = form.control(name, object_name=object_name, kind="edit", label=label)
            control.keep_label_narrow()
            row.addWidget(control, 1)
        self._problem = text_label("", "problem", name="start_problem", wrap=True)
        self._problem.hide()
        self.add(self._problem)

    def set_problem(self, sentence: str) -> None:
        """Say why nobody can start there; "" takes it back."""
        self._problem.setText(sentence)
        self._problem.setVisible(bool(sentence))


class RuleCard(Card):
    """The optimizer, the learning rate, and the constants that the optimizer obeys."""

    def __init__(self, form: SettingsForm) -> None:
        super().__init__("Descent")
        self._form = form
        self.add(form.control("optimizer", object_name="optimizer_combo"))
        self.add(form.control("learning_rate", object_name="learning_rate_slider"))
        self._rate_note = text_label("", "muted", name="rate_note", wrap=True)
        self._rate_note.hide()
        self.add(self._rate_note)
        for name in CONSTANTS:
            self.add(form.control(name, object_name=f"{name}_slider"))

    def set_rate_note(self, sentence: str) -> None:
        """Say something about the learning rate; "" takes it back."""
        if sentence != self._rate_note.text():
            self._rate_note.setText(sentence)
            self._rate_note.setVisible(bool(sentence))

    def show_constants(self) -> None:
        """Show what the chosen optimizer obeys."""
        uses = OPTIMIZERS[self._form["optimizer"].value()].uses
        for name in CONSTANTS:
            self._form[name].setVisible(name in uses)
