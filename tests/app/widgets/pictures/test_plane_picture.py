"""What is answered everywhere becomes colour numbers, and the boundary runs where it changes."""

import numpy as np
import pytest

from gdstudio.app.palette import DARK, LIGHT
from gdstudio.app.widgets.pictures.plane_colors import plane_colors
from gdstudio.app.widgets.pictures.plane_picture import class_picture, level_lines, signed_picture

PLACE = (-2.0, 2.0, -1.0, 1.0)


def grid(columns=81, rows=41):
    x0, x1, y0, y1 = PLACE
    return np.meshgrid(np.linspace(x0, x1, columns), np.linspace(y0, y1, rows))


def test_the_boundary_of_a_circle_is_that_circle_and_closed():
    x, y = grid()
    lines = level_lines(0.5123 - x**2 - y**2, PLACE)
    ends = lines.reshape(-1, 2)
    assert np.hypot(*ends.T) == pytest.approx(np.sqrt(0.5123), abs=2e-3)
    assert np.hypot(lines[:, 2] - lines[:, 0], lines[:, 3] - lines[:, 1]).sum() == pytest.approx(
        2 * np.pi * np.sqrt(0.5123), rel=2e-3
    )
    # Every end is the end of two lines.
    _, times = np.unique(ends.round(9), axis=0, return_counts=True)
    assert set(times) == {2}


def test_at_a_saddle_the_middle_decides_which_sides_belong_together():
    corners = np.array([[1.0, -1.0], [-1.0, 1.0]])
    unit = (0.0, 1.0, 0.0, 1.0)
    together = level_lines(corners + 0.5, unit)
    apart = level_lines(corners - 0.5, unit)
    for lines, inside in ((together, (0.5, 0.5)), (apart, None)):
        assert len(lines) == 2
        middles = (lines[:, :2] + lines[:, 2:]) / 2
        # The lines cut off the corners below 0 where the middle is above it, or else those above.
        is_cut = np.abs(middles[:, 0] - middles[:, 1]) > 0.2
        assert is_cut.all() == (inside is not None)


def test_what_is_not_finite_has_no_line_and_no_warning():
    x, y = grid()
    values = x - y
    values[10:20, 10:20] = np.nan
    values[30, :] = np.inf
    assert np.isfinite(level_lines(values, PLACE)).all()
    assert signed_picture(values, PLACE).numbers.shape == values.shape


def test_signed_numbers_are_orange_below_and_blue_above_the_panel_and_the_highest_y_is_first():
    _, y = grid()
    picture = signed_picture(y, PLACE)
    assert picture.numbers[0].tolist() == [255] * 81
    assert picture.numbers[-1].tolist() == [0] * 81
    assert set(picture.numbers[20]) == {128}
    for palette in (LIGHT, DARK):
        colors = plane_colors(palette, 0).astype(int)
        assert colors[128].tolist() == palette.rgb("panel").tolist()
        assert colors[255][2] > colors[255][0]
        assert colors[0][0] > colors[0][2]


def test_each_class_has_its_colour_and_the_lines_run_between_them():
    x, y = grid()
    turns = 2 * np.pi * np.arange(3) / 3
    sums = np.stack([3 * (x * np.cos(one) + y * np.sin(one)) for one in turns])
    shares = np.exp(sums) / np.exp(sums).sum(axis=0)
    picture = class_picture(shares, PLACE)
    best = shares.argmax(axis=0)[::-1]
    assert (picture.numbers // (256 // 3) == best).mean() > 0.99
    # On every line the two highest shares are equal.
    middles = (picture.boundary[:, :2] + picture.boundary[:, 2:]) / 2
    sums = np.stack(
        [3 * (middles[:, 0] * np.cos(one) + middles[:, 1] * np.sin(one)) for one in turns]
    )
    ordered = np.sort(sums, axis=0)
    assert np.abs(ordered[-1] - ordered[-2]).max() < 0.1
    assert len(plane_colors(LIGHT, 4)) == 256
