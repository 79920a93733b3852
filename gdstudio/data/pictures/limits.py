"""What reading a picture may cost, found in the file before anything is decoded.

A few kilobytes can claim millions of pixels, pieces or passes over the picture. Which format it is,
its size, how many bytes decoding takes and how many times its pixels are gone over is all in the
heads of a file's pieces: they are read here, and what would cost too much is refused.
"""

import struct
from collections.abc import Callable
from typing import TYPE_CHECKING

from gdstudio.errors import BadInput
from gdstudio.number_text import fixed_text

if TYPE_CHECKING:
    from PIL.Image import Image

# What Pillow may open. None of these starts another program, as EPS starts Ghostscript.
FORMATS = ("PNG", "JPEG", "GIF", "BMP", "WEBP", "TIFF")
FORMATS_SAID = "PNG, JPEG, GIF, BMP, WebP or TIFF"

FILE_BYTES = 128_000_000
PIXELS = 250_000_000
SIDE = 30_000
# A longer side is reduced to some 700 pixels: a thinner strip would have no width left.
_PROPORTION = 100
_ANY_PROPORTION_SIDE = 1_000
_DECODED_BYTES = 400_000_000
_PASSES_TIMES_PIXELS = 1_500_000_000
_PIECES = 50_000
_HEAD_BYTES = 16_000_000
# These are read by loops of Python, piece by piece.
_GIF_BYTES = 16_000_000
_RLE_BYTES = 8_000_000
_RLE_PIXELS = 4_000_000

_PNG = b"\x89PNG\r\n\x1a\n"
_TIFF_TYPE_SIZES = {3: 2, 4: 4, 5: 8, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4}
_TILE_SIDES = (322, 323)


def check_pieces(content: bytes, name: str) -> None:
    """Look at how a picture file is put together, before Pillow does.

    Args:
        content: the whole file.
        name: what to call it in a sentence.

    Raises:
        BadInput: if it has none of the formats, or has more pieces than any real picture.
    """
    for start, check in _CHECKS.items():
        if content.startswith(start):
            if not check(content):
                raise BadInput(
                    f"{name} is put together as no camera or program does; save it again as PNG."
                )
            return
    raise BadInput(
        f"{name} is not a picture that can be read, whatever its name says; open one in the "
        f"format {FORMATS_SAID}."
    )


def check_size(image: "Image", content: bytes, name: str) -> None:
    """Check what a picture claims to be, before it is decoded.

    Args:
        image: the picture as Pillow opened it, not yet loaded.
        content: the whole file.
        name: what to call it in a sentence.

    Raises:
        BadInput: if it has too many pixels, is too long or too thin, or takes too much memory or
            time to decode.
    """
    width, height = image.size
    size = f"{width:,} × {height:,} pixels"
    pixels = width * height
    if pixels > PIXELS:
        raise BadInput(
            f"{name} has {size}, more than {fixed_text(PIXELS / 1e6, 0)} million pixels; "
            "make it smaller."
        )
    longer, shorter = max(image.size), min(image.size)
    if longer > SIDE:
        raise BadInput(f"{name} has {size}; open one of at most {SIDE:,} on each side.")
    if longer > max(_PROPORTION * shorter, _ANY_PROPORTION_SIDE):
        raise BadInput(f"{name} has {size}, too long and thin for a digit; cut the digit out.")
    passes = _jpeg_passes(content) if image.format == "JPEG" else 1
    takes_long = passes * pixels > _PASSES_TIMES_PIXELS or (
        image.format == "BMP"
        and image.info.get("compression") in (1, 2)
        and (pixels > _RLE_PIXELS or len(content) > _RLE_BYTES)
    )
    if takes_long or _decoded_bytes(image, passes) + len(content) > _DECODED_BYTES:
        raise BadInput(f"{name} has {size}, too many to decode in this form; make it smaller.")


def _decoded_bytes(image: "Image", passes: int) -> int:
    """Return how many bytes are in use while the picture is decoded, about."""
    width, height = image.size
    bands = len(image.getbands())
    if image.format == "JPEG":
        # All coefficients are kept, two bytes each, where several passes bring them; otherwise it
        # decodes to a fraction of its size.
        return width * height * bands * 2 if passes > 1 else width * height
    if image.format == "WEBP":
        return width * height * 16  # two canvases, the frame and its copy
    each = 1 if image.mode in ("1", "L", "P") else 2 if image.mode.startswith("I;16") else 4
    return width * height * each


def _jpeg_passes(content: bytes) -> int:
    """Return how many scans a JPEG has: each goes over all the pixels."""
    head = _jpeg_head(content)
    if head is None:
        return 1
    end = content.find(b"\xff\xd9", head)
    return max(content.count(b"\xff\xda", head, end if end >= 0 else len(content)), 1)


def _jpeg_head(content: bytes) -> int | None:
    """Return where the first scan of a JPEG begins; None if there are too many pieces before."""
    place = 2
    for _ in range(_PIECES // 50):
        while content[place : place + 2] == b"\xff\xff":
            place += 1
        if content[place : place + 1] != b"\xff" or place > _HEAD_BYTES:
            return place
        marker = content[place + 1 : place + 2]
        if marker in (b"\xda", b""):
            return place
        has_no_length = marker == b"\x01" or b"\xd0" <= marker <= b"\xd8"
        length = 0 if has_no_length else int.from_bytes(content[place + 2 : place + 4], "big")
        place += 2 + length
    return None


def _is_usual_jpeg(content: bytes) -> bool:
    head = _jpeg_head(content)
    return head is not None and head <= _HEAD_BYTES


def _is_usual_png(content: bytes) -> bool:
    place = len(_PNG)
    for _ in range(_PIECES):
        if place >= len(content):
            return True
        place += 12 + int.from_bytes(content[place : place + 4], "big")
    return False


def _is_usual_tiff(content: bytes) -> bool:
    """Return whether the first directory of a TIFF has lists and tiles of a sensible size."""
    order = "<" if content[:2] == b"II" else ">"
    try:
        (start,) = struct.unpack_from(f"{order}I", content, 4)
        (count,) = struct.unpack_from(f"{order}H", content, start)
        tile = 1
        for index in range(count):
            entry = start + 2 + 12 * index
            tag, kind, length, value = struct.unpack_from(f"{order}HHII", content, entry)
            if length > _PIECES and kind in _TIFF_TYPE_SIZES:
                return False
            if tag in _TILE_SIDES:
                if kind == 3:
                    (value,) = struct.unpack_from(f"{order}H", content, entry + 8)
                tile *= value
    except struct.error:
        return True  # cut short: Pillow says that it is damaged
    return tile <= PIXELS // 10


def _is_usual_gif(content: bytes) -> bool:
    return len(content) <= _GIF_BYTES


_CHECKS: dict[bytes, Callable[[bytes], bool]] = {
    _PNG: _is_usual_png,
    b"\xff\xd8\xff": _is_usual_jpeg,
    b"GIF8": _is_usual_gif,
    b"BM": lambda _: True,
    b"RIFF": lambda _: True,
    b"II*\0": _is_usual_tiff,
    b"MM\0*": _is_usual_tiff,
}
