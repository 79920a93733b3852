"""The text of a step: Markdown, with pictures beside the lesson and nothing from outside."""

import base64
from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QSize, Qt, QUrl, Slot
from PySide6.QtGui import QDesktopServices, QImageReader
from PySide6.QtWidgets import QLabel

from gdstudio.data.files import read_bytes
from gdstudio.errors import BadInput
from gdstudio.lesson.markup import to_html, to_words

_LARGEST_PICTURE = 4_000_000
_MOST_PIXELS = 20_000_000
# In pixels: as wide as a picture is shown beside a lab.
PICTURE_WIDTH = 270


class StepText(QLabel):
    """Shows Markdown; only a click on a link to https opens anything, in the system's browser."""

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
        self._shown: tuple[str, Path | None] = ("", None)

    def show_markdown(self, markdown: str, folder: Path | None) -> None:
        """Show a text whose pictures lie in `folder`."""
        if (markdown, folder) == self._shown:
            return
        self._shown = (markdown, folder)
        self.setText(to_html(markdown, lambda place: _picture(folder, place)))
        self.setAccessibleName(to_words(markdown))
        has_links = "<a href" in self.text()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus if has_links else Qt.FocusPolicy.NoFocus)

    @Slot(str)
    def _follow(self, target: str) -> None:
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
        content = read_bytes(path, size_limit=_LARGEST_PICTURE)
    except (BadInput, OSError, ValueError):
        return None
    source = QBuffer()
    source.setData(QByteArray(content))
    source.open(QIODevice.OpenModeFlag.ReadOnly)
    reader = QImageReader(source)
    if bytes(reader.format().data()) not in (b"png", b"jpeg"):
        return None
    size = reader.size()
    if not 0 < size.width() * size.height() <= _MOST_PIXELS:
        return None
    width = min(size.width(), PICTURE_WIDTH)
    reader.setScaledSize(size.scaled(QSize(2 * width, 4000), Qt.AspectRatioMode.KeepAspectRatio))
    image = reader.read()
    if image.isNull():
        return None
    target = QBuffer()
    target.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(target, b"PNG")
    data = base64.b64encode(bytes(target.data().data())).decode()
    return f"data:image/png;base64,{data}", width
