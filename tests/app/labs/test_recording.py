"""A run recorded as a moving picture: of every lab, and from the dialog in the window."""

import dataclasses
import functools
import io
import multiprocessing
from pathlib import Path

import numpy as np
import pytest
from lab_hand import WAIT, LabHand
from PIL import Image
from PySide6.QtCore import QSize
from PySide6.QtGui import QFont, QFontMetrics
from PySide6.QtWidgets import QComboBox, QFileDialog

from gdstudio.app.labs.digits.lab import DigitsLab
from gdstudio.app.labs.digits.prompts import SEVEN
from gdstudio.app.labs.houses.lab import HousesLab
from gdstudio.app.labs.points.lab import PointsLab
from gdstudio.app.labs.recording import film
from gdstudio.app.labs.recording.film import record
from gdstudio.app.labs.recording.scene import SceneFrame, lines_of
from gdstudio.app.labs.slope.lab import SlopeLab
from gdstudio.app.labs.surface.lab import SurfaceLab
from gdstudio.app.theme import current_theme
from gdstudio.errors import BadInput
from gdstudio.experiment.functions.slope import SlopeExperiment
from gdstudio.experiment.readings import readings
from gdstudio.experiment.scenario import Scenario
from gdstudio.recording.plan import RecordingPlan

CODES = {
    SlopeLab: "slope?start=2.5&learning_rate=0.2",
    SurfaceLab: "surface?function=beale&start_x=3&start_y=-2&learning_rate=0.001&fog=yes",
    HousesLab: "houses?learning_rate=0.02",
    PointsLab: "points?dataset=circle&network=3",
    DigitsLab: "digits?dataset=pen-digits&training_size=200&network=10",
}
DRAWINGS = {DigitsLab: [np.array(stroke, float) for stroke in SEVEN]}


def plan_of(kind, **more):
    drawn = DRAWINGS.get(kind, [])
    given = {"steps": 4, "frames": 3, "size": (480, 270), "drawing": drawn} | more
    return RecordingPlan(Scenario.parse(CODES[kind]), **given)


def frames_of(made):
    picture = Image.open(io.BytesIO(made.content))
    seen = []
    for number in range(picture.n_frames):
        picture.seek(number)
        seen.append(np.asarray(picture.convert("RGB"), int))
    return seen


def ignore(done, planned):
    """Hear how far it is."""


@pytest.mark.parametrize("kind", CODES, ids=lambda kind: kind.key)
def test_what_is_recorded_is_the_run_of_the_setup_code(kind, qapp):
    made_labs = []

    def make():
        made_labs.append(kind.in_one_process())
        return made_labs[0]

    told = []
    theme = current_theme()
    before = theme.palette, theme.text_scale
    made = record(make, plan_of(kind), "APNG", lambda *count: told.append(count))
    assert (theme.palette, theme.text_scale) == before
    assert told == [(1, 3), (2, 3), (3, 3)]
    assert (made.frames, made.steps, made.ended, made.diverged) == (3, 4, "", False)
    run = Scenario.parse(CODES[kind]).prepare()()
    run.advance(steps=4)
    (lab,) = made_labs
    shown, expected = readings(lab.runner.latest.snapshot), readings(run.snapshot())
    name = lab.vocabulary.objective
    assert shown[name] == pytest.approx(expected[name], rel=1e-12)
    seen = frames_of(made)
    assert {frame.shape for frame in seen} == {(270, 480, 3)}
    assert (seen[0] != seen[1]).any(axis=-1).sum() > 20, "the first step is not seen"
    assert (seen[1] != seen[2]).any(axis=-1).sum() > 20, "the last step is not seen"


@pytest.mark.parametrize("kind", CODES, ids=lambda kind: kind.key)
def test_each_scene_shows_something(kind, qtbot):
    lab = kind.in_one_process()
    qtbot.addWidget(lab)
    lab.show()
    lab.start()
    lab.runner.step(3)
    qtbot.waitUntil(lambda: lab.has_made(3) and lab.is_settled(), timeout=WAIT)
    lab.show_drawing(DRAWINGS.get(kind, []))
    for key, scene in lab.scenes().items():
        frame = SceneFrame(scene, "a code", QSize(480, 270), lab)
        frame.show()
        qtbot.waitUntil(lab.is_settled, timeout=WAIT)
        if scene.at_the_end is not None:
            scene.at_the_end()
            qtbot.waitUntil(lab.is_settled, timeout=WAIT)
        middle = frame.picture()[40:-40]
        assert len(np.unique(middle.reshape(-1, 3), axis=0)) > 8, key
    lab.close_runner()


def test_the_page_of_the_command_line_lists_what_can_be_recorded(qtbot):
    page = Path(__file__).parents[3] / "docs" / "command-line.md"
    for kind in CODES:
        lab = kind.in_one_process()
        qtbot.addWidget(lab)
        listed = ", ".join(f"`{key}`" for key in lab.scenes())
        assert f"\n| {kind.key} | {listed} |\n" in page.read_text("utf-8")
        lab.close_runner()


def test_on_each_frame_of_a_landscape_is_the_way_up_to_its_step(qapp):
    labs, ways = [], []

    def make():
        labs.append(PointsLab.in_one_process())
        return labs[0]

    def note(done, planned):
        _, rows = labs[0].landscape.contour.path_table()
        ways.append(np.array(rows, float)[:, -2:])

    made = record(make, plan_of(PointsLab, scene="landscape"), "APNG", note)
    run = Scenario.parse(CODES[PointsLab]).prepare()()
    for way, steps in zip(ways, (0, 2, 2), strict=True):
        run.advance(steps=steps)
        np.testing.assert_allclose(way[-1], run.descent.parameters[:2], rtol=1e-6)
        np.testing.assert_allclose(way[0], ways[0][0], rtol=1e-6)
    middles = [frame[60:-60, 60:-20] for frame in frames_of(made)]
    assert all(len(np.unique(one.reshape(-1, 3), axis=0)) > 8 for one in middles)


def test_the_landscape_of_a_network_is_that_of_its_end_and_it_walks_there_from_its_start(qapp):
    def filmed():
        labs, ways = [], []

        def make():
            labs.append(DigitsLab.in_one_process())
            return labs[0]

        def note(done, planned):
            step = labs[0].runner.latest.snapshot.iteration
            _, rows = labs[0].inside.tabs.page("landscape").plot.path_table()
            ways.append((step, np.array(rows, float)[:, -2:]))

        plan = plan_of(DigitsLab, scene="landscape", steps=20, frames=5, drawing=[])
        return record(make, plan, "APNG", note), ways

    made, ways = filmed()
    assert (made.frames, made.steps, made.diverged) == (5, 20, False)
    assert [step for step, _ in ways] == [0, 5, 10, 15, 20]
    whole = ways[-1][1]
    np.testing.assert_allclose(whole[-1], 0, atol=1e-4)  # the map is around the end
    assert np.abs(whole[0]).max() > 0.01, "the walk has not begun elsewhere"
    for _, way in ways:
        np.testing.assert_allclose(way[0], whole[0], atol=1e-4)
    distances = [np.hypot(*(way[-1] - whole[-1])) for _, way in ways]
    assert distances == sorted(distances, reverse=True)
    assert all(len(np.unique(f[60:-60].reshape(-1, 3), axis=0)) > 8 for f in frames_of(made))
    assert filmed()[0].content == made.content


def test_a_drawing_is_seen_and_read(qapp):
    plan = plan_of(DigitsLab, scene="drawing")
    drawn, blank = (
        frames_of(record(DigitsLab.in_one_process, one, "APNG", ignore))
        for one in (plan, dataclasses.replace(plan, drawing=[]))
    )
    assert (drawn[0] != blank[0]).any(axis=-1).sum() > 500


def test_dark_colours_are_dark_and_the_window_keeps_its_own(qapp):
    before = current_theme().palette
    light, dark = (
        frames_of(record(SlopeLab.in_one_process, plan_of(SlopeLab, palette=one), "GIF", ignore))
        for one in ("light", "dark")
    )
    assert np.median(light[0]) > 200
    assert np.median(dark[0]) < 60
    assert current_theme().palette is before


def test_a_run_that_explodes_ends_the_recording(qapp):
    plan = RecordingPlan(Scenario.parse("slope?learning_rate=3"), steps=100, size=(480, 270))
    made = record(SlopeLab.in_one_process, plan, "GIF", ignore)
    assert made.diverged
    assert made.frames == len(frames_of(made)) < 60
    assert made.steps < 100
    assert "learning rate" in made.ended


def test_a_run_that_arrives_ends_it_too(qapp):
    plan = RecordingPlan(
        Scenario.parse("slope?learning_rate=0.5"), steps=400, frames=20, size=(480, 270)
    )
    made = record(SlopeLab.in_one_process, plan, "GIF", ignore)
    assert not made.diverged
    assert made.steps < 400
    assert made.ended.startswith("Arrived after ")


def test_a_scene_that_the_lab_has_not_is_refused(qapp):
    with pytest.raises(BadInput, match="it has curve, loss, both"):
        record(SlopeLab.in_one_process, plan_of(SlopeLab, scene="plane"), "GIF", ignore)


@pytest.mark.parametrize("takes_long", [False, True], ids=["at once", "in the background"])
def test_a_setup_that_the_lab_refuses_is_said_at_once(takes_long, qapp, monkeypatch):
    def refuse(*_):
        raise BadInput("This curve has no slope.")

    monkeypatch.setattr(film, "_PATIENCE_SECONDS", 30.0)
    monkeypatch.setattr(SlopeLab, "takes_long", lambda *_: takes_long)
    monkeypatch.setattr(SlopeLab, "subject_of_scenario", refuse)
    with pytest.raises(BadInput, match=r"^This curve has no slope\.$"):
        record(SlopeLab.in_one_process, plan_of(SlopeLab), "GIF", ignore)


def test_a_run_that_cannot_be_built_is_said_at_once(qapp, monkeypatch):
    def refuse(*_):
        raise BadInput("This run has no start.")

    monkeypatch.setattr(film, "_PATIENCE_SECONDS", 30.0)
    monkeypatch.setattr(SlopeLab, "takes_long", lambda *_: True)  # so another run is there before
    monkeypatch.setattr(SlopeExperiment, "restarted", refuse)
    with pytest.raises(BadInput, match=r"^This run has no start\.$"):
        record(SlopeLab.in_one_process, plan_of(SlopeLab), "GIF", ignore)


def test_a_long_code_takes_the_lines_that_it_may(qapp):
    metrics, code = QFontMetrics(QFont()), "&".join(f"name_{n}=1.2345" for n in range(40))
    room = 400
    lines = lines_of(code, metrics, room, 2).split("\n")
    assert len(lines) == 2
    assert all(metrics.horizontalAdvance(line) <= room for line in lines)
    assert lines[-1].endswith("…")
    assert code.startswith(lines[0])
    assert lines_of("slope?start=2", metrics, room, 2) == "slope?start=2"


class RecordingHand(LabHand):
    """A hand on the Slope lab, in the dialog that records its run to a file at `path`."""

    def __init__(self, kind, qtbot, *, path, monkeypatch):
        super().__init__(kind, qtbot)
        chosen = (str(path), "GIF (*.gif)")
        monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: chosen)
        self.click("record_button")
        self.place = self.find("recording_dialog")
        assert self.place.isVisible()

    def wait_for(self, said):
        self.wait(lambda: said in self.text("record_label"))


@pytest.fixture
def hand(hand_on, monkeypatch):
    return functools.partial(hand_on, SlopeLab, RecordingHand, monkeypatch=monkeypatch)


def test_the_dialog_records_beside_the_window(hand, tmp_path):
    hand = hand(path=tmp_path / "walk")
    hand.choose("record_scene_combo", "both")
    hand.type("record_steps_edit", "5")
    hand.type("record_frames_edit", "3")
    hand.click("record_start_button")
    assert not hand.find("record_start_button").isEnabled()
    hand.wait_for("Saved walk.gif: 3 frames up to step 5, ")
    with Image.open(tmp_path / "walk.gif") as picture:
        assert picture.n_frames == 3
    assert hand.find("record_start_button").isEnabled()
    assert hand.snapshot.iteration == 0, "the lab's own run was moved"


def test_what_is_typed_wrong_is_said_at_its_box(hand, tmp_path):
    hand = hand(path=tmp_path / "walk.gif")
    hand.type("record_steps_edit", "many")
    hand.click("record_start_button")
    assert hand.text("record_steps_problem").startswith("Steps must be a whole number from 1")
    hand.type("record_steps_edit", "900")
    hand.type("record_frames_edit", "600")
    size = hand.find("record_size_combo", QComboBox)
    size.setCurrentText("1,280 × 720 pixels")
    hand.click("record_start_button")
    assert hand.text("record_steps_problem") == ""
    assert "ask for 162 frames at most" in hand.text("record_label")


def test_a_recording_that_is_cancelled_leaves_no_file_and_no_process(hand, tmp_path):
    hand = hand(path=tmp_path / "walk.gif")
    hand.click("record_start_button")
    hand.click("record_cancel_button")
    assert hand.text("record_label") == "Cancelled; no file was written."
    hand.lab.close_runner()
    assert not multiprocessing.active_children()
    assert list(tmp_path.iterdir()) == []


def test_a_place_that_cannot_be_written_is_said(hand, tmp_path):
    hand = hand(path=tmp_path / "none" / "walk.gif")
    hand.click("record_start_button")
    hand.wait_for("cannot be saved (its folder does not exist)")
