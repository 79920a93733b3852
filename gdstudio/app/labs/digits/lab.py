"""The Digits lab: a network learns handwritten digits while you watch, then reads yours."""

import functools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from PySide6.QtCore import Slot
from PySide6.QtWidgets import QWidget

from gdstudio import folders
from gdstudio.app.labs.digits.edits_bar import edits_text
from gdstudio.app.labs.digits.explain.misreading_controller import MisreadingController
from gdstudio.app.labs.digits.files import DigitsFiles, ImageLoader
from gdstudio.app.labs.digits.inside.tabs import TRAINING
from gdstudio.app.labs.digits.inside_tabs import DigitsInside
from gdstudio.app.labs.digits.progress import DigitsProgress, smoothed
from gdstudio.app.labs.digits.prompts import PROMPTS, SEVEN
from gdstudio.app.labs.digits.reading import DigitsReading
from gdstudio.app.labs.digits.setup import DigitsSetup
from gdstudio.app.labs.lab import READING, SAVING, Lab
from gdstudio.app.labs.last_run import RunFiles
from gdstudio.app.labs.messages import LineKind
from gdstudio.app.labs.recording.scene import Scene
from gdstudio.app.labs.stages import Stages
from gdstudio.app.labs.worksheet_offer import offer_network_worksheet
from gdstudio.app.running.runner import Runner
from gdstudio.app.theme import current_theme
from gdstudio.app.widgets.plots.themed_plot import ThemedPlot
from gdstudio.data.catalogue import image_set
from gdstudio.data.dataset import Drawing, Images
from gdstudio.engine.history import LossCurve
from gdstudio.engine.objective import FloatArray
from gdstudio.experiment.digits.experiment import DigitsExperiment, DigitsSettings, DigitsSnapshot
from gdstudio.experiment.digits.moment import DigitsState
from gdstudio.experiment.digits.run_file import load_digits_run, save_digits_run
from gdstudio.experiment.digits.vocabulary import DIGITS
from gdstudio.experiment.presets import find_preset
from gdstudio.experiment.readings import Curve
from gdstudio.experiment.run_update import State, Update
from gdstudio.experiment.scenario import Scenario
from gdstudio.number_text import count_text, fixed_text
from gdstudio.runs.kept_run import KeptRun
from gdstudio.storage.network_file import NetworkFile

if TYPE_CHECKING:
    from gdstudio.app.labs.digits.symbols_controller import SymbolsController


@dataclass(frozen=True)
class DigitsSubject:
    """What the Digits lab is about: the settings of its run."""

    settings: DigitsSettings


class DigitsLab(Lab):
    """Pixels in, an answer for each class out; every weight steps downhill at once."""

    vocabulary = DIGITS
    hero = "drawing_canvas"
    summary = "Every weight steps downhill at once."
    prompts = PROMPTS
    run_files = RunFiles(save_digits_run, load_digits_run)
    explain_grows = True

    def __init__(self, *, in_process: bool = True) -> None:
        """Make the lab; a benchmark may ask for a training thread instead of a process."""
        make_experiment = functools.partial(DigitsExperiment, DigitsSettings())
        super().__init__(Runner(make_experiment, in_process=in_process))
        self.panel = DigitsSetup()
        self.files = DigitsFiles(self.background, self.settings, self._kept_network)
        # All of them do not fit beside the heading where the column is narrow.
        self.heading.removeWidget(self.setup_buttons.runs_button)
        self.heading.addWidget(self.files.buttons)
        self.below_heading.addWidget(self.setup_buttons.runs_button)
        self.setup.addWidget(self.panel)
        self.setup.addStretch(1)
        self.progress = DigitsProgress()
        self.told_plots = (self.progress.loss_plot, self.progress.accuracy_plot)
        self.reading = DigitsReading()
        self.explain.addWidget(self.reading)
        self.columns.height_changed.connect(self.reading.drawing.fit)
        self.inside = DigitsInside(self.progress, self.reading, self.runner, self.show_one)
        self.watch.addWidget(self.inside.tabs, 1)
        self.watch.addWidget(self.inside.strip)
        current_theme().style(self.inside.strip)
        self.inside.seen_changed.connect(self._show_seen)
        self.inside.branched.connect(self._keep_way)
        self.inside.neuron_chosen.connect(functools.partial(self.pointed.emit, "neuron"))
        self.inside.tabs.page_made.connect(functools.partial(offer_network_worksheet, self))

        self.panel.live_changed.connect(self._apply_live)
        self.panel.waiting_changed.connect(self._apply_waiting)
        self._test_images = ImageLoader(self.background)
        self._test_images.problem.connect(self.say_problem)
        for shown in (self.panel.about, self.panel.augmentation):
            shown.set_examples(self._examples)
        self.files.opened.connect(self._take_network)
        self.panel.own_images_wanted.connect(self.files.ask_for_own_images)
        self.files.own_images_read.connect(self._take_own_images)
        self.panel.own_symbols_wanted.connect(lambda: self.symbols.open())
        self.files.picture_opened.connect(self.reading.show_file)
        self.files.saved.connect(self._tell_saved)
        self.files.not_saved.connect(lambda said: self.say_problem(said, about=SAVING))
        self.files.problem.connect(lambda said: self.say_problem(said, about=READING))
        self.files.picture_opened.connect(lambda *_: self.take_back(READING))
        self.files.picture_opened.connect(lambda *_: self.opened.emit("picture"))
        self.files.opened.connect(lambda *_: self.opened.emit("network"))
        self.reading.answered.connect(self._tell_drawn)
        self.reading.canvas.pen_lifted.connect(self._tell_drawn)
        self.files.buttons.preset_chosen.connect(self.try_preset)
        self.reading.show_one_clicked.connect(self.show_one)
        self.reading.open_picture_clicked.connect(self.files.ask_for_picture)
        self.reading.problem.connect(self.say_problem)
        # The reader that comes with the app answers beside, or as the network of this lab.
        self.reading.reader_wanted.connect(self.files.read_reader)
        self.files.reader_read.connect(self.reading.set_reader)
        self.reading.open_reader_clicked.connect(self.files.open_reader)
        self.reading.open_reader_clicked.connect(self.reading.drawing.reader.switch_off)
        self.misreading = MisreadingController(self.reading, self.runner, self._dataset)
        self.misreading.problem.connect(self.say_problem)
        self.misreading.kept.connect(self.inside.keep_network)
        # One update is drawn in three parts, so that none holds the window up for long.
        self._stages = Stages(self)
        self._left: tuple[int, LossCurve, int] | None = None
        self._told_picture: object = None
        self.keep_subject()

    @functools.cached_property
    def symbols(self) -> "SymbolsController":
        """Where the user's own symbols are drawn and kept; made when the lab is first seen."""
        from gdstudio.app.labs.digits.symbols_controller import SymbolsController

        symbols = SymbolsController(self.background, self, folders.symbols_path())
        symbols.found.connect(self.panel.offer)
        symbols.changed.connect(self._take_changed_symbols)
        symbols.train_wanted.connect(self._learn_symbols)
        return symbols

    @Slot()
    def _tell_drawn(self) -> None:
        """Tell how the network reads each new drawing, once; later it may learn to.

        While the pen is down, more is to come.
        """
        digit, picture = self.reading.drawn_digit, self.reading.picture
        is_whole = not self.reading.canvas.pen
        if is_whole and digit is not None and picture is not self._told_picture:
            self._told_picture = picture
            self.drawn.emit(digit)

    def start(self) -> None:
        """Start the training process, and read the test images meanwhile."""
        if self.runner.latest is None:
            self.say_state("Loading the data…")
            self.bar.set_seed(self.settings().training.seed)
        super().start()
        self._examples()
        self.symbols.find()

    def take_typed(self) -> bool:
        """Take what is typed but not yet entered; return whether all of it can be used."""
        return self.panel.form.commit()

    def settings(self) -> DigitsSettings:
        """Return the settings that the controls show."""
        return self.panel.settings()

    def subject(self) -> DigitsSubject:
        """Return the settings that the controls show."""
        return DigitsSubject(self.settings())

    def show_subject(self, subject: DigitsSubject) -> None:
        """Show other settings."""
        self.panel.set_settings(subject.settings)
        self._examples()

    def choose_next_start(self) -> None:
        """Show the next seed."""
        self.panel.set_settings(self.settings().next_start())

    def choose_learning_rate(self, learning_rate: float) -> None:
        """Show this learning rate."""
        self.panel.set_values({"learning_rate": learning_rate})

    def show_snapshot(self, snapshot: DigitsSnapshot, state: State) -> None:
        """Show curves, weights, and the answer to what is drawn."""
        self.tell(snapshot, state)
        self.bar.set_seed(snapshot.settings.training.seed)
        self.panel.show_rate_in_force(snapshot.learning_rate)
        self._test_images.want(snapshot.settings.data.dataset)
        in_turn = state is State.RUNNING and not self.is_first_look
        show = self._stages.show_in_turn if in_turn else self._stages.show_now
        curves = functools.partial(self._show_curves, snapshot)
        show((curves, self._show_answer, self._show_weights))

    def _show_curves(self, snapshot: DigitsSnapshot) -> None:
        self.progress.show_loss(snapshot)
        self.inside.show_snapshot(snapshot)

    def bring_into_sight(self, widget: QWidget) -> None:
        """Show the page that `widget` stands on, and scroll to it."""
        self.inside.tabs.turn_to(widget)
        super().bring_into_sight(widget)

    def describe_state(self, update: Update) -> tuple[str, LineKind]:
        """Say how far a run is, and how fast."""
        now: DigitsSnapshot | None = update.snapshot
        if update.state is State.RUNNING and now is not None and now.epoch:
            rate = now.samples_per_second
            if rate == rate:
                epochs = f"Epoch {now.epoch:,} of {now.target_epochs:,}"
                return f"{epochs}, {fixed_text(rate, 0)} images a second.", "info"
        return super().describe_state(update)

    def mark_waiting(self, snapshot: DigitsSnapshot) -> None:
        """Say whether the controls show settings that the run does not obey yet."""
        self.panel.mark_waiting(not snapshot.settings.obeys(self.settings()))

    def _show_answer(self) -> None:
        snapshot = self._newest()
        self.progress.show_accuracy(snapshot)
        parameters = self.inside.parameters(snapshot)
        self.reading.set_images(snapshot.settings.network)
        self.reading.network.set_network(
            snapshot.settings.network,
            parameters,
            self.inside.seen(snapshot),
            snapshot.calibration if parameters is snapshot.parameters else None,
        )

    def _show_weights(self) -> None:
        self.progress.show_weights(self.inside.parameters(self._newest()))

    @Slot()
    def _show_seen(self) -> None:
        """Show another moment of the run."""
        self.progress.set_seen(self.inside.visited_step)
        self._show_answer()
        self._show_weights()

    @Slot(int)
    def _keep_way(self, step: int) -> None:
        """Keep in sight how the run went on before it branched, for the start that is coming."""
        self._left = (self.runner.generation, self._newest().curve, step)

    def begin_run(self) -> None:
        """Forget what belonged to the run before, but for the way that was left by a branch."""
        latest = self.runner.latest
        assert latest is not None
        self.inside.begin_run(latest.run)
        self.progress.set_seen(None)
        left, self._left = self._left, None
        if left is not None and left[0] == latest.generation:
            self.progress.leave(*left[1:])
        else:
            self.progress.leave(None)

    def _newest(self) -> DigitsSnapshot:
        assert self.runner.latest is not None
        snapshot: DigitsSnapshot = self.runner.latest.snapshot
        return snapshot

    def subject_of(self, state: DigitsState) -> DigitsSubject:
        """Return the settings of a kept run."""
        return DigitsSubject(state.settings)

    def give_up(self) -> None:
        """Tell all that runs to end soon, the pages too."""
        self._stages.stop()
        self.inside.tabs.give_up()
        self.misreading.give_up()
        super().give_up()

    def close_runner(self) -> None:
        """Stop everything that runs."""
        super().close_runner()
        self.inside.close()
        self.misreading.close()
        self.reading.network.close()

    def pose(self) -> Iterator[Callable[[], bool]]:
        """Learn for a few epochs, and read a seven."""
        self.panel.set_values({"epochs": 3})
        self.reset()
        self.runner.run()
        yield (
            lambda: self.runner.latest is not None and (self.runner.latest.state is State.FINISHED)
        )
        self.reading.canvas.set_strokes([np.array(stroke, float) for stroke in SEVEN])
        self.reading.refresh()

    def pose_closer(self) -> Iterator[tuple[str, Callable[[], bool]]]:
        """Open one page inside the network after the other."""
        tabs = self.inside.tabs
        for kind in tabs.kinds:
            tabs.strip.choose(kind.key)
            yield kind.key, tabs.page(kind.key).pose()
        tabs.strip.choose(TRAINING)

    @classmethod
    def in_one_process(cls) -> Self:
        """Return the lab with its run in a thread."""
        return cls(in_process=False)

    def scenes(self) -> dict[str, Scene]:
        """Return curves, what the neurons look for, the answer to the drawing, the landscape."""
        progress, reading, tabs = self.progress, self.reading, self.inside.tabs
        losses, accuracy = progress.loss_plot, progress.accuracy_plot
        drawing = (reading.canvas, reading.drawing.answer_label, reading.bars)
        return {
            "curves": Scene("Loss and accuracy", (losses, accuracy), losses.legend()),
            "neurons": Scene("What the first hidden neurons look for", (progress.grid,)),
            "drawing": Scene("What the network answers", drawing, shares=(4, 1, 4)),
            "landscape": Scene(
                "The loss around the end, and the path",
                lambda: (tabs.page("landscape").plot,),
                [("low loss", "positive", "band"), ("path walked", "negative", "line")],
                come_into_sight=lambda: tabs.strip.choose("landscape"),
                at_the_end=lambda: tabs.page("landscape").form.compute(),
            ),
        }

    def is_settled(self) -> bool:
        """Return whether a large network has answered, and the page in sight shows it, too."""
        is_read = not self.reading.network.is_busy
        return super().is_settled() and is_read and self.inside.tabs.is_settled

    def kept_by_prompts(self) -> dict[str, Any]:
        """Return nothing: a prompt that sets all anew sets everything."""
        return {}

    def named_values(self) -> dict[str, Any]:
        """Return by name all that is chosen."""
        return self.settings().choices()

    def values_of(self, subject: DigitsSubject) -> dict[str, Any]:
        """Return by name all that is chosen, a learning rate that is the usual one, too."""
        return subject.settings.as_dict()

    def kept_plots(self) -> dict[str, ThemedPlot]:
        """Return the plots of loss and accuracy."""
        return {"loss": self.progress.loss_plot, "test_accuracy": self.progress.accuracy_plot}

    def kept_curve(self, name: str, run: KeptRun) -> Curve | None:
        """Return a curve of a kept run, the loss as smooth as the live one is drawn."""
        curve = super().kept_curve(name, run)
        return curve if curve is None or name != "loss" else (curve[0], smoothed(curve[1]))

    def subject_of_run(self, scenario: Scenario, state: DigitsState) -> DigitsSubject:
        """Return the settings of a kept run."""
        return self.subject_of(state)

    def subject_of_scenario(self, scenario: Scenario) -> DigitsSubject:
        """Return the settings under a scenario."""
        return DigitsSubject(DigitsSettings.from_choices(scenario.values))

    def _begin_with(
        self, settings: DigitsSettings, command: Callable[[], None] | None = None
    ) -> bool:
        """Begin a run under other settings."""

        def change() -> None:
            self.show_subject(DigitsSubject(settings))
            self.begin(command)

        return self.switch(change)

    @Slot(str)
    def try_preset(self, key: str) -> None:
        """Load the settings of a preset, ready to run, and say why they are as they are."""
        preset = find_preset(key)
        said = f"{preset.title}: {preset.why} What to watch: {preset.watch}"
        self.apply(preset.scenario, lambda: self.say_note(said))

    @Slot()
    def show_one(self) -> None:
        """Put a random test image on the canvas, of the data that the network learns from."""
        dataset = self._dataset()
        test = None if dataset is None else self._test_images.want(dataset)
        if test is not None:
            self.reading.set_images(self._newest().settings.network)
            self.reading.show_test_image(test)

    def open_images(self, path: Path) -> None:
        """Read images of the user's own, to be learned from after Reset."""
        self.files.open_images(path)

    @Slot(str)
    def _take_own_images(self, key: str) -> None:
        """Have images that were read as the data set; the network is made anew for them."""
        self.take_back(READING)
        self._test_images.forget(key)
        self.panel.choose_own_images(key)

    @Slot(str)
    def _take_changed_symbols(self, key: str) -> None:
        """Have symbols that were changed in the list, and learn them where they are chosen."""
        if self.settings().data.dataset == key:
            self._take_own_images(key)
        else:
            self._test_images.forget(key)
            self.panel.offer(key)

    @Slot(str)
    def _learn_symbols(self, key: str) -> None:
        """Let a new network learn symbols, from the start."""

        def change() -> None:
            self._take_own_images(key)
            self.begin()

        if self.switch(change):
            self.runner.run()
            self.say_note(image_set(key).card.size)

    def drawing(self) -> Drawing:
        """Return what is drawn on the canvas."""
        return self.reading.canvas.strokes()

    def show_drawing(self, drawing: Drawing) -> None:
        """Draw this on the canvas, as large as fits."""
        self.reading.canvas.set_strokes(drawing, fit=True)
        self.reading.refresh()

    def open_network(self, path: Path) -> None:
        """Open a saved network; it answers from now on, and Run trains it further."""
        self.files.open_network(path)

    def save_network(self, path: Path) -> None:
        """Save the network as it is now."""
        self.files.save_network(path)

    def _kept_network(self) -> NetworkFile | None:
        latest = self.runner.latest
        return None if latest is None or latest.snapshot is None else latest.snapshot.network_file()

    @Slot(str)
    def _tell_saved(self, name: str) -> None:
        edits = len(self.inside.edits)
        without = f", without your {edits_text(edits)}" if edits else ""
        self.say_result(f"Saved {name}{without}.", mends=SAVING)

    def open_picture(self, path: Path) -> None:
        """Read a picture file in place of a drawing."""
        self.files.open_picture(path)

    @Slot(object, object)
    def _take_network(self, settings: DigitsSettings, parameters: FloatArray) -> None:
        if not self._begin_with(settings, lambda: self.runner.load(settings, parameters)):
            return
        self.take_back(READING)
        self.say_note(
            f"Opened a network with {count_text(len(parameters))} weights and biases. It answers "
            "what you draw; Run trains it further, New start begins with random weights."
        )

    def _examples(self) -> Images | None:
        """Return images of the data set that is chosen, as far as they are read."""
        data = self.settings().data
        test = self._test_images.want(data.dataset)
        return None if test is None else test.images.reshape(-1, *data.entry.image)

    def _dataset(self) -> str | None:
        """Return the data set that the run learns from, whichever is chosen for the next."""
        latest = self.runner.latest
        if latest is None or latest.snapshot is None:
            return None
        key: str = latest.snapshot.settings.data.dataset
        return key

    @Slot()
    def _apply_live(self) -> None:
        self.send_live()

    @Slot()
    def _apply_waiting(self) -> None:
        self._examples()
        self.apply_later()
