"""A user who does anything at all, and who can be repeated from a seed."""

import logging
import random
import sys
import threading
import time
import warnings
from contextlib import contextmanager

from PySide6.QtCore import (
    QCoreApplication,
    QEvent,
    QEventLoop,
    QPoint,
    QPointF,
    QTimer,
    QtMsgType,
    qInstallMessageHandler,
)
from PySide6.QtGui import QGuiApplication, QHelpEvent, Qt, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QDialog,
    QFileDialog,
    QLineEdit,
    QMenu,
    QMessageBox,
    QWidget,
)
from shiboken6 import isValid

from gdstudio.app.theme import current_theme

BUTTONS = (Qt.MouseButton.LeftButton,) * 8 + (
    Qt.MouseButton.RightButton,
    Qt.MouseButton.MiddleButton,
)
NONE = Qt.KeyboardModifier.NoModifier
CONTROL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
KEYS = [
    (getattr(Qt.Key, f"Key_{name}"), modifier)
    for name, modifier in [
        *((name, NONE) for name in (
            "Space", "Period", "R", "Return", "Escape", "Tab", "Backtab", "Left", "Right", "Up",
            "Down",
            "Home", "End", "PageUp", "PageDown", "Delete", "Backspace", "A", "L", "1", "9", "Minus",
            "F1", "F2", "F5", "F10", "Menu",
        )),
        *((name, CONTROL) for name in (
            "Z", "Y", "A", "C", "V", "X", "Plus", "Minus", "0", "S", "O",
        )),
        *((name, SHIFT) for name in ("Left", "Right", "Tab", "End")),
    ]
]  # fmt: skip
TEXTS = [
    "", "0", "1", "-1", "0.1", "3.5", "1e5", "1e-9", "1e308", "nan", "inf", "1,5", "−2",
    "20, 20", "8",
    "100", "5", "20,,20", "conv 4x5x5, pool 2, 10", "5000, 5000", "x^2", "x^4-3x^2+x", "sin(x)*x",
    "x^2+y^2", "(1-x)^2+100*(y-x^2)^2", "1/x", "ln(x)", "sqrt(x)", "x^", "tanh(x^40+x)",
    "abs(x)", "(-2)^x",
    "1-exp(-10*(x^2+y^2))", "<b>x</b>", "9" * 40, "é😄", "x" * 300, "\x1b[31m", "1e-300",
    "3000000000",
]  # fmt: skip
SIZES = [(1280, 720), (1366, 768), (1440, 900), (1920, 1080), (900, 560), (1000, 1400)]


class RandomUser:
    """Acts on a window, one random action at a time.

    Attributes:
        window: the main window.
        faults: what went wrong since the last action: exceptions, Qt's warnings, errors in the log.
        told: the actions so far, for people.
        slowest: the most time of the processor that an action took of the window's thread, and
            which it was.
    """

    def __init__(self, window, chance: random.Random, files, folder):
        """Act on `window`; dialogs answer with one of `files`, or save into `folder`."""
        self.window = window
        self.chance = chance
        self.faults: list[str] = []
        self.told: list[str] = []
        self.slowest = (0.0, "")
        self._files, self._folder = files, folder
        self._interloper = QTimer()
        self._interloper.setInterval(25)
        self._interloper.timeout.connect(self._answer_what_waits)
        self._saved = 0
        self._actions = [
            (self._click, 30),
            (self._press_key, 14),
            (self._type, 12),
            (self._drag, 10),
            (self._wheel, 6),
            (self._choose, 8),
            (self._slide, 6),
            (self._resize, 5),
            (self._drag_the_edge, 2),
            (self._scale, 2),
            (self._change_theme, 1),
            (self._change_lab, 5),
            (self._open_a_file, 5),
            (self._press_run, 4),
            (self._wait, 4),
            (self._draw, 3),
            (self._hover, 8),
        ]

    @contextmanager
    def watching(self, monkeypatch):
        """Note what goes wrong in here, and answer dialogs."""
        faults = self.faults
        before = sys.excepthook, threading.excepthook
        sys.excepthook = lambda kind, error, trace: faults.append(_traced(error))
        threading.excepthook = lambda args: faults.append(_traced(args.exc_value))

        def on_message(kind, context, text):
            # A platform without a screen says what it does not have.
            is_platform = text.startswith("This plugin does not support")
            if kind != QtMsgType.QtDebugMsg and not is_platform:
                faults.append(f"Qt says: {text}")

        handler = _Errors(faults)
        logging.getLogger("gdstudio").addHandler(handler)
        previous = qInstallMessageHandler(on_message)
        monkeypatch.setattr(QFileDialog, "getOpenFileName", self._opened_name)
        monkeypatch.setattr(QFileDialog, "getSaveFileName", self._saved_name)
        monkeypatch.setattr(QMessageBox, "warning", lambda *_: QMessageBox.StandardButton.Ok)
        self._interloper.start()
        try:
            with warnings.catch_warnings():
                # As the window is started; of all that can be typed, some overflows.
                warnings.filterwarnings("ignore", ".*encountered in", RuntimeWarning)
                yield
        finally:
            self._interloper.stop()
            qInstallMessageHandler(previous)
            logging.getLogger("gdstudio").removeHandler(handler)
            sys.excepthook, threading.excepthook = before

    def act(self) -> None:
        """Do something, and let the window follow."""
        actions, weights = zip(*self._actions, strict=True)
        action = self.chance.choices(actions, weights)[0]
        self.told.append(action.__name__)
        begun = time.thread_time()
        action()
        QApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 30)
        spent = time.thread_time() - begun
        if spent > self.slowest[0]:
            self.slowest = (spent, f"{len(self.told)}: {self.told[-1]}")

    def settle(self, seconds: float = 60.0) -> bool:
        """Pause all runs and wait until nothing is at work; return whether that came to be."""
        deadline = time.monotonic() + seconds
        self._dismiss()
        for lab in self.window.labs.values():
            if lab.runner.is_running:
                lab.runner.pause()
        while time.monotonic() < deadline:
            QApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 20)
            self._dismiss()
            if not any(
                lab.background.is_busy or lab.runner.is_running for lab in self.window.labs.values()
            ):
                QTest.qWait(100)
                return True
        return False

    # What can be done.

    def _click(self) -> None:
        widget = self._any()
        if widget is None:
            return
        place, button = self._place_in(widget), self.chance.choice(BUTTONS)
        self._tell(f"click {button.name} on {_name(widget)} at {place.toTuple()}")
        if self.chance.random() < 0.08:
            QTest.mouseDClick(widget, Qt.MouseButton.LeftButton, NONE, place)
            QTest.mouseRelease(widget, Qt.MouseButton.LeftButton, NONE, place)
        else:
            modifier = self.chance.choice((NONE, NONE, NONE, SHIFT, CONTROL))
            QTest.mouseClick(widget, button, modifier, place)

    def _press_key(self) -> None:
        key, modifier = self.chance.choice(KEYS)
        widget = QApplication.focusWidget() or self.window
        if self.chance.random() < 0.3:
            widget = self._any() or widget
            widget.setFocus()
        self._tell(f"key {key.name} {modifier.name} on {_name(widget)}")
        QTest.keyClick(widget, key, modifier)

    def _type(self) -> None:
        boxes = self._all(QLineEdit, QAbstractSpinBox)
        if not boxes:
            return
        box, text = self.chance.choice(boxes), self.chance.choice(TEXTS)
        edit = box.findChild(QLineEdit) if isinstance(box, QAbstractSpinBox) else box
        self._tell(f"type {text[:40]!r} into {_name(box)}")
        box.setFocus()
        if self.chance.random() < 0.85:
            edit.selectAll()
        if text.isascii() and text.isprintable() and self.chance.random() < 0.5:
            QTest.keyClicks(edit, text[:60])
        else:
            QGuiApplication.clipboard().setText(text)
            edit.paste()
        if self.chance.random() < 0.75:
            QTest.keyClick(edit, Qt.Key.Key_Return)

    def _drag(self) -> None:
        widget = self._any()
        if widget is None:
            return
        self._tell(f"drag over {_name(widget)}")
        QTest.mousePress(widget, Qt.MouseButton.LeftButton, NONE, self._place_in(widget))
        for _ in range(self.chance.randrange(1, 6)):
            if not _is_alive(widget) or not widget.isVisible():
                return
            place = self._place_in(widget)
            if self.chance.random() < 0.2:
                place += QPoint(self.chance.randrange(-300, 300), self.chance.randrange(-300, 300))
            QTest.mouseMove(widget, place)
            if self.chance.random() < 0.3:
                QApplication.processEvents()
        if _is_alive(widget):
            QTest.mouseRelease(widget, Qt.MouseButton.LeftButton, NONE, self._place_in(widget))

    def _wheel(self) -> None:
        widget = self._any()
        if widget is None:
            return
        place = QPointF(self._place_in(widget))
        turns = self.chance.choice((-120, 120, -1200, 1200, 15))
        self._tell(f"wheel {turns} over {_name(widget)}")
        for _ in range(self.chance.randrange(1, 5)):
            event = QWheelEvent(
                place, QPointF(widget.mapToGlobal(place.toPoint())), QPoint(), QPoint(0, turns),
                Qt.MouseButton.NoButton, self.chance.choice((NONE, NONE, CONTROL)),
                Qt.ScrollPhase.NoScrollPhase, False,
            )  # fmt: skip
            QCoreApplication.sendEvent(widget, event)

    def _choose(self) -> None:
        combos = [combo for combo in self._all(QComboBox) if combo.count()]
        if not combos:
            return
        combo = self.chance.choice(combos)
        index = self.chance.randrange(combo.count())
        self._tell(f"choose {index} of {_name(combo)}")
        if self.chance.random() < 0.7:
            combo.setCurrentIndex(index)
            combo.activated.emit(index)
        else:
            combo.showPopup()

    def _slide(self) -> None:
        sliders = self._all(QAbstractSlider)
        if not sliders:
            return
        slider = self.chance.choice(sliders)
        value = self.chance.randint(slider.minimum(), slider.maximum())
        self._tell(f"slide {_name(slider)} to {value}")
        slider.setValue(value)

    def _resize(self) -> None:
        size = self.chance.choice(SIZES)
        if self.chance.random() < 0.7:
            size = self.chance.randrange(900, 1921), self.chance.randrange(560, 1081)
        self._tell(f"resize to {size}")
        self.window.resize(*size)

    def _drag_the_edge(self) -> None:
        width, height = self.window.width(), self.window.height()
        by = self.chance.choice(((1, 0), (0, 1), (-1, 0), (0, -1), (3, 2)))
        steps = self.chance.randrange(5, 30)
        self._tell(f"drag the edge from {width}x{height} by {by}, {steps} times")
        for step in range(steps):
            self.window.resize(width + by[0] * step, height + by[1] * step)
            QApplication.processEvents()

    def _scale(self) -> None:
        theme = current_theme()
        change = self.chance.choice((theme.zoom_in, theme.zoom_out, theme.zoom_reset))
        self._tell(f"text {change.__name__}")
        change()

    def _change_theme(self) -> None:
        theme = self.chance.choice(("light", "dark", "system"))
        self._tell(f"theme {theme}")
        self.window.set_theme(theme)

    def _change_lab(self) -> None:
        key = self.chance.choice(list(self.window.labs))
        self._tell(f"lab {key}")
        self.window.show_lab(key)

    def _open_a_file(self) -> None:
        name = self.chance.choice(
            ("open_csv_button", "open_button", "open_picture_button", "save_button")
        )
        button = self.window.findChild(QAbstractButton, name)
        if button is None or not button.isVisible() or not button.isEnabled():
            return
        self._tell(f"click {name}")
        button.click()

    def _press_run(self) -> None:
        lab = self.window.current_lab
        name = self.chance.choice(("run_button", "run_button", "step_button", "reset_button"))
        self._tell(f"click {name} of {lab.key}")
        button = lab.findChild(QAbstractButton, name)
        if button is not None and button.isEnabled():
            button.click()

    def _wait(self) -> None:
        milliseconds = self.chance.choice((50, 150, 400))
        self._tell(f"wait {milliseconds} ms")
        QTest.qWait(milliseconds)

    def _draw(self) -> None:
        canvas = self.window.findChild(QWidget, "drawing_canvas")
        if canvas is None or not canvas.isVisible():
            return
        self._tell("draw")
        for _ in range(self.chance.randrange(1, 4)):
            QTest.mousePress(canvas, Qt.MouseButton.LeftButton, NONE, self._place_in(canvas))
            for _ in range(self.chance.randrange(0, 12)):
                QTest.mouseMove(canvas, self._place_in(canvas))
            QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, NONE, self._place_in(canvas))

    def _hover(self) -> None:
        """Move over something, and stay there until it explains itself."""
        widget = self._any()
        if widget is None:
            return
        self._tell(f"hover over {_name(widget)}")
        for _ in range(self.chance.randrange(1, 4)):
            place = self._place_in(widget)
            QTest.mouseMove(widget, place)
            if not isValid(widget):
                return  # what came meanwhile has put another one in its place
            help_event = QHelpEvent(QEvent.Type.ToolTip, place, widget.mapToGlobal(place))
            QCoreApplication.sendEvent(widget, help_event)
        if self.chance.random() < 0.3:
            QTest.qWait(60)

    # Where it is done.

    def _all(self, *kinds) -> list:
        """Return what can be seen and used of these kinds in the topmost window."""
        top = QApplication.activeModalWidget() or self.window
        return [
            widget
            for kind in kinds
            for widget in top.findChildren(kind)
            if widget.isVisible() and widget.isEnabled() and not widget.visibleRegion().isEmpty()
        ]

    def _any(self):
        kinds = self.chance.choices(
            (
                (QAbstractButton,),
                (QLineEdit, QAbstractSpinBox),
                (QComboBox,),
                (QAbstractSlider,),
                (QAbstractItemView,),
                (QWidget,),
            ),
            (8, 3, 2, 2, 2, 6),
        )[0]
        found = self._all(*kinds)
        return self.chance.choice(found) if found else None

    def _place_in(self, widget) -> QPoint:
        return QPoint(
            self.chance.randrange(max(widget.width(), 1)),
            self.chance.randrange(max(widget.height(), 1)),
        )

    def _answer_what_waits(self) -> None:
        """Close or use menus and dialogs, which may have an event loop of their own."""
        popup = QApplication.activePopupWidget()
        if popup is not None:
            actions = popup.actions() if isinstance(popup, QMenu) else []
            usable = [one for one in actions if one.isEnabled() and not one.isSeparator()]
            if usable and self.chance.random() < 0.5:
                chosen = self.chance.choice(usable)
                self._tell(f"menu: {chosen.text()}")
                popup.close()
                chosen.trigger()
            elif self.chance.random() < 0.5:
                QTest.keyClick(popup, Qt.Key.Key_Return)
            if QApplication.activePopupWidget() is popup:
                popup.close()
        elif self.chance.random() < 0.2:
            self._dismiss()

    def _dismiss(self) -> None:
        for widget in QApplication.topLevelWidgets():
            if isinstance(widget, QDialog) and widget.isVisible():
                self._tell(f"dismiss {_name(widget)}")
                widget.close()
        while (popup := QApplication.activePopupWidget()) is not None:
            popup.close()

    def _opened_name(self, *_, **__):
        path = self.chance.choice([*self._files, ""])
        self._tell(f"opening {path}")
        return str(path), ""

    def _saved_name(self, *_, **__):
        self._saved += 1
        ending = self.chance.choice((".png", ".svg", ".csv", ".pdf", ".safetensors", ""))
        path = self._folder / f"saved-{self._saved % 20}{ending}"
        return str(self.chance.choice((path, path, path, self._folder, ""))), "(*.png)"

    def _tell(self, what: str) -> None:
        if self.told:
            self.told[-1] += f"; {what}"


class _Errors(logging.Handler):
    """Notes what the app logs as a fault of its own."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__(logging.ERROR)
        self._faults = faults
        self.setFormatter(logging.Formatter())

    def emit(self, record: logging.LogRecord) -> None:
        self._faults.append(f"the log says: {self.format(record)}")


def _traced(error) -> str:
    import traceback

    return "".join(traceback.format_exception(error))


def _name(widget) -> str:
    return widget.objectName() or type(widget).__name__


def _is_alive(widget) -> bool:
    try:
        widget.objectName()
    except RuntimeError:
        return False
    return True
