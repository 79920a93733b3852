"""The gradient as the story tells it: what every weight wishes, and what a nudge of one does."""

import time
from functools import partial

from PySide6.QtCore import Slot

from gdstudio.app.labs.digits.inside.gradient.gradient_card import AVERAGE, EXAMPLE, GradientCard
from gdstudio.app.labs.digits.inside.gradient.nudge_card import NudgeCard
from gdstudio.app.labs.digits.inside.gradient.texts import agreement_text, both_directions_text
from gdstudio.app.labs.digits.inside.page import InsidePage
from gdstudio.app.running.latest_work import Ask, LatestWork
from gdstudio.app.widgets.card import Card
from gdstudio.app.widgets.tables.columns import Column
from gdstudio.app.widgets.tables.ranked_table import RankedTable
from gdstudio.data.catalogue import image_set
from gdstudio.engine.inspect.nudging import Nudge
from gdstudio.engine.network.parameter_names import parameter_name
from gdstudio.experiment.digits.gradient_view import (
    GradientView,
    agreement_of,
    average_view,
    example_view,
)
from gdstudio.experiment.digits.network_moment import Moment

# While training goes on the average is taken at most this often, in seconds.
_PAUSE = 1.0


class GradientPage(InsidePage):
    """All components of −∇C in order, of one example or on average; one can be nudged."""

    def __init__(self, ask: Ask) -> None:
        super().__init__(ask)
        # The average takes its time, and the example shall not wait for it.
        self._slow = self.add_background()
        self._works = {
            EXAMPLE: LatestWork(self.background, self._on_failure),
            AVERAGE: LatestWork(self._slow, self._on_failure),
        }
        self._nudges = {
            EXAMPLE: LatestWork(self.background, self._on_failure),
            AVERAGE: LatestWork(self._slow, self._on_failure),
        }
        self._agreement = LatestWork(self.background, self._on_failure)
        self._views: dict[str, GradientView | None] = {EXAMPLE: None, AVERAGE: None}
        self._moment: Moment | None = None
        self._asked_at = 0.0
        self._index: int | None = None  # the component of θ that the user chose
        self._card = GradientCard()
        self._card.source_changed.connect(self._on_source)
        self._card.wanted_row.chosen.connect(self.class_said)
        self._card.rank_chosen.connect(self._on_rank)
        self._nudge = NudgeCard()
        self._nudge.nudged.connect(self._ask_nudge)
        self._table = RankedTable(
            name="gradient_table", accessible="The strongest wishes", rows_shown=8
        )
        self._table.setToolTip("Click a row to nudge that weight.")
        self._table.row_chosen.connect(self._on_row)
        strongest = Card("The strongest wishes", name="strongest_card")
        strongest.add(self._table)
        strongest.set_exports(
            self._table, self._table.table, file_name="strongest-wishes",
            button_name="strongest_export_button",
        )  # fmt: skip
        for card in (self._card, self._nudge, strongest):
            self.column.addWidget(card)
        self.column.addStretch(1)
        self._show()

    def show_moment(self, moment: Moment) -> None:
        """Have the gradient of this moment computed; it is shown some milliseconds later."""
        before, self._moment = self._moment, moment
        if before is not None and before.settings != moment.settings:
            self._forget()
        self._card.set_available(image_set(moment.dataset).training_count)
        self._ask_example(moment)
        self._ask_average()

    def close_page(self) -> None:
        """Stop what runs in the background."""
        self._forget()
        super().close_page()

    def _forget(self) -> None:
        for work in (*self._works.values(), *self._nudges.values(), self._agreement):
            work.drop()
        self._views = {EXAMPLE: None, AVERAGE: None}
        self._index = None
        self._asked_at = 0.0

    def _ask_example(self, moment: Moment) -> None:
        self._card.ask_class(moment)
        if moment.picture is not None and moment.wanted is not None:
            take = partial(self._take, EXAMPLE)
            self._works[EXAMPLE].ask(partial(example_view, moment), take)
        else:
            self._works[EXAMPLE].drop()
            self._take(EXAMPLE, None)

    def _ask_average(self, *, at_once: bool = False) -> None:
        """Have the average taken where it may be another, while training not all the time."""
        moment = self._moment
        now = time.monotonic()
        if moment is None or (moment.running and not at_once and now - self._asked_at < _PAUSE):
            return
        self._asked_at = now
        work = partial(average_view, moment, self._card.examples(), lambda: self._views[AVERAGE])
        self._works[AVERAGE].ask(work, partial(self._take, AVERAGE))

    def _take(self, source: str, view: GradientView | None) -> None:
        if view is not None and view is self._views[source]:
            return
        self._views[source] = view
        self._ask_agreement()
        if source == self._card.source():
            self._show()
        else:
            self._compare()

    @property
    def _view(self) -> GradientView | None:
        return self._views[self._card.source()]

    @property
    def _chosen(self) -> int | None:
        """The component that is nudged: the user's choice, or else the strongest."""
        view = self._view
        if view is None:
            return None
        return int(view.ranking.order[0]) if self._index is None else self._index

    def _show(self) -> None:
        view = self._view
        self._card.show_view(view)
        if view is None:
            self._table.set_rows([], [], title="weight or bias")
        else:
            columns = [
                Column("wish", view.negative_gradient, signed=True, tooltip="−∂C/∂w: up or down."),
                Column("share, %", 100 * view.shares, tooltip="wish² as a part of Σ wish²."),
            ]
            keys = view.ranking.order[: len(view.names)].tolist()
            self._table.set_rows(view.names, columns, title="weight or bias", keys=keys)
        self._show_chosen()

    def _show_chosen(self) -> None:
        view, index = self._view, self._chosen
        if view is None or index is None:
            self._card.show_selected(None, 0.0)
            self._nudge.show_component(None, "")
        else:
            rank = view.ranking.rank_of(index)
            self._card.show_selected(rank, float(view.ranking.negative_gradient[index]))
            self._table.choose(index)
        self._compare()
        self._ask_nudge()

    def _ask_agreement(self) -> None:
        """Have it computed how far this example and the average agree."""
        example, average = self._views[EXAMPLE], self._views[AVERAGE]
        if example is None or average is None:
            self._agreement.drop()
            self._card.show_agreement("")
        else:
            work = partial(agreement_of, example, average)
            self._agreement.ask(work, partial(self._take_agreement, average.examples))

    def _take_agreement(self, examples: int, cosine: float | None) -> None:
        self._card.show_agreement(agreement_text(cosine, examples))

    def _compare(self) -> None:
        """Say what this example and the average wish for the chosen component."""
        example, average = self._views[EXAMPLE], self._views[AVERAGE]
        view, index = self._view, self._chosen
        if view is not None and index is not None:
            one, many = (
                None if each is None else float(each.ranking.negative_gradient[index])
                for each in (example, average)
            )
            both = both_directions_text(one, many, 0 if average is None else average.examples)
            self._nudge.show_component(parameter_name(view.moment.network, index), both)

    @Slot()
    def _ask_nudge(self) -> None:
        view, index = self._view, self._chosen
        if view is None or index is None:
            return
        amount = self._nudge.amount(float(view.ranking.negative_gradient[index]))
        work = partial(view.nudger.nudge, index, amount)
        self._nudges[self._card.source()].ask(work, partial(self._take_nudge, view))

    def _take_nudge(self, view: GradientView, nudge: Nudge | None) -> None:
        # While training the next view may have come; its nudge is on the way.
        if nudge is not None and nudge.index == self._chosen:
            self._nudge.show_nudge(nudge, float(view.moment.parameters[nudge.index]))

    @Slot()
    def _on_source(self) -> None:
        self._ask_average(at_once=True)
        self._show()

    @Slot(int)
    def _on_rank(self, rank: int) -> None:
        if self._view is not None:
            self._choose(int(self._view.ranking.order[rank]))

    @Slot(object)
    def _on_row(self, index: int) -> None:
        self._choose(index)

    def _choose(self, index: int) -> None:
        self._index = index
        self._show_chosen()

    def _on_failure(self, sentence: str) -> None:
        self._card.show_problem(sentence)
