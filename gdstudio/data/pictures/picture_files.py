"""Picture files to shades of grey or colours: what Pillow reads, made small, upright and opaque.

Phones make pictures of many megapixels, and a digit needs a few hundred pixels: the picture is
averaged over whole squares of pixels, band by band, so that little more than the decoded file is
ever in memory.
"""

import io
import logging
import os
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from gdstudio.data.files import read_bytes, shown_name
from gdstudio.data.pictures.limits import (
    FILE_BYTES,
    FORMATS,
    FORMATS_SAID,
    PIXELS,
    check_pieces,
    check_size,
)
from gdstudio.errors import BadInput
from gdstudio.number_text import fixed_text

if TYPE_CHECKING:
    from PIL.Image import Image

# What Pillow wants to say of a damaged file is said by us, in one sentence.
logging.getLogger("PIL").addHandler(logging.NullHandler())

Grey = npt.NDArray[np.float64]
Shades = npt.NDArray[np.float64]

_LUMINANCE = np.array([0.299, 0.587, 0.114])

_WORKING_SIDE = 700
_BAND_PIXELS = 4_000_000
_ORIENTATION_TAG = 0x0112
# What the eight EXIF orientations ask for.
_UPRIGHT: dict[int, Callable[[Any], Any]] = {
    2: np.fliplr,
    3: lambda grey: np.rot90(grey, 2),
    4: np.flipud,
    5: np.transpose,
    6: lambda grey: np.rot90(grey, -1),
    7: lambda grey: np.rot90(grey, 2).T,
    8: np.rot90,
}


def read_shades(path: str | Path) -> Shades:
    """Return the picture in the file `path` as shades of grey, or red, green and blue.

    The first frame of an animation; upright as its EXIF data say; transparent parts laid on white,
    or on black where the visible ink is light.

    Returns:
        ``(height, width)`` or, where it has colours, ``(height, width, 3)`` ``float64`` from 0
        (black) to 255 (white), at most 1400 pixels long; larger pictures are reduced by a whole
        factor.

    Raises:
        BadInput: if the file cannot be read, is no picture of a format that is read, is damaged,
            or would take too much memory or time (more than 250 million pixels at most).
    """
    path = Path(path)
    name = f"“{shown_name(path)}”"
    content = read_bytes(path, size_limit=FILE_BYTES)
    check_pieces(content, name)
    with (
        warnings.catch_warnings(action="ignore"),
        _silenced(content),
        _opened(name, content) as image,
    ):
        check_size(image, content, name)
        try:
            factor = max(1, max(image.size) // _WORKING_SIDE)
            if factor > 1:
                # A JPEG decodes directly to a half, a quarter or an eighth.
                image.draft(None, (image.width // factor, image.height // factor))
                factor = max(1, max(image.size) // _WORKING_SIDE)
            upright = _UPRIGHT.get(_orientation(image), np.asarray)
            image.load()
            shades, alpha = _shades_and_alpha(image, factor)
        except MemoryError:
            raise _too_large(name) from None
        except Exception:  # the decoders raise whatever they stumble over
            raise BadInput(f"{name} is damaged; open another picture.") from None
    if alpha is not None:
        shades = _opaque(shades, alpha)
    # The first two axes are turned; the colours stay the last.
    colours = [upright(shades)] if shades.ndim == 2 else [*map(upright, np.moveaxis(shades, 2, 0))]
    return np.stack(colours, axis=2) if len(colours) > 1 else np.asarray(colours[0])


def read_grey(path: str | Path) -> Grey:
    """Return `read_shades` of the file as shades of grey ``(height, width)``."""
    return grey_of(read_shades(path))


def grey_of(shades: npt.NDArray[np.floating]) -> Grey:
    """Return grey, or red, green and blue, as grey: as light as the eye sees it."""
    return np.asarray(shades if shades.ndim == 2 else shades @ _LUMINANCE, np.float64)


@contextmanager
def _silenced(content: bytes) -> Iterator[None]:
    """Let nobody hear libtiff, which writes what it stumbles over to stderr itself."""
    try:
        kept = os.dup(2) if content.startswith((b"II*\0", b"MM\0*")) else -1
    except OSError:  # there is no stderr
        kept = -1
    if kept < 0:
        yield
        return
    try:
        with open(os.devnull, "wb") as nothing:
            os.dup2(nothing.fileno(), 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)


def _opened(name: str, content: bytes) -> "Image":
    from PIL import Image

    # Our limit in place of Pillow's, which warns at 90 million pixels and stops at 180.
    Image.MAX_IMAGE_PIXELS = PIXELS
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            return Image.open(io.BytesIO(content), formats=FORMATS)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning, MemoryError):
        raise _too_large(name) from None
    except Exception:  # as above
        raise BadInput(
            f"{name} is not a picture that can be read; open one in the format {FORMATS_SAID}."
        ) from None


def _orientation(image: "Image") -> int:
    try:
        return int(image.getexif().get(_ORIENTATION_TAG, 1))
    except Exception:  # a picture with damaged notes is still a picture
        return 1


def _shades_and_alpha(image: "Image", factor: int) -> tuple[Shades, Grey | None]:
    """Return the reduced picture and, if it has transparent parts, opacity in [0, 1].

    The shade of a square of pixels is averaged with the opacities as weights, so that what is
    under transparent pixels does not show.
    """
    parts = list(_bands(image, factor))
    shades = np.concatenate([part[0] for part in parts])
    if image.mode[0] in "IF":
        return _eight_bits(shades), None
    alpha = np.concatenate([part[1] for part in parts])
    if (alpha == 1.0).all():
        return shades, None
    return shades, alpha


def _bands(image: "Image", factor: int) -> Iterator[tuple[Shades, Grey]]:
    has_alpha = "A" in image.getbands() or "transparency" in image.info
    rows = max(1, _BAND_PIXELS // (image.width * factor)) * factor
    # An odd rest at the right and lower edge, less than a square, is left out.
    width, height = (max(side // factor, 1) * factor for side in image.size)
    for top in range(0, height, rows):
        band = image.crop((0, top, width, min(top + rows, height)))
        if image.mode[0] in "IF":
            grey = np.nan_to_num(np.asarray(band, np.float64), posinf=0.0, neginf=0.0)
            yield _averaged(grey, factor), np.empty(0)
        elif has_alpha:
            layers = np.asarray(band.convert("RGBA"), np.uint8)
            opacity = layers[..., 3] / np.float32(255.0)
            alpha = _averaged(opacity, factor)
            visible = np.where(alpha == 0.0, 1.0, alpha)
            colours = [
                _averaged(layers[..., colour] * opacity, factor) / visible for colour in range(3)
            ]
            yield np.stack(colours, axis=2), np.minimum(alpha, 1.0)
        elif band.mode in ("L", "1"):
            grey = _averaged(np.asarray(band.convert("L")), factor)
            yield grey, np.ones_like(grey)
        else:
            # A palette's or CMYK's numbers are not shades.
            layers = np.asarray(band.convert("RGB"))
            colours = [_averaged(layers[..., colour], factor) for colour in range(3)]
            yield np.stack(colours, axis=2), np.ones_like(colours[0])


def _averaged(pixels: npt.NDArray[Any], factor: int) -> Grey:
    height, width = pixels.shape
    blocks = pixels.reshape(height // factor, factor, width // factor, factor)
    averaged: Grey = blocks.mean(axis=(1, 3), dtype=np.float64)
    return averaged


def _eight_bits(grey: Grey) -> Grey:
    """Return 16-bit, 32-bit or fractional shades as 0 to 255."""
    top = grey.max()
    full = 1.0 if top <= 1.0 else 255.0 if top <= 255.0 else 65_535.0 if top <= 65_535.0 else top
    return np.clip(grey * (255.0 / full), 0.0, 255.0)


def _opaque(shades: Shades, alpha: Grey) -> Shades:
    """Return the picture laid on a background on which its ink shows."""
    visible = alpha > 0.0
    if not visible.any():
        return np.full_like(shades, 255.0)
    greys = np.sort(grey_of(shades)[alpha >= min(0.5, alpha.max())])
    darkest, middle, lightest = (greys[int(part * (len(greys) - 1))] for part in (0.02, 0.5, 0.98))
    # Ink alone is of one shade and shows on the opposite one. A visible part that has both, such
    # as paper cut out, goes on with its own background.
    is_ink_alone = lightest - darkest < 100.0
    background = 0.0 if (middle > 127.5) == is_ink_alone else 255.0
    opacity = alpha if shades.ndim == 2 else alpha[:, :, np.newaxis]
    laid: Shades = shades * opacity + background * (1.0 - opacity)
    return laid


def _too_large(name: str) -> BadInput:
    return BadInput(
        f"{name} has more than {fixed_text(PIXELS / 1e6, 0)} million pixels; make it smaller."
    )
