"""The start of `gdstudio` and of `python -m gdstudio`.

A spawned child process imports this module again before it does its work, and a frozen build
starts here for every child: so nothing is imported until `main` runs.
"""


def main() -> None:
    """Run the command in `sys.argv` and leave with its exit code."""
    # Ctrl+C ends the program without a word, also while it is still being put together. Commands
    # that make something of worth take the signal over for as long as they do. `_signal` is there
    # at once; the module `signal` is some hundredths of a second of names around it.
    import _signal  # type: ignore[import-not-found]
    import os

    if _signal.getsignal(_signal.SIGINT) is not _signal.SIG_IGN:
        _signal.signal(_signal.SIGINT, lambda *_: os._exit(128 + _signal.SIGINT))

    from gdstudio.import_path import protect

    protect()

    import io
    import multiprocessing
    import sys

    # In a frozen build a child starts with our own program: this sends it to its work and ends it.
    multiprocessing.freeze_support()

    # A terminal or a pipe that cannot write ∂ or “ gets a question mark instead of a failure.
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a program without a console has neither
            stream.reconfigure(errors="replace")

    from gdstudio.cli.main import run

    code = run()
    if "PySide6.QtWidgets" in sys.modules:
        _leave(code)
    sys.exit(code)


def _leave(code: int) -> None:
    """End the process of a window that is closed, now.

    All is kept by then and nothing runs. To take some thousand widgets apart one by one, only to
    forget them, takes Python up to a second, and longer beside a thread that does not end.
    """
    import contextlib
    import logging
    import os
    import sys

    logging.shutdown()
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError):  # nobody reads any more
            if stream is not None:
                stream.flush()
    os._exit(code)


if __name__ == "__main__":
    main()
