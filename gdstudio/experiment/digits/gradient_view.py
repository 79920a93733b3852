"""What the gradient page shows, computed apart from the window: for one example, or on average."""

from collections.abc import Callable, Generator
from dataclasses import dataclass

import numpy as np

from gdstudio.data.catalogue import load_images
from gdstudio.engine.inspect.gradient_ranking import Ranking, agreement, rank_gradient
from gdstudio.engine.inspect.nudging import Nudger, prepare_nudger
from gdstudio.engine.inspect.rank_outline import RankOutline, outline
from gdstudio.engine.network.parameter_names import parameter_names
from gdstudio.engine.objective import FloatArray
from gdstudio.experiment.digits.example_loss import has_same_average
from gdstudio.experiment.digits.network_moment import Moment

LISTED = 100
# The average takes fewer examples of a network that would take many seconds over them.
_MULTIPLICATIONS = 10_000_000_000
_FEWEST = 50


@dataclass(frozen=True, eq=False)
class GradientView:
    """A gradient as the page shows it.

    Attributes:
        moment: whose it is.
        nudger: where nudges are tried, on the same examples.
        ranking: its components in their order.
        outline: the same for the plot.
        names: what the largest are called, at most `LISTED`.
        negative_gradient, shares: those of the same, shape ``(listed,)``.
        half: how many of the largest have half of the squared length.
        silent: how many components are zero.
        examples: over how many examples it is averaged.
        asked: over how many it was to be; 0 for a single one.
    """

    moment: Moment
    nudger: Nudger
    ranking: Ranking
    outline: RankOutline
    names: list[str]
    negative_gradient: FloatArray
    shares: FloatArray
    half: int
    silent: int
    examples: int
    asked: int


def example_view(moment: Moment) -> Generator[float, None, GradientView]:
    """Return the gradient of what is drawn, for the answer that is wanted."""
    assert moment.picture is not None
    assert moment.wanted is not None
    images, labels = moment.picture.reshape(1, -1), np.array([moment.wanted], np.uint8)
    nudger = yield from prepare_nudger(moment.network, moment.parameters, images, labels)
    return _view(moment, nudger, examples=1)


def average_view(
    moment: Moment, examples: int, before: Callable[[], GradientView | None]
) -> Generator[float, None, GradientView]:
    """Return the gradient averaged over training images, evenly taken from all there are.

    Where θ and the images are still those of the view `before`, that is returned again.
    """
    old = before()
    if old is not None and old.asked == examples and has_same_average(old.moment, moment):
        return old
    training = load_images(moment.dataset).training
    yield 0.0
    network = moment.network
    work = sum(layer.multiplications for layer in network.layers)
    count = min(examples, max(_MULTIPLICATIONS // max(work, 1), _FEWEST), len(training))
    chosen = np.arange(count) * len(training) // count
    images, labels = training.images[chosen], training.labels[chosen]
    nudger = yield from prepare_nudger(network, moment.parameters, images, labels)
    return _view(moment, nudger, examples=count, asked=examples)


def agreement_of(
    example: GradientView, average: GradientView
) -> Generator[float, None, float | None]:
    """Return the cosine between the gradient of one example and the average one."""
    yield 0.0
    return agreement(example.nudger.gradient, average.nudger.gradient)


def _view(
    moment: Moment,
    nudger: Nudger,
    *,
    examples: int,
    asked: int = 0,
) -> GradientView:
    network = moment.network
    ranking = rank_gradient(network, nudger.gradient)
    components, shares = ranking.ordered, ranking.shares
    return GradientView(
        moment=moment,
        nudger=nudger,
        ranking=ranking,
        outline=outline(components, ranking.layer_places()),
        names=parameter_names(network, ranking.order[:LISTED]),
        negative_gradient=components[:LISTED].copy(),
        shares=shares[:LISTED].copy(),
        half=int(np.searchsorted(np.cumsum(shares), 0.5)) + 1,
        silent=int(np.count_nonzero(ranking.negative_gradient == 0)),
        examples=examples,
        asked=asked,
    )
