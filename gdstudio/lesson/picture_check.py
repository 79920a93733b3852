"""Whether a file beside a lesson is a picture that the window shows."""

import io
import warnings
from pathlib import Path

from gdstudio.data.files import read_bytes
from gdstudio.data.pictures.limits import check_pieces
from gdstudio.errors import BadInput
from gdstudio.number_text import count_text

LARGEST_PICTURE = 4_000_000
MOST_PIXELS = 20_000_000
_STARTS = {b"\x89PNG\r\n\x1a\n": "PNG", b"\xff\xd8\xff": "JPEG"}


def check_picture(path: Path, shown: str, *, decodes: bool) -> None:
    """Refuse what is no picture, and one that is too large.

    Args:
        path: the file.
        shown: what to call it in a sentence.
        decodes: whether to read all of it, so that a damaged one is refused, too. That takes a
            moment.

    Raises:
        BadInput: with one sentence.
    """
    content = read_bytes(path, size_limit=LARGEST_PICTURE)
    kind = next((kind for start, kind in _STARTS.items() if content.startswith(start)), None)
    if kind is None:
        raise BadInput(f"“{shown}” is no picture in PNG or JPEG; save it as one.")
    check_pieces(content, f"The picture “{shown}”")
    from PIL import Image  # most lessons have no pictures

    try:
        with (
            warnings.catch_warnings(action="ignore"),
            Image.open(io.BytesIO(content), formats=(kind,)) as image,
        ):
            pixels = image.width * image.height
            if decodes and pixels <= MOST_PIXELS:
                image.load()
    except Exception:  # the decoders raise whatever they stumble over
        raise BadInput(f"The picture “{shown}” is damaged; save it again as PNG or JPEG.") from None
    if pixels > MOST_PIXELS:
        raise BadInput(
            f"The picture “{shown}” has {count_text(pixels)} pixels, and "
            f"{count_text(MOST_PIXELS)} are the most; make it smaller."
        )
