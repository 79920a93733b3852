"""How a training goes wrong: a loss beyond all measure, the learning rate to blame, what to do."""

from gdstudio.experiment.digits.training_log import TrainingLog
from gdstudio.experiment.mishap import far_above_sentence, is_far_above
from gdstudio.number_text import percent_text, plain_text

# A loss that explodes has grown for this number of steps, perhaps with another rate than the last
# one.
_GROWTH_STEPS = 100
_MOST_RATES = 200
# A loss on the way has exploded from this many times the first on.
_EXPLOSION = 100.0


class RateRecord:
    """The learning rates that were changed on the way, so that the one to blame is known."""

    def __init__(self) -> None:
        # Until which step, and what they were.
        self._before: list[tuple[int, float]] = []

    def note(self, iteration: int, rate: float) -> None:
        """Note that `rate` was chosen until the step `iteration`."""
        self._before = [*self._before[-_MOST_RATES:], (iteration, rate)]

    def largest(self, iteration: int, rate: float) -> float:
        """Return the largest of the last steps' rates; `rate`, typed just now, has made few."""
        since = iteration - _GROWTH_STEPS
        return max([rate, *(before for until, before in self._before if until > since)])


def watch(log: TrainingLog, iteration: int, loss: float, guess: float, rate: float) -> None:
    """Note in `log` the first step whose loss is beyond all measure, and the `rate` to blame."""
    if iteration == 1:
        # A first loss that is large by itself, with huge weights, is no explosion.
        log.measure = _EXPLOSION * max(loss, guess)
    elif loss > log.measure and log.explosion is None:
        log.explosion = (iteration, rate)


def went_wrong(log: TrainingLog, guess: float) -> bool:
    """Return whether the last epoch's losses are far above that of a `guess`."""
    if not log.epochs:
        return False
    return is_far_above((log.epochs[-1].train_loss, log.epochs[-1].test_loss), guess)


def ending_sentence(log: TrainingLog, guess: float, more: int) -> str:
    """Say how many epochs were done, what came of them, and that `more` can follow."""
    count = len(log.epochs)
    done = "The epoch is done" if count == 1 else f"All {count:,} epochs are done"
    if not went_wrong(log, guess):
        return f"{done}. Run trains for {more:,} more."
    text = far_above_sentence(done, log.epochs[-1].train_loss, guess)
    if log.explosion is None:
        right = percent_text(log.epochs[-1].test_accuracy)
        return f"{text}; {right} of the test images are read right."
    step, rate = log.explosion
    return (
        f"{text}: it exploded at step {step:,}, because the learning rate {plain_text(rate)} "
        "is too large."
    )
