"""How the network of the Digits lab descends: what one sets often, and behind “More…” the rest."""

import math

from PySide6.QtCore import Slot

from gdstudio.app.labs.more_rows import MoreRows
from gdstudio.app.labs.settings_form import SettingsForm
from gdstudio.app.widgets.card import Card
from gdstudio.app.widgets.labels import text_label
from gdstudio.engine.optimizers.catalogue import CONSTANTS, OPTIMIZERS
from gdstudio.engine.optimizers.regularization import RegularizationSettings
from gdstudio.engine.optimizers.schedules import ScheduleSettings
from gdstudio.number_text import number_text, plain_text

# What is behind “More…”: nothing of it is on before one asks for it.
_RARELY_USED = ScheduleSettings.declared() | RegularizationSettings.declared()


class DescentCard(Card):
    """The live settings of the descent; its controls belong to the form of the whole panel."""

    def __init__(self, form: SettingsForm) -> None:
        super().__init__("Descent", note="applies at once")
        self._form = form
        self.add(form.control("learning_rate", object_name="learning_rate_slider"))
        self._in_force = text_label("", "small", name="rate_in_force_label")
        self._in_force.setToolTip("The learning rate of the next step, as the run has it now.")
        self._in_force.hide()
        self.add(self._in_force)
        for name in CONSTANTS:
            self.add(form.control(name, object_name=f"{name}_slider"))
        self.add(form.control("batch_size", object_name="batch_size_combo"))
        self._more = MoreRows(
            self,
            name="descent",
            tooltip="A learning rate that changes by itself, L2, and clipping of long gradients.",
        )
        # And whatever else can be changed on the way, and has no place elsewhere.
        others = {name: one for name, one in form.missing.items() if one.live}
        self._rare = _RARELY_USED | others
        for name in self._rare:
            self._more.add(form.control(name))
        self._more.button.toggled.connect(self._count_used)

    def unfold(self) -> None:
        """Show what is behind “More…”."""
        self._more.unfold()

    def show_values(self) -> None:
        """Show what follows from the values: nothing that is in force stays out of sight."""
        self.show_constants()
        if self._used():
            self._more.unfold()
        self._count_used()

    def show_constants(self) -> None:
        """Show the constants that the chosen optimizer obeys."""
        uses = OPTIMIZERS[self._form["optimizer"].value()].uses
        for name in CONSTANTS:
            self._form[name].setVisible(name in uses)

    def show_rate_in_force(self, rate: float) -> None:
        """Say which learning rate the run has now, where that is not the one that was chosen."""
        chosen = self._form["learning_rate"].value()
        differs = not math.isclose(rate, chosen, rel_tol=1e-9)
        self._in_force.setVisible(differs)
        if differs:
            self._in_force.setText(f"now {number_text(rate, 3)}")
            self._in_force.setAccessibleName(f"Learning rate now {plain_text(rate, 3)}")

    def _used(self) -> int:
        """Return how many of the rarely used settings are in use."""
        return sum(
            self._form[name].value() != setting.default for name, setting in self._rare.items()
        )

    @Slot()
    def _count_used(self) -> None:
        self._more.tell_used(self._used())
