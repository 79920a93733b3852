"""Own symbols: the classes that one chooses, and a few drawings of each."""

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QDialog,
    QHBoxLayout,
    QLineEdit,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from gdstudio.app.theme import current_theme
from gdstudio.app.widgets.controls.buttons import IconButton
from gdstudio.app.widgets.flow_layout import FlowLayout
from gdstudio.app.widgets.labels import Role, literal_text, set_role, text_label
from gdstudio.app.widgets.pictures.drawing_canvas import DrawingCanvas
from gdstudio.app.widgets.pictures.image_tiles import ImageTiles
from gdstudio.app.widgets.scroll_area import ScrollArea
from gdstudio.data.own_symbols import Symbol, is_kept_back, picture_of, test_text
from gdstudio.errors import BadInput
from gdstudio.experiment.digits.symbols_editor import SymbolsEditor
from gdstudio.number_text import count_text
from gdstudio.visible_text import shortened

_SIZE, _EDGE, _CANVAS = QSize(800, 560), 48, 340
# What stands above and below the canvas takes this height.
_OTHERS = 210
# Letters of a name on a button.
_SHORT = 10
_INTRODUCTION = (
    "Name two classes or more, and draw each a few times, each time a little differently; eight "
    "of each are a good start. They are kept on this computer."
)


class SymbolsDialog(QDialog):
    """Draws symbols into a `SymbolsEditor`; it stays open while the lab is used.

    Signals:
        changed(): there are other symbols now, to be kept.
        import_clicked(), export_clicked(): the user wants to bring symbols from a file, or to take
            these along in one.
        train_clicked(): the user wants a network to learn these symbols.
    """

    changed = Signal()
    import_clicked = Signal()
    export_clicked = Signal()
    train_clicked = Signal()

    def __init__(self, editor: SymbolsEditor, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("symbols_dialog")
        self.setWindowTitle("Own symbols")
        self._editor = editor
        self._names: tuple[str, ...] = ()
        self._shown: Symbol | None = None
        self._is_entered = False
        outer = QVBoxLayout(self)
        outer.setContentsMargins(16, 16, 16, 16)
        outer.setSpacing(12)
        outer.addWidget(text_label(_INTRODUCTION, "muted", wrap=True))
        columns = QHBoxLayout()
        outer.addLayout(columns, 1)
        columns.setSpacing(16)
        self._add_paper(columns)
        self._add_classes(columns)
        self._message = text_label("", "muted", name="symbols_message", wrap=True)
        outer.addWidget(self._message)
        self._add_orders(outer)
        undo = QShortcut(QKeySequence(QKeySequence.StandardKey.Undo), self)
        undo.activated.connect(self.undo)
        current_theme().changed.connect(self._resize)
        self._resize()
        self.show_symbols()

    def say(self, sentence: str, role: Role = "muted") -> None:
        """Say what has been done, or what went wrong, until something else is done."""
        self._message.setText(sentence)
        set_role(self._message, role)

    def take_typed(self) -> bool:
        """Take names that are typed but not entered; return whether they can be used."""
        return self._rename() and (not self._class_edit.text().strip() or self.add_class())

    @Slot()
    def add_class(self) -> bool:
        """Add a class of the name that is typed, and let the user draw it; return if it worked."""
        if not self._do(lambda: self._editor.add_class(self._class_edit.text())):
            return False
        self._class_edit.clear()
        self.canvas.setFocus()
        return True

    @Slot()
    def add_drawing(self) -> None:
        """Keep what is on the canvas as a drawing of the chosen class, and clear it."""
        drawn = self.canvas.strokes()
        if self.take_typed() and self._do(lambda: self._editor.add_drawing(drawn)):
            self.canvas.set_strokes([])
            self._show_what_can_be_done()
            self.canvas.setFocus()

    @Slot()
    def undo(self) -> None:
        """Take the last stroke back, or else the last change of the symbols."""
        if not self.canvas.is_empty():
            self.canvas.undo()
        elif self._editor.can_undo:
            self._do(self._editor.undo)

    @Slot()
    def show_symbols(self) -> None:
        """Show the classes and the drawings as they are now."""
        editor = self._editor
        if editor.symbols.names != self._names:
            self._show_classes()
        for index, button in enumerate(self._group.buttons()):
            symbol = editor.symbols.symbols[index]
            count = count_text(len(symbol.drawings))
            button.setText(f"{symbol.name}  {count}".replace("&", "&&"))
            button.setAccessibleName(f"{symbol.name}: {_drawings_text(symbol)}")
            button.setChecked(index == editor.chosen)
        if editor.symbol is not self._shown or editor.symbol is None:
            self._show_chosen()
        self._show_what_can_be_done()

    def _do(self, change: Callable[[], object]) -> bool:
        """Make a change, whole or not at all, and say why where it cannot be made."""
        before = self._editor.symbols
        try:
            change()
        except BadInput as problem:
            self.say(str(problem), "problem")
            return False
        self.show_symbols()
        symbols = self._editor.symbols
        if symbols is not before:
            self.say(test_text(symbols) if any(one.drawings for one in symbols.symbols) else "")
            self.changed.emit()
        return True

    def _add_paper(self, columns: QHBoxLayout) -> None:
        self.canvas = DrawingCanvas(name="symbol_canvas")
        self.canvas.setAccessibleDescription("Draw a symbol with mouse, pen or finger.")
        self.canvas.setToolTip("Draw a symbol, then press Enter. Ctrl+Z takes a stroke back.")
        self.canvas.strokes_changed.connect(self._show_what_can_be_done)
        self._undo = IconButton(
            icon="undo",
            kind="quiet",
            name="symbol_undo_button",
            tooltip="Take the last stroke back, or else the last change (Ctrl+Z).",
            accessible="Undo",
        )
        self._undo.clicked.connect(self.undo)
        self._clear = IconButton(
            icon="clear",
            kind="quiet",
            name="symbol_clear_button",
            tooltip="Wipe the drawing away (Delete).",
            accessible="Clear",
        )
        self._clear.clicked.connect(self.canvas.clear)
        self._add = IconButton(
            "Add drawing",
            name="symbol_add_button",
            tooltip="Keep this as a drawing of the chosen class, and draw the next one (Enter).",
        )
        self._add.clicked.connect(self.add_drawing)
        column = QVBoxLayout()
        columns.addLayout(column)
        column.setSpacing(8)
        column.addWidget(self.canvas)
        buttons = QHBoxLayout()
        column.addLayout(buttons)
        buttons.setSpacing(8)
        buttons.addWidget(self._undo)
        buttons.addWidget(self._clear)
        buttons.addWidget(self._add, 1)
        column.addStretch(1)

    def _add_classes(self, columns: QHBoxLayout) -> None:
        self._class_edit = QLineEdit()
        self._class_edit.setObjectName("symbol_class_edit")
        self._class_edit.setPlaceholderText("A class, such as ♥, A or star")
        self._class_edit.setAccessibleName("Name of a new class")
        self._class_edit.setToolTip("The name of a class to add, of up to 24 letters.")
        self._class_edit.returnPressed.connect(self._on_entered)
        self._class_edit.returnPressed.connect(self.add_class)
        add = IconButton(
            "Add class", name="symbol_class_button", tooltip="Add a class of this name (Enter)."
        )
        add.clicked.connect(self.add_class)
        chips = QWidget()
        chips.setObjectName("symbol_classes")
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        chips.setSizePolicy(policy)
        self._flow = FlowLayout(chips, gap=6)
        self._group = QButtonGroup(self)
        self._group.idClicked.connect(self._choose)
        self._name_edit = QLineEdit()
        self._name_edit.setObjectName("symbol_name_edit")
        self._name_edit.setAccessibleName("Name of the chosen class")
        self._name_edit.setToolTip("The name of the chosen class; type another one to rename it.")
        self._name_edit.returnPressed.connect(self._on_entered)
        self._name_edit.editingFinished.connect(self._rename)
        self._count = text_label("", "value", name="symbol_count_label")
        self._remove = IconButton(
            "Remove class",
            kind="quiet",
            name="symbol_remove_button",
            tooltip="Remove the chosen class with its drawings; Undo brings it back.",
        )
        self._remove.clicked.connect(lambda: self._do(self._editor.remove_class))
        self._chosen = QWidget()
        chosen = QHBoxLayout(self._chosen)
        chosen.setContentsMargins(0, 0, 0, 0)
        chosen.setSpacing(8)
        chosen.addWidget(self._name_edit, 1)
        chosen.addWidget(self._count)
        chosen.addWidget(self._remove)
        self._tiles = ImageTiles(
            name="symbol_drawings", empty_text="Draw it at the left, and press Enter."
        )
        self._tiles.setAccessibleName("Drawings")
        self._tiles.clicked.connect(
            lambda number: self._do(lambda: self._editor.delete_drawing(number))
        )
        drawings = QWidget()
        drawings.setProperty("kind", "scrolled")
        inside = QVBoxLayout(drawings)
        inside.setContentsMargins(2, 2, 8, 2)
        inside.setSpacing(8)
        inside.addWidget(chips)
        inside.addWidget(self._chosen)
        inside.addWidget(self._tiles)
        self._hint = text_label("Click a drawing to delete it.", "small", name="symbol_hint_label")
        inside.addWidget(self._hint)
        inside.addStretch(1)
        scroll = ScrollArea(drawings)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        column = QVBoxLayout()
        columns.addLayout(column, 1)
        column.setSpacing(8)
        new = QHBoxLayout()
        column.addLayout(new)
        new.setSpacing(8)
        new.addWidget(self._class_edit, 1)
        new.addWidget(add)
        column.addWidget(scroll, 1)

    def _add_orders(self, outer: QVBoxLayout) -> None:
        row = QHBoxLayout()
        outer.addLayout(row)
        row.setSpacing(8)
        for text, name, tooltip, clicked in (
            ("Import…", "import", "Add the symbols of a file to these.", self.import_clicked),
            ("Export…", "export", "Save these symbols to a file of your own.", self.export_clicked),
        ):
            button = IconButton(text, kind="quiet", name=f"symbol_{name}_button", tooltip=tooltip)
            button.clicked.connect(clicked)
            row.addWidget(button)
        row.addStretch(1)
        close = IconButton("Close", name="close_symbols_button")
        close.clicked.connect(self.close)
        self._train = IconButton(
            "Train",
            kind="primary",
            name="symbol_train_button",
            tooltip="Let a new network learn these symbols.",
        )
        self._train.clicked.connect(self._on_train)
        row.addWidget(close)
        row.addWidget(self._train)

    def _show_classes(self) -> None:
        """Have a button for each class."""
        self._names = self._editor.symbols.names
        for button in self._group.buttons():
            self._group.removeButton(button)
            self._flow.removeWidget(button)
            button.hide()
            button.setObjectName("")  # another one may get the name before this is gone
            button.deleteLater()
        for index, name in enumerate(self._names):
            button = IconButton(kind="chip", name=f"symbol_class_{index}_button")
            button.setToolTip(literal_text(f"Draw {name}, and see the drawings of it."))
            button.setCheckable(True)
            self._group.addButton(button, index)
            self._flow.addWidget(button)
            button.show()

    def _show_chosen(self) -> None:
        """Show the drawings of the class that is chosen."""
        symbol = self._shown = self._editor.symbol
        self._chosen.setVisible(symbol is not None)
        self._tiles.setVisible(symbol is not None)
        self._hint.setVisible(symbol is not None and bool(symbol.drawings))
        if symbol is None:
            self.canvas.set_invitation("Name a class first")
            return
        self.canvas.set_invitation(f"Draw {symbol.name} here")
        if self._name_edit.text() != symbol.name:
            self._name_edit.setText(symbol.name)
        self._count.setText(_drawings_text(symbol))
        kept_back = [is_kept_back(number) for number in range(len(symbol.drawings))]
        self._tiles.set_tiles(
            [picture_of(drawing) for drawing in symbol.drawings],
            [("test" if kept else "", "") for kept in kept_back],
            [
                f"Drawing {number + 1}{', kept back for the test' if kept else ''}. Click to "
                "delete it; Undo brings it back."
                for number, kept in enumerate(kept_back)
            ],
        )

    @Slot()
    def _show_what_can_be_done(self) -> None:
        drawn = not self.canvas.is_empty()
        self._undo.setEnabled(drawn or self._editor.can_undo)
        self._clear.setEnabled(drawn)
        symbol = self._editor.symbol
        text = "Add drawing" if symbol is None else f"Add to {shortened(symbol.name, _SHORT)}"
        self._add.setText(text.replace("&", "&&"))

    @Slot(int)
    def _choose(self, index: int) -> None:
        if self._rename():
            self._editor.choose(index)
        self.show_symbols()
        self.canvas.setFocus()

    @Slot()
    def _rename(self) -> bool:
        symbol = self._editor.symbol
        if symbol is None or self._name_edit.text() == symbol.name:
            return True
        if self._do(lambda: self._editor.rename(self._name_edit.text())):
            return True
        self._name_edit.setText(symbol.name)
        return False

    @Slot()
    def _on_entered(self) -> None:
        """Know that Enter, which the dialog hears after the box, was meant for the box."""
        self._is_entered = True

    @Slot()
    def _on_train(self) -> None:
        if self.take_typed():
            self.train_clicked.emit()

    @Slot()
    def _resize(self) -> None:
        px = current_theme().px
        room = self.screen().availableSize() - QSize(_EDGE, _EDGE)
        wanted = QSize(px(_SIZE.width()), px(_SIZE.height())).boundedTo(room)
        side = min(px(_CANVAS), room.height() - px(_OTHERS), room.width() * 2 // 5)
        self.canvas.setFixedSize(side, side)
        self.resize(wanted)

    # Qt's own.

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """Let the user begin at once: with a name, or with a drawing."""
        super().showEvent(event)
        (self._class_edit if self._editor.symbol is None else self.canvas).setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Add the drawing on Enter; in a box, Enter ends typing."""
        if event.key() not in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            super().keyPressEvent(event)
        elif self._is_entered:
            self._is_entered = False
        else:
            self.add_drawing()


def _drawings_text(symbol: Symbol) -> str:
    count = len(symbol.drawings)
    return "1 drawing" if count == 1 else f"{count_text(count)} drawings"
