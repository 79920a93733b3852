"""What it takes for a network to be sure, in words."""

from gdstudio.app.number_format import percent_text
from gdstudio.experiment.answer import Answerer


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
