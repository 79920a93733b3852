"""What a step is not about steps back: a veil over the lab, open where something is lit.

It is open over a notice, too: what has gone wrong is to be read.

The veil takes no mouse, no focus and no place in a layout. Where it is open, nothing lies over the
lab: what is lit is drawn as fast as without it.
"""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QRectF, Qt, QTimer, Slot
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPaintEvent, QPen, QRegion
from PySide6.QtWidgets import QAbstractButton, QAbstractScrollArea, QLabel, QWidget

from gdstudio.app.labs.columns import PAGE_TAB
from gdstudio.app.labs.lab import Lab
from gdstudio.app.theme import current_theme
from gdstudio.app.widgets.card import Card
from gdstudio.app.widgets.controls.field_row import FieldRow
from gdstudio.app.widgets.controls.parameter_slider import ParameterSlider
from gdstudio.app.widgets.controls.tab_strip import TabStrip
from gdstudio.app.widgets.painting import painted

# How much of what lies below is covered, of 255; more of it while a question is open, whose answer
# may stand there.
_COVER, _HIDE = 140, 252
# In high contrast what steps back can still be read well.
_COVER_IN_CONTRAST = 70
# What is higher than this is what its card is about: the whole card is lit.
_HIGH = 90
# A label is lit with its card, where that is no higher.
_LOW_CARD = 240
_GAP, _ROUND, _EDGE = 4, 8, 2
# A layout that is asked for in vain, as by each number that changes, moves nothing.
_MOVES = (QEvent.Type.Move, QEvent.Type.Resize, QEvent.Type.Show, QEvent.Type.Hide)


class Veil(QWidget):
    """Lies over one lab at a time."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("guide_veil")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAttribute(Qt.WidgetAttribute.WA_NoSystemBackground)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.hide()
        self._lab: Lab | None = None
        self._names: tuple[str, ...] = ()
        self._watched: list[QWidget] = []
        self._lit: list[QRect] = []
        self._notice = QRect()
        self._cover = _COVER
        self._reveals = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(0)
        self._timer.timeout.connect(self._place)
        current_theme().changed.connect(self._restyle)

    def light(self, lab: Lab, names: Sequence[str], *, hides: bool) -> None:
        """Let all of `lab` step back but what is called by one of `names`.

        With `hides` so far that it cannot be read.
        """
        if lab is not self._lab:
            self.lift()
        self._forget()
        self._lab, self._names = lab, tuple(names)
        self._cover = _HIDE if hides else _COVER
        self.setParent(lab)
        lab.installEventFilter(self)
        self._watched = [lab]
        self._reveals = True
        lab.columns.concentrate(self._targets())
        self._timer.start()

    def uncover(self) -> None:
        """Let what steps back be read again."""
        self._cover = _COVER
        self.update()

    def lift(self) -> None:
        """Let nothing step back any more."""
        if self._lab is not None:
            self._lab.columns.concentrate(None)
        self._forget()
        self.hide()

    def _forget(self) -> None:
        self._timer.stop()
        for one in self._watched:
            one.removeEventFilter(self)
        self._watched, self._lab, self._lit = [], None, []

    @property
    def names(self) -> tuple[str, ...]:
        """The names of what does not step back; none while nothing does."""
        return () if self._lab is None else self._names

    @property
    def lit(self) -> list[QRect]:
        """What is lit, in the pixels of the lab."""
        return self._lit

    def _targets(self) -> list[QWidget]:
        if self._lab is None:
            return []
        found = [self._lab.findChild(QWidget, name) for name in self._names]
        return [one for one in found if one is not None]

    @Slot()
    def _place(self) -> None:
        """Cover the lab as it is now."""
        lab = self._lab
        if lab is None:
            return
        if self._reveals:
            self._reveals = False
            # Where a step is about a tab, the user is asked to choose it.
            turns = not any(name.endswith(PAGE_TAB) for name in self._names)
            for target in reversed(self._targets()):
                if turns or target.isVisibleTo(lab):
                    lab.bring_into_sight(_whole(target))
        targets = _outermost([_whole(one) for one in self._targets()])
        self._watch([*targets, lab.notice])
        seen = [_seen(lab, one) for one in targets]
        lit = [rect for rect in seen if not rect.isEmpty()]
        self.setVisible(bool(lit))
        if not lit:
            self._lit = []
            return
        notice = _seen(lab, lab.notice)
        if (lit, notice) != (self._lit, self._notice) or self.size() != lab.size():
            self._lit, self._notice = lit, notice
            self.setGeometry(lab.rect())
            region = QRegion(lab.rect())
            for rect in (*lit, notice):
                region -= QRegion(rect)
            self.setMask(region)
            self.update()
        self.raise_()

    def _watch(self, targets: Sequence[QWidget]) -> None:
        """Look at whatever moves what is lit."""
        wanted: list[QWidget] = []
        for target in targets:
            one: QWidget | None = target
            while one is not None and one not in wanted:
                wanted.append(one)
                one = None if one is self._lab else one.parentWidget()
        if self._lab is not None and self._lab not in wanted:
            wanted.append(self._lab)
        for one in self._watched:
            if one not in wanted:
                one.removeEventFilter(self)
        for one in wanted:
            if one not in self._watched:
                one.installEventFilter(self)
        self._watched = wanted

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Follow what is lit; a tab that is chosen is painted anew."""
        if watched is self._lab and event.type() == QEvent.Type.Resize:
            self._reveals = True
        moves = event.type() in _MOVES or (event.type() == QEvent.Type.Paint and _is_tab(watched))
        if moves and not self._timer.isActive():
            self._timer.start()
        return False

    @Slot()
    def _restyle(self) -> None:
        self.update()

    @painted
    def paintEvent(self, event: QPaintEvent, painter: QPainter) -> None:  # noqa: N802 - Qt's name
        """Cover everything, and draw an edge around what is lit."""
        palette = current_theme().palette
        cover = QColor(palette.background)
        is_read = self._cover == _COVER and palette.is_high_contrast
        cover.setAlpha(_COVER_IN_CONTRAST if is_read else self._cover)
        painter.fillRect(event.rect(), cover)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(palette.positive), _EDGE))
        for rect in self._lit:
            path = QPainterPath()
            around = QRectF(rect).adjusted(-1, -1, 1, 1)
            path.addRoundedRect(around, _ROUND, _ROUND)
            painter.drawPath(path)


def _is_tab(thing: QObject) -> bool:
    return isinstance(thing.parent(), TabStrip)


def _outermost(targets: Sequence[QWidget]) -> list[QWidget]:
    """Return `targets` without the cards that are parts of another one: they are lit with it."""
    cards = [one for one in targets if isinstance(one, Card)]
    parts = [
        one for one in cards if any(other is not one and other.isAncestorOf(one) for other in cards)
    ]
    return [one for one in targets if one not in parts]


def _whole(target: QWidget) -> QWidget:
    """Return what is lit for a control: its row with its name, or the card that it fills.

    For a tab that is chosen it is its page, with the tabs.
    """
    strip = target.parentWidget()
    if isinstance(strip, TabStrip) and isinstance(target, QAbstractButton) and target.isChecked():
        return strip.parentWidget() or target
    one: QWidget | None = target
    while one is not None and not isinstance(one, Lab):
        if isinstance(one, FieldRow | ParameterSlider):
            return one
        if isinstance(one, Card):
            low = isinstance(target, QLabel) and one.height() <= current_theme().px(_LOW_CARD)
            return one if target.height() > _HIGH or low else target
        one = one.parentWidget()
    return target


def _seen(lab: Lab, target: QWidget) -> QRect:
    """Return the part of `target` that can be seen, in the pixels of the lab, a little larger."""
    if not target.isVisibleTo(lab):
        return QRect()
    rect = QRect(target.mapTo(lab, QPoint()), target.size()).adjusted(-_GAP, -_GAP, _GAP, _GAP)
    parent = target.parentWidget()
    while parent is not None and parent is not lab:
        if isinstance(parent.parentWidget(), QAbstractScrollArea):
            rect &= QRect(parent.mapTo(lab, QPoint()), parent.size())
        parent = parent.parentWidget()
    return rect & lab.rect()
