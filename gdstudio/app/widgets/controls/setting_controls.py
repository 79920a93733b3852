"""Controls made from the declaration of a setting: label, tooltip, range and error sentence."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Literal

from PySide6.QtCore import QSignalBlocker, Slot
from PySide6.QtWidgets import QComboBox, QLineEdit, QSpinBox

from gdstudio.app.widgets.controls.elided_combo import ElidedCombo
from gdstudio.app.widgets.controls.parameter_slider import ParameterSlider
from gdstudio.app.widgets.controls.setting_control import SettingControl
from gdstudio.errors import BadInput
from gdstudio.settings import Choice, Number, Setting, Text, WholeNumber

ControlKind = Literal["combo", "spin", "edit", "slider"]


class ChoiceControl(SettingControl):
    """A list of named options."""

    def __init__(
        self, setting: Choice, *, name: str = "", value: Any = None, label: str = ""
    ) -> None:
        self._combo = ElidedCombo(name)
        self._fill(setting.options)
        super().__init__(setting, self._combo, value, label=label)
        self._combo.currentIndexChanged.connect(self._on_index)

    def _fill(self, options: Mapping[str, str]) -> None:
        for key, label in options.items():
            self._combo.addItem(label, key)

    def _show(self, value: Any) -> None:
        self._combo.setCurrentIndex(self._combo.findData(value))

    @Slot()
    def _on_index(self) -> None:
        if self._combo.currentIndex() >= 0:
            self._take(self._combo.currentData())


class SuggestionControl(SettingControl):
    """A whole number, typed or taken from a list of suggestions."""

    def __init__(
        self, setting: WholeNumber, *, name: str = "", value: Any = None, label: str = ""
    ) -> None:
        self._combo = QComboBox()
        self._combo.setObjectName(name)
        self._combo.setEditable(True)
        self._combo.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self._combo.setCompleter(None)  # type: ignore[arg-type]  # Qt takes it
        # A long option does not widen the whole panel.
        policy = QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        self._combo.setSizeAdjustPolicy(policy)
        self._combo.setMinimumContentsLength(6)
        self._combo.addItems(self._offered(setting))
        super().__init__(setting, self._combo, value, label=label)
        edit = self._combo.lineEdit()
        assert edit is not None
        edit.editingFinished.connect(self._on_text)
        self._combo.currentIndexChanged.connect(self._on_index)
        # What is chosen anew after something was typed is no other index.
        self._combo.activated.connect(self._on_index)

    def set_maximum(self, maximum: int) -> None:
        """Take at most `maximum` from now on, and suggest no more; a larger value comes down."""
        setting = self.setting
        assert isinstance(setting, WholeNumber)
        if setting.maximum == maximum:
            return
        self.setting = replace(setting, maximum=maximum)
        with QSignalBlocker(self._combo):
            self._combo.clear()
            self._combo.addItems(self._offered(self.setting))
        self.set_value(min(self._value, maximum))

    @staticmethod
    def _offered(setting: WholeNumber) -> list[str]:
        """Return what the list offers: the word for 0, where there is one, and what fits."""
        fitting = [number for number in setting.suggestions if number <= setting.maximum]
        return [setting.text(number) for number in ([0] if setting.zero else []) + fitting]

    def _show(self, value: Any) -> None:
        setting = self.setting
        assert isinstance(setting, WholeNumber)
        text = setting.text(value)
        self._combo.setCurrentIndex(self._combo.findText(text))
        self._combo.setEditText(text)

    def commit(self) -> bool:
        """Take the typed text."""
        self._on_text()
        return super().commit()

    @Slot()
    def _on_text(self) -> None:
        self._take(self._combo.currentText())

    @Slot(int)
    def _on_index(self, index: int) -> None:
        if index >= 0:
            self._take(self._combo.itemText(index))


class SpinControl(SettingControl):
    """A whole number with arrows."""

    def __init__(
        self, setting: WholeNumber, *, name: str = "", value: Any = None, label: str = ""
    ) -> None:
        self._spin = QSpinBox()
        self._spin.setObjectName(name)
        # QSpinBox counts in 32 bits.
        self._spin.setRange(max(setting.minimum, -(2**31)), min(setting.maximum, 2**31 - 1))
        self._spin.setGroupSeparatorShown(True)
        self._spin.setKeyboardTracking(False)
        if setting.unit:
            self._spin.setSuffix(f" {setting.unit}")
        super().__init__(setting, self._spin, value, label=label)
        self._spin.valueChanged.connect(self._take)

    def commit(self) -> bool:
        """Take the typed digits."""
        self._spin.interpretText()
        return super().commit()

    def _show(self, value: Any) -> None:
        self._spin.setValue(value)


class TextControl(SettingControl):
    """A text with a grammar of its own; what is wrong with it is said while it is typed."""

    def __init__(
        self, setting: Setting, *, name: str = "", value: Any = None, label: str = ""
    ) -> None:
        self._edit = QLineEdit()
        self._edit.setObjectName(name)
        if isinstance(setting, Text):
            self._edit.setPlaceholderText(setting.example)
        super().__init__(setting, self._edit, value, label=label)
        self._edit.textEdited.connect(self._on_edited)
        self._edit.editingFinished.connect(self._on_finished)

    def _show(self, value: Any) -> None:
        self._edit.setText(str(value))
        # A long text is read from its beginning.
        self._edit.setCursorPosition(0)

    def commit(self) -> bool:
        """Take the typed text."""
        self._on_finished()
        return super().commit()

    @Slot(str)
    def _on_edited(self, text: str) -> None:
        # Only judged here; it takes effect when finished, so that no "20" on the way to "200".
        try:
            self.setting.parse(text)
        except BadInput as problem:
            self._mark_wrong(str(problem))
        else:
            self._mark_wrong("")

    @Slot()
    def _on_finished(self) -> None:
        self._take(self._edit.text())
        if not self._edit.property("wrong"):
            self._show(self._value)


def usual_kind(setting: Setting) -> ControlKind:
    """Return which kind of control suits `setting`."""
    if isinstance(setting, Choice):
        return "combo"
    if isinstance(setting, WholeNumber):
        return "combo" if setting.suggestions else "spin"
    return "slider" if isinstance(setting, Number) else "edit"


def make_control(
    setting: Setting,
    *,
    name: str = "",
    value: Any = None,
    kind: ControlKind | None = None,
    label: str = "",
) -> SettingControl:
    """Return the control that suits `setting`, or one of the given `kind`.

    `name` becomes the object name of the inner control; beside a slider, the box is called after
    it with ``_edit`` in place of ``_slider``.
    """
    kind = kind or usual_kind(setting)
    if isinstance(setting, Choice):
        return ChoiceControl(setting, name=name, value=value, label=label)
    if isinstance(setting, WholeNumber):
        if kind == "combo":
            return SuggestionControl(setting, name=name, value=value, label=label)
        if kind == "spin":
            return SpinControl(setting, name=name, value=value, label=label)
    if isinstance(setting, Number | WholeNumber) and kind == "slider":
        edit_name = name.replace("_slider", "_edit") if name else ""
        return ParameterSlider(
            setting, slider_name=name, edit_name=edit_name, value=value, label=label
        )
    return TextControl(setting, name=name, value=value, label=label)
