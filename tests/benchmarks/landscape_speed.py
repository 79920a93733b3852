"""How long a landscape takes: 41 × 41 points on 1,000 images, for three networks.

Run by hand:

    python tests/benchmarks/landscape_speed.py

The networks are trained for one epoch on 6,000 images, so that there is a path. One BLAS thread is
used, as in the window. The goal is 5 seconds for 784-20-20-10 on two cores, while other things run
too; with `--busy N`, N other processes do matrix products meanwhile.
"""

import argparse
import multiprocessing
import time

import numpy as np
from threadpoolctl import threadpool_limits

from gdstudio.data.catalogue import load_images
from gdstudio.engine.inspect.landscape import PRINCIPAL, RANDOM, LandscapeSettings, landscape
from gdstudio.engine.jobs import finish
from gdstudio.experiment.digits.experiment import DigitsExperiment, DigitsSettings

NETWORKS = ("20, 20", "conv 8x5x5 stride 2, 64", "300, 100")
GOAL_SECONDS = 5.0


def trained(text: str) -> tuple[DigitsExperiment, np.ndarray]:
    """Return a run at its end, and 60 points of its path."""
    run = DigitsExperiment(
        DigitsSettings.from_mapping(
            {"network": text, "training_size": 6000, "epochs": 1, "learning_rate": 1}
        )
    )
    path = []
    while not run.finished:
        path.append(run.descent.parameters.copy())
        run.advance(steps=10)
    return run, np.array(path)


def measure(text: str, directions: str) -> tuple[float, float, float]:
    """Return the seconds, the longest wait between two places to stop, and the share held."""
    run, path = trained(text)
    training = load_images("mnist").training
    settings = LandscapeSettings(directions=directions)
    longest, last = 0.0, time.perf_counter()

    def look(_share: float) -> None:
        nonlocal longest, last
        now = time.perf_counter()
        longest, last = max(longest, now - last), now

    begun = time.perf_counter()
    work = landscape(
        run.network, run.descent.parameters, path, training.images, training.labels, settings
    )
    found = finish(work, progress=look)
    assert found is not None
    return time.perf_counter() - begun, longest, found.share


def keep_busy() -> None:
    """Multiply matrices until ended."""
    threadpool_limits(1, user_api="blas")
    numbers = np.random.default_rng(0).random((400, 400), np.float32)
    while True:
        numbers @ numbers


def main() -> None:
    """Measure all, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--busy", type=int, default=0, metavar="N", help="other processes at work")
    chosen = parser.parse_args()
    others = [multiprocessing.Process(target=keep_busy, daemon=True) for _ in range(chosen.busy)]
    for other in others:
        other.start()
    threadpool_limits(1, user_api="blas")
    load_images("mnist")
    print(f"{'network':26} {'directions':10} {'seconds':>8} {'longest wait':>13} {'path held':>10}")
    for text in NETWORKS:
        for directions in (PRINCIPAL, RANDOM):
            seconds, longest, share = measure(text, directions)
            print(
                f"{text:26} {directions:10} {seconds:8.2f} {1000 * longest:10.1f} ms {share:10.1%}"
                + ("" if text != NETWORKS[0] or seconds <= GOAL_SECONDS else "  too slow")
            )
    for other in others:
        other.terminate()


if __name__ == "__main__":
    main()
