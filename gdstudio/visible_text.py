r"""Text from outside, such as a file's name, made safe to be shown.

A name may hold characters that are no letters but orders: to a terminal (colours, the cursor, the
window's title), to a line of text (its end), or to the direction in which one reads. They are shown
as what they are, the way Python writes them: ``\x1b``.
"""

import re

# C0 and C1 controls, marks of direction, ends of lines and paragraphs, and halves of characters
# such as stand for the bytes of a name that is no text.
UNSEEN = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufeff\ufff9-\ufffb]"
)


def shortened(text: str, most: int) -> str:
    """Return `text`, without its middle where it is longer than `most` letters."""
    if len(text) <= most:
        return text
    end = most // 3
    return f"{text[: most - end - 1]}…{text[-end:]}"


def visible(text: str) -> str:
    """Return `text` with all orders in it spelled out, on one line."""
    return UNSEEN.sub(lambda found: found[0].encode("unicode_escape").decode(), text)
