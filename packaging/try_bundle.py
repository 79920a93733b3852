"""Tries a portable folder in an emptied environment: `python packaging/try_bundle.py FOLDER`.

Commands, a training, and the self-test, which trains in a process of its own and opens a window.
With no display, Linux's `xvfb-run` gives it one.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

# Windows cannot start a process without these.
_KEPT = ("SYSTEMROOT", "SYSTEMDRIVE", "TEMP", "TMP", "COMSPEC", "WINDIR")
_SEVEN = [[[10, 10], [60, 10], [30, 90]]]
_TIMEOUT = 300


def main() -> None:
    """Try it; end with a sentence where something does not work."""
    program = Path(sys.argv[1]).resolve() / ("gdstudio.exe" if os.name == "nt" else "gdstudio")
    with tempfile.TemporaryDirectory(prefix="gdstudio-try-") as folder:
        home = Path(folder)
        environment = {name: os.environ[name] for name in _KEPT if name in os.environ}
        environment |= {"HOME": folder, "USERPROFILE": folder}

        def run(*arguments: str, window: bool = False) -> str:
            command = [str(program), *arguments]
            if window and sys.platform.startswith("linux"):
                screen = "-screen 0 1600x1000x24 +extension GLX"
                command = [shutil.which("xvfb-run") or "xvfb-run", "-a", "-s", screen, *command]
            done = subprocess.run(
                command, cwd=home, env=environment, capture_output=True, check=False,
                encoding="utf-8", timeout=_TIMEOUT,
            )  # fmt: skip
            if done.returncode:
                raise SystemExit(f"{' '.join(arguments)}: exit {done.returncode}: {done.stderr}")
            say(f"works: gdstudio {' '.join(arguments)}")
            return done.stdout

        assert run("--version").startswith("gdstudio ")
        fit = run("fit", "ten-houses", "--start", "0.45", "0.75", "--steps", "1", "--json")
        assert len(json.loads(fit)["steps"]) == 2
        walk = run("descend", "x**2", "--start", "1", "--steps", "2", "--json")
        assert len(json.loads(walk)["steps"]) == 3
        swept = run("sweep", "slope", "--learning-rate", "0.01,0.1", "--steps", "3", "--json")
        assert len(json.loads(swept)["runs"]) == 2
        run("export", "houses?learning_rate=0.01", "--to", "numpy", "--out", "program", "--json")
        trained = run("train", "--epochs", "1", "--json", "--save", "digits.safetensors")
        assert json.loads(trained)["test_accuracy"] > 0.8
        (home / "seven.json").write_text(json.dumps(_SEVEN), encoding="utf-8")
        read = run("classify", "digits.safetensors", "seven.json", "--json")
        assert len(json.loads(read)["results"][0]["outputs"]) == 10
        lessons = program.parent / "_internal/gdstudio/resources/lessons"
        checked = run("lesson", "check", str(lessons / "02-one-number.md"), "--json")
        assert json.loads(checked)["problems"] == []
        assert "GNU LESSER GENERAL PUBLIC LICENSE" in run("--licences")
        found = json.loads(run("doctor", "--json", window=True))
        for one in found["findings"]:
            say(f"  {one['label']}: {one['value']}")
        run("screenshots", "pictures")
        assert len(list((home / "pictures").glob("*.png"))) >= 10
    say("All of it works.")


def say(line: str) -> None:
    """Print a line."""
    print(line, flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
