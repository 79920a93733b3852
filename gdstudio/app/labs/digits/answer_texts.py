"""What is said of an answer: how sure it is, its loss, and what another network answers."""

from gdstudio.engine.network.losses import LOSSES
from gdstudio.experiment.digits.answer import Answer, Answerer
from gdstudio.number_text import fixed_text, number_text, percent_text


def sureness_text(answerer: Answerer) -> str:
    """Return what “sure” means for a network that was calibrated."""
    known = answerer.calibration
    assert known is not None
    kind = "digit" if answerer.settings.has_digits else "image"
    return (
        f"Below a confidence of {percent_text(known.sure_confidence, 0)}, or where little speaks "
        f"for any {kind}, it says “not sure”. On test {kind}s it was sure of "
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
    return (
        f"The app’s own reader says {answer.label or answer.index}, {how}. {answer.reason}".strip()
    )


def loss_text(answerer: Answerer, answer: Answer, wanted: int) -> str:
    """Return the loss of an answer, and how it is worked out where that can be seen."""
    loss = answerer.loss(answer, wanted)
    worked = LOSSES[answerer.settings.loss].loss_text(loss)
    return " = ".join(filter(None, ("loss of this example", worked, number_text(loss, 3))))
