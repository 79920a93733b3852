"""A card: a titled panel that holds one thing to set, to watch or to try."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QMenu, QVBoxLayout, QWidget

from gdstudio.app.theme import current_theme
from gdstudio.app.widgets import export
from gdstudio.app.widgets.buttons import IconButton
from gdstudio.app.widgets.labels import ElidedLabel, text_label
from gdstudio.app.widgets.legend import Legend, LegendEntry


class Card(QFrame):
    """A panel with a bold title, a muted note, a slot at the right of its header, and a body.

    Attributes:
        body: the layout below the header.
    """

    def __init__(self, title: str, *, note: str = "", name: str = "") -> None:
        super().__init__()
        self.setObjectName(name)
        self.setProperty("kind", "card")
        self.setAccessibleName(title)
        self._title = text_label(title, "title")
        self._note = ElidedLabel(note, "muted")
        self._note.setVisible(bool(note))
        self._value: QLabel | None = None
        self._value_color = "positive"
        self._legend: Legend | None = None
        self._menu_button: IconButton | None = None

        self._header = QHBoxLayout()
        self._header.setSpacing(8)
        self._header.addWidget(self._title)
        self._header.addWidget(self._note, 1)
        self._header.addStretch(0)
        self.body = QVBoxLayout()
        self.body.setSpacing(8)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(16, 12, 16, 14)
        outer.setSpacing(8)
        outer.addLayout(self._header)
        outer.addLayout(self.body, 1)
        current_theme().changed.connect(self._restyle)

    def add(self, widget: QWidget, stretch: int = 0) -> None:
        """Put `widget` below what is there."""
        self.body.addWidget(widget, stretch)

    def set_title(self, title: str) -> None:
        """Show another title."""
        self._title.setText(title)
        self.setAccessibleName(title)

    def set_note(self, note: str) -> None:
        """Show another muted text beside the title; it gives way where there is no room."""
        self._note.setText(note)
        self._note.setVisible(bool(note))

    def add_header_widget(self, widget: QWidget) -> None:
        """Put `widget` at the right of the header."""
        before_menu = 1 if self._menu_button is not None else 0
        self._header.insertWidget(self._header.count() - before_menu, widget)

    def set_legend(self, entries: Sequence[LegendEntry]) -> None:
        """Show what the colours mean: (text, colour name, "line" | "dash" | "dot" | "band")."""
        if self._legend is None:
            self._legend = Legend()
            self.add_header_widget(self._legend)
        self._legend.set_entries(entries)

    def set_value(self, text: str, color: str = "positive", *, name: str = "") -> None:
        """Show a bold value at the right of the header, in the palette's colour `color`."""
        if self._value is None:
            self._value = text_label("", "value", name=name)
            self.add_header_widget(self._value)
        if name:
            self._value.setObjectName(name)
        self._value.setText(text)
        if color != self._value_color or not self._value.styleSheet():
            self._value_color = color
            self._restyle()

    def set_exports(
        self,
        picture: QWidget | None,
        table: Callable[[], export.Table] | None,
        *,
        file_name: str = "picture",
        button_name: str = "",
    ) -> None:
        """Offer to save `picture` (PNG, SVG) and what `table` returns (CSV) in a menu.

        `file_name` (without an ending) is suggested; `button_name` is the button's object name.
        """
        button = IconButton(
            icon="more",
            kind="quiet",
            name=button_name,
            tooltip="Save this as a picture or as data.",
            accessible=f"Save {self._title.text()}",
        )
        menu = QMenu(button)
        if picture is not None:
            menu.addAction(
                "Save picture (PNG, SVG)…",
                lambda: export.ask_and_save_picture(picture, file_name),
            )
        if table is not None:
            menu.addAction(
                "Save data (CSV)…", lambda: export.ask_and_save_table(table, file_name, self)
            )
        button.setMenu(menu)
        self._header.addWidget(button, 0, Qt.AlignmentFlag.AlignVCenter)
        self._menu_button = button

    @Slot()
    def _restyle(self) -> None:
        if self._value is not None:
            color = getattr(current_theme().palette, self._value_color)
            self._value.setStyleSheet(f"color: {color};")
