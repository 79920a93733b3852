"""One card of a lab, as large as the window allows, for a class to see."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QEvent, QObject, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QApplication,
    QBoxLayout,
    QGridLayout,
    QHBoxLayout,
    QLayout,
    QVBoxLayout,
    QWidget,
)

from gdstudio.app.theme import current_theme
from gdstudio.app.widgets.card import Card
from gdstudio.app.widgets.controls.buttons import IconButton
from gdstudio.app.widgets.scroll_area import ScrollArea

# Texts and lines grow by the largest of these with which the card fills this share of the room.
_MAGNIFICATIONS = (1.0, 1.2, 1.4, 1.6)
_FILLED = 0.85
_MARGIN = 16
_ANY_SIZE = 16_777_215


@dataclass
class _Place:
    """Where a card was: a stand-in keeps its place in the layout."""

    card: Card
    stand_in: QWidget
    focused: QWidget | None
    most_height: int
    most_width: int


class EnlargedCard(QWidget):
    """Stands where the columns of a lab stand while it holds a card, and is hidden otherwise.

    Signals:
        changed(bool): a card has become large (true), or is back at its place.
    """

    changed = Signal(bool)

    def __init__(self, columns: QWidget) -> None:
        """Hold nothing; `columns` is hidden while a card is held."""
        super().__init__()
        self.setObjectName("enlarged_card")
        self._columns = columns
        self._place: _Place | None = None
        self._content = QWidget()
        self._content.setProperty("kind", "scrolled")
        self._card_layout = QVBoxLayout(self._content)
        self._card_layout.setContentsMargins(0, 0, 0, 0)
        self._area = ScrollArea(self._content)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.back_button = IconButton(
            "Back",
            name="enlarged_back_button",
            tooltip="Return the card to its place (Esc).",
        )
        self.back_button.clicked.connect(self.give_back)
        column = QVBoxLayout(self)
        column.setContentsMargins(_MARGIN, _MARGIN // 2, _MARGIN, _MARGIN // 2)
        column.setSpacing(_MARGIN // 2)
        row = QHBoxLayout()
        column.addLayout(row)
        row.addStretch(1)
        row.addWidget(self.back_button)
        column.addWidget(self._area, 1)
        current_theme().style(self)
        self.hide()

    @property
    def card(self) -> Card | None:
        """The card that is held, or None."""
        return None if self._place is None else self._place.card

    def holds(self, names: Sequence[str]) -> bool:
        """Return whether the card is, or has in it, something with one of these object names."""
        card = self.card
        return card is not None and any(
            card.objectName() == name or card.findChild(QWidget, name) is not None for name in names
        )

    def toggle(self) -> None:
        """Take the card of the columns with the focus, or the largest one; or give it back."""
        if self.card is not None:
            self.give_back()
            return
        seen = [card for card in self._columns.findChildren(Card) if card.isVisible()]
        focused = QApplication.focusWidget()
        around = [card for card in seen if focused is not None and card.isAncestorOf(focused)]
        largest = max(around or seen, key=lambda card: card.width() * card.height(), default=None)
        if largest is not None:
            self.take(largest)

    def take(self, card: Card) -> bool:
        """Hold `card` with all that is in it, which goes on living; return whether that works."""
        if card is self.card:
            return True
        self.give_back()
        parent = card.parentWidget()
        layout = None if parent is None else _layout_of(card, parent.layout())
        if layout is None or not card.isVisible():
            return False
        stand_in = QWidget()
        stand_in.setFixedHeight(card.height())
        place = _Place(
            card, stand_in, QApplication.focusWidget(), card.maximumHeight(), card.maximumWidth()
        )
        self._columns.hide()
        _exchange(layout, card, stand_in)
        card.setMaximumSize(_ANY_SIZE, _ANY_SIZE)
        self._card_layout.addWidget(card)
        card.set_enlarged(True)
        self._place = place
        self.changed.emit(True)
        self.show()
        card.show()
        self._magnify()
        card.installEventFilter(self)
        self.back_button.setFocus()
        return True

    @Slot()
    def give_back(self) -> None:
        """Put the card back where it was."""
        place, self._place = self._place, None
        if place is None:
            return
        place.card.removeEventFilter(self)
        place.card.set_enlarged(False)
        focused = QApplication.focusWidget()
        if focused is None or not place.card.isAncestorOf(focused):
            focused = place.focused
        is_hidden = place.card.isHidden()
        parent = place.stand_in.parentWidget()
        layout = None if parent is None else _layout_of(place.stand_in, parent.layout())
        self.hide()
        if layout is not None:
            self._card_layout.removeWidget(place.card)
            _exchange(layout, place.stand_in, place.card)
        place.stand_in.deleteLater()
        place.card.setMaximumSize(place.most_width, place.most_height)
        current_theme().magnify(1.0)
        self.changed.emit(False)
        place.card.setHidden(is_hidden)
        self._columns.show()
        if focused is not None and focused.isVisible():
            focused.setFocus()

    def _magnify(self) -> None:
        """Show texts as large as the card has room for."""
        need, room = self._content.minimumSizeHint(), self._columns.size()
        if self.card is not None:
            need = need.expandedTo(self.card.enlarged_size_hint())
        if self._card_layout.hasHeightForWidth():
            need.setHeight(self._card_layout.minimumHeightForWidth(room.width()))
        share = min(room.width() / max(need.width(), 1), room.height() / max(need.height(), 1))
        # The bar, which stays, and the margins grow, too.
        fits = [factor for factor in _MAGNIFICATIONS if factor <= _FILLED * share]
        current_theme().magnify(max(fits, default=1.0))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Hold no card that its lab hides, such as one of another page."""
        if self._place is not None and event.type() == QEvent.Type.HideToParent:
            self.give_back()
        return False

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Let Esc give the card back."""
        if event.key() == Qt.Key.Key_Escape and self._place is not None:
            self.give_back()
        else:
            super().keyPressEvent(event)


def _layout_of(widget: QWidget, layout: QLayout | None) -> QLayout | None:
    """Return the layout in `layout` that places `widget`; None if there is none that can."""
    if layout is None:
        return None
    if layout.indexOf(widget) >= 0:
        return layout if isinstance(layout, QBoxLayout | QGridLayout) else None
    for inner in layout.findChildren(QLayout):
        if inner.indexOf(widget) >= 0:
            return inner if isinstance(inner, QBoxLayout | QGridLayout) else None
    return None


def _exchange(layout: QLayout, old: QWidget, new: QWidget) -> None:
    """Put `new` where `old` is."""
    place = layout.indexOf(old)
    if isinstance(layout, QGridLayout):
        cell: Any = layout.getItemPosition(place)  # row, column, rows, columns
        layout.removeWidget(old)
        layout.addWidget(new, *cell)
    elif isinstance(layout, QBoxLayout):
        stretch = layout.stretch(place)
        layout.removeWidget(old)
        layout.insertWidget(place, new, stretch)
    if old.parentWidget() is not None:
        old.setParent(None)
