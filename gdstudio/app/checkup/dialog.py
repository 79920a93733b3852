"""*Check this computer…*: the report of the self-test, in a dialog."""

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from gdstudio.app.checkup.checks import check_computer
from gdstudio.app.checkup.report import Report
from gdstudio.app.running.gathered_text_dialog import GatheredTextDialog

_INTRODUCTION = (
    "What this computer has, and whether the app works on it. The text can be pasted into a "
    "report: it names neither you nor your folders."
)


def check_dialog(
    parent: QWidget, check: Callable[..., Report] = check_computer
) -> GatheredTextDialog:
    """Return a dialog that checks the computer and shows what was found."""

    def gather(should_stop: Callable[[], bool]) -> tuple[str, str]:
        report = check(should_stop=should_stop)
        count = len(report.problems)
        if not count:
            return report.text(), "All is well."
        things = f"{count} thing{'' if count == 1 else 's'}"
        return report.text(), f"{things} to look at; see the end of the text."

    return GatheredTextDialog(
        "Check this computer",
        _INTRODUCTION,
        "check",
        parent,
        saying="Checking; this takes some seconds, and shows a small window for one …",
        gather=gather,
    )
