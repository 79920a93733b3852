"""A dialog that asks: all of its sentences are in sight, whatever the size of text."""

import pytest
from PySide6.QtWidgets import QLabel, QPushButton, QWidget

from gdstudio.app.theme import current_theme
from gdstudio.app.widgets.form_dialog import FormDialog

LONG = "Each step stands here with a blank for its answer, and the answers on pages of their own. "


@pytest.mark.parametrize("scale", [1.0, 1.75])
def test_all_sentences_are_in_sight_and_the_dialog_follows_them(qtbot, scale):
    window = QWidget()
    qtbot.addWidget(window)
    dialog = FormDialog(window, name="asking", title="Asking")
    qtbot.addWidget(dialog)  # as the window does when a dialog opens
    dialog.add_text(LONG)
    said = dialog.add_text(name="said")
    dialog.add_buttons(QPushButton("Start"))
    current_theme().set_scale(scale)
    dialog.show()
    assert said.width() == current_theme().px(360)
    heights = []
    for sentence in (LONG, LONG * 3, "", LONG):
        said.setText(sentence)
        qtbot.waitUntil(lambda: has_settled(dialog))
        for label in dialog.findChildren(QLabel):
            assert label.height() >= label.heightForWidth(label.width()), label.text()
            assert dialog.rect().contains(label.geometry())
        heights.append(dialog.height())
    assert heights[1] > heights[0] == heights[3] > heights[2]


def has_settled(dialog):
    """Return whether the dialog has the size that its text, in its font of now, asks for."""
    said = dialog.findChild(QLabel, "said")
    return said.font().pixelSize() == current_theme().px(13) and dialog.size() == dialog.sizeHint()
