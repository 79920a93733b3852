"""What of a training run is looked at: now or an earlier moment, as it is or with edits."""

from collections.abc import Callable
from typing import Any

import numpy as np
from PySide6.QtCore import QObject, Signal, Slot

from gdstudio.app.labs.digits_reading import DigitsReading
from gdstudio.app.labs.inside.moment import Moment
from gdstudio.app.labs.inside.page import InsidePage
from gdstudio.app.labs.inside.tabs import InsideTabs
from gdstudio.app.number_format import count_text
from gdstudio.app.run_loop import State
from gdstudio.app.runner import Runner
from gdstudio.app.widgets.time_strip import TimeStrip
from gdstudio.engine.edits import Edit
from gdstudio.engine.objective import FloatArray
from gdstudio.experiment.digits_moment import Visit
from gdstudio.experiment.digits_snapshot import DigitsSnapshot


class DigitsInside(QObject):
    """Owns the tabs and the time strip of the Digits lab, and feeds the pages.

    Attributes:
        tabs: the training and the pages inside the network.
        strip: the time machine's slider.

    Signals:
        seen_changed(): another moment is looked at.
        branched(int): the run goes on from an earlier moment, after so many steps.
    """

    seen_changed = Signal()
    branched = Signal(int)

    def __init__(
        self,
        training: Any,
        reading: DigitsReading,
        runner: Runner,
        dataset: Callable[[], str],
        show_one: Callable[[], None],
    ) -> None:
        """Serve one lab; `dataset` tells its data set, `show_one` puts a test image on paper."""
        super().__init__(reading)
        self._reading = reading
        self._runner = runner
        self._dataset = dataset
        self._show_one = show_one
        self._visit: Visit | None = None
        self._asked: int | None = None
        self._edits: tuple[Edit, ...] = ()
        self.tabs = InsideTabs(training, self._ask, self._moment)
        self.tabs.page_made.connect(self._connect_page)
        self.tabs.page_opened.connect(self._fill_canvas)
        self.strip = TimeStrip()
        self.strip.visited.connect(self._go_back)
        self.strip.returned.connect(self._return)
        self.strip.branch_clicked.connect(self._branch)
        reading.answered.connect(self.tabs.refresh)

    def begin_run(self) -> None:
        """Forget the moment that belonged to the run before."""
        self._visit = None
        self.strip.return_to_now()

    def show_snapshot(self, snapshot: DigitsSnapshot) -> None:
        """Offer the moments that are kept by now."""
        self.strip.set_steps(snapshot.kept)

    def parameters(self, snapshot: DigitsSnapshot) -> FloatArray:
        """Return θ of the moment that is looked at: that of `snapshot`, or an earlier one."""
        seen = snapshot.parameters if self._visit is None else self._visit.parameters
        # On its way from the training process it has become writeable; a large θ is never copied.
        seen.flags.writeable = False
        return seen

    @property
    def visited_step(self) -> int | None:
        """After how many steps the moment is that is looked at; None for now."""
        return None if self._visit is None else self._visit.iteration

    def close(self) -> None:
        """Stop what runs in the background."""
        self.tabs.close_pages()

    def _moment(self) -> Moment | None:
        answerer = self._reading.answerer
        if answerer is None:
            return None
        latest = self._runner.latest
        snapshot = None if latest is None else latest.snapshot
        step = None
        source = "the app’s reader"
        if not self._reading.asks_shipped and snapshot is not None:
            step = snapshot.iteration if self._visit is None else self._visit.iteration
            source = f"this network at step {count_text(step)}"
            if self._visit is None and latest is not None and latest.state is State.DIVERGED:
                # Its θ is the last that was put aside, up to some hundred steps before.
                source = "this network, as it was before the cost exploded"
        return Moment(
            settings=answerer.settings,
            network=answerer.network,
            parameters=answerer.parameters,
            unedited=answerer.learned,
            picture=self._reading.picture,
            wanted=self._reading.wanted,
            dataset=self._dataset(),
            source=source,
            step=step,
            is_now=step is not None and self._visit is None,
            running=self._runner.is_running and step is not None and self._visit is None,
        )

    def _ask(self, name: str, *arguments: Any, then: Callable[[Any], None]) -> None:
        """Ask the run; the shipped reader has none."""
        if name == "path" and self._reading.asks_shipped:
            then((np.zeros(0, np.int64), np.zeros((0, 0), np.float32)))
        else:
            self._runner.ask(name, *arguments, then=then)

    @Slot(object)
    def _connect_page(self, page: InsidePage) -> None:
        if hasattr(page, "edits_changed"):
            page.edits_changed.connect(self._take_edits)
        if hasattr(page, "image_chosen"):
            page.image_chosen.connect(self._take_image)

    @Slot()
    def _fill_canvas(self) -> None:
        """Give a page something to look at."""
        if self._reading.picture is None:
            self._show_one()

    @Slot(object)
    def _take_edits(self, edits: tuple[Edit, ...]) -> None:
        self._edits = edits
        self._reading.edit(edits)

    @Slot(object, str, int)
    def _take_image(self, image: Any, caption: str, label: int) -> None:
        self._reading.show_picture(image, caption, wanted=label)

    @Slot(int)
    def _go_back(self, step: int) -> None:
        self._reading.ask_own()
        if self._asked is None:
            self._asked = step
            self._runner.ask("visit", step, then=self._arrive)

    def _arrive(self, visit: Visit | None) -> None:
        """Show the moment; if the slider has moved on meanwhile, ask for the next."""
        asked, self._asked = self._asked, None
        wanted = self.strip.shown
        if wanted is None or visit is None:
            return
        self._visit = visit
        self.seen_changed.emit()
        if wanted != asked:
            self._go_back(wanted)

    @Slot()
    def _return(self) -> None:
        if self._visit is not None:
            self._visit = None
            self.seen_changed.emit()

    @Slot()
    def _branch(self) -> None:
        if self._visit is not None:
            step = self._visit.iteration
            self._visit = None
            self._runner.branch(step)
            self.strip.return_to_now()
            self.branched.emit(step)
