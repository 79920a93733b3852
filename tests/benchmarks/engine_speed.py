"""How many images a second the engine learns from, beside PyTorch, scikit-learn and JAX.

Run by hand, on a machine that does nothing else:

    python tests/benchmarks/engine_speed.py

All learn the same: MNIST's 60,000 images, in memory, with ReLU, cross-entropy and plain gradient
descent, learning rate 0.1, in `float32`. The rounds, one epoch each, alternate, so that all meet
the same moods of the machine, and each one's best round counts. PyTorch, scikit-learn and JAX get
the better of one thread and two; compiling and evaluating are left out of the time, shuffling and
gathering are in it. The last rival is the limit: the matrix products of the same step in a bare
loop, without anything else. All must come to like accuracy.
"""

import argparse
import math
import os
import platform
import statistics
import sys

from speed_contest import Round, Task
from speed_processes import Seat

TASKS = (
    Task((20, 20), 10, {"PyTorch": 5, "scikit-learn": 4, "JAX": 1.1, "products": 0.38}),
    Task((20, 20), 32, {"PyTorch": 4, "scikit-learn": 3, "JAX": 1.2, "products": 0.42}),
    Task((20, 20), 128, {"PyTorch": 2, "scikit-learn": 2.5, "JAX": 1.1, "products": 0.40}),
    Task((100,), 32, {"PyTorch": 1.5, "scikit-learn": 2, "JAX": 1, "products": 0.5}),
    Task((300, 100), 32, {"PyTorch": 1.2, "scikit-learn": 2.5, "JAX": 1, "products": 0.6}),
    Task(((8, 5, 2), (24, 5, 2), 64), 128, {"PyTorch": 1, "JAX": 1, "products": 0}),
)
OURS = "this engine"
RIVALS = ("PyTorch", "scikit-learn", "JAX", "products")
# A number of threads that is so much slower in the first two rounds is not tried again.
MUCH_SLOWER = 0.8
# Means over the rounds; runs from different starts differ by about a point after one epoch.
LIKE_ACCURACY = 0.03


def compare(task: Task, seats: list[Seat], rounds: int) -> dict[Seat, list[Round]]:
    """Return everybody's rounds, which alternate."""
    taking_part = [
        seat for seat in seats if not (task.has_convolutions and seat.name == "scikit-learn")
    ]
    done: dict[Seat, list[Round]] = {seat: [] for seat in taking_part}
    for number in range(rounds):
        for seat in taking_part:
            if number < 2 or not _much_slower(seat, done):
                done[seat].append(seat.train(task, number))
    return done


def _much_slower(seat: Seat, done: dict[Seat, list[Round]]) -> bool:
    siblings = [rounds for other, rounds in done.items() if other.name == seat.name]
    return fastest(done[seat]) < MUCH_SLOWER * max(map(fastest, siblings))


def fastest(rounds: list[Round]) -> float:
    """Return the samples per second of the best round."""
    return max(one.samples_per_second for one in rounds)


def report(task: Task, done: dict[Seat, list[Round]]) -> tuple[str, bool]:
    """Return the task's row of the table, and whether all came to like accuracy."""
    names = list(dict.fromkeys(seat.name for seat in done))
    better = {
        name: max((s for s in done if s.name == name), key=lambda seat: fastest(done[seat]))
        for name in names
    }
    ours = fastest(done[better[OURS]])
    cells = [task.name, str(task.batch_size), f"{ours:,.0f}"]
    for name in RIVALS:
        if name not in better:
            cells.append("–")
            continue
        speed, goal = fastest(done[better[name]]), task.goals[name]
        cell = f"{speed:,.0f} ({better[name].threads}): {ours / speed:.2f}"
        if goal:
            cell += f", goal {goal:g}" + ("" if ours / speed >= goal else " missed")
        cells.append(cell)
    means = [statistics.fmean(one.accuracy for one in done[better[name]]) for name in names]
    learned = [mean for mean in means if not math.isnan(mean)]
    cells.append(f"{min(learned):.1%}–{max(learned):.1%}")
    return f"| {' | '.join(cells)} |", max(learned) - min(learned) <= LIKE_ACCURACY


def machine(versions: dict[str, str]) -> str:
    """Return what decides the figures: processor, versions, settings of the products' library."""
    model = platform.processor() or platform.machine()
    if os.path.exists("/proc/cpuinfo"):
        with open("/proc/cpuinfo", encoding="utf-8") as file:
            model = next(
                (line.split(":")[1].strip() for line in file if "model name" in line), model
            )
    lines = [
        f"{model}, {os.cpu_count()} cores, {platform.system()} {platform.release()}",
        ", ".join(
            [f"Python {platform.python_version()}", *(f"{k} {v}" for k, v in versions.items())]
        ),
    ]
    forced = [f"{key}={value}" for key, value in os.environ.items() if key.startswith("OPENBLAS_")]
    if forced:
        lines.append(", ".join(sorted(forced)))
    return "\n".join(lines)


def take_seats() -> tuple[list[Seat], dict[str, str]]:
    """Return all contestants, ready, and the versions of what they use.

    Raises:
        ImportError: if a library is missing.
    """
    seats = [Seat(OURS, None)]
    seats += [Seat(name, threads) for name in RIVALS for threads in (1, 2)]
    versions: dict[str, str] = {}
    for seat in seats:
        versions |= seat.wait_until_ready()
    return seats, versions


def main() -> int:
    """Print the table; return 1 if they do not learn alike, 2 if a library is missing."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5, help="per network (default 5)")
    parser.add_argument("--only", type=int, nargs="+", help="rows of the table, counted from 1")
    options = parser.parse_args()
    # Before our own processes start.
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else math.nan
    try:
        seats, versions = take_seats()
    except ImportError as error:
        print(
            f"{error.name or error} is missing; install what the benchmark needs with: "
            "pip install -e '.[benchmark]'",
            file=sys.stderr,
        )
        return 2
    print(machine(versions))
    print(f"Load before the start: {load:.2f}")
    print(f"Samples per second, best of {options.rounds} alternating rounds of one epoch. In")
    print("brackets the rival's better number of threads, then this engine's speed as a multiple")
    print("of the rival's; at the end the lowest and the highest mean accuracy.\n")
    print("| hidden layers | batch | this engine | PyTorch | scikit-learn | JAX |", end="")
    print(" products alone | test accuracy |")
    print("|---|---|---|---|---|---|---|---|")
    alike = True
    for number, task in enumerate(TASKS, start=1):
        if options.only and number not in options.only:
            continue
        rows, like = report(task, compare(task, seats, max(options.rounds, 1)))
        alike &= like
        print(rows, flush=True)
    for seat in seats:
        seat.close()
    if not alike:
        print("They did not come to like accuracy, so the speeds say nothing.", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
