"""What is told of the app and of the computer: *About…*, *Licences…*, *Check this computer…*.

Loaded when one of them is asked for; nothing here is needed for the window to open.
"""

import html
import platform
from collections.abc import Callable

import numpy as np
from PySide6.QtCore import Qt, qVersion
from PySide6.QtWidgets import QMessageBox, QWidget

from gdstudio import __version__
from gdstudio.app import log_file
from gdstudio.app.checkup.checks import check_computer
from gdstudio.app.checkup.report import Report
from gdstudio.app.running.gathered_text_dialog import GatheredTextDialog
from gdstudio.licences import as_text, parts
from gdstudio.resource_files import resource_path


def about_box(parent: QWidget) -> QMessageBox:
    """Return a box that says what this is, which version, and where the log is."""
    text = resource_path("texts", "about.html").read_text(encoding="utf-8")
    box = QMessageBox(parent)
    box.setObjectName("about_box")
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.setWindowTitle("About Gradient Descent Studio")
    box.setTextFormat(Qt.TextFormat.RichText)
    box.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    box.setText(
        text.format(
            version=__version__,
            log=html.escape(log_file.where_sentence()),
            qt=qVersion(),
            numpy=np.__version__,
            python=platform.python_version(),
        )
    )
    licences = box.addButton("Licences…", QMessageBox.ButtonRole.ActionRole)
    licences.setObjectName("licences_button")
    licences.clicked.connect(lambda: licences_dialog(parent).open())
    # Beside a second button, Qt finds none by itself for Escape to press.
    box.setEscapeButton(box.addButton(QMessageBox.StandardButton.Ok))
    return box


def licences_dialog(parent: QWidget) -> GatheredTextDialog:
    """Return a dialog that shows each part of the app with the text of its licence."""
    return GatheredTextDialog(
        "Licences",
        "What this app is made of, and under which licence each part may be used.",
        "licences",
        parent,
        saying="Gathering …",
        gather=lambda _: (as_text(parts()), ""),
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
        "What this computer has, and whether the app works on it. The text can be pasted into a "
        "report: it names neither you nor your folders.",
        "check",
        parent,
        saying="Checking; this takes some seconds, and shows a small window for one …",
        gather=gather,
    )
