"""The landscape page: a slice through the real cost of the network, with the path it walked."""

import importlib
import threading
import time
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QTimer, Slot
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from gdstudio.app.labs.inside import landscape_texts as texts
from gdstudio.app.labs.inside.landscape_form import LandscapeForm
from gdstudio.app.labs.inside.moment import Moment
from gdstudio.app.labs.inside.page import Ask, InsidePage
from gdstudio.app.labs.inside.walk_shadow import WalkShadow
from gdstudio.app.theme import current_theme
from gdstudio.app.widgets.card import Card
from gdstudio.app.widgets.contour_plot import ContourPlot
from gdstudio.app.widgets.labels import text_label
from gdstudio.data.catalogue import load_digits
from gdstudio.engine.landscape import Landscape, LandscapeSettings, landscape
from gdstudio.engine.objective import FloatArray
from gdstudio.engine.plane import Shadow, shadow
from gdstudio.engine.work import finish

_LOOK_MILLISECONDS = 100
_PLOT_HEIGHT = 240
# After so much work without a pause the thread lets the window have its turn.
_BREATH_EVERY, _BREATH = 0.004, 0.0005


@dataclass(frozen=True, eq=False)
class _Found:
    """A landscape, and of what it is one.

    Attributes:
        landscape: the map.
        moment: the network it was computed around.
        seconds: how long that took.
        walk: the walk as the map shows it.
    """

    landscape: Landscape
    moment: Moment
    seconds: float
    walk: WalkShadow


class _Job:
    """One computation, in a thread of its own; it holds all it needs and is looked at from outside.

    Attributes:
        share: how much is done, 0 to 1.
        begun: when, by `time.perf_counter`.
        cancelled: set to stop it.
    """

    def __init__(
        self,
        moment: Moment,
        settings: LandscapeSettings,
        steps: npt.NDArray[np.integer],
        path: FloatArray,
        closing: threading.Event,
    ) -> None:
        self.share = 0.0
        self.begun = time.perf_counter()
        self.cancelled = threading.Event()
        self._moment, self._settings = moment, settings
        self._steps, self._path = steps, path
        self._closing = closing
        self._breath = self.begun

    def __call__(self) -> _Found | None:
        """Compute it; None where it was stopped."""
        # The plot asks for quantiles, and the first of them imports this: not in the window's turn.
        importlib.import_module("numpy.ma")
        moment = self._moment
        training = load_digits(moment.dataset).training
        self.begun = self._breath = time.perf_counter()
        work = landscape(
            moment.network,
            moment.parameters,
            self._path,
            training.images,
            training.labels,
            self._settings,
        )
        found = finish(work, stopped=self._is_stopped, progress=self._note)
        if found is None:
            return None
        seconds = time.perf_counter() - self.begun
        return _Found(found, moment, seconds, WalkShadow(found, self._steps))

    def _note(self, share: float) -> None:
        self.share = share

    def _is_stopped(self) -> bool:
        if self._closing.is_set():
            return True
        if time.perf_counter() - self._breath > _BREATH_EVERY:
            self.cancelled.wait(_BREATH)
            self._breath = time.perf_counter()
        return self.cancelled.is_set()


class LandscapePage(InsidePage):
    """Computes a landscape when asked, keeps it while training goes on, shows the walk on it."""

    key: ClassVar[str] = "landscape"
    tab_text: ClassVar[str] = "Landscape"
    tooltip: ClassVar[str] = (
        "The cost around the network as it is, in a slice, and the path that descent walked there."
    )

    def __init__(self, ask: Ask) -> None:
        super().__init__(ask)
        self._moment: Moment | None = None
        self._job: _Job | None = None
        self._asked: object = None
        self._found: _Found | None = None
        self.form = LandscapeForm()
        self.form.compute_clicked.connect(self._compute)
        self.form.cancel_clicked.connect(self._cancel)
        self.plot = ContourPlot(
            name="landscape_plot", x_label="α", y_label="β", empty_text=texts.EMPTY
        )
        self.plot.setToolTip("Hover for the cost; drag to move, wheel to zoom, A shows everything.")
        self.plot.setAccessibleName("Landscape of the cost, with the path walked")
        self._card = Card("The landscape around the network", name="landscape_card")
        self._card.set_legend(
            [("low cost", "positive", "band"), ("path walked", "negative", "line")]
        )
        self._card.set_exports(
            self.plot, self._table, file_name="landscape", button_name="landscape_menu"
        )
        self._about = text_label("", "small", name="landscape_about_label", wrap=True)
        self._height = text_label("", "normal", name="landscape_height_label", wrap=True)
        self._share = text_label("", "normal", name="landscape_share_label", wrap=True)
        self._made = text_label("", "small", name="landscape_made_label", wrap=True)
        # A plot wishes for no height; where texts below it wrap, only a frame keeps it some.
        self._frame = QWidget()
        inside = QVBoxLayout(self._frame)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.addWidget(self.plot)
        self._card.add(self._frame, 1)
        self._now = text_label("", "small", name="landscape_now_label", wrap=True)
        for label in self._labels():
            self._card.add(label)
        self.column.addWidget(self.form)
        self.column.addWidget(self._card, 1)
        self._timer = QTimer(self)
        self._timer.setInterval(_LOOK_MILLISECONDS)
        self._timer.timeout.connect(self._look)
        current_theme().changed.connect(self._resize)
        self._resize()
        self._show_labels()

    def show_moment(self, moment: Moment) -> None:
        """Follow the network on the map, which stays as it was computed."""
        self._moment = moment
        if self._found is None:
            self._about.setText(texts.about_text(moment.network.size))
            self._show_labels()
        self._follow()

    def close_page(self) -> None:
        """Stop what runs in the background."""
        self._timer.stop()
        self._asked = None
        if self._job is not None:
            self._job.cancelled.set()
        super().close_page()

    @Slot(object)
    def _compute(self, settings: LandscapeSettings) -> None:
        moment = self._moment
        if moment is None:
            self.form.tell("There is no network yet to look around.", problem=True)
            return
        asked = self._asked = object()
        self.form.set_computing(True)
        self.form.tell("Asking for the path…")

        def begin(answer: tuple[Any, Any]) -> None:
            if self._asked is asked:
                self._begin(moment, settings, *answer)

        self.ask("path", then=begin)

    def _begin(
        self,
        moment: Moment,
        settings: LandscapeSettings,
        steps: npt.NDArray[np.integer],
        path: FloatArray,
    ) -> None:
        path = path.reshape(len(steps), -1)
        if path.shape[1] != moment.network.size:
            # The run has another network by now.
            steps, path = steps[:0], np.empty((0, moment.network.size), np.float32)
        elif moment.step is not None:
            # Where one looks back, the path is that up to there; a view, for it may be large.
            walked = int(np.searchsorted(steps, moment.step, side="right"))
            steps, path = steps[:walked], path[:walked]
        job = self._job = _Job(moment, settings, steps, path, self.background.closing)
        self._timer.start()
        self.background.submit(
            job, lambda found: self._take(job, found), lambda sentence: self._fail(job, sentence)
        )

    @Slot()
    def _cancel(self) -> None:
        self._asked = None
        if self._job is not None:
            self._job.cancelled.set()
        self._end("Cancelled.")

    def _take(self, job: _Job, found: _Found | None) -> None:
        if job is not self._job or found is None:
            return
        self._end("")
        self._found = found
        here = found.landscape
        self.plot.set_surface(here.alphas, here.betas, here.losses)
        self.plot.reset_range()
        self._height.setText(texts.height_text(here))
        self._share.setText(texts.share_text(here))
        self._made.setText(texts.made_text(here, found.moment.source, found.seconds))
        self._about.setText("")
        self._show_labels()
        self._follow()

    def _fail(self, job: _Job, sentence: str) -> None:
        if job is self._job:
            self._end(sentence, problem=True)

    def _end(self, sentence: str, *, problem: bool = False) -> None:
        self._job = None
        self._timer.stop()
        self.form.set_computing(False)
        self.form.tell(sentence, problem=problem)

    @Slot()
    def _look(self) -> None:
        job = self._job
        if job is not None:
            seconds = time.perf_counter() - job.begun
            self.form.set_progress(job.share, texts.left_text(job.share, seconds))

    def _follow(self) -> None:
        """Show where the network is now, if it is the one of the map."""
        found, moment = self._found, self._moment
        if found is None or moment is None:
            return
        if moment.settings != found.moment.settings or (moment.step is None) != (
            found.moment.step is None
        ):
            self._place(found, found.moment, "The network shown is another by now.")
        elif moment.parameters is found.moment.parameters:
            self._place(found, moment, "")
        elif not self.background.is_busy:
            plane, parameters = found.landscape.plane, moment.parameters
            self.background.submit(
                lambda: finish(
                    shadow(plane, parameters[np.newaxis]), stopped=self.background.closing.is_set
                ),
                lambda now: self._take_place(found, moment, now),
                lambda _sentence: None,
            )

    def _take_place(self, found: _Found, moment: Moment, now: Shadow | None) -> None:
        if now is None or found is not self._found:
            return
        if not found.walk.is_near(now):
            self._place(found, found.moment, "The network is far from this slice by now.")
            return
        if moment.step is not None and moment.unedited is moment.parameters:
            found.walk.add(moment.step, now)
        self._place(found, moment, "", now)

    def _place(self, found: _Found, moment: Moment, remark: str, now: Shadow | None = None) -> None:
        """Show the walk up to a moment, and say of which the map is."""
        places = found.walk.until(moment.step)
        mark = np.zeros((1, 2)) if now is None else now.coordinates
        places = np.concatenate([places, mark])
        self.plot.set_path(places[:, 0], places[:, 1])
        computed, seen = found.moment.step, moment.step
        if computed is not None and seen is not None:
            self._now.setText(texts.now_text(seen, computed))
            self._show_labels()
        self.form.tell(remark and f"{remark} Press Compute for a new map.")

    def _table(self) -> tuple[list[str], list[list[float]]]:
        """Return headers and a row for each point of the grid, for a CSV."""
        headers = ["alpha", "beta", "cost"]
        if self._found is None:
            return headers, []
        here = self._found.landscape
        return headers, [
            [alpha, beta, float(here.losses[row, column])]
            for row, beta in enumerate(here.betas.tolist())
            for column, alpha in enumerate(here.alphas.tolist())
        ]

    def _labels(self) -> tuple[QLabel, ...]:
        return self._height, self._share, self._made, self._now, self._about

    def _show_labels(self) -> None:
        for label in self._labels():
            label.setVisible(bool(label.text()))

    @Slot()
    def _resize(self) -> None:
        self._frame.setMinimumHeight(current_theme().px(_PLOT_HEIGHT))
