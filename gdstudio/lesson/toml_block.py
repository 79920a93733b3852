"""Values that an author wrote in TOML, taken one by one, with a problem for each that is wrong."""

import difflib
import re
import tomllib
from typing import Any, TypeVar

from gdstudio.errors import BadInput
from gdstudio.experiment.vocabulary import shown
from gdstudio.lesson.lesson import Problem

ValueT = TypeVar("ValueT")
_PLACE = re.compile(r"\s*\(at (?:line (\d+), column \d+|end of document)\)")
_KINDS = {
    str: "a text in quotation marks",
    int: "a whole number",
    float: "a number",
    list: "a list in square brackets",
}


class TomlBlock:
    """A table of TOML in a lesson.

    Attributes:
        line: the line of the lesson above its first one.
        is_broken: whether it could not be read at all.
    """

    def __init__(self, source: str, line: int, problems: list[Problem]) -> None:
        """Read `source`; what is wrong is added to `problems`."""
        self.line = line
        self._source = source.split("\n")
        self._problems = problems
        self._known: list[str] = []
        self._values: dict[str, Any] = {}
        self.is_broken = False
        try:
            self._values = tomllib.loads(source)
        except tomllib.TOMLDecodeError as error:
            self.is_broken = True
            found = _PLACE.search(str(error))
            reason = _PLACE.sub("", str(error)).splitlines()[0].rstrip(".")
            at = int(found[1]) if found and found[1] else len(self._source)
            problems.append(
                Problem(
                    line + at,
                    f"This is no TOML ({shown(reason)}); write key = value, texts in quotation "
                    "marks.",
                )
            )
        except (RecursionError, ValueError):
            self.is_broken = True
            problems.append(Problem(line + 1, "These values cannot be read; write simpler ones."))

    def __contains__(self, key: str) -> bool:
        return key in self._values

    def line_of(self, key: str) -> int:
        """Return the line where `key` stands; that of the block where it does not."""
        pattern = re.compile(rf"\s*[\"']?{re.escape(key)}[\"']?\s*[=.]")
        places = (at for at, text in enumerate(self._source, 1) if pattern.match(text))
        return self.line + next(places, 0)

    def complain(self, key: str, sentence: str) -> None:
        """Add a problem with `key`."""
        self._problems.append(Problem(self.line_of(key), sentence))

    def take(self, key: str, kind: type[ValueT], usual: ValueT, *, needed: str = "") -> ValueT:
        """Return the value of `key`, if it is of that kind; else `usual`, with a problem.

        `needed` is an example: without the key there is a problem then.
        """
        self._known.append(key)
        if key not in self._values:
            if needed and not self.is_broken:
                self.complain(key, f"“{key}” is missing; write {needed}.")
            return usual
        value = self._values[key]
        if kind is float and type(value) is int:
            value = float(value) if abs(value) < 1e300 else None
        if type(value) is not kind:
            self.complain(key, f"“{key}” must be {_KINDS[kind]}.")
            return usual
        if isinstance(value, str) and not value.strip():
            self.complain(key, f"“{key}” is empty; write something, or leave it out.")
            return usual
        return value

    def texts(self, key: str, *, most: int) -> tuple[str, ...]:
        """Return a list of texts; none where it is missing or wrong."""
        found = self.take(key, list, [])
        if not all(isinstance(one, str) and one.strip() for one in found):
            self.complain(key, f"“{key}” must be a list of texts, each in quotation marks.")
            return ()
        if len(found) > most:
            self.complain(key, f"“{key}” has {len(found):,} entries; {most} are the most.")
            return ()
        return tuple(found)

    def trying(self, key: str, error: BadInput) -> None:
        """Add what is wrong with the value of `key`."""
        self.complain(key, f"{key}: {error}")

    def end(self, what: str) -> None:
        """Add a problem for each key that was not taken: `what` has no such key."""
        for key in self._values:
            if key not in self._known:
                near = difflib.get_close_matches(key, self._known, 1, 0.6)
                perhaps = f" (perhaps {near[0]})" if near else ""
                self.complain(
                    key,
                    f"{what} has no “{shown(key)}”{perhaps}; it has {', '.join(self._known)}.",
                )
