"""A lab is set up as a scenario says: a prompt's, a preset's, or a person's setup code."""

import logging
from collections.abc import Callable, Mapping
from typing import Any, Protocol

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QGuiApplication

from gdstudio.app.labs.function_card import LOOKING
from gdstudio.app.labs.switching import AS_IT_WAS, sentence_of
from gdstudio.app.labs.twins.twin_controller import TwinController
from gdstudio.app.running.background import Background
from gdstudio.app.running.latest_work import LatestWork
from gdstudio.errors import BadInput
from gdstudio.experiment.prompts import Prompt
from gdstudio.experiment.scenario import Scenario
from gdstudio.runs.twins import TwinRun
from gdstudio.visible_text import shortened

log = logging.getLogger(__name__)

# What problems with a setup are about.
SETUP = "setup"
# Longer setup codes are not read out as a whole.
LONGEST_CODE = 120

Then = Callable[[], object] | None


class _Lab(Protocol):
    """What is set up; what each of these does is said by `Lab`."""

    @property
    def background(self) -> Background: ...

    def commit(self) -> bool: ...

    def scenario(self) -> Scenario: ...

    def subject_of_scenario(self, scenario: Scenario) -> Any: ...

    def subject_of_run(self, scenario: Scenario, state: Any) -> Any: ...

    @property
    def twins(self) -> TwinController: ...

    def takes_long(self, scenario: Scenario) -> bool: ...

    def kept_by_prompts(self) -> dict[str, Any]: ...

    def view_values(self) -> dict[str, Any]: ...

    def show_view(self, view: Mapping[str, Any]) -> None: ...

    def show_subject(self, subject: Any) -> None: ...

    def begin(self, command: Callable[[], None] | None = None) -> bool: ...

    def switch(self, change: Callable[[], object]) -> bool: ...

    def take_back(self, *about: str) -> None: ...

    def say_result(self, sentence: str, *, mends: str = "") -> None: ...

    def say_problem(self, sentence: str, *, about: str = "") -> None: ...


class SettingUp(QObject):
    """Sets one lab up, whole or not at all, and hands out what it is set to.

    Signals:
        pasted(Scenario): a lab is to be set up so, this one or another.
    """

    pasted = Signal(object)

    def __init__(self, lab: _Lab, parent: QObject) -> None:
        super().__init__(parent)
        self._lab = lab
        self._latest = LatestWork(lab.background, self._refuse)

    def drop(self) -> None:
        """Look into no scenario any more: something else was chosen."""
        self._latest.drop()

    def apply(self, scenario: Scenario, then: Then = None) -> None:
        """Set the lab up, and do what comes `then`.

        Where that takes a moment, all stays as it is until then.
        """
        self._apply(lambda: scenario, then, takes_long=self._lab.takes_long(scenario))

    def go_on(
        self, scenario: Scenario, state: Any, then: Then = None, *, twin: TwinRun | None = None
    ) -> None:
        """Go on from the `state` of a run of `scenario` and its `twin`, and do what comes `then`.

        How the lab is looked at stays as it is.
        """
        lab = self._lab

        def show(subject: Any) -> None:
            def change() -> None:
                lab.show_subject(subject)
                lab.begin(lambda: lab.twins.resume(state, twin))

            if lab.switch(change) and then is not None:
                then()

        if lab.takes_long(scenario):
            self._latest.replace(lambda: lab.subject_of_run(scenario, state), show, saying=LOOKING)
        else:
            try:
                subject = lab.subject_of_run(scenario, state)
            except Exception as error:  # a file may hold anything; the lab stays as it is
                self._refuse(sentence_of(error))
                return
            show(subject)

    def propose(self, prompt: Prompt, then: Then = None) -> None:
        """Set the lab up as a prompt proposes: what it is not about stays as it is."""
        lab = self._lab
        if prompt.is_change and not lab.commit():
            return
        now, kept = lab.scenario(), lab.kept_by_prompts()
        begins = now if prompt.is_change else prompt.scenario_from(now, kept)
        self._apply(
            lambda: prompt.scenario_from(now, kept), then, takes_long=lab.takes_long(begins)
        )

    def _apply(self, make: Callable[[], Scenario], then: Then, *, takes_long: bool) -> None:
        """Set the lab up as the scenario says that `make` returns, which asks no widget."""

        def look() -> tuple[Scenario, Any]:
            scenario = make()
            return scenario, self._lab.subject_of_scenario(scenario)

        if takes_long:
            self._latest.replace(
                look, lambda found: self._set_up(lambda: found, then), saying=LOOKING
            )
        else:
            self._set_up(look, then)

    def open(self, scenario: Scenario) -> None:
        """Set the lab up as a person's setup code says, and say so."""
        code = shortened(scenario.code, LONGEST_CODE)
        self.apply(scenario, lambda: self._lab.say_result(f"Set up {code}", mends=SETUP))

    @Slot()
    def copy(self) -> None:
        """Copy the setup code of all that is chosen."""
        lab = self._lab
        if not lab.commit():
            return
        try:
            code = lab.scenario().code
        except BadInput as refused:
            lab.say_problem(str(refused), about=SETUP)
            return
        QGuiApplication.clipboard().setText(code)
        lab.say_result(f"Copied the setup code {shortened(code, LONGEST_CODE)}", mends=SETUP)

    @Slot()
    def paste(self) -> None:
        """Set the lab up, or another one, as the setup code on the clipboard says."""
        try:
            scenario = Scenario.parse(QGuiApplication.clipboard().text())
        except BadInput as refused:
            self._lab.say_problem(str(refused), about=SETUP)
            return
        self._lab.take_back(SETUP)
        self.pasted.emit(scenario)

    def _set_up(self, make: Callable[[], tuple[Scenario, Any]], then: Then) -> None:
        """Show the scenario and the subject that `make` returns, or all as it was before."""
        lab = self._lab
        before: dict[str, Any] = {}

        def change() -> None:
            scenario, subject = make()
            before.update(lab.view_values())
            lab.show_subject(subject)
            lab.show_view(scenario.view)
            lab.begin()

        if lab.switch(change):
            if then is not None:
                then()
        elif before:
            try:
                lab.show_view(before)
            except Exception:  # why the new setup was refused has been said already
                log.exception("A lab cannot be looked at as before")

    def _refuse(self, sentence: str) -> None:
        self._lab.say_problem(f"{sentence} {AS_IT_WAS}", about=SETUP)
