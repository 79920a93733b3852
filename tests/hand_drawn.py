"""Drawings such as a hand makes: a heart, a star, a triangle, letters, each time a little other."""

import json

import numpy as np

CLASSES = ("♥", "★", "△", "A")


def _shape(name):
    turn = np.linspace(0, 2 * np.pi, 60)
    if name == "♥":
        x = 16 * np.sin(turn) ** 3
        y = 13 * np.cos(turn) - 5 * np.cos(2 * turn) - 2 * np.cos(3 * turn) - np.cos(4 * turn)
        return [np.column_stack([x, -y]) / 34]
    if name == "★":
        corners = np.arange(6) * 4 * np.pi / 5 - np.pi / 2
        return [_line(np.column_stack([np.cos(corners), np.sin(corners)]) / 2)]
    if name == "△":
        return [_line([(0, -0.45), (0.5, 0.4), (-0.5, 0.4), (0, -0.45)])]
    if name == "A":
        return [_line([(-0.4, 0.5), (0, -0.5), (0.4, 0.5)]), _line([(-0.25, 0.1), (0.25, 0.1)])]
    if name == "○":
        return [np.column_stack([np.cos(turn), np.sin(turn)]) / 2]
    if name == "✕":
        return [_line([(-0.4, -0.5), (0.4, 0.5)]), _line([(0.4, -0.5), (-0.4, 0.5)])]
    raise ValueError(name)


def _line(corners):
    corners = np.asarray(corners, float)
    places = np.linspace(0, len(corners) - 1, 12 * (len(corners) - 1) + 1)
    return np.column_stack([np.interp(places, range(len(corners)), axis) for axis in corners.T])


def drawing(name, rng):
    """Return the strokes of one drawing, in the units of a canvas of 300 × 232 pixels."""
    angle, slant = rng.normal(0, 0.13), rng.normal(0, 0.15)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    shape = np.array([[rng.uniform(0.75, 1.3), slant], [0, 1.0]])
    size, place = rng.uniform(90, 170), rng.uniform(-25, 25, 2) + np.array([150, 116])
    strokes = []
    for stroke in _shape(name):
        wobble = np.cumsum(rng.normal(0, 0.012, stroke.shape), axis=0)
        corner = rng.normal(0, 0.02, 2)
        # A closed line does not quite meet its beginning.
        moved = stroke + wobble - wobble.mean(axis=0) + corner
        moved = moved[rng.integers(0, 2) : len(moved) - rng.integers(0, 3)]
        if rng.random() < 0.4:
            moved = moved[::-1]
        strokes.append(np.round(moved @ (shape @ turn).T * size + place, 1))
    return strokes


def drawings(name, count, seed):
    """Return `count` drawings, ready for JSON."""
    rng = np.random.default_rng((seed, *map(ord, name)))
    return [[stroke.tolist() for stroke in drawing(name, rng)] for _ in range(count)]


def symbol_file(path, *, classes=CLASSES, count=8, seed=1):
    """Write a file of symbols, `count` drawings of each class, and return its path."""
    content = {
        "format": "gdstudio-symbols",
        "version": 1,
        "classes": [{"name": name, "drawings": drawings(name, count, seed)} for name in classes],
    }
    path.write_text(json.dumps(content), encoding="utf-8")
    return path
