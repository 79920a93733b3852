"""Numbers as people and spreadsheets write them: 1,234.5 or 1.234,5 or $250,000 or (12)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np

from gdstudio.data.dataset import Numbers

_MISSING = frozenset({"", "na", "n/a", "nan", "null", "none", "-", "–", "—", "?", ".", "#n/a"})
# What may stand around a number without changing it.
_CURRENCY = re.compile(r"^(?:usd|eur|gbp|chf|us\$|[$€£¥])|(?:usd|eur|gbp|chf|[$€£¥%])$", re.I)
# Also the spaces that do not break and the apostrophes that group thousands.
_SPACES = str.maketrans("", "", " \t_'’\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}\N{THIN SPACE}")
_GROUPED = {mark: re.compile(rf"[+-]?\d{{1,3}}(?:\{mark}\d{{3}})+(?!\d)") for mark in ",."}
_PLAIN = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d{1,4})?", re.I)
_INFINITE = re.compile(r"[+-]?inf(?:inity)?", re.I)
# A comma that cannot group thousands, and one that cannot mark decimals.
_DECIMAL_COMMA = re.compile(r"(?<!\d),\d|,(?!\d{3}(?!\d))\d+|,\d{3}\d|\.\d{3},|\b0,\d|\d{4},\d")
_GROUPING_COMMA = re.compile(r",\d*,|,\d*\.")


@dataclass(frozen=True)
class NumberFormat:
    """Which character marks the decimals in a file; the other one may group thousands."""

    decimal_comma: bool

    @classmethod
    def detect(cls, rows: Sequence[Sequence[str]], delimiter: str) -> Self:
        """Return the format that the cells of some rows show.

        A file whose delimiter is a semicolon has a comma for its decimals unless a cell speaks
        against it; in the others a comma groups thousands unless a cell speaks against it.
        """
        for_decimals = against = commas = 0
        for row in rows:
            for cell in row:
                # Only what looks like a number: a sentence has commas too.
                if "," in cell and not re.search(r"[^\W\d_]{4}", cell) and re.search(r"\d", cell):
                    commas += 1
                    against += bool(_GROUPING_COMMA.search(cell))
                    for_decimals += bool(_DECIMAL_COMMA.search(cell))
        if delimiter == ";":
            return cls(commas > 0 and for_decimals >= against)
        return cls(for_decimals > against)

    def parse(self, cells: Sequence[str]) -> Numbers:
        """Return the cells as ``(n,)`` ``float64``; NaN where one is missing or no number."""
        try:
            if not self.decimal_comma:
                return np.array([float(cell) for cell in cells], np.float64)
            if not any("." in cell for cell in cells):
                return np.array([float(cell.replace(",", ".")) for cell in cells], np.float64)
        except ValueError:
            pass
        # Cells that are no plain numbers, such as names or gaps, are often the same ones.
        known = {cell: self._parse_one(cell) for cell in set(cells)}
        return np.array([known[cell] for cell in cells], np.float64)

    def _parse_one(self, cell: str) -> float:
        text = cell.strip().replace("−", "-")
        if text.lower() in _MISSING:
            return np.nan
        negative = text.startswith("(") and text.endswith(")")
        if negative:
            text = text[1:-1]
        sign = "-" if text.startswith("-") else ""
        text = _CURRENCY.sub("", text.lstrip("+-").translate(_SPACES))
        group, decimal = (".", ",") if self.decimal_comma else (",", ".")
        if _GROUPED[group].match(text):
            text = text.replace(group, "")
        text = sign + text.replace(decimal, ".")
        if not (_PLAIN.fullmatch(text) or _INFINITE.fullmatch(text)):
            return np.nan
        return -float(text) if negative else float(text)
