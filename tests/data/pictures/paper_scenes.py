"""Digits on paper, drawn by program: light, shadows, frames, tables, ruling, rows."""

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

SIZE = (420, 360)
SEVEN = [(150, 110), (250, 110), (190, 260)]


def blank(size=SIZE, shade=245):
    """Return clean paper and a pen on it."""
    image = Image.new("RGB", size, (shade, shade, shade - 6))
    return image, ImageDraw.Draw(image)


def seven(draw, *, at=(0, 0), width=14, ink=(25, 25, 30), scale=1.0):
    """Draw a 7 with a crossbar-less stem, moved and scaled."""
    points = [(x * scale + at[0], y * scale + at[1]) for x, y in SEVEN]
    draw.line(points, ink, width=width, joint="curve")


def five(draw, *, at=(0, 0), width=13, ink=(25, 25, 30)):
    """Draw a 5 in one stroke."""
    points = [(240, 100), (165, 100), (158, 165), (205, 160), (235, 195), (210, 245), (150, 250)]
    draw.line([(x + at[0], y + at[1]) for x, y in points], ink, width=width, joint="curve")


def with_seven(**options):
    """Return paper with a 7 on it."""
    image, draw = blank()
    seven(draw, **options)
    return image


def lit(image, light, *, grain=3.0, seed=1):
    """Return the picture as a camera takes it: under `light` (height, width), with grain."""
    rng = np.random.default_rng(seed)
    shades = np.asarray(image, float) * light[:, :, None] + rng.normal(0, grain, (*light.shape, 1))
    taken = Image.fromarray(np.clip(shades, 0, 255).astype(np.uint8))
    return taken.filter(ImageFilter.GaussianBlur(0.7))


def even(image):
    """Return light that falls off gently towards a corner."""
    y, x = np.mgrid[0 : 1 : image.height * 1j, 0 : 1 : image.width * 1j]
    return 0.95 - 0.2 * x - 0.1 * y


def shadow(image):
    """Return light with a shadow whose edge runs through the middle."""
    y, x = np.mgrid[0 : 1 : image.height * 1j, 0 : 1 : image.width * 1j]
    return even(image) * np.where(x + 0.4 * y > 0.72, 0.55, 1.0)


def on_table(image, *, table=(70, 48, 34)):
    """Return the paper, turned a little, on a dark table with grain."""
    side = (image.width + 160, image.height + 160)
    y, x = np.mgrid[0 : side[1], 0 : side[0]]
    wood = 1 + 0.12 * np.sin(y / 5 + 3 * np.sin(x / 70))
    ground = Image.fromarray((np.array(table) * wood[:, :, None]).astype(np.uint8))
    turned = image.convert("RGBA").rotate(4, Image.Resampling.BICUBIC, expand=True)
    ground.paste(turned, (80, 80), turned)
    return ground


def ruled(image, *, step=42, ink=(150, 175, 215), squared=False, width=2, leaning=3):
    """Draw lines across the paper, and down it where it is squared."""
    draw = ImageDraw.Draw(image)
    for y in range(20, image.height, step):
        draw.line([(0, y), (image.width, y + leaning)], ink, width)
    if squared:
        for x in range(15, image.width, step):
            draw.line([(x, 0), (x - leaning, image.height)], ink, width)
    return image
