"""Opens the window of a bundle on a virtual screen, works in it by keyboard, and closes it (Linux).

`python packaging/window_trials.py FOLDER` tries a portable folder, `… / --root DIR --user NAME` a
package that is installed in another Debian below DIR. Xvfb and xdotool are needed.

Each trial asks the same: the window opens, Digits trains by the key for Run, and the window closes
with all its processes. What was trained is read from the session that the window writes by itself.
"""

import argparse
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

TITLE = "^Gradient Descent Studio"
_SECONDS = 180
_SESSION = ".local/share/gdstudio/runs/session.gdstudio"
# A user who may write nowhere.
_NOBODY = 65534


def main() -> None:
    """Try what the command line names; end with a sentence where something does not work."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path, help="the folder with the program gdstudio")
    parser.add_argument("--root", type=Path, help="another system, in which the folder is")
    parser.add_argument("--user", default="root", help="whose the window is in that system")
    asked = parser.parse_args()
    if asked.root is None:
        try_folder(asked.folder.resolve())
    else:
        try_system(asked.folder, asked.root, asked.user)
    say("The window works.")


def try_folder(folder: Path) -> None:
    """Open the program in a folder, also on computers on which something is missing."""
    command = [str(folder / "gdstudio")]
    with tempfile.TemporaryDirectory(prefix="gdstudio-window-") as made, screen() as display:
        home = Path(made)
        environment = {"HOME": made, "DISPLAY": display}
        opened = home / "mine.gdstudio"
        train(command, environment, home, "trains", keep=opened)
        steps = steps_in(opened)
        with window([*command, "--in-window", str(opened)], environment, "opens a session’s file"):
            until(lambda: steps_in(home / _SESSION) >= steps, "the steps of the session are there")
    with tempfile.TemporaryDirectory(prefix="gdstudio-window-") as made, screen() as display:
        nothing = Path(made) / "fonts.conf"
        nothing.write_text("<fontconfig/>", encoding="utf-8")
        environment = {"HOME": made, "DISPLAY": display, "FONTCONFIG_FILE": str(nothing)}
        train(command, environment, Path(made), "trains without any font of the system")
    with (
        tempfile.TemporaryDirectory(prefix="gdstudio-window-") as made,
        screen(gl=False) as display,
    ):
        environment = {"HOME": made, "DISPLAY": display}
        train(command, environment, Path(made), "trains without OpenGL")
    if os.geteuid() == 0:
        _try_locked(command)
    else:
        say("not tried, since only root can: a locked home, programs forbidden in the temp folder")


def _try_locked(command: list[str]) -> None:
    """Open the window of a user who may write nowhere, and where no program starts from /tmp."""
    with tempfile.TemporaryDirectory(prefix="gdstudio-window-") as made, screen() as display:
        home, temporary = Path(made) / "home", Path(made) / "tmp"
        home.mkdir()
        temporary.mkdir()
        mount = ["mount", "-t", "tmpfs", "-o", "noexec,mode=1777", "tmpfs", str(temporary)]
        subprocess.run(mount, check=True)
        try:
            environment = {"HOME": str(home), "DISPLAY": display, "TMPDIR": str(temporary)}
            train(command, environment, home, "trains where no program starts from /tmp")
        finally:
            subprocess.run(["umount", str(temporary)], check=True)
        os.chmod(made, 0o755)
        shutil.rmtree(home)
        home.mkdir(mode=0o555)
        environment = {"HOME": str(home), "DISPLAY": display}
        with window(command, environment, "opens where nothing can be written", user=_NOBODY):
            pass
        if list(home.iterdir()):
            raise SystemExit(f"{home} was to stay empty.")


def try_system(folder: Path, root: Path, user: str) -> None:
    """Open the program of an installed package; its screen is this system's."""
    home = Path("home") / user
    command = [
        shutil.which("chroot") or "/usr/sbin/chroot",
        f"--userspec={user}",
        str(root),
        str(folder / "gdstudio"),
    ]
    sockets = root / "tmp/.X11-unix"
    sockets.mkdir(mode=0o1777, exist_ok=True)
    path = "/usr/bin:/bin"
    with screen() as display:
        subprocess.run(["mount", "--bind", "/tmp/.X11-unix", str(sockets)], check=True)
        try:
            environment = {"HOME": f"/{home}", "DISPLAY": display, "PATH": path}
            train(command, environment, root / home, "trains")
        finally:
            subprocess.run(["umount", str(sockets)], check=True)


def train(
    command: list[str],
    environment: dict[str, str],
    home: Path,
    what: str,
    keep: Path | None = None,
) -> None:
    """Open the window on Digits, press the key for Run, and wait until it has made steps.

    The session is kept in `keep`.
    """
    with window([*command, "open", "digits?learning_rate=1"], environment, what) as press:

        def has_trained() -> bool:
            # A key that comes before the images are read does nothing.
            press("space")
            return _is_soon(lambda: steps_in(home / _SESSION) > 0)

        until(has_trained, f"{what}: steps are made")
        say(f"  {steps_in(home / _SESSION):,} steps")
        if keep is not None:
            shutil.copy(home / _SESSION, keep)


@contextmanager
def window(
    command: list[str], environment: dict[str, str], what: str, user: int | None = None
) -> Iterator[Callable[[str], None]]:
    """Start a program, wait for its window, and hand over how to press a key; then close it."""
    begun = time.perf_counter()
    program = subprocess.Popen(
        command, env=environment, cwd="/", start_new_session=True, user=user, group=user,
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, encoding="utf-8",
    )  # fmt: skip
    seen: list[str] = []

    def is_seen() -> bool:
        if program.poll() is not None:
            raise SystemExit(f"{what}: exit {program.returncode}: {program.stderr.read()}")
        seen[:] = _xdotool(environment["DISPLAY"], "search", "--onlyvisible", "--name", TITLE)
        return bool(seen)

    def press(key: str) -> None:
        _xdotool(environment["DISPLAY"], "windowfocus", "--sync", seen[-1])
        _xdotool(environment["DISPLAY"], "key", key)

    try:
        until(is_seen, f"{what}: the window is seen")
        seconds = time.perf_counter() - begun
        yield press
        program.send_signal(signal.SIGTERM)
        code = program.wait(_SECONDS)
        if code != 128 + signal.SIGTERM:
            raise SystemExit(f"{what}: exit {code}: {program.stderr.read()}")
        until(lambda: not _is_left(program.pid), f"{what}: no process is left")
        say(f"works: the window {what}, seen after {seconds:.1f} s")
    finally:
        if _is_left(program.pid):
            os.killpg(program.pid, signal.SIGKILL)
        program.wait()
        program.stderr.close()


@contextmanager
def screen(gl: bool = True) -> Iterator[str]:
    """Make a virtual screen, and hand over its name."""
    there, told = os.pipe()
    server = subprocess.Popen(
        [
            *("Xvfb", "-displayfd", str(told), "-screen", "0", "1600x1000x24"),
            *("+extension" if gl else "-extension", "GLX", "-ac", "-noreset", "-nolisten", "tcp"),
        ],
        pass_fds=[told],
        stderr=subprocess.DEVNULL,
    )
    os.close(told)
    try:
        with os.fdopen(there, encoding="utf-8") as answer:
            yield f":{answer.readline().strip()}"
    finally:
        server.terminate()
        server.wait()


def steps_in(path: Path) -> int:
    """Return the steps of Digits in a session; 0 where there is none."""
    from gdstudio.errors import BadInput
    from gdstudio.runs.session import load_session

    try:
        lab = load_session(path).labs.get("digits")
    except BadInput:  # not there yet
        return 0
    return 0 if lab is None or lab.run is None else int(lab.run.readings["step"])


def until(reached: Callable[[], bool], what: str) -> None:
    """Wait until something is so; end with a sentence where it does not come to be."""
    end = time.monotonic() + _SECONDS
    while not reached():
        if time.monotonic() > end:
            raise SystemExit(f"After {_SECONDS} seconds still not: {what}.")
        time.sleep(0.05)


def _is_soon(reached: Callable[[], bool]) -> bool:
    """Return whether something is so within some seconds."""
    end = time.monotonic() + 15
    while not (found := reached()) and time.monotonic() < end:
        time.sleep(0.2)
    return found


def _xdotool(display: str, *arguments: str) -> list[str]:
    environment = {**os.environ, "DISPLAY": display}
    done = subprocess.run(
        ["xdotool", *arguments], env=environment, capture_output=True, check=False, encoding="utf-8"
    )
    return done.stdout.split()


def _is_left(group: int) -> bool:
    """Return whether a process of a group is there."""
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


def say(line: str) -> None:
    """Print a line."""
    print(line, flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
