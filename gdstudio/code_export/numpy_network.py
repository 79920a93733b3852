"""Networks as NumPy programs: the sections that Points and Digits have in common."""

from collections.abc import Iterable

from gdstudio.code_export.common import optimizer_section
from gdstudio.code_export.layer_code import (
    WITH_ONES,
    LayerLines,
    function_name,
    layer_lines,
)
from gdstudio.code_export.program import Part, Section, block, indented
from gdstudio.engine.network.activations import ACTIVATIONS, Activation
from gdstudio.engine.network.layer import WeightedLayer
from gdstudio.engine.network.network import Network
from gdstudio.engine.optimizers.catalogue import OptimizerSettings
from gdstudio.engine.optimizers.regularization import RegularizationSettings

_BETWEEN_FUNCTIONS = "\n\n\n"


def parameter_section(network: Network, *, vector: str, training: bool) -> Section:
    """Return where the weights are: `vector` is the expression of θ."""
    names = ["W[{k}] = theta[{begin}:{end}].reshape({units}, {inputs})"]
    made = [f"theta = {vector}"]
    text = (
        "All weights and biases are one vector θ. W[k] are those of layer k, a view into it: one "
        "row for each neuron or filter, its bias last."
    )
    if training:
        names.append("G[{k}] = gradient[{begin}:{end}].reshape({units}, {inputs})")
        made.append("gradient = np.zeros_like(theta)")
        text += " The gradient is a vector of the same form, with views G[k]."
    made.append("W, G = {}, {}" if training else "W = {}")
    begin = 0
    for number, layer in enumerate(network.layers, start=1):
        if isinstance(layer, WeightedLayer):
            end = begin + layer.size
            for name in names:
                made.append(
                    name.format(
                        k=number, begin=begin, end=end, units=layer.units, inputs=layer.fan_in + 1
                    )
                )
        begin += layer.size
    return Section("The parameters", text, "\n".join(made))


def mask_section(network: Network) -> Section:
    """Return which numbers are weights and which are biases."""
    lines = ["IS_WEIGHT = np.ones_like(theta)"]
    begin = 0
    for layer in network.layers:
        if isinstance(layer, WeightedLayer):
            step = layer.fan_in + 1
            end = begin + layer.size
            lines.append(f"IS_WEIGHT[{begin + step - 1}:{end}:{step}] = 0.0  # biases")
        begin += layer.size
    return Section("What decays", "Weights shrink, biases do not.", "\n".join(lines))


def activation_sections(network: Network, *, training: bool) -> list[Section]:
    """Return the functions that make outputs of sums, and the output function with the loss."""
    found: list[Activation] = []
    for layer in network.layers[:-1]:
        if isinstance(layer, WeightedLayer):
            found.append(layer.activation)
    hidden = list(dict.fromkeys(found))
    if network.loss.output_activation is ACTIVATIONS["sigmoid"]:
        found.append(ACTIVATIONS["sigmoid"])
    sections = []
    for kind in dict.fromkeys(found):
        code = kind.source.numpy.strip()
        is_asked = kind in hidden or f"{function_name(kind)}_slope" in network.loss.source.numpy
        if not (training and is_asked):
            code = _without_slopes(code, function_name(kind))
        said = kind.formula if kind in hidden else f"{kind.formula}, for the outputs"
        sections.append(Section(kind.label, f"{said}.", code))
    return sections


def _without_slopes(code: str, name: str) -> str:
    """Return the functions without the one that says how steep the activation is."""
    kept = [one for one in code.split(_BETWEEN_FUNCTIONS) if f"def {name}_slope" not in one]
    return _BETWEEN_FUNCTIONS.join(kept)


def forward_section(network: Network, *, training: bool) -> Section:
    """Return the forward pass, and what it calls."""
    lines = layer_lines(network, training=training)
    forwards = "".join(line for one in lines for line in one.forward)
    others = ["z", *(name for name in "pm" if f"{name}[" in forwards)]
    body = [
        '"""Return what every layer says, from the inputs x on, and what led to it."""',
        "a = {0: x}",
        *(f"{name} = {{}}" for name in others),
        *(line for one in lines for line in one.forward),
        f"return a, {', '.join(others)}",
    ]
    arguments = "x, training=False" if _is_random(lines) else "x"
    parts = [one.helper for one in lines] + [f"def forward({arguments}):\n{indented(body)}"]
    if len(network.layers) > 1:
        parts.insert(0, WITH_ONES)
    return Section(
        "Forward",
        f"From the inputs to the sums z of the outputs: {network.shape}.",
        _functions(parts),
        Part.FORWARD,
    )


def _functions(codes: Iterable[str]) -> str:
    """Return functions one below the other, each once, empty ones left out."""
    return _BETWEEN_FUNCTIONS.join(dict.fromkeys(one.strip() for one in codes if one))


def sums(network: Network, inputs: str) -> str:
    """Return the expression of the last layer's sums for `inputs`."""
    return f"forward({inputs})[1][{len(network.layers)}]"


def _is_random(lines: Iterable[LayerLines]) -> bool:
    return any("dropout(" in line for one in lines for line in one.forward)


def is_random(network: Network) -> bool:
    """Return whether chance has a part in a step."""
    return _is_random(layer_lines(network))


def cost_section(network: Network, *, training: bool) -> Section:
    """Return the outputs, the loss, and the error of the outputs."""
    code = network.loss.source.numpy.strip()
    if not training:
        code = _BETWEEN_FUNCTIONS.join(code.split(_BETWEEN_FUNCTIONS)[:-1])
    text = f"{network.loss.label}: {network.loss.formula}, averaged over the examples."
    return Section("The cost", text, code, Part.COST)


def backward_section(network: Network) -> Section:
    """Return backpropagation."""
    lines = layer_lines(network)
    last = len(lines)
    first = next(n for n, layer in enumerate(network.layers, start=1) if layer.size)
    rooms = [
        "a",
        "z",
        *(n for n in "pm" if any(f"{n}[" in f for one in lines for f in one.forward)),
    ]
    body = [
        '"""Write `factor` times ∂C/∂W into G, from the last layer back to the first."""',
        f"{', '.join(rooms)} = layers",
        f"d = output_error(z[{last}], y) * (factor / y.shape[1])",
    ]
    parts = []
    for k in range(last, first - 1, -1):
        body += lines[k - 1].backward
        if k > first:
            body += lines[k - 1].error
            parts.append(lines[k - 1].error_helper)
    parts.append(f"def backward(layers, y, factor=1.0):\n{indented(body)}")
    return Section(
        "Backward",
        "d is how the cost changes with the sums of a layer, averaged over the examples. From it "
        "follow the slopes of the weights, and the d of the layer before.",
        _functions(parts),
        Part.GRADIENT,
    )


def regularization_section(settings: RegularizationSettings) -> Section | None:
    """Return what is done to a gradient before the optimizer sees it; None for nothing."""
    body = ['"""Change the gradient before the optimizer sees it."""']
    said = []
    if settings.clip_norm:
        said.append("A gradient that is too long is made shorter.")
        body += [
            "length = math.sqrt(float(gradient @ gradient))",
            f"if length > {settings.clip_norm!r}:",
            f"    gradient *= {settings.clip_norm!r} / length",
        ]
    if settings.l2:
        said.append("L2: weights that do not help fade away.")
        body.append(f"gradient += theta * IS_WEIGHT * {settings.l2!r}")
    if settings.l1:
        said.append("L1: weights that do not help become 0.")
        body.append(f"gradient += np.sign(theta) * IS_WEIGHT * {settings.l1!r}")
    if not said:
        return None
    code = f"def regularize(theta, gradient):\n{indented(body)}"
    return Section("Regularisation", " ".join(said), code, Part.GRADIENT)


def needs_mask(optimizer: OptimizerSettings, settings: RegularizationSettings) -> bool:
    """Return whether something shrinks weights and leaves biases alone."""
    shrinks = "IS_WEIGHT" in optimizer.kind.source.numpy
    return bool(shrinks or settings.l2 or settings.l1)


def step_section(optimizer: OptimizerSettings, settings: RegularizationSettings) -> Section:
    """Return the optimizer's step; plain descent multiplies by −η on the way back already."""
    if folds(optimizer, settings):
        return Section(
            "The step",
            f"{optimizer.kind.label}: {optimizer.kind.rule}. The way back is linear: with the "
            "factor −η it writes the step itself.",
            block(
                '''
                def step(layers, y, rate):
                    """Return what is added to θ: step = −η · slope."""
                    backward(layers, y, -rate)
                    return gradient
                '''
            ),
            Part.STEP,
        )
    return optimizer_section(optimizer.kind)


def step_lines(
    optimizer: OptimizerSettings,
    settings: RegularizationSettings,
    rate: str,
    *,
    theta: str = "theta",
) -> list[str]:
    """Return the lines that make a step of `theta` after ``layers`` are known."""
    if folds(optimizer, settings):
        return [f"{theta} += step(layers, y, {rate})"]
    lines = ["backward(layers, y)"]
    if settings.l2 or settings.l1 or settings.clip_norm:
        lines.append("regularize(theta, gradient)")
    return [*lines, f"{theta} += step(theta, gradient, {rate})"]


def folds(optimizer: OptimizerSettings, settings: RegularizationSettings) -> bool:
    """Return whether the app multiplies by −η on the way back, as it does for plain descent."""
    is_regular = settings.l2 or settings.l1 or settings.clip_norm
    return optimizer.kind.follows_slope and not is_regular
