"""The parts of the window are given their look one by one, those that can be seen first.

One style sheet for the whole application is slow to change: Qt then styles every widget once for
each widget that holds it, some 2,000 widgets a dozen times each. So each part of the window (a
column of a lab, a page, a dialog) has the sheet for itself, and a part out of sight gets a new one
while nothing else happens, or at the latest when it comes into sight.
"""

import weakref
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QWidget
from shiboken6 import getCppPointer, isValid

# How long the window is left alone before the next part that is out of sight.
_PAUSE_MILLISECONDS = 30


class _Part(QObject):
    """One part; it lives as long as its widget."""

    def __init__(self, widget: QWidget, refresh: Callable[["_Part"], None]) -> None:
        super().__init__(widget)
        self.is_new = self.is_stale = True
        self.waiting: list[_Listener] = []  # to be called once it has its new look
        self._refresh = refresh
        widget.installEventFilter(self)

    @property
    def widget(self) -> QWidget:
        """The widget with all that is in it."""
        widget = self.parent()
        assert isinstance(widget, QWidget)
        return widget

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Get the new look before being seen."""
        if self.is_stale and event.type() == QEvent.Type.Show:
            self._refresh(self)
        return False


class _Listener:
    """A method of an object that may die."""

    def __init__(self, slot: Any) -> None:
        self._owner = weakref.ref(slot.__self__)
        # Qt's own methods are not Python's: they are found again by their name.
        self._function = getattr(slot, "__func__", None)
        self._name = slot.__name__

    def owner(self) -> Any:
        """Return whose method it is; None when that is gone."""
        owner = self._owner()
        return owner if owner is not None and isValid(owner) else None

    def call(self) -> None:
        """Call the method."""
        owner = self.owner()
        if owner is None:
            return
        if self._function is None:
            getattr(owner, self._name)()
        else:
            self._function(owner)


class StyledParts:
    """All parts there are, and who listens to changes of the look.

    Who listens from within a part is called once that part has its new look: only then is it known
    how wide its texts are.
    """

    def __init__(self, sheet: Callable[[], str]) -> None:
        """Have no parts yet; `sheet` returns the style sheet in force."""
        self._sheet = sheet
        self._parts: dict[int, weakref.ref[_Part]] = {}
        self._listeners: list[_Listener] = []
        self._most_listeners = 1000
        self._timer = QTimer()
        self._timer.setSingleShot(True)
        self._timer.setInterval(_PAUSE_MILLISECONDS)
        self._timer.timeout.connect(self._refresh_one)

    def add(self, widget: QWidget) -> None:
        """Make `widget` a part: it and all in it have the look from now on."""
        if self._part(widget) is not None:
            return
        part = _Part(widget, self._refresh)
        self._parts[_address(widget)] = weakref.ref(part)
        if widget.isVisible():
            self._refresh(part)
        else:
            self._timer.start()

    def connect(self, slot: Callable[[], Any]) -> None:
        """Call `slot`, a method of an object, after each change as long as that object lives."""
        self._listeners.append(_Listener(slot))
        if len(self._listeners) > self._most_listeners:
            self._forget_the_dead()
            self._most_listeners = 2 * len(self._listeners)

    def prepare(self, widget: QWidget) -> None:
        """Give all in `widget` its look that will be seen when `widget` is shown."""
        for part in self._alive():
            inside = part.widget is widget or widget.isAncestorOf(part.widget)
            if part.is_stale and inside and part.widget.isVisibleTo(widget):
                self._refresh(part)

    def change(self) -> None:
        """Give what can be seen its new look, and the rest later."""
        parts = self._alive()
        for part in parts:
            part.is_stale = True
        for part in parts:
            if part.is_stale and part.widget.isVisible():
                self._refresh(part)
        self._forget_the_dead()
        stale: dict[int, _Part | None] = {}
        for listener in tuple(self._listeners):
            part_of = self._stale_part_around(listener.owner(), stale)
            if part_of is None:
                listener.call()
            elif listener not in part_of.waiting:
                part_of.waiting.append(listener)
        self._timer.start()

    def _refresh(self, part: _Part) -> None:
        part.is_stale = False
        part.widget.setStyleSheet(self._sheet())
        waiting, part.waiting = part.waiting, []
        if part.is_new:
            # They have never seen their own look: it came after they were made.
            part.is_new = False
            inside = [one for one in self._listeners if _is_inside(part.widget, one.owner())]
            waiting += [one for one in inside if one not in waiting]
        for listener in waiting:
            listener.call()

    def _refresh_one(self) -> None:
        stale = [part for part in self._alive() if part.is_stale]
        if stale:
            self._refresh(stale[0])
        if len(stale) > 1:
            self._timer.start()

    def _forget_the_dead(self) -> None:
        self._listeners = [one for one in self._listeners if one.owner() is not None]

    def _alive(self) -> list[_Part]:
        """Return the parts whose widgets still exist."""
        found = []
        for key, reference in list(self._parts.items()):
            part = reference()
            if part is not None and isValid(part):
                found.append(part)
            else:
                del self._parts[key]
        return found

    def _part(self, widget: QObject) -> _Part | None:
        reference = self._parts.get(_address(widget))
        part = None if reference is None else reference()
        return part if part is not None and isValid(part) else None

    def _stale_part_around(self, thing: Any, known: dict[int, _Part | None]) -> _Part | None:
        """Return a stale part that `thing` belongs to, or None; `known` are answers so far."""
        if not isinstance(thing, QObject):
            return None
        address = _address(thing)
        if address not in known:
            part = self._part(thing)
            is_stale = part is not None and part.is_stale
            known[address] = part if is_stale else self._stale_part_around(thing.parent(), known)
        return known[address]


def _is_inside(widget: QWidget, thing: Any) -> bool:
    """Return whether `thing` is, or belongs to, `widget` or what it holds."""
    while isinstance(thing, QObject) and not isinstance(thing, QWidget):
        thing = thing.parent()
    return isinstance(thing, QWidget) and (thing is widget or widget.isAncestorOf(thing))


def _address(thing: QObject) -> int:
    """Return what tells one object of Qt's from another; Python may have several words for one."""
    address: int = getCppPointer(thing)[0]
    return address
