"""A range in which a unit is as long across as up."""

Bounds = tuple[float, float, float, float]


def with_equal_scales(bounds: Bounds, width: float, height: float) -> Bounds:
    """Return (x from, x to, y from, y to) around `bounds` that suits so many pixels."""
    x0, x1, y0, y1 = bounds
    if not (width > 1 and height > 1):
        return bounds
    unit = max((x1 - x0) / width, (y1 - y0) / height)
    more_x, more_y = (unit * width - (x1 - x0)) / 2, (unit * height - (y1 - y0)) / 2
    return x0 - more_x, x1 + more_x, y0 - more_y, y1 + more_y
