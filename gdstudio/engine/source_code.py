"""How a kind is written down in programs of their own, outside of this app.

An optimizer, an activation, a loss and a schedule each say here how a reader would write them with
NumPy, and what PyTorch, Keras and scikit-learn call them, or that they have no such thing.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Lacks:
    """A library has no such thing.

    Attributes:
        sentence: says so, as the end of a sentence that begins with the library's name.
    """

    sentence: str


@dataclass(frozen=True, kw_only=True)
class SourceCode:
    """A kind in Python, as text that `ruff format` leaves as it is.

    Attributes:
        numpy: the lines that compute it; what they may use, the kind's base class says.
        torch, keras, sklearn: what that library calls it, as an expression.
        memory: what the lines of an optimizer remember from step to step, all 0 at first.
        differs: a sentence on where a library's own form differs in the last digits.
    """

    numpy: str
    torch: str | Lacks
    keras: str | Lacks
    sklearn: str | Lacks
    memory: tuple[str, ...] = ()
    differs: str = ""
