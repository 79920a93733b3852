"""How long a typed function takes: to be read, to get its slopes, to have them written out, a step.

Run by hand, on a machine that does nothing else:

    python tests/benchmarks/function_speed.py

Each is timed several times from the text on, and the best time counts. What the window does while
one types is the first three together, and must stay below a frame of 16 ms for what people type.
"""

import platform
import time

from gdstudio.engine.functions.expression import Expression

USUAL = (
    "x^4 - 3x² + x",
    "sin(3x)·exp(-x/2) + cos(x)³",
    "1/(1 + exp(-x))",
    "max(0, 1 - x)²",
    "(x + 1)^7/(x² + 3)²",
)
# What took a symbolic library seconds, minutes or for ever, and what else is long.
HOSTILE = (
    "tanh(x^300 + x)",
    "tanh(((10 - x)(x + x))^100)",
    "tanh(x(1 - x)^999)",
    "asin(sinh(x^1000))",
    "x^x^x^x^x^x^x^x^x",
    "*".join(f"sin({k}*x)" for k in range(1, 20)),
    "*".join(f"sin({k}*x)" for k in range(1, 36)),
    "sin(" * 38 + "x" + ")" * 38,
    "sqrt(x + " * 30 + "1" + ")" * 30,
    "x/(1 + " * 30 + "x" + ")" * 30,
    "asin(" * 30 + "x/2" + ")" * 30,
)


def timed(job, rounds: int) -> float:
    """Return the best time of a job in milliseconds."""
    times = []
    for _ in range(rounds):
        begun = time.perf_counter()
        job()
        times.append(time.perf_counter() - begun)
    return 1e3 * min(times)


def main() -> None:
    """Print a line for each function."""
    print(f"Python {platform.python_version()}, {platform.machine()}")
    print(f"{'function':34} {'read':>8} {'slope':>8} {'written':>8} {'a step':>9}")
    for text in (*USUAL, *HOSTILE):
        read = timed(lambda text=text: Expression.parse(text), 5)
        slope = timed(lambda text=text: Expression.parse(text).with_slopes((0.5,)), 5) - read
        written = timed(lambda text=text: Expression.parse(text).derivative("x").pretty, 5) - read
        known = Expression.parse(text)
        step = timed(lambda known=known: [known.with_slopes((0.5,)) for _ in range(500)], 3) / 500
        short = text if len(text) <= 34 else text[:33] + "…"
        print(f"{short:34} {read:5.1f} ms {slope:5.1f} ms {written:5.1f} ms {1e3 * step:6.1f} µs")


if __name__ == "__main__":
    main()
