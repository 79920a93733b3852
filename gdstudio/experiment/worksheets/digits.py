"""A worksheet for the Digits lab: the step of the ten steepest of all weights and biases."""

from collections.abc import Callable
from decimal import Decimal

import numpy as np

from gdstudio.engine.optimizers.catalogue import OptimizerSettings
from gdstudio.engine.optimizers.terms import Quantity, StepTerms
from gdstudio.errors import BadInput
from gdstudio.experiment.digits.next_step import NextStep
from gdstudio.experiment.worksheets.worksheet import Grid, Task, Worksheet
from gdstudio.hand_numbers import (
    Blank,
    Piece,
    decimal,
    decimals_for,
    places_of,
    plain,
    quotient,
    rounded,
    rounding_note,
    text,
)
from gdstudio.number_text import number_text, percent_text, round_to_figures

COMPONENTS = 10


def digits_worksheet(
    next_step: NextStep, optimizer: OptimizerSettings, names: Callable[[int], str]
) -> Worksheet:
    """Return a worksheet of one step of the ten steepest components, by the rule of `optimizer`.

    Their slopes are given, for they come from images; what the optimizer remembers is given too.
    `names` returns the name of a component.

    Raises:
        BadInput: if the numbers of the step are not finite.
    """
    count = min(COMPONENTS, len(next_step.order))
    own = optimizer.learning_rate if next_step.learning_rate is None else next_step.learning_rate
    numbers = np.array(
        [next_step.values[:count], next_step.slopes[:count], next_step.steps[:count]]
    )
    if not count or not np.isfinite(numbers).all():
        raise BadInput("This step has no finite numbers; press Reset, then try again.")
    hand = _HandSteps(next_step, optimizer, own, count)
    rule = optimizer.kind
    rows, total = [], Decimal(0)
    for row in range(count):
        cells, change = hand.row(row)
        rows.append((str(row + 1), names(int(next_step.order[row])), *cells))
        total += change
    headers = (
        "",
        "number",
        "value",
        "slope",
        *hand.given,
        hand.formula,
        "new value",
        "slope · step",
    )
    sums: list[Piece] = [""] * (len(headers) - 2)
    share = 100 * float(next_step.shares[:count].sum())
    return Worksheet(
        title="One step of a network by hand",
        aim=f"A network of {next_step.size:,} numbers learns as one number does: each takes its "
        "own step. Here are the steps of the steepest.",
        givens=(
            ("Network", f"{next_step.size:,} weights and biases, after {next_step.iteration:,} "
             "steps of training"),
            ("Slopes", "from the images of the next step, whose loss is "
             f"{number_text(next_step.loss)} now"),
            ("Rule", f"{rule.label}: {rule.rule}"),
            ("Learning rate", f"η = {plain(hand.rate)}"),
            *hand.constants,
        ),
        tasks=(
            Task(
                "The step",
                "Work out the step and the new value of each number: a positive step goes up, a "
                "negative one down. Slope · step is how much the loss changes by that step alone.",
                Grid(headers, tuple(rows), (*sums, "Σ", Blank(text(total)))),
                (
                    (f"These {count} steps alone change the loss by about Σ slope · step = ",
                     Blank(text(total)), "."),
                    (f"(They have {percent_text(share / 100, 0)} of Σ slope² of all "
                     f"{next_step.size:,} numbers.)",),
                ),
            ),
        ),
        note=hand.note,
    )  # fmt: skip


class _HandSteps:
    """The steps, worked out from rounded numbers.

    Attributes:
        rate: η.
        given: the titles of what is given beside value and slope.
        formula: the title of the step's column.
        constants: what else the rule needs, as (name, text).
        note: how to round.
    """

    def __init__(
        self, next_step: NextStep, optimizer: OptimizerSettings, rate: float, count: int
    ) -> None:
        self._step, self._optimizer = next_step, optimizer
        self.rate = decimal(round_to_figures(rate, 4))
        self._terms = [self._terms_of(row, rate) for row in range(count)]
        self._places = places_of(
            float(np.abs(next_step.values[:count]).max()),
            float(np.abs(next_step.steps[:count]).max()),
        )
        self._slope_places = decimals_for(next_step.slopes[:count].tolist(), 4)
        self._change_places = decimals_for(
            (next_step.slopes[:count] * next_step.steps[:count]).tolist(), 3
        )
        kind, declared = optimizer.kind, optimizer.declared()
        self.given = (kind.carried,) if kind.carried else ()
        self.formula = kind.formula()
        self.constants = [
            (
                declared[term.constant].label,
                f"{kind.uses[term.constant]} = {plain(getattr(optimizer, term.constant))}"
                + (", for weights; 0 for biases" if term.weights_only else ""),
            )
            for term in kind.terms
            if term.constant
        ]
        self._given_places = decimals_for([terms.carried for terms in self._terms], 4)
        self.note = rounding_note(
            [
                ("steps", self._places),
                ("new values", self._places),
                ("slope · step", self._change_places),
            ]
        )

    def row(self, row: int) -> tuple[list[Piece], Decimal]:
        """Return the cells behind the name, and slope · step."""
        value = rounded(float(self._step.values[row]), self._places)
        slope = rounded(float(self._step.slopes[row]), self._slope_places)
        terms = self._terms[row]
        given = rounded(terms.carried, self._given_places)
        numbers = {Quantity.SLOPE: slope, Quantity.VALUE: value, Quantity.CARRIED: given}
        step = Decimal(0)
        for term in self._optimizer.kind.terms:
            if term.weights_only and not self._step.is_weight[row]:
                continue
            part = term.sign * numbers[term.of]
            if term.has_rate:
                part *= self.rate
            if term.constant:
                part *= decimal(getattr(self._optimizer, term.constant))
            if term.divided:
                part = quotient(part, given) if given else Decimal(0)
            step += part
        step = rounded(step, self._places)
        change = rounded(slope * step, self._change_places)
        cells: list[Piece] = [text(value), text(slope)]
        if self.given:
            cells.append(text(given))
        cells += [Blank(text(number)) for number in (step, value + step, change)]
        return cells, change

    def _terms_of(self, row: int, rate: float) -> StepTerms:
        step = self._step
        value, slope, change = (float(v[row]) for v in (step.values, step.slopes, step.steps))
        is_weight = bool(step.is_weight[row])
        return self._optimizer.terms_of(value, slope, change, rate=rate, is_weight=is_weight)
