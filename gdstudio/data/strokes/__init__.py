"""Drawings as strokes: their files, the images made of them, and the same ones drawn anew.

What other programs use of it is named here.
"""

from gdstudio.data.strokes.inking import centre_of_mass, to_image, touches_edge
from gdstudio.data.strokes.stroke_files import load_strokes, parse_strokes, read_unipen

__all__ = [
    "centre_of_mass",
    "load_strokes",
    "parse_strokes",
    "read_unipen",
    "to_image",
    "touches_edge",
]
