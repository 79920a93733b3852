"""Thousands of damaged files: each is read, or refused in one sentence; nothing else happens."""

import io
import json

import numpy as np
import pytest
from mutations import mutated, mutated_json
from PIL import Image, ImageDraw

from gdstudio.app.preferences import Preferences
from gdstudio.data.idx import read_idx, write_idx
from gdstudio.data.own_symbols import read_symbols, symbols_entry
from gdstudio.data.pictures.images import load_image
from gdstudio.data.pictures.limits import FORMATS
from gdstudio.data.strokes.inking import to_image
from gdstudio.data.strokes.stroke_files import load_strokes, read_unipen
from gdstudio.data.tables.column_pair import choose_columns
from gdstudio.data.tables.table import read_table
from gdstudio.engine.network.network import NetworkSettings
from gdstudio.errors import BadInput
from gdstudio.experiment.digits.answer import Answerer
from gdstudio.experiment.digits.settings import DigitsSettings
from gdstudio.experiment.points.experiment import PointsExperiment
from gdstudio.experiment.points.settings import PointsSettings
from gdstudio.storage.network_file import NetworkFile, load_network, save_network

BLOT = np.full((28, 28), 100, np.uint8)


def read(path):
    """Read a network and let it answer, as the window and the command line do."""
    kept = load_network(path)
    assert np.isfinite(kept.parameters).all()
    try:
        DigitsSettings.from_mapping(DigitsSettings().as_dict() | kept.training)
    except BadInput as refused:
        assert_sentence(refused)
    answer = Answerer.of_file(kept).answer(BLOT)
    assert 0.0 <= answer.confidence <= 1.0 or not np.isfinite(answer.outputs).all()


def read_strokes(path):
    for drawing in load_strokes(path):
        picture = to_image(drawing)
        assert picture.shape == (28, 28)


def read_own_symbols(path):
    """Read symbols, and learn from them where they are enough."""
    symbols = read_symbols(path)
    for symbol in symbols.symbols:
        assert 0 < len(symbol.name) <= 24
    if len(symbols.symbols) > 1 and all(len(one.drawings) > 1 for one in symbols.symbols):
        entry = symbols_entry(path)
        assert entry.load_test().images.shape == (entry.test_count, 784)


def read_picture(path):
    picture = load_image(path)
    assert picture.shape == (28, 28)
    assert picture.dtype == np.uint8


def read_numbers(path):
    table = read_table(path)
    x, y, _ = choose_columns(table, *table.columns[:2])
    assert np.isfinite(x).all()
    assert np.isfinite(y).all()


def read_points(path):
    """Read points, and make some steps on them."""
    settings = PointsSettings.from_choices({"dataset": str(path), "optimizer": "adam"})
    experiment = PointsExperiment(settings)
    assert np.isfinite(experiment.problem.points.places).all()
    experiment.advance(steps=2)
    assert np.isfinite(experiment.snapshot().loss)


def read_preferences(path):
    found = Preferences.load(path)
    assert found.theme in ("system", "light", "dark")
    assert np.isfinite(found.text_scale)
    assert isinstance(found.lab, str)
    assert isinstance(found.geometry, bytes)


def assert_sentence(refused):
    sentence = str(refused)
    assert sentence.endswith((".", "…")), sentence
    assert "\n" not in sentence
    assert len(sentence) < 700, sentence


def networks(folder):
    path = folder / "good"
    calibration = {
        "temperature": 1.2,
        "sure_confidence": 0.9,
        "sure_strength": 4.0,
        "sure_share": 0.8,
        "right_when_sure": 0.99,
    }
    found = []
    for network in ("6, 5", "conv 2x5x5 stride 4, pool 2, 3, dropout 0.5"):
        settings = NetworkSettings(network=network, activation="relu", loss="cross-entropy")
        parameters = settings.build().initial_parameters(np.random.default_rng(0))
        training = DigitsSettings().as_dict() | {"calibration": calibration, "epochs_done": 3}
        save_network(path, NetworkFile(settings, parameters, training))
        found.append(path.read_bytes())
    return found


def pictures(folder):
    image = Image.new("RGB", (60, 40), "white")
    ImageDraw.Draw(image).line([(15, 8), (40, 8), (25, 35)], 0, width=4, joint="curve")
    found = []
    for kind in FORMATS:
        buffer = io.BytesIO()
        image.save(buffer, kind)
        found.append(buffer.getvalue())
    for options in (
        {"format": "JPEG", "progressive": True},
        {"format": "TIFF", "compression": "tiff_lzw"},
        {"format": "GIF", "save_all": True, "append_images": [image.rotate(90), image]},
    ):
        buffer = io.BytesIO()
        image.save(buffer, **options)
        found.append(buffer.getvalue())
    buffer = io.BytesIO()
    image.convert("RGBA").convert("P").save(buffer, "PNG", transparency=0)
    return [*found, buffer.getvalue()]


def idx_files(folder):
    found = []
    for name, array in (
        ("a", np.arange(60, dtype=np.uint8).reshape(3, 4, 5)),
        ("b.gz", np.arange(60, dtype=np.uint8)),
        ("c", np.linspace(0, 1, 20, dtype=np.float64)),
    ):
        write_idx(folder / name, array)
        found.append((folder / name).read_bytes())
    return found


TABLES = [
    b"size,price\n1,2\n2,3\n3,5\n4,9\n",
    "Größe (m²);Preis in €;Ort\n50,5;100.000;Ulm\n60;130.000;\n80;150.000;Bonn\n".encode("cp1252"),
    '\ufeffid\tarea\t"price, $"\n1\t900\t"$139,070"\n2\t1,100\t$161k\n'.encode(),
    "size|price\n# a note\n1|2\n2|4\n\n3|7\n".encode("utf-16"),
    b"5.1 3.5\n4.9 3.0\n4.7 3.2\n",
]
POINTS = [
    b"x,y,kind\n1,2,A\n2,3,B\n3,5,A\n4,9,B\n2,1,\n",
    "Länge;Breite;Art\n5,1;3,5;rot\n4,9;3,0;rot\n7,0;3,2;blau\n;3,2;blau\n".encode("cp1252"),
    b"a\tb\tprice\n1\t2\t3.5\n2\t4\t4.25\n3\t7\t1.5\n5\t5\t2\n",
]
DRAWING = [[[0, 0], [5, 9.5]], [[3, 3]], [[1, 2], [3, 4], [5, 6]]]
STROKES = [DRAWING, {"drawings": [DRAWING, [], DRAWING]}]
UNIPEN = b'.SEGMENT DIGIT 0 ? "8"\n.COMMENT 8 30 1\n.PEN_DOWN\n1 2\n3 4\n.PEN_UP\n'
SYMBOLS = {
    "format": "gdstudio-symbols",
    "version": 1,
    "classes": [
        {"name": "♥", "drawings": [DRAWING, [[[1, 2], [2, 4]]]]},
        {"name": "A", "drawings": [[[[3, 3]]], [[[1, 1], [4, 9]]], [[[1, 2]], [[5, 6]]]]},
    ],
}
PREFERENCES = {
    "version": 1,
    "theme": "dark",
    "text_scale": 1.5,
    "lab": "digits",
    "geometry": "AdnQ",
}

KINDS = {
    "network": (networks, read, 250),
    "picture": (pictures, read_picture, 250),
    "idx": (idx_files, read_idx, 300),
    "table": (lambda _: TABLES, read_numbers, 300),
    "points": (lambda _: POINTS, read_points, 300),
    "strokes": (lambda _: [json.dumps(value).encode() for value in STROKES], read_strokes, 300),
    "symbols": (lambda _: [json.dumps(SYMBOLS).encode()], read_own_symbols, 300),
    "unipen": (lambda _: [UNIPEN], read_unipen, 200),
    "preferences": (lambda _: [json.dumps(PREFERENCES).encode()], read_preferences, 300),
}


@pytest.mark.parametrize("kind", KINDS)
def test_damaged_bytes(tmp_path, trials, bounded, capfd, kind):
    make, open_it, usual = KINDS[kind]
    good = make(tmp_path)
    for content in good:
        attempt(open_it, tmp_path / "file", content, must_work=True)
    for number, chance in trials.chances(usual):
        bounded()
        content = mutated(chance.choice(good), chance)
        try:
            attempt(open_it, tmp_path / "file", content)
        except BaseException:
            print(f"{kind} {number} of seed {trials.seed}: {content[:300]!r}")  # noqa: T201
            raise
    # No library writes to the terminal on its own.
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(
    "kind", ["strokes", "symbols", "preferences", "training", "architecture", "header"]
)
def test_json_with_parts_that_nobody_expects(tmp_path, trials, bounded, kind):
    (network, *_) = networks(tmp_path)
    for number, chance in trials.chances(250):
        bounded()
        if kind in ("training", "architecture", "header"):
            content, open_it = with_json_inside(network, kind, chance), read
        elif kind == "strokes":
            content, open_it = mutated_json(chance.choice(STROKES), chance), read_strokes
        elif kind == "symbols":
            content, open_it = mutated_json(SYMBOLS, chance), read_own_symbols
        else:
            content, open_it = mutated_json(PREFERENCES, chance), read_preferences
        try:
            attempt(open_it, tmp_path / "file", content)
        except BaseException:
            print(f"{kind} {number} of seed {trials.seed}: {content[:300]!r}")  # noqa: T201
            raise


def with_json_inside(content, kind, chance):
    """Return a network file of which the head, or a description in it, is another."""
    size = int.from_bytes(content[:8], "little")
    header = json.loads(content[8 : 8 + size])
    if kind == "header":
        text = mutated_json(header, chance)
    else:
        described = json.loads(header["__metadata__"][kind])
        header["__metadata__"][kind] = mutated_json(described, chance).decode()
        text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    return len(text).to_bytes(8, "little") + text + content[8 + size :]


def attempt(open_it, path, content, *, must_work=False):
    path.write_bytes(content)
    try:
        open_it(path)
    except BadInput as refused:
        if must_work:
            raise
        assert_sentence(refused)
