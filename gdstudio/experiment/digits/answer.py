"""A network's answer to one picture: the window and the command line both ask here."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from gdstudio.data.remarks import Noticed, Reading
from gdstudio.engine.inspect.calibration import Calibration
from gdstudio.engine.inspect.edits import Edit, apply_edits, fitting_edits
from gdstudio.engine.inspect.evaluation import Reader, read_only
from gdstudio.engine.network.network import NetworkSettings
from gdstudio.engine.objective import FloatArray
from gdstudio.experiment.digits.doubts import Doubt, is_doubtful, notes, reason
from gdstudio.storage.network_file import NetworkFile


@dataclass(frozen=True, eq=False)
class Answer:
    """What a network says of one picture.

    Attributes:
        index: the number of the brightest output: of digits, the digit.
        outputs: the outputs, shape ``(classes,)``.
        confidence: how sure it is, 0 to 1: calibrated where that is known, else the brightest
            output.
        sure: whether it may say so; None where that was never calibrated.
        sums: the last layer's weighted sums z, shape ``(classes,)``.
        reason: why it is in doubt, a sentence; empty where it is not.
        notes: what was done to find the digit in the picture, a sentence each.
        label: the name of its class, such as “7” or “circle”.
    """

    index: int
    outputs: npt.NDArray[np.floating]
    confidence: float
    sure: bool | None
    sums: npt.NDArray[np.floating]
    reason: str = ""
    notes: tuple[str, ...] = ()
    label: str = ""

    @property
    def is_answer(self) -> bool:
        """Whether the outputs are numbers; those of a network that has exploded are not."""
        return bool(np.isfinite(self.outputs).all())


def read_picture_for(settings: NetworkSettings, path: Path) -> Reading:
    """Return the picture in the file `path` as a network with these settings receives it.

    For digits the digit is found in it; for others it is read as the pictures of a folder are.

    Raises:
        BadInput: if the file cannot be read, is no picture, is damaged, or is too large.
    """
    # Reading pictures is not needed by a window in which one draws.
    if settings.has_digits:
        from gdstudio.data.pictures.images import read_picture

        return read_picture(path)
    from gdstudio.data.pictures.picture_folder import read_own_picture

    return Reading(read_own_picture(path, settings.image))


class Answerer:
    """A network that answers, with parameters that stay, and what is known of its sureness.

    Attributes:
        settings, network: what it is made of, and the same, built.
        calibration: what is known of its sureness.
    """

    def __init__(self, settings: NetworkSettings, calibration: Calibration | None = None):
        self.settings = settings
        self.calibration = calibration
        self.network = settings.build()
        self._reader = Reader(self.network)
        self._edits: tuple[Edit, ...] = ()
        self._learned: FloatArray | None = None

    @classmethod
    def of_file(cls, kept: NetworkFile) -> Self:
        """Return the answerer for a kept network."""
        made = cls(kept.settings, Calibration.from_mapping(kept.training.get("calibration")))
        made.load(kept.parameters)
        return made

    @property
    def edits(self) -> tuple[Edit, ...]:
        """The edits in force, all of neurons and weights that the network has."""
        return self._edits

    @property
    def parameters(self) -> FloatArray:
        """θ as it answers, edits and all, read-only, shape ``(size,)``."""
        return self._reader.parameters

    @property
    def learned(self) -> FloatArray:
        """θ without edits, read-only, shape ``(size,)``."""
        return self._reader.parameters if self._learned is None else self._learned

    def load(self, parameters: FloatArray) -> None:
        """Take over θ, a copy unless it is read-only; the edits in force are made to it, too."""
        if self._edits:
            self._learned = read_only(parameters)
            parameters = apply_edits(self.network, parameters, self._edits)
        self._reader.load(parameters)

    def edit(self, edits: tuple[Edit, ...]) -> None:
        """Answer with these edits from now on, as far as they fit, in place of those before."""
        edits = fitting_edits(self.network, edits)
        if edits != self._edits:
            learned = self.learned
            self._edits, self._learned = edits, None
            self.load(learned)

    @property
    def measure(self) -> Calibration | None:
        """What is known of its sureness as it is now; with edits in force, nothing."""
        return None if self._edits else self.calibration

    def answer(
        self, picture: npt.NDArray[np.uint8], noticed: Sequence[Noticed] = ()
    ) -> Answer | None:
        """Return the answer to a picture in bytes; None where nothing is drawn.

        `noticed` is what was noticed about the picture: it may put the answer in doubt. What is
        odd in a digit need not be so in other things.
        """
        classes = self.settings.classes
        if not self.settings.has_digits:
            noticed = ()
        if not picture.any():
            return None
        outputs = self._reader.read(picture)
        index = int(outputs.argmax())
        label = classes[index]
        sums: Any = self._reader.sums.copy()
        known, doubtful = self.measure, is_doubtful(noticed)
        said = tuple(notes(noticed))
        if known is None:
            why = reason(noticed, None, classes) if doubtful else ""
            return Answer(index, outputs, float(outputs[index]), None, sums, why, said, label)
        sure = known.is_sure(sums) and not doubtful
        doubt = None
        if np.isfinite(sums).all():
            doubt = Doubt(known.shares(sums), float(sums.max()) >= known.sure_strength)
        why = "" if sure else reason(noticed, doubt, classes)
        return Answer(index, outputs, known.confidence(sums), sure, sums, why, said, label)

    def loss(self, answer: Answer, wanted: int) -> float:
        """Return the loss of an answer where `wanted` is right, by the network's own loss."""
        target = (np.arange(len(answer.outputs)) == wanted)[:, np.newaxis].astype(np.float64)
        columns = answer.outputs[:, np.newaxis], answer.sums[:, np.newaxis]
        return float(self.network.loss.example_losses(*columns, target)[0])
