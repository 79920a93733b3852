"""A dialog whose text is gathered in the background while it is open."""

from collections.abc import Callable

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QWidget

from gdstudio.app.running.background import Background
from gdstudio.app.widgets.text_dialog import TextDialog

# Returns a text and a line to stand below it; it may ask whether nobody waits for it any more.
Gather = Callable[[Callable[[], bool]], tuple[str, str]]


class GatheredTextDialog(TextDialog):
    """Shows what `gather` returns; what is not finished when it closes is given up.

    Args of the constructor beside those of `TextDialog`:
        saying: what is said meanwhile.
        gather: called in a thread.
    """

    def __init__(
        self,
        title: str,
        introduction: str,
        name: str,
        parent: QWidget,
        *,
        saying: str,
        gather: Gather,
    ) -> None:
        super().__init__(title, introduction, name, parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._background = Background(self)
        self.show_text("", saying)
        closing = self._background.closing
        self._background.submit(lambda: gather(closing.is_set), self._show, self._fail)

    def done(self, result: int) -> None:
        """Close; what is still being done is given up."""
        self._background.close()
        super().done(result)

    @Slot(object)
    def _show(self, gathered: tuple[str, str]) -> None:
        self.show_text(*gathered)

    @Slot(str)
    def _fail(self, sentence: str) -> None:
        self.say(sentence)
