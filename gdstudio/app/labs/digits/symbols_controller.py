"""Where the user's own symbols are drawn, kept and learned: it owns the dialog and the file."""

import logging
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QFileDialog, QWidget

from gdstudio.app.running.background import Background
from gdstudio.app.running.latest_work import LatestWork
from gdstudio.data.catalogue import image_set, refresh
from gdstudio.data.dataset import ImageEntry
from gdstudio.data.files import shown_name
from gdstudio.data.own_symbols import Symbol, SymbolSet, picture_of, read_symbols
from gdstudio.errors import BadInput
from gdstudio.experiment.digits.symbols_editor import SymbolsEditor
from gdstudio.folders import documents_folder
from gdstudio.storage.symbol_file import kept_symbols, save_symbols

log = logging.getLogger(__name__)

SYMBOL_FILES = "Symbols (*.json);;All files (*)"
_NO_HOME = "There is no folder to keep your symbols in; export them to a file before you close."


class SymbolsController(QObject):
    """Opens the dialog, keeps what is drawn in it at every change, and hands it on to be learned.

    Attributes:
        dialog: None until it is first asked for.

    Signals:
        found(str): symbols are kept, and can be learned; the key of the data set.
        changed(str): other symbols are kept now than before, and can be learned; the key.
        train_wanted(str): a network is to learn the symbols; the key of the data set.
    """

    found = Signal(str)
    changed = Signal(str)
    train_wanted = Signal(str)

    def __init__(self, background: Background, parent: QWidget, path: Path | None) -> None:
        """Serve one lab; the symbols are kept at `path`, or nowhere without one."""
        super().__init__(parent)
        self.dialog: Any = None
        self._background = background
        self._reading = LatestWork(background, self._show)
        self._importing, self._keeping, self._learning = (
            LatestWork(background, self._complain) for _ in range(3)
        )
        self._parent = parent
        self._editor = SymbolsEditor()
        self._path = path
        # What is in the file, and what could be exported elsewhere.
        self._kept = SymbolSet()
        self._exported: tuple[Path, SymbolSet] | None = None
        # The data set that was found last.
        self._found: ImageEntry | None = None

    @Slot()
    def find(self) -> None:
        """Look for symbols that are kept and can be learned: whether there are any, or others."""
        path = self._path
        # What is just being kept is looked for afterwards.
        if path is not None and self._editor.symbols == self._kept:
            self._background.submit(
                lambda: _read(path) if path.is_file() else "", self._take_found, _note
            )

    @Slot()
    def open(self) -> None:
        """Open the dialog with the symbols that are kept."""
        if self.dialog is not None and self.dialog.isVisible():
            self.dialog.activateWindow()
        elif self._path is None:
            self._show(_NO_HOME)
        elif self._editor.symbols != self._kept:  # they could not be kept, or are just being so
            self._show()
        else:
            path = self._path

            def read() -> tuple[SymbolSet, str]:
                symbols, problem = kept_symbols(path)
                _make_pictures(symbols.symbols[:1])
                return symbols, problem

            self._reading.replace(read, lambda read: self._take_read(*read))

    def import_file(self, path: Path) -> None:
        """Add the symbols of a file to those that there are."""

        def read() -> SymbolSet:
            symbols = read_symbols(path)
            _make_pictures(symbols.symbols)
            return symbols

        self._importing.replace(read, lambda symbols: self._join(path, symbols))

    def export_file(self, path: Path) -> None:
        """Save the symbols to a file to be taken along."""
        symbols = self._editor.symbols

        def done(_: object) -> None:
            self._exported = (path, symbols)
            self.dialog.say(f"Exported to {shown_name(path)}.", "good")

        self._background.submit(
            lambda: save_symbols(path, symbols),
            done,
            self._complain,
            must_finish=True,
            saying=f"Saving {shown_name(path)}…",
        )

    def _take_read(self, symbols: SymbolSet, problem: str) -> None:
        self._kept = symbols
        if symbols != self._editor.symbols:
            self._editor.begin(symbols)
        self._show(problem)
        # Those that are not seen yet, meanwhile.
        self._background.submit(
            lambda: _make_pictures(symbols.symbols), lambda _: None, self._complain
        )

    def _show(self, problem: str = "") -> None:
        if self.dialog is None:
            # Nobody should wait for it who has not asked.
            from gdstudio.app.labs.digits.symbols_dialog import SymbolsDialog

            dialog = self.dialog = SymbolsDialog(self._editor, self._parent.window())
            dialog.changed.connect(self._keep)
            dialog.import_clicked.connect(self._ask_for_import)
            dialog.export_clicked.connect(self._ask_for_export)
            dialog.train_clicked.connect(self._train)
            dialog.finished.connect(self.find)
        self.dialog.show_symbols()
        self.dialog.say(problem, "problem")
        self.dialog.show()
        self.dialog.activateWindow()

    def _join(self, path: Path, symbols: SymbolSet) -> None:
        before = self._editor.symbols
        try:
            self._editor.join(symbols)
        except BadInput as problem:
            self._complain(str(problem))
            return
        self.dialog.show_symbols()
        added = _count(self._editor.symbols) - _count(before)
        drawings = "1 drawing" if added == 1 else f"{added:,} drawings"
        self.dialog.say(f"Added {drawings} from {shown_name(path)}.", "good")
        self._keep()

    @Slot()
    def _keep(self) -> None:
        """Write what is drawn, now; only the newest counts."""
        path, symbols = self._path, self._editor.symbols
        if path is not None:
            self._keeping.replace(
                lambda: save_symbols(path, symbols),
                lambda _: self._take_kept(symbols),
                must_finish=True,
            )

    def _take_found(self, key: str) -> None:
        if key:
            before, self._found = self._found, image_set(key)
            is_other = before is not None and before is not self._found
            (self.changed if is_other else self.found).emit(key)

    def _take_kept(self, symbols: SymbolSet) -> None:
        self._kept = symbols
        if not self.dialog.isVisible():
            self.find()

    @Slot()
    def _train(self) -> None:
        symbols = self._editor.symbols
        try:
            symbols.check()
        except BadInput as problem:
            self._complain(str(problem))
            return
        if self._path is None:
            self._learn_exported(symbols, _NO_HOME)
        else:
            # In the order of all that is kept: nothing is written any more while it is learned.
            path = self._path
            self._keeping.replace(
                lambda: save_symbols(path, symbols),
                lambda _: self._learn(path, symbols),
                failed=partial(self._learn_exported, symbols),
                must_finish=True,
            )

    def _learn(self, path: Path, symbols: SymbolSet) -> None:
        """Read the symbols in a file as a data set, and let them be learned."""
        if path == self._path:
            self._kept = symbols
        self._learning.replace(partial(_read, path), self._begin)

    def _learn_exported(self, symbols: SymbolSet, problem: str) -> None:
        """Let symbols be learned that could be exported at least; else say what the problem is."""
        if self._exported is not None and self._exported[1] == symbols:
            self._learn(self._exported[0], symbols)
        else:
            self._complain(problem)

    def _begin(self, key: str) -> None:
        if key == str(self._path):
            self._found = image_set(key)
        self.dialog.close()
        self.train_wanted.emit(key)

    @Slot()
    def _ask_for_import(self) -> None:
        name, _ = QFileDialog.getOpenFileName(self.dialog, "Import symbols", "", SYMBOL_FILES)
        if name:
            self.import_file(Path(name))

    @Slot()
    def _ask_for_export(self) -> None:
        if not self.dialog.take_typed():
            return
        name, _ = QFileDialog.getSaveFileName(
            self.dialog,
            "Export symbols",
            str(documents_folder() / "symbols.json"),
            SYMBOL_FILES,
        )
        if name:
            path = Path(name)
            self.export_file(path if path.suffix else path.with_suffix(".json"))

    def _complain(self, sentence: str) -> None:
        self.dialog.say(sentence, "problem")


def _read(path: Path) -> str:
    """Read the symbols at `path` as a data set, anew if they have changed; return its key."""
    refresh(str(path))
    return image_set(str(path)).card.key


def _make_pictures(symbols: Sequence[Symbol]) -> None:
    """Have the pictures of all drawings at hand, so that the window need not wait for them."""
    for symbol in symbols:
        for drawing in symbol.drawings:
            picture_of(drawing)


def _note(problem: str) -> None:
    """Note why the symbols that are kept are no data set; who opens them is told."""
    log.info("Symbols that are kept: %s", problem)


def _count(symbols: SymbolSet) -> int:
    return sum(len(symbol.drawings) for symbol in symbols.symbols)
