"""The text of a step: Markdown, with pictures beside the lesson and nothing from outside."""

import base64
from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QSize, Qt, QUrl, Signal, Slot
from PySide6.QtGui import QCursor, QDesktopServices, QImageReader
from PySide6.QtWidgets import QLabel, QToolTip

from gdstudio.app.theme import current_theme
from gdstudio.app.widgets.labels import literal_text
from gdstudio.app.widgets.picture import png_bytes
from gdstudio.data.files import read_bytes
from gdstudio.errors import BadInput
from gdstudio.lesson.glossary import Glossary, Term
from gdstudio.lesson.markup import linked_term, to_html, to_words
from gdstudio.lesson.picture_check import LARGEST_PICTURE, MOST_PIXELS

# In pixels: as wide as a picture is shown beside a lab.
PICTURE_WIDTH = 270


class StepText(QLabel):
    """Shows Markdown; only a click on a link to https opens anything, in the system's browser.

    The first time that a step uses a term of the glossary, it is a link, too, and pointing at it
    shows what it means.

    Signals:
        term_chosen(object): the link to this `Term` was followed, with the mouse or the keys.
    """

    term_chosen = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("guide_text")
        self.setProperty("role", "story")
        self.setTextFormat(Qt.TextFormat.RichText)
        self.setWordWrap(True)
        self.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.setOpenExternalLinks(False)
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
            | Qt.TextInteractionFlag.LinksAccessibleByMouse
            | Qt.TextInteractionFlag.LinksAccessibleByKeyboard
        )
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.linkActivated.connect(self._follow)
        self.linkHovered.connect(self._point_at)
        self._shown: tuple[str, Path | None, Glossary | None] = ("", None, None)
        self._html = ""
        current_theme().changed.connect(self._restyle)

    def show_markdown(
        self, markdown: str, folder: Path | None, glossary: Glossary | None = None
    ) -> None:
        """Show a text whose pictures lie in `folder`, with links to the terms of `glossary`."""
        if (markdown, folder, glossary) == self._shown:
            return
        self._shown = (markdown, folder, glossary)
        self._html = to_html(markdown, lambda place: _picture(folder, place), glossary)
        self._restyle()
        self.setAccessibleName(to_words(markdown))
        has_links = "<a " in self._html
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus if has_links else Qt.FocusPolicy.NoFocus)

    @Slot()
    def _restyle(self) -> None:
        """Show the text; its links to the glossary have the colour of the text around them."""
        ink = current_theme().palette.text
        style = f"<style>a.term {{ color: {ink}; text-decoration: underline; }}</style>"
        self.setText(f"{style}{self._html}" if self._html else "")

    def _term(self, target: str) -> Term | None:
        glossary = self._shown[2]
        return None if glossary is None else linked_term(target, glossary)

    @Slot(str)
    def _point_at(self, target: str) -> None:
        term = self._term(target)
        if term is None:
            QToolTip.hideText()
        else:
            QToolTip.showText(QCursor.pos(), literal_text(term.sentence), self)

    @Slot(str)
    def _follow(self, target: str) -> None:
        term = self._term(target)
        if term is not None:
            self.term_chosen.emit(term)
            return
        url = QUrl(target, QUrl.ParsingMode.StrictMode)
        if url.isValid() and url.scheme() == "https" and url.host():
            QDesktopServices.openUrl(url)


def _picture(folder: Path | None, place: str) -> tuple[str, int] | None:
    """Return a picture beside a lesson as data, no larger than it is shown, and its width."""
    if folder is None or not place:
        return None
    try:
        path = (folder / place).resolve()
        if not path.is_relative_to(folder.resolve()):
            return None
        content = read_bytes(path, size_limit=LARGEST_PICTURE)
    except (BadInput, OSError, ValueError):
        return None
    source = QBuffer()
    source.setData(QByteArray(content))
    source.open(QIODevice.OpenModeFlag.ReadOnly)
    reader = QImageReader(source)
    if bytes(reader.format().data()) not in (b"png", b"jpeg"):
        return None
    size = reader.size()
    if not 0 < size.width() * size.height() <= MOST_PIXELS:
        return None
    width = min(size.width(), PICTURE_WIDTH)
    reader.setScaledSize(size.scaled(QSize(2 * width, 4000), Qt.AspectRatioMode.KeepAspectRatio))
    image = reader.read()
    if image.isNull():
        return None
    data = base64.b64encode(png_bytes(image)).decode()
    return f"data:image/png;base64,{data}", width
