"""A network over the plane: two inputs x and y, what is made of them, and a few neurons.

It is a network like any other, of dense layers with dropout between them; what is its own are its
inputs, the *features* of a place, and its outputs: one per class, a single one for two classes, or
a number.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from gdstudio.engine.network.activations import ACTIVATIONS
from gdstudio.engine.network.dense import Dense
from gdstudio.engine.network.grammar import DensePart, DropoutPart, Part, parse_layers
from gdstudio.engine.network.layer import Layer, Shape
from gdstudio.engine.network.loss import Loss
from gdstudio.engine.network.losses import LOSSES
from gdstudio.engine.network.network import Network
from gdstudio.engine.objective import FloatArray
from gdstudio.errors import BadInput
from gdstudio.settings import Choice, Labels, Settings, Text, declare

MOST_LAYERS, MOST_NEURONS, MOST_OUTPUTS = 4, 8, 8


@dataclass(frozen=True)
class Feature:
    """Something that is made of a place (x, y) before the network sees it.

    Attributes:
        key, label: its name for programs and for people.
        value: f(x, y), of arrays of one shape.
        code: the same as a NumPy program has it, an expression of ``x`` and ``y``.
    """

    key: str
    label: str
    value: Callable[[FloatArray, FloatArray], FloatArray]
    code: str


FEATURES: dict[str, Feature] = {
    one.key: one
    for one in (
        Feature("x", "x", lambda x, y: x, "x"),
        Feature("y", "y", lambda x, y: y, "y"),
        Feature("x2", "x²", lambda x, y: x * x, "x * x"),
        Feature("y2", "y²", lambda x, y: y * y, "y * y"),
        Feature("xy", "xy", lambda x, y: x * y, "x * y"),
        Feature("sin-x", "sin x", lambda x, y: np.sin(x), "np.sin(x)"),
        Feature("sin-y", "sin y", lambda x, y: np.sin(y), "np.sin(y)"),
    )
}
_WRITTEN = {
    form: one.key
    for one in FEATURES.values()
    for form in (one.key, one.label, one.label.replace("²", "^2"), one.key.replace("-", "_"))
}


def canonical_features(text: str) -> str:
    """Return the normal form of a list of features, such as ``x, y, x2``, in their own order.

    Raises:
        BadInput: if it names one that there is not, or none at all.
    """
    parts = [" ".join(part.split()).casefold() for part in text.split(",")]
    keys = set()
    for part in filter(None, parts):
        if part not in _WRITTEN:
            raise BadInput(
                f"Features must be some of {', '.join(FEATURES)}, and “{part[:20]}” is none."
            )
        keys.add(_WRITTEN[part])
    if not keys:
        raise BadInput("A network needs at least one feature to look at, such as “x, y”.")
    return ", ".join(key for key in FEATURES if key in keys)


def canonical_plane_network(text: str) -> str:
    """Return the normal form of the hidden layers, such as ``3`` or ``8, 8``; nothing for none.

    Raises:
        BadInput: if it cannot be read or has more layers or neurons than can be shown one by one.
    """
    parts = parse_layers("" if text.strip().casefold() == "none" else text)
    _check(parts)
    return ", ".join(map(str, parts))


def _check(parts: tuple[Part, ...]) -> None:
    dense = 0
    for number, part in enumerate(parts, start=1):
        if isinstance(part, DropoutPart):
            if number == 1:
                raise BadInput("Dropout stands behind a hidden layer, such as “3, dropout 0.2”.")
            continue
        if not isinstance(part, DensePart):
            raise BadInput(
                f"Hidden layer {number} ({part}) looks at pictures, and points are none; write the "
                "numbers of neurons, such as “3” or “8, 8”."
            )
        dense += 1
        if part.neurons > MOST_NEURONS:
            raise BadInput(
                f"Hidden layer {number} has {part.neurons:,} neurons; here, where each one is "
                f"shown, give it at most {MOST_NEURONS}."
            )
    if dense > MOST_LAYERS:
        raise BadInput(
            f"A network here has at most {MOST_LAYERS} hidden layers, not {dense}: each is shown."
        )


@dataclass(frozen=True)
class PlaneNetworkSettings(Settings):
    """The features, the shape of the network, its activation and its loss.

    Attributes:
        classes: the names of the classes; empty where the outputs are numbers. Nobody chooses
            them: the data have them.
        target: what the number is called that a regression predicts.
    """

    features: str = declare(
        Text(
            label="Features",
            explanation="What the network sees of a place: x and y, and what is made of them; some "
            f"of {', '.join(one.label for one in FEATURES.values())}.",
            default="x, y",
            example="x, y, x2, y2",
            canonical=canonical_features,
        )
    )
    network: str = declare(
        Text(
            label="Hidden layers",
            explanation=f"The neurons of each hidden layer, with commas between them: up to "
            f"{MOST_LAYERS} layers of 1 to {MOST_NEURONS}; none is regression. Also dropout 0.2.",
            default="3",
            example="4, 2",
            canonical=canonical_plane_network,
        )
    )
    activation: str = declare(
        Choice(
            label="Activation",
            explanation="What each hidden neuron makes of its weighted sum.",
            default="tanh",
            options=Labels(ACTIVATIONS),
        )
    )
    loss: str = declare(
        Choice(
            label="Loss",
            explanation="What a wrong answer costs; a number to predict costs the squared error.",
            default="cross-entropy",
            options=Labels(LOSSES),
        )
    )

    classes: tuple[str, ...] = ("A", "B")
    target: str = ""

    def __post_init__(self) -> None:
        """Check each value, and that the loss goes with what is to be told."""
        super().__post_init__()
        if len(self.classes) == 1 or len(self.classes) > MOST_OUTPUTS:
            raise BadInput(f"A network here tells 2 to {MOST_OUTPUTS} classes apart.")
        if not self.classes and LOSSES[self.loss].for_numbers is None:
            fits = [key for key, kind in LOSSES.items() if kind.for_numbers is not None]
            raise BadInput(
                f"The loss {LOSSES[self.loss].label.lower()} needs classes, and here a number is "
                f"to be predicted; choose {' or '.join(fits)}."
            )

    @property
    def is_regression(self) -> bool:
        """Whether a number is predicted, not a class."""
        return not self.classes

    @property
    def output_loss(self) -> Loss:
        """The loss in the form that the outputs need."""
        kind = LOSSES[self.loss]
        form = kind.for_numbers if self.is_regression else None
        if len(self.classes) == 2:
            form = kind.for_one_output
        return kind if form is None else form

    @property
    def outputs(self) -> tuple[str, ...]:
        """What each output stands for; a single one for two classes says how sure the second is."""
        if self.is_regression:
            return (self.target or "target",)
        single = len(self.classes) == 2 and LOSSES[self.loss].for_one_output is not None
        return self.classes[1:] if single else self.classes

    @property
    def feature_list(self) -> tuple[Feature, ...]:
        """The features, in the order of the inputs."""
        return tuple(FEATURES[key] for key in self.features.split(", "))

    @property
    def hidden(self) -> tuple[int, ...]:
        """The neurons of each hidden layer."""
        return tuple(p.neurons for p in parse_layers(self.network) if isinstance(p, DensePart))

    @property
    def model(self) -> str:
        """What the model is called: a network without a hidden layer has a name of its own."""
        if self.hidden:
            return "network"
        if self.is_regression:
            return "linear regression"
        if self.loss != "cross-entropy":
            return "single neuron" if len(self.outputs) == 1 else "single layer"
        return "logistic regression" if len(self.outputs) == 1 else "softmax regression"

    def build(self, *, dtype: npt.DTypeLike = np.float64) -> Network:
        """Return the network: an input for each feature."""
        features = self.feature_list
        layers: list[Layer] = []
        shape: Shape = (len(features),)
        for number, part in enumerate(parse_layers(self.network), start=1):
            layers.append(part.build(number, shape, ACTIVATIONS[self.activation]))
            shape = layers[-1].output_shape
        layers.append(Dense(math.prod(shape), len(self.outputs), ACTIVATIONS["identity"]))
        return Network(
            layers,
            self.output_loss,
            dtype=dtype,
            image=(1, len(features)),
            names=self.outputs,
            input_names=tuple(one.label for one in features),
        )

    def inputs(self, places: FloatArray, *, dtype: npt.DTypeLike = np.float64) -> FloatArray:
        """Return what the network sees of places ``(n, 2)``: the features, and ones below.

        The array has shape ``(features + 1, n)``.
        """
        x, y = places[:, 0].astype(dtype), places[:, 1].astype(dtype)
        inputs: FloatArray = np.ones((len(self.feature_list) + 1, len(places)), dtype)
        for row, feature in zip(inputs, self.feature_list, strict=False):
            row[:] = feature.value(x, y)
        return inputs

    def wanted(self, answers: FloatArray, *, dtype: npt.DTypeLike = np.float64) -> FloatArray:
        """Return what each output should be, shape ``(outputs, n)``.

        `answers` ``(n,)`` are classes, counted from 0, or the numbers to predict.
        """
        if self.is_regression or len(self.outputs) < len(self.classes):
            return np.array(answers, dtype)[np.newaxis]
        each = np.arange(len(self.classes))[:, np.newaxis]
        one_hot: FloatArray = (np.asarray(answers) == each).astype(dtype)
        return one_hot

    def answers(self, outputs: FloatArray) -> FloatArray:
        """Return the class, counted from 0, that outputs ``(outputs, n)`` say, or the number."""
        if self.is_regression:
            numbers: FloatArray = outputs[0]
            return numbers
        if len(outputs) < len(self.classes):
            second: FloatArray = (outputs[0] > 0.5).astype(outputs.dtype)
            return second
        chosen: FloatArray = outputs.argmax(axis=0).astype(outputs.dtype)
        return chosen
