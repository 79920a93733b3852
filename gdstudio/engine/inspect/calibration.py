"""When a network may say that it is sure, found from its answers to digits it never trained on.

Softmax outputs of a trained network are over-confident, and stay so for scribbles. So two things
are measured: its confidence, the largest softmax output at a temperature that makes outputs mean
what they say (Guo et al. 2017), and the strength of the evidence, its largest weighted sum, which
is small for what resembles no digit (Hendrycks et al. 2019).
"""

import math
from dataclasses import asdict, dataclass
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from gdstudio.engine.objective import FloatArray

# Among the answers that count as sure, at most this share may be wrong.
WRONG_WHEN_SURE = 0.005
# Of the right answers, this share may lack strength.
WEAK_WHEN_RIGHT = 0.04
# With fewer examples such shares cannot be seen, and nothing is measured.
FEWEST_EXAMPLES = 50
# Between these the temperature is looked for.
LOWEST, HIGHEST = 0.2, 10.0


@dataclass(frozen=True)
class Calibration:
    """The measure of being sure.

    Attributes:
        temperature: what the weighted sums are divided by before the softmax.
        sure_confidence: the confidence from which an answer counts as sure, 0 to 1.
        sure_strength: the largest weighted sum from which it does.
        sure_share: the share of the digits it was measured on whose answers are sure.
        right_when_sure: the share of these that are right.
    """

    temperature: float
    sure_confidence: float
    sure_strength: float
    sure_share: float
    right_when_sure: float

    def confidence(self, sums: FloatArray) -> float:
        """Return the confidence of the answer to the weighted sums ``(classes,)``."""
        return float(_confidences(np.asarray(sums)[None, :], self.temperature)[0])

    def shares(self, sums: FloatArray) -> npt.NDArray[np.float64]:
        """Return how likely each class is, ``(classes,)``, by the weighted sums of one answer."""
        scaled = np.asarray(sums, np.float64) / self.temperature
        powers = np.exp(scaled - scaled.max())
        return np.asarray(powers / powers.sum())

    def is_sure(self, sums: FloatArray) -> bool:
        """Return whether the answer to the weighted sums ``(classes,)`` counts as sure."""
        strength = float(np.max(sums))
        return self.confidence(sums) >= self.sure_confidence and strength >= self.sure_strength

    def as_dict(self) -> dict[str, float]:
        """Return the figures, ready for JSON."""
        return asdict(self)

    @classmethod
    def from_mapping(cls, values: Any) -> Self | None:
        """Return what `as_dict` gave, or None where `values` is anything else.

        Figures that no calibration can have, such as a temperature of 0, are none either.
        """
        try:
            figures = {name: float(values[name]) for name in cls.__dataclass_fields__}
        except (KeyError, TypeError, ValueError, OverflowError):
            return None
        made = cls(**figures)
        shares = (made.sure_confidence, made.sure_share, made.right_when_sure)
        is_possible = (
            0.0 < made.temperature <= HIGHEST * HIGHEST
            and all(0.0 <= share <= 1.0 for share in shares)
            # Infinite where nothing that it was measured on was right: then it is never sure.
            and made.sure_strength > -math.inf
        )
        return made if is_possible else None


def calibrate(sums: FloatArray, labels: npt.NDArray[np.integer[Any]]) -> Calibration:
    """Return the measure for weighted sums ``(n, classes)`` with the right `labels` ``(n,)``."""
    sums = sums.astype(np.float64)
    temperature = _best_temperature(sums, labels)
    confidence = _confidences(sums, temperature)
    strength = sums.max(axis=1)
    right = sums.argmax(axis=1) == labels
    sure_strength = float(np.quantile(strength[right], WEAK_WHEN_RIGHT)) if right.any() else np.inf
    sure_confidence = _sure_from(confidence, right)
    sure = (confidence >= sure_confidence) & (strength >= sure_strength)
    return Calibration(
        temperature=temperature,
        sure_confidence=sure_confidence,
        sure_strength=sure_strength,
        sure_share=float(sure.mean()),
        right_when_sure=float(right[sure].mean()) if sure.any() else 0.0,
    )


def _confidences(sums: FloatArray, temperature: float) -> npt.NDArray[np.float64]:
    scaled = np.asarray(sums, np.float64) / temperature
    scaled -= scaled.max(axis=1, keepdims=True)
    return np.asarray(1.0 / np.exp(scaled).sum(axis=1))


def _best_temperature(sums: FloatArray, labels: npt.NDArray[np.integer[Any]]) -> float:
    """Return the temperature of least cross-entropy, which is convex in its inverse."""
    shifted = sums - sums.max(axis=1, keepdims=True)
    wanted = shifted[np.arange(len(labels)), labels]

    def slope(inverse: float) -> float:
        weights = np.exp(shifted * inverse)
        mean = (weights * shifted).sum(axis=1) / weights.sum(axis=1)
        return float((mean - wanted).mean())

    low, high = 1.0 / HIGHEST, 1.0 / LOWEST
    for _ in range(40):
        middle = 0.5 * (low + high)
        low, high = (low, middle) if slope(middle) > 0 else (middle, high)
    return 2.0 / (low + high)


def _sure_from(confidence: npt.NDArray[np.float64], right: npt.NDArray[np.bool_]) -> float:
    """Return the least confidence from which on few enough answers are wrong."""
    order = np.argsort(-confidence)
    wrong_share = np.cumsum(~right[order]) / np.arange(1, len(order) + 1)
    good = np.flatnonzero(wrong_share <= WRONG_WHEN_SURE)
    return float(confidence[order[good[-1]]]) if len(good) else 1.0
