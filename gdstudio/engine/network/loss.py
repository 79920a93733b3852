"""What every loss has: an output function, a loss, errors, and how one works them out by hand.

Arrays are feature-major: one column per example.
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import numpy.typing as npt

from gdstudio.engine.network.activations import Activation
from gdstudio.engine.objective import FloatArray
from gdstudio.engine.source_code import SourceCode


@dataclass(frozen=True, eq=False)
class LossColumn:
    """One number of each output, on the way to the loss of an example.

    Attributes:
        title, tooltip: its name, and what it is.
        values: shape ``(classes,)``.
        figures: how many significant figures the largest one shows.
        signed: whether its signs matter.
    """

    title: str
    values: npt.NDArray[np.floating]
    tooltip: str
    figures: int = 4
    signed: bool = False


@dataclass(frozen=True, eq=False)
class LossTable:
    """How the loss of one example is worked out.

    Attributes:
        columns: number by number, for each output.
        summed: the title of the column that is added up.
        total: its sum.
        result: how the loss comes from it, such as “½ · Σ = ½ · 0.32”.
    """

    columns: tuple[LossColumn, ...]
    summed: str
    total: float
    result: str


class LossPass(ABC):
    """Buffers for one batch size, allocated once.

    Attributes:
        outputs: the network's outputs, from 0 to 1, shape ``(classes, batch)``.
        delta: ∂C/∂z of the last weighted sums z, where C is averaged over the batch; same shape.
            `scale_delta` lets it be a multiple of that.
    """

    def __init__(self, classes: int, batch_size: int, dtype: np.dtype[np.floating]):
        self.outputs = np.empty((classes, batch_size), dtype)
        self.delta = np.empty((classes, batch_size), dtype)
        self._scratch = np.empty((classes, batch_size), dtype)
        self._batch_size = batch_size
        # As an array, for NumPy makes one of a Python number at every call.
        self._share = np.array(1.0 / batch_size, dtype)
        self._scale = 1.0

    def scale_delta(self, scale: float) -> None:
        """Let `delta`, and with it every gradient that comes from it, be `scale` times ∂C/∂z."""
        if scale != self._scale:
            self._scale = scale
            self._share[()] = scale / self._batch_size

    @abstractmethod
    def respond(self, sums: FloatArray) -> FloatArray:
        """Write the outputs for the weighted sums z ``(classes, batch)``, and return them."""

    @abstractmethod
    def average_loss(self, sums: FloatArray, wanted: FloatArray) -> float:
        """Return the loss averaged over the batch; write `outputs` and `delta`.

        `wanted` is one-hot, shape ``(classes, batch)``; `sums` may be overwritten.
        """


class Loss(ABC):
    """A loss and its output function.

    Attributes:
        key, label: its name for programs and for people.
        formula: the loss of one example as the window writes it.
        output_label: the output function's name.
        output_text: how an output is written in a calculation.
        output_activation: the output function, if it looks at one sum at a time.
        error_form: how the error of an output is worked out from `output` and `wanted`: ∂C/∂a,
            or without an `output_activation` ∂C/∂z at once.
        suitable_rate: a learning rate that suits plain gradient descent on digits.
        teaching_rate: one that suits steps on a single misread picture. For a misread example has
            a steep slope: one step at 0.05 costs the app's reader (cross-entropy) a quarter of
            its right answers on MNIST's test images, one at 0.005 some twenty of 10,000; with
            squared error a step at 1 costs a 784-20-20-10 network hundreds, one at 0.1 some ten.
        source: the loss as a program of its own has it. The NumPy lines define ``outputs(z)``,
            ``cost(z, y)``, averaged over the examples, and ``output_error(z, y)``, ∂C/∂z of each
            example, for sums z and wanted outputs y of shape ``(outputs, n)``; they may use the
            functions of `output_activation`. That of PyTorch takes ``z`` and ``y``, too.
    """

    key: ClassVar[str]
    label: ClassVar[str]
    formula: ClassVar[str]
    output_label: ClassVar[str]
    output_text: ClassVar[str]
    output_activation: ClassVar[Activation | None] = None
    error_form: ClassVar[str] = "{output} − {wanted}"
    _sum_error_form: ClassVar[str] = ""
    suitable_rate: ClassVar[float]
    teaching_rate: ClassVar[float]
    source: ClassVar[SourceCode]
    pass_type: ClassVar[type[LossPass]]

    def prepare(self, classes: int, batch_size: int, dtype: np.dtype[np.floating]) -> LossPass:
        """Return the buffers for one batch size."""
        return self.pass_type(classes, batch_size, dtype)

    @abstractmethod
    def guess_loss(self, classes: int) -> float:
        """Return the loss of a guess: of outputs that are 1/n each, for n classes."""

    @abstractmethod
    def output_errors(self, outputs: FloatArray, wanted: FloatArray) -> FloatArray:
        """Return ∂C/∂a of the outputs a of one example, shape ``(classes,)``."""

    @property
    def sum_error_form(self) -> str:
        """How δ = ∂C/∂z of an output's sum is worked out from `output` and `wanted`."""
        if self._sum_error_form or self.output_activation is None:
            return self._sum_error_form or self.error_form
        return f"({self.error_form}) · {self.output_activation.slope_name}"

    def sum_errors(self, outputs: FloatArray, wanted: FloatArray) -> FloatArray:
        """Return δ = ∂C/∂z of the outputs of one example, as one works it out from the outputs."""
        errors = self.output_errors(outputs, wanted)
        if self.output_activation is not None:
            slopes = np.empty_like(outputs)
            self.output_activation.multiply_by_slope(outputs, errors, slopes)
        return errors

    def hand_loss(self, outputs: FloatArray, wanted: FloatArray) -> float:
        """Return the loss of one example as one works it out from its outputs alone."""
        columns = outputs[:, np.newaxis], wanted[:, np.newaxis]
        return float(self.example_losses(columns[0], columns[0], columns[1])[0])

    @abstractmethod
    def example_losses(
        self, outputs: FloatArray, sums: FloatArray, wanted: FloatArray
    ) -> npt.NDArray[np.float64]:
        """Return the loss of each example by itself, in ``float64``, shape ``(n,)``.

        Args:
            outputs: the network's, shape ``(classes, n)``.
            sums: the last layer's weighted sums z, same shape.
            wanted: what each output should be, same shape.
        """

    @abstractmethod
    def loss_table(
        self, outputs: FloatArray, sums: FloatArray, wanted: FloatArray, loss: float
    ) -> LossTable:
        """Return how the loss of one example is worked out; arrays of shape ``(classes,)``."""

    def loss_text(self, loss: float) -> str:
        """Return how a loss is worked out from what is shown with the outputs, or nothing.

        There stand each output, what was wanted, and Σ of the squared differences.
        """
        return ""

    @property
    def for_one_output(self) -> "Loss | None":
        """The same loss where one output tells two classes apart: 0 is the one, 1 the other.

        None where there is no such form, and each class needs an output of its own.
        """
        return self if self.output_activation is not None else None

    @property
    def for_numbers(self) -> "Loss | None":
        """The same loss where the outputs are any numbers, for regression; None for no such."""
        return None
