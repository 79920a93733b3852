"""Which slice of the landscape to compute: its settings, its buttons, and how far it is."""

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QProgressBar

from gdstudio.app.labs.settings_form import SettingsForm
from gdstudio.app.widgets.card import Card
from gdstudio.app.widgets.controls.buttons import IconButton
from gdstudio.app.widgets.controls.setting_controls import SuggestionControl
from gdstudio.app.widgets.labels import set_role, text_label
from gdstudio.engine.inspect.landscape import RANDOM, LandscapeSettings

_STEPS = 1000  # of the progress bar


class LandscapeForm(Card):
    """The settings of a landscape, Compute and Cancel.

    Signals:
        compute_clicked(object): compute it, under these `LandscapeSettings`.
        cancel_clicked(): stop computing it.
    """

    compute_clicked = Signal(object)
    cancel_clicked = Signal()

    def __init__(self) -> None:
        super().__init__("Which slice", name="landscape_form_card")
        self._form = SettingsForm(LandscapeSettings, parent=self)
        grid = QGridLayout()
        self.body.addLayout(grid)
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(8)
        for place, name in enumerate(("directions", "seed", "points", "images", "extent")):
            kind = "combo" if name != "seed" else "spin"
            control = self._form.control(name, object_name=f"landscape_{name}_{kind}")
            grid.addWidget(control, *divmod(place, 2))
        for column in (0, 1):
            grid.setColumnStretch(column, 1)
        self._form.changed.connect(self._on_changed)
        self._button = IconButton(
            "Compute",
            kind="primary",
            name="landscape_button",
            tooltip="Compute the loss at every point of the slice, in the background.",
        )
        self._cancel = IconButton(
            "Cancel",
            name="landscape_cancel_button",
            tooltip="Stop computing; what is shown stays.",
        )
        self._button.clicked.connect(self.compute)
        self._cancel.clicked.connect(self.cancel_clicked)
        buttons = QHBoxLayout()
        grid.addLayout(buttons, 2, 1)
        buttons.setSpacing(8)
        buttons.addWidget(self._button)
        buttons.addWidget(self._cancel)
        buttons.addStretch(1)
        self._bar = QProgressBar()
        self._bar.setObjectName("landscape_progress")
        self._bar.setAccessibleName("How much of the landscape is computed")
        self._bar.setToolTip("How much of the landscape is computed.")
        self._bar.setTextVisible(False)
        self._bar.setRange(0, _STEPS)
        self._status = text_label("", "small", name="landscape_status_label", wrap=True)
        self.add(self._bar)
        self.add(self._status)
        self._status.hide()
        self.set_computing(False)
        self._on_changed()

    def set_available(self, images: int) -> None:
        """Allow at most as many images as the data set has."""
        control = self._form["images"]
        assert isinstance(control, SuggestionControl)
        control.set_maximum(images)

    def set_computing(self, computing: bool) -> None:
        """Show whether it is being computed."""
        self._button.setEnabled(not computing)
        self._cancel.setEnabled(computing)
        self._bar.setVisible(computing)
        self._bar.setValue(0)

    def set_progress(self, share: float, text: str) -> None:
        """Show how much is done, 0 to 1, and say so."""
        self._bar.setValue(round(share * _STEPS))
        self.tell(text)

    def tell(self, sentence: str, *, problem: bool = False) -> None:
        """Say something below the controls; the empty string says nothing."""
        set_role(self._status, "problem" if problem else "small")
        self._status.setText(sentence)
        self._status.setVisible(bool(sentence))

    @Slot()
    def _on_changed(self) -> None:
        self._form["seed"].setEnabled(self._form["directions"].value() == RANDOM)

    @property
    def is_computing(self) -> bool:
        """Whether it is being computed."""
        return self._cancel.isEnabled()

    @Slot()
    def compute(self) -> None:
        """Ask for it, if all that is typed can be used."""
        if self._form.commit():
            self.compute_clicked.emit(LandscapeSettings.from_mapping(self._form.values()))
