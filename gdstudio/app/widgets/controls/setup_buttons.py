"""Copy and paste of the setup code, as two small buttons."""

from PySide6.QtWidgets import QHBoxLayout, QWidget

from gdstudio.app.widgets.controls.buttons import IconButton


class SetupButtons(QWidget):
    """Copies what a lab is set to, and takes such a copy.

    Attributes:
        copy_button, paste_button: the two.
    """

    def __init__(self) -> None:
        super().__init__()
        self.copy_button = IconButton(
            icon="copy",
            kind="quiet",
            name="copy_setup_button",
            tooltip="Copy all that is set here as a short text, the setup code (Ctrl+Shift+C).",
            accessible="Copy setup",
        )
        self.paste_button = IconButton(
            icon="paste",
            kind="quiet",
            name="paste_setup_button",
            tooltip="Set up a lab as the setup code on the clipboard says (Ctrl+Shift+V).",
            accessible="Paste setup",
        )
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        for button in (self.copy_button, self.paste_button):
            row.addWidget(button)
