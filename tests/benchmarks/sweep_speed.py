"""How much faster a sweep of networks is with two workers than with one; the numbers are the same.

Four learning rates × two networks × three seeds, two epochs each, on MNIST: 24 runs, with one
worker process and with two, alternating. Each time the start of the workers and the loading of the
images are included.

    python tests/benchmarks/sweep_speed.py [--rounds 2] [--training-size 60000] [--workers 2]
"""

import argparse
import os
import time

from gdstudio.experiment.scenario import Scenario
from gdstudio.runs.sweep.computation import Computation
from gdstudio.runs.sweep.findings import Findings
from gdstudio.runs.sweep.processes import ThisMachine, processors
from gdstudio.runs.sweep.sweep import Sweep

AIM = 1.8


def measured(sweep, workers):
    """Return how long the sweep takes, and its results without their seconds."""
    begun = time.perf_counter()
    with Computation(sweep, ThisMachine(workers)) as computation:
        results = dict(computation.results())
    return time.perf_counter() - begun, results


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--training-size", type=int, default=0, help="0 is all 60,000")
    parser.add_argument("--workers", type=int, default=2)
    options = parser.parse_args()
    values = {"epochs": 2, "training_size": options.training_size}
    texts = {"learning_rate": "0.1, 0.3, 1, 3", "network": "20, 20; 100"}
    sweep = Sweep.parse(Scenario("digits", values), texts, seeds="3")
    print(f"{sweep.count} runs, {processors()} processors, load {os.getloadavg()[0]:.2f}")
    with Computation(sweep, ThisMachine(options.workers)) as computation:
        print(f"Estimated before the start: {computation.estimate().sentence}")
    seconds = {1: [], options.workers: []}
    seen = []
    for turn in range(options.rounds):
        order = (1, options.workers) if turn % 2 == 0 else (options.workers, 1)
        for workers in order:
            took, results = measured(sweep, workers)
            seconds[workers].append(took)
            seen.append({number: one.readings for number, one in sorted(results.items())})
            print(f"{workers} workers: {took:.1f} s (load {os.getloadavg()[0]:.2f})")
    one, more = min(seconds[1]), min(seconds[options.workers])
    same = all(numbers == seen[0] for numbers in seen)
    print(f"{options.workers} workers are {one / more:.2f} times as fast as one, aim {AIM}")
    print(f"The numbers are {'the same, to the last bit' if same else 'NOT THE SAME'}.")
    for sentence in Findings(sweep, results).sentences():
        print(sentence)


if __name__ == "__main__":
    main()
