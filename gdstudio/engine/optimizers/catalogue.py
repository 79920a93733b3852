"""Which optimizers there are, in order of increasing complexity, and how one is chosen."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from gdstudio.engine.objective import FloatArray
from gdstudio.engine.optimizers.adadelta import Adadelta
from gdstudio.engine.optimizers.adamax import Adamax
from gdstudio.engine.optimizers.adaptive import AdaGrad, Adam, AdamW, RMSProp
from gdstudio.engine.optimizers.lion import Lion
from gdstudio.engine.optimizers.optimizer import Optimizer
from gdstudio.engine.optimizers.plain import GradientDescent, Momentum, Nesterov
from gdstudio.engine.optimizers.terms import StepTerms, step_terms
from gdstudio.hand_numbers import plain
from gdstudio.settings import Choice, Labels, Number, Settings, declare

OPTIMIZERS: dict[str, type[Optimizer]] = {
    kind.key: kind
    for kind in (
        GradientDescent,
        Momentum,
        Nesterov,
        AdaGrad,
        RMSProp,
        Adam,
        AdamW,
        Adamax,
        Lion,
        Adadelta,
    )
}


def _those_that_use(setting: str) -> str:
    """Return the optimizers that obey a setting: “Momentum, Nesterov and Adam”."""
    return listed([kind.label for kind in OPTIMIZERS.values() if setting in kind.uses])


def listed(names: Sequence[str]) -> str:
    """Return names as one says them: “a, b and c”."""
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


@dataclass(frozen=True)
class OptimizerSettings(Settings):
    """Which rule makes the step, and its constants."""

    optimizer: str = declare(
        Choice(
            label="Optimizer",
            explanation="The rule that turns the gradient into a step.",
            default="sgd",
            options=Labels(OPTIMIZERS),
        )
    )
    learning_rate: float = declare(
        Number(
            label="Learning rate",
            explanation="How far one step goes for a given slope: too small crawls, too large "
            "jumps over the valley.",
            default=1.0,
            live=True,
            minimum=1e-30,
            maximum=1e6,
            logarithmic=True,
            slider_minimum=1e-4,
            slider_maximum=100.0,
        )
    )
    momentum: float = declare(
        Number(
            label="Momentum",
            explanation="The share of the last step that carries over into the next one; "
            f"{_those_that_use('momentum')} use it.",
            default=0.9,
            live=True,
            minimum=0.0,
            maximum=0.999,
        )
    )
    weight_decay: float = declare(
        Number(
            label="Weight decay",
            explanation="The share, times the learning rate, by which every weight shrinks at each "
            "step, so that weights that do not help fade away; for "
            f"{_those_that_use('weight_decay')}.",
            default=0.01,
            live=True,
            minimum=0.0,
            maximum=10.0,
            logarithmic=True,
            slider_minimum=1e-4,
            slider_maximum=1.0,
        )
    )

    def build(
        self, size: int, dtype: np.dtype[np.floating], *, weights: FloatArray | None = None
    ) -> Optimizer:
        """Return the optimizer for a vector of `size` numbers of type `dtype`.

        `weights` is 1 where a number is a weight and 0 where it is a bias, shape ``(size,)``; None
        takes all for weights.
        """
        return self.kind(self, size, dtype, weights=weights)

    @property
    def kind(self) -> type[Optimizer]:
        """The chosen rule, which says all that is said of it."""
        return OPTIMIZERS[self.optimizer]

    def suitable_rate(self, plain: float) -> float:
        """Return a learning rate that suits the rule where `plain` suits gradient descent."""
        return self.kind.suitable_rate(plain)

    def bounded_by_decay(self, rate: float) -> float:
        """Return `rate`, or a smaller one where weight decay would throw weights beyond 0.

        A weight shrinks by the share ηλ of itself at each step, which stays at most 1/10.
        """
        decays = "weight_decay" in self.kind.uses and self.weight_decay > 0
        return min(rate, 0.1 / self.weight_decay) if decays else rate

    def stable_rate(self, curvature: float) -> float | None:
        """Return the largest stable learning rate, see `Optimizer.stable_rate`."""
        return self.kind.stable_rate(curvature, self)

    def terms_of(
        self, value: float, slope: float, step: float, *, rate: float | None, is_weight: bool
    ) -> StepTerms:
        """Return the terms of the rule that make `step` where a parameter has `value` and `slope`.

        `rate` is η of that step; None is that of the settings.
        """
        return step_terms(
            self.kind.terms,
            {name: getattr(self, name) for name in self.kind.uses},
            value=value,
            slope=slope,
            step=step,
            rate=self.learning_rate if rate is None else rate,
            is_weight=is_weight,
        )

    def givens(self) -> list[tuple[str, str]]:
        """Return the rule and its constants as a worksheet gives them, as (name, text)."""
        kind, declared = self.kind, self.declared()
        givens = [("Rule", f"{kind.label}: {kind.rule}"),
                  ("Learning rate", f"η = {plain(self.learning_rate)}")]  # fmt: skip
        for name, symbol in kind.uses.items():
            givens.append((declared[name].label, f"{symbol} = {plain(getattr(self, name))}"))
        if kind.remembers:
            givens.append(("At first", "nothing is remembered: what the rule carries over is 0"))
        return givens


# The settings that only some of them use, by name.
CONSTANTS = tuple(
    name for name in OptimizerSettings.declared() if name not in ("optimizer", "learning_rate")
)
