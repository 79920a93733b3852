"""Networks and the line in Keras, which makes the steps by itself."""

import math

from gdstudio.code_export import digit_programs, house_programs, point_programs
from gdstudio.code_export.common import assignments, constants, library_name
from gdstudio.code_export.digit_data import digit_data
from gdstudio.code_export.network_models import KERAS, model_items
from gdstudio.code_export.program import (
    HOW_TO_TRAIN,
    TRAIN_LINE,
    Part,
    Program,
    Section,
    block,
    import_lines,
    indented,
    wrapped,
)
from gdstudio.code_export.taken import TakenDigits, TakenLine, TakenPoints
from gdstudio.engine.network.activations import ACTIVATIONS
from gdstudio.engine.network.network import Network
from gdstudio.engine.optimizers.catalogue import OptimizerSettings
from gdstudio.engine.optimizers.regularization import RegularizationSettings
from gdstudio.experiment.digits.settings import DigitsSettings

_BACKEND = (
    "Keras computes with TensorFlow, PyTorch or JAX: the variable KERAS_BACKEND says with which, "
    "as in KERAS_BACKEND=torch."
)
_ORDER = (
    "Keras shuffles by itself: training in fit() ends near the app's numbers, not at them. Here it "
    "starts where the app did."
)
_NEEDS = ("numpy", "keras")


def keras_digits(taken: TakenDigits) -> Program:
    """Return a network that reads images, and its training where it is known.

    Raises:
        BadInput: if Keras lacks something of it.
    """
    settings, network = taken.settings, taken.settings.network.build()
    learns = taken.start is not None
    changes = _changes(settings) if learns else []
    data = digit_data(settings, learns=learns, augments=bool(changes))
    shape = f"{network.inputs},"
    sections = [
        *digit_programs.settings_sections(taken, data, own_order=True),
        digit_programs.data_section(taken),
        Section(
            "What the network sees",
            "Pixels from 0 to 255 become 0 to 1, an image is a row.",
            "def inputs_of(images):\n"
            '    """Return the inputs, a row for each image."""\n'
            "    return images.astype(np.float32) / 255\n\n\n"
            + digit_programs.wanted_code(taken, data, columns=False),
        ),
        _model_section(network, settings.regularization, shape, pictures=True),
        _load_section(),
        _cost_section(network),
        Section(
            "How well it reads",
            "The share of test images that are read right, and their loss.",
            block(
                """
                def report():
                    a = model.predict(inputs_of(test_images), batch_size=1000, verbose=0)
                    print(f"test accuracy: {np.mean(a.argmax(axis=1) == test_labels)}")
                    print(f"test loss: {float(cost(wanted_of(test_labels), a))}")
                """
            ),
        ),
    ]
    if learns:
        schedule = digit_programs.schedule_section(taken)
        sections += [] if schedule is None else [schedule]
        sections.append(_optimizer_section(settings.optimizer, settings.regularization))
        callbacks = "" if schedule is None else ", callbacks=[Scheduled()]"
        if schedule is not None:
            sections.append(_scheduled())
        learner = "learner" if changes else "model"
        if changes:
            sections.append(_changing_section(settings, changes, network.inputs))
        body = [
            '"""Train from the first weights on, epoch after epoch."""',
            'load(digits["start"])',
            f"{learner}.compile(optimizer=optimizer, loss=cost)",
            "x, y = inputs_of(images), wanted_of(labels)",
            f"{learner}.fit(x, y, batch_size=BATCH_SIZE, epochs=EPOCHS, verbose=2{callbacks})",
            "report()",
        ]
        sections.append(
            Section(
                "The training",
                "fit() does it all: forward, the cost, backward, a step.",
                f"def train():\n{indented(body)}",
            )
        )
    if taken.end is not None:
        shown = 'load(digits["end"])\nreport()'
        sections.append(Section("What it has learned", "As the window shows it.", shown))
    if learns:
        sections.append(digit_programs.beginning(taken))
    title = f"A network {network.shape} reads {settings.data.entry.card.title}, in Keras."
    about = digit_programs.about(taken, data, own_order=True)
    said = (_ORDER, _BACKEND) if learns else (_BACKEND,)
    if changes:
        said = (_said_of_changes(settings), *said)
    return Program(
        digit_programs.NAME,
        title,
        (*about, *said),
        _imports(sections),
        tuple(sections),
        digit_programs.arrays(taken, data),
        _NEEDS,
    )


def keras_points(taken: TakenPoints) -> Program:
    """Return a network over the plane.

    Raises:
        BadInput: if Keras lacks something of it.
    """
    settings, network = taken.settings, taken.problem.network
    is_regression = taken.problem.settings.is_regression
    report = [
        "def report():",
        "    a = model.predict(x_all, verbose=0)",
        '    print(f"loss: {float(cost(y_all, a))}")',
    ]
    if not is_regression:
        report += [
            "    right = answers_of(a.T) == answers",
            '    print(f"training accuracy: {np.mean(right)}")',
        ]
    report += [
        "    if len(test_places):",
        "        a = model.predict(inputs_of(test_places).T, verbose=0)",
        '        print(f"test loss: {float(cost(wanted_of(test_answers).T, a))}")',
    ]
    if not is_regression:
        report += [
            "        right = answers_of(a.T) == test_answers",
            '        print(f"test accuracy: {np.mean(right)}")',
        ]
    count = len(taken.problem.points.training_places)
    batch = settings.training.batch_size or count
    epochs = max(round(taken.steps / -(-count // min(batch, count))), 1)
    values = constants(settings.optimizer) | {"BATCH_SIZE": batch, "EPOCHS": epochs}
    sections = [
        Section("The settings of the run", "", assignments(values)),
        point_programs.data_section(taken),
        Section(
            "What the network sees",
            point_programs.features_text(taken),
            point_programs.features_code(taken, ones=False)
            + "\n\n\nx_all, y_all = inputs_of(places).T, wanted_of(answers).T",
        ),
        _model_section(
            network, settings.regularization, f"{network.inputs},", pictures=False, double=True
        ),
        _load_section(),
        _cost_section(network),
        Section("How good it is", "", "\n".join(report)),
        Section(
            "What the run has learned",
            "The same numbers as in the window.",
            'load(points["end"])\nreport()',
        ),
        _optimizer_section(settings.optimizer, settings.regularization),
        Section(
            "The training again",
            f"fit() does it all: forward, the cost, backward, a step. {HOW_TO_TRAIN}",
            block(
                f"""
                {TRAIN_LINE}
                if TRAIN:
                    load(points["start"])
                    model.compile(optimizer=optimizer, loss=cost)
                    model.fit(x_all, y_all, batch_size=BATCH_SIZE, epochs=EPOCHS, verbose=0)
                    report()
                """
            ),
        ),
    ]
    title = f"A network {network.shape} learns {taken.problem.points.title}, in Keras."
    return Program(
        point_programs.NAME,
        title,
        ("It prints the numbers that the window shows.", _ORDER, _BACKEND),
        _imports(sections),
        tuple(sections),
        point_programs.arrays(taken),
        _NEEDS,
    )


def keras_line(line: TakenLine) -> Program:
    """Return the fit in Keras: a line is a network of one neuron.

    Raises:
        BadInput: if Keras has no such optimizer.
    """
    settings = constants(line.optimizer) | {"STEPS": line.steps, "START": list(line.start)}
    sections = [
        house_programs.settings_section(settings),
        house_programs.data_section(line),
        Section(
            "The line",
            "A network of one neuron: its bias is a, its weight b.",
            block(
                """
                keras.config.set_floatx("float64")
                model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
                a, b = START
                model.set_weights([np.array([[b]]), np.array([a])])
                """
            ),
            Part.FORWARD,
        ),
        Section(
            "The cost",
            "SSE = ½ Σ (Y − Ypred)².",
            block(
                '''
                def sse(y, a):
                    """Return half the sum of the squared errors."""
                    return 0.5 * keras.ops.sum((y - a) ** 2)
                '''
            ),
            Part.COST,
        ),
        _optimizer_section(line.optimizer, RegularizationSettings()),
        Section(
            "The descent",
            "All houses at once, step after step.",
            block(
                """
                x_all, y_all = X.reshape(-1, 1), Y.reshape(-1, 1)
                model.compile(optimizer=optimizer, loss=sse)
                model.fit(x_all, y_all, batch_size=len(X), epochs=STEPS, verbose=0)
                predicted = model.predict(x_all, verbose=0)
                print(f"loss: {float(sse(y_all, predicted))}")
                """
            ),
        ),
        house_programs.equation_section("model.get_weights()[1][0], model.get_weights()[0][0, 0]"),
    ]
    said = ("Keras adds in another order than the app: the last digits may differ.", _BACKEND)
    title = f"A line through {line.title} by {line.optimizer.kind.label}, in Keras."
    return house_programs.program(line, title, said, sections, "import keras")


def _changes(settings: DigitsSettings) -> list[str]:
    """Return the layers that change images a little, as far as Keras has them."""
    limits = settings.augmentation
    rows, columns = settings.network.image
    layers = []
    if limits.shift:
        layers.append(f"RandomTranslation({limits.shift} / {rows}, {limits.shift} / {columns}")
    if limits.rotation:
        layers.append(f"RandomRotation({_number(limits.rotation)} / 360")
    if limits.scale:
        layers.append(f"RandomZoom({_number(limits.scale / 100)}, {_number(limits.scale / 100)}")
    if limits.shear:
        lean = round(math.tan(math.radians(limits.shear)), 4)
        layers.append(f"RandomShear(x_factor={_number(lean)}")
    found = [f'keras.layers.{one}, fill_mode="constant")' for one in layers]
    if limits.noise:
        found.append(f"keras.layers.GaussianNoise({_number(limits.noise / 200)})")
    return found


def _number(value: float) -> str:
    """Return a number as one writes it in a program."""
    return repr(round(value, 6)).removesuffix(".0")


def _said_of_changes(settings: DigitsSettings) -> str:
    said = (
        "Each image is changed a little every time it is shown, as in the app, but by amounts that "
        "Keras draws, and not by whole pixels."
    )
    if settings.augmentation.thickness:
        said += " Keras has nothing that makes strokes thicker or thinner: that is left out."
    return said


def _changing_section(settings: DigitsSettings, changes: list[str], inputs: int) -> Section:
    """Return the network behind layers that change its images, while it learns."""
    rows, columns = settings.network.image
    items = [
        f"keras.Input(({inputs},))",
        f"keras.layers.Reshape(({rows}, {columns}, 1))",
        *changes,
        f"keras.layers.Reshape(({inputs},))",
        "model",
    ]
    lines = ["learner = keras.Sequential(", "    ["]
    for one in items:
        lines += wrapped(f"        {one},").splitlines()
    return Section(
        "Images that are never twice the same",
        "The same network behind layers that change its images: in fit() alone, not when it reads.",
        "\n".join([*lines, "    ]", ")"]),
    )


def _imports(sections: list[Section]) -> str:
    return import_lines("\n".join(one.code for one in sections), "import keras")


def _output(network: Network) -> str:
    activation = network.loss.output_activation
    if activation is None:
        return '"softmax"'
    return '"sigmoid"' if activation is ACTIVATIONS["sigmoid"] else '"linear"'


def _model_section(
    network: Network,
    regularization: RegularizationSettings,
    shape: str,
    *,
    pictures: bool,
    double: bool = False,
) -> Section:
    lines = ['keras.config.set_floatx("float64")'] if double else []
    suffix = ""
    if regularization.l2 or regularization.l1:
        lines += [
            "# Keras adds λ Σ w² and λ Σ |w| to the cost; the app's L2 is half of the first.",
            f"penalty = keras.regularizers.L1L2(l1={regularization.l1!r}, "
            f"l2={regularization.l2!r} / 2)",
        ]
        suffix = ", kernel_regularizer=penalty"
    items = [f"keras.Input(({shape}))", *model_items(network, KERAS, pictures=pictures)]
    lines += ["model = keras.Sequential(", "    ["]
    for one in items:
        named = one.replace("activation=OUTPUT", f"activation={_output(network)}")
        lines += wrapped(f"        {named.replace('REGULARIZER', suffix)},").splitlines()
    lines += ["    ]", ")"]
    return Section("The network", f"{network.shape}.", "\n".join(lines), Part.FORWARD)


def _load_section() -> Section:
    return Section(
        "The app's numbers",
        "They are one vector: neuron by neuron its weights, then its bias.",
        block(
            '''
            def load(vector):
                """Let the model have these weights and biases."""
                weights = []
                for kernel, bias in zip(model.weights[::2], model.weights[1::2]):
                    units = bias.shape[0]
                    size = units * (int(np.prod(kernel.shape)) // units + 1)
                    own, vector = vector[:size].reshape(units, -1), vector[size:]
                    # Keras has the units last.
                    turned = np.moveaxis(own[:, :-1], 0, -1)
                    weights += [turned.reshape(kernel.shape), own[:, -1]]
                model.set_weights(weights)
            '''
        ),
    )


def _cost_section(network: Network) -> Section:
    cost = library_name("Keras", network.loss.source.keras)
    return Section(
        "The cost",
        f"{network.loss.label}: {network.loss.formula}, averaged over the examples.",
        "def cost(y, a):\n"
        '    """Return the loss of outputs a, a row for each example."""\n'
        + indented(f"return {cost}"),
        Part.COST,
    )


def _optimizer_section(
    optimizer: OptimizerSettings, regularization: RegularizationSettings
) -> Section:
    kind = optimizer.kind
    source = library_name("Keras", kind.source.keras)
    if regularization.clip_norm:
        source = f"{source.removesuffix(')')}, global_clipnorm={regularization.clip_norm!r})"
    lines = indented(f"optimizer = {source}", 0)
    text = f"{kind.label}: {kind.rule}. {kind.source.differs}".strip()
    if "weight_decay" in kind.uses:
        lines += '\noptimizer.exclude_from_weight_decay(var_names=["bias"])'
        text += " Weights shrink, biases do not."
    return Section("The rule of the steps", text, lines, Part.STEP)


def _scheduled() -> Section:
    return Section(
        "The rate of each step",
        "Keras asks before each one.",
        block(
            '''
            class Scheduled(keras.callbacks.Callback):
                """Sets the learning rate before each step."""

                steps = 0

                def on_train_batch_begin(self, batch, logs=None):
                    done = (self.steps + 0.5) * BATCH_SIZE / len(images)
                    optimizer.learning_rate = LEARNING_RATE * schedule(done / EPOCHS)
                    self.steps += 1
            '''
        ),
    )
