"""What crosses between a run and the window: how the run stands, and the line that says so."""

import math
from dataclasses import dataclass
from enum import Enum
from typing import Any, Protocol


class State(Enum):
    """What a run is doing."""

    LOADING = "loading"
    PAUSED = "paused"
    RUNNING = "running"
    FINISHED = "finished"
    DIVERGED = "diverged"
    FAILED = "failed"


@dataclass(frozen=True)
class TwinStanding:
    """How the run stands that is stepped together with the one that is shown.

    Attributes:
        choice: what the window knows it by.
        state: `State.PAUSED` as long as it goes with the other run; else how it has ended.
        message: a sentence about that, or nothing.
        exploded: at which step the other run has exploded, and the loss that was seen there; None
            where it has not.
    """

    choice: Any
    state: State = State.PAUSED
    message: str = ""
    exploded: tuple[int, float] | None = None

    @property
    def is_left(self) -> bool:
        """Whether the other run has exploded, and this one goes on alone."""
        return self.exploded is not None


@dataclass(frozen=True)
class TwinUpdate(TwinStanding):
    """The newest state of that run; `snapshot` is its experiment's."""

    snapshot: Any = None


@dataclass(frozen=True, eq=False)
class TwinState:
    """All that it can go on from: how it stands, and what its experiment's `state` returned."""

    standing: TwinStanding
    state: Any


@dataclass(frozen=True)
class BothAnswers:
    """What a run and its twin answered to one question, at the same step.

    Attributes:
        live: the answer of the run.
        standing: how its twin stands; None where it has none.
        twin: the answer of the twin, where there is one.
    """

    live: Any
    standing: TwinStanding | None = None
    twin: Any = None


@dataclass(frozen=True)
class Update:
    """The newest state of a run, as it crosses to the window.

    Attributes:
        generation: counts the commands that begin a run, such as resets; an update of an earlier
            generation is stale.
        state: what the run is doing.
        message: a sentence about it, or nothing.
        remedy: after divergence, or an end that came to nothing, a learning rate that would have
            done.
        snapshot: the experiment's snapshot; None before it exists.
        answers: what was asked since the last update: its ticket and the answer, None where there
            is none.
        run: the generation in which the run was begun that this update is about. It is an earlier
            one where the newest was refused.
        refused: why the last command could not be obeyed; the run is as it was before it.
        summary: what the run has come to, in a few words.
        former: the same of the newest long run before this one, which can be brought back; empty
            where there is none.
        lost: the generations in which the long runs were begun that can be brought back, beside
            the one before this.
        kept: all that the run can go on from, where that is due; None otherwise.
        kept_twin: the same of the run beside it, where there is one.
        is_long: whether the run would be a loss.
        faults: for the log: what went wrong through a fault of the app.
        twin: the run beside this one, where there is one.
    """

    generation: int
    state: State
    message: str = ""
    remedy: float = math.nan
    snapshot: Any = None
    answers: tuple[tuple[int, Any], ...] = ()
    run: int = 0
    refused: str = ""
    summary: str = ""
    former: str = ""
    lost: tuple[int, ...] = ()
    kept: Any = None
    kept_twin: TwinState | None = None
    is_long: bool = False
    faults: tuple[str, ...] = ()
    twin: TwinUpdate | None = None


class Channel(Protocol):
    """What the loop needs of the line to the window; a multiprocessing connection has it."""

    def poll(self, timeout: float) -> bool:
        """Wait at most `timeout` seconds; return whether a command has come."""

    def recv(self) -> tuple[Any, ...]:
        """Return the next command.

        Raises:
            EOFError: when the window is gone.
        """

    def send(self, update: Update) -> None:
        """Hand the window an update."""
