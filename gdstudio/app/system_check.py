"""What stops a window from opening, said in one sentence before Qt is asked to try.

Qt ends the whole process when it cannot load or connect its platform plugin, and it blames
xcb-cursor whatever is missing. So we look first: is there a display, does it answer, and does the
dynamic loader find every library. When all is well that costs what Qt would pay a moment later
anyway; the slower questions are asked only to explain a failure. Elsewhere than on Linux, Qt's
wheels carry all they need.
"""

import ctypes
import importlib.util
import os
import re
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

DEBIAN_PACKAGES: Mapping[str, str] = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libX11-xcb.so.1": "libx11-xcb1",
    "libX11.so.6": "libx11-6",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libfreetype.so.6": "libfreetype6",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libgthread-2.0.so.0": "libglib2.0-0",
    "libstdc++.so.6": "libstdc++6",
    "libwayland-client.so.0": "libwayland-client0",
    "libwayland-cursor.so.0": "libwayland-cursor0",
    "libwayland-egl.so.1": "libwayland-egl1",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-render.so.0": "libxcb-render0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-shm.so.0": "libxcb-shm0",
    "libxcb-sync.so.1": "libxcb-sync1",
    "libxcb-util.so.1": "libxcb-util1",
    "libxcb-xfixes.so.0": "libxcb-xfixes0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxcb.so.1": "libxcb1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libz.so.1": "zlib1g",
    "libzstd.so.1": "libzstd1",
}
"""The Debian and Ubuntu package of every system library that Qt's own files ask for."""

_ELSEWHERE = (
    "start gdstudio on a desktop, log in with “ssh -X”, run “xvfb-run gdstudio”, or use a command"
    " that needs no window, such as “gdstudio train”"
)


def problem() -> str | None:
    """Return one sentence on what stops a window from opening and what to do, or None.

    Call it before a `QApplication` exists. It imports `PySide6.QtWidgets`; it never raises.
    """
    if not sys.platform.startswith("linux"):
        return None
    try:
        return _linux_problem(os.environ)
    except Exception:  # a check that fails must not be what keeps the window shut
        return None


def platforms(environment: Mapping[str, str]) -> list[str]:
    """Return the names of the platform plugins that Qt will try, in its order.

    Empty if neither a choice nor a display is in the `environment`.
    """
    chosen = environment.get("QT_QPA_PLATFORM", "")
    if chosen:
        return [name for part in chosen.split(";") if (name := part.split(":")[0].strip())]
    names = []
    if environment.get("WAYLAND_DISPLAY") or environment.get("WAYLAND_SOCKET"):
        names.append("wayland")
    if environment.get("DISPLAY"):
        names.append("xcb")
    return names


def missing_libraries(loader_report: str) -> list[str]:
    """Return the libraries that `ldd` reported as not found, sorted, each once."""
    return sorted(set(re.findall(r"^\s*(\S+) => not found", loader_report, re.MULTILINE)))


def missing_libraries_sentence(libraries: Iterable[str]) -> str:
    """Return what to say when the system `libraries` (their file names) are missing.

    With the `apt-get` line where there is an apt-get.
    """
    libraries = sorted(set(libraries))
    packages = sorted({DEBIAN_PACKAGES[name] for name in libraries if name in DEBIAN_PACKAGES})
    sentence = f"The window needs system libraries that are not installed: {', '.join(libraries)}"
    if not packages or not shutil.which("apt-get"):
        return f"{sentence}; install them with your system's package manager."
    sudo = "" if os.geteuid() == 0 else "sudo "
    sentence += f"; install them with: {sudo}apt-get install {' '.join(packages)}"
    unknown = [name for name in libraries if name not in DEBIAN_PACKAGES]
    return sentence + (f" (and whatever provides {', '.join(unknown)})" if unknown else "")


def _linux_problem(environment: Mapping[str, str]) -> str | None:
    names = platforms(environment)
    if not names:
        return _no_display_sentence()
    first = None
    for name in names:
        trouble = _platform_problem(name, environment)
        if trouble is None:
            return None
        first = first or trouble
    return first


def _no_display_sentence() -> str:
    """Say that there is no display; and what else is missing, since it would be next to stop us."""
    sentence = f"There is no display to open a window on: {_ELSEWHERE}."
    trouble = _loading_problem("xcb")
    return f"{sentence[:-1]}; besides, {trouble[0].lower()}{trouble[1:]}" if trouble else sentence


def _platform_problem(name: str, environment: Mapping[str, str]) -> str | None:
    trouble = _loading_problem(name)
    if trouble is not None:
        return trouble
    if name == "xcb" and not _x_server_answers():
        return _no_answer_sentence("DISPLAY", environment)
    if name == "wayland" and not _wayland_answers(environment):
        return _no_answer_sentence("WAYLAND_DISPLAY", environment)
    return None


def _no_answer_sentence(variable: str, environment: Mapping[str, str]) -> str:
    display = environment.get(variable, "")
    if not display:
        return _no_display_sentence()
    return f"The display {variable}={display} does not answer: {_ELSEWHERE}."


def _loading_problem(name: str) -> str | None:
    """Return what keeps Qt's libraries or its platform plugin `name` from being loaded."""
    package = importlib.util.find_spec("PySide6")
    if package is None or not package.submodule_search_locations:
        return (
            "PySide6, which draws the window, is not installed for this Python: install gdstudio"
            " again with “pip install .” from its folder."
        )
    home = Path(package.submodule_search_locations[0])
    try:
        import PySide6.QtWidgets  # noqa: F401 - it is the loading that we test
    except ImportError as error:
        return _explain(str(error), sorted(home.glob("QtWidgets.*so")) + _plugins(home, name))
    for plugin in _plugins(home, name):
        try:
            # Qt loads this very file next, so that nothing is done twice.
            ctypes.CDLL(str(plugin))
        except OSError as error:
            return _explain(str(error), [plugin])
        return None
    return _unknown_platform_sentence(home, name)


def _plugins(home: Path, name: str) -> list[Path]:
    """Return the file of the platform plugin `name`, in a list that is empty if there is none."""
    file = _plugin_folder(home) / f"libq{name.removesuffix('-egl')}.so"
    return [file] if file.is_file() else []


def _plugin_folder(home: Path) -> Path:
    folder = home / "Qt" / "plugins" / "platforms"
    if not folder.is_dir():  # a distribution's PySide6 keeps Qt elsewhere
        from PySide6.QtCore import QLibraryInfo

        folder = Path(QLibraryInfo.path(QLibraryInfo.LibraryPath.PluginsPath)) / "platforms"
    return folder


def _unknown_platform_sentence(home: Path, name: str) -> str | None:
    if os.environ.get("QT_PLUGIN_PATH") or os.environ.get("QT_QPA_PLATFORM_PLUGIN_PATH"):
        return None  # a plugin of the user's own, which only Qt can find
    known = sorted(file.name[4:-3] for file in _plugin_folder(home).glob("libq*.so"))
    return (
        f"QT_QPA_PLATFORM asks for “{name}”, which this Qt does not have: unset it, or choose one"
        f" of {', '.join(known)}."
    )


def _explain(error: str, files: list[Path]) -> str:
    """Return the sentence for the loader's `error`, naming all that is missing, not the first."""
    missing = missing_libraries(_loader_report(files)) or [
        library
        for library in DEBIAN_PACKAGES
        if library in error or not (_other_platform(library, files) or _loads(library))
    ]
    if missing:
        return missing_libraries_sentence(missing)
    return (
        f"Qt, which draws the window, cannot be loaded ({error.strip().splitlines()[-1]}): install"
        " gdstudio again in a new environment, with a Python and a system that Qt 6 supports."
    )


def _loader_report(files: list[Path]) -> str:
    """Return what `ldd` says of the files, or an empty text where there is no ldd."""
    try:
        answer = subprocess.run(
            ["ldd", *map(str, files)], capture_output=True, text=True, timeout=10, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return answer.stdout


def _other_platform(library: str, files: list[Path]) -> bool:
    """Return whether only a platform plugin that is not among the files needs the library."""
    names = " ".join(file.name for file in files)
    return any(kind in library and kind not in names for kind in ("xcb", "wayland"))


def _loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def _x_server_answers() -> bool:
    """Return whether an X server accepts us at the display that the environment names."""
    try:
        xcb = ctypes.CDLL("libxcb.so.1")
    except OSError:
        return True  # the plugin loads, so that this cannot be; let Qt try
    xcb.xcb_connect.restype = ctypes.c_void_p
    xcb.xcb_connect.argtypes = [ctypes.c_char_p, ctypes.c_void_p]
    xcb.xcb_connection_has_error.argtypes = [ctypes.c_void_p]
    xcb.xcb_disconnect.argtypes = [ctypes.c_void_p]
    connection = xcb.xcb_connect(None, None)
    trouble = int(xcb.xcb_connection_has_error(connection))
    xcb.xcb_disconnect(connection)
    return trouble == 0


def _wayland_answers(environment: Mapping[str, str]) -> bool:
    """Return whether a Wayland compositor listens where the environment says."""
    if environment.get("WAYLAND_SOCKET"):
        return True  # an open connection handed down to us, which a second user would spoil
    name = environment.get("WAYLAND_DISPLAY") or "wayland-0"
    path = os.path.join(environment.get("XDG_RUNTIME_DIR", ""), name)
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        try:
            connection.connect(path)
        except OSError:
            return False
    return True
