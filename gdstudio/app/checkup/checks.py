"""What is looked at, one check a function: versions, folders, the display, a training.

Nothing here imports Qt: what needs it is asked of a process of its own.
"""

import os
import platform
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from importlib import metadata
from pathlib import Path

import numpy as np
from threadpoolctl import threadpool_info

import gdstudio
from gdstudio import folders
from gdstudio.app import system_check
from gdstudio.app.checkup import trials
from gdstudio.app.checkup.report import Finding, Report
from gdstudio.app.school_settings import SchoolSettings
from gdstudio.child_process import ChildDied, JobProcess, Stopped
from gdstudio.number_text import count_text, fixed_text
from gdstudio.resource_files import resource_path

LEAST_ROOM = 200_000_000  # bytes
# Platforms of Qt that show nobody anything.
UNSEEN_PLATFORMS = ("offscreen", "minimal", "minimalegl")
_LIBRARIES = ("PySide6-Essentials", "pyqtgraph", "PyOpenGL", "safetensors", "pillow")


def check_computer(
    say: Callable[[str], None] = lambda _: None,
    should_stop: Callable[[], bool] = lambda: False,
) -> Report:
    """Look at everything; it takes some seconds.

    Args:
        say: told what is being looked at now.
        should_stop: asked all the time; once it is true nobody waits any more.

    Raises:
        Stopped: if `should_stop` said so.
    """
    findings = []
    for saying, check in (
        ("Versions", versions),
        ("Processors", processors),
        ("Folders", places),
        ("Settings of a school", school),
        ("A training of a second", lambda: training(should_stop)),
        ("A window of a second", lambda: window(should_stop)),
    ):
        say(saying)
        findings += list(check())
        if should_stop():
            raise Stopped
    return Report(tuple(findings))


def versions() -> Iterator[Finding]:
    """Say what is installed, and on what."""
    kind = "one folder with all it needs" if folders.is_bundle() else "a Python package"
    yield Finding("version", "Gradient Descent Studio", f"{gdstudio.__version__}, {kind}")
    bits = f"{platform.machine()}, {64 if sys.maxsize > 2**32 else 32} bits"
    yield Finding("system", "System", f"{_system()}, {bits}")
    python = f"{platform.python_implementation()} {platform.python_version()}"
    yield Finding("python", "Python", python)
    yield Finding("numpy", "NumPy", np.__version__)
    found = {name: _version(name) for name in _LIBRARIES}
    missing = [name for name, version in found.items() if not version]
    yield Finding(
        "libraries",
        "Libraries",
        ", ".join(f"{name} {version or 'missing'}" for name, version in found.items()),
        f"Not installed: {', '.join(missing)}; install gdstudio again." if missing else "",
    )
    yield _shipped_files()


def processors() -> Iterator[Finding]:
    """Say what computes, and in how many threads."""
    there = os.cpu_count() or 1
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else there
    yield Finding("processors", "Processors", f"{there}, of which we may use {usable}")
    pools = [pool for pool in threadpool_info() if pool.get("user_api") == "blas"]
    kinds = (
        f"{pool.get('internal_api')} {pool.get('version') or ''}".strip()
        + f" for {pool.get('architecture') or 'this processor'}, threads: {pool['num_threads']}"
        for pool in pools
    )
    yield Finding("blas", "Matrix products (BLAS)", "; ".join(kinds) or "not known")


def places() -> Iterator[Finding]:
    """Say of each folder that the app uses whether it can be written, and what room there is."""
    if folders.is_portable():
        problem = folders.portable_problem()
        value = "in use; all is kept beside the program"
        yield Finding("portable", "Portable mode", "in use" if problem else value, problem)
    for key, label, folder in folders.used_folders():
        if folder is None and folders.is_portable():
            continue
        if folder is None:
            yield Finding(
                f"folder_{key}",
                label,
                "none",
                "There is no home folder, so that nothing is remembered; set the variable "
                f"{'USERPROFILE' if os.name == 'nt' else 'HOME'} to a folder of your own.",
            )
            continue
        reason = _unwritable(folder)
        yield Finding(
            f"folder_{key}",
            label,
            f"{folder}, {f'cannot be written ({reason})' if reason else 'can be written'}",
            f"{folder} cannot be written ({reason}); allow it, or start gdstudio as a user who "
            "may write there."
            if reason
            else "",
        )
    yield _temporary_folder()
    folder = next((one for _, _, one in folders.used_folders() if one is not None), Path())
    try:
        free = shutil.disk_usage(_there(folder)).free
    except OSError as error:
        yield Finding("room", "Room on the disk", f"not known ({error.strerror or error})")
        return
    megabytes = f"{count_text(free // 1_000_000)} MB free"
    problem = f"Only {megabytes} where the app keeps its files; delete something there."
    yield Finding("room", "Room on the disk", megabytes, problem if free < LEAST_ROOM else "")


def school() -> Iterator[Finding]:
    """Say which settings of a school are in force."""
    settings, problem = SchoolSettings.load(folders.school_paths())
    used = next((path for path in folders.school_paths() if path.exists()), None)
    value = "none" if used is None else f"{used}: {settings.told()}"
    yield Finding("school", "Settings of a school", value, problem)


def training(should_stop: Callable[[], bool] = lambda: False) -> Iterator[Finding]:
    """Train for a second in a child process, as the window does."""
    label = "A training of a second"
    try:
        rate = trials.try_training(should_stop)
    except (ChildDied, TimeoutError, OSError, RuntimeError) as error:
        yield Finding(
            "training",
            label,
            f"failed ({error})",
            f"A network cannot train in a process of its own ({error}); close other programs, or "
            "look whether something on this computer forbids gdstudio to start itself again.",
        )
        return
    yield Finding("training", label, f"{fixed_text(rate, 0)} steps a second, in its own process")


def window(should_stop: Callable[[], bool] = lambda: False) -> Iterator[Finding]:
    """Open a window for a second in a child process."""
    yield _display()
    label = "A window of a second"
    process = JobProcess(name="gdstudio-window-trial")
    try:
        trial = process.run(trials.try_window, seconds=trials.PATIENCE, should_stop=should_stop)
    except (ChildDied, TimeoutError) as error:
        how = "did not answer" if isinstance(error, TimeoutError) else "crashed"
        yield Finding(
            "window",
            label,
            how,
            f"A window could not be shown: the process that opened it {how}; update the driver of "
            "the graphics card, or try QT_QPA_PLATFORM=xcb (Linux) or QT_OPENGL=software.",
        )
        return
    except (OSError, RuntimeError, ImportError) as error:
        yield Finding(
            "window",
            label,
            f"failed ({type(error).__name__}: {error})",
            f"A window could not be shown ({error}); install gdstudio again.",
        )
        return
    finally:
        process.close()
    yield from _seen(label, trial)


def _seen(label: str, trial: trials.WindowTrial) -> Iterator[Finding]:
    if trial.problem:
        yield Finding("window", label, "none", trial.problem)
        return
    yield Finding("qt", "Qt", trial.qt)
    yield Finding(
        "window",
        label,
        f"painted {trial.frames} times, platform {trial.platform}, screen {trial.screen}",
        "" if trial.frames else "The window was never painted; update the graphics driver.",
    )
    yield Finding(
        "opengl",
        "OpenGL",
        trial.opengl or "none; Surface shows the map without the view in three dimensions",
    )
    yield Finding(
        "fonts",
        "Fonts",
        f"{count_text(trial.families)} families, {'with' if trial.has_typeface else 'without'} "
        "the app's own",
        ""
        if trial.has_typeface
        else "The app's own typeface could not be loaded; install gdstudio again.",
    )


def _display() -> Finding:
    """Say on what a window would be shown, without naming whose display it is."""
    if not sys.platform.startswith("linux"):
        return Finding("display", "Display", "the system's own")
    names = system_check.platforms(os.environ)
    unseen = names and all(name in UNSEEN_PLATFORMS for name in names)
    return Finding(
        "display",
        "Display",
        ", then ".join(names) or "none",
        "QT_QPA_PLATFORM asks for a window that nobody sees; unset it to see one."
        if unseen
        else "",
    )


def _shipped_files() -> Finding:
    wanted = ("datasets", "fonts", "icons", "lessons", "networks", "texts")
    missing = []
    for name in wanted:
        try:
            resource_path(name)
        except FileNotFoundError:
            missing.append(name)
    value = f"{', '.join(missing)} missing" if missing else "all there"
    problem = f"Files of the app are missing ({', '.join(missing)}); install gdstudio again."
    return Finding("files", "The app's own files", value, problem if missing else "")


def _temporary_folder() -> Finding:
    label = "Folder for temporary files"
    try:
        folder = Path(tempfile.gettempdir())
    except OSError:
        return Finding(
            "folder_temporary",
            label,
            "none",
            "There is no folder for temporary files; set the variable TMPDIR to one.",
        )
    reason = _unwritable(folder)
    value = f"{folder}, {f'cannot be written ({reason})' if reason else 'can be written'}"
    problem = f"{folder} cannot be written ({reason}); set the variable TMPDIR to another folder."
    return Finding("folder_temporary", label, value, problem if reason else "")


def _unwritable(folder: Path) -> str:
    """Return why no file can be made in `folder`, which may still have to be made itself."""
    try:
        with tempfile.TemporaryFile(dir=_there(folder)):
            return ""
    except OSError as error:
        return error.strerror or str(error)


def _there(folder: Path) -> Path:
    """Return `folder`, or the nearest one above it that there is."""
    return next((one for one in (folder, *folder.parents) if one.exists()), folder)


def _version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return ""


def _system() -> str:
    """Return the system's name: that of the distribution, too, on Linux."""
    try:
        name = platform.freedesktop_os_release().get("PRETTY_NAME", "")
    except OSError:
        name = ""
    kernel = f"{platform.system()} {platform.release()}"
    return f"{name} ({kernel})" if name else kernel
