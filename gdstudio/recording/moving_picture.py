"""A file of moving pictures: GIF, WebP or APNG, made by Pillow."""

import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, PngImagePlugin

from gdstudio.data.files import shown_name
from gdstudio.errors import BadInput

Frame = NDArray[np.uint8]

FORMATS = {".gif": "GIF", ".webp": "WebP", ".png": "APNG", ".apng": "APNG"}
# The end is looked at a little longer, before it begins again.
REST_SECONDS = 1.0
# As faster ones all programs show it as if it were slow.
_FASTEST_MILLISECONDS = 20
_COLORS = 256
# This number of the most frequent colours are in the palette just as they are.
_EXACT = 96
# The number under which EXIF keeps a description.
_DESCRIPTION = 0x010E


def format_of(path: str | Path) -> str:
    """Return the format that the ending of `path` asks for.

    Raises:
        BadInput: if it asks for none of ours.
    """
    ending = Path(path).suffix.lower()
    if ending not in FORMATS:
        raise BadInput(f"“{shown_name(Path(path))}” must end in .gif, .webp or .png.")
    return FORMATS[ending]


def encode(frames: Sequence[Frame], kind: str, *, seconds: float, comment: str) -> bytes:
    """Return the bytes of a moving picture that begins again when it is over.

    Args:
        frames: colours from 0 to 255, each ``(height, width, 3)``, all of one size.
        kind: one of the formats, such as ``GIF``.
        seconds: how long it takes, a rest at its end among them.
        comment: a text that the file carries, such as a setup code.

    Returns:
        The file's bytes. All frames of a GIF or an APNG have the same 256 colours at most, so what
        does not move is the same in all of them and takes no room.
    """
    durations = _durations(len(frames), seconds)
    if kind == "WebP":
        pictures = [Image.fromarray(frame) for frame in frames]
        exif = Image.Exif()
        exif[_DESCRIPTION] = comment
        return _saved(pictures, "WEBP", durations, lossless=True, method=1, exif=exif.tobytes())
    pictures = _in_few_colors(frames)
    if kind == "APNG":
        about = PngImagePlugin.PngInfo()
        about.add_itxt("Comment", comment)
        return _saved(pictures, "PNG", durations, pnginfo=about)
    # Each block of a GIF's comment has 255 bytes; a code is plain text.
    told = comment.encode("ascii", "replace")[:255]
    return _saved(pictures, "GIF", durations, comment=told, disposal=1)


def _durations(count: int, seconds: float) -> list[int]:
    """Return how many milliseconds each frame is seen: whole hundredths, as a GIF has them."""
    rest = min(REST_SECONDS, seconds / 3)
    each = (seconds - rest) / max(count - 1, 1)
    shown = max(round(each * 100) * 10, _FASTEST_MILLISECONDS)
    return [shown] * (count - 1) + [max(round(rest * 100) * 10, shown)]


def _in_few_colors(frames: Sequence[Frame]) -> list[Image.Image]:
    """Return the frames as pictures that share one palette."""
    colors = _palette(frames)
    return [
        Image.fromarray(frame).quantize(palette=colors, dither=Image.Dither.NONE)
        for frame in frames
    ]


def _palette(frames: Sequence[Frame]) -> Image.Image:
    """Return a picture with the colours of all frames: the most frequent ones exactly as they are.

    Large areas, such as the ground, are of few colours; the others are shades between them.
    """
    # Most colours are those of the theme, and the frames differ in what moves.
    chosen = sorted({0, len(frames) // 3, 2 * len(frames) // 3, len(frames) - 1})
    pixels = np.concatenate([frames[place].reshape(-1, 3) for place in chosen])
    packed = pixels.astype(np.uint32) @ np.array([1 << 16, 1 << 8, 1], np.uint32)
    found, counts = np.unique(packed, return_counts=True)
    exact = found[np.argsort(-counts, kind="stable")[:_EXACT]]
    rest = found[~np.isin(found, exact)]
    shades = np.empty((0, 3), np.uint8)
    if len(rest):
        some = Image.fromarray(_unpacked(rest)[None])
        few = some.quantize(_COLORS - _EXACT, method=Image.Quantize.MEDIANCUT)
        shades = np.array(few.getpalette(), np.uint8).reshape(-1, 3)
    palette = Image.new("P", (1, 1))
    palette.putpalette(np.concatenate([_unpacked(exact), shades])[:_COLORS].tobytes())
    return palette


def _unpacked(colors: NDArray[np.uint32]) -> NDArray[np.uint8]:
    """Return ``(n, 3)`` from n colours in one number each."""
    parts = [(colors >> shift) & 255 for shift in (16, 8, 0)]
    return np.stack(parts, axis=-1).astype(np.uint8)


def _saved(pictures: Sequence[Image.Image], kind: str, durations: list[int], **more: Any) -> bytes:
    first, *others = pictures
    file = io.BytesIO()
    first.save(file, kind, save_all=True, append_images=others, duration=durations, loop=0, **more)
    return file.getvalue()
