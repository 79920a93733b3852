"""What an optimizer is: a rule that turns gradients into steps, and all that is said of it."""

import copy
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType
from typing import ClassVar

import numpy as np

from gdstudio.engine.objective import FloatArray
from gdstudio.engine.optimizers.hand_walk import HandWalk
from gdstudio.engine.optimizers.terms import Constants, Term
from gdstudio.engine.source_code import SourceCode
from gdstudio.hand_numbers import Line

# η, or one for each number, shape ``(size,)``.
Rate = float | FloatArray


@dataclass(frozen=True, eq=False)
class OptimizerState:
    """What an optimizer remembers of earlier steps.

    Attributes:
        rows: copies of its vectors, each of shape ``(size,)``.
        scalars: its single numbers.
    """

    rows: tuple[FloatArray, ...]
    scalars: tuple[float, ...]


class Optimizer(ABC):
    """A rule for the next step. It changes a flat parameter vector in place.

    Everything that it remembers between steps, and the room to work in, are the rows of one array
    made at the start: a step allocates nothing. The learning rate η is handed to every step, and
    nothing here keeps it. A rule works on each number by itself: each may have an η of its own.

    To go through large vectors in blocks that stay in the cache was tried and measured: with 16,384
    to 65,536 numbers a step took from 0.9 to 1.5 times as long, for the calls cost more than the
    cache saves.

    Attributes:
        key, label: its name for programs and for people.
        rule: the rule as the step card captions it.
        uses: the settings that it obeys beside the learning rate, by name, with their symbols.
        adapts: whether every parameter gets a rate of its own, so that the length of a step
            does not grow with the slope.
        follows_slope: whether the step is −η times the slope and nothing else.
        rows: how many vectors it works with, the step among them.
        remembers: how many of them, the first ones, carry over from step to step.
        scalars: the attributes that carry over, too.
        terms: the products whose sum is the step, for the step card and for worksheets. One of
            them at most may have to do with what is carried over.
        carried: what that is, as a column of a worksheet is called; empty for nothing.
        division_note: a sentence on what it divides by what; empty where it divides nothing.
        why_not_straight: why a step may go elsewhere than straight downhill: “it …”.
        color, marker: how its walk looks beside others: a colour's name in the palette, and the
            shape of a mark (see `WalkPath`).
        races_first: whether it races before anyone chose.
        source: the rule as a program of its own has it. The NumPy lines return the step; they may
            use ``theta``, ``gradient``, ``rate``, ``memory``, what `uses` names in capitals, and
            ``IS_WEIGHT``, 1 where a number is a weight and 0 where it is a bias. They add and
            multiply in the order in which `_advance` does: the same step to the last digit.
    """

    key: ClassVar[str]
    label: ClassVar[str]
    rule: ClassVar[str]
    uses: ClassVar[Mapping[str, str]] = MappingProxyType({})
    adapts: ClassVar[bool] = False
    follows_slope: ClassVar[bool] = False
    rows: ClassVar[int] = 1
    remembers: ClassVar[int] = 0
    scalars: ClassVar[tuple[str, ...]] = ()
    terms: ClassVar[tuple[Term, ...]]
    carried: ClassVar[str] = ""
    division_note: ClassVar[str] = ""
    why_not_straight: ClassVar[str] = ""
    color: ClassVar[str]
    marker: ClassVar[str]
    races_first: ClassVar[bool] = False
    source: ClassVar[SourceCode]

    def __init__(
        self,
        settings: Constants,
        size: int,
        dtype: np.dtype[np.floating],
        *,
        weights: FloatArray | None = None,
    ):
        """Make the optimizer of a vector of `size` numbers.

        `weights` is 1 where a number is a weight and 0 where it is a bias, shape ``(size,)``; None
        takes all for weights. Only rules that shrink weights look at it.
        """
        self._weights = weights
        self._memory: tuple[FloatArray, ...] = tuple(np.zeros((self.rows, size), dtype))
        self.configure(settings)

    def configure(self, settings: Constants) -> None:
        """Obey the live settings that `uses` names from the next step on."""

    def step(self, parameters: FloatArray, gradient: FloatArray, learning_rate: Rate) -> None:
        """Change `parameters` in place by the step that `gradient` calls for at that rate."""
        np.add(parameters, self._advance(parameters, gradient, learning_rate), out=parameters)

    def next_step(
        self, parameters: FloatArray, gradient: FloatArray, learning_rate: Rate
    ) -> FloatArray:
        """Return the step that `step` would make, without making it, shape ``(size,)``."""
        twin = copy.copy(self)
        twin._memory = tuple(row.copy() for row in self._memory)
        return twin._advance(parameters, gradient, learning_rate)

    def reset(self) -> None:
        """Forget all earlier steps."""
        for row in self._memory:
            row.fill(0)

    def state(self) -> OptimizerState:
        """Return a copy of all that the next steps depend on, beside the settings."""
        rows = tuple(row.copy() for row in self._memory[: self.remembers])
        return OptimizerState(rows, tuple(getattr(self, name) for name in self.scalars))

    def restore(self, state: OptimizerState) -> None:
        """Go on as from where `state` was taken."""
        self.reset()
        for row, kept in zip(self._memory, state.rows, strict=False):
            np.copyto(row, kept)
        for name, value in zip(self.scalars, state.scalars, strict=True):
            setattr(self, name, value)

    @classmethod
    def suitable_rate(cls, plain: float) -> float:
        """Return a learning rate that suits this rule where `plain` suits gradient descent."""
        return plain

    @classmethod
    def share_of_numbers(cls) -> float:
        """Return η as a share of the numbers to be found, where no stable rate is known.

        A step is then about as long as η, and the rates for networks suit weights of about 1/20.
        """
        return 20 * cls.suitable_rate(1.0)

    @classmethod
    def rate_on_function(cls, plain: float, width: float) -> float:
        """Return a learning rate that suits walks on a function, seen in a view `width` wide.

        `plain` suits gradient descent there. A rule whose steps do not grow with the slope takes a
        share of the view.
        """
        return plain

    @classmethod
    def stable_rate(cls, curvature: float, constants: Constants) -> float | None:
        """Return the largest learning rate that is stable where the loss curves by `curvature`.

        The loss is taken for a quadratic and `curvature` for the largest eigenvalue of its
        Hessian. None where no such rate is known.
        """
        return None

    @classmethod
    def formula(cls) -> str:
        """Return how a step follows from what a worksheet gives: ``step = −η · slope``."""
        # What is a quotient by itself is “this” in a longer formula.
        carried = "this" if " / " in cls.carried else cls.carried
        first, *others = cls.terms
        text = f"step = {'−' if first.sign < 0 else ''}{first.formula(carried, cls.uses)}"
        for term in others:
            text += f" {'−' if term.sign < 0 else '+'} {term.formula(carried, cls.uses)}"
        return text

    @classmethod
    def moves_without_slope(cls) -> bool:
        """Return whether something beside its own slope moves a parameter."""
        return any(term.mover for term in cls.terms)

    @classmethod
    def step_by_hand(cls, walk: HandWalk, slope: Decimal) -> list[Line]:
        """Make a step of `walk` and return its lines; `slope` was found by the class."""
        walk.count += 1
        step, lines = cls._by_hand(walk, slope)
        return [*lines, walk.move(step)]

    @abstractmethod
    def _advance(
        self, parameters: FloatArray, gradient: FloatArray, learning_rate: Rate
    ) -> FloatArray:
        """Remember `gradient` and return the step, in a row of the memory; move nothing."""

    @classmethod
    @abstractmethod
    def _by_hand(cls, walk: HandWalk, slope: Decimal) -> tuple[Decimal, list[Line]]:
        """Return the next step, rounded, and the lines that find it; do not move yet."""
