"""What a screen reader finds: the real window, asked over AT-SPI as a screen reader asks.

It needs a display server, a D-Bus session and the reader's side of AT-SPI, which is GNOME's and
comes with the system's Python: on Debian, `xvfb dbus at-spi2-core gir1.2-atspi-2.0 python3-gi`.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

SYSTEM_PYTHON = "/usr/bin/python3"
_LAUNCHERS = (
    "/usr/libexec/at-spi-bus-launcher",
    "/usr/lib/at-spi2-core/at-spi-bus-launcher",
)
LAUNCHER = next((path for path in _LAUNCHERS if os.path.exists(path)), None)
_CAN_READ = "import gi; gi.require_version('Atspi', '2.0'); from gi.repository import Atspi"


def lacks():
    """Return what is missing to read a window as a screen reader does; empty if nothing is."""
    if not sys.platform.startswith("linux"):
        return "it is not Linux"
    for program in ("xvfb-run", "dbus-run-session", SYSTEM_PYTHON):
        if shutil.which(program) is None:
            return f"there is no {program}"
    if LAUNCHER is None:
        return "there is no at-spi-bus-launcher"
    done = subprocess.run([SYSTEM_PYTHON, "-c", _CAN_READ], capture_output=True, check=False)
    return "" if done.returncode == 0 else "the system's Python has no Atspi"


# The reader's side. It finds the app, reads all that is in sight, presses Step, and reads again;
# then it runs to the end, and opens the guide. All the time it listens to what is said at once.
READER = """
import json, sys, time
import gi
gi.require_version("Atspi", "2.0")
from gi.repository import Atspi, GLib

said = []

def hear(event, *_):
    said.append(event.any_data if isinstance(event.any_data, str) else str(event.any_data))

listener = Atspi.EventListener.new(hear)
listener.register("object:announcement")

def wait(reached, what):
    until = time.monotonic() + 120
    while True:
        found = reached()
        if found:
            return found
        if time.monotonic() > until:
            sys.exit("never came: " + what)
        for _ in range(20):
            GLib.MainContext.default().iteration(False)
            time.sleep(0.01)

def press(app, name):
    for node, states in walk(app):
        if node.get_name() == name and states.contains(Atspi.StateType.SHOWING):
            node.get_action_iface().do_action(0)
            return True
    return False

def heard(what):
    return lambda: any(what in sentence for sentence in said)

def window():
    desktop = Atspi.get_desktop(0)
    for index in range(desktop.get_child_count()):
        app = desktop.get_child_at_index(index)
        is_it = app is not None and app.get_name() == "Gradient Descent Studio"
        if is_it and app.get_child_count():
            return app
    return None

def walk(node):
    states = node.get_state_set()
    yield node, states
    for index in range(node.get_child_count()):
        child = node.get_child_at_index(index)
        if child is not None:
            yield from walk(child)

def rows(app):
    found = []
    for node, states in walk(app):
        if states.contains(Atspi.StateType.SHOWING):
            found.append({
                "role": node.get_role_name(),
                "name": node.get_name(),
                "description": node.get_description(),
                "focusable": states.contains(Atspi.StateType.FOCUSABLE),
            })
    return found

def told(app, word):
    return [row for row in rows(app) if word in row["description"]]

app = wait(window, "the window")
wait(lambda: told(app, "step 0"), "the first state of the run")
before = rows(app)
press(app, "Step")
wait(lambda: told(app, "step 1"), "the run after a step")
after = rows(app)
wait(heard("step 1, x 2.400"), "the announcement of the step")
press(app, "Run")
wait(heard("Arrived"), "the announcement of the arrival")
by_run = list(said)
wait(lambda: press(app, "Lead me"), "the button that opens the guide")
wait(heard("Step 1 of"), "the announcement of the guide's step")
print(json.dumps({"before": before, "after": after, "guide": rows(app), "said": by_run}))
"""
SESSION = """
{launcher} --launch-immediately &
launcher=$!
{python} -m gdstudio &
app=$!
{system} reader.py > rows.json
status=$?
kill $app
wait $app
kill $launcher
exit $status
"""


@pytest.fixture(scope="module")
def read(tmp_path_factory):
    if reason := lacks():
        if os.environ.get("GDSTUDIO_ASSISTIVE"):
            pytest.fail(reason)
        pytest.skip(reason)
    folder: Path = tmp_path_factory.mktemp("reader")
    (folder / "reader.py").write_text(READER, encoding="utf-8")
    session = SESSION.format(launcher=LAUNCHER, python=sys.executable, system=SYSTEM_PYTHON)
    (folder / "session.sh").write_text(session, encoding="utf-8")
    inherited = {k: v for k, v in os.environ.items() if not k.startswith(("XDG_", "QT_", "PYTEST"))}
    environment = inherited | {"HOME": str(folder), "QT_LINUX_ACCESSIBILITY_ALWAYS_ON": "1"}
    done = subprocess.run(
        ["xvfb-run", "-a", "-s", "-screen 0 1600x1000x24", "dbus-run-session", "--", "bash",
         "session.sh"],
        cwd=folder, env=environment, capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads((folder / "rows.json").read_text(encoding="utf-8"))


def test_whatever_takes_the_focus_tells_its_name(read):
    for when in ("before", "after", "guide"):
        focusable = [row for row in read[when] if row["focusable"]]
        assert len(focusable) > 30
        assert [row for row in focusable if not row["name"]] == []


def test_labs_controls_and_the_first_choice_are_found(read):
    names = {row["name"] for row in read["before"]}
    assert {"Slope", "Surface", "Houses", "Points", "Digits", "Story", "Lead me"} <= names
    assert {"Run", "Step", "Reset", "New start", "Learning rate", "Start at x"} <= names


def test_each_plot_says_in_a_sentence_where_the_run_is(read):
    for when, told in (("before", "step 0, x 3.000, f(x) 4.500"), ("after", "step 1, x 2.400")):
        assert any(told in row["description"] for row in read[when]), told


def test_a_step_and_the_arrival_are_said_at_once_and_nothing_between(read):
    first, arrival = read["said"]
    assert first.startswith("step 1, x 2.400")
    assert arrival.startswith("Arrived")
