"""What every test needs: no display, programs that can be ended, an order that suits workers."""

import atexit
import gc
import os
import shutil
import signal
import sys
import tempfile
from pathlib import Path

import hypothesis

# Set before anything imports Qt. A developer who wants to watch sets another platform.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

# A job in the background or under nohup ignores these, and so would the programs that tests start.
for _name, _usual in (("SIGINT", signal.default_int_handler), ("SIGHUP", signal.SIG_DFL)):
    if hasattr(signal, _name) and signal.getsignal(getattr(signal, _name)) is signal.SIG_IGN:
        signal.signal(getattr(signal, _name), _usual)

# The daily run tries the same examples each time; by hand, with more of them, others.
hypothesis.settings.register_profile("daily", derandomize=True, database=None)
if "GDSTUDIO_FUZZ" not in os.environ:
    hypothesis.settings.load_profile("daily")


# Folders with files of a minute come first: as the last, one would keep a single worker busy.
_LONGEST_FIRST = ("fuzz", "packaging", "app", "lesson", "runs", "cli", "code_export", "experiment")


def pytest_configure(config):
    """Let files go to several workers in the order below, not those with the most tests first."""
    if hasattr(config.option, "loadscopereorder"):
        config.option.loadscopereorder = False
    if getattr(config.option, "numprocesses", None) and sys.dont_write_bytecode:
        _share_bytecode()


def _share_bytecode():
    """Let the workers, and the programs they start, find what one of them has compiled.

    Where Python may not keep it beside the sources, each would compile all modules for itself.
    """
    folder = tempfile.mkdtemp(prefix="gdstudio-tests-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    os.environ["PYTHONPYCACHEPREFIX"] = folder
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)


def pytest_collection_modifyitems(items):
    """Put the folders whose tests take longest first."""

    def place(item):
        here = Path(__file__).parent
        folder = item.path.relative_to(here).parts[0] if here in item.path.parents else ""
        return (*_LONGEST_FIRST, folder).index(folder)

    items.sort(key=place)


def pytest_collection_finish():
    """Put aside what the imports made: tests that look through all objects need not see it."""
    gc.collect()
    gc.freeze()
    gc.disable()


def pytest_runtest_logfinish():
    """Collect garbage between two tests, and in none: see `gdstudio.app.garbage`."""
    from gdstudio.app.garbage import collect_due

    collect_due()
