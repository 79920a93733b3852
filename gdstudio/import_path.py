"""Where modules are looked for: never in the folder that one happens to start from.

Python puts the current folder first where it is started as ``python -c`` or ``python -m``, and
where ``PYTHONPATH`` has an empty entry. A pupil's harmless ``struct.py`` there would take the place
of Python's own. `__main__` imports this module before any other; so it needs nothing but what
every Python has loaded already.
"""

import os
import sys
from collections.abc import Iterable


def protect() -> None:
    """Keep this process, and every Python that it starts, from the modules of the folder it is in.

    What was imported before cannot be helped: `python -P -m gdstudio` leaves nothing to chance.
    """
    sys.path[:] = safe_entries(sys.path)
    os.environ["PYTHONSAFEPATH"] = "1"
    if "PYTHONPATH" in os.environ:
        entries = safe_entries(os.environ["PYTHONPATH"].split(os.pathsep))
        if entries:
            os.environ["PYTHONPATH"] = os.pathsep.join(entries)
        else:
            del os.environ["PYTHONPATH"]


def safe_entries(entries: Iterable[str]) -> list[str]:
    """Return `entries` of a path without those that stand for the current folder.

    Where this package itself is found there (a checkout), the folder comes last instead; the
    folders of Python and of what is installed stay in any case.
    """
    kept, checkout = [], []
    for entry in entries:
        if not _is_here(entry) or _is_installation(entry):
            kept.append(entry)
        elif os.path.realpath(entry or os.curdir) == _package_parent():
            checkout = [_package_parent()]
    return kept + checkout


def _is_here(entry: str) -> bool:
    try:
        return os.path.realpath(entry or os.curdir) == os.path.realpath(os.curdir)
    except OSError:  # the current folder was deleted
        return entry in ("", os.curdir)


def _is_installation(entry: str) -> bool:
    library = os.path.dirname(os.path.realpath(os.__file__))
    return os.path.realpath(entry or os.curdir) in (
        library,
        os.path.join(library, "lib-dynload"),
    ) or os.path.basename(os.path.realpath(entry or os.curdir)) in (
        "site-packages",
        "dist-packages",
    )


def _package_parent() -> str:
    return os.path.dirname(os.path.dirname(os.path.realpath(__file__)))
