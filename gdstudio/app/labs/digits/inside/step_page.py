"""The step that comes next, for the whole network: value, slope, step, new value."""

import functools

from gdstudio.app.labs.digits.inside.page import InsidePage
from gdstudio.app.labs.digits.step import DigitsStepCard
from gdstudio.app.running.latest_work import Ask, LatestQuestion
from gdstudio.engine.network.network import Network, NetworkSettings
from gdstudio.engine.network.parameter_names import parameter_name
from gdstudio.experiment.digits.moment import Foretold
from gdstudio.experiment.digits.network_moment import Moment
from gdstudio.experiment.digits.questions import StepAfter


class StepPage(InsidePage):
    """Asks the run what its next step will do, one question at a time.

    Attributes:
        card: the step card.
    """

    shows_learned = True

    def __init__(self, ask: Ask) -> None:
        super().__init__(ask)
        self.card = self.worksheet_card = DigitsStepCard()
        self.column.addWidget(self.card, 1)
        self._built: tuple[NetworkSettings, Network] | None = None
        self._steps = LatestQuestion(ask)
        self._newest: Moment | None = None

    def show_moment(self, moment: Moment) -> None:
        """Ask for the step that follows this moment."""
        self._newest = moment
        past = None if moment.is_now else moment.step
        self._steps.ask(StepAfter(past), self._show)

    def _show(self, foretold: Foretold | None) -> None:
        newest = self._newest
        if newest is None:
            return
        if foretold is not None and foretold.settings.network == newest.settings:
            if self._built is None or self._built[0] != newest.settings:
                self._built = (newest.settings, newest.settings.build())
            self.card.show_next_step(
                foretold.step,
                foretold.settings.optimizer,
                functools.partial(parameter_name, self._built[1]),
                regularization=foretold.settings.regularization,
            )
