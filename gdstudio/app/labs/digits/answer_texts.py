"""What is said of an answer: how sure it is, what it costs, and what another network answers."""

import math

from gdstudio.engine.network.losses import CrossEntropy
from gdstudio.experiment.digits.answer import Answer, Answerer
from gdstudio.number_text import fixed_text, number_text, percent_text, power_text

# Nearer to 0 or 1 than this, an output is written so that its logarithm can be taken from it.
_TINY, _NEAR_ONE = 1e-4, 0.99


def sureness_text(answerer: Answerer) -> str:
    """Return what “sure” means for a network that was calibrated."""
    known = answerer.calibration
    assert known is not None
    return (
        f"Below a confidence of {percent_text(known.sure_confidence, 0)}, or where little speaks "
        f"for any digit, it says “not sure”. On test digits it was sure of "
        f"{percent_text(known.sure_share)}, and {percent_text(known.right_when_sure)} of these "
        "answers were right."
    )


def unmeasured_text() -> str:
    """Return what the figure beside an answer is while the network was not calibrated."""
    return (
        "The brightest output, from 0 to 1. When this network may call itself sure is not known "
        "yet: it is measured on the test images when its training is done, and when it is saved "
        "or opened; an edited network has no such measure."
    )


def confidence_text(answer: Answer) -> str:
    """Return how sure an answer is: its output, or calibrated “97 %” and “not sure”."""
    if answer.sure is None:
        return fixed_text(answer.confidence, 2)
    return percent_text(answer.confidence, 0) if answer.sure else "not sure"


EXPLODED = "The numbers of this network have exploded: it has no answer."


def reader_text(answer: Answer | None) -> str:
    """Return what the app's reader says beside the network of the lab; None: nothing is drawn."""
    if answer is None:
        return "The app’s own reader, another network, answers here as you draw."
    how = confidence_text(answer)
    how = "but is not sure" if how == "not sure" else how
    return f"The app’s own reader says {answer.digit}, {how}. {answer.reason}".strip()


def cost_text(answerer: Answerer, answer: Answer, wanted: int) -> str:
    """Return the cost of an answer as a logarithm where the network trains on it, else nothing."""
    if answerer.settings.loss != CrossEntropy.key:
        return ""
    cost = answerer.cost(answer, wanted)
    return f"cost of this example = {logarithm_text(cost)} = {number_text(cost, 3)}"


def logarithm_text(cost: float) -> str:
    """Return −ln of the output whose cost this is, so that one can work the cost out from it.

    ``−ln 0.9400``; an output that is all but 0 or 1 is no 0 or 1: ``−ln(2.1 × 10⁻¹⁰¹⁸)``,
    ``−ln(1 − 1.7 × 10⁻⁸)``.
    """
    if not math.isfinite(cost):
        return "−ln(output wanted)"
    output = math.exp(-cost)
    if cost == 0:
        return "−ln 1"
    if output > _NEAR_ONE:
        return f"−ln(1 − {number_text(-math.expm1(-cost), 3)})"
    if output >= _TINY:
        return f"−ln {number_text(output)}"
    # Smaller than any float: by its decimal logarithm.
    exponent = math.floor(-cost / math.log(10))
    digits = fixed_text(10 ** (-cost / math.log(10) - exponent), 2)
    if digits == "10.00":
        digits, exponent = "1.00", exponent + 1
    return f"−ln({power_text(digits, exponent)})"
