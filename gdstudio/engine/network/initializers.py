"""Initial weights: small and random, scaled so that signals neither fade nor explode."""

import math
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from gdstudio.number_text import plain_text
from gdstudio.settings import Choice, Labels, Settings, declare

Weights = np.ndarray[tuple[int, int], np.dtype[np.float64]]


class Initializer(ABC):
    """A rule for random weights; biases start at zero.

    Attributes:
        label: its name for people.
        formula: what the weights are drawn from.
    """

    label: ClassVar[str]
    formula: str

    @abstractmethod
    def draw(
        self, rng: np.random.Generator, inputs: int, outputs: int, *, fan_out: int | None = None
    ) -> Weights:
        """Return random weights of shape ``(outputs, inputs)``.

        Where weights are shared, `fan_out` says how many sums an input really enters; it takes
        the place of `outputs` in a rule that looks at it.
        """


class Xavier(Initializer):
    """Uniform within ±√(6 / (inputs + outputs)) (Glorot and Bengio 2010)."""

    label = "Xavier"
    formula = "uniform, ±√(6 / (inputs + outputs))"

    def draw(
        self, rng: np.random.Generator, inputs: int, outputs: int, *, fan_out: int | None = None
    ) -> Weights:
        """Draw them."""
        limit = math.sqrt(6.0 / (inputs + (fan_out or outputs)))
        return rng.uniform(-limit, limit, (outputs, inputs))


class He(Initializer):
    """Normal with variance 2 / ((1 + s²) inputs) (He et al. 2015, equation 15).

    It makes up for an activation that lets through only half of the sums; `slope` is the slope s
    that the other half has.
    """

    label = "He"

    def __init__(self, slope: float = 0.0):
        self._gain = 2.0 / (1.0 + slope**2)
        divisor = f"({plain_text(1 + slope**2)} · inputs)" if slope else "inputs"
        self.formula = f"normal, variance 2 / {divisor}"

    def draw(
        self, rng: np.random.Generator, inputs: int, outputs: int, *, fan_out: int | None = None
    ) -> Weights:
        """Draw them; `fan_out` does not matter."""
        return rng.normal(0.0, math.sqrt(self._gain / inputs), (outputs, inputs))


@dataclass(frozen=True)
class FirstWeights:
    """How the weights start.

    Attributes:
        key, label: its name for programs and for people.
        factor: what the random weights, which suit the activation, are multiplied by.
        otherwise: what they are instead of random ones that suit, in a sentence.
    """

    key: str
    label: str
    factor: float
    otherwise: str = ""


FIRST_WEIGHTS: dict[str, FirstWeights] = {
    kind.key: kind
    for kind in (
        FirstWeights("random", "Random", 1.0),
        FirstWeights("zero", "All zero", 0.0, "all zero"),
        FirstWeights("huge", "Far too large", 20.0, "twenty times too large"),
    )
}


@dataclass(frozen=True)
class InitialSettings(Settings):
    """How the weights start."""

    initial_weights: str = declare(
        Choice(
            label="First weights",
            explanation="Random weights of a size that suits the activation; or, to see why, "
            f"{' or '.join(kind.otherwise for kind in FIRST_WEIGHTS.values() if kind.otherwise)}.",
            default="random",
            options=Labels(FIRST_WEIGHTS),
        )
    )

    @property
    def factor(self) -> float:
        """What the random weights are multiplied by."""
        return FIRST_WEIGHTS[self.initial_weights].factor
