"""The button in the head of a step card that makes a worksheet for a class."""

from gdstudio.app.widgets.controls.buttons import IconButton


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
