"""Losses: what the network's last weighted sums cost, given the wanted answer.

A loss comes with the output function it belongs to: squared error with sigmoid outputs,
cross-entropy with softmax. Arrays are feature-major: one column per example.
"""

import math
from typing import ClassVar

import numpy as np
import numpy.typing as npt

from gdstudio.engine.network.activations import ACTIVATIONS
from gdstudio.engine.network.loss import Loss, LossColumn, LossPass, LossTable
from gdstudio.engine.objective import FloatArray
from gdstudio.engine.source_code import Lacks, SourceCode
from gdstudio.number_text import fixed_text, number_text, power_text

# Nearer to 0 or 1 than this, an output is written so that its logarithm can be taken from it.
_TINY, _NEAR_ONE = 1e-4, 0.99


class _SigmoidPass(LossPass):
    """A pass whose outputs are σ(z)."""

    _sigmoid = ACTIVATIONS["sigmoid"]

    def respond(self, sums: FloatArray) -> FloatArray:
        np.copyto(self.outputs, sums)
        self._sigmoid.apply(self.outputs)
        return self.outputs


class _SquaredErrorPass(_SigmoidPass):
    def average_loss(self, sums: FloatArray, wanted: FloatArray) -> float:
        self.respond(sums)
        np.subtract(self.outputs, wanted, out=self.delta)
        loss = 0.5 * float(np.vdot(self.delta, self.delta)) / self._batch_size
        self._sigmoid.multiply_by_slope(self.outputs, self.delta, self._scratch)
        np.multiply(self.delta, self._share, out=self.delta)
        return loss


class SquaredError(Loss):
    """½ Σ (wanted − output)² over the outputs, sigmoid outputs: δ = (a − y) a (1 − a)."""

    key = "squared-error"
    label = "Squared error"
    formula = "½ Σ (wanted − output)²"
    output_activation = ACTIVATIONS["sigmoid"]
    output_label = output_activation.label.lower()
    output_text = output_activation.output_text
    suitable_rate = 1.0
    teaching_rate = 0.1
    _sum_error_form = "({output} − {wanted}) · {output} · (1 − {output})"
    pass_type: ClassVar[type[LossPass]] = _SquaredErrorPass
    source: ClassVar[SourceCode] = SourceCode(
        numpy="""
def outputs(z):
    return sigmoid(z)


def cost(z, y):
    difference = outputs(z) - y
    return 0.5 * float(np.vdot(difference, difference)) / y.shape[1]


def output_error(z, y):
    return (outputs(z) - y) * sigmoid_slope(z)
""",
        torch="0.5 * (torch.sigmoid(z) - y).square().sum(dim=1).mean()",
        keras="0.5 * keras.ops.mean(keras.ops.sum((a - y) ** 2, axis=1))",
        sklearn=Lacks("has no squared error for classes; its classifier minimises cross-entropy"),
    )
    _output_tooltip = "What the network says, 0 to 1."
    _wanted_tooltip, _wanted_figures = "1 for the right class, else 0.", 1

    @property
    def for_numbers(self) -> Loss:
        """Squared error with linear outputs."""
        return LINEAR_SQUARED_ERROR

    def guess_loss(self, classes: int) -> float:
        """Return ½ ((1 − 1/n)² + (n − 1)/n²) = ½ (1 − 1/n)."""
        return 0.5 * (1.0 - 1.0 / classes)

    def output_errors(self, outputs: FloatArray, wanted: FloatArray) -> FloatArray:
        """Return a − y."""
        errors: FloatArray = outputs - wanted
        return errors

    def example_losses(
        self, outputs: FloatArray, sums: FloatArray, wanted: FloatArray
    ) -> npt.NDArray[np.float64]:
        """Return ½ Σ (wanted − output)² of each example."""
        gaps = outputs.astype(np.float64) - wanted
        losses: npt.NDArray[np.float64] = 0.5 * np.einsum("ij,ij->j", gaps, gaps)
        return losses

    def loss_table(
        self, outputs: FloatArray, sums: FloatArray, wanted: FloatArray, loss: float
    ) -> LossTable:
        """Return wanted less output, its square, and half of their sum."""
        difference = wanted - outputs
        squares = np.square(difference.astype(np.float64))
        total, title = float(squares.sum()), "(w − o)²"
        columns = (
            LossColumn("output", outputs, self._output_tooltip),
            LossColumn("wanted", wanted, self._wanted_tooltip, figures=self._wanted_figures),
            LossColumn("w − o", difference, "Wanted less output.", signed=True),
            LossColumn(title, squares, "The squared difference."),
        )
        return LossTable(columns, title, total, f"½ · Σ = ½ · {number_text(total)}")

    def loss_text(self, loss: float) -> str:
        """Return that it is half of Σ."""
        return "½ · Σ"


class _CrossEntropyPass(LossPass):
    def __init__(self, classes: int, batch_size: int, dtype: np.dtype[np.floating]):
        super().__init__(classes, batch_size, dtype)
        self._row = np.empty((1, batch_size), dtype)
        self._ones = np.ones(batch_size, dtype)

    def respond(self, sums: FloatArray) -> FloatArray:
        # The largest sum is taken off first, so that e^z cannot overflow.
        np.maximum.reduce(sums, axis=0, out=self._row, keepdims=True)
        np.subtract(sums, self._row, out=self._scratch)
        np.exp(self._scratch, out=self.outputs)
        np.add.reduce(self.outputs, axis=0, out=self._row, keepdims=True)
        np.divide(self.outputs, self._row, out=self.outputs)
        return self.outputs

    def average_loss(self, sums: FloatArray, wanted: FloatArray) -> float:
        self.respond(sums)
        np.subtract(self.outputs, wanted, out=self.delta)
        np.multiply(self.delta, self._share, out=self.delta)
        # −ln softmax(z)_y = ln Σ e^z − z_y, exact even where the softmax underflows to 0.
        np.log(self._row, out=self._row)
        log_sums = float(np.vdot(self._row, self._ones))
        return (log_sums - float(np.vdot(self._scratch, wanted))) / self._batch_size


class CrossEntropy(Loss):
    """−ln(output of the right class), softmax outputs: δ = a − y."""

    key = "cross-entropy"
    label = "Cross-entropy"
    formula = "−ln(output wanted)"
    output_label = "softmax"
    output_text = "eᶻ / Σ eᶻ"
    suitable_rate = 0.1
    teaching_rate = 0.005
    pass_type = _CrossEntropyPass
    source: ClassVar[SourceCode] = SourceCode(
        numpy="""
def outputs(z):
    # The largest sum is taken off first, so that no power of e overflows.
    powers = np.exp(z - z.max(axis=0))
    return powers / powers.sum(axis=0)


def cost(z, y):
    # -ln(output of the right class) = ln(sum of the powers) - z of the right class.
    below = z - z.max(axis=0)
    logarithms = np.log(np.exp(below).sum(axis=0))
    total = float(np.vdot(logarithms, np.ones_like(logarithms)))
    return (total - float(np.vdot(below, y))) / y.shape[1]


def output_error(z, y):
    return outputs(z) - y
""",
        torch="nn.functional.cross_entropy(z, y)",
        keras="keras.ops.mean(keras.losses.categorical_crossentropy(y, a))",
        sklearn='"log_loss"',
    )

    @property
    def for_one_output(self) -> Loss:
        """Cross-entropy with a sigmoid output."""
        return BINARY_CROSS_ENTROPY

    def guess_loss(self, classes: int) -> float:
        """Return −ln(1/n) = ln n."""
        return math.log(classes)

    def output_errors(self, outputs: FloatArray, wanted: FloatArray) -> FloatArray:
        """Return −y / a, of −Σ y ln a."""
        with np.errstate(divide="ignore", invalid="ignore"):  # 0 / 0 is not asked for
            errors: FloatArray = np.where(wanted > 0, -wanted / outputs, outputs.dtype.type(0))
        return errors

    def sum_errors(self, outputs: FloatArray, wanted: FloatArray) -> FloatArray:
        """Return a − y."""
        errors: FloatArray = outputs - wanted
        return errors

    def hand_loss(self, outputs: FloatArray, wanted: FloatArray) -> float:
        """Return −Σ y ln a."""
        known = wanted > 0
        with np.errstate(divide="ignore"):
            return -float((wanted[known] * np.log(outputs[known])).sum())

    def example_losses(
        self, outputs: FloatArray, sums: FloatArray, wanted: FloatArray
    ) -> npt.NDArray[np.float64]:
        """Return −Σ y ln a of each example, from the sums: exact where an output is all but 0 or 1.

        −ln aᵢ = ln Σ e^z − zᵢ = (max z − zᵢ) + ln(1 + Σ e^(z − max z) over all but the largest).
        """
        exact = sums.astype(np.float64)
        with np.errstate(over="ignore", invalid="ignore"):
            largest = exact.argmax(axis=0)
            below = exact - np.take_along_axis(exact, largest[np.newaxis], axis=0)
            powers = np.exp(below)
            np.put_along_axis(powers, largest[np.newaxis], 0.0, axis=0)
            rest = np.log1p(powers.sum(axis=0))
            # Where nothing is wanted nothing is paid, even for an output that is 0.
            losses: npt.NDArray[np.float64] = np.where(
                wanted > 0, wanted * (rest - below), 0.0
            ).sum(axis=0)
        return losses

    def loss_table(
        self, outputs: FloatArray, sums: FloatArray, wanted: FloatArray, loss: float
    ) -> LossTable:
        """Return the powers of e, the outputs as their shares, and −ln of the one wanted."""
        # The largest is taken off first, so that no power overflows; the shares stay the same.
        powers = np.exp(sums.astype(np.float64) - float(sums.max()))
        title = "e^(z − max)"
        columns = (
            LossColumn("z", sums, "The weighted sum of each output.", figures=3, signed=True),
            LossColumn(title, powers, "The largest z is taken off first."),
            LossColumn("output", outputs, "Each power as a share of Σ."),
            _wanted_column(wanted),
        )
        worked = self.loss_text(loss) if math.isfinite(loss) else "–: its numbers have exploded"
        return LossTable(columns, title, float(powers.sum()), f"−ln(output wanted) = {worked}")

    def loss_text(self, loss: float) -> str:
        """Return −ln of the output wanted."""
        return logarithm_text(loss)


def _wanted_column(wanted: FloatArray) -> LossColumn:
    return LossColumn("wanted", wanted, "1 for the right class, else 0.", figures=1)


def logarithm_text(loss: float) -> str:
    """Return −ln of the output whose loss this is, so that one can work the loss out from it.

    ``−ln 0.9400``; an output that is all but 0 or 1 is no 0 or 1: ``−ln(2.1 × 10⁻¹⁰¹⁸)``,
    ``−ln(1 − 1.7 × 10⁻⁸)``.
    """
    if not math.isfinite(loss):
        return "−ln(output wanted)"
    output = math.exp(-loss)
    if loss == 0:
        return "−ln 1"
    if output > _NEAR_ONE:
        return f"−ln(1 − {number_text(-math.expm1(-loss), 3)})"
    if output >= _TINY:
        return f"−ln {number_text(output)}"
    # Smaller than any float: by its decimal logarithm.
    exponent = math.floor(-loss / math.log(10))
    digits = fixed_text(10 ** (-loss / math.log(10) - exponent), 2)
    if digits == "10.00":
        digits, exponent = "1.00", exponent + 1
    return f"−ln({power_text(digits, exponent)})"


class _LinearSquaredErrorPass(LossPass):
    def respond(self, sums: FloatArray) -> FloatArray:
        np.copyto(self.outputs, sums)
        return self.outputs

    def average_loss(self, sums: FloatArray, wanted: FloatArray) -> float:
        self.respond(sums)
        np.subtract(self.outputs, wanted, out=self.delta)
        loss = 0.5 * float(np.vdot(self.delta, self.delta)) / self._batch_size
        np.multiply(self.delta, self._share, out=self.delta)
        return loss


class LinearSquaredError(SquaredError):
    """½ Σ (wanted − output)² where the outputs are the sums themselves: δ = a − y."""

    output_activation = ACTIVATIONS["identity"]
    output_label = "linear"
    output_text = output_activation.output_text
    suitable_rate = 0.1
    _sum_error_form = SquaredError.error_form
    pass_type = _LinearSquaredErrorPass
    source: ClassVar[SourceCode] = SourceCode(
        numpy="""
def outputs(z):
    return z


def cost(z, y):
    difference = outputs(z) - y
    return 0.5 * float(np.vdot(difference, difference)) / y.shape[1]


def output_error(z, y):
    return outputs(z) - y
""",
        torch="0.5 * (z - y).square().sum(dim=1).mean()",
        keras="0.5 * keras.ops.mean(keras.ops.sum((a - y) ** 2, axis=1))",
        sklearn='"squared_error"',
    )
    _output_tooltip = "What the network says."
    _wanted_tooltip, _wanted_figures = "What it should have said.", 4

    @property
    def for_one_output(self) -> None:
        """It tells no classes apart."""
        return


class _BinaryCrossEntropyPass(_SigmoidPass):
    def average_loss(self, sums: FloatArray, wanted: FloatArray) -> float:
        self.respond(sums)
        loss = float(_sigmoid_losses(sums, wanted).sum()) / self._batch_size
        np.subtract(self.outputs, wanted, out=self.delta)
        np.multiply(self.delta, self._share, out=self.delta)
        return loss


def _sigmoid_losses(sums: FloatArray, wanted: FloatArray) -> FloatArray:
    """Return −y ln a − (1 − y) ln(1 − a) with a = σ(z), for y of 0 to 1, of the same shape.

    With ln a = −ln(1 + e⁻ᶻ) and ln(1 − a) = ln a − z it is max(z, 0) − y z + ln(1 + e^−|z|), which
    no z makes inexact or infinite.
    """
    losses: FloatArray = np.log1p(np.exp(-np.abs(sums)))
    losses += np.maximum(sums, 0.0)
    losses -= wanted * sums
    return losses


class BinaryCrossEntropy(Loss):
    """−y ln a − (1 − y) ln(1 − a), sigmoid outputs, each by itself: δ = a − y.

    With one output that is the loss of logistic regression.
    """

    key = CrossEntropy.key
    label = CrossEntropy.label
    formula = "−ln(output) where 1 is wanted, −ln(1 − output) where 0 is"
    output_activation = ACTIVATIONS["sigmoid"]
    output_label = output_activation.label.lower()
    output_text = output_activation.output_text
    error_form = "({output} − {wanted}) / ({output} · (1 − {output}))"
    _sum_error_form = "{output} − {wanted}"
    suitable_rate = 0.5
    teaching_rate = 0.05
    pass_type = _BinaryCrossEntropyPass
    source: ClassVar[SourceCode] = SourceCode(
        numpy="""
def outputs(z):
    return sigmoid(z)


def cost(z, y):
    # -y ln a - (1 - y) ln(1 - a), so written that no z makes it infinite.
    losses = np.log1p(np.exp(-np.abs(z)))
    losses += np.maximum(z, 0.0)
    losses -= y * z
    return float(losses.sum()) / y.shape[1]


def output_error(z, y):
    return outputs(z) - y
""",
        torch="nn.functional.binary_cross_entropy_with_logits(z, y)",
        keras="keras.ops.mean(keras.losses.binary_crossentropy(y, a))",
        sklearn='"log_loss"',
    )

    def guess_loss(self, classes: int) -> float:
        """Return ln 2 for each output: of outputs that are ½."""
        return classes * math.log(2)

    def output_errors(self, outputs: FloatArray, wanted: FloatArray) -> FloatArray:
        """Return (a − y) / (a (1 − a))."""
        with np.errstate(divide="ignore", invalid="ignore"):
            errors: FloatArray = (outputs - wanted) / (outputs * (1.0 - outputs))
        return errors

    def sum_errors(self, outputs: FloatArray, wanted: FloatArray) -> FloatArray:
        """Return a − y."""
        errors: FloatArray = outputs - wanted
        return errors

    def hand_loss(self, outputs: FloatArray, wanted: FloatArray) -> float:
        """Return −y ln a − (1 − y) ln(1 − a), added up."""
        with np.errstate(divide="ignore", invalid="ignore"):
            each = np.log(np.where(wanted > 0.5, outputs, 1.0 - outputs))
        return -float(each.sum())

    def example_losses(
        self, outputs: FloatArray, sums: FloatArray, wanted: FloatArray
    ) -> npt.NDArray[np.float64]:
        """Return the loss of each example from the sums, exact where an output is nearly 0."""
        exact = _sigmoid_losses(sums.astype(np.float64), wanted.astype(np.float64))
        losses: npt.NDArray[np.float64] = exact.sum(axis=0)
        return losses

    def loss_table(
        self, outputs: FloatArray, sums: FloatArray, wanted: FloatArray, loss: float
    ) -> LossTable:
        """Return each output, what was wanted, and the loss of each."""
        each = _sigmoid_losses(sums.astype(np.float64), wanted.astype(np.float64))
        total, title = float(each.sum()), "loss"
        columns = (
            LossColumn("z", sums, "The weighted sum of each output.", figures=3, signed=True),
            LossColumn("output", outputs, "σ(z), from 0 to 1."),
            LossColumn("wanted", wanted, "1 for the class the output stands for, else 0.", 1),
            LossColumn(title, each, "−ln(output) where 1 is wanted, else −ln(1 − output)."),
        )
        return LossTable(columns, title, total, f"Σ = {number_text(total)}")


LINEAR_SQUARED_ERROR = LinearSquaredError()
BINARY_CROSS_ENTROPY = BinaryCrossEntropy()

LOSSES: dict[str, Loss] = {kind.key: kind for kind in (SquaredError(), CrossEntropy())}
