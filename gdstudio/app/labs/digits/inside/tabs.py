"""The middle of the Digits lab: the training, and the pages that look inside the network."""

from collections.abc import Callable
from typing import Any, TypeVar

from PySide6.QtCore import QSize, QTimer, Signal, Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from gdstudio.app.labs.digits.edits_bar import EditsBar
from gdstudio.app.labs.digits.inside.page import InsidePage, PageGroup, PageKind
from gdstudio.app.running.latest_work import Ask
from gdstudio.app.theme import current_theme
from gdstudio.app.widgets.controls.tab_strip import TabStrip
from gdstudio.app.widgets.page_stack import PageStack
from gdstudio.app.widgets.scroll_area import ScrollArea
from gdstudio.engine.inspect.edits import Edit
from gdstudio.experiment.digits.network_moment import Moment

TRAINING = "training"


# The pages, in the order of their tabs; each is entered by the function that loads it.
PAGES: list[PageKind] = []
LoadT = TypeVar("LoadT", bound=Callable[[], type[InsidePage]])


def _page(key: str, title: str, group: PageGroup, tooltip: str) -> Callable[[LoadT], LoadT]:
    """Enter a page that the decorated function loads."""

    def enter(load: LoadT) -> LoadT:
        PAGES.append(PageKind(key, title, tooltip, group, load))
        return load

    return enter


@_page("step", "Step", "learn", "The step that comes next, for every weight and bias.")
def _step() -> type[InsidePage]:
    from gdstudio.app.labs.digits.inside.step_page import StepPage

    return StepPage


@_page("network", "Network", "look inside", "Every neuron at work on what you drew; edit them.")
def _network() -> type[InsidePage]:
    from gdstudio.app.labs.digits.inside.network.network_page import NetworkPage

    return NetworkPage


@_page("neurons", "Neurons", "look inside", "What each neuron looks for.")
def _neurons() -> type[InsidePage]:
    from gdstudio.app.labs.digits.inside.neurons_page import NeuronsPage

    return NeuronsPage


@_page("example", "Example", "look inside", "Its loss, and backpropagation step by step.")
def _example() -> type[InsidePage]:
    from gdstudio.app.labs.digits.inside.example.example_page import ExamplePage

    return ExamplePage


@_page("gradient", "Gradient", "look inside", "All components of −∇C in order; nudge one.")
def _gradient() -> type[InsidePage]:
    from gdstudio.app.labs.digits.inside.gradient.gradient_page import GradientPage

    return GradientPage


@_page("mistakes", "Mistakes", "judge", "Which digits are confused, and the worst.")
def _mistakes() -> type[InsidePage]:
    from gdstudio.app.labs.digits.inside.mistakes_page import MistakesPage

    return MistakesPage


@_page("landscape", "Landscape", "judge", "A slice through the loss, and the path.")
def _landscape() -> type[InsidePage]:
    from gdstudio.app.labs.digits.inside.landscape.landscape_page import LandscapePage

    return LandscapePage


# Ten moments a second are as many as one can read.
MOMENT_MILLISECONDS = 100


class InsideTabs(QWidget):
    """A strip of tabs, and the page that is chosen.

    Attributes:
        kinds: the pages there are, in the order of their tabs.
        edits_bar: says on every page that neurons are edited.

    Signals:
        page_made(object): a page exists now, for the lab to connect what it needs.
        page_opened(): an inside page came into sight.
    """

    page_made = Signal(object)
    page_opened = Signal()

    def __init__(self, training: QWidget, ask: Ask, moment: Callable[[], Moment | None]) -> None:
        """Show `training` first; pages get what `moment` returns, and ask by `ask`."""
        super().__init__()
        self._ask = ask
        self._moment = moment
        self._pages: dict[str, InsidePage] = {}
        self._areas: dict[str, QWidget] = {TRAINING: training}
        self.strip = TabStrip(name="inside_tabs", accessible="What to look at")
        self.strip.add_tab(TRAINING, "Training", "Loss, accuracy, and the first neurons.")
        self.kinds = tuple(PAGES)
        group: PageGroup = "learn"
        for kind in self.kinds:
            if kind.group != group:
                group = kind.group
                self.strip.begin_group()
            self.strip.add_tab(kind.key, kind.title, kind.tooltip)
        self.strip.chosen.connect(self.show_page)
        self.edits_bar = EditsBar(name="edits_bar")
        self._edits: tuple[Edit, ...] = ()
        self._stack = PageStack()
        self._stack.addWidget(training)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.strip)
        column.addWidget(self.edits_bar)
        column.addWidget(self._stack, 1)
        # Each page is a part by itself: those that are not seen need no looks yet.
        current_theme().style(self.strip, training)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(MOMENT_MILLISECONDS)
        self._timer.timeout.connect(self._show_moment)
        self._is_stale = False

    @property
    def current(self) -> InsidePage | None:
        """The page that is chosen; None for the training."""
        for key, page in self._pages.items():
            if self._stack.currentWidget() is self._areas[key]:
                return page
        return None

    def page(self, key: str) -> Any:
        """Return a page, made now if it was not yet."""
        if key not in self._pages:
            kind = next(kind for kind in self.kinds if kind.key == key)
            page = kind.load()(self._ask)
            page.setObjectName(f"{key}_page")
            self._pages[key] = page
            area = ScrollArea(page)
            # Its arrow keys scroll it, where nothing on it has the focus.
            area.setObjectName(f"{key}_page_area")
            area.setAccessibleName(kind.title)
            self._areas[key] = area
            self._stack.addWidget(area)
            current_theme().style(area)
            page.take_edits(self._edits)
            self.page_made.emit(page)
        return self._pages[key]

    @Slot(str)
    def show_page(self, key: str) -> None:
        """Bring a page into sight."""
        if key != TRAINING:
            self.page(key)
        current_theme().prepare(self._areas[key])
        self._stack.setCurrentWidget(self._areas[key])
        self._show_edits()
        if key != TRAINING:
            self._is_stale = True
            self._show_moment()
            self.page_opened.emit()

    @property
    def is_settled(self) -> bool:
        """Whether the page that is chosen shows the newest moment, and all that it computes."""
        page = self.current
        return page is None or (page.is_settled and not (self._is_stale and self._moment()))

    def turn_to(self, widget: QWidget) -> None:
        """Choose the page that `widget` is on, if it is on one."""
        for key, area in self._areas.items():
            if area.isAncestorOf(widget) and self._stack.currentWidget() is not area:
                self.strip.choose(key)

    def show_edits(self, edits: tuple[Edit, ...]) -> None:
        """Say which edits are in force, and tell the page that makes them."""
        self._edits = edits
        self._show_edits()
        for page in self._pages.values():
            page.take_edits(edits)

    def _show_edits(self) -> None:
        page = self.current
        is_learned = page is None or page.shows_learned
        remark = ", not in what is trained" if is_learned else ""
        self.edits_bar.show_edits(len(self._edits), remark)

    @Slot()
    def refresh(self) -> None:
        """Show the page in sight what is new, not too often."""
        self._is_stale = True
        if not self._timer.isActive():
            self._show_moment()

    @Slot()
    def _show_moment(self) -> None:
        page, moment = self.current, self._moment()
        if page is not None and moment is not None and self._is_stale:
            self._is_stale = False
            page.show_moment(moment)
            self._timer.start()

    def hasHeightForWidth(self) -> bool:  # noqa: N802 - Qt's name
        """Return that the strip flows."""
        return True

    def heightForWidth(self, width: int) -> int:  # noqa: N802 - Qt's name
        """Return the least height: what is more goes to the page by its stretch."""
        layout = self.layout()
        assert layout is not None
        return layout.minimumHeightForWidth(width)

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Return a size that leaves the height to `heightForWidth`."""
        return QSize(super().minimumSizeHint().width(), self._stack.minimumSizeHint().height())

    def give_up(self) -> None:
        """Tell what runs in the background to end soon; nobody waits for it here."""
        for page in self._pages.values():
            page.give_up()

    def close_pages(self) -> None:
        """Stop what runs in the background."""
        self._timer.stop()
        self.give_up()
        for page in self._pages.values():
            page.close_page()
