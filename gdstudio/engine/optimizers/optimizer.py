"""What an optimizer is: a rule that turns gradients into steps, with whatever memory it needs."""

import copy
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import ClassVar, Protocol, Self

import numpy as np

from gdstudio.engine.objective import FloatArray


class Constants(Protocol):
    """The constants that a rule may obey; `OptimizerSettings` holds them."""

    @property
    def learning_rate(self) -> float:
        """η."""

    @property
    def momentum(self) -> float:
        """The share of the previous step that carries over."""

    @property
    def weight_decay(self) -> float:
        """The share, times η, by which weights shrink."""


@dataclass(frozen=True, eq=False)
class OptimizerMemory:
    """What an optimizer remembers of earlier steps.

    Attributes:
        rows: copies of its vectors, each of shape ``(size,)``.
        weights: its scalars.
    """

    rows: tuple[FloatArray, ...]
    weights: tuple[float, ...]


class Optimizer(ABC):
    """A rule for the next step. It changes a flat parameter vector in place.

    Everything that it remembers between steps, and the room to work in, are the rows of one array
    made at the start: a step allocates nothing.

    Attributes:
        key, label: its name for programs and for people.
        rule: the rule as the step card captions it.
        uses: the settings that it obeys beside the learning rate, by name.
        adapts: whether every parameter gets a rate of its own, so that the length of a step
            does not grow with the slope.
        rows: how many vectors it works with, the step among them.
        follows_slope: whether the step is −η times the slope and nothing else.
        remembers: how many of them, the first ones, carry over from step to step.
        scalars: the attributes that carry over, too.
        learning_rate: η in force; may be changed between steps.
    """

    key: ClassVar[str]
    label: ClassVar[str]
    rule: ClassVar[str]
    uses: ClassVar[tuple[str, ...]] = ()
    adapts: ClassVar[bool] = False
    follows_slope: ClassVar[bool] = False
    rows: ClassVar[int] = 1
    remembers: ClassVar[int] = 0
    scalars: ClassVar[tuple[str, ...]] = ()

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
        self._memory: tuple[FloatArray, ...] = tuple(np.zeros((self.rows, size), dtype))
        self._weights = weights
        self.configure(settings)

    def configure(self, settings: Constants) -> None:
        """Obey the live settings (learning rate and what `uses` names) from the next step on."""
        self.learning_rate = settings.learning_rate

    def step(self, parameters: FloatArray, gradient: FloatArray) -> None:
        """Change `parameters` in place by the step that `gradient` calls for."""
        np.add(parameters, self._advance(parameters, gradient), out=parameters)

    def next_step(self, parameters: FloatArray, gradient: FloatArray) -> FloatArray:
        """Return the step that `step` would make, without making it, shape ``(size,)``."""
        return self._twin()._advance(parameters, gradient)

    def reset(self) -> None:
        """Forget all earlier steps."""
        for row in self._memory:
            row.fill(0)

    def memory(self) -> OptimizerMemory:
        """Return a copy of all that the next steps depend on, beside the settings."""
        rows = tuple(row.copy() for row in self._memory[: self.remembers])
        return OptimizerMemory(rows, tuple(getattr(self, name) for name in self.scalars))

    def recall(self, memory: OptimizerMemory) -> None:
        """Go on as from where `memory` was taken."""
        self.reset()
        for row, kept in zip(self._memory, memory.rows, strict=False):
            np.copyto(row, kept)
        for name, value in zip(self.scalars, memory.weights, strict=True):
            setattr(self, name, value)

    @classmethod
    def suitable_rate(cls, plain: float) -> float:
        """Return a learning rate that suits this rule where `plain` suits gradient descent."""
        return plain

    def stable_rate(self, curvature: float) -> float | None:
        """Return the largest learning rate that is stable where the cost curves by `curvature`.

        The cost is taken for a quadratic and `curvature` for the largest eigenvalue of its
        Hessian. None where no such rate is known.
        """
        return None

    @abstractmethod
    def _advance(self, parameters: FloatArray, gradient: FloatArray) -> FloatArray:
        """Remember `gradient` and return the step, in a row of the memory; move nothing."""

    def _twin(self) -> Self:
        twin = copy.copy(self)
        twin._memory = tuple(row.copy() for row in self._memory)
        return twin
