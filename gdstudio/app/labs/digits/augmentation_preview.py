"""Augmentation to see: its settings, and twenty pictures that change with them."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import QDialog, QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from gdstudio.app.labs.settings_form import SettingsForm
from gdstudio.app.theme import current_theme
from gdstudio.app.widgets.controls.buttons import IconButton
from gdstudio.app.widgets.controls.setting_control import SettingControl
from gdstudio.app.widgets.labels import text_label
from gdstudio.app.widgets.pictures.pixel_view import PixelView
from gdstudio.data.augmentation import Augmentation, AugmentationSettings

Examples = npt.NDArray[np.uint8]
EXAMPLES = 20
EXAMPLES_PER_ROW = 5
_SIDE = 60
_LABEL_WIDTH = 72
_UNIT_WIDTH = 52
_COLUMN_WIDTH = 320
ABOUT = (
    "Change the training pictures a little each time they are shown: moved, turned, slanted, "
    "thicker or thinner."
)
# Moderate amounts that help every network on these digits.
USUAL = AugmentationSettings(shift=1, rotation=10, scale=10, shear=10, thickness=1)


class AugmentationButton(IconButton):
    """Opens the settings of augmentation, and says whether any is on; the tooltip names them.

    It makes their controls in `form`, under the object names ``shift_slider`` and so on.

    Attributes:
        preview: the dialog.
    """

    def __init__(self, form: SettingsForm) -> None:
        super().__init__(kind="quiet", name="augmentation_button")
        self._form = form
        self.preview = AugmentationPreview(form, self)
        self.clicked.connect(self.preview.open_beside)
        form.changed.connect(self._on_changed)
        self.show_values()

    def set_examples(self, examples: Callable[[], Examples | None]) -> None:
        """Say where to get images, ``(n, rows, columns)``; None while there are none yet."""
        self.preview.set_examples(examples)

    def show_values(self) -> None:
        """Follow the form's values."""
        declared = AugmentationSettings.declared()
        on = [one.label.lower() for name, one in declared.items() if self._form[name].value()]
        self.setText("Augment: on" if on else "Augment: off")
        about = f"{ABOUT}\nNow on: {', '.join(on)}." if on else ABOUT
        self.setToolTip(about)
        self.setAccessibleName(self.text())
        self.setAccessibleDescription(about)
        self.preview.show_pictures()

    @Slot(str)
    def _on_changed(self, name: str) -> None:
        if name in AugmentationSettings.declared():
            self.show_values()


class AugmentationPreview(QDialog):
    """Sliders at the left, pictures at the right; it stays open while the lab is used."""

    def __init__(self, form: SettingsForm, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("augmentation_dialog")
        self.setWindowTitle("Augmentation")
        self._form = form
        self._examples: Callable[[], Examples | None] = lambda: None
        self._views: list[PixelView] = []
        self._draw = 0
        self._units: list[QLabel] = []
        self._controls = [self._control(name) for name in AugmentationSettings.declared()]
        self._column = QWidget()
        self._grid = QGridLayout()
        self._grid.setSpacing(4)
        self._fill()
        current_theme().changed.connect(self._restyle)
        self._restyle()

    def set_examples(self, examples: Callable[[], Examples | None]) -> None:
        """Say where to get images, ``(n, rows, columns)``; None while there are none yet."""
        self._examples = examples

    def settings(self) -> AugmentationSettings:
        """Return the settings that the sliders show."""
        return AugmentationSettings.from_mapping(self._form.values())

    def show_pictures(self) -> None:
        """Show the example pictures as the settings change them, if anyone can see it."""
        if not self.isVisible():
            return
        examples = self._examples()
        if examples is None:
            return
        pictures = examples[:EXAMPLES].copy()
        augmentation = self.settings().build(examples.shape[1:])
        if augmentation is not None:
            # The same numbers while a slider moves: every picture changes by more or less.
            numbers = np.random.default_rng(self._draw).random((EXAMPLES, Augmentation.numbers))
            augmentation(pictures.reshape(len(pictures), -1), numbers[: len(pictures)])
        for view, picture in zip(self._views, pictures, strict=False):
            view.set_image(picture)

    @Slot()
    def open_beside(self) -> None:
        """Open, or come to the front where the window manager lets it."""
        if not self._views:
            self._make_views()
        self.show()
        self.activateWindow()

    def unfold(self) -> None:
        """Come into sight."""
        self.open_beside()

    def _control(self, name: str) -> SettingControl:
        control = self._form.control(name, object_name=f"{name}_slider", kind="slider")
        unit = text_label(getattr(control.setting, "unit", ""), "small")
        control.row.addWidget(unit)
        self._units.append(unit)
        return control

    def _fill(self) -> None:
        outer = QVBoxLayout(self)
        outer.setContentsMargins(24, 24, 24, 24)
        outer.setSpacing(8)
        outer.addWidget(text_label("Augmentation", "heading"))
        outer.addWidget(
            text_label(
                "Each time a picture is shown to the network it is changed a little, by chance, "
                "up to these limits. A seven that is moved or slanted is still a seven: the "
                "network learns what does not matter, and reads new handwriting better. "
                "Changes take effect at once; test pictures stay as they are.",
                "muted",
                wrap=True,
            )
        )
        outer.addSpacing(8)
        both = QHBoxLayout()
        outer.addLayout(both, 1)
        both.setSpacing(24)
        column = QVBoxLayout(self._column)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        for control in self._controls:
            column.addWidget(control)
        column.addStretch(1)
        both.addWidget(self._column, 1)
        both.addLayout(self._grid)
        outer.addSpacing(8)
        self._add_buttons(outer)

    def _add_buttons(self, outer: QVBoxLayout) -> None:
        row = QHBoxLayout()
        outer.addLayout(row)
        usual = IconButton(
            "Usual amounts",
            name="usual_augmentation_button",
            tooltip="Moderate changes that help with these digits.",
        )
        none = IconButton(
            "None", name="no_augmentation_button", tooltip="Show the pictures as they are."
        )
        other = IconButton(
            "Other variants",
            icon="shuffle",
            name="other_variants_button",
            tooltip="Change the pictures at the right again, at random.",
        )
        close = IconButton("Close", name="close_augmentation_button", kind="primary")
        usual.clicked.connect(lambda: self._set(USUAL))
        none.clicked.connect(lambda: self._set(AugmentationSettings()))
        other.clicked.connect(self._draw_anew)
        close.clicked.connect(self.close)
        for button in (usual, none):
            row.addWidget(button)
        row.addStretch(1)
        row.addWidget(other)
        row.addWidget(close)

    def _make_views(self) -> None:
        for index in range(EXAMPLES):
            view = PixelView(name=f"augmented_{index + 1}")
            view.setAccessibleName(f"Example {index + 1}, as the network may see it")
            self._grid.addWidget(view, *divmod(index, EXAMPLES_PER_ROW))
            self._views.append(view)
        self._restyle()

    def _set(self, settings: AugmentationSettings) -> None:
        """Take over all settings, and say that they changed, once."""
        values = settings.as_dict()
        changed = [name for name, value in values.items() if self._form[name].value() != value]
        self._form.set_values(values)
        if changed:
            self._form.changed.emit(changed[0])
        self.show_pictures()

    @Slot()
    def _draw_anew(self) -> None:
        self._draw += 1
        self.show_pictures()

    @Slot()
    def _restyle(self) -> None:
        theme = current_theme()
        self._column.setMinimumWidth(theme.px(_COLUMN_WIDTH))
        for control in self._controls:
            control.label.setMinimumWidth(theme.px(_LABEL_WIDTH))
        for unit in self._units:
            unit.setFixedWidth(theme.px(_UNIT_WIDTH))
        for view in self._views:
            view.setFixedSize(theme.px(_SIDE), theme.px(_SIDE))

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Keep Enter, which ends typing in a box, from closing the dialog."""
        if event.key() not in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            super().keyPressEvent(event)

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """Show the pictures as soon as they can be seen."""
        super().showEvent(event)
        self.show_pictures()
