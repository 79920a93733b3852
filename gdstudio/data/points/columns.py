"""Points whose places are two columns of a table, whatever they measure."""

import numpy as np

from gdstudio.data.dataset import Numbers
from gdstudio.data.points.point_set import MOST_POINTS, AxisScale, PointSet, none_of, ready
from gdstudio.errors import BadInput

# The squares of larger numbers, added up, are no numbers any more.
_LARGEST = 1e150


def find_column(name: str, columns: tuple[str, ...]) -> str:
    """Return the column that is called `name`, whatever case, dashes and units it is typed with.

    Raises:
        BadInput: if there is none, or several.
    """
    if name in columns:
        return name
    found = [column for column in columns if _plain(name) in (_plain(column), _bare(column))]
    if len(found) == 1:
        return found[0]
    raise BadInput(f"There is no column “{name[:40]}”; choose some of {', '.join(columns)}.")


def _plain(name: str) -> str:
    return " ".join(name.casefold().replace("_", " ").replace("-", " ").split())


def _bare(name: str) -> str:
    """Return the name of a column without the unit in brackets behind it."""
    return _plain(name.split("(")[0])


def points_from_columns(
    title: str,
    x: tuple[str, Numbers],
    y: tuple[str, Numbers],
    answers: Numbers,
    *,
    classes: tuple[str, ...],
    target: str = "",
    notes: tuple[str, ...] = (),
    test_share: float,
    seed: int,
) -> PointSet:
    """Return points whose x and y are two columns, each scaled to mean 0 and deviation 1.

    Args:
        title: what they are called.
        x: name and values ``(n,)`` of the column that is x; rows with an empty cell are left out.
        y: the same of y.
        answers: classes, counted from 0, or numbers to predict, shape ``(n,)``.
        classes: the names of the classes; empty for numbers to predict.
        target: the name of the column that is predicted.
        notes: what is to be said of them already.
        test_share: the share that is kept apart to test with.
        seed: what their choice comes from, and that of rows where there are too many.

    Raises:
        BadInput: if both columns are the same or nothing can be learned from them.
    """
    if x[0] == y[0]:
        raise BadInput(f"“{x[0]}” cannot be both x and y; choose two different columns.")
    complete = np.isfinite(x[1]) & np.isfinite(y[1]) & np.isfinite(answers)
    said = list(notes)
    if not complete.all():
        left = len(complete) - int(complete.sum())
        rows = "row has" if left == 1 else "rows have"
        said.append(f"{left:,} of {len(complete):,} {rows} an empty cell and are left out.")
    seeds = np.random.SeedSequence(seed).spawn(2)
    kept = np.flatnonzero(complete)
    if len(kept) > MOST_POINTS:
        said.append(
            f"Of {len(kept):,} rows {MOST_POINTS:,} are taken, chosen by the seed of the points."
        )
        chosen = np.random.default_rng(seeds[0]).choice(len(kept), MOST_POINTS, replace=False)
        kept = kept[np.sort(chosen)]
    for name, values in (x, y, (target, answers)):
        if len(kept) and float(np.abs(values[kept]).max()) > _LARGEST:
            raise BadInput(f"“{name}” has a value too large to compute with; correct it.")
    answers = answers[kept]
    target_scale = AxisScale()
    if classes:
        used = np.unique(answers).astype(int)
        classes = tuple(classes[index] for index in used)
        answers = np.searchsorted(used, answers).astype(np.float64)
    elif len(answers):
        target_scale = _scale_of(answers)
        answers = (answers - target_scale.offset) / target_scale.unit
    scales = tuple(_scale_of(values[kept]) for _, values in (x, y))
    places = np.column_stack(
        [
            (values[kept] - scale.offset) / scale.unit
            for (_, values), scale in zip((x, y), scales, strict=True)
        ]
    )
    return ready(
        PointSet(
            title,
            places,
            answers,
            none_of(answers),
            classes,
            axes=(x[0], y[0]),
            target=target,
            scales=(scales[0], scales[1]),
            target_scale=target_scale,
            notes=tuple(said),
        ),
        test_share,
        seeds[1],
    )


def _scale_of(values: Numbers) -> AxisScale:
    """Return the scale that gives `values` mean 0 and standard deviation 1, if they differ."""
    if not len(values):
        return AxisScale()
    largest = float(np.abs(values).max()) or 1.0
    deviation = float((values / largest).std()) * largest
    return AxisScale(float((values / len(values)).sum()), deviation or 1.0)
