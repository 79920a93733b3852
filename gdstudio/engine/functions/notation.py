"""The many ways in which people write a function, brought to one: signs, letters and frames.

Whatever looks like a sign of the keyboard becomes that sign: − × ÷ √ π |…|, full-width and
mathematical letters, Cyrillic and Greek letters that look like Latin ones. Raised figures, lowered
ones and ½ are kept: they mean more than the figures. What stands around a function, such as
“f(x) =” or “lambda x:”, is taken off; LaTeX becomes what one would have typed.
"""

import re
import unicodedata

from gdstudio.engine.functions.known_functions import ALIASES, FUNCTIONS
from gdstudio.engine.functions.tree import CONSTANTS
from gdstudio.errors import BadInput

_LETTERS = str.maketrans(
    "асԁеһіјкмопрԛѕтԝхуАВСЕНІЈКМОРЅТХУχοριντκΑΒΕΖΗΙΚΜΝΟΡΤΧ",
    "acdehijkmonpqstwxyABCEHIJKMOPSTXYxopivtkABEZHIKMNOPTX",
)
_SIGNS = {
    **dict.fromkeys("−–—‐‑‒―➖", "-"),
    **dict.fromkeys("➕", "+"),
    **dict.fromkeys("·×∙⋅•‧∗✕✖⨯⨉・", "*"),
    **dict.fromkeys("÷∕⁄➗:∶", "/"),
    **dict.fromkeys("^ˆ↑∧", "**"),
    **dict.fromkeys("∣｜ǀ│", "|"),
    **dict.fromkeys("[{", "("),
    **dict.fromkeys("]}", ")"),
    "٫": ".",
    "≔": "=",
}
_EQUATION = "An equation is not a function; write only one side of it, without “=”."
_COMPARISON = "A comparison is not a function; write only one side of it."
_DERIVATIVE = "The slope is found for you; write only the function itself."
# What is said of signs that are no part of a function here.
_REFUSED = {
    "=": _EQUATION,
    **dict.fromkeys("<>≤≥≠≈", _COMPARISON),
    "!": "The factorial “!” has no slope, since it is defined for whole numbers only; leave it "
    "out.",
    "%": "“%” has no meaning here; write 5 % as 0.05, and no remainders.",
    **dict.fromkeys("'′’‘`´ʹ", _DERIVATIVE),
    **dict.fromkeys("∂∇", _DERIVATIVE),
    **dict.fromkeys("∑∏∫ΣΠ", "Sums and integrals cannot be read here; write the function out."),
    **dict.fromkeys("±∓", "“±” stands for two functions; write + or −."),
    **dict.fromkeys("°º", "Angles are in radians here; write 30° as 30*pi/180."),
    "∞": "“∞” is not a number; write a large one instead.",
    **dict.fromkeys(
        "⌊⌋⌈⌉", "Rounding makes steps, on which the slope is 0 or not defined; leave it out."
    ),
    "‖": "“‖” cannot be read here; write one | on each side for the absolute value.",
    "&": "“&” has no meaning here; leave it out.",
    "\\": "This LaTeX cannot be read here; write it as in sin(x)/2.",
}
_LATEX = (
    (r"\\(?:mathrm|mathit|mathsf|operatorname\*?|text)\s*\{([^{}]*)\}", r" \1 "),
    (r"\\(?:left|right|bigg?l?r?|Bigg?l?r?)\b\s*\.?", " "),
    (r"\\(?:d|t|c)?frac\b", " frac "),
    (r"\\sqrt\s*\[\s*3\s*\]", " cbrt "),
    (r"\\(?:cdot|times|ast)\b", "*"),
    (r"\\div\b", "/"),
    (r"\\(?:int|sum|prod)\b", "∑"),
    (r"\\infty\b", "∞"),
    (r"\\(?:pm|mp)\b", "±"),
    (r"\\(?:le|ge|leq|geq|ne|neq|lt|gt)\b", "<"),
    (r"\\(?:l|r)?vert\b|\\mid\b", "|"),
    (r"\\[{}]", lambda found: "(" if found[0] == r"\{" else ")"),
    (r"\\[,;:! ]|\\q?quad\b|\\displaystyle\b", " "),
    (r"\\([A-Za-z]+)", r" \1 "),
)
_LOGARITHM = re.compile(r"(log)\s*_\s*(?:[({]\s*([0-9]+)\s*[)}]|([0-9]+))", re.IGNORECASE)
_LOWERED = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
# The name of a slope: f′(x) =, dy/dx =, d/dx.
_SLOPE_NAME = re.compile(r"\s*(?:[^\W\d]\w*\s*['′’]|d\s*\w?\s*/\s*d\s*\w\b)")
_ARROW = r"(?:->|=>|[→↦⟶⟼⇒])"
_FRAMES = (
    re.compile(r"\s*lambda\b(?P<of>[^:]*):(?P<rest>.*)", re.DOTALL),
    re.compile(r"\s*def\s+\w+\s*\((?P<of>[^()]*)\)[^:]*:\s*return\b(?P<rest>.*)", re.DOTALL),
    re.compile(rf"\s*(?:\w+\s*:\s*)?\(?(?P<of>[\w\s,]*)\)?\s*{_ARROW}(?P<rest>.*)", re.DOTALL),
    re.compile(r"\s*return\b(?P<of>)(?P<rest>.*)", re.DOTALL),
)
_DEFINED = re.compile(
    r"\s*(?P<name>[^\W\d_]\w*)?\s*(?:\((?P<of>[^()=]*)\))?\s*[:≔]?=(?P<rest>.*)", re.DOTALL
)


def plain(text: str, variables: tuple[str, ...]) -> str:
    """Return the function that `text` states, in signs of the keyboard, raised figures and ½.

    Raises:
        BadInput: for an equation, for a function of other variables, or for a character that
            cannot be a part of a function; with what to do.
    """
    text = text.translate(_FULL_WIDTH).strip().strip("$").rstrip(" ;")
    if len(text) > 1 and text[0] + text[-1] in ('""', "''", "“”", "„“", "``"):
        text = text[1:-1]
    text = _unframed(text, variables)
    if "\\" in text:
        for pattern, instead in _LATEX:
            text = re.sub(pattern, instead, text)
    if re.search(r"sqrt\s*\[", text):
        raise BadInput("Write such a root as a power, as in x^(1/5).")
    text = _LOGARITHM.sub(lambda found: "log" + (found[2] or found[3]).translate(_LOWERED), text)
    # MATLAB's signs for what is done to each number of a list.
    text = re.sub(r"(?<![0-9])\.(?=[*/^])", "", text)
    # 1_000 is Python's thousand, and 1'000 Switzerland's.
    text = re.sub(r"(?<=[0-9])(?:_(?=[0-9])|['’](?=[0-9]{3}))", "", text)
    return "".join(_character(one) for one in text)


def _unframed(text: str, variables: tuple[str, ...]) -> str:
    """Return `text` without “f(x) =”, “lambda x:” and the like."""
    if _SLOPE_NAME.match(text):
        raise BadInput(_DERIVATIVE)
    for frame in _FRAMES:
        if found := frame.fullmatch(text):
            _check_variables(found["of"], variables)
            return found["rest"]
    if re.search("[<>!]=", text):
        raise BadInput(_COMPARISON)
    while "=" in text or "≔" in text:
        found = _DEFINED.fullmatch(text)
        if found is None or not _is_new(found["name"], found["of"], variables):
            raise BadInput(_EQUATION)
        _check_variables(found["of"] or "", variables)
        text = found["rest"]
    return text


def _is_new(name: str | None, of: str | None, variables: tuple[str, ...]) -> bool:
    """Return whether `name` can be the name of the function that follows."""
    if name is None:
        # A spreadsheet's = stands alone.
        return of is None
    known = name in FUNCTIONS or name in ALIASES or name in CONSTANTS
    return not known and (of is not None or _usual(name) not in variables)


def _check_variables(names: str, variables: tuple[str, ...]) -> None:
    for name in map(_usual, re.findall(r"\w+", names)):
        if name not in variables:
            raise BadInput(
                f"Call the variable {variables[0]}: “{shown(name)}” cannot be used here."
            )


def _usual(text: str) -> str:
    """Return `text` in the usual letters."""
    return unicodedata.normalize("NFKC", text).translate(_LETTERS)


def _character(character: str) -> str:
    """Return what a character means, as one can type it."""
    if character in _SIGNS:
        return _SIGNS[character]
    if character.isascii() and (character.isalnum() or character in " +-*/().,;|_"):
        return character
    if character in _REFUSED:
        raise BadInput(_REFUSED[character])
    if character == "√" or character == "∛" or character == "π":
        return character
    category = unicodedata.category(character)
    if category in ("Zs", "Zl", "Zp") or character in "\t\n\r":
        return " "
    if category == "Cf":
        return ""
    if character.isdecimal():
        return str(unicodedata.decimal(character))
    if unicodedata.decomposition(character).startswith(("<super>", "<sub>", "<fraction>")):
        return character
    usual = _usual(character)
    if usual != character and len(usual) < 8:
        return "".join(map(_character, usual))
    if character.isalpha():
        return character
    raise BadInput(f"“{shown(character)}” has no meaning here; remove it.")


def shown(text: str) -> str:
    """Return a piece of what was typed as it can stand in a sentence: short, nothing invisible."""
    visible = "".join(one if one.isprintable() else f"U+{ord(one):04X}" for one in text[:40])
    return visible if len(visible) <= 20 else visible[:19] + "…"
