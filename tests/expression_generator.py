"""Makes up functions as people might type them, and texts that are nearly functions."""

import random

NUMBERS = ["0", "1", "2", "3", "4", "5", "7", "10", "0.5", "0.25", "1.5", "100"]
CALLS = [
    *("sin", "cos", "tan", "asin", "acos", "atan", "sinh", "cosh", "tanh", "asinh", "acosh"),
    *("atanh", "exp", "log", "ln", "log10", "log2", "sqrt", "cbrt", "abs", "sign", "heaviside"),
]
SHORTHANDS = ["sigmoid", "relu", "softplus", "cot", "sec", "csc", "square"]
OPERATIONS = ("+", "-", "*", "/", "**")
# What people write beside these.
SIGNS = [*"+-*/^()|,;.²³⁻½√∛π·×÷−:=<>![]{}'\"\\_%&°±∞ \t\0", "**", "//", "==", "->", "⁻¹"]
NAMES = [
    *("x", "y", "e", "pi", "sin", "max", "log", "xy", "z", "lambda", "np.", "\\frac", "f(x)=", "х"),
]
DIGITS = "0123456789"


class Generator:
    """Makes functions of some variables; the same chance makes the same ones."""

    def __init__(self, chance: random.Random, variables: tuple[str, ...] = ("x",)):
        self.random = chance
        self.variables = variables

    def formula(self, depth: int = 4) -> str:
        """Return a well-formed function in Python's notation."""
        dice = self.random
        if depth <= 0 or dice.random() < 0.2:
            leaf = dice.random()
            if leaf < 0.6:
                return dice.choice(self.variables)
            return dice.choice(NUMBERS) if leaf < 0.95 else dice.choice(("pi", "e"))
        kind = dice.random()
        inner = self.formula(depth - 1)
        if kind < 0.2:
            return f"{dice.choice(CALLS)}({inner})"
        if kind < 0.25:
            return f"{dice.choice(SHORTHANDS)}({inner})"
        if kind < 0.32:
            name = dice.choice(("max", "min", "atan2", "log"))
            return f"{name}({inner}, {self.formula(depth - 1)})"
        if kind < 0.38:
            return f"-({inner})"
        if kind < 0.48:
            return f"({inner})**{dice.choice(('2', '3', '0.5', '-1', '-2', '(1/3)', '1.5', '4'))}"
        sign = dice.choice(OPERATIONS)
        return f"({inner}){sign}({self.formula(depth - 1)})"

    def people(self, depth: int = 4) -> str:
        """Return a well-formed function as people write it: side by side, with signs of print."""
        dice = self.random
        if depth <= 0 or dice.random() < 0.2:
            return dice.choice((*self.variables, *self.variables, "2", "3", "½", "π", "e", "0,5"))
        inner = self.people(depth - 1)
        kind = dice.randrange(12)
        if kind == 0:
            return f"{dice.choice(CALLS)}({inner})"
        if kind == 1:
            return f"{dice.choice(CALLS)} {inner}"
        if kind == 2:
            return f"({inner}){dice.choice('²³⁴')}"
        if kind == 3:
            return f"|{inner}|"
        if kind == 4:
            return f"√({inner})"
        if kind == 5:
            return f"{dice.choice(('sin²', 'cos^2', 'tan⁻¹', 'ln²'))}({inner})"
        if kind == 6:
            return f"{dice.choice('23457')}{inner}"
        if kind == 7:
            return f"({inner})({self.people(depth - 1)})"
        if kind == 8:
            return f"e^-{dice.choice(self.variables)}{inner}"
        return (
            f"{inner}{dice.choice((' + ', ' − ', '·', '÷', '/', '^', ' '))}{self.people(depth - 1)}"
        )

    def mutated(self, text: str) -> str:
        """Return `text` with some of it dropped, doubled, swapped or put in."""
        dice = self.random
        letters = list(text)
        for _ in range(dice.randint(1, 4)):
            place = dice.randrange(len(letters) + 1)
            kind = dice.randrange(5)
            if kind == 0 and letters:
                del letters[place : place + dice.randint(1, 3)]
            elif kind == 1:
                letters.insert(place, dice.choice(SIGNS))
            elif kind == 2:
                letters.insert(place, dice.choice(NAMES))
            elif kind == 3:
                letters.insert(place, dice.choice(DIGITS) * dice.choice((1, 1, 2, 30)))
            elif letters:
                other = dice.randrange(len(letters))
                letters[place:place] = letters[other : other + dice.randint(1, 8)]
        return "".join(letters)

    def noise(self) -> str:
        """Return signs, names and figures without order."""
        dice = self.random
        parts = (*SIGNS, *NAMES, *DIGITS, *CALLS)
        return "".join(dice.choice(parts) for _ in range(dice.randint(1, 40)))

    def anything(self) -> str:
        """Return one of all these."""
        kind = self.random.randrange(10)
        depth = self.random.randint(1, 5)
        if kind < 4:
            return self.formula(depth)
        if kind < 6:
            return self.people(depth)
        if kind < 9:
            return self.mutated(self.formula(depth) if kind < 8 else self.people(depth))
        return self.noise()
