"""Buttons whose icons follow the theme."""

from typing import Literal

from PySide6.QtCore import QSize, Qt, Slot
from PySide6.QtWidgets import QPushButton, QSizePolicy, QToolButton, QWidget

from gdstudio.app.theme import current_theme
from gdstudio.app.widgets.labels import repolish

Kind = Literal["normal", "primary", "quiet", "chip", "tab"]

_ICON_COLORS = {
    "normal": "text",
    "primary": "on_accent",
    "quiet": "muted",
    "chip": "muted",
    "tab": "muted",
}


class IconButton(QPushButton):
    """A push button with an icon, a text, or both.

    Without text, `accessible` names it for a screen reader.
    """

    def __init__(
        self,
        text: str = "",
        *,
        icon: str = "",
        kind: Kind = "normal",
        name: str = "",
        tooltip: str = "",
        accessible: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(text, parent)
        self.setObjectName(name)
        self.setProperty("kind", kind)
        self.setToolTip(tooltip)
        self.setAccessibleName(accessible or text)
        self.setAccessibleDescription(tooltip)
        self.setAutoDefault(False)
        # Words alone would look like a label: the style sheet frames them.
        self.setProperty("worded", bool(text))
        self._icon_name = icon
        self._kind = kind
        current_theme().changed.connect(self._restyle)
        self._restyle()

    def set_icon(self, icon: str) -> None:
        """Show another icon; the empty string shows none."""
        if icon != self._icon_name:
            self._icon_name = icon
            self._restyle()

    def setText(self, text: str) -> None:  # noqa: N802 - Qt's name
        """Show another text."""
        super().setText(text)
        if bool(text) != self.property("worded"):
            self.setProperty("worded", bool(text))
            if self._kind == "quiet":
                repolish(self)

    @Slot()
    def _restyle(self) -> None:
        if self._icon_name:
            theme = current_theme()
            side = theme.px(16)
            self.setIconSize(QSize(side, side))
            self.setIcon(theme.icon(self._icon_name, _ICON_COLORS[self._kind]))


class RailButton(QToolButton):
    """A tab of the rail: an icon over one word; checkable."""

    def __init__(self, text: str, icon: str, *, name: str, tooltip: str = "") -> None:
        super().__init__()
        self.setText(text)
        self.setObjectName(name)
        self.setProperty("kind", "rail")
        self.setToolTip(tooltip)
        self.setAccessibleName(text)
        self.setAccessibleDescription(tooltip)
        self.setCheckable(True)
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextUnderIcon)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._icon_name = icon
        self.toggled.connect(self._restyle)
        current_theme().changed.connect(self._restyle)
        self._restyle()

    @Slot()
    def _restyle(self) -> None:
        theme = current_theme()
        side = theme.px(28)
        self.setIconSize(QSize(side, side))
        color = "positive" if self.isChecked() else "muted"
        self.setIcon(theme.icon(self._icon_name, color))
        self.setMinimumHeight(theme.px(72))


def worksheet_button() -> IconButton:
    """Return the button; it is hidden until somebody offers a worksheet."""
    button = IconButton(
        icon="worksheet",
        kind="quiet",
        name="worksheet_button",
        tooltip="Worksheet: make a PDF of this step to calculate by hand, with an answer key.",
        accessible="Worksheet…",
    )
    button.hide()
    return button
