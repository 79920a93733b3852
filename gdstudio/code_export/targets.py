"""Into what a run can be exported, and what makes it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from gdstudio.code_export.digit_programs import numpy_digits
from gdstudio.code_export.house_programs import numpy_line, sklearn_line, torch_line
from gdstudio.code_export.keras_programs import keras_digits, keras_line, keras_points
from gdstudio.code_export.notebook import notebook_files
from gdstudio.code_export.point_programs import numpy_points
from gdstudio.code_export.program import Program
from gdstudio.code_export.sklearn_programs import sklearn_digits, sklearn_points
from gdstudio.code_export.taken import Taken, TakenDigits, TakenLine, TakenPoints, TakenWalk
from gdstudio.code_export.torch_programs import torch_digits, torch_points
from gdstudio.code_export.walk_programs import numpy_walk, torch_walk
from gdstudio.errors import BadInput


@dataclass(frozen=True)
class Target:
    """A library, or another form, in which a run can be written.

    Attributes:
        key, label: its name for programs and for people.
        makers: what makes a program of what was taken of a run, by the type of that; each raises
            `BadInput` where the target cannot say something.
        why_not: why there is none for the other types, with the target that can.
        as_files: returns the files of a program: its text and its numbers.
        ending: what the name of its text ends with.
    """

    key: str
    label: str
    makers: Mapping[type, Callable[..., Program]]
    why_not: str = ""
    as_files: Callable[[Program], dict[str, bytes]] = Program.files
    ending: str = "py"

    def program(self, taken: Taken) -> Program:
        """Return the program of what was taken of a run.

        Raises:
            BadInput: if the target cannot say it; the sentence names one that can.
        """
        if type(taken) not in self.makers:
            raise BadInput(self.why_not)
        return self.makers[type(taken)](taken)


_NUMPY: Mapping[type, Callable[..., Program]] = {
    TakenWalk: numpy_walk,
    TakenLine: numpy_line,
    TakenPoints: numpy_points,
    TakenDigits: numpy_digits,
}
TARGETS: Mapping[str, Target] = MappingProxyType(
    {
        one.key: one
        for one in (
            Target(
                "numpy",
                "NumPy",
                _NUMPY,
            ),
            Target(
                "torch",
                "PyTorch",
                {
                    TakenWalk: torch_walk,
                    TakenLine: torch_line,
                    TakenPoints: torch_points,
                    TakenDigits: torch_digits,
                },
            ),
            Target(
                "sklearn",
                "scikit-learn",
                {
                    TakenLine: sklearn_line,
                    TakenPoints: sklearn_points,
                    TakenDigits: sklearn_digits,
                },
                "scikit-learn fits models to examples and walks down no function of one's own; "
                "export this walk to numpy or torch.",
            ),
            Target(
                "keras",
                "Keras",
                {
                    TakenLine: keras_line,
                    TakenPoints: keras_points,
                    TakenDigits: keras_digits,
                },
                "Keras fits models to examples and walks down no function of one's own; export "
                "this walk to numpy or torch.",
            ),
            Target("notebook", "Notebook", _NUMPY, as_files=notebook_files, ending="ipynb"),
        )
    }
)
