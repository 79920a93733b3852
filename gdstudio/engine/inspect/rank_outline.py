"""Thousands of ranked numbers as no more than a plot can show: the largest of each column."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_COLUMNS = 700


@dataclass(frozen=True, eq=False)
class RankOutline:
    """Ranked numbers of several series, thinned out.

    Attributes:
        ranks: the rank of each that is kept, from 0, rising, shape ``(k,)``.
        values: those numbers, shape ``(k,)``.
        series: which series each belongs to, shape ``(k,)``.
        count: how many numbers there were.
    """

    ranks: NDArray[np.intp]
    values: NDArray[np.float64]
    series: NDArray[np.intp]
    count: int


def outline(
    values: NDArray[np.floating], series: NDArray[np.integer], *, columns: int = _COLUMNS
) -> RankOutline:
    """Return the first number of each series and sign in each column of a logarithmic axis.

    Args:
        values: numbers by falling size, shape ``(n,)``.
        series: which series each belongs to, shape ``(n,)``.
        columns: into how many columns of equal width ranks 1 to n are divided.
    """
    count = len(values)
    positions = np.log10(np.arange(1, count + 1))
    column = (positions * (columns / max(positions[-1], 1e-9))).astype(np.intp) if count else []
    kept = []
    for one in np.unique(series):
        own = series == one
        for chosen in (own & (values > 0), own & (values <= 0)):
            places = np.flatnonzero(chosen)
            if len(places):
                within = np.asarray(column)[places]
                kept.append(places[np.append(True, within[1:] != within[:-1])])
    ranks = np.sort(np.concatenate(kept)) if kept else np.empty(0, np.intp)
    return RankOutline(
        ranks, values[ranks].astype(np.float64), series[ranks].astype(np.intp), count
    )
