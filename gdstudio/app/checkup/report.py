"""What a check of the computer found, as a text that names nobody."""

import getpass
import os
import platform
import re
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

# Shorter names stand in too many other words.
_SHORTEST_NAME = 3


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at.

    Attributes:
        key: its name for programs.
        label: its name for people.
        value: what was found.
        problem: one sentence on what is wrong and what to do; empty where all is well.
    """

    key: str
    label: str
    value: str
    problem: str = ""


@dataclass(frozen=True)
class Report:
    """All that was found, in the order in which it was looked at."""

    findings: tuple[Finding, ...]

    @property
    def problems(self) -> list[str]:
        """One sentence for each thing that is wrong, each once."""
        return list(dict.fromkeys(private(one.problem) for one in self.findings if one.problem))

    def text(self) -> str:
        """Return the report as lines to be pasted elsewhere."""
        lines = [f"{one.label}: {private(one.value)}" for one in self.findings]
        problems = self.problems
        if not problems:
            return "\n".join([*lines, "", "All is well."])
        return "\n".join([*lines, "", "What is wrong:", *(f"- {one}" for one in problems)])

    def as_dict(self) -> dict[str, Any]:
        """Return it for a program."""
        return {
            "findings": [
                {
                    "key": one.key,
                    "label": one.label,
                    "value": private(one.value),
                    "problem": private(one.problem) or None,
                }
                for one in self.findings
            ],
            "problems": self.problems,
        }


def private(text: str) -> str:
    """Return `text` without the user's home folder, the user's name and the computer's name."""
    for home in _homes():
        # Not the beginning of another folder's name.
        text = re.sub(rf"{re.escape(home)}(?![\w.-])", "~", text)
    for name, instead in ((_user(), "USER"), (platform.node(), "COMPUTER")):
        if len(name) >= _SHORTEST_NAME:
            text = re.sub(rf"(?<![\w.-]){re.escape(name)}(?![\w.-])", instead, text)
    return text


def _homes() -> Iterable[str]:
    """Return the home folder as it may be written, the longest first."""
    found = set()
    with suppress(RuntimeError):
        home = str(Path.home())
        found = {home, os.path.realpath(home), home.replace("\\", "/")}
    return sorted((home for home in found if len(home) > 1), key=len, reverse=True)


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):  # nobody, such as in a container
        return ""
