"""Buttons whose icons follow the theme, and small groups of them."""

from collections.abc import Sequence
from typing import Literal

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QToolButton, QWidget

from gdstudio.app.theme import current_theme
from gdstudio.app.widgets.flow_layout import FlowLayout
from gdstudio.app.widgets.labels import repolish, text_label

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
        self.setMinimumHeight(theme.px(62))


def _quiet(icon: str, name: str, accessible: str, tooltip: str) -> IconButton:
    """Return a button that shows a picture alone."""
    return IconButton(icon=icon, kind="quiet", name=name, tooltip=tooltip, accessible=accessible)


def worksheet_button() -> IconButton:
    """Return the button; it is hidden until somebody offers a worksheet."""
    button = _quiet(
        "worksheet",
        "worksheet_button",
        "Worksheet…",
        "Worksheet: make a PDF of this step to calculate by hand, with an answer key.",
    )
    button.hide()
    return button


class SetupButtons(QWidget):
    """Copies what a lab is set to, takes such a copy, and keeps, varies, records or exports a run.

    Attributes:
        keep_button, twin_button, sweep_button, record_button, code_button, copy_button,
            paste_button: in this order.
        runs_button: opens the table of kept runs; hidden as long as there is none. It stands where
            there is room for it, not among the others.
    """

    def __init__(self) -> None:
        super().__init__()
        self.keep_button = _quiet(
            "keep",
            "keep_run_button",
            "Keep this run",
            "Keep this run: its curve stays behind the next ones, to compare them (K).",
        )
        self.twin_button = _quiet(
            "twin",
            "twin_button",
            "Twin…",
            "Twin: start a second run beside this one, with one setting different.",
        )
        self.sweep_button = _quiet(
            "sweep",
            "sweep_button",
            "Sweep",
            "Sweep: try many values of a setting at once, and compare the runs.",
        )
        self.record_button = _quiet(
            "record",
            "record_button",
            "Record",
            "Record: save this run as a moving picture, from its start.",
        )
        self.code_button = _quiet(
            "code",
            "export_code_button",
            "As a program",
            "Show this run as a program in Python, to be read, copied or saved.",
        )
        self.copy_button = _quiet(
            "copy",
            "copy_setup_button",
            "Copy setup",
            "Copy all that is set here as a short text, the setup code (Ctrl+Shift+C).",
        )
        self.paste_button = _quiet(
            "paste",
            "paste_setup_button",
            "Paste setup",
            "Set up a lab as the setup code on the clipboard says (Ctrl+Shift+V).",
        )
        self.runs_button = IconButton(
            kind="quiet",
            name="runs_button",
            tooltip="Compare the kept runs in a table, and go back to one of them.",
        )
        self.runs_button.hide()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        for button in (
            self.keep_button,
            self.twin_button,
            self.sweep_button,
            self.record_button,
            self.code_button,
            self.copy_button,
            self.paste_button,
        ):
            row.addWidget(button)

    def show_kept(self, count: int) -> None:
        """Say how many runs are kept."""
        text = "1 run" if count == 1 else f"{count} runs"
        self.runs_button.setText(text)
        self.runs_button.setAccessibleName(f"{text} kept")
        self.runs_button.setVisible(count > 0)


class PromptChips(QWidget):
    """“Try” and a flow of buttons from (key, text, tooltip); buttons are named ``prompt_<key>``.

    Signals:
        chosen(str): the key of the idea.
    """

    chosen = Signal(str)

    def __init__(self, prompts: Sequence[tuple[str, str, str]], *, title: str = "Try") -> None:
        super().__init__()
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        layout = FlowLayout(self)
        if title:
            layout.addWidget(text_label(title, "small"))
        for key, text, tooltip in prompts:
            button = IconButton(text, kind="chip", name=f"prompt_{key}", tooltip=tooltip)
            button.setProperty("key", key)
            button.clicked.connect(self._on_clicked)
            layout.addWidget(button)

    @Slot()
    def _on_clicked(self) -> None:
        self.chosen.emit(self.sender().property("key"))
