"""Whether the system asks for less motion, which Qt 6.11 does not tell.

Windows and macOS are asked each time; on other systems the desktop says it, and each change of it,
over its settings portal (https://flatpak.github.io/xdg-desktop-portal, `Settings`).
"""

import ctypes
import functools
import sys
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import SLOT, QObject, Slot

_SPI_GETCLIENTAREAANIMATION = 0x1042
_OBJECTIVE_C = "/usr/lib/libobjc.A.dylib"
_PORTAL = (
    "org.freedesktop.portal.Desktop",
    "/org/freedesktop/portal/desktop",
    "org.freedesktop.portal.Settings",
)
# The settings of the desktops, and which values of them ask for less motion.
_ASKS: dict[tuple[str, str], Callable[[Any], bool]] = {
    ("org.freedesktop.appearance", "reduced-motion"): lambda value: value == 1,
    ("org.gnome.desktop.interface", "enable-animations"): lambda value: value is False,
    # KDE writes its numbers as texts.
    ("org.kde.kdeglobals.KDE", "AnimationDurationFactor"): lambda value: (
        str(value).strip() in ("0", "0.0")
    ),
}


def system_motion(parent: QObject) -> Callable[[], bool]:
    """Return what tells, from now on, whether the system asks for less motion.

    What listens to the desktop lives as long as `parent`. A system that does not say so asks for
    nothing.
    """
    if sys.platform == "win32":
        return windows_asks
    if sys.platform == "darwin":
        return mac_asks
    desktop = DesktopSettings(parent)
    return lambda: desktop.asks


def windows_asks() -> bool:
    """Return whether *Animation effects* are off in the settings of Windows."""
    animates = ctypes.c_int(1)
    user32: Any = vars(ctypes)["windll"].user32
    # Where it cannot be read, nothing is written.
    user32.SystemParametersInfoW(_SPI_GETCLIENTAREAANIMATION, 0, ctypes.byref(animates), 0)
    return not animates.value


def mac_asks() -> bool:
    """Return whether *Reduce motion* is on in the settings of macOS."""
    try:
        runtime = ctypes.CDLL(_OBJECTIVE_C)
    except OSError:
        return False
    for find in (runtime.objc_getClass, runtime.sel_registerName):
        find.restype, find.argtypes = ctypes.c_void_p, [ctypes.c_char_p]
    workspace = _send(
        ctypes.c_void_p,
        runtime.objc_getClass(b"NSWorkspace"),
        runtime.sel_registerName(b"sharedWorkspace"),
    )
    asks = runtime.sel_registerName(b"accessibilityDisplayShouldReduceMotion")
    # Objective-C answers 0 to what is asked of nothing.
    return bool(_send(ctypes.c_bool, workspace, asks))


def _send(result: type[Any], receiver: int | None, selector: int | None) -> Any:
    """Send a message without arguments; what it returns is a `result`."""
    send = ctypes.CDLL(_OBJECTIVE_C).objc_msgSend
    send.restype, send.argtypes = result, [ctypes.c_void_p, ctypes.c_void_p]
    return send(receiver, selector)


class DesktopSettings(QObject):
    """What the desktop says of motion: it is asked in the background, and listened to."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._asking: set[tuple[str, str]] = set()
        # Only desktops have it, and it takes some milliseconds to load.
        from PySide6.QtDBus import QDBusConnection, QDBusMessage, QDBusPendingCallWatcher

        bus = QDBusConnection.sessionBus()
        if not bus.isConnected():
            return
        service, path, interface = _PORTAL
        take = SLOT("take_change(QDBusMessage)")
        bus.connect(service, path, interface, "SettingChanged", self, take)  # type: ignore[call-overload]  # as text, not bytes
        for setting in _ASKS:
            read = QDBusMessage.createMethodCall(*_PORTAL, "Read")
            read.setArguments(list(setting))
            watcher = QDBusPendingCallWatcher(bus.asyncCall(read), self)
            watcher.finished.connect(functools.partial(self._take_answer, setting, watcher))

    @property
    def asks(self) -> bool:
        """Whether it asks for less motion, as far as it has said."""
        return bool(self._asking)

    @Slot("QDBusMessage")
    def take_change(self, message: Any) -> None:
        """Take in what the portal says has changed."""
        namespace, key, value = message.arguments()
        self._take((namespace, key), value)

    def _take_answer(self, setting: tuple[str, str], watcher: Any) -> None:
        # What a desktop does not know it answers with an error.
        if not watcher.isError():
            self._take(setting, watcher.reply().arguments()[0])

    def _take(self, setting: tuple[str, str], value: Any) -> None:
        while hasattr(value, "variant"):
            value = value.variant()
        if setting in _ASKS and _ASKS[setting](value):
            self._asking.add(setting)
        else:
            self._asking.discard(setting)
