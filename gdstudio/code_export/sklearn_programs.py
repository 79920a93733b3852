"""Networks in scikit-learn, where a network is one object with a setting for everything."""

from gdstudio.code_export import digit_programs, point_programs
from gdstudio.code_export.common import assignments, constants
from gdstudio.code_export.digit_data import digit_data
from gdstudio.code_export.program import (
    HOW_TO_TRAIN,
    TRAIN_LINE,
    Part,
    Program,
    Section,
    block,
    import_lines,
    indented,
)
from gdstudio.code_export.taken import TakenDigits, TakenPoints
from gdstudio.engine.network.activations import ACTIVATIONS
from gdstudio.engine.network.dense import Dense
from gdstudio.engine.network.dropout import Dropout
from gdstudio.engine.network.network import Network
from gdstudio.engine.optimizers.catalogue import OptimizerSettings
from gdstudio.engine.optimizers.regularization import RegularizationSettings
from gdstudio.engine.source_code import Lacks
from gdstudio.errors import BadInput

_NEEDS = ("numpy", "scikit-learn")
_OWN = (
    "fit() draws first weights and an order of its own, and so ends near the app's numbers, not at "
    "them."
)


def sklearn_digits(taken: TakenDigits) -> Program:
    """Return a network that reads images, and its training where scikit-learn has all of it.

    Raises:
        BadInput: if scikit-learn lacks something of it.
    """
    settings, network = taken.settings, taken.settings.network.build()
    keywords = _keywords(_dense_layers(network))
    if network.classes == 2:
        raise BadInput(
            "scikit-learn tells two classes apart by one output, and this network has two; export "
            "it to torch or keras."
        )
    learns = taken.start is not None
    lacks = _lacks(network, settings.optimizer, settings.regularization)
    if not settings.schedule.is_constant:
        lacks = lacks or "has no such schedule"
    data = digit_data(settings, learns=learns and not lacks)
    if data.has_no_answers:
        lacks = "has no images without an answer"
        data = digit_data(settings, learns=False)
    if taken.end is None and lacks:
        raise BadInput(
            f"scikit-learn {lacks}, so it cannot train this network; export it to numpy or torch."
        )
    trains = learns and not lacks
    shown = taken if trains else TakenDigits(settings, None, taken.end, 0, taken.epochs)
    values: dict[str, object] = {}
    if trains:
        values = constants(settings.optimizer) | {
            "BATCH_SIZE": settings.training.batch_size,
            "EPOCHS": taken.epochs,
            "SEED": settings.training.seed,
        }
        keywords += _training_keywords(settings.optimizer, settings.regularization)
        keywords += ["max_iter=EPOCHS", "tol=0.0", "n_iter_no_change=EPOCHS", "random_state=SEED"]
    sections = [Section("The settings of the run", "", assignments(values))] if values else []
    sections += [
        digit_programs.data_section(shown),
        Section(
            "What the network sees",
            "Pixels from 0 to 255 become 0 to 1, an image is a row.",
            block(
                '''
                def inputs_of(images):
                    """Return the inputs, a row for each image."""
                    return images.astype(np.float32) / 255
                '''
            ),
        ),
        _model_section(network, "MLPClassifier", keywords),
    ]
    report = block(
        """
        def report():
            accuracy = model.score(inputs_of(test_images), test_labels)
            print(f"test accuracy: {accuracy}")
        """
    )
    sections.append(Section("How well it reads", "", report))
    if taken.end is not None:
        sections += [
            _load_section(),
            Section(
                "What it has learned",
                "A first small step makes room for the weights; then they are the app's. The test "
                "accuracy is that of the window.",
                f"few, classes = inputs_of(test_images[:10]), np.arange({network.classes})\n"
                "model.partial_fit(few, test_labels[:10], classes=classes)\n"
                'load(digits["end"])\nreport()',
            ),
        ]
    if trains:
        code = (
            f"{TRAIN_LINE}\nif TRAIN:\n    model.fit(inputs_of(images), labels)\n    report()"
            if taken.end is not None
            else "model.fit(inputs_of(images), labels)\nreport()"
        )
        text = "fit() does it all." + (f" {HOW_TO_TRAIN}" if taken.end is not None else "")
        sections.append(Section("The training", text, code))
    about = []
    if taken.end is not None:
        about.append(
            "It prints how many of the test images the network reads right, as the window shows it."
        )
    about.append(_OWN if trains else f"It does not train: scikit-learn {lacks}." if lacks else "")
    title = f"A network {network.shape} reads {settings.data.entry.card.title}, in scikit-learn."
    arrays = {
        name: one for name, one in digit_programs.arrays(taken, data).items() if name != "start"
    }
    return Program(
        digit_programs.NAME,
        title,
        (*filter(None, about), *(data.left_out if trains else ())),
        _imports(sections, "MLPClassifier"),
        tuple(sections),
        arrays,
        _NEEDS,
    )


def sklearn_points(taken: TakenPoints) -> Program:
    """Return a network over the plane.

    Raises:
        BadInput: if scikit-learn lacks something of it.
    """
    settings, network = taken.settings, taken.problem.network
    plane = taken.problem.settings
    keywords = _keywords(_dense_layers(network))
    if len(plane.outputs) == 2:
        raise BadInput(
            "scikit-learn tells two classes apart by one output, and this network has two; export "
            "it to torch or keras."
        )
    lacks = _lacks(network, settings.optimizer, settings.regularization)
    kind = "MLPRegressor" if plane.is_regression else "MLPClassifier"
    count = len(taken.problem.points.training_places)
    batch = min(settings.training.batch_size or count, count)
    values: dict[str, object] = {}
    if not lacks:
        epochs = max(round(taken.steps / -(-count // batch)), 1)
        values = constants(settings.optimizer) | {"BATCH_SIZE": batch, "EPOCHS": epochs}
        values["SEED"] = settings.training.seed
        keywords += _training_keywords(settings.optimizer, settings.regularization)
        keywords += ["max_iter=EPOCHS", "tol=0.0", "n_iter_no_change=EPOCHS", "random_state=SEED"]
    score = [
        "def report():",
        "    said = model.predict(x_all)",
        *_scores(plane.is_regression, "training", "answers"),
        "    if len(test_places):",
        "        said = model.predict(inputs_of(test_places).T)",
        *(f"    {line}" for line in _scores(plane.is_regression, "test", "test_answers")),
    ]
    first = (
        "model.partial_fit(x_all, answers)"
        if plane.is_regression
        else f"model.partial_fit(x_all, answers, classes=np.arange({len(plane.classes)}))"
    )
    sections = [Section("The settings of the run", "", assignments(values))] if values else []
    sections += [
        point_programs.data_section(taken),
        Section(
            "What the network sees",
            point_programs.features_text(taken).replace("; and what each output should be", ""),
            point_programs.inputs_code(taken, ones=False) + "\n\n\nx_all = inputs_of(places).T",
        ),
        _model_section(network, kind, keywords),
        _load_section(),
        Section("How good it is", "", "\n".join(score)),
        Section(
            "What the run has learned",
            "A first step makes room for the weights; then they are the app's. These are the "
            "numbers of the window.",
            f'{first}\nload(points["end"])\nreport()',
        ),
    ]
    if not lacks:
        sections.append(
            Section(
                "The training",
                f"fit() does it all. {HOW_TO_TRAIN}",
                f"{TRAIN_LINE}\nif TRAIN:\n    model.fit(x_all, answers)\n    report()",
            )
        )
    title = f"A network {network.shape} learns {taken.problem.points.title}, in scikit-learn."
    return Program(
        point_programs.NAME,
        title,
        (
            "It prints the numbers that the window shows.",
            _OWN if not lacks else f"It does not train: scikit-learn {lacks}.",
        ),
        _imports(sections, kind),
        tuple(sections),
        point_programs.arrays(taken),
        _NEEDS,
    )


def _scores(is_regression: bool, which: str, answers: str) -> list[str]:
    if is_regression:
        name = "loss" if which == "training" else "test loss"
        return [f'    print(f"{name}: {{0.5 * np.mean((said - {answers}) ** 2)}}")']
    return [f'    print(f"{which} accuracy: {{np.mean(said == {answers})}}")']


def _imports(sections: list[Section], kind: str) -> str:
    code = "\n".join(one.code for one in sections)
    return import_lines(code, f"from sklearn.neural_network import {kind}")


def _dense_layers(network: Network) -> list[Dense]:
    """Return the layers with weights.

    Raises:
        BadInput: if some are not dense.
    """
    dense = []
    for layer in network.layers:
        if isinstance(layer, Dense):
            dense.append(layer)
        elif not isinstance(layer, Dropout):
            raise BadInput(
                "scikit-learn has dense layers only, no convolutions and pools; export this "
                "network to torch or keras."
            )
    return dense


def _lacks(
    network: Network, optimizer: OptimizerSettings, regularization: RegularizationSettings
) -> str:
    """Return what of the training scikit-learn does not have; empty for nothing."""
    for said in (network.loss.source.sklearn, optimizer.kind.source.sklearn):
        if isinstance(said, Lacks):
            return said.sentence
    if any(isinstance(layer, Dropout) for layer in network.layers):
        return "has no dropout"
    if regularization.l1:
        return "has no L1"
    return "clips no gradients" if regularization.clip_norm else ""


def _keywords(dense: list[Dense]) -> list[str]:
    hidden = dense[:-1]
    sizes = ", ".join(str(layer.outputs) for layer in hidden)
    kind = hidden[0].activation if hidden else ACTIVATIONS["identity"]
    said = kind.source.sklearn
    if isinstance(said, Lacks):
        raise BadInput(f"scikit-learn {said.sentence}; export this network to torch or keras.")
    return [f"hidden_layer_sizes=({sizes}{',' if len(hidden) == 1 else ''})", f"activation={said}"]


def _training_keywords(
    optimizer: OptimizerSettings, regularization: RegularizationSettings
) -> list[str]:
    said = optimizer.kind.source.sklearn
    assert isinstance(said, str)
    alpha = f"{regularization.l2!r} * BATCH_SIZE" if regularization.l2 else "0.0"
    return [
        *said.replace("'", '"').split(", "),
        "learning_rate_init=LEARNING_RATE",
        "batch_size=BATCH_SIZE",
        f"alpha={alpha}",
    ]


def _model_section(network: Network, kind: str, keywords: list[str]) -> Section:
    code = indented(f"model = {kind}({', '.join(keywords)})", 0)
    return Section("The network", f"{network.shape}.", code, Part.FORWARD)


def _load_section() -> Section:
    return Section(
        "The app's numbers",
        "They are one vector: neuron by neuron its weights, then its bias.",
        block(
            '''
            def load(vector):
                """Let the model have these weights and biases."""
                for number, weights in enumerate(model.coefs_):
                    inputs, units = weights.shape
                    size = units * (inputs + 1)
                    own, vector = vector[:size].reshape(units, inputs + 1), vector[size:]
                    model.coefs_[number] = np.ascontiguousarray(own[:, :-1].T)
                    model.intercepts_[number] = own[:, -1].copy()
            '''
        ),
    )
