"""How inputs are damaged: bytes, JSON values and texts that nobody expects."""

import json
import math
import random
import struct

EXTREMES = [
    b"\x00", b"\xff", b"\x7f", b"\x80", b"\x00" * 4, b"\xff" * 4, b"\x7f\xff\xff\xff",
    b"\x80\x00\x00\x00", b"\x00" * 8, b"\xff" * 8, struct.pack("<f", math.nan),
    struct.pack("<f", math.inf), struct.pack("<f", 3.4e38), struct.pack("<d", -1e308),
    struct.pack(">Q", 2**63), struct.pack("<Q", 2**40), b"\n", b"\r", b'"', b"'", b",", b";", b"\t",
    b"{", b"[", b"]", b"<b>", b"\x1b[31m", b"9" * 30, b"-", b"e999", b"NaN", b"null",
    b"\xef\xbb\xbf",
    b"\xe2\x80\xae", b"\xf0\x9f\x98\x84", b"1e400", b"0.", b"-0", b"%", b"\\u0000",
]  # fmt: skip

ODD_VALUES = [
    None, True, False, 0, -1, 1, 10**400, -(10**400), 2**63, 1e308, -1e308, 5e-324, 0.5, -0.0,
    math.nan, math.inf, -math.inf, "", "0", "1e5", "nan", "x" * 300, "<img src=x>", "\x1b[31m",
    "\x00", "\ud800", [], {}, [[]], [None], {"a": 1}, [1, 2, 3], [[1, 2], [3]], "20, 20",
    "5000, 5000",
    "conv 8x5x5", "sigmoid", "１２", "½",
]  # fmt: skip

ODD_TEXTS = [
    "", " ", "\t", "\n", "nan", "NaN", "-nan", "inf", "-inf", "Infinity", "∞", "1e400", "-1e400",
    "1e-400", "1e308", "-1e308", "5e-324", "0", "-0", "+0", "−0", "-1", "−1", "+5", " 5 ", "5.0",
    "5e0",
    "0x10", "0b1", "1_0", "１２", "٣", "²", "½", "𝟙𝟚", "1,5", "1,000", "1.000,5", "1.2.3", "1e1e1",
    "--",
    "-", "---", ".", "..", ",", ",,", ";", "9" * 400, "1" + "0" * 5000, "-" + "9" * 5000,
    "0." + "1" * 5000,
    "true", "None", "null", "[1]", "{}", "()", "%s", "%n", "{0}", "$HOME", "`id`", "; rm",
    "a" * 10_000,
    "\x00", "1\x00", "\x1b[31m", "\u202e1", "\ud800", "\udcff", "é", "😄", ":smile:", "[red]",
    "[/]", "<b>x</b>", "&amp;", "\\", "\\x00", "'", '"', "/", "/dev/null", "~", "*", "?", "1\n2",
    "1\r2", "1 2",
    "sigmoid", "mnist", "20, 20", "20,,20", "20, -20", "conv", "conv 1x1x1", "conv 99999x1x1",
    "pool 0",
    "dropout 2", "x**2", "x^-1", "1/0", "lambda: 0", "__import__('os')",
]  # fmt: skip


def mutated(content: bytes, chance: random.Random) -> bytes:
    """Return `content` after one to four random damages."""
    for _ in range(chance.choice((1, 1, 1, 2, 4))):
        content = chance.choice(_DAMAGES)(content, chance)
    return content


def _cut(content: bytes, chance: random.Random) -> bytes:
    return content[: chance.randrange(len(content) + 1)]


def _behead(content: bytes, chance: random.Random) -> bytes:
    return content[chance.randrange(len(content) + 1) :]


def _flip(content: bytes, chance: random.Random) -> bytes:
    if not content:
        return b"\x01"
    changed = bytearray(content)
    for _ in range(chance.choice((1, 1, 4, 32))):
        changed[_place(content, chance)] ^= 1 << chance.randrange(8)
    return bytes(changed)


def _replace(content: bytes, chance: random.Random) -> bytes:
    place, piece = _place(content, chance), chance.choice(EXTREMES)
    return content[:place] + piece + content[place + len(piece) :]


def _insert(content: bytes, chance: random.Random) -> bytes:
    place = _place(content, chance)
    piece = chance.choice(EXTREMES) * chance.choice((1, 1, 1, 100, 3000))
    return content[:place] + piece + content[place:]


def _delete(content: bytes, chance: random.Random) -> bytes:
    place = _place(content, chance)
    return content[:place] + content[place + chance.choice((1, 2, 4, 8, 64, 1024)) :]


def _repeat(content: bytes, chance: random.Random) -> bytes:
    first, last = sorted((_place(content, chance), _place(content, chance)))
    return content[:last] + content[first:last] * chance.choice((1, 2, 20)) + content[last:]


def _noise(content: bytes, chance: random.Random) -> bytes:
    place = _place(content, chance)
    noise = chance.randbytes(chance.choice((1, 8, 100)))
    return content[:place] + noise + content[place + len(noise) :]


def _place(content: bytes, chance: random.Random) -> int:
    """Return a place in the content; half of them near its start, where sizes are said."""
    if not content:
        return 0
    return chance.randrange(min(len(content), 200) if chance.random() < 0.5 else len(content))


_DAMAGES = (_cut, _behead, _flip, _flip, _replace, _replace, _insert, _delete, _repeat, _noise)


def mutated_json(value, chance: random.Random) -> bytes:
    """Return the text of a JSON value after one to three random changes of its parts."""
    for _ in range(chance.choice((1, 1, 2, 3))):
        value = _changed(value, chance)
    text = json.dumps(value)
    return text.encode()


def _changed(value, chance: random.Random):
    """Return a copy with one part replaced, doubled or left out."""
    if isinstance(value, dict) and value and chance.random() < 0.9:
        key = chance.choice(list(value))
        kept = {k: v for k, v in value.items() if k != key}
        how = chance.random()
        if how < 0.1:
            return kept
        if how < 0.2:
            return kept | {str(chance.choice(ODD_VALUES)).encode("ascii", "replace").decode(): 1}
        return kept | {key: _changed(value[key], chance)}
    if isinstance(value, list) and value and chance.random() < 0.9:
        place = chance.randrange(len(value))
        how = chance.random()
        if how < 0.1:
            return value[:place] + value[place + 1 :]
        if how < 0.2:
            return value + value[place : place + 1] * chance.choice((1, 50))
        return [*value[:place], _changed(value[place], chance), *value[place + 1 :]]
    return chance.choice(ODD_VALUES)
