"""What makes the some 900 modules of the window cheaper to import, in time and in memory.

The application imports this one before all others of the window.
"""

import builtins
import gc

import PySide6.QtCore  # noqa: F401 - puts its own import in place, see below

# WORKAROUND: PySide reads the source of every module that is imported after it, to see whether it
# names PySide and may want its `__feature__`s; and Python keeps all these lines (`linecache`). We
# want none of them, and the usual import takes a quarter of a second and 20 MiB less.
# https://doc.qt.io/qtforpython-6/considerations.html#features
builtins.__import__ = getattr(builtins, "__orig_import__", builtins.__import__)

# Classes, functions and widgets are made by the ten thousand and stay: to look for what can go
# after every 700 of them, as is usual before Python 3.13, finds nothing and takes a tenth of the
# start.
gc.set_threshold(10_000, 10, 10)
