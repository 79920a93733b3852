"""What a neuron is, behind “More…” of the Network card: its curve, and its first weights."""

import numpy as np
from PySide6.QtCore import Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from gdstudio.app.labs.settings_form import SettingsForm
from gdstudio.app.widgets.controls.buttons import IconButton
from gdstudio.app.widgets.controls.setting_control import SettingControl
from gdstudio.app.widgets.labels import text_label
from gdstudio.app.widgets.plots.function_sketch import FunctionSketch, Sketched
from gdstudio.engine.network.activations import ACTIVATIONS, Activation
from gdstudio.engine.network.initializers import FIRST_WEIGHTS, InitialSettings
from gdstudio.number_text import plain_text
from gdstudio.settings import Setting

_Z = np.linspace(-5.0, 5.0, 401)


class ActivationView(QWidget):
    """A small plot of an activation and its slope, and what to notice."""

    def __init__(self) -> None:
        super().__init__()
        self._sketch = FunctionSketch(
            name="activation_plot", x_label="z", lowest=-1.25, highest=2.0
        )
        self._notice = text_label("", "small", name="activation_notice_label", wrap=True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self._sketch)
        column.addWidget(self._notice)

    def show_activation(self, kind: Activation) -> None:
        """Show f and f′ of `kind`."""
        curves = (
            Sketched(kind.output_text, "positive", kind.value(_Z)),
            Sketched(kind.slope_text, "negative", kind.slope(_Z), dashed=True),
        )
        self._sketch.show_curves(_Z, curves)
        self._sketch.setAccessibleName(f"{kind.label} and its slope over the weighted sum z")
        about = f"{kind.formula}\n{kind.slope_formula}"
        self._sketch.setToolTip(about)
        self._sketch.setAccessibleDescription(f"{about}\n{kind.notice}")
        self._notice.setText(kind.notice)


class NeuronOptions:
    """Rows of the Network card that come with “More…”, and when another activation is chosen.

    Attributes:
        button: “More…”.
        curve: goes below the activation.
        first_weights: the control of the first weights.
    """

    def __init__(self, form: SettingsForm) -> None:
        self._form = form
        self.button = IconButton(
            "More…",
            kind="quiet",
            name="more_network_button",
            tooltip="The curve of the activation, and how the weights start.",
        )
        self.button.setCheckable(True)
        self.curve = ActivationView()
        self.first_weights = form.control("initial_weights", object_name="initial_weights_combo")
        self._others: dict[str, Setting] = {}
        self._hide(self.curve, self.first_weights)
        form.changed.connect(self._on_changed)

    def add_missing(self) -> list[SettingControl]:
        """Return controls of the settings that have a place nowhere else, to be shown as well."""
        self._others = self._form.missing
        rows = [self._form.control(name) for name in self._others]
        self._hide(*rows)
        return rows

    def _hide(self, *rows: QWidget) -> None:
        """Let rows come with “More…”."""
        for row in rows:
            row.hide()
            self.button.toggled.connect(row.setVisible)

    def show_values(self) -> None:
        """Follow the form's values: nothing that is in force stays out of sight."""
        kind = ACTIVATIONS[self._form["activation"].value()]
        self.curve.show_activation(kind)
        chosen = FIRST_WEIGHTS[self.first_weights.value()]
        rule = f"{kind.initializer.label}: {kind.initializer.formula}"
        times = f", times {plain_text(chosen.factor)}" if chosen.factor not in (0, 1) else ""
        self.first_weights.set_hint(f"{rule}{times}" if chosen.factor else "")
        used = (self._form[name].value() != one.default for name, one in self._others.items())
        if chosen.key != InitialSettings().initial_weights or any(used):
            self.button.setChecked(True)

    @Slot(str)
    def _on_changed(self, name: str) -> None:
        if name == "activation":
            self.button.setChecked(True)
        if name in ("activation", "initial_weights"):
            self.show_values()
