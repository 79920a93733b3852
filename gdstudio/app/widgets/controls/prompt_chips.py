"""What to try: small buttons, each with one idea in the learner's words."""

from collections.abc import Sequence

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QSizePolicy, QWidget

from gdstudio.app.widgets.controls.buttons import IconButton
from gdstudio.app.widgets.flow_layout import FlowLayout
from gdstudio.app.widgets.labels import text_label


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
