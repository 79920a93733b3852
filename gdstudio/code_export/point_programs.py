"""A network over the plane as a NumPy program: the digits of the app, all of them."""

from gdstudio.code_export.common import (
    assignments,
    constants,
    repeats_text,
    reported_every,
    step_count,
)
from gdstudio.code_export.numpy_network import (
    activation_sections,
    backward_section,
    cost_section,
    forward_section,
    is_random,
    mask_section,
    needs_mask,
    parameter_section,
    regularization_section,
    step_lines,
    step_section,
    sums,
)
from gdstudio.code_export.program import Arrays, Program, Section, block, import_lines, indented
from gdstudio.code_export.taken import TakenPoints

NAME = "points"
_COUNT = "len(places)"


def numpy_points(taken: TakenPoints) -> Program:
    """Return the run in NumPy."""
    settings, network = taken.settings, taken.problem.network
    optimizer, regularization = settings.optimizer, settings.regularization
    sections = [
        settings_section(taken),
        data_section(taken),
        Section("What the network sees", features_text(taken), features_code(taken)),
        parameter_section(network, vector='points["start"].copy()', training=True),
    ]
    if needs_mask(optimizer, regularization):
        sections.append(mask_section(network))
    sections += activation_sections(network, training=True)
    sections += [
        forward_section(network, training=True),
        cost_section(network, training=True),
        backward_section(network),
    ]
    regular = regularization_section(regularization)
    if regular is not None:
        sections.append(regular)
    sections.append(step_section(optimizer, regularization))
    sections += [order_section(taken), _descent(taken), _scores(taken)]
    title = f"A network {network.shape} learns {taken.problem.points.title}, in NumPy."
    return Program(
        NAME,
        title,
        about(taken),
        import_lines("\n".join(one.code for one in sections)),
        tuple(sections),
        arrays(taken),
    )


def about(taken: TakenPoints) -> tuple[str, ...]:
    """Return what the program does, and whether it repeats the app's steps."""
    count = len(taken.problem.points.training_places)
    kind = taken.settings.optimizer.kind
    return (
        f"It learns {count:,} points by {kind.label}, {step_count(taken.steps)}.",
        repeats_text(taken.repeats),
    )


def arrays(taken: TakenPoints) -> Arrays:
    """Return the numbers beside the program."""
    points = taken.problem.points
    return {
        "places": points.training_places,
        "answers": points.training_answers,
        "test_places": points.test_places,
        "test_answers": points.test_answers,
        "start": taken.start,
        "end": taken.end,
    }


def settings_section(taken: TakenPoints, *, in_numpy: bool = True) -> Section:
    """Return the constants of the run; `in_numpy` says whether dropout is drawn by NumPy."""
    settings = taken.settings
    values = constants(settings.optimizer) | {"STEPS": taken.steps}
    if not _takes_all(taken):
        values["BATCH_SIZE"] = settings.training.batch_size
    if not _takes_all(taken) or (in_numpy and is_random(taken.problem.network)):
        values["SEED"] = settings.training.seed
    return Section("The settings of the run", "", assignments(values))


def data_section(taken: TakenPoints) -> Section:
    """Return where the points come from."""
    code = f"""
    HERE = Path(__file__).parent
    points = np.load(HERE / "{NAME}.npz")
    places, answers = points["places"], points["answers"]
    test_places, test_answers = points["test_places"], points["test_answers"]
    """
    classes = taken.problem.points.classes
    said = "The answers are numbers to predict."
    if classes:
        named = ", ".join(f"{n} is {name}" for n, name in enumerate(classes))
        said = f"The answers are classes: {named}."
    return Section("The points", said, block(code))


def features_text(taken: TakenPoints) -> str:
    """Return what the inputs are, in a sentence."""
    labels = ", ".join(one.label for one in taken.problem.settings.feature_list)
    return f"Of each place {labels}; and what each output should be."


def inputs_code(taken: TakenPoints, *, ones: bool = True) -> str:
    """Return the function that makes inputs of places; `ones` adds the input of the biases."""
    settings = taken.problem.settings
    rows = [one.code for one in settings.feature_list] + ([f"np.ones({_COUNT})"] if ones else [])
    stacked = indented(f"return np.stack([{', '.join(rows)}])")
    used = [name for name in "xy" if any(name in row.replace("np.", "") for row in rows)]
    axes = "x, y = places.T" if len(used) == 2 else f"{used[0]} = places[:, {'xy'.index(used[0])}]"
    shown = "one column for each, a row of ones below" if ones else "one column for each place"
    return (
        f'def inputs_of(places):\n    """Return the inputs: {shown}."""\n'
        f"{indented(axes)}\n{stacked}"
    )


def features_code(taken: TakenPoints, *, ones: bool = True) -> str:
    """Return the functions that make inputs of places, wanted outputs of answers, and classes."""
    settings = taken.problem.settings
    if settings.is_regression or len(settings.outputs) < len(settings.classes):
        wanted = "return answers[np.newaxis].astype(np.float64)"
    else:
        wanted = (
            f"return (answers == np.arange({len(settings.classes)})[:, np.newaxis])"
            ".astype(np.float64)"
        )
    made = (
        f"{inputs_code(taken, ones=ones)}\n\n\n"
        'def wanted_of(answers):\n    """Return what each output should be, a column for each."""\n'
        f"{indented(wanted)}"
    )
    if settings.is_regression:
        return made
    if len(settings.outputs) < len(settings.classes):
        said = "return (outputs[0] > 0.5).astype(np.float64)"
    else:
        said = "return outputs.argmax(axis=0)"
    return (
        f'{made}\n\n\ndef answers_of(outputs):\n    """Return the classes that these mean."""\n'
        f"{indented(said)}"
    )


def _takes_all(taken: TakenPoints) -> bool:
    """Return whether each step looks at all points."""
    count = len(taken.problem.points.training_places)
    return not 0 < taken.settings.training.batch_size < count


def order_section(taken: TakenPoints, *, in_numpy: bool = True) -> Section:
    """Return which points each step looks at, as the app has it.

    A point is a column of NumPy, or a row of a tensor of PyTorch, which draws dropout itself.
    """
    lines = ["x_all, y_all = inputs_of(places), wanted_of(answers)"]
    some = "x_all[:, chosen], y_all[:, chosen]"
    if not in_numpy:
        lines = [
            "x_all = torch.from_numpy(inputs_of(places).T)",
            "y_all = torch.from_numpy(wanted_of(answers).T)",
        ]
        some = "x_all[chosen], y_all[chosen]"
    random, takes_all = in_numpy and is_random(taken.problem.network), _takes_all(taken)
    if random or not takes_all:
        lines.append("seeds = np.random.SeedSequence(SEED).spawn(3)")
    if random:
        lines.append("dropped = np.random.default_rng(seeds[2])")
    if takes_all:
        text = "Each looks at all of them."
        lines += ["", "", "def batches():", "    while True:", "        yield x_all, y_all"]
    else:
        text = (
            "A few at a time, in an order that is new when all had their turn. The app draws it "
            "from the same seed."
        )
        lines.append("shuffling = np.random.default_rng(seeds[1])")
        lines += [
            "",
            "",
            "def batches():",
            "    while True:",
            "        order = shuffling.permutation(len(places))",
            "        for begin in range(0, len(places), BATCH_SIZE):",
            "            chosen = order[begin : begin + BATCH_SIZE]",
            f"            yield {some}",
        ]
    return Section("The points of each step", text, "\n".join(lines))


def _descent(taken: TakenPoints) -> Section:
    settings, network = taken.settings, taken.problem.network
    training = ", training=True" if is_random(network) else ""
    last = len(network.layers)
    steps = step_lines(settings.optimizer, settings.regularization, "LEARNING_RATE")
    body = [
        f"layers = forward(x{training})",
        f"if number % {reported_every(taken.steps)} == 0:",
        f'    print(f"step {{number}}: loss {{cost(layers[1][{last}], y)}}")',
        *steps,
    ]
    return Section(
        "The descent",
        "Forward, the cost, backward, a step: and all over again.",
        "for number, (x, y) in zip(range(STEPS), batches()):\n" + indented(body),
    )


def _scores(taken: TakenPoints) -> Section:
    network = taken.problem.network
    lines = [
        f"z = {sums(network, 'x_all')}",
        'print(f"loss: {cost(z, y_all)}")',
    ]
    if not taken.problem.settings.is_regression:
        lines += [
            "right = answers_of(outputs(z)) == answers",
            'print(f"training accuracy: {np.mean(right)}")',
        ]
    lines += [
        "if len(test_places):",
        f"    z = {sums(network, 'inputs_of(test_places)')}",
        '    print(f"test loss: {cost(z, wanted_of(test_answers))}")',
    ]
    if not taken.problem.settings.is_regression:
        lines += [
            "    right = answers_of(outputs(z)) == test_answers",
            '    print(f"test accuracy: {np.mean(right)}")',
        ]
    lines.append(
        "print(f\"farthest from the app's weights: {np.abs(theta - points['end']).max()}\")"
    )
    return Section("What came of it", "The same numbers as in the window.", "\n".join(lines))
