"""What is said of a typed function that cannot be read: what is wrong, and what to write."""

from collections.abc import Sequence

from gdstudio.engine.functions.tokens import ARITIES, LOOSE_COMMA, Token
from gdstudio.errors import BadInput

_BARS = "It is not clear which “|” belong together; write abs(…) instead."


def missing(before: Token, after: Token, variables: Sequence[str]) -> BadInput:
    """Say that a number or a name is missing between two words."""
    x = variables[0]
    if before.text == "|" and after.kind == "end":
        return BadInput(_BARS)
    if before.text == after.text == "/":
        return BadInput("“//” rounds down, which makes steps without a slope; write one “/”.")
    if before.kind == "end":
        return BadInput(f"Something is missing before “{after.said}”; add a number or {x}.")
    if after.kind == "end":
        return BadInput(
            f"Something is missing after “{before.said}” at the end; add a number or {x}."
        )
    return BadInput(
        f"Something is missing between “{before.said}” and “{after.said}”; add a number or {x}."
    )


def number_behind(before: Token, number: Token, variables: Sequence[str]) -> BadInput:
    """Say that a number must not follow a factor: a raised 2 may have been lost there."""
    space = "" if number.glued else " "
    if before.kind == number.kind == "number":
        if number.glued:
            return BadInput(
                f"“{before.said}{number.said}” is not a number; write decimals with one point."
            )
        return BadInput(
            f"Something is missing between “{before.said}” and “{number.said}”; write "
            f"{before.said}{number.said} without a space, or {before.said}*{number.said}."
        )
    left = "(…)" if before.text in ")|" else before.said
    advice = "write the one you mean"
    if left in variables and number.text in ("0", "1", "2")[: len(variables) + 1]:
        called = f"variable{'s' if len(variables) > 1 else ''} {' and '.join(variables)}"
        advice += f", or call the {called}"
    return BadInput(
        f"“{left}{space}{number.said}” can be {left}*{number.said} or {left}^{number.said}; "
        f"{advice}."
    )


def unreadable(before: Token, after: Token) -> BadInput:
    """Say that a word cannot stand where it does."""
    if after.text == ",":
        return BadInput(LOOSE_COMMA)
    if after.text == "|":
        return BadInput(_BARS)
    return BadInput(f"The function cannot be read from “{before.said}{after.said}” on.")


def wrong_count(name: str, variables: Sequence[str], *, found: int = 0) -> BadInput:
    """Say how many arguments a function takes, where it was given `found`."""
    x = variables[0]
    _, most = ARITIES[name]
    if name == "log":
        return BadInput(f"log takes one argument, or two: log({x}) or log({x}, 10).")
    if most == 1:
        return BadInput(f"{name} {'takes one' if found else 'needs an'} argument: {name}({x}).")
    arguments = {"atan2": f"1, {x}", "pow": f"{x}, 2", "hypot": f"1, {x}"}.get(name, f"0, {x}")
    count = "two" if most == 2 else "at least two"
    return BadInput(f"{name} needs {count} arguments: {name}({arguments}).")
