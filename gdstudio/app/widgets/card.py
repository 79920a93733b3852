"""A card: a titled panel that holds one thing to set, to watch or to try."""

from collections.abc import Callable, Sequence
from typing import Protocol, runtime_checkable

from PySide6.QtCore import QEvent, QSize, Qt, Slot
from PySide6.QtGui import QAction, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QMenu,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from gdstudio.app.style_sheet import GUTTER
from gdstudio.app.theme import current_theme
from gdstudio.app.widgets import export
from gdstudio.app.widgets.controls.buttons import IconButton
from gdstudio.app.widgets.labels import ElidedLabel, literal_text, text_label
from gdstudio.app.widgets.legend import Legend, LegendEntry
from gdstudio.app.widgets.picture import Caption

_SIDE, _TOP, _BOTTOM, _SPACING = 16, 12, 14, 8
_ANY_WIDTH = 10_000


@runtime_checkable
class Enlarger(Protocol):
    """What a card can be in that gives one of its cards the whole window."""

    def enlarge(self, card: "Card") -> None:
        """Give `card` the window, or take it back if it has it."""


class Card(QFrame):
    """A panel with a bold title, a muted note, a slot at the right of its header, and a body.

    Attributes:
        body: the layout below the header.
        is_enlarged: whether it has the whole window.
    """

    def __init__(self, title: str, *, note: str = "", name: str = "") -> None:
        super().__init__()
        self.setObjectName(name)
        self.setProperty("kind", "card")
        self.setAccessibleName(title)
        self.is_enlarged = False
        self._side = _SIDE
        self._is_aside, self._is_wanted = False, True
        self._title = ElidedLabel(title, "title")
        self._title.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        self._note = ElidedLabel(note, "muted")
        if not note:  # to show what is in nothing yet would open a window for a moment
            self._note.hide()
        self._value: QLabel | None = None
        self._value_color = "positive"
        self._legend: Legend | None = None
        self._menu_button: IconButton | None = None
        self._beside: list[QWidget] = []  # what was put at the right of the header, in order
        self._scrolling: QWidget | None = None
        self._below: list[QWidget] = []  # those of them for which there was no room

        outer = QVBoxLayout(self)
        outer.setContentsMargins(_SIDE, _TOP, _SIDE, _BOTTOM)
        outer.setSpacing(_SPACING)
        self._header = QHBoxLayout()
        outer.addLayout(self._header)
        self._header.setSpacing(_SPACING)
        self._header.addWidget(self._title)
        self._header.addWidget(self._note, 1)
        self._header.addStretch(0)
        self._second_row = QHBoxLayout()
        outer.addLayout(self._second_row)
        self._second_row.setSpacing(_SPACING)
        self._second_row.addStretch(1)
        self.body = QVBoxLayout()
        outer.addLayout(self.body, 1)
        self.body.setSpacing(_SPACING)
        current_theme().changed.connect(self._restyle)

    def be_part(self) -> None:
        """Stand inside another card, without a frame and in line with what else is in it."""
        outer = self.layout()
        assert outer is not None
        self.setProperty("kind", "part")
        self._side = 0
        outer.setContentsMargins(0, 0, 0, 0)

    def set_aside(self, aside: bool) -> None:
        """Make room for other cards, or be where one was: in sight as far as that is wanted."""
        if aside != self._is_aside:
            self._is_aside = aside
            super().setVisible(self._is_wanted and not aside)

    def add(self, widget: QWidget, stretch: int = 0) -> None:
        """Put `widget` below what is there."""
        self.body.addWidget(widget, stretch)

    def add_scrolling(self, widget: QWidget) -> None:
        """Put `widget` below all else, as high as can be; its scroll bar stands in the card's edge.

        So the widget, too wide by the room of the bar, ends where all else in the card ends.
        """
        outer = self.layout()
        assert isinstance(outer, QVBoxLayout)
        for inner in (self._header, self._second_row, self.body):
            inner.setContentsMargins(0, 0, GUTTER, 0)
        outer.setContentsMargins(_SIDE, _TOP, _SIDE - GUTTER, _BOTTOM)
        outer.setStretchFactor(self.body, 0)
        outer.addWidget(widget, 1)
        self._scrolling = widget

    def set_title(self, title: str) -> None:
        """Show another title."""
        self._title.setText(title)
        self.setAccessibleName(title)

    def set_note(self, note: str) -> None:
        """Show another muted text beside the title; it gives way where there is no room."""
        self._note.setText(note)
        self._arrange()

    def add_header_widget(self, widget: QWidget) -> None:
        """Put `widget` at the right of the header, or in a row below where that is too narrow."""
        before_menu = 1 if self._menu_button is not None else 0
        self._header.insertWidget(self._header.count() - before_menu, widget)
        self._beside.append(widget)

    def inner_width(self) -> int:
        """Return the pixels between the margins."""
        return self.contentsRect().width() - 2 * self._side

    def caption(self) -> Caption:
        """Return what the header says, for a picture."""
        return Caption(
            title=self._title.text(),
            note=self._note.text(),
            value="" if self._value is None else self._value.text(),
            value_color=self._value_color,
            legend=[] if self._legend is None else self._legend.entries(),
        )

    def set_legend(self, entries: Sequence[LegendEntry]) -> None:
        """Show what the colours mean: (text, colour name, "line" | "dash" | "dot" | "band")."""
        if self._legend is None:
            self._legend = Legend()
            self.add_header_widget(self._legend)
        self._legend.set_entries(entries)
        self._legend.setVisible(bool(entries))

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
            tooltip="Enlarge this, or save it as a picture or as data.",
            accessible=f"Enlarge or save {self._title.text()}",
        )
        menu = QMenu(button)
        enlarge = menu.addAction("Enlarge", self.enlarge)
        enlarge.setObjectName("enlarge_action")
        menu.aboutToShow.connect(lambda: self._name_enlarge(enlarge))
        menu.addSeparator()
        if picture is not None:
            menu.addAction(
                "Save picture (PNG, SVG)…",
                lambda: export.ask_and_save_picture(picture, file_name, self.caption()),
            )
        if table is not None:
            menu.addAction(
                "Save data (CSV)…", lambda: export.ask_and_save_table(table, file_name, self)
            )
        button.setMenu(menu)
        self._header.addWidget(button, 0, Qt.AlignmentFlag.AlignVCenter)
        self._menu_button = button

    @Slot()
    def enlarge(self) -> None:
        """Have the whole window, or be back at its place."""
        enlarger = self._enlarger()
        if enlarger is not None:
            enlarger.enlarge(self)

    def set_enlarged(self, on: bool) -> None:
        """Know whether it has the whole window: whoever gives it that says so."""
        self.is_enlarged = on

    def enlarged_size_hint(self) -> QSize:
        """Return the room, at the present size of text, that it has good use for when enlarged."""
        return self.minimumSizeHint()

    def _enlarger(self) -> Enlarger | None:
        parent = self.parentWidget()
        while parent is not None and not isinstance(parent, Enlarger):
            parent = parent.parentWidget()
        return parent

    def _name_enlarge(self, action: QAction) -> None:
        action.setVisible(self._enlarger() is not None)
        action.setText("Back to its place" if self.is_enlarged else "Enlarge")

    def _arrange(self) -> None:
        """Give title and value their room first, then the note, then what stands beside them."""
        room = self.inner_width()
        for widget in (self._title, self._note, *self._beside):
            widget.ensurePolished()  # the style sheet decides how wide a text is
        title = self._title.sizeHint().width()
        shown = [widget for widget in self._beside if not widget.isHidden()]
        movable = [widget for widget in shown if widget is not self._value]
        note = self._note.sizeHint().width() + _SPACING if self._note.text() else 0
        nothing: list[QWidget] = []
        legend: list[QWidget] = [widget for widget in movable if widget is self._legend]

        def room_beside(below: list[QWidget]) -> int:
            return room - title - self._taken([w for w in shown if w not in below])

        # What comes first is preferred: a note that is cut off says less than none.
        choices = ((nothing, note), (legend, note), (nothing, 0), (legend, 0))
        below = movable
        for choice, wanted in choices:
            if room_beside(choice) >= wanted:
                below, note = choice, wanted
                break
        else:
            note = note if room_beside(movable) >= note else 0
        self._put_below(below)
        if self._legend is not None:
            self._legend.set_room(room if self._legend in below else _ANY_WIDTH)
        if bool(note) == self._note.isHidden():
            self._note.setVisible(bool(note))
        hidden = "" if note else self._note.text()
        if self._title.text() and (
            hidden or self._title.toolTip() == literal_text(self._note.text())
        ):
            self._title.setToolTip(literal_text(hidden))

    def _put_below(self, below: list[QWidget]) -> None:
        if below == self._below:
            return
        before_menu = 1 if self._menu_button is not None else 0
        for widget in self._beside:
            if widget in self._below and widget not in below:
                self._second_row.removeWidget(widget)
            elif widget not in self._below:
                self._header.removeWidget(widget)
        for widget in self._beside:
            if widget not in below:
                self._header.insertWidget(self._header.count() - before_menu, widget)
            elif widget not in self._below:
                self._second_row.addWidget(widget)
        self._below = below

    def _taken(self, widgets: Sequence[QWidget]) -> int:
        """Return the room that `widgets` and the menu need at the right of the title."""
        menu = [] if self._menu_button is None else [self._menu_button]
        widths = [widget.sizeHint().width() + _SPACING for widget in (*widgets, *menu)]
        return sum(widths)

    @Slot()
    def _restyle(self) -> None:
        if self._value is not None:
            color = getattr(current_theme().palette, self._value_color)
            self._value.setStyleSheet(f"color: {color};")

    # Qt's own.

    def setVisible(self, visible: bool) -> None:  # noqa: N802
        """Be in sight or not; while it makes room for others, that waits."""
        self._is_wanted = visible
        super().setVisible(visible and not self._is_aside)

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        """Return the room of the body, and of a header that has given way as far as it can."""
        first = [self._value] if self._value is not None else []
        second = [w for w in self._beside if w is not self._legend and w is not self._value]
        header = self._title.minimumSizeHint().width() + self._taken(first)
        # A text that can end in … gives way, too.
        spare = sum(
            widget.sizeHint().width() - widget.minimumSizeHint().width()
            for widget in second
            if isinstance(widget, ElidedLabel)
        )
        width = max(header, self._taken(second) - spare, self.body.minimumSize().width())
        if self._scrolling is not None:
            width = max(width, self._scrolling.minimumSizeHint().width() - GUTTER)
        return QSize(width + 2 * self._side + 2, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Arrange the header anew."""
        super().resizeEvent(event)
        self._arrange()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Be enlarged by a double-click on the header."""
        header = self._header.geometry().united(self._second_row.geometry())
        if event.position().y() <= header.bottom() and event.button() == Qt.MouseButton.LeftButton:
            self.enlarge()
        else:
            super().mouseDoubleClickEvent(event)

    def event(self, event: QEvent) -> bool:
        """Arrange the header anew when something in it is of another size."""
        if event.type() == QEvent.Type.LayoutRequest:
            self._arrange()
        return super().event(event)
