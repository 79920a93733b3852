"""What every page that looks inside a network has."""

from collections.abc import Callable
from typing import Any, ClassVar, Literal, NamedTuple

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from gdstudio.app.running.background import Background
from gdstudio.app.running.latest_work import Ask
from gdstudio.engine.inspect.edits import Edit
from gdstudio.experiment.digits.network_moment import Moment

PageGroup = Literal["learn", "look inside", "judge"]


class PageKind(NamedTuple):
    """What there is to know of a page before it is made.

    Attributes:
        key: its name for programs; the tab is called ``{key}_page_tab``, the page ``{key}_page``.
        title, tooltip: its name on the tab, and a sentence about it.
        group: what one does there: learn, look inside or judge.
        load: returns its class: most of what starts is not looked into, so it is not imported.
    """

    key: str
    title: str
    tooltip: str
    group: PageGroup
    load: Callable[[], type["InsidePage"]]


class InsidePage(QWidget):
    """One page. It is shown a moment whenever there is a new one and the page is seen.

    Attributes:
        shows_learned: whether it shows what was learned, without the edits made by hand.
        worksheet_card: the card of a step that can be worked out on paper; None for most pages.
        background: one thread for what takes longer than a frame.
        ask: asks the run.
        column: the layout to fill.

    Signals:
        edits_changed(tuple): other edits of neurons are in force, as the user made them here.
        image_chosen(object, str, int): an image is to be looked at: picture, caption, class.
        neuron_chosen(int, int): a neuron or filter was clicked: its number, counted from 1, and
            that of its layer.
        class_said(int): the user says which digit was drawn.
    """

    edits_changed = Signal(tuple)
    image_chosen = Signal(object, str, int)
    neuron_chosen = Signal(int, int)
    class_said = Signal(int)

    shows_learned: ClassVar[bool] = False
    worksheet_card: Any = None

    def __init__(self, ask: Ask) -> None:
        super().__init__()
        self.ask = ask
        self._backgrounds: list[Background] = []
        self.background = self.add_background()
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(8)

    def show_moment(self, moment: Moment) -> None:
        """Show this moment: at most ten times a second, and within some milliseconds."""
        raise NotImplementedError

    def take_edits(self, edits: tuple[Edit, ...]) -> None:
        """Take over the edits that are in force, where the page says more of them than the bar."""

    def pose(self) -> Callable[[], bool]:
        """Show what is worth a picture; return what tells that it can be seen."""
        return lambda: self.is_settled

    @property
    def is_settled(self) -> bool:
        """Whether nothing of what it shows is still computed."""
        return not any(background.is_busy for background in self._backgrounds)

    def add_background(self) -> Background:
        """Return one more thread, for what need not wait for the others; the page closes it."""
        added = Background(self)
        self._backgrounds.append(added)
        return added

    def give_up(self) -> None:
        """Tell what runs in the background to end soon; nobody waits for it here."""
        for background in self._backgrounds:
            background.stop()

    def close_page(self) -> None:
        """Stop what runs in the background."""
        self.give_up()
        for background in self._backgrounds:
            background.close()

    # Qt's own.

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        """Return the height that texts need at the width there is, not at the narrowest."""
        size = super().minimumSizeHint()
        if self.hasHeightForWidth():
            needed = self.heightForWidth(max(self.width(), size.width()))
            size.setHeight(min(size.height(), needed))
        return size
