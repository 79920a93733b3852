"""The signs that a formula of a lesson can have, each as it is by itself."""

import html
from dataclasses import dataclass
from enum import Enum, auto

TIE = "\N{NO-BREAK SPACE}"


class Kind(Enum):
    """What a piece of a formula is, which decides on the spaces and brackets around it."""

    LETTER = auto()
    NAME = auto()
    NUMBER = auto()
    TEXT = auto()
    SIGN = auto()
    OPEN = auto()
    CLOSE = auto()
    GROUP = auto()
    FRACTION = auto()
    ROOT = auto()
    PREFIX = auto()
    SUM = auto()
    FUNCTION = auto()
    OPERATOR = auto()
    RELATION = auto()
    SLASH = auto()
    COMMA = auto()
    SPACE = auto()


@dataclass(frozen=True)
class Item:
    """A piece of a formula: as rich text and as plain text."""

    kind: Kind
    html: str
    words: str


def _table(text: str) -> dict[str, str]:
    """Return the signs of a list in which each follows its name."""
    words = text.split()
    return dict(zip(words[::2], words[1::2], strict=True))


_K = Kind
_GREEK = _table(
    "alpha α beta β gamma γ delta δ epsilon ε varepsilon ε zeta ζ eta η theta θ iota ι kappa κ "
    "lambda λ mu μ nu ν xi ξ pi π rho ρ sigma σ tau τ upsilon υ phi φ varphi φ chi χ psi ψ omega ω"
)
# What is written behind a backslash, by kind.
_COMMANDS = {
    _K.LETTER: _table("Gamma Γ Theta Θ Lambda Λ Xi Ξ Pi Π Sigma Σ Phi Φ Psi Ψ Omega Ω"),
    _K.PREFIX: _table("partial ∂ nabla ∇ Delta Δ"),
    _K.SUM: _table("sum Σ prod Π"),
    _K.OPERATOR: _table("cdot · times × pm ±"),
    _K.RELATION: _table(
        "le ≤ leq ≤ ge ≥ geq ≥ ne ≠ neq ≠ approx ≈ lt < gt > in ∈ "
        "to → rightarrow → leftarrow ← gets ← Rightarrow ⇒"
    ),
    _K.SIGN: _table("infty ∞ dots … ldots … cdots … prime ′ % % $ $ # # & & _ _"),
    _K.FUNCTION: _table(
        "sin sin cos cos tan tan sinh sinh cosh cosh tanh tanh exp exp log log ln ln min min "
        "max max lim lim"
    ),
    _K.OPEN: {"{": "{"},
    _K.CLOSE: {"}": "}"},
    _K.SPACE: dict.fromkeys(("quad", "qquad", " ", "\n"), " "),
}
# What is written as itself, by kind.
_PLAIN = {
    _K.OPERATOR: {**{sign: sign for sign in "+−*·×±"}, "-": "−"},
    _K.RELATION: {sign: sign for sign in (*"=<>≤≥≠≈→←⇒∈:", ":=")},
    _K.SLASH: {sign: sign for sign in "/÷"},
    _K.COMMA: {sign: sign for sign in ",;"},
    _K.OPEN: {sign: sign for sign in "(["},
    _K.CLOSE: {sign: sign for sign in ")]"},
    _K.PREFIX: {**{sign: sign for sign in "∂∇Δ"}, "\N{INCREMENT}": "Δ"},
    _K.SUM: {"Σ": "Σ", "∑": "Σ"},
    _K.SPACE: {"~": " "},
}
_MEANINGLESS = ("$", "&", "#", "^", "_", "{", "}", "\\")
# Of the operators, those with which a fraction can begin.
SIGNED = ("+", "−", "±", "*", "·", "×")


def sign_of(token: str) -> Item | None:
    """Return what a token is by itself; None where it is nothing that is known."""
    name = token.removeprefix("\\")
    is_command = name != token
    if is_command and name in _GREEK:
        return Item(_K.LETTER, f"<i>{_GREEK[name]}</i>", _GREEK[name])
    for kind, known in (_COMMANDS if is_command else _PLAIN).items():
        if name in known:
            text = known[name]
            return Item(kind, TIE if kind is _K.SPACE else html.escape(text), text)
    if is_command or name in _MEANINGLESS:
        return None
    if name.isalpha():
        kind = _K.LETTER if len(name) == 1 else _K.NAME
        return Item(kind, f"<i>{html.escape(name)}</i>", name)
    return Item(_K.NUMBER if name[-1].isdecimal() else _K.SIGN, html.escape(name), name)
