"""Handing in: a nickname and a place are asked for, and what was answered is written there."""

import functools
from contextlib import suppress
from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QInputDialog

from gdstudio.app.guide.panel import GuidePanel
from gdstudio.app.labs.lab import Lab
from gdstudio.app.running.background import Background
from gdstudio.data.files import shown_name
from gdstudio.errors import BadInput
from gdstudio.folders import documents_folder
from gdstudio.lesson.guide import Guide
from gdstudio.lesson.hand_in import hand_in_of, save_hand_in
from gdstudio.lesson.library import LessonFile


class HandingIn:
    """Writes hand-ins in the background, and says on the panel what came of it."""

    def __init__(self, panel: GuidePanel, background: Background) -> None:
        self._panel = panel
        self._background = background

    def ask(self, title: str, nickname: str) -> tuple[str, Path] | None:
        """Ask for a nickname and a file; None where the user has thought better of it.

        Args:
            title: of the lesson, for the name of the file.
            nickname: the one that was given last.
        """
        window = self._panel.window()
        name, is_given = QInputDialog.getText(
            window,
            "Hand in",
            "Your nickname. The file holds it, your answers, and nothing else of you.",
            text=nickname,
        )
        if not is_given:
            return None
        bare = "".join(sign for sign in name if sign.isalnum() or sign in " -_").strip()
        dashed = "".join(sign if sign.isalnum() else "-" for sign in title.casefold())
        suggested = documents_folder() / f"{bare or 'me'}-{dashed}.json"
        place, _ = QFileDialog.getSaveFileName(
            window, "Hand in", str(suggested), "Handed in (*.json)"
        )
        return (name, Path(place)) if place else None

    def save(self, name: str, path: Path, file: LessonFile, guide: Guide, lab: Lab | None) -> str:
        """Write what was answered in a lesson to a file, with how `lab` is set up.

        Returns:
            The nickname as it is written there; empty where it cannot be one.
        """
        scenario = None
        if lab is not None:
            with suppress(BadInput):
                scenario = lab.scenario()
        try:
            handed = hand_in_of(name, file, guide, scenario)
        except BadInput as error:
            self._panel.show_problem(str(error))
            return ""
        said = f"Saved {shown_name(path)}: give it to your teacher."
        self._background.submit(
            functools.partial(save_hand_in, path, handed),
            lambda _: self._panel.show_remark(said),
            self._panel.show_problem,
            must_finish=True,
            saying=f"Saving {path.name}",
        )
        return handed.name
