"""Who listens to changes of the look is called, whichever part he belongs to."""

from PySide6.QtWidgets import QDialog, QWidget

from gdstudio.app.theme import current_theme


class Listening(QDialog):
    """Notes at which scales it was called."""

    def __init__(self, parent):
        super().__init__(parent)
        self.scales = []
        current_theme().changed.connect(self.note)

    def note(self):
        self.scales.append(current_theme().scale)


def test_a_dialog_of_a_window_never_shown_hears_of_a_change(qtbot):
    window = QWidget()
    qtbot.addWidget(window)
    dialog = Listening(window)
    current_theme().set_scale(1.5)
    qtbot.waitUntil(lambda: dialog.scales == [1.5])
