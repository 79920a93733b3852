"""What each lab says of itself, and its own part of what all labs do: a new lab fills this in."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any, ClassVar, Self

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from gdstudio.app.labs.last_run import RunFiles
from gdstudio.app.labs.messages import LineKind, state_line
from gdstudio.app.labs.recording.scene import Scene
from gdstudio.app.running.background import Background
from gdstudio.app.running.runner import Runner
from gdstudio.app.widgets.controls.transport_bar import TransportBar
from gdstudio.app.widgets.plots.themed_plot import ThemedPlot
from gdstudio.data.dataset import Drawing
from gdstudio.experiment.prompts import Prompt
from gdstudio.experiment.readings import Curve, Readings
from gdstudio.experiment.run_update import State, Update
from gdstudio.experiment.scenario import Scenario
from gdstudio.experiment.vocabulary import Vocabulary
from gdstudio.runs.kept_run import KeptRun

# The steps of a run that is worth a picture.
POSED_STEPS = 24


class LabInterface(QWidget):
    """What `Lab` asks each lab for; what is not raised as missing has a usual answer.

    A lab names itself in the class attributes, says what its settings are and how a snapshot looks,
    and has one frozen value for all that it is about, its *subject*.

    Attributes:
        vocabulary: by which names it is set up, and what its run is.
        key: its name for programs, that of the vocabulary; object names are made from it.
        tab_text: its name on the rail; the title, where it says nothing else.
        icon: the picture on the rail, ``icons/<icon>.svg``; the key, where it says nothing else.
        title, summary: its heading, that of the vocabulary, and a sentence about it.
        prompts: what to try.
        run_files: how long runs are kept when the window closes; None where they are not.
        hero: the object name of the picture that it is about, the largest in sight; empty without.
        explain_grows: whether what one comes for stands at the right, and grows with the window.
        runner: the descent that this lab shows.
        background: threads for what is too slow for the window's.
        bar: the transport bar.

    Signals:
        drawn(int): the network reads a new drawing of the user's as this digit.
        opened(str): a file of the user's was opened: a "table", a "picture" or a "network".
        readings_changed(): what the lab knows beside the run (`own_readings`) is something else.
        pointed(str, int, int): the user has clicked a "house", a "point" or a "neuron", by its
            number; with the number of a neuron's layer, which nothing else has.
    """

    drawn = Signal(int)
    opened = Signal(str)
    pointed = Signal(str, int, int)
    readings_changed = Signal()

    vocabulary: ClassVar[Vocabulary]
    key: ClassVar[str]
    title: ClassVar[str]
    tab_text: ClassVar[str]
    icon: ClassVar[str]
    summary: ClassVar[str]
    prompts: ClassVar[tuple[Prompt, ...]] = ()
    run_files: ClassVar[RunFiles | None] = None
    hero: ClassVar[str] = ""
    explain_grows: ClassVar[bool] = False
    runner: Runner
    background: Background
    bar: TransportBar

    def __init_subclass__(cls, **options: Any) -> None:
        """Take the names from the vocabulary."""
        super().__init_subclass__(**options)
        if "vocabulary" in vars(cls):
            cls.key, cls.title = cls.vocabulary.key, cls.vocabulary.title
            cls.tab_text = vars(cls).get("tab_text", cls.title)
            cls.icon = vars(cls).get("icon", cls.key)

    def take_typed(self) -> bool:
        """Take what is typed but not yet entered; return whether all of it can be used."""
        raise NotImplementedError

    def settings(self) -> Any:
        """Return the settings that the controls show."""
        raise NotImplementedError

    def subject(self) -> Any:
        """Return, as one frozen value, all that the controls have chosen; it has `settings`."""
        raise NotImplementedError

    def show_subject(self, subject: Any) -> None:
        """Show `subject` in all parts, without a signal; what the run has come to is shown after.

        It may be called at any time, also after a call that failed halfway.
        """
        raise NotImplementedError

    def settled(self, subject: Any, snapshot: Any) -> Any:
        """Return `subject` with what of it the run has come to obey since its start."""
        return replace(subject, settings=snapshot.settings)

    def own_readings(self) -> Readings:
        """Return the numbers by name that the lab knows and the run does not."""
        return {}

    def view_values(self) -> dict[str, Any]:
        """Return by name how the lab is looked at, as `show_view` takes it."""
        return {"speed": int(self.bar.speed() or 0)}

    def values_of(self, subject: Any) -> dict[str, Any]:
        """Return by name what `subject` chooses, in the words of the lab's scenarios.

        What is as usual may be left out.
        """
        raise NotImplementedError

    def subject_of_run(self, scenario: Scenario, state: Any) -> Any:
        """Return what a kept run is about; it asks no widget.

        Raises:
            BadInput: if no run can go on so.
        """
        return self.subject_of_scenario(scenario)

    def kept_plots(self) -> Mapping[str, ThemedPlot]:
        """Return the plots behind whose live lines kept runs lie, by what of a run they show.

        That is one of its curves, such as ``loss``, or its ``trail``.
        """
        return {}

    def kept_curve(self, name: str, run: KeptRun) -> Curve | None:
        """Return what of a kept run such a plot shows, as it shows the live run."""
        return run.trail if name == "trail" else run.curves.get(name)

    @classmethod
    def in_one_process(cls) -> Self:
        """Return the lab as a process has it that may have no child: all runs in its threads."""
        return cls()

    def scenes(self) -> Mapping[str, Scene]:
        """Return by key what can be recorded of the lab, first what one would look at."""
        raise NotImplementedError

    def is_settled(self) -> bool:
        """Return whether all that is seen is of the moment that was last heard of."""
        return not self.background.is_busy

    def kept_by_prompts(self) -> dict[str, Any]:
        """Return by name what stays when a prompt sets all anew and is not about that."""
        return {"speed": self.view_values()["speed"]}

    def subject_of_scenario(self, scenario: Scenario) -> Any:
        """Return what the lab is about under a scenario; it asks no widget.

        Raises:
            BadInput: if no run can begin so.
        """
        raise NotImplementedError

    def takes_long(self, scenario: Scenario) -> bool:
        """Return whether `subject_of_scenario` is to be asked in the background."""
        return False

    def show_view(self, view: Mapping[str, Any]) -> None:
        """Look at the lab as the view of a scenario says; what it does not name is as usual."""
        self._set_speed(view)

    def _set_speed(self, view: Mapping[str, Any]) -> None:
        speed = float(view.get("speed", self.vocabulary.view["speed"].default)) or None
        self.bar.set_speed(speed)
        self.runner.set_speed(speed)

    def hide_next_step(self, on: bool) -> None:
        """Show nothing of what the next step will do, while a question about it is open."""

    def after_prompt(self, prompt: Prompt) -> None:
        """Do what else a prompt invites to, once the lab is set up."""

    def drawing(self) -> Drawing:
        """Return what is drawn by hand, stroke by stroke, where that can be."""
        return []

    def show_drawing(self, drawing: Drawing) -> None:
        """Show what was drawn, where that can be."""

    def run_arguments(self) -> tuple[Any, ...]:
        """Return what the controls have chosen as arguments of the experiment's `restarted`."""
        return self.arguments_of(self.subject())

    def arguments_of(self, subject: Any) -> tuple[Any, ...]:
        """Return what `subject` chooses as these arguments, the settings first."""
        return (subject.settings,)

    def subject_beside(self, subject: Any, scenario: Scenario) -> Any:
        """Return what a run of `scenario` is about, on the same ground as that of `subject`.

        Raises:
            BadInput: if no run can begin so.
        """
        return self.subject_of_scenario(scenario)

    def why_no_twin(self) -> str:
        """Return the sentence that says why the run can have no twin now; empty where it can."""
        return ""

    def why_apart(self, snapshot: Any, twin: Any) -> str:
        """Return the sentence that says why both differ in more than one setting, if they do."""
        return ""

    def show_twin(self, snapshot: Any, label: str) -> None:
        """Draw the run's twin in the hero, where that can carry it; None takes it away."""

    def choose_next_start(self) -> None:
        """Let the controls show the settings of the next start."""
        raise NotImplementedError

    def choose_learning_rate(self, learning_rate: float) -> None:
        """Let the controls show this learning rate."""
        raise NotImplementedError

    def show_snapshot(self, snapshot: Any, state: State) -> None:
        """Show the run as it is now."""
        raise NotImplementedError

    def mark_waiting(self, snapshot: Any) -> None:
        """Say whether the controls show settings that the run does not obey yet."""

    def begin_run(self) -> None:
        """Forget what belonged to the run before."""

    def pose(self) -> Iterator[Callable[[], bool]]:
        """Make a short run that is worth a picture; yield what is to be waited for, in turn."""
        self.runner.step(POSED_STEPS)
        yield lambda: self.has_made(POSED_STEPS)

    def pose_closer(self) -> Iterator[tuple[str, Callable[[], bool]]]:
        """Bring into sight in turn what is worth a picture of its own.

        Yields:
            Its name, and what is to be waited for.
        """
        yield from ()

    def has_made(self, steps: int) -> bool:
        """Return whether the run that is shown has made that many steps."""
        latest = self.runner.latest
        return (
            latest is not None
            and latest.snapshot is not None
            and (latest.snapshot.iteration >= steps)
        )

    def subject_of(self, state: Any) -> Any:
        """Return what a kept run is about; for labs that keep runs."""
        raise NotImplementedError

    def describe_state(self, update: Update) -> tuple[str, LineKind]:
        """Return what the status line says of the run, and how it is meant."""
        return state_line(update)
