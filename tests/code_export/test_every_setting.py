"""Whatever is set is in the program: a setting that no writer obeys is found here."""

import pytest

from gdstudio.code_export.taken import taken
from gdstudio.code_export.targets import TARGETS
from gdstudio.engine.optimizers.catalogue import CONSTANTS, OPTIMIZERS
from gdstudio.errors import BadInput
from gdstudio.experiment.digits import settings as digits
from gdstudio.experiment.points import settings as points
from gdstudio.experiment.scenario import Scenario
from gdstudio.settings import Choice, Number, WholeNumber

# Something small in which each setting is obeyed.
BASES = {
    "digits": {"dataset": "pen-digits", "training_size": 200, "network": "5, dropout 0.2"},
    "points": {"dataset": "xor", "network": "3", "steps": 20, "optimizer": "momentum"},
}
# What says which file of one's own is read, or how; and θ itself, which is asked for in one piece.
OWN = ("x_column", "y_column", "target_column", "own_points", "weights")
SETTINGS = [
    (lab, name, setting)
    for lab, groups in (("digits", digits.GROUPS), ("points", points.GROUPS))
    for group in groups
    for name, setting in group.declared().items()
    if name not in OWN
]


def another(setting, usual):
    """Return a value of a setting that is not the usual one."""
    if isinstance(setting, Choice):
        values = list(setting.options)
    elif isinstance(setting, WholeNumber):
        values = [max(setting.minimum, setting.default), max(setting.minimum, setting.default) + 1]
    elif isinstance(setting, Number):
        values = [(setting.slider_maximum or setting.maximum) / 4, setting.minimum]
    else:
        values = [setting.example, "4"]
    return next(value for value in values if value not in (usual, setting.default))


def exported(lab, values):
    """Return the files of the program, or why there is none."""
    try:
        return TARGETS["numpy"].program(taken(Scenario.of(lab, values).prepare()())).files()
    except BadInput as refused:
        return str(refused)


@pytest.mark.parametrize(
    ("lab", "name", "setting"), SETTINGS, ids=[f"{lab}-{name}" for lab, name, _ in SETTINGS]
)
def test_what_is_set_changes_the_program(lab, name, setting):
    base = dict(BASES[lab])
    if name in CONSTANTS:
        base["optimizer"] = next(key for key, kind in OPTIMIZERS.items() if name in kind.uses)
    changed = base | {name: another(setting, base.get(name))}
    assert exported(lab, changed) != exported(lab, base)
