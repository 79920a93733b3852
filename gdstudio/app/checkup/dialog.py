"""*Check this computer…*: the report of the self-test, in a dialog."""

from collections.abc import Callable

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QWidget

from gdstudio.app.checkup.checks import check_computer
from gdstudio.app.checkup.report import Report
from gdstudio.app.running.background import Background
from gdstudio.app.widgets.text_dialog import TextDialog

_INTRODUCTION = (
    "What this computer has, and whether the app works on it. The text can be pasted into a "
    "report: it names neither you nor your folders."
)


class CheckDialog(TextDialog):
    """Checks in the background while it is open, and shows what was found."""

    def __init__(
        self,
        parent: QWidget,
        check: Callable[..., Report] = check_computer,
    ) -> None:
        super().__init__("Check this computer", _INTRODUCTION, "check", parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._background = Background(self)
        self.show_text("", "Checking; this takes some seconds, and shows a small window for one …")
        closing = self._background.closing
        self._background.submit(lambda: check(should_stop=closing.is_set), self._show, self._fail)

    def done(self, result: int) -> None:
        """Close; what is still being checked is given up."""
        self._background.close()
        super().done(result)

    @Slot(object)
    def _show(self, report: Report) -> None:
        count = len(report.problems)
        self.show_text(
            report.text(),
            "All is well."
            if not count
            else f"{count} thing{'' if count == 1 else 's'} to look at; see the end of the text.",
        )

    @Slot(str)
    def _fail(self, sentence: str) -> None:
        self.say(sentence)
