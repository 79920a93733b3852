"""How long the window takes to appear: `python tests/benchmarks/start.py COMMAND...` (Linux).

Xvfb and xdotool are needed. COMMAND starts the window: that of a bundle, or of an environment into
which the wheel is installed. As root it starts cold, too: nothing of it is in memory then. Median
of five, in seconds from the start of the process: until anything is seen, and the window.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "packaging"))

ROUNDS = 5
LOOK_SECONDS = 0.02
MOST_SECONDS = 120
PANEL, WINDOW = "^Opening Gradient Descent Studio$", "^Gradient Descent Studio$"


def start(command: list[str], environment: dict[str, str]) -> tuple[float, float]:
    """Return after how many seconds something was seen, and the window."""
    begun = time.perf_counter()
    with subprocess.Popen(command, env=environment, cwd="/", stderr=subprocess.DEVNULL) as program:
        first = 0.0
        while not is_seen(WINDOW, environment):
            if program.poll() is not None or time.perf_counter() - begun > MOST_SECONDS:
                raise SystemExit("The window did not come.")
            if not first and is_seen(PANEL, environment):
                first = time.perf_counter() - begun
            time.sleep(LOOK_SECONDS)
        seconds = time.perf_counter() - begun
        time.sleep(1)
        program.terminate()
    return first or seconds, seconds


def is_seen(title: str, environment: dict[str, str]) -> bool:
    look = ["xdotool", "search", "--onlyvisible", "--name", title]
    return bool(subprocess.run(look, env=environment, capture_output=True, check=False).stdout)


def forget_files() -> None:
    """Have every file read from the disk again."""
    os.sync()
    Path("/proc/sys/vm/drop_caches").write_text("3", encoding="ascii")
    # What looks for the window is no part of the start.
    subprocess.run(["xdotool", "version"], capture_output=True, check=False)


def main() -> None:
    from window_trials import screen

    command = sys.argv[1:]
    with tempfile.TemporaryDirectory() as home, screen() as display:
        environment = {"HOME": home, "DISPLAY": display, "LC_ALL": "C.UTF-8"}
        environment["PATH"] = os.environ["PATH"]
        start(command, environment)
        for cold in (False, True) if os.geteuid() == 0 else (False,):
            times = []
            for _ in range(ROUNDS):
                if cold:
                    forget_files()
                times.append(start(command, environment))
            seen, window = (statistics.median(column) for column in zip(*times, strict=True))
            load = os.getloadavg()[0]
            print(
                f"{'cold' if cold else 'warm'}: something is seen after {seen:.2f} s, the window "
                f"after {window:.2f} s (load {load:.1f}); {[f'{a:.2f} {b:.2f}' for a, b in times]}",
                flush=True,
            )


if __name__ == "__main__":
    main()
