"""The Slope lab: one number walks down a curve, step by step."""

import functools
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import Slot

from gdstudio.app.labs.function_card import LOOKING, written_out
from gdstudio.app.labs.lab import Lab
from gdstudio.app.labs.last_run import RunFiles
from gdstudio.app.labs.rate_finder import RateFinder
from gdstudio.app.labs.recording.scene import Scene
from gdstudio.app.labs.slope.numbers import SlopeNumbers
from gdstudio.app.labs.slope.prediction import Prediction, Question, answer_to, question_for
from gdstudio.app.labs.slope.progress import SlopeProgress
from gdstudio.app.labs.slope.prompts import PROMPTS
from gdstudio.app.labs.slope.setup import SlopeSetup, settings_for
from gdstudio.app.labs.stages import Stages
from gdstudio.app.labs.worksheet_offer import Maker, offer_worksheet, shown_snapshot
from gdstudio.app.running.latest_work import LatestWork
from gdstudio.app.running.runner import Runner
from gdstudio.app.theme import current_theme
from gdstudio.app.widgets.plots.themed_plot import ThemedPlot
from gdstudio.engine.functions.curves import CURVES
from gdstudio.engine.optimizers.catalogue import CONSTANTS
from gdstudio.experiment.functions.experiment import FindRates
from gdstudio.experiment.functions.slope import (
    SlopeExperiment,
    SlopeSettings,
    SlopeSnapshot,
)
from gdstudio.experiment.functions.slope_choices import (
    FIRST_CURVE,
    SLOPE,
    slope_problem,
    slope_settings,
    slope_values,
    starts_of,
)
from gdstudio.experiment.functions.slope_problem import SlopeProblem
from gdstudio.experiment.prompts import Prompt
from gdstudio.experiment.run_update import State
from gdstudio.experiment.scenario import Scenario
from gdstudio.experiment.walks import WalksState
from gdstudio.runs.run_files import RUN_FORMATS

_POSED_STEPS = 7


@dataclass(frozen=True)
class SlopeSubject:
    """What the Slope lab is about.

    Attributes:
        problem, settings: the function, and how it is walked on.
        suggested: the learning rate that was suggested for them.
        seed: where the starts were drawn from, 0 for those of the function.
    """

    problem: SlopeProblem
    settings: SlopeSettings
    suggested: float
    seed: int


def _load(path: Path) -> tuple[WalksState, str]:
    """Return a kept run and what it had come to, its slopes written out."""
    state, summary = RUN_FORMATS["slope"].load(path)
    written_out(state.origin[0])
    return state, summary


class SlopeLab(Lab):
    """Walk down a curve by its slope alone."""

    vocabulary = SLOPE
    hero = "curve_plot"
    summary = "Walk down a curve by its slope alone."
    prompts = PROMPTS
    run_files = RunFiles(RUN_FORMATS["slope"].save, _load)

    def __init__(self) -> None:
        problem = SlopeProblem.of(CURVES[FIRST_CURVE])
        panel = SlopeSetup(problem)
        super().__init__(
            Runner(functools.partial(SlopeExperiment, problem, panel.settings()), in_process=False)
        )
        self.panel = panel
        self._problem = problem
        self._suggested = panel.settings().optimizer.learning_rate
        self._seed = 0
        self._looking = LatestWork(self.background, self.say_problem)
        self._asked: Question | None = None
        self._said: tuple[Question, Prediction] | None = None
        self._right = self._answers = 0
        self._hides_next = False
        self._rates = RateFinder(
            self.runner, FindRates, lambda now: now.settings.rate_is_free and now.found is None
        )
        self.setup.addWidget(panel)
        self.setup.addStretch(1)
        self.progress = SlopeProgress()
        self.watch.addWidget(self.progress, 1)
        current_theme().style(self.progress)
        self.told_plots = (self.progress.plot, self.progress.loss_plot)
        self.numbers = SlopeNumbers()
        self.explain.addWidget(self.numbers, 1)
        self.predict = self.numbers.predict_card
        self._stages = Stages(self)

        panel.function_card.chosen.connect(self._choose_curve)
        panel.function_card.typed.connect(self._work_out)
        panel.live_changed.connect(self._apply_live)
        panel.optimizer_changed.connect(self._apply_optimizer)
        panel.start_changed.connect(self._apply_start)
        self.progress.start_chosen.connect(self._start_from)
        self.predict.toggled.connect(self._show_again)
        self.predict.step_clicked.connect(self._step_and_see)
        offer_worksheet(
            self, self.numbers.step_card, self._capture_worksheet, file_name="worksheet-slope"
        )
        self.progress.show_problem(problem)
        self.keep_subject()

    def _capture_worksheet(self) -> Maker:
        """Return what makes a worksheet of the steps of the first walk, from where it is."""
        from gdstudio.experiment.worksheets.function import function_worksheet

        now: SlopeSnapshot = shown_snapshot(self)
        objective, optimizer = now.problem.objective, now.settings.optimizer
        return functools.partial(function_worksheet, objective, (now.walks[0].x,), optimizer)

    def take_typed(self) -> bool:
        """Take what is typed."""
        return self.panel.commit()

    def settings(self) -> SlopeSettings:
        """Return the settings that the controls show."""
        return self.panel.settings()

    def subject(self) -> SlopeSubject:
        """Return function, settings and seed as they are chosen."""
        return SlopeSubject(self._problem, self.settings(), self._suggested, self._seed)

    def show_subject(self, subject: SlopeSubject) -> None:
        """Show another function, and how it is walked on."""
        self._looking.drop()
        self._problem, self._suggested = subject.problem, subject.suggested
        self._seed = subject.seed
        self.bar.set_seed(subject.seed)
        self.panel.show_all(subject.problem, subject.settings, subject.suggested)
        self.progress.show_problem(subject.problem)

    def arguments_of(self, subject: SlopeSubject) -> tuple[SlopeSettings, SlopeProblem]:
        """Return the settings and the function."""
        return subject.settings, subject.problem

    def subject_beside(self, subject: SlopeSubject, scenario: Scenario) -> SlopeSubject:
        """Return what another run on the same function is about."""
        settings = slope_settings(subject.problem, scenario.values)
        return replace(
            subject,
            settings=settings,
            suggested=subject.problem.suggested_rate(settings.optimizer),
        )

    def show_twin(self, snapshot: SlopeSnapshot | None, label: str) -> None:
        """Draw the first walk of the twin on the curve."""
        walk = None if snapshot is None else snapshot.walks[0]
        self.progress.show_twin(walk, label, glides=self.glides)

    def begin_next(self) -> None:
        """Start from where the next seed says."""
        self.choose_next_start()
        self._apply_start()

    def choose_next_start(self) -> None:
        """Draw other starts from the next seed."""
        self._seed += 1
        self.panel.set_starts(*starts_of(self._problem, self._seed))
        self.bar.set_seed(self._seed)

    def choose_learning_rate(self, learning_rate: float) -> None:
        """Show this learning rate; from another start one is found anew."""
        self.panel.set_learning_rate(learning_rate)
        self._rates.note_remedy(self.settings().optimizer.learning_rate)

    def _let_rate_be_found(self) -> None:
        """Leave the learning rate to the app again, where it is that of a remedy."""
        if self._rates.is_remedy(self.settings().optimizer.learning_rate):
            self.panel.rate_is_free = True
        self._rates.forget_remedy()

    def show_snapshot(self, snapshot: SlopeSnapshot, state: State) -> None:
        """Show the walks, the curve of values and the numbers."""
        self.tell(snapshot, state)
        self.panel.show_found(snapshot.found)
        self._rates.look()
        reveal = state is State.RUNNING or not (self.predict.is_on or self._hides_next)
        in_turn = state is State.RUNNING and not self.is_first_look
        show = self._stages.show_in_turn if in_turn else self._stages.show_now
        show(
            (
                functools.partial(
                    self.progress.show_curve, snapshot, reveal=reveal, glides=self.glides
                ),
                functools.partial(self.progress.show_values, snapshot),
                functools.partial(
                    self.numbers.show_snapshot, snapshot, reveal=reveal, flies=self.glides
                ),
            )
        )
        if self.predict.is_on:
            self._judge(snapshot)
            self._asked = None if state is State.RUNNING else question_for(snapshot)
            asked = self._asked
            self.predict.ask(*((asked.text, asked.iteration) if asked else ("",)))

    def begin_run(self) -> None:
        """Forget what belonged to the walk before: a prediction, and a part of its values."""
        self._said = None
        self.progress.loss_plot.reset_range()
        self.predict.tell("", good=False)

    def hide_next_step(self, on: bool) -> None:
        """Show neither the arrow nor the numbers of the step that comes next."""
        if on != self._hides_next:
            self._hides_next = on
            self._show_latest()

    def after_prompt(self, prompt: Prompt) -> None:
        """Put the cursor where a function of one's own is to be typed."""
        if prompt.key == "own":
            self.panel.function_card.ask_for_own()

    def pose(self) -> Iterator[Callable[[], bool]]:
        """Walk from two starts that end in different valleys."""
        self.apply(Scenario.parse("slope?function=two-valleys&both=yes"))
        self.runner.step(_POSED_STEPS)
        yield lambda: self.has_made(_POSED_STEPS)

    def values_of(self, subject: SlopeSubject) -> dict[str, Any]:
        """Return by name function, rule and starts."""
        return slope_values(subject.problem, subject.settings, subject.seed)

    def kept_plots(self) -> dict[str, ThemedPlot]:
        """Return the plot of values; all ways on the curve would lie upon each other."""
        return {"loss": self.progress.loss_plot}

    def view_values(self) -> dict[str, Any]:
        """Return by name the speed, and whether steps are predicted."""
        return super().view_values() | {"predict": self.predict.is_on}

    def scenes(self) -> dict[str, Scene]:
        """Return the curve with its walk, and f(x) over the steps."""
        plot, losses = self.progress.plot, self.progress.loss_plot
        return {
            "curve": Scene("The curve", (plot,), plot.legend()),
            "loss": Scene("f(x), step by step", (losses,)),
            "both": Scene("The curve, and f(x) step by step", (plot, losses)),
        }

    def kept_by_prompts(self) -> dict[str, Any]:
        """Return by name the speed, and the constants of the rules."""
        rule = self.settings().optimizer.as_dict()
        return super().kept_by_prompts() | {name: rule[name] for name in CONSTANTS}

    def takes_long(self, scenario: Scenario) -> bool:
        """Return whether a function of one's own is to be looked at."""
        return scenario.values.get("function", FIRST_CURVE) not in CURVES

    def subject_of_scenario(self, scenario: Scenario) -> SlopeSubject:
        """Return function, settings and seed under a scenario."""
        values = scenario.values
        problem = written_out(slope_problem(values))
        settings = slope_settings(problem, values)
        suggested = problem.suggested_rate(settings.optimizer)
        return SlopeSubject(problem, settings, suggested, values.get("seed", 0))

    def subject_of(self, state: WalksState) -> SlopeSubject:
        """Return what a run is about that was kept when the window closed."""
        problem, settings = state.origin
        return SlopeSubject(problem, settings, problem.suggested_rate(settings.optimizer), seed=0)

    def show_view(self, view: Mapping[str, Any]) -> None:
        """Let steps be predicted, or not."""
        super().show_view(view)
        self._rates.forget_remedy()  # whatever rate is shown now, no remedy has set it
        self.predict.toggle.setChecked(view.get("predict", False))

    @Slot(str)
    def _choose_curve(self, key: str) -> None:
        self.switch(lambda: self._walk_on(SlopeProblem.of(CURVES[key])))

    def _walk_on(self, problem: SlopeProblem, settings: SlopeSettings | None = None) -> None:
        """Begin on another function: from its starts, with a rate that suits it."""
        settings = settings or self.settings()
        suggested = problem.suggested_rate(settings.optimizer)
        adapted = settings_for(problem, settings, suggested)
        self.show_subject(SlopeSubject(problem, adapted, suggested, seed=0))
        self.begin()

    @Slot(str)
    def _work_out(self, text: str) -> None:
        """Look for what is worth seeing of a typed function; the one before stays until then."""
        self._looking.replace(
            lambda: written_out(SlopeProblem.typed(text)),
            lambda problem: self.switch(lambda: self._walk_on(problem)),
            failed=functools.partial(self.panel.function_card.refuse, text),
            saying=LOOKING,
        )

    @Slot()
    def _apply_live(self) -> None:
        self.send_live()
        self._rates.look_again()

    @Slot()
    def _apply_optimizer(self) -> None:
        """Walk from the same start by another rule; a rate that the user chose stays."""
        self.switch(self._change_rule)

    def _change_rule(self) -> None:
        self._let_rate_be_found()
        now = self.subject()
        rule = now.settings.optimizer
        suggested = now.problem.suggested_rate(rule)
        if now.settings.rate_is_free:
            rule = replace(rule, learning_rate=suggested)
        settings = replace(now.settings, optimizer=rule)
        self.show_subject(replace(now, settings=settings, suggested=suggested))
        self.begin()

    @Slot()
    def _apply_start(self) -> None:
        """Start from elsewhere, where one can walk."""
        for x in self.settings().starts:
            trouble = self._problem.objective.trouble_at(x)
            if trouble:
                self.panel.set_start_problem(f"{trouble}; start elsewhere.")
                return
        self.panel.set_start_problem("")
        self._let_rate_be_found()
        self.begin()

    @Slot(int, float)
    def _start_from(self, index: int, x: float) -> None:
        start = self.settings().start
        self.panel.set_starts(*((x, None) if index == 0 else (start.start, x)))
        self._apply_start()

    @Slot(bool, bool)
    def _step_and_see(self, right: bool, far: bool) -> None:
        """Make the step that was predicted."""
        if self._asked is not None:
            self._said = (self._asked, Prediction(right, far))
            self.step()

    def _judge(self, snapshot: SlopeSnapshot) -> None:
        """Answer the prediction, once its step has been made."""
        if self._said is None:
            return
        question, prediction = self._said
        walk = snapshot.walks[0]
        if walk.iteration == question.iteration:
            return
        answer = answer_to(prediction, question, walk, snapshot.settings.optimizer)
        self._said = None
        if answer is not None:
            self._right += answer.hits
            self._answers += 2
            self.predict.tell(answer.text, good=answer.hits == 2)
            self.predict.set_score(self._right, self._answers)

    @Slot(bool)
    def _show_again(self) -> None:
        """Show or hide the next step, as the user now wants it."""
        self._said = None
        self._right = self._answers = 0
        self.predict.set_score(0, 0)
        self.predict.tell("", good=False)
        self._show_latest()

    def _show_latest(self) -> None:
        """Show again what is in sight."""
        latest = self.runner.latest
        if latest is not None and latest.snapshot is not None:
            self.show_snapshot(latest.snapshot, latest.state)
