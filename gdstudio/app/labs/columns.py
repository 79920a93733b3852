"""The three columns of a lab, and how they share the window with each other.

Where there is room they stand side by side: set up, watch, explain. With large text, or in a small
window, what is to be set up goes below what is to be watched; what is to be tried stays in sight.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QHBoxLayout,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from gdstudio.app.theme import current_theme
from gdstudio.app.widgets.card import Card
from gdstudio.app.widgets.scroll_area import ScrollArea

# At the usual size of text: what a column has where there is room, and how narrow it becomes.
SETUP, WATCH, EXPLAIN = (296, 268), (400, 330), (344, 330)
# Where there is more room than this, a column with what one comes for grows by this share of it, up
# to this width; `watch` has the rest.
_PLENTY, _GROWTH, _WIDEST_EXPLAIN = 1136, 0.5, 560
# Where nothing else is in sight.
_WIDEST_ALONE = 1440
# As two columns, before the lab scrolls sideways.
NARROW_WATCH, NARROW_EXPLAIN = (400, 230), (344, 290)
# In two columns, what of the setup peeps out below what is watched.
_PEEP = 56
_LOWEST_WATCH = 400
_MARGINS = (16, 16, 8, 8)
# How the names of the tabs of pages end.
PAGE_TAB = "_page_tab"
DIRECT = Qt.FindChildOption.FindDirectChildrenOnly
_GAP = 8


@dataclass(frozen=True)
class Shares:
    """How wide the columns are, in pixels; `setup` is None where it stands below `watch`."""

    setup: int | None
    watch: int
    explain: int


def share_out(width: int, scale: float, *, explain_grows: bool = False) -> Shares:
    """Return how wide the columns of a lab are that is `width` pixels wide, at this text scale.

    `watch` is the least that it has: it takes what is left over, half of it where `explain_grows`.
    """
    # Small text has edges and paddings of the usual size around it.
    growth = scale if scale >= 1 else 0.4 + 0.6 * scale
    room = (width - _MARGINS[0] - _MARGINS[2] - 2 * _GAP) / growth
    if room >= SETUP[1] + WATCH[1] + EXPLAIN[1]:
        setup, watch, explain = _between(room, SETUP, WATCH, EXPLAIN)
        if explain_grows:
            more = max(room - _PLENTY, 0.0) * _GROWTH
            explain = max(explain, min(explain + more, _WIDEST_EXPLAIN))
        return Shares(int(setup * growth), int(watch * growth), int(explain * growth))
    watch, explain = _between(room, NARROW_WATCH, NARROW_EXPLAIN)
    return Shares(None, int(watch * growth), int(explain * growth))


def _between(room: float, *columns: tuple[int, int]) -> list[float]:
    """Return a width for each of `columns` (usual, fewest): all give way by the same share."""
    usual, fewest = (sum(column[i] for column in columns) for i in (0, 1))
    share = min(max((room - fewest) / (usual - fewest), 0.0), 1.0)
    return [few + share * (many - few) for many, few in columns]


class Columns(QWidget):
    """The columns, each scrolling by itself where the window is low.

    Attributes:
        setup, watch, explain: the layouts to fill. What is put into `watch` is styled by whoever
            puts it there: pages out of sight are parts of their own.

    Signals:
        height_changed(int): the number of pixels of a column that are in sight.
    """

    height_changed = Signal(int)

    def __init__(
        self, head: QWidget, above: Sequence[QWidget], *, explain_grows: bool = False
    ) -> None:
        """Make empty columns; `head` heads them all, `above` stands above what is watched.

        Where `explain_grows`, it has its part of the room that is left over.
        """
        super().__init__()
        self._explain_grows = explain_grows
        self._head = head
        self._above = tuple(above)
        self._aside: tuple[QWidget, ...] = ()
        self._cards_aside: frozenset[Card] = frozenset()
        self._setup_content, self.setup = _content()
        self._setup_area = _Column(self._setup_content)
        self._explain_content, self.explain = _content()
        self._explain_area = _Column(self._explain_content)
        left_content, self._left = _content()
        self._left_area = _Column(left_content)
        self.setup.addWidget(head)
        self._middle = _Middle()
        self._middle_layout = middle = QVBoxLayout(self._middle)
        middle.setContentsMargins(0, 0, _GAP, 0)
        middle.setSpacing(_GAP)
        for widget in above:
            middle.addWidget(widget)
        self._watched = QWidget()
        self.watch = QVBoxLayout(self._watched)
        self.watch.setContentsMargins(0, 0, 0, 0)
        self.watch.setSpacing(_GAP)
        middle.addWidget(self._watched, 1)

        zones = QWidget()
        zones.setProperty("kind", "scrolled")
        self._row = QHBoxLayout(zones)
        self._row.setContentsMargins(*_MARGINS)
        self._row.setSpacing(_GAP)
        self._row.addWidget(self._setup_area)
        self._row.addWidget(self._middle, 1)
        self._row.addWidget(self._left_area, 1)
        self._row.addWidget(self._explain_area)
        self._row.addStretch(0)  # what stands alone stands at the left
        self._left_area.hide()
        self._is_stacked = False
        # Where even the narrowest columns do not fit, the lab scrolls.
        outer = QScrollArea()
        outer.setFrameShape(QFrame.Shape.NoFrame)
        outer.setWidgetResizable(True)
        outer.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        outer.setWidget(zones)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(outer)
        areas = (self._setup_area, self._left_area, self._explain_area)
        current_theme().style(
            *(area.verticalScrollBar() for area in areas),
            outer.horizontalScrollBar(),
            outer.verticalScrollBar(),
            head,
            *above,
            self._setup_content,
            self._explain_content,
        )
        # Arranged for the first time when it has its size: for another, all would be moved twice.
        current_theme().changed.connect(self._arrange_what_is_seen)

    def concentrate(self, on: Sequence[QWidget] | None) -> None:
        """Let what stands around the hero make room for it, unless it holds one of `on`.

        So do the cards beside one that holds some. Without `on` everything is in sight again.
        """
        cards = frozenset(() if on is None else self._beside(on))
        for card in self._cards_aside - cards:
            card.set_aside(False)
        for card in cards:
            card.set_aside(True)
        self._cards_aside = cards
        aside = () if on is None else tuple(self._giving_way(on))
        if aside != self._aside:
            self._aside = aside
            for part in (self._setup_content, self._above[0], self._explain_area):
                part.setHidden(part in aside)
            self._arrange_what_is_seen()

    def _giving_way(self, widgets: Sequence[QWidget]) -> Iterator[QWidget]:
        """Yield the parts that make room where a step is about `widgets`."""
        for part in (self._setup_content, self._above[0]):
            if not self._holds(part, widgets):
                yield part
        watched, explained = (
            self._holds(part, widgets) for part in (self._watched, self._explain_content)
        )
        # The hero stands in one of the two; it gives way only to what is lit in the other.
        if not explained and (watched or not self._explain_grows):
            yield self._explain_area
        if explained and not watched and self._explain_grows:
            yield self._middle

    def _beside(self, widgets: Sequence[QWidget]) -> Iterator[Card]:
        """Yield the cards that stand beside one with some of `widgets`, and have none in them."""
        if any(one.objectName().endswith(PAGE_TAB) for one in widgets):
            return  # then the step is about a whole page
        columns = [self._watched]
        if not self._explain_grows:  # else what is lit there belongs to the hero
            columns.append(self._explain_content)
        for one in widgets:
            card = _card_of(one)
            place = None if card is None else card.parentWidget()
            if place is None or not any(column.isAncestorOf(place) for column in columns):
                continue
            for other in place.findChildren(Card, options=DIRECT):
                if not any(other is each or other.isAncestorOf(each) for each in widgets):
                    yield other

    def _holds(self, part: QWidget, widgets: Sequence[QWidget]) -> bool:
        around = (part, self._head) if part is self._setup_content else (part,)
        return any(
            one is widget or one.isAncestorOf(widget) for widget in widgets for one in around
        )

    @Slot()
    def _arrange_what_is_seen(self) -> None:
        """Share the room out anew; out of sight that is done once it is seen."""
        if self.isVisible():
            self._arrange()

    def _arrange(self) -> None:
        theme = current_theme()
        shares = share_out(self.width(), theme.scale, explain_grows=self._explain_grows)
        self._stack(shares.setup is None)
        is_aside = self._setup_content in self._aside
        explain = shares.explain
        if shares.setup is not None:
            self._setup_area.setFixedWidth(shares.setup)
            self._setup_area.setHidden(is_aside)
            if is_aside:
                # Both have their part of the room, up to a comfortable width.
                widest = int(_WIDEST_EXPLAIN * theme.scale)
                part = 2 if self._explain_grows else 4
                explain = min(explain + shares.setup // part, max(widest, explain))
        is_alone = self._middle in self._aside and (is_aside or not self._is_stacked)
        self._middle.setHidden(is_alone)
        self._left_area.setVisible(self._is_stacked and not is_alone)
        if is_alone:
            room = self.width() - _MARGINS[0] - _MARGINS[2] - _GAP
            taken = 0 if is_aside else (shares.setup or 0) + _GAP
            explain = max(explain, min(room - taken, int(_WIDEST_ALONE * theme.scale)))
        self._explain_area.setFixedWidth(explain)
        self._middle.setMinimumWidth(0 if self._is_stacked else shares.watch)
        self._left_area.setMinimumWidth(shares.watch)
        visible = self.height() - _MARGINS[1] - _MARGINS[3] - self._head.sizeHint().height()
        # The column scrolls: what is watched need not be squeezed into what is left of the window.
        self._middle.setMinimumHeight(max(visible - theme.px(_PEEP), 0) if self._is_stacked else 0)
        lowest = theme.px(_LOWEST_WATCH)
        if is_aside:  # what is watched is all that the column is for: all of it is in sight
            lowest = min(lowest, max(self.height() - _MARGINS[1] - _MARGINS[3], 0))
        self._watched.setMinimumHeight(lowest if self._is_stacked else 0)
        self.height_changed.emit(self.height() - _MARGINS[1] - _MARGINS[3])

    def _stack(self, stacked: bool) -> None:
        """Put what is set up below what is watched, or beside it."""
        if stacked == self._is_stacked:
            return
        self._is_stacked = stacked
        focused = QApplication.focusWidget()  # it would be lost on the way
        if stacked:
            content = self._setup_area.takeWidget()
            self._left.addWidget(self._head)
            self._left.addWidget(self._middle)
            self._left.addWidget(content)
            content.setHidden(content in self._aside)
        else:
            self.setup.insertWidget(0, self._head)
            self._row.insertWidget(1, self._middle, 1)
            self._setup_area.setWidget(self._setup_content)
        self._middle_layout.setContentsMargins(0, 0, 0 if stacked else _GAP, 0)
        self._setup_area.setHidden(stacked)
        if focused is not None and self.isAncestorOf(focused):
            focused.setFocus()

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """Share the room out as the texts need that may have grown out of sight."""
        super().showEvent(event)
        self._arrange()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Share the room out anew."""
        super().resizeEvent(event)
        self._arrange()


def _card_of(widget: QWidget) -> Card | None:
    """Return the innermost card that `widget` is, or is in."""
    one: QWidget | None = widget
    while one is not None and not isinstance(one, Card):
        one = one.parentWidget()
    return one


def _content() -> tuple[QWidget, QVBoxLayout]:
    content = QWidget()
    content.setProperty("kind", "scrolled")
    layout = QVBoxLayout(content)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(_GAP)
    return content, layout


class _Middle(QWidget):
    """What is watched and what stands above it: as low as its rows of words are at its width."""

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Return the room for all of it; Qt asks for what words need where they are narrowest."""
        layout = self.layout()
        size = super().minimumSizeHint()
        if layout is None or not layout.hasHeightForWidth():
            return size
        return QSize(size.width(), layout.minimumHeightForWidth(max(self.width(), size.width())))

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Tell that another height is the least at another width."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.updateGeometry()


class _Column(ScrollArea):
    """A column; the gap at its right is where its scroll bar goes."""

    def __init__(self, content: QWidget) -> None:
        super().__init__(content)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
