"""The glossary: every term of the story and of the labs, explained once.

It is one TOML file, `resources/texts/glossary.toml`, with a table for each term::

    ["learning rate"]
    also = ["η", "rate"]
    meaning = "How long the steps are: each is the learning rate times the slope."
"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from gdstudio.data.files import read_bytes
from gdstudio.errors import BadInput
from gdstudio.experiment.vocabulary import shown
from gdstudio.resource_files import resource_path

LARGEST_FILE = 200_000
_KEYS = {"meaning", "also"}


@dataclass(frozen=True)
class Term:
    """A word of the field.

    Attributes:
        name: as it is written in a sentence.
        meaning: what it is, in one or two plain sentences.
        also: other forms and names of it.
    """

    name: str
    meaning: str
    also: tuple[str, ...] = ()

    @property
    def sentence(self) -> str:
        """The term and what it means, as its entry is shown."""
        return f"{self.name}: {self.meaning}"


class Glossary(Mapping[str, Term]):
    """All terms by their names, in the order of the alphabet; any form of one is found, too."""

    def __init__(self, terms: Mapping[str, Term]) -> None:
        """Hold `terms` by their names.

        Raises:
            BadInput: where two of them share a form.
        """
        self._terms = {name: terms[name] for name in sorted(terms, key=str.casefold)}
        self._forms: dict[str, Term] = {}
        self._pattern: re.Pattern[str] | None = None
        for term in self._terms.values():
            for form in (term.name, *term.also):
                other = self._forms.setdefault(form.casefold(), term)
                if other is not term:
                    raise BadInput(
                        f"“{shown(form)}” is explained twice in the glossary, under "
                        f"“{shown(other.name)}” and “{shown(term.name)}”; keep one of them."
                    )

    def __getitem__(self, form: str) -> Term:
        return self._forms[" ".join(form.split()).casefold()]

    def occurrences(self, text: str) -> Iterator[tuple[int, int, Term]]:
        """Yield where a text uses a term in any form: its begin, its end, and the term.

        Of forms that lie in each other, such as “rate” in “learning rate”, the longest counts.
        """
        if self._pattern is None:
            forms = sorted(self._forms, key=len, reverse=True)
            either = "|".join(r"\s+".join(map(re.escape, form.split())) for form in forms)
            self._pattern = re.compile(rf"(?<!\w)(?:{either})(?:s|es)?(?!\w)", re.IGNORECASE)
        for one in self._pattern.finditer(text):
            form = " ".join(one[0].casefold().split())
            endings = (form, form.removesuffix("s"), form.removesuffix("es"))
            term = next(self._forms[each] for each in endings if each in self._forms)
            yield one.start(), one.end(), term

    def terms_in(self, text: str) -> list[Term]:
        """Return the terms that a text uses in any form, in the order in which they stand there."""
        return list({term.name: term for _, _, term in self.occurrences(text)}.values())

    def __iter__(self) -> Iterator[str]:
        return iter(self._terms)

    def __len__(self) -> int:
        return len(self._terms)


def load_glossary(path: Path | None = None) -> Glossary:
    """Return the glossary that comes with the app, or the one in a file.

    Raises:
        BadInput: where it cannot be read, with the term that is wrong.
    """
    path = path or resource_path("texts", "glossary.toml")
    try:
        tables = tomllib.loads(read_bytes(path, size_limit=LARGEST_FILE).decode("utf-8-sig"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        reason = shown(str(error).rstrip("."))
        raise BadInput(f"The glossary is no TOML in UTF-8 ({reason}); correct that.") from None
    return Glossary({name: _term(name, table) for name, table in tables.items()})


def _term(name: str, table: object) -> Term:
    form = f'The term “{shown(name)}” of the glossary must have meaning = "…"'
    if not isinstance(table, dict) or set(table) - _KEYS:
        raise BadInput(f"{form} and may have also = […], nothing else.")
    meaning, also = table.get("meaning"), table.get("also", [])
    if not isinstance(meaning, str) or not meaning.strip():
        raise BadInput(f"{form}, a text that is not empty.")
    if not isinstance(also, list) or not all(isinstance(one, str) and one for one in also):
        raise BadInput(f"{form}, and also = […] must be a list of texts.")
    return Term(name, " ".join(meaning.split()), tuple(also))
