"""A step taken apart into the terms of its optimizer's rule, so that it can be written out.

The rule, the slope and the step are known; what the optimizer remembered follows from them.
"""

from dataclasses import dataclass

from gdstudio.engine.optimizers.catalogue import OPTIMIZERS, OptimizerSettings

# Less than this share of a term is rounding: in float32 the terms come out with seven figures.
_ROUNDING = 1e-5


@dataclass(frozen=True)
class StepTerms:
    """One parameter's step: step = momentum · speed − rate · factor − rate · decay · value.

    Attributes:
        momentum: μ where some of the speed carries over, otherwise 0.
        speed: the last step (Momentum), or the new speed (Nesterov); 0 where there is none.
        rate: η.
        factor: what η multiplies: the slope, or the slope divided by its usual size.
        divisor: the usual size of the slope, where factor = slope / divisor; None elsewhere. (Adam
            divides a mean of slopes, not this slope.)
        decay: λ where the weight shrinks by a share of its own, otherwise 0.
    """

    momentum: float
    speed: float
    rate: float
    factor: float
    divisor: float | None
    decay: float


def step_terms(
    value: float,
    slope: float,
    step: float,
    settings: OptimizerSettings,
    *,
    rate: float | None = None,
    is_weight: bool = True,
) -> StepTerms:
    """Return the terms that make `step` where a parameter has `value` and `slope`.

    `rate` is η of that step where a schedule has it other than the settings; biases, which are no
    weights, do not decay.
    """
    rule = OPTIMIZERS[settings.optimizer]
    rate = settings.learning_rate if rate is None else rate
    if not rule.adapts:
        share = settings.momentum if "momentum" in rule.uses else 0.0
        carried = step + rate * slope
        if share == 0.0 or abs(carried) <= _ROUNDING * max(abs(step), abs(rate * slope)):
            return StepTerms(0.0, 0.0, rate, slope, None, 0.0)
        return StepTerms(share, carried / share, rate, slope, None, 0.0)
    decay = settings.weight_decay if is_weight and "weight_decay" in rule.uses else 0.0
    factor = -(step + rate * decay * value) / rate if rate else 0.0
    # Rules with a momentum divide a mean of slopes.
    divides_slope = "momentum" not in rule.uses and factor != 0.0
    return StepTerms(0.0, 0.0, rate, factor, slope / factor if divides_slope else None, decay)
