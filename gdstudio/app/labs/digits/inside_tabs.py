"""What of a training run is looked at: now or an earlier moment, as it is or with edits."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QObject, Signal, Slot

from gdstudio.app.labs.digits.edits_bar import edits_text
from gdstudio.app.labs.digits.inside.page import InsidePage
from gdstudio.app.labs.digits.inside.tabs import InsideTabs
from gdstudio.app.labs.digits.reading import DigitsReading
from gdstudio.app.running.latest_work import LatestQuestion
from gdstudio.app.running.runner import Runner
from gdstudio.app.widgets.controls.time_strip import TimeStrip
from gdstudio.engine.inspect.edits import Edit
from gdstudio.engine.objective import FloatArray
from gdstudio.experiment.digits.canvas_example import Origin
from gdstudio.experiment.digits.moment import Visit
from gdstudio.experiment.digits.network_moment import Moment
from gdstudio.experiment.digits.questions import MomentAt
from gdstudio.experiment.digits.snapshot import DigitsSnapshot
from gdstudio.experiment.run_update import State
from gdstudio.number_text import count_text


@dataclass(frozen=True)
class SeenNetwork:
    """Which moment of the run a network is of.

    Attributes:
        step: the steps made.
        dataset: the key of the data set that it learns from.
        is_now: whether it is the newest moment, and not an earlier one.
        exploded: whether its loss exploded; then θ is the last that was put aside, up to some
            hundred steps before.
    """

    step: int
    dataset: str
    is_now: bool
    exploded: bool


class DigitsInside(QObject):
    """Owns the tabs, the time strip and the edits of the Digits lab, and feeds the pages.

    Edits belong to the network that they were made on: another start, another preset or an opened
    file is another network, and they go with the one before.

    Attributes:
        tabs: the training and the pages inside the network.
        strip: the time machine's slider.
        edits: what is changed by hand in the network, in the order it was made.

    Signals:
        seen_changed(): another moment is looked at.
        branched(int): the run goes on from an earlier moment: its number of steps.
        neuron_chosen(int, int): a neuron was clicked on a page: its number, and its layer's.
    """

    seen_changed = Signal()
    branched = Signal(int)
    neuron_chosen = Signal(int, int)

    def __init__(
        self,
        training: Any,
        reading: DigitsReading,
        runner: Runner,
        show_one: Callable[[], None],
    ) -> None:
        """Serve one lab; `show_one` puts a test image on paper."""
        super().__init__(reading)
        self._reading = reading
        self._runner = runner
        self._show_one = show_one
        self._visit: Visit | None = None
        self._moments = LatestQuestion(runner.ask)
        self._run = 0  # whose network the edits were made on
        self._taught: int | None = None  # a run that goes on with the same network, taught
        self.edits: tuple[Edit, ...] = ()
        self.tabs = InsideTabs(training, runner.ask, self._moment)
        self.tabs.page_made.connect(self._connect_page)
        self.tabs.page_opened.connect(self._fill_canvas)
        self.tabs.edits_bar.undo_clicked.connect(self.undo_edit)
        self.strip = TimeStrip()
        self.strip.visited.connect(self._go_back)
        self.strip.returned.connect(self._return)
        self.strip.branch_clicked.connect(self._branch)
        reading.answered.connect(self.tabs.refresh)
        reading.undo_edit_clicked.connect(self.undo_edit)

    def keep_network(self) -> None:
        """Let the start that was asked for last be one of the same network: its edits stay."""
        self._taught = self._runner.generation

    def begin_run(self, run: int) -> None:
        """Forget the moment that belonged to the start before, and the edits of another network."""
        self._visit = None
        self._moments.drop()
        self.strip.return_to_now()
        if run not in (self._run, self._taught):
            self._take_edits(())
        self._run = run

    def show_snapshot(self, snapshot: DigitsSnapshot) -> None:
        """Offer the moments that are kept by now."""
        self.strip.set_steps(snapshot.kept)

    def parameters(self, snapshot: DigitsSnapshot) -> FloatArray:
        """Return θ of the moment that is looked at: that of `snapshot`, or an earlier one."""
        seen = snapshot.parameters if self._visit is None else self._visit.parameters
        # On its way from the training process it has become writeable; a large θ is never copied.
        seen.flags.writeable = False
        return seen

    def seen(self, snapshot: DigitsSnapshot) -> SeenNetwork:
        """Return which moment that is: what `snapshot` is about, or an earlier one."""
        latest = self._runner.latest
        is_now = self._visit is None
        return SeenNetwork(
            step=snapshot.iteration if self._visit is None else self._visit.iteration,
            dataset=snapshot.settings.data.dataset,
            is_now=is_now,
            exploded=is_now and latest is not None and latest.state is State.DIVERGED,
        )

    @property
    def visited_step(self) -> int | None:
        """After how many steps the moment is that is looked at; None for now."""
        return None if self._visit is None else self._visit.iteration

    def close(self) -> None:
        """Stop what runs in the background."""
        self.tabs.close_pages()

    @Slot()
    def undo_edit(self) -> None:
        """Take the last edit back."""
        self._take_edits(self.edits[:-1])

    def _moment(self) -> Moment | None:
        answerer, seen = self._reading.answerer, self._reading.network.seen
        if answerer is None or seen is None:
            return None
        source = f"this network at step {count_text(seen.step)}"
        if seen.exploded:
            source = "this network, as it was before the loss exploded"
        if answerer.edits:
            source += f", with {edits_text(len(answerer.edits))}"
        example = self._reading.example
        return Moment(
            settings=answerer.settings,
            network=answerer.network,
            parameters=answerer.parameters,
            unedited=answerer.learned,
            picture=None if example is None else example.picture,
            wanted=None if example is None else example.label,
            dataset=seen.dataset,
            source=source,
            step=seen.step,
            is_now=seen.is_now,
            running=self._runner.is_running and seen.is_now,
            origin=Origin.DRAWING if example is None else example.origin,
        )

    @Slot(object)
    def _connect_page(self, page: InsidePage) -> None:
        page.edits_changed.connect(self._take_edits)
        page.image_chosen.connect(self._take_image)
        page.neuron_chosen.connect(self.neuron_chosen)
        page.class_said.connect(self._reading.say_class)

    @Slot()
    def _fill_canvas(self) -> None:
        """Give a page something to look at."""
        if self._reading.picture is None:
            self._show_one()

    @Slot(object)
    def _take_edits(self, edits: tuple[Edit, ...]) -> None:
        if edits == self.edits:
            return
        self.edits = edits
        self.tabs.show_edits(edits)
        self._reading.edit(edits)

    @Slot(object, str, int)
    def _take_image(self, image: Any, caption: str, label: int) -> None:
        self._reading.show_picture(image, caption, label=label)

    @Slot(int)
    def _go_back(self, step: int) -> None:
        self._moments.ask(MomentAt(step), self._arrive)

    def _arrive(self, visit: Visit | None) -> None:
        """Show the moment; if the slider has moved on meanwhile, the next one is asked for."""
        if self.strip.shown is not None and visit is not None:
            self._visit = visit
            self.seen_changed.emit()

    @Slot()
    def _return(self) -> None:
        if self._visit is not None:
            self._visit = None
            self.seen_changed.emit()

    @Slot()
    def _branch(self) -> None:
        if self._visit is None:
            return
        step = self._visit.iteration
        self._visit = None
        # After a Reset that is still on its way, the moment is of a run that is no more.
        if self._runner.is_up_to_date:
            self._runner.branch(step)
            self.branched.emit(step)
        self.strip.return_to_now()
