"""Saving what one sees: a widget as a picture (PNG, SVG), numbers as a table (CSV).

A file appears whole or not at all: it is written beside its place and then moved into it.
"""

import csv
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import QSize
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from gdstudio.app.widgets.labels import literal_text
from gdstudio.app.widgets.picture import (
    Caption,
    paint_caption,
    paint_picture,
    picture_size,
    png_bytes,
    widget_place,
)
from gdstudio.data.files import shown_name
from gdstudio.errors import BadInput
from gdstudio.folders import documents_folder
from gdstudio.storage.atomic_file import replacing

Table = tuple[Sequence[str], Iterable[Sequence[Any]]]

NO_CAPTION = Caption()
_PIXELS_PER_POINT = 2


def save_picture(widget: QWidget, path: str | Path, caption: Caption = NO_CAPTION) -> None:
    """Save what `widget` shows below its `caption`, by the ending of `path`.

    A PNG has twice the pixels of the screen; an SVG has outlines.

    Raises:
        BadInput: for another ending, or when the file cannot be written; an old file survives.
    """
    path = Path(path)
    ending = path.suffix.lower()
    if ending not in (".png", ".svg"):
        raise BadInput(f"“{shown_name(path)}” must end in .png or .svg.")
    size = picture_size(widget, caption)
    if ending == ".png":
        content = _png(size, widget, caption)
    else:
        # Only those who save an SVG pay for this import.
        from gdstudio.app.widgets.svg_picture import svg_picture

        title = caption.title or widget.accessibleName() or path.stem
        content = svg_picture(
            size,
            title,
            lambda painter: paint_caption(painter, widget, caption),
            widget,
            widget_place(widget, caption),
        )
    write_whole(path, content)


def save_table(headers: Sequence[str], rows: Iterable[Sequence[Any]], path: str | Path) -> None:
    """Save numbers as CSV (UTF-8, comma, a header row).

    Raises:
        BadInput: when the file cannot be written; an old file survives.
    """
    with (
        replacing(Path(path)) as temporary,
        temporary.open("w", encoding="utf-8", newline="") as file,
    ):
        writer = csv.writer(file)
        writer.writerow(headers)
        writer.writerows(rows)


def write_whole(path: str | Path, content: bytes) -> None:
    """Write `content` to `path`, whole or not at all.

    Raises:
        BadInput: when the file cannot be written; an old file survives.
    """
    with replacing(Path(path)) as temporary:
        temporary.write_bytes(content)


def ask_and_save_picture(widget: QWidget, suggested: str, caption: Caption = NO_CAPTION) -> None:
    """Ask where to, then save what `widget` shows; a failure is said in a message box."""
    kinds = "PNG picture (*.png);;SVG picture (*.svg)"
    path = _ask(widget, "Save picture", f"{suggested}.png", kinds)
    if path:
        _save_or_say(widget, lambda: save_picture(widget, path, caption))


def ask_and_save_table(table: Callable[[], Table], suggested: str, parent: QWidget) -> None:
    """Ask where to, then save what `table` returns; a failure is said in a message box."""
    path = _ask(parent, "Save data", f"{suggested}.csv", "Table (*.csv)")
    if path:
        _save_or_say(parent, lambda: save_table(*table(), path))


def _png(size: QSize, widget: QWidget, caption: Caption) -> bytes:
    image = QImage(size * _PIXELS_PER_POINT, QImage.Format.Format_ARGB32_Premultiplied)
    image.setDevicePixelRatio(_PIXELS_PER_POINT)
    painter = QPainter(image)
    try:
        paint_picture(painter, widget, caption)
    finally:
        # A painter that outlives its device takes the app with it.
        painter.end()
    return png_bytes(image)


def _ask(parent: QWidget, title: str, suggested: str, kinds: str) -> str:
    path, kind = QFileDialog.getSaveFileName(
        parent.window(), title, str(documents_folder() / suggested), kinds
    )
    if path and not Path(path).suffix:
        path += kind[kind.index("*") + 1 : kind.index(")")]
    return path


def _save_or_say(parent: QWidget, save: Callable[[], None]) -> None:
    try:
        save()
    except BadInput as problem:
        QMessageBox.warning(parent.window(), "Not saved", literal_text(str(problem)))
