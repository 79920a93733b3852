"""A number to feel: a slider for the usual range, and a box beside it for any exact value."""

import math
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QSignalBlocker, Qt, Slot
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QSlider, QWidget

from gdstudio.app.theme import current_theme
from gdstudio.app.widgets.controls.setting_control import SettingControl
from gdstudio.number_text import count_text, plain_text, round_to_figures
from gdstudio.settings import Number, WholeNumber

_NOTCHES = 1000
_BOX_PADDING, _BOX_TEXT = 16, 52


class ParameterSlider(SettingControl):
    """Label, slider and box of one number.

    The slider is logarithmic where the setting is; its left end is then 0 if the setting may be 0.
    The box takes every number that the setting allows, also outside the slider's range; a text
    that is no such number is answered with a sentence below, and the value in force stays.

    Attributes:
        minimum: the least value that the setting may have.

    Signals:
        value_changed(object): the user chose another value, a float (an int for whole numbers).
    """

    def __init__(
        self,
        setting: Number | WholeNumber,
        *,
        slider_name: str = "",
        edit_name: str = "",
        value: float | None = None,
        label: str = "",
    ) -> None:
        self._whole = isinstance(setting, WholeNumber)
        if isinstance(setting, WholeNumber) and setting.zero:
            # A slider shows numbers only: “all” is its right end.
            setting = replace(setting, zero="", default=setting.default or setting.maximum)
        self.minimum = setting.minimum
        low, high = setting.minimum, setting.maximum
        if isinstance(setting, Number):
            low = low if setting.slider_minimum is None else setting.slider_minimum
            high = high if setting.slider_maximum is None else setting.slider_maximum
        self._low, self._high = float(low), float(high)
        self._logarithmic = setting.logarithmic and self._low > 0
        self._slider = QSlider(Qt.Orientation.Horizontal)
        self._slider.setObjectName(slider_name)
        self._slider.setRange(0, _NOTCHES)
        self._slider.setSingleStep(_NOTCHES // 100)
        self._slider.setPageStep(_NOTCHES // 20)
        self._slider.setMinimumWidth(48)
        self._edit = QLineEdit()
        self._edit.setObjectName(edit_name)
        self._edit.setAccessibleName(f"{setting.label}, exact number")
        self._edit.setAccessibleDescription(setting.explanation)
        both = QWidget()
        row = QHBoxLayout(both)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self._slider, 1)
        row.addWidget(self._edit)
        super().__init__(setting, both, value, label=label)
        self._describe_range()
        self.label.setBuddy(self._slider)
        both.setFocusProxy(self._slider)
        self._slider.setAccessibleName(setting.label)
        self._slider.setAccessibleDescription(setting.explanation)
        self._slider.setToolTip(both.toolTip())
        self._slider.valueChanged.connect(self._on_slider)
        self._edit.editingFinished.connect(self._on_text)
        self.keep_label_narrow()
        # A slot of its own: one that overrides another's stays connected after its widget is gone.
        current_theme().changed.connect(self._resize_box)
        self._resize_box()

    def set_slider_range(self, low: float, high: float) -> None:
        """Let the slider span `low` to `high`, as far as is allowed; the value stays."""
        setting = self.setting
        assert isinstance(setting, Number | WholeNumber)
        self._low = min(max(float(low), setting.minimum), setting.maximum)
        self._high = max(min(float(high), setting.maximum), setting.minimum)
        self._show_on_slider(self._value)
        self._resize_box()

    def set_maximum(self, maximum: int) -> None:
        """Let slider and box end at `maximum` from now on; a larger value comes down to it."""
        assert isinstance(self.setting, Number | WholeNumber)
        self.setting = replace(self.setting, maximum=maximum)
        self._high = float(maximum)
        self._describe_range()
        if self._value > maximum:
            self.set_value(maximum)
        else:
            self._show_on_slider(self._value)

    def _describe_range(self) -> None:
        setting = self.setting
        assert isinstance(setting, Number | WholeNumber)
        self._edit.setToolTip(
            f"{setting.explanation}\nType any number from {_written(setting.minimum)} to "
            f"{_written(setting.maximum)}{f' {setting.unit}' if setting.unit else ''}, then Enter."
        )

    def offer_value(self, value: float) -> None:
        """Show `value` on the slider, and in the box unless one is typing there."""
        if self._edit.text() == self._typed(self._value):
            self.set_value(value)
            return
        self._value = self.setting.check(value)
        self._show_on_slider(self._value)
        self._resize_box()

    def commit(self) -> bool:
        """Take the number in the box."""
        self._on_text()
        return not self._edit.property("wrong")

    def _show(self, value: Any) -> None:
        self._show_on_slider(value)
        self._edit.setText(self._typed(value))
        self._resize_box()

    def _typed(self, value: float) -> str:
        """Return what the box shows: text that may be typed back."""
        return count_text(int(value)) if self._whole else plain_text(value, grouped=False)

    def _show_on_slider(self, value: float) -> None:
        with QSignalBlocker(self._slider):
            self._slider.setValue(self._notch(value))

    def _notch(self, value: float) -> int:
        value = min(max(value, self._low), self._high)
        if self._high <= self._low:
            return _NOTCHES
        if self._logarithmic:
            fraction = math.log(value / self._low) / math.log(self._high / self._low)
        else:
            fraction = (value - self._low) / (self._high - self._low)
        return round(fraction * _NOTCHES)

    def _at(self, notch: int) -> float:
        """Return the number at a notch, rounded to what one would say."""
        if notch == 0:
            # No logarithm has a place for 0, but “off” must be within reach.
            may_be_off = self._logarithmic and self.minimum == 0
            return 0.0 if may_be_off else self._low
        if notch == _NOTCHES:
            return self._high
        fraction = notch / _NOTCHES
        if self._logarithmic:
            value = self._low * (self._high / self._low) ** fraction
            value = round_to_figures(value, 2)
        else:
            value = self._low + (self._high - self._low) * fraction
            value = round_to_figures(value, 3)
        value = min(max(value, self._low), self._high)
        return round(value) if self._whole else value

    @Slot(int)
    def _on_slider(self, notch: int) -> None:
        value = self._at(notch)
        self._edit.setText(self._typed(value))
        self._take(value)

    @Slot()
    def _on_text(self) -> None:
        self._take(self._edit.text())
        if not self._edit.property("wrong"):
            self._show(self._value)

    def _mark_wrong(self, sentence: str) -> None:
        if bool(sentence) != bool(self._edit.property("wrong")):
            self._edit.setProperty("wrong", bool(sentence))
            self._edit.style().unpolish(self._edit)
            self._edit.style().polish(self._edit)
        self.set_problem(sentence)

    @Slot()
    def _resize_box(self) -> None:
        """Give the box room for what the slider can choose and for the number in force.

        It stays as it is while the slider is dragged.
        """
        theme = current_theme()
        texts = [self._typed(self._value)]
        if self._logarithmic and not self._whole:
            # As wide as any number that the slider can choose there.
            texts.append(self._typed(8.8 * 10.0 ** math.floor(math.log10(self._low))))
        metrics = QFontMetrics(theme.font("normal"))
        widest = max(map(metrics.horizontalAdvance, texts)) + 2
        self._edit.setFixedWidth(_BOX_PADDING + max(theme.px(_BOX_TEXT), widest))


def _written(number: float) -> str:
    return count_text(number) if isinstance(number, int) else plain_text(number)
