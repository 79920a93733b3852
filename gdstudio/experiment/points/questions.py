"""What the window asks of a run over the plane, beside what it is shown."""

from collections.abc import Mapping
from dataclasses import dataclass

from gdstudio.engine.objective import FloatArray
from gdstudio.errors import BadInput
from gdstudio.experiment.experiment import Question
from gdstudio.experiment.points.experiment import PointsExperiment
from gdstudio.experiment.points.snapshot import PointsVisit
from gdstudio.experiment.time_machine import Iterations


@dataclass(frozen=True)
class SetParameters(Question[PointsExperiment, str]):
    """Changes numbers of θ by hand; the next update of the run shows them.

    The answer is why that was not possible, or empty.

    Attributes:
        changes: the new values, by where they stand in θ.
        is_move: whether it counts as a move; of a drag only the first change does.
    """

    changes: Mapping[int, float]
    is_move: bool = True

    def answer(self, run: PointsExperiment) -> str:
        """Make the change."""
        try:
            run.set_parameters(self.changes, is_move=self.is_move)
        except BadInput as problem:
            return str(problem)
        return ""


@dataclass(frozen=True)
class MomentAt(Question[PointsExperiment, PointsVisit]):
    """Asks for what one sees after `iteration` steps, kept or not."""

    iteration: int

    def answer(self, run: PointsExperiment) -> PointsVisit:
        """Return that moment."""
        return run.visit(self.iteration)


@dataclass(frozen=True)
class PathSoFar(Question[PointsExperiment, tuple[Iterations, FloatArray]]):
    """Asks for the path from the start to where the network is."""

    def answer(self, run: PointsExperiment) -> tuple[Iterations, FloatArray]:
        """Return the steps, shape ``(n,)``, and θ there, shape ``(n, size)``."""
        return run.path()
