"""The row of one setting, made from its declaration: label, tooltip and error sentence."""

from typing import Any

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QWidget

from gdstudio.app.widgets.controls.field_row import FieldRow
from gdstudio.app.widgets.labels import repolish
from gdstudio.errors import BadInput
from gdstudio.settings import Setting


class SettingControl(FieldRow):
    """The row of one setting; subclasses hold the control.

    Text that cannot be used is answered with a sentence below, and the value in force stays.

    Attributes:
        setting: the declaration.
        control: the Qt widget that has the object name.

    Signals:
        value_changed(object): the user chose another valid value.
    """

    value_changed = Signal(object)

    def __init__(self, setting: Setting, control: QWidget, value: Any, *, label: str = "") -> None:
        tooltip = setting.explanation + ("" if setting.live else "\nApplies after Reset.")
        control.setAccessibleName(setting.label)
        control.setAccessibleDescription(tooltip)
        control.setToolTip(tooltip)
        super().__init__(label or setting.label, control)
        self.label.setToolTip(tooltip)
        self.setting = setting
        self.control = control
        self._value = setting.check(setting.default if value is None else value)
        self._show(self._value)

    def value(self) -> Any:
        """Return the value in force."""
        return self._value

    def set_value(self, value: Any) -> None:
        """Show `value` without a signal.

        Raises:
            BadInput: if the setting cannot have it.
        """
        self._value = self.setting.check(value)
        self._mark_wrong("")
        with QSignalBlocker(self.control):
            self._show(self._value)

    def offer_value(self, value: Any) -> None:
        """Show `value`, found for the user, without a signal; what he is typing stays.

        Raises:
            BadInput: if the setting cannot have it.
        """
        self.set_value(value)

    def commit(self) -> bool:
        """Take what is typed but not yet entered; return whether it can be used."""
        return not self.control.property("wrong")

    def _show(self, value: Any) -> None:
        """Let the control show `value`."""
        raise NotImplementedError

    def _take(self, value: Any) -> None:
        """Make what the user chose the value in force, or say why not."""
        try:
            value = (
                self.setting.parse(value) if isinstance(value, str) else self.setting.check(value)
            )
        except BadInput as problem:
            self._mark_wrong(str(problem))
            return
        self._mark_wrong("")
        if value != self._value:
            self._value = value
            self.value_changed.emit(value)

    def _mark_wrong(self, sentence: str) -> None:
        if bool(sentence) != bool(self.control.property("wrong")):
            self.control.setProperty("wrong", bool(sentence))
            repolish(self.control)
        self.set_problem(sentence)
