"""What a class has handed in, as a table: read beside the window, and saved for a spreadsheet."""

import functools
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QSize, Qt, Slot
from PySide6.QtGui import QIcon, QImage, QImageReader, QPixmap
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from gdstudio.app.running.background import Background
from gdstudio.app.theme import current_theme
from gdstudio.app.widgets.controls.buttons import IconButton
from gdstudio.app.widgets.labels import set_role, text_label
from gdstudio.data.files import shown_name
from gdstudio.lesson.class_table import HEADERS, Row, collect, summary, table_cells, to_csv
from gdstudio.storage.atomic_file import replacing
from gdstudio.visible_text import visible

_SIZE = (900, 480)
# Of the small pictures beside the names, at the usual size of text.
_THUMB = (96, 64)


class ClassDialog(QDialog):
    """A table of the files in one folder; closing it before it is read gives the reading up.

    Beside a name stands the picture that was handed in; Enter or a double-click shows it larger.
    """

    def __init__(self, folder: Path, background: Background, parent: QWidget) -> None:
        """Begin to read `folder` in the background."""
        super().__init__(parent)
        self.setObjectName("class_dialog")
        self.setWindowTitle("What the class has handed in")
        self.resize(*_SIZE)
        self._background = background
        self._rows: Sequence[Row] = ()
        self._images: Sequence[QImage] = ()
        self._said = text_label(f"Reading {shown_name(folder)}…", name="class_label", wrap=True)
        self.table = QTableWidget(0, len(HEADERS))
        self.table.setObjectName("class_table")
        self.table.setAccessibleName("What the class has handed in")
        self.table.setHorizontalHeaderLabels(list(HEADERS))
        self.table.verticalHeader().hide()
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.setTabKeyNavigation(False)
        self.table.setWordWrap(True)
        theme = current_theme()
        self.table.setIconSize(QSize(*(theme.px(side) for side in _THUMB)))
        self.table.itemActivated.connect(self._show_picture)
        self._save = IconButton(
            "Save as CSV…",
            name="class_save_button",
            tooltip="Save the table for a spreadsheet, with every answer.",
        )
        self._save.setEnabled(False)
        self._save.clicked.connect(self._ask_and_save)
        close = IconButton("Close", name="class_close_button", tooltip="Close the table (Esc).")
        close.clicked.connect(self.reject)
        column = QVBoxLayout(self)
        column.addWidget(self._said)
        column.addWidget(self.table, 1)
        buttons = QHBoxLayout()
        column.addLayout(buttons)
        buttons.addStretch(1)
        buttons.addWidget(self._save)
        buttons.addWidget(close)
        self._job = background.submit(functools.partial(_read, folder), self._show, self._fail)

    def _show(self, found: tuple[Sequence[Row], Sequence[QImage]]) -> None:
        rows, images = found
        self._job, self._rows, self._images = None, rows, images
        self.table.setRowCount(len(rows))
        for place, row in enumerate(rows):
            for column, text in enumerate(table_cells(row)):
                item = QTableWidgetItem(visible(text))
                self.table.setItem(place, column, item)
                if column == 0 and not images[place].isNull():
                    item.setIcon(QIcon(QPixmap.fromImage(images[place])))
                    item.setToolTip("The picture that was handed in; Enter shows it larger.")
        self.table.resizeColumnsToContents()
        header = self.table.horizontalHeader()
        header.setSectionResizeMode(len(HEADERS) - 1, QHeaderView.ResizeMode.Stretch)
        self.table.resizeRowsToContents()
        self._said.setText(summary(rows))
        self._save.setEnabled(True)

    @Slot(QTableWidgetItem)
    def _show_picture(self, item: QTableWidgetItem) -> None:
        """Show the picture of a row as large as it was handed in."""
        image = self._images[item.row()]
        if image.isNull():
            return
        name = visible(self._rows[item.row()].name)
        dialog = QDialog(self)
        dialog.setObjectName("class_picture_dialog")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setWindowTitle(name)
        picture = QLabel()
        picture.setObjectName("class_picture")
        picture.setPixmap(QPixmap.fromImage(image))
        picture.setAccessibleName(f"What {name} had in view")
        close = IconButton("Close", name="class_picture_close", tooltip="Close the picture (Esc).")
        close.clicked.connect(dialog.reject)
        column = QVBoxLayout(dialog)
        column.addWidget(picture)
        column.addWidget(close, 0, Qt.AlignmentFlag.AlignRight)
        dialog.open()

    def _fail(self, sentence: str) -> None:
        self._job = None
        set_role(self._said, "problem")
        self._said.setText(sentence)

    @Slot()
    def _ask_and_save(self) -> None:
        place, _ = QFileDialog.getSaveFileName(self, "Save as CSV", "class.csv", "Tables (*.csv)")
        if not place:
            return
        path, said = Path(place), self._said.text()
        self._background.submit(
            functools.partial(_write, path, self._rows),
            lambda _: self._said.setText(f"Saved {shown_name(path)}. {said}"),
            self._fail,
            must_finish=True,
            saying=f"Saving {path.name}",
        )

    def done(self, result: int) -> None:
        """Give up what is still being read."""
        if self._job is not None:
            self._background.drop(self._job)
            self._job = None
        super().done(result)


def _read(folder: Path) -> tuple[list[Row], list[QImage]]:
    """Return the rows of a folder and their pictures, null ones where there are none."""
    rows = collect(folder)
    return rows, [_image(row) for row in rows]


def _image(row: Row) -> QImage:
    """Return the picture of a row, whose bounds are checked; what cannot be shown is named."""
    if not row.picture:
        return QImage()
    buffer = QBuffer()
    buffer.setData(QByteArray(row.picture))
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    image = QImageReader(buffer, QByteArray(b"png")).read()
    if image.isNull():
        row.warnings.append("Its picture is left out: it is damaged, or no plain PNG.")
    return image


def ask_and_show_class(background: Background, parent: QWidget) -> ClassDialog | None:
    """Ask for the folder with the files of a class, and show the table; None if none is named."""
    folder = QFileDialog.getExistingDirectory(parent, "The folder with what was handed in")
    if not folder:
        return None
    before = parent.findChild(ClassDialog)
    if before is not None:
        before.reject()
        before.deleteLater()
    dialog = ClassDialog(Path(folder), background, parent)
    dialog.open()
    return dialog


def _write(path: Path, rows: Sequence[Row]) -> None:
    # A spreadsheet takes the mark at the beginning for UTF-8.
    with replacing(path) as temporary:
        temporary.write_text(to_csv(rows), encoding="utf-8-sig")
