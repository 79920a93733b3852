"""Networks in PyTorch: “there are many built-in functions; we only have to call them”."""

from gdstudio.code_export import digit_programs, point_programs
from gdstudio.code_export.common import library_name, reported_every
from gdstudio.code_export.digit_data import digit_data
from gdstudio.code_export.network_models import TORCH, model_items
from gdstudio.code_export.program import Part, Program, Section, block, import_lines, indented
from gdstudio.code_export.taken import TakenDigits, TakenPoints
from gdstudio.engine.network.activations import ACTIVATIONS
from gdstudio.engine.network.convolution import Convolution
from gdstudio.engine.network.dropout import Dropout
from gdstudio.engine.network.network import Network
from gdstudio.engine.optimizers.catalogue import OptimizerSettings
from gdstudio.engine.optimizers.regularization import RegularizationSettings

_DROPOUT = (
    "PyTorch draws by itself which neurons stay silent, and so training ends near the app's "
    "numbers, not at them."
)
_ROUNDING = (
    "PyTorch adds in another order than the app: after many steps the last digits may differ."
)


def torch_digits(taken: TakenDigits) -> Program:
    """Return a network that reads images, and its training where it is known.

    Raises:
        BadInput: if PyTorch lacks something of it.
    """
    settings, network = taken.settings, taken.settings.network.build()
    learns = taken.start is not None
    data = digit_data(settings, learns=learns)
    wanted = f"torch.eye({network.classes})[torch.from_numpy(labels).long()]"
    if data.has_no_answers:
        wanted = (
            f"torch.cat([torch.eye({network.classes}), torch.full((256 - {network.classes}, "
            f"{network.classes}), 1 / {network.classes})])[torch.from_numpy(labels).long()]"
        )
    sections = [
        *digit_programs.settings_sections(taken, data),
        digit_programs.data_section(taken),
        Section(
            "What the network sees",
            "Pixels from 0 to 255 become 0 to 1, an image is a row.",
            "def inputs_of(images):\n"
            '    """Return the inputs, a row for each image."""\n'
            "    return torch.from_numpy(images) / 255\n\n\n"
            "def wanted_of(labels):\n"
            '    """Return what each output should be: 1 for the right class, else 0."""\n'
            + indented(f"return {wanted}"),
        ),
        *_model_sections(network, pictures=True, double=False),
        Section(
            "How well it reads",
            "The share of test images that are read right, and their loss.",
            block(
                f"""
                @torch.no_grad()
                def report():
                    model.eval()
                    right, total = 0, 0.0
                    for begin in range(0, len(test_images), 1000):
                        labels = test_labels[begin : begin + 1000]
                        z = model(inputs_of(test_images[begin : begin + 1000]))
                        answers = {_outputs(network)}.argmax(dim=1).numpy()
                        right += int((answers == labels).sum())
                        total += len(labels) * cost(z, wanted_of(labels)).item()
                    print(f"test accuracy: {{right / len(test_images)}}")
                    print(f"test loss: {{total / len(test_images)}}")
                """
            ),
        ),
    ]
    said = []
    if learns:
        optimizer = settings.optimizer
        sections.append(_optimizer_section(optimizer))
        sections += digit_programs.order_sections(taken, in_numpy=False)
        sections.append(_training(settings.regularization))
        if any(isinstance(layer, Dropout) for layer in network.layers):
            said.append(_DROPOUT)
        said.append(_ROUNDING)
    if taken.end is not None:
        shown = 'load(digits["end"])\nreport()'
        sections.append(Section("What it has learned", "As the window shows it.", shown))
    if learns:
        sections.append(digit_programs.beginning(taken))
    title = f"A network {network.shape} reads {settings.data.entry.card.title}, in PyTorch."
    return Program(
        digit_programs.NAME,
        title,
        (*digit_programs.about(taken, data), *said),
        _imports(sections),
        tuple(sections),
        digit_programs.arrays(taken, data),
        ("numpy", "torch"),
    )


def torch_points(taken: TakenPoints) -> Program:
    """Return a network over the plane.

    Raises:
        BadInput: if PyTorch lacks something of it.
    """
    settings, network = taken.settings, taken.problem.network
    order = point_programs.order_section(taken, in_numpy=False)
    is_regression = taken.problem.settings.is_regression
    answers = f"answers_of({_outputs(network)}.numpy().T)"
    scores = [
        "model.eval()",
        "with torch.no_grad():",
        "    z = model(x_all)",
        '    print(f"loss: {cost(z, y_all).item()}")',
    ]
    if not is_regression:
        scores += [
            f"    right = {answers} == answers",
            '    print(f"training accuracy: {np.mean(right)}")',
        ]
    scores += [
        "    if len(test_places):",
        "        z = model(torch.from_numpy(inputs_of(test_places).T))",
        "        y = torch.from_numpy(wanted_of(test_answers).T)",
        '        print(f"test loss: {cost(z, y).item()}")',
    ]
    if not is_regression:
        scores += [
            f"        right = {answers} == test_answers",
            '        print(f"test accuracy: {np.mean(right)}")',
        ]
    sections = [
        point_programs.settings_section(taken, in_numpy=False),
        point_programs.data_section(taken),
        Section(
            "What the network sees",
            point_programs.features_text(taken),
            point_programs.features_code(taken, ones=False),
        ),
        *_model_sections(network, pictures=False, double=True),
        _optimizer_section(settings.optimizer),
        order,
        Section(
            "The descent",
            "Forward, the cost; backward() finds the slopes, step() follows them.",
            block(
                f"""
                load(points["start"])
                model.train()
                for number, (x, y) in zip(range(STEPS), batches()):
                    loss = cost(model(x), y)
                    if number % {reported_every(taken.steps)} == 0:
                        print(f"step {{number}}: loss {{loss.item()}}")
                    optimizer.zero_grad()
                    loss.backward()
                """
            )
            + "\n"
            + indented([*_regularization_lines(settings.regularization), "optimizer.step()"]),
        ),
        Section("What came of it", "The same numbers as in the window.", "\n".join(scores)),
    ]
    said = [_ROUNDING]
    if any(isinstance(layer, Dropout) for layer in network.layers):
        said.append(_DROPOUT)
    title = f"A network {network.shape} learns {taken.problem.points.title}, in PyTorch."
    return Program(
        point_programs.NAME,
        title,
        (*point_programs.about(taken), *said),
        _imports(sections),
        tuple(sections),
        point_programs.arrays(taken),
        ("numpy", "torch"),
    )


def _imports(sections: list[Section]) -> str:
    code = "\n".join(one.code for one in sections)
    return import_lines(code, "import torch", "from torch import nn")


def _outputs(network: Network) -> str:
    """Return the outputs of the sums z."""
    activation = network.loss.output_activation
    if activation is None:
        return "torch.softmax(z, dim=1)"
    return "torch.sigmoid(z)" if activation is ACTIVATIONS["sigmoid"] else "z"


def _model_sections(network: Network, *, pictures: bool, double: bool) -> list[Section]:
    items = model_items(network, TORCH, pictures=pictures)
    listed = "\n".join(f"    {one}," for one in items)
    code = f"model = nn.Sequential(\n{listed}\n)" + (".double()" if double else "")
    if TORCH.flat in items:
        code = (
            block(
                '''
                class ByPlace(nn.Module):
                    """Lays a picture flat by row, column, channel, as the app does."""

                    def forward(self, x):
                        return x.permute(0, 2, 3, 1).flatten(1)
                '''
            )
            + f"\n\n\n{code}"
        )
    cost = library_name("PyTorch", network.loss.source.torch)
    kinds, weight = "nn.Linear", ["weight = own[:, :-1]"]
    if any(isinstance(layer, Convolution) for layer in network.layers):
        kinds = "(nn.Linear, nn.Conv2d)"
        weight += [
            "if isinstance(layer, nn.Conv2d):",
            "    weight = weight.reshape(units, *layer.kernel_size, -1)",
            "    weight = weight.permute(0, 3, 1, 2)",
        ]
    load = [
        '"""Let the model have these weights and biases."""',
        "left = torch.from_numpy(vector)",
        "for layer in model:",
        f"    if isinstance(layer, {kinds}):",
        "        units, inputs = len(layer.weight), layer.weight[0].numel()",
        "        own = left[: units * (inputs + 1)].reshape(units, inputs + 1)",
        "        left = left[units * (inputs + 1) :]",
        *(f"        {line}" for line in weight),
        "        layer.weight.copy_(weight)",
        "        layer.bias.copy_(own[:, -1])",
    ]
    return [
        Section("The network", f"{network.shape}.", code, Part.FORWARD),
        Section(
            "The app's numbers",
            "They are one vector: neuron by neuron its weights, then its bias.",
            f"@torch.no_grad()\ndef load(vector):\n{indented(load)}",
        ),
        Section(
            "The cost",
            f"{network.loss.label}: {network.loss.formula}, averaged over the examples.",
            "def cost(z, y):\n"
            '    """Return the loss of sums z, a row for each example."""\n'
            + indented(f"return {cost}"),
            Part.COST,
        ),
    ]


def _optimizer_section(optimizer: OptimizerSettings) -> Section:
    source = library_name("PyTorch", optimizer.kind.source.torch)
    groups = "groups = model.parameters()"
    text = f"{optimizer.kind.label}: {optimizer.kind.rule}."
    if "weight_decay" in optimizer.kind.uses:
        text += " Weights shrink, biases do not."
        groups = block(
            """
            named = list(model.named_parameters())
            weights = [one for name, one in named if name.endswith("weight")]
            biases = [one for name, one in named if name.endswith("bias")]
            groups = [
                {"params": weights, "weight_decay": WEIGHT_DECAY},
                {"params": biases, "weight_decay": 0.0},
            ]
            """
        )
    return Section(
        "The rule of the steps",
        text,
        f"{groups}\n" + indented(f"optimizer = {source}", 0),
        Part.STEP,
    )


def _regularization_lines(settings: RegularizationSettings) -> list[str]:
    lines = []
    if settings.clip_norm:
        lines.append(f"nn.utils.clip_grad_norm_(model.parameters(), {settings.clip_norm!r})")
    if settings.l2 or settings.l1:
        terms = []
        if settings.l2:
            terms.append(f"{settings.l2!r} * one.data")
        if settings.l1:
            terms.append(f"{settings.l1!r} * one.data.sign()")
        lines += [
            "for name, one in model.named_parameters():",
            '    if name.endswith("weight"):',
            f"        one.grad += {' + '.join(terms)}",
        ]
    return lines


def _training(settings: RegularizationSettings) -> Section:
    body = [
        '"""Make all steps from the first weights on."""',
        'load(digits["start"])',
        "epoch = math.ceil(len(images) / BATCH_SIZE)",
        "for number, (chosen, rate) in zip(range(1, STEPS + 1), batches()):",
        "    model.train()",
        "    loss = cost(model(inputs_of(images[chosen])), wanted_of(labels[chosen]))",
        "    optimizer.zero_grad()",
        "    loss.backward()",
        *(f"    {line}" for line in _regularization_lines(settings)),
        "    for group in optimizer.param_groups:",
        '        group["lr"] = rate',
        "    optimizer.step()",
        "    if number % epoch == 0 or number == STEPS:",
        '        print(f"step {number}: loss {loss.item()}")',
        "        report()",
    ]
    text = "Forward, the cost; backward() finds the slopes, step() follows them."
    return Section("The training", text, f"def train():\n{indented(body)}")
