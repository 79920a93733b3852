"""Whether the system asks for less motion is read as each system says it."""

import ctypes
import os
import shutil
import subprocess
import sys

import pytest
from PySide6.QtCore import QObject

from gdstudio.app import system_motion


class Function:
    """A function of a library, that notes what it is called with."""

    def __init__(self, answer):
        self._answer = answer
        self.restype = self.argtypes = None

    def __call__(self, *arguments):
        return self._answer(*arguments)


@pytest.mark.parametrize("animates", [True, False])
def test_windows_is_asked_whether_it_animates(monkeypatch, animates):
    def read(action, _, value, __):
        assert action == 0x1042
        value._obj.value = int(animates)
        return 1

    class Windll:
        class user32:  # noqa: N801 - the library's name
            SystemParametersInfoW = staticmethod(read)

    monkeypatch.setattr(ctypes, "windll", Windll, raising=False)
    monkeypatch.setattr(sys, "platform", "win32")
    assert system_motion.system_motion(QObject())() == (not animates)


def test_windows_that_does_not_say_asks_for_nothing(monkeypatch):
    class Windll:
        class user32:  # noqa: N801 - the library's name
            SystemParametersInfoW = staticmethod(lambda *_: 0)

    monkeypatch.setattr(ctypes, "windll", Windll, raising=False)
    assert not system_motion.windows_asks()


@pytest.mark.parametrize("reduces", [True, False])
def test_macos_is_asked_whether_it_reduces_motion(monkeypatch, reduces):
    answers = {
        ("NSWorkspace", "sharedWorkspace"): "workspace",
        ("workspace", "accessibilityDisplayShouldReduceMotion"): reduces,
    }

    class Library:
        def __init__(self, path):
            assert path == "/usr/lib/libobjc.A.dylib"
            self.objc_getClass = Function(bytes.decode)
            self.sel_registerName = Function(bytes.decode)
            self.objc_msgSend = Function(lambda *message: answers[message])

    monkeypatch.setattr(ctypes, "CDLL", Library)
    monkeypatch.setattr(sys, "platform", "darwin")
    assert system_motion.system_motion(QObject())() is reduces


def test_macos_without_its_library_asks_for_nothing(monkeypatch):
    def load(_):
        raise OSError

    monkeypatch.setattr(ctypes, "CDLL", load)
    assert not system_motion.mac_asks()


# A desktop's portal: it knows one setting, and another value of it when it is told.
PORTAL = """
import ast, sys
from PySide6.QtCore import QCoreApplication
from PySide6.QtDBus import QDBusConnection, QDBusMessage, QDBusVariant, QDBusVirtualObject

PATH, SETTINGS = "/org/freedesktop/portal/desktop", "org.freedesktop.portal.Settings"
setting, value, other = ast.literal_eval(sys.argv[1])

class Portal(QDBusVirtualObject):
    def introspect(self, path):
        return ""

    def handleMessage(self, message, bus):
        if message.member() == "Change":
            changed = QDBusMessage.createSignal(PATH, SETTINGS, "SettingChanged")
            changed.setArguments([*setting, QDBusVariant(other)])
            bus.send(changed)
        elif message.arguments() == list(setting):
            bus.send(message.createReply(QDBusVariant(QDBusVariant(value))))
        else:
            bus.send(message.createErrorReply("org.freedesktop.portal.Error.NotFound", "no"))
        return True

app = QCoreApplication([])
bus = QDBusConnection.sessionBus()
portal = Portal()
assert bus.registerVirtualObject(PATH, portal)
assert bus.registerService("org.freedesktop.portal.Desktop")
print("ready", flush=True)
app.exec()
"""

# The app's side: it reads, has the portal change its mind, and reads again.
APP = """
import sys, time
from PySide6.QtCore import QCoreApplication, QEventLoop, QObject
from PySide6.QtDBus import QDBus, QDBusConnection, QDBusMessage
from gdstudio.app.system_motion import system_motion

app = QCoreApplication([])
window = QObject()
asks = system_motion(window)
assert not asks()

def wait(wanted):
    until = time.monotonic() + 60
    while asks() != wanted:
        assert time.monotonic() < until, wanted
        app.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents, 100)

wait(True)
bus = QDBusConnection.sessionBus()
bus.call(
    QDBusMessage.createMethodCall(
        "org.freedesktop.portal.Desktop", "/org/freedesktop/portal/desktop", "", "Change"
    ),
    QDBus.CallMode.NoBlock,
)
wait(False)
print("asked and changed")
"""

SESSION = """
coproc PORTAL { exec "$PYTHON" portal.py "$SETTING"; }
read -r _ <&"${PORTAL[0]}"
"$PYTHON" app.py
code=$?
kill "$PORTAL_PID"
exit $code
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="it is not Linux")
@pytest.mark.parametrize(
    "setting",
    [
        (("org.freedesktop.appearance", "reduced-motion"), 1, 0),
        (("org.gnome.desktop.interface", "enable-animations"), False, True),
        (("org.kde.kdeglobals.KDE", "AnimationDurationFactor"), "0", "1"),
    ],
    ids=["any desktop", "GNOME", "KDE"],
)
def test_a_desktop_is_asked_and_listened_to(tmp_path, setting):
    if shutil.which("dbus-run-session") is None:
        if os.environ.get("GDSTUDIO_ASSISTIVE"):
            pytest.fail("there is no dbus-run-session")
        pytest.skip("there is no dbus-run-session")
    for name, text in (("portal.py", PORTAL), ("app.py", APP), ("session.sh", SESSION)):
        (tmp_path / name).write_text(text, encoding="utf-8")
    done = subprocess.run(
        ["dbus-run-session", "--", "bash", "session.sh"],
        cwd=tmp_path, env=os.environ | {"PYTHON": sys.executable, "SETTING": repr(setting)},
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    assert done.stdout.strip() == "asked and changed"


def test_without_a_bus_nothing_is_asked_for(monkeypatch, tmp_path):
    code = (
        "from PySide6.QtCore import QCoreApplication, QObject\n"
        "from gdstudio.app.system_motion import DesktopSettings\n"
        "app = QCoreApplication([]); window = QObject()\n"
        "print(DesktopSettings(window).asks)\n"
    )
    address = {"DBUS_SESSION_BUS_ADDRESS": f"unix:path={tmp_path / 'none'}"}
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=os.environ | address, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout.strip()) == (0, "False"), done.stderr[-2000:]
