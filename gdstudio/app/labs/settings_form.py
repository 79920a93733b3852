"""A form over declared settings: the controls by name, and what they show."""

from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QLineEdit

from gdstudio.app.widgets.controls.parameter_slider import ParameterSlider
from gdstudio.app.widgets.controls.setting_control import SettingControl
from gdstudio.app.widgets.controls.setting_controls import ControlKind, make_control, usual_kind
from gdstudio.settings import Setting, Settings


class SettingsForm(QObject):
    """The controls of several groups of settings, made from their declarations.

    Signals:
        changed(str): the user gave the setting of this name another valid value.
    """

    changed = Signal(str)

    def __init__(self, *groups: type[Settings], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._declared: dict[str, Setting] = {}
        for group in groups:
            self._declared.update(group.declared())
        self._controls: dict[str, SettingControl] = {}

    @property
    def missing(self) -> dict[str, Setting]:
        """The settings that have no control yet, by name."""
        return {name: one for name, one in self._declared.items() if name not in self._controls}

    def control(
        self, name: str, *, object_name: str = "", kind: ControlKind | None = None, label: str = ""
    ) -> SettingControl:
        """Make the control of the setting `name`; its inner widget is called `object_name`.

        Without that it is called after the setting and the kind of control: ``epochs_spin``.
        """
        object_name = object_name or f"{name}_{kind or usual_kind(self._declared[name])}"
        return self.add(
            name, make_control(self._declared[name], name=object_name, kind=kind, label=label)
        )

    def add(self, name: str, made: SettingControl) -> SettingControl:
        """Take over a control that was made for the setting `name`."""
        made.value_changed.connect(lambda _value: self.changed.emit(name))
        self._controls[name] = made
        return made

    def __getitem__(self, name: str) -> SettingControl:
        return self._controls[name]

    def slider(self, name: str) -> ParameterSlider:
        """Return a control that is a slider."""
        control = self._controls[name]
        assert isinstance(control, ParameterSlider)
        return control

    def box(self, name: str) -> QLineEdit:
        """Return the box of a control that one types in."""
        box = self._controls[name].control
        assert isinstance(box, QLineEdit)
        return box

    def values(self) -> dict[str, Any]:
        """Return the values in force, by name."""
        return {name: control.value() for name, control in self._controls.items()}

    def set_values(self, values: dict[str, Any]) -> None:
        """Show `values` without a signal; names without a control are passed over."""
        for name, value in values.items():
            if name in self._controls:
                self._controls[name].set_value(value)

    def commit(self) -> bool:
        """Take what is typed but not yet entered; return whether all of it can be used.

        A control that is hidden because nothing obeys it now forgets what was typed.
        """
        for control in self._controls.values():
            if control.isHidden():
                control.set_value(control.value())
        # Every control is asked, so that each says what is wrong with it.
        usable = [control.commit() for control in self._controls.values()]
        return all(usable)
