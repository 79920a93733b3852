"""Thousands of made-up functions: each has values and slopes, or is refused in one sentence."""

import contextlib
import math
import pickle

import numpy as np
from expression_generator import Generator

from gdstudio.engine.functions.expression import Expression
from gdstudio.errors import BadInput
from gdstudio.experiment.functions.slope_problem import SlopeProblem
from gdstudio.experiment.functions.terrain import Terrain

POINTS = (-1e300, -100.0, -2.5, -1.0, 0.0, 1e-9, 0.5, 1.0, 2.0, 3.7, 1e9, math.inf, math.nan)
# What is walked on is looked at closely, which takes longer.
_WALKED_ON = 10


def made(chance):
    variables = ("x", "y") if chance.random() < 0.5 else ("x",)
    return Generator(chance, variables).anything(), variables


def read(text, variables):
    """Return the function; None where it is refused, in one sentence that can be shown."""
    try:
        return Expression.parse(text, variables)
    except BadInput as problem:
        sentence = str(problem)
        assert sentence.endswith((".", "…")), sentence
        assert len(sentence) < 200, sentence
        assert sentence.isprintable(), sentence
        return None


def check(text, variables):
    """Look at a function from all sides; return whether it can be read."""
    function = read(text, variables)
    if function is None:
        return False
    places = [(a, b)[: len(variables)] for a in POINTS for b in (0.0, 1.0, -3.3)]
    for shown in (function.text, function.pretty):
        again = Expression.parse(shown, variables)
        if "·10" in shown:  # a number of many digits is written as a product with a power of ten
            values = [[formula.at(*place) for place in places] for formula in (again, function)]
            np.testing.assert_allclose(*values, rtol=1e-9, err_msg=shown)
        else:
            assert again.tree == function.tree, shown
    columns = [np.array(column) for column in zip(*places, strict=True)]
    formulas = [function, *map(function.derivative, variables)]
    alone = np.array([function.with_slopes(place) for place in places]).T
    for formula, one_by_one in zip(formulas, alone, strict=True):
        assert formula.pretty
        together = formula.value(*columns)
        np.testing.assert_array_equal([formula.at(*place) for place in places], one_by_one)
        both = np.isfinite(one_by_one) & np.isfinite(together)
        # Where numbers are huge or nearly cancel, NumPy and Python round differently.
        assert (np.isfinite(one_by_one) == np.isfinite(together)).mean() > 0.8
        near = np.isclose(one_by_one[both], together[both], rtol=1e-6, atol=1e-9)
        assert near.mean() > 0.8 if near.size else True
        for place, value in zip(places, one_by_one, strict=True):
            if math.isfinite(value) or not all(map(math.isfinite, place)):
                continue
            assert formula.trouble_at(*place), place
    function.second_slopes(places[0])
    assert pickle.loads(pickle.dumps(function)).tree == function.tree
    return True


def walk_on(text, variables):
    """Make ready to walk on a function; it may only be refused."""
    make = SlopeProblem.typed if len(variables) == 1 else Terrain.of_text
    with contextlib.suppress(BadInput):
        make(text)


def test_functions_made_up_and_mutated(trials, bounded):
    faults, accepted = [], 0
    for number, chance in trials.chances(400):
        text, variables = made(chance)
        bounded()
        try:
            can_be_read = check(text, variables)
            accepted += can_be_read
            if can_be_read and number % _WALKED_ON == 0:
                walk_on(text, variables)
        except Exception as fault:
            faults.append(f"{number} {text!r}: {type(fault).__name__} {str(fault)[:300]}")
    assert not faults, f"{len(faults)} faults\n" + "\n".join(faults[:50])
    assert accepted > 100
