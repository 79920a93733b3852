"""Whatever ends a training, what was learned is kept; and nobody sees a traceback."""

import json
import os
import signal
import subprocess
import sys
import time

import pytest

from gdstudio.app import log_file
from gdstudio.cli import train
from gdstudio.cli.main import run
from gdstudio.experiment.digits.experiment import DigitsExperiment
from gdstudio.storage.network_file import load_network

TRAIN = ["train", "--dataset", "pen-digits", "--network", "8"]
posix = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals")


def start(*arguments, **options):
    return subprocess.Popen(
        [sys.executable, "-m", "gdstudio", *map(str, arguments)],
        encoding="utf-8",
        env={**os.environ, "PYTHONIOENCODING": "utf-8"},
        stderr=subprocess.PIPE,
        **options,
    )


def end(process):
    """Wait for a process; return its exit code and what it said on stderr."""
    with process:
        _, said = process.communicate(timeout=120)
    assert "Traceback" not in said
    return process.returncode, said


@posix
@pytest.mark.parametrize(
    ("number", "said"),
    [
        (signal.SIGINT, "Stopped by Ctrl+C; what was learned so far is saved."),
        (signal.SIGTERM, "Stopped from outside; what was learned so far is saved."),
        (signal.SIGHUP, "the terminal was closed; what was learned so far is saved."),
    ],
)
def test_a_signal_ends_the_training_and_the_network_is_saved(tmp_path, number, said):
    path = tmp_path / "n.safetensors"
    process = start(*TRAIN, "--epochs", 1_000, "--save", path, stdout=subprocess.PIPE)
    for _ in range(2):
        assert process.stdout.readline().startswith("Epoch")
    process.send_signal(number)
    # Once more, as the impatient do: it changes nothing.
    process.send_signal(number)
    out = process.stdout.read()
    assert end(process) == (128 + number, "")
    assert said in out
    assert f"Saved to {path}." in out
    assert load_network(path).training["epochs_done"] >= 2


@posix
def test_what_was_told_to_be_ignored_stays_ignored(tmp_path):
    path = tmp_path / "n.safetensors"
    program = [
        sys.executable, "-c",
        "import signal, os, sys; signal.signal(signal.SIGHUP, signal.SIG_IGN); "
        "os.execv(sys.executable, [sys.executable, '-m', 'gdstudio', *sys.argv[1:]])",
        *TRAIN, "--epochs", "2", "--save", str(path),
    ]  # fmt: skip
    with subprocess.Popen(program, stdout=subprocess.PIPE, encoding="utf-8") as process:
        assert process.stdout.readline().startswith("Epoch")
        process.send_signal(signal.SIGHUP)
        process.communicate(timeout=120)
    assert process.returncode == 0
    assert load_network(path).training["epochs_done"] == 2


@posix
def test_a_closed_pipe_ends_the_training_and_the_network_is_saved(tmp_path):
    path = tmp_path / "n.safetensors"
    process = start(*TRAIN, "--epochs", 1_000, "--save", path, stdout=subprocess.PIPE)
    assert process.stdout.readline().startswith("Epoch")
    process.stdout.close()
    code = process.wait(timeout=120)
    said = process.stderr.read()
    process.stderr.close()
    assert code == 141
    assert said == f"What was learned so far is saved to {path}.\n"
    assert load_network(path).training["epochs_done"] >= 1


full = pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs a device that is full")


@full
def test_output_that_cannot_be_written_ends_the_training_and_the_network_is_saved(tmp_path):
    path = tmp_path / "n.safetensors"
    for arguments in (("--epochs", 1_000), ("--epochs", 1, "--json")):
        with open("/dev/full", "w", encoding="utf-8") as device:
            process = start(*TRAIN, *arguments, "--save", path, stdout=device)
        code, said = end(process)
        assert code == 74
        assert "The output could not be written (No space left on device)." in said
        assert load_network(path).training["epochs_done"] >= 1
        path.unlink()


@full
@pytest.mark.parametrize("arguments", [["--help"], ["fit", "ten-houses"]])
def test_every_command_says_so_when_its_output_is_lost(arguments):
    with open("/dev/full", "w", encoding="utf-8") as device:
        code, said = end(start(*arguments, stdout=device))
    assert code == 74
    assert said == "gdstudio: The output could not be written (No space left on device).\n"


@posix
@pytest.mark.parametrize("arguments", [["--help"], ["fit", "ten-houses"]])
def test_nobody_who_reads_is_no_divergence(arguments):
    reading, writing = os.pipe()
    os.close(reading)
    try:
        process = start(*arguments, stdout=writing)
    finally:
        os.close(writing)
    assert end(process) == (141, "")


@posix
def test_nobody_who_reads_the_complaint_changes_nothing():
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(
        [sys.executable, "-m", "gdstudio", "fit", "castle"], stderr=writing, check=False
    )
    os.close(writing)
    assert done.returncode == 2


@posix
def test_ctrl_c_never_shows_a_traceback_once_the_program_has_begun():
    """It is sent as soon as the program has taken the signal over, and at moments after that."""
    for delay in (0.0, 0.1, 0.3):
        process = start(*TRAIN, "--epochs", 1_000, stdout=subprocess.DEVNULL)
        wait_until_caught(process.pid, signal.SIGINT)
        time.sleep(delay)
        process.send_signal(signal.SIGINT)
        assert end(process) == (130, "")


def wait_until_caught(pid, number):
    """Wait until a process catches a signal by a handler of ours: after Python's own start."""
    if not os.path.exists("/proc/self/stat"):
        pytest.skip("there is no way to see what the process does")
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        with open(f"/proc/{pid}/maps", encoding="utf-8", errors="replace") as file:
            # Our own imports have begun.
            if "numpy" in file.read():
                return
    pytest.fail("the program did not begin")


def test_where_the_place_became_unusable_the_network_is_kept_elsewhere(
    tmp_path, capsys, monkeypatch
):
    path = tmp_path / "folder" / "n.safetensors"
    path.parent.mkdir()
    monkeypatch.setattr(train.tempfile, "gettempdir", lambda: str(tmp_path))
    real_advance = DigitsExperiment.advance

    def advance(self, **bounds):
        if path.parent.exists():
            path.parent.rmdir()
        return real_advance(self, **bounds)

    monkeypatch.setattr(DigitsExperiment, "advance", advance)
    assert run([*TRAIN, "--epochs", "1", "--json", "--save", str(path)]) == 2
    said = capsys.readouterr().err
    (other,) = tmp_path.glob("gdstudio-network-*.safetensors")
    assert f"The network was saved to {other} instead." in said
    assert load_network(other).training["epochs_done"] == 1


def test_a_fault_of_the_app_loses_no_training(tmp_path, capsys, monkeypatch):
    path = tmp_path / "n.safetensors"
    real_advance = DigitsExperiment.advance
    calls = []

    def advance(self, **bounds):
        calls.append(bounds)
        if len(calls) > 1:
            raise MemoryError("no more")
        return real_advance(self, steps=5)

    monkeypatch.setattr(DigitsExperiment, "advance", advance)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    try:
        assert run([*TRAIN, "--epochs", "1", "--save", str(path)]) == 70
    finally:
        log_file.stop_logging()
    assert f"What was learned so far is saved to {path}." in capsys.readouterr().err
    assert load_network(path).training["steps"] == 5


def test_nothing_learned_replaces_nothing(tmp_path, capsys, monkeypatch):
    path = tmp_path / "n.safetensors"
    path.write_text("precious")
    real = train.stop_requests

    def stopped_at_once():
        context = real()

        class Stopped:
            def __enter__(self):
                request = context.__enter__()
                request.note(signal.SIGINT, None)
                return request

            def __exit__(self, *details):
                return context.__exit__(*details)

        return Stopped()

    monkeypatch.setattr(train, "stop_requests", stopped_at_once)
    assert run([*TRAIN, "--json", "--save", str(path)]) == 130
    found = json.loads(capsys.readouterr().out)
    assert found["message"] == "Stopped by Ctrl+C; nothing was learned yet."
    assert path.read_text() == "precious"


@pytest.mark.parametrize("kind", ["folder", "device", "read-only", "long", "nowhere"])
def test_whether_the_place_can_be_written_is_known_before_the_training(
    tmp_path, capsys, monkeypatch, kind
):
    monkeypatch.setattr(train, "DigitsExperiment", lambda *_: pytest.fail("the training began"))
    path = {
        "folder": tmp_path,
        "device": "/dev/null",
        "read-only": tmp_path / "kept",
        "long": tmp_path / ("n" * 256),
        "nowhere": tmp_path / "nowhere" / "n",
    }[kind]
    if kind == "read-only":
        path.touch()
        path.chmod(0o444)
    elif kind == "device" and sys.platform == "win32":
        pytest.skip("there is no such device")
    assert run([*TRAIN, "--save", str(path)]) == 2
    said = capsys.readouterr().err
    assert "cannot be saved" in said
    assert len(said.splitlines()) == 1
