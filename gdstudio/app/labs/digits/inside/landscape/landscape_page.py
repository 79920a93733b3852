"""The landscape page: a slice through the real loss of the network, with the path it walked."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QTimer, Slot
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from gdstudio.app.labs.digits.inside.landscape import texts
from gdstudio.app.labs.digits.inside.landscape.form import LandscapeForm
from gdstudio.app.labs.digits.inside.landscape.walk_follower import WalkFollower
from gdstudio.app.labs.digits.inside.page import InsidePage
from gdstudio.app.running.latest_work import Ask, LatestQuestion, LatestWork
from gdstudio.app.theme import current_theme
from gdstudio.app.widgets.card import Card
from gdstudio.app.widgets.labels import text_label
from gdstudio.app.widgets.plots.contour_plot import ContourPlot
from gdstudio.data.catalogue import image_set
from gdstudio.engine.inspect.landscape import LandscapeSettings
from gdstudio.engine.objective import FloatArray
from gdstudio.experiment.digits.loss_landscape import FoundLandscape, landscape_around
from gdstudio.experiment.digits.network_moment import Moment
from gdstudio.experiment.digits.questions import PathSoFar
from gdstudio.experiment.time_machine import Iterations

_LOOK_MILLISECONDS = 100
_PLOT_HEIGHT = 240


class LandscapePage(InsidePage):
    """Computes a landscape when asked, keeps it while training goes on, shows the walk on it."""

    def __init__(self, ask: Ask) -> None:
        super().__init__(ask)
        self._moment: Moment | None = None
        self._work = LatestWork(self.background, self._fail, gentle=True)
        self._path = LatestQuestion(ask)
        self._found: FoundLandscape | None = None
        self._follower = WalkFollower(self.background, ask, self)
        self._follower.placed.connect(self._place)
        self.form = LandscapeForm()
        self.form.compute_clicked.connect(self._compute)
        self.form.cancel_clicked.connect(self._cancel)
        self.plot = ContourPlot(
            name="landscape_plot", x_label="α", y_label="β", empty_text=texts.EMPTY
        )
        self.plot.setToolTip(
            "Hover for the loss; drag to move, then the wheel zooms. A shows everything."
        )
        self.plot.setAccessibleName("Landscape of the loss, with the path walked")
        self._card = Card("Landscape of the loss", name="landscape_card")
        self._card.set_legend(
            [("low loss", "positive", "band"), ("path walked", "negative", "line")]
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
        self.form.set_available(image_set(moment.dataset).training_count)
        if self._found is None:
            self._about.setText(texts.about_text(moment.network.size))
            self._show_labels()
        self._follower.show_moment(moment)

    def pose(self) -> Callable[[], bool]:
        """Compute a landscape."""
        self.form.compute()
        return super().pose()

    @property
    def is_settled(self) -> bool:
        """Whether the map is there that was asked for, and the whole way on it."""
        is_there = not self.form.is_computing and self._follower.is_settled
        return super().is_settled and is_there

    def close_page(self) -> None:
        """Stop what runs in the background."""
        self._timer.stop()
        self._path.drop()
        self._work.drop()
        super().close_page()

    @Slot(object)
    def _compute(self, settings: LandscapeSettings) -> None:
        moment = self._moment
        if moment is None:
            self.form.tell("There is no network yet to look around.", problem=True)
            return
        self.form.set_computing(True)
        self.form.tell("Asking for the path…")

        def begin(answer: tuple[Iterations, FloatArray] | None) -> None:
            self._begin(moment, settings, *(answer or (np.empty(0, np.int64), np.empty(0))))

        self._path.ask(PathSoFar(), begin)

    def _begin(
        self,
        moment: Moment,
        settings: LandscapeSettings,
        steps: npt.NDArray[np.integer],
        path: FloatArray,
    ) -> None:
        if path.ndim != 2 or path.shape[1] != moment.network.size:
            # There is none, or the run has another network by now.
            steps, path = steps[:0], np.empty((0, moment.network.size), np.float32)
        else:
            # Where one looks back, the path is that up to there; a view, for it may be large.
            walked = int(np.searchsorted(steps, moment.step, side="right"))
            steps, path = steps[:walked], path[:walked]
        self._timer.start()
        self._work.drop()
        self._work.ask(lambda: landscape_around(moment, settings, steps, path), self._take)

    @Slot()
    def _cancel(self) -> None:
        self._path.drop()
        self._work.drop()
        self._end("Cancelled.")

    def _take(self, found: FoundLandscape | None) -> None:
        if found is None:
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
        self._follower.show_map(found)

    def _fail(self, sentence: str) -> None:
        self._end(sentence, problem=True)

    def _end(self, sentence: str, *, problem: bool = False) -> None:
        self._timer.stop()
        self.form.set_computing(False)
        self.form.tell(sentence, problem=problem)

    @Slot()
    def _look(self) -> None:
        share = self._work.share
        self.form.set_progress(share, texts.left_text(share, self._work.seconds))

    @Slot(object, str)
    def _place(self, places: npt.NDArray[np.float64], remark: str) -> None:
        self.plot.set_path(places[:, 0], places[:, 1])
        self._now.setText(remark)
        self._show_labels()

    def _table(self) -> tuple[list[str], list[list[float]]]:
        """Return headers and a row for each point of the grid, for a CSV."""
        headers = ["alpha", "beta", "loss"]
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
