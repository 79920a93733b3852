"""How a training goes wrong, whatever the lab: the sentences, and the rate to try instead."""

from collections.abc import Iterable
from typing import Protocol

from gdstudio.number_text import plain_text, round_to_figures

# A loss at the end is far above that of a guess from this many times it on.
_FAR_ABOVE = 2.0


class RateSettings(Protocol):
    """Settings that know a learning rate that suits data and loss."""

    def suitable_rate(self) -> float:
        """Return that rate."""


def is_far_above(losses: Iterable[float], guess: float) -> bool:
    """Return whether all `losses` are far above that of a `guess`."""
    return min(losses) > _FAR_ABOVE * guess > 0


def far_above_sentence(done: str, loss: float, guess: float) -> str:
    """Say of what is `done` that the `loss` at its end is worse than that of a `guess`.

    It has no full stop, so that a reason can follow.
    """
    loss_text, guess_text = plain_text(loss, 3), plain_text(guess, 3)
    return f"{done}, but the loss, {loss_text}, is far above that of a guess, {guess_text}"


def milder_rate(settings: RateSettings, largest: float) -> float:
    """Return a rate that suits data and loss, or a tenth of `largest` where that is smaller."""
    return min(settings.suitable_rate(), round_to_figures(largest / 10, 1))


def explosion_sentence(iteration: int, largest: float, milder: float) -> str:
    """Say that the steps grew; it cannot be proved that a `milder` rate is enough."""
    return (
        f"The loss exploded at step {iteration:,}: the learning rate {plain_text(largest)} is too "
        f"large. Take a smaller one, such as {plain_text(milder)}."
    )
