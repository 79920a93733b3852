"""A line through house prices as programs: NumPy, PyTorch, scikit-learn."""

from gdstudio.code_export.common import (
    assignments,
    constants,
    descent_section,
    library_name,
    optimizer_section,
    repeats_text,
    reported_every,
    step_count,
)
from gdstudio.code_export.program import (
    Part,
    Program,
    Section,
    block,
    import_lines,
    indented,
)
from gdstudio.code_export.taken import TakenLine
from gdstudio.engine.optimizers.catalogue import OPTIMIZERS
from gdstudio.engine.regression import MIN_MAX, RAW

_NAME = "houses"
# How many houses are printed one by one.
_SHOWN = 10
_SKLEARN = "from sklearn.linear_model import LinearRegression"
_PACKAGES = {"import torch": "torch", "import keras": "keras", _SKLEARN: "scikit-learn"}
_SCALED = {
    MIN_MAX: "From 0, the smallest, to 1, the largest: so one learning rate suits both numbers.",
    RAW: "The numbers are left as they are, in square feet and dollars.",
}
_STANDARDISED = "Mean 0 and standard deviation 1: so one learning rate suits both numbers."


def numpy_line(line: TakenLine) -> Program:
    """Return the fit in NumPy: the digits of the app, all of them."""
    kind = OPTIMIZERS[line.optimizer.optimizer]
    settings = constants(line.optimizer) | {"STEPS": line.steps, "START": list(line.start)}
    sections = [settings_section(settings), data_section(line)]
    if "IS_WEIGHT" in kind.source.numpy:
        sections.append(
            Section("What decays", "b is a weight, a is not.", "IS_WEIGHT = np.array([0.0, 1.0])")
        )
    sections += [
        Section(
            "Forward",
            "What the line says of every house, and by how much it is wrong.",
            block(
                '''
                def predicted(theta):
                    """Return Ypred = a + b X, house by house."""
                    a, b = theta
                    return a + b * X


                def errors(theta):
                    """Return Y − Ypred, house by house."""
                    return Y - predicted(theta)
                '''
            ),
            Part.FORWARD,
        ),
        Section(
            "The cost",
            "SSE = ½ Σ (Y − Ypred)².",
            block(
                '''
                def sse(theta):
                    """Return half the sum of the squared errors."""
                    return 0.5 * np.sum(errors(theta) ** 2)
                '''
            ),
            Part.COST,
        ),
        Section(
            "The gradient",
            "How SSE changes with a and with b: −Σ (Y − Ypred), and −Σ (Y − Ypred) X.",
            block(
                '''
                def slopes(theta):
                    """Return how SSE changes with a, and with b."""
                    error = errors(theta)
                    return np.array([-np.sum(error), -np.sum(error * X)])
                '''
            ),
            Part.GRADIENT,
        ),
        Section(
            "House by house",
            "What one would write on paper for the first line; of many houses the first ten.",
            block(
                f"""
                print("         X          Y      Ypred      error")
                rows = zip(X, Y, predicted(START), errors(START))
                for row in list(rows)[:{_SHOWN}]:
                    print(" ".join(f"{{number:10.6g}}" for number in row))
                print(f"sse of all houses: {{sse(START)}}")
                print(f"slopes of all houses: {{slopes(START).tolist()}}")
                """
            ),
        ),
        Section(
            "The same cost and gradient, quicker",
            "The sums over all houses need not be taken anew for every line: the means, and the "
            "sums of squares about them, say all of it. The results are those from above but for "
            "rounding. The app computes in this way, and so does the descent below: all its "
            "digits are the app's.",
            block(
                '''
                mean_x, mean_y = float(X.mean()), float(Y.mean())
                dx, dy = X - mean_x, Y - mean_y
                sxx, sxy = float(dx @ dx), float(dx @ dy)
                best_b = sxy / sxx
                residual = dy - best_b * dx
                least_sse = 0.5 * float(residual @ residual)


                def quick_sse(theta):
                    """Return half the sum of the squared errors."""
                    a, b = theta.tolist()
                    mean_error = mean_y - a - b * mean_x
                    tilt = b - best_b
                    squares = len(X) * mean_error * mean_error + sxx * tilt * tilt
                    return least_sse + 0.5 * squares


                def quick_slopes(theta):
                    """Return how SSE changes with a, and with b."""
                    a, b = theta.tolist()
                    mean_error = mean_y - a - b * mean_x
                    tilt = b - best_b
                    slope_a = -len(X) * mean_error
                    slope_b = -len(X) * mean_error * mean_x + sxx * tilt
                    return np.array([slope_a, slope_b])
                '''
            ),
        ),
        optimizer_section(kind),
        descent_section(line.steps, "a = {theta[0]}, b = {theta[1]}", "quick_sse", "quick_slopes"),
        Section(
            "The same loss, house by house",
            "",
            'print(f"loss house by house: {sse(theta)}")',
        ),
        equation_section("theta.tolist()"),
    ]
    title = f"A line through {line.title} by {kind.label}, in NumPy."
    return program(line, title, (), sections)


def torch_line(line: TakenLine) -> Program:
    """Return the fit in PyTorch.

    Raises:
        BadInput: if PyTorch has no such optimizer.
    """
    kind = OPTIMIZERS[line.optimizer.optimizer]
    source = library_name("PyTorch", kind.source.torch)
    settings = constants(line.optimizer) | {"STEPS": line.steps, "START": list(line.start)}
    groups = "groups = [a, b]"
    if "weight_decay" in kind.uses:
        groups = block(
            """
            groups = [
                {"params": [a], "weight_decay": 0.0},
                {"params": [b], "weight_decay": WEIGHT_DECAY},
            ]
            """
        )
    shown = "a = {a.item()}, b = {b.item()}, SSE"
    sections = [
        settings_section(settings),
        data_section(line),
        Section(
            "The line",
            "Two numbers, beside which PyTorch keeps the slopes, and the rule that steps them.",
            "X, Y = torch.from_numpy(X), torch.from_numpy(Y)\n"
            "a, b = (torch.tensor(one, dtype=torch.float64, requires_grad=True) for one in START)\n"
            f"{groups}\n" + indented(f"optimizer = {source}", 0),
        ),
        Section(
            "The cost",
            "SSE = ½ Σ (Y − Ypred)².",
            block(
                '''
                def sse():
                    """Return half the sum of the squared errors."""
                    return 0.5 * (Y - (a + b * X)).square().sum()
                '''
            ),
            Part.COST,
        ),
        Section(
            "The descent",
            "backward() finds the slopes, step() follows them.",
            block(
                f"""
                for number in range(STEPS):
                    loss = sse()
                    if number % {reported_every(line.steps)} == 0:
                        print(f"step {{number}}: {shown} {{loss.item()}}")
                    optimizer.zero_grad()
                    loss.backward()
                    optimizer.step()

                print(f"step {{STEPS}}: {shown} {{sse().item()}}")
                print(f"loss: {{sse().item()}}")
                """
            ),
        ),
        equation_section("a.item(), b.item()"),
    ]
    said = (
        "PyTorch adds house by house, in another order than the app: after many steps the last "
        "digits may differ.",
    )
    title = f"A line through {line.title} by {kind.label}, in PyTorch."
    return program(line, title, said, sections, "import torch")


def sklearn_line(line: TakenLine) -> Program:
    """Return the fit in scikit-learn, which finds the best line at once."""
    settings = {"LINE": list(line.end)}
    sections = [
        Section("The line of the run", "Its a and b after all steps.", assignments(settings)),
        data_section(line),
        Section(
            "The best line",
            "scikit-learn needs no descent for it: least squares have a formula.",
            block(
                """
                model = LinearRegression().fit(X.reshape(-1, 1), Y)
                print(f"best a: {float(model.intercept_)}, best b: {float(model.coef_[0])}")
                residual = Y - model.predict(X.reshape(-1, 1))
                print(f"least loss: {0.5 * float(residual @ residual)}")
                """
            ),
        ),
        Section(
            "The line of the run in its place",
            "How far the descent has come.",
            block(
                """
                model.intercept_, model.coef_ = LINE[0], np.array(LINE[1:])
                residual = Y - model.predict(X.reshape(-1, 1))
                print(f"loss: {0.5 * float(residual @ residual)}")
                """
            ),
        ),
        equation_section("LINE"),
    ]
    said = ("It makes no steps: it puts the line of the run beside the best one.",)
    title = f"A line through {line.title}, in scikit-learn."
    return program(line, title, said, sections, _SKLEARN, walks=False)


def program(
    line: TakenLine,
    title: str,
    said: tuple[str, ...],
    sections: list[Section],
    *imports: str,
    walks: bool = True,
) -> Program:
    """Return the program of a fit; `walks` says whether it makes the steps of the app."""
    x, y = line.columns
    about = [f"It fits {y} = a + b · {x} to {len(line.x):,} houses, {step_count(line.steps)}."]
    if walks:
        about.append(repeats_text(line.repeats))
    code = "\n".join(one.code for one in sections)
    return Program(
        _NAME,
        title,
        (*about, *said),
        import_lines(code, *imports),
        tuple(sections),
        {"x": line.x, "y": line.y},
        ("numpy", *(_PACKAGES[one] for one in imports)),
    )


def settings_section(settings: dict[str, object]) -> Section:
    """Return the constants of the run."""
    return Section("The settings of the run", "", assignments(settings))


def data_section(line: TakenLine) -> Section:
    """Return how the houses become the numbers that descent sees."""
    x_offset, x_divisor, y_offset, y_divisor = line.scaling
    code = f"""
    HERE = Path(__file__).parent
    houses = np.load(HERE / "{_NAME}.npz")
    x, y = houses["x"], houses["y"]
    X_OFFSET, X_DIVISOR = {x_offset!r}, {x_divisor!r}
    Y_OFFSET, Y_DIVISOR = {y_offset!r}, {y_divisor!r}
    X, Y = (x - X_OFFSET) / X_DIVISOR, (y - Y_OFFSET) / Y_DIVISOR
    """
    text = _SCALED.get(line.scale, _STANDARDISED)
    return Section(
        "The houses", f"x is {line.columns[0]}, y is {line.columns[1]}. {text}", block(code)
    )


def equation_section(line: str) -> Section:
    """Return what the line says in the units of the table."""
    return Section(
        "The same line in the units of the table",
        "",
        block(
            f"""
            a, b = {line}
            slope = b * Y_DIVISOR / X_DIVISOR
            intercept = Y_OFFSET + a * Y_DIVISOR - slope * X_OFFSET
            print(f"y = {{intercept}} + {{slope}} x")
            """
        ),
    )
