"""Handing in: a nickname and a place are asked for, and what was answered is written there."""

from contextlib import suppress
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QFileDialog, QInputDialog, QWidget

from gdstudio.app.guide.panel import GuidePanel
from gdstudio.app.labs.lab import Lab
from gdstudio.app.running.background import Background
from gdstudio.app.widgets.picture import png_bytes
from gdstudio.data.files import shown_name
from gdstudio.errors import BadInput
from gdstudio.folders import documents_folder
from gdstudio.lesson.guide import Guide
from gdstudio.lesson.hand_in import LARGEST_PICTURE, hand_in_of, save_hand_in, with_picture
from gdstudio.lesson.library import LessonFile

# In pixels: the longer side of a picture, the first with which it is small enough.
_SIDES = (480, 320, 200)


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
            "Your nickname. The file holds it, your answers, a small picture of what is in view, "
            "and nothing else of you.",
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
        hero = lab.findChild(QWidget, lab.hero) if lab is not None and lab.hero else None
        picture = QImage() if hero is None else hero.grab().toImage()
        self._background.submit(
            lambda: save_hand_in(path, with_picture(handed, small_png(picture))),
            lambda _: self._panel.show_remark(said),
            self._panel.show_problem,
            must_finish=True,
            saying=f"Saving {path.name}",
        )
        return handed.name


def small_png(picture: QImage) -> bytes:
    """Return a picture as a PNG that is small enough to be handed in; empty where there is none."""
    for side in _SIDES:
        if picture.isNull():
            break
        if max(picture.width(), picture.height()) > side:
            picture = picture.scaled(
                side,
                side,
                Qt.AspectRatioMode.KeepAspectRatio,
                Qt.TransformationMode.SmoothTransformation,
            )
        content = png_bytes(picture)
        if len(content) <= LARGEST_PICTURE:
            return content
    return b""
