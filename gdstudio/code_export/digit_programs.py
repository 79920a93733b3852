"""A network that reads images as a NumPy program."""

import math

from gdstudio.code_export.common import assignments, constants, step_count
from gdstudio.code_export.digit_data import DigitData, digit_data
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
)
from gdstudio.code_export.program import (
    HOW_TO_TRAIN,
    TRAIN_LINE,
    Arrays,
    Program,
    Section,
    block,
    import_lines,
    indented,
)
from gdstudio.code_export.taken import TakenDigits
from gdstudio.engine.network.network import Network
from gdstudio.engine.optimizers.schedules import SCHEDULES

NAME = "digits"
_ROWS, _NUMBERS = 1000, 64_000_000


def numpy_digits(taken: TakenDigits) -> Program:
    """Return the network in NumPy, and its training where it is known."""
    settings = taken.settings
    network = settings.network.build()
    learns = taken.start is not None
    data = digit_data(settings, learns=learns)
    sections = [
        *settings_sections(taken, data),
        data_section(taken),
        Section(
            "What the network sees",
            "Pixels from 0 to 255 become 0 to 1, an image is a column, with a 1 below.",
            inputs_code(taken, data),
        ),
        parameter_section(network, vector=first_parameters(taken), training=learns),
    ]
    if learns and needs_mask(settings.optimizer, settings.regularization):
        sections.append(mask_section(network))
    sections += activation_sections(network, training=learns)
    sections += [forward_section(network, training=learns), cost_section(network, training=learns)]
    sections.append(_evaluation(network))
    if learns:
        sections.append(backward_section(network))
        regular = regularization_section(settings.regularization)
        if regular is not None:
            sections.append(regular)
        sections.append(step_section(settings.optimizer, settings.regularization))
        sections += order_sections(taken)
        sections.append(_training(taken, network))
    if taken.end is not None:
        sections.append(Section("What it has learned", "As the window shows it.", "report()"))
    if learns:
        sections.append(beginning(taken))
    return Program(
        NAME,
        f"A network {network.shape} reads {settings.data.entry.card.title}, in NumPy.",
        about(taken, data),
        import_lines("\n".join(one.code for one in sections)),
        tuple(sections),
        arrays(taken, data),
    )


def about(taken: TakenDigits, data: DigitData, *, own_order: bool = False) -> tuple[str, ...]:
    """Return what the program does, and what of the run it repeats.

    `own_order` says that a library takes the images in an order of its own.
    """
    settings = taken.settings
    shown = "It prints how many of the test images the network reads right, as the window shows it."
    if taken.start is None:
        return (shown, "How it was trained, a network's file does not say.")
    count = len(data.arrays["labels"])
    kind = settings.optimizer.kind
    order = "" if own_order else " in the app's order"
    way = (
        f"from the app's first weights on, {count:,} images{order}, {kind.label}, "
        f"{step_count(steps_of(taken, count))}"
    )
    again = (
        "Computers add in float32 with seven digits: on another one the last of them may differ. "
        "A setting that was changed on the way is not repeated."
    )
    if taken.end is None:
        return (f"It trains the network: {way}.", again, *data.left_out)
    return (shown, f"With --train it repeats the training: {way}.", again, *data.left_out)


def steps_of(taken: TakenDigits, count: int) -> int:
    """Return how many steps the training has: those made, or all that are planned."""
    batch = taken.settings.training.batch_size
    return taken.steps or taken.settings.training.epochs * math.ceil(count / batch)


def arrays(taken: TakenDigits, data: DigitData) -> Arrays:
    """Return the numbers beside the program."""
    found = dict(data.arrays)
    for name, vector in (("start", taken.start), ("end", taken.end)):
        if vector is not None:
            found[name] = vector
    return found


def settings_sections(
    taken: TakenDigits, data: DigitData, *, own_order: bool = False
) -> list[Section]:
    """Return the constants of the training; none where it does not learn.

    `own_order` says that a library takes the images in an order of its own, epoch by epoch.
    """
    if taken.start is None:
        return []
    settings = taken.settings
    values = constants(settings.optimizer) | {"BATCH_SIZE": settings.training.batch_size}
    if own_order or not settings.schedule.is_constant:
        values["EPOCHS"] = taken.epochs
    if not own_order:
        values["STEPS"] = steps_of(taken, len(data.arrays["labels"]))
        values["SEED"] = settings.training.seed
    return [Section("The settings of the run", "", assignments(values))]


def first_parameters(taken: TakenDigits) -> str:
    """Return the expression of the θ with which the program begins."""
    return 'digits["end"].copy()' if taken.end is not None else 'digits["start"].copy()'


def data_section(taken: TakenDigits) -> Section:
    """Return where the images come from."""
    lines = ["HERE = Path(__file__).parent", f'digits = np.load(HERE / "{NAME}.npz")']
    if taken.start is not None:
        lines.append('images, labels = digits["images"], digits["labels"]')
    lines.append('test_images, test_labels = digits["test_images"], digits["test_labels"]')
    classes = taken.settings.network.classes
    rows, columns = taken.settings.network.image
    said = f"Each image is a row of {rows} · {columns} pixels; each label says what it is."
    if not taken.settings.network.has_digits:
        said += " " + ", ".join(f"{number} is {name}" for number, name in enumerate(classes)) + "."
    return Section("The images", said, "\n".join(lines))


def inputs_code(taken: TakenDigits, data: DigitData) -> str:
    """Return the functions that make inputs of images, and wanted outputs of labels."""
    return (
        block(
            '''
            def inputs_of(images):
                """Return the inputs, a column for each image, with a row of ones below."""
                rows = np.ones((len(images), images.shape[1] + 1), np.float32)
                rows[:, :-1] = images * np.float32(1 / 255)
                return rows.T
            '''
        )
        + f"\n\n\n{wanted_code(taken, data)}"
    )


def wanted_code(taken: TakenDigits, data: DigitData, *, columns: bool = True) -> str:
    """Return the function that makes wanted outputs of labels: a column for each, or a row."""
    count = len(taken.settings.network.classes)
    each = f"np.arange({count})[:, np.newaxis]"
    turned = "" if columns else ".T"
    wanted = [f"return (labels == {each}).astype(np.float32){turned}"]
    if data.has_no_answers:
        wanted = [
            f"y = (labels == {each}).astype(np.float32)",
            "# What belongs to no class wants every output alike.",
            f"y[:, labels >= {count}] = 1 / {count}",
            f"return y{turned}",
        ]
    said = '"""Return what each output should be: 1 for the right class, else 0."""'
    return f"def wanted_of(labels):\n{indented([said, *wanted])}"


def _evaluation(network: Network) -> Section:
    rows, last = max(min(_ROWS, _NUMBERS // network.numbers), 1), len(network.layers)
    code = block(
        f'''
        def evaluate():
            """Return the share of test images that are read right, and their loss."""
            right, total = 0, 0.0
            for begin in range(0, len(test_images), {rows}):
                labels = test_labels[begin : begin + {rows}]
                z = forward(inputs_of(test_images[begin : begin + {rows}]))[1][{last}]
                right += int(np.count_nonzero(outputs(z).argmax(axis=0) == labels))
                total += len(labels) * cost(z, wanted_of(labels))
            return right / len(test_images), total / len(test_images)


        def report():
            accuracy, loss = evaluate()
            print(f"test accuracy: {{accuracy}}")
            print(f"test loss: {{loss}}")
        '''
    )
    return Section("How well it reads", "A thousand images at a time.", code)


def schedule_section(taken: TakenDigits) -> Section | None:
    """Return how the learning rate changes on the way; None where it stays."""
    schedule = taken.settings.schedule
    if schedule.is_constant:
        return None
    kind = SCHEDULES[schedule.schedule]
    body = ['"""Return what the learning rate is multiplied by, after a share of the run."""']
    if schedule.warmup:
        body += [
            f"if progress < {schedule.warmup!r}:",
            f"    return progress / {schedule.warmup!r}",
            f"progress = (progress - {schedule.warmup!r}) / (1.0 - {schedule.warmup!r})",
        ]
    body.append(f"return {kind.code}")
    code = f"def schedule(progress):\n{indented(body)}"
    return Section("The schedule", f"{kind.label}: how the learning rate falls on the way.", code)


def order_sections(taken: TakenDigits, *, in_numpy: bool = True) -> list[Section]:
    """Return the schedule and the order of the images, as the app has them.

    `in_numpy` says whether dropout is drawn by NumPy.
    """
    settings = taken.settings
    lines = [
        "# One seed, four generators: which images, the first weights, their order, dropout.",
        "seeds = np.random.SeedSequence(SEED).spawn(4)",
        "shuffling = np.random.default_rng(seeds[2])",
    ]
    if in_numpy and is_random(settings.network.build()):
        lines.append("dropped = np.random.default_rng(seeds[3])")
    rate = "LEARNING_RATE"
    each = "while True" if settings.schedule.is_constant else "for epoch in itertools.count()"
    body = [
        f"{each}:",
        "    order = shuffling.permutation(len(images))",
        "    for begin in range(0, len(images), BATCH_SIZE):",
        "        chosen = order[begin : begin + BATCH_SIZE]",
    ]
    if not settings.schedule.is_constant:
        body += [
            "        done = epoch + (begin + len(chosen) / 2) / len(images)",
            "        rate = LEARNING_RATE * schedule(done / EPOCHS)",
        ]
        rate = "rate"
    body.append(f"        yield chosen, {rate}")
    said = '"""Yield the images of each step and its learning rate, epoch after epoch."""'
    code = "\n".join(lines) + f"\n\n\ndef batches():\n{indented([said, *body])}"
    section = Section(
        "The images of each step", "In an order that every epoch shuffles anew.", code
    )
    schedule = schedule_section(taken)
    return [section] if schedule is None else [schedule, section]


def _training(taken: TakenDigits, network: Network) -> Section:
    settings = taken.settings
    training = ", training=True" if is_random(network) else ""
    steps = step_lines(settings.optimizer, settings.regularization, "rate", theta="theta[:]")
    body = [
        '"""Make all steps from the first weights on."""',
        'theta[:] = digits["start"]',
        "epoch = math.ceil(len(images) / BATCH_SIZE)",
        "for number, (chosen, rate) in zip(range(1, STEPS + 1), batches()):",
        "    x, y = inputs_of(images[chosen]), wanted_of(labels[chosen])",
        f"    layers = forward(x{training})",
        *(f"    {line}" for line in steps),
        "    if number % epoch == 0 or number == STEPS:",
        f'        print(f"step {{number}}: loss {{cost(layers[1][{len(network.layers)}], y)}}")',
        "        report()",
    ]
    return Section(
        "The training",
        "Forward, backward, a step: and all over again.",
        f"def train():\n{indented(body)}",
    )


def beginning(taken: TakenDigits) -> Section:
    """Return the lines that begin the training, where it is asked for."""
    if taken.end is None:
        return Section("The run", "", "train()")
    return Section(
        "The training again",
        f"It takes its time. {HOW_TO_TRAIN}",
        f"{TRAIN_LINE}\nif TRAIN:\n    train()",
    )
