"""Any typed function becomes lines that give its value and slopes to the last digit."""

import math
import operator
import random

import numpy as np
import pytest
from expression_generator import Generator

from gdstudio.code_export.formula import ATTEMPT, slope_lines, value_lines
from gdstudio.engine.functions.expression import Expression
from gdstudio.errors import BadInput


def function(name, expression, lines):
    names = ", ".join(expression.variables)
    result = f"[{', '.join(lines.results)}]"
    body = "".join(f"    {line}\n" for line in lines.lines)
    return f"def {name}({names}):\n{body}    return {result}\n"


def made_up(count):
    """Return functions of x, and of x and y, that people might type."""
    chance, found = random.Random(7), []
    while len(found) < count:
        variables = ("x",) if len(found) % 2 else ("x", "y")
        try:
            found.append(Expression.parse(Generator(chance, variables).formula(4), variables))
        except BadInput:
            continue
    return found


@pytest.mark.parametrize("careful", [False, True])
def test_the_lines_give_the_digits_of_the_app(careful):
    chance, compared = random.Random(8), 0
    for expression in made_up(150):
        space = {"math": math, "np": np, "operator": operator}
        exec(ATTEMPT, space)
        exec(function("value", expression, value_lines(expression, careful=careful)), space)
        exec(function("slopes", expression, slope_lines(expression, careful=careful)), space)
        for _ in range(4):
            point = [chance.choice((3, 50)) * chance.uniform(-1, 1) for _ in expression.variables]
            expected = expression.with_slopes(point)
            if not all(map(math.isfinite, expected)):
                continue
            try:
                found = [*space["value"](*point), *space["slopes"](*point)]
            except (ArithmeticError, ValueError):
                # A part is undefined or too large, though the whole is not.
                assert not careful, expression
                continue
            assert found == expected, expression
            compared += 1
    assert compared > 200


def test_the_lines_are_short_and_as_ruff_has_them(assert_tidy):
    texts = []
    for number, expression in enumerate(made_up(80)):
        lines = slope_lines(expression)
        body = "".join(f"    {line}\n" for line in lines.lines)
        result = f"np.array([{', '.join(lines.results)}])"
        if len(lines.results) > 1:
            body += "".join(f"    s{n} = {one}\n" for n, one in enumerate(lines.results))
            result = f"np.array([{', '.join(f's{n}' for n in range(len(lines.results)))}])"
        arguments = ", ".join(expression.variables)
        texts.append(f"def f{number}({arguments}):\n{body}    return {result}\n")
    whole = "\n\n".join(texts)
    imports = "import math\n\nimport numpy as np\n\n\n" if "math." in whole else ""
    assert_tidy(imports + whole, whole=False)
    assert max(map(len, whole.splitlines())) <= 88
