"""What the window asks of a network in training, beside what it is shown."""

from dataclasses import dataclass

from gdstudio.engine.objective import FloatArray
from gdstudio.experiment.digits.experiment import DigitsExperiment
from gdstudio.experiment.digits.moment import PredictedStep, Visit
from gdstudio.experiment.experiment import Question
from gdstudio.experiment.time_machine import Iterations


@dataclass(frozen=True)
class MomentAt(Question[DigitsExperiment, Visit]):
    """Asks for what one sees at the moment kept at `iteration`."""

    iteration: int

    def answer(self, run: DigitsExperiment) -> Visit:
        """Return that moment."""
        return run.visit(self.iteration)


@dataclass(frozen=True)
class StepAfter(Question[DigitsExperiment, PredictedStep]):
    """Asks what the step does that comes after the moment kept at `iteration`; None is now."""

    iteration: int | None = None

    def answer(self, run: DigitsExperiment) -> PredictedStep:
        """Return that step, which is not made."""
        return run.next_step(self.iteration)


@dataclass(frozen=True)
class PathSoFar(Question[DigitsExperiment, tuple[Iterations, FloatArray]]):
    """Asks for the path from the start to where the network is."""

    def answer(self, run: DigitsExperiment) -> tuple[Iterations, FloatArray]:
        """Return the steps, shape ``(n,)``, and θ there, shape ``(n, size)``."""
        return run.path()
