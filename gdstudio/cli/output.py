"""What the commands print: one JSON object for programs, or text and progress for people."""

import json
import math
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

console = Console(highlight=False)
# Progress goes to stderr, so that stdout can be piped.
error_console = Console(stderr=True, highlight=False)


def say(text: str) -> None:
    """Print a line of text as it is; the terminal may wrap it, a pipe may not."""
    console.print(text, markup=False, soft_wrap=True)


def print_json(value: dict[str, Any]) -> None:
    """Print `value` as one JSON object; what is not a finite number becomes null."""
    print(json.dumps(_finite(value), ensure_ascii=False))  # noqa: T201


def _finite(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _finite(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(item) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value


def progress_bar() -> Progress:
    """Return a progress bar that shows on a terminal only."""
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.fields[figures]}"),
        TimeRemainingColumn(),
        console=error_console,
        transient=True,
        disable=not error_console.is_terminal,
    )
