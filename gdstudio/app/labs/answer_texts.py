"""What is said of an answer: who gives it, how sure it is, what it costs."""

import math

from gdstudio.app.number_format import number_text, percent_text
from gdstudio.engine.losses import CrossEntropy
from gdstudio.experiment.answer import Answer, Answerer


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


def source_texts(shipped: bool, *, edits: int = 0) -> tuple[str, str]:
    """Return who answers, in a word and in a sentence that offers the other.

    `edits` are those in force, made by hand.
    """
    edited = f", with {edits} edit{'s' if edits > 1 else ''}" if edits else ""
    if shipped:
        return (
            f"The app’s reader answers{edited}",
            "A network that came with the app, already trained, reads what you draw. Click to ask "
            "the network of this lab.",
        )
    return (
        f"This network answers{edited}",
        "The network of this lab reads what you draw, as far as it has learned. Click to ask the "
        "reader that came with the app.",
    )


def cross_entropy_text(answerer: Answerer, answer: Answer, wanted: int) -> str:
    """Return that cost of an answer where the network trains on it, else nothing."""
    if answerer.settings.loss != CrossEntropy.key:
        return ""
    output = float(answer.outputs[wanted])
    cost = -math.log(output) if output > 0 else math.inf
    return f"cost of this example = −ln {output:.3g} = {number_text(cost, 3)}"
