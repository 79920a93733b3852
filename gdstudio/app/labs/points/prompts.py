"""What the Points lab proposes to try: key, text, what it does, and the scenario."""

from dataclasses import dataclass

from gdstudio.experiment.scenario import Scenario


@dataclass(frozen=True)
class Trial:
    """What a prompt sets, and what to notice.

    Attributes:
        key, text, tooltip: of its button.
        code: the setup code.
        notice: what is said above the plane.
        runs: whether it runs at once.
    """

    key: str
    text: str
    tooltip: str
    code: str
    notice: str
    runs: bool = True

    @property
    def scenario(self) -> Scenario:
        """The scenario of its setup code."""
        return Scenario.parse(self.code)


TRIALS = {
    trial.key: trial
    for trial in (
        Trial(
            "line",
            "A line cannot",
            "Exclusive or without a hidden layer: a single line has to part four squares.",
            "points?dataset=xor&network=none",
            "Without a hidden layer the boundary is a line, and no line parts these squares: the "
            "best it can do is to be unsure everywhere.",
        ),
        Trial(
            "two_neurons",
            "Two neurons can",
            "Exclusive or with two hidden neurons: each draws a line of its own.",
            "points?dataset=xor&network=2&seed=3",
            "Each hidden neuron draws a line of its own, and the output joins what lies between "
            "them. Point at the neurons to see their lines.",
        ),
        Trial(
            "noise",
            "Learning the noise",
            "Few, noisy points and two layers of eight neurons: training against test.",
            "points?dataset=moons&points=60&noise=0.5&network=8,8&optimizer=adam"
            "&learning_rate=0.02",
            "So many neurons learn every point by heart, the noise, too: the training cost falls, "
            "and the dashed test cost rises.",
        ),
        Trial(
            "dead",
            "A dead ReLU",
            "A neuron whose sum is below 0 at every point: its slope is 0, and it learns nothing.",
            "points?dataset=circle&network=3&activation=relu"
            "&weights=1,0.5,-9,-0.6,0.8,0.2,0.4,-1,0.1,0.5,0.7,-0.6,0",
            "Neuron 1 has a bias of −9: its sum is below 0 at every point, ReLU passes on 0, and "
            "the slopes of its weights are 0. However long it trains, it stays dead.",
        ),
        Trial(
            "plateau",
            "The plateau of a sigmoid",
            "Weights so large that every sigmoid is flat: the slopes are next to nothing.",
            "points?dataset=blobs&network=2&activation=sigmoid&loss=squared-error&optimizer=sgd"
            "&learning_rate=0.3&weights=-6,-6,0,-5,-6,0,10,9,-9",
            "Every point is answered wrongly, and yet nothing is learned: all sums are so large "
            "that the sigmoids are flat there. Drag weights and bias of the output near 0, and "
            "press Run.",
        ),
        Trial(
            "features",
            "Features, not neurons",
            "A circle without a hidden layer, seeing x² and y².",
            "points?dataset=circle&network=none&features=x2,y2",
            "With x² and y² to look at, a circle is a straight line: three numbers do what three "
            "neurons did.",
        ),
    )
}
PROMPTS = tuple((one.key, one.text, one.tooltip) for one in TRIALS.values())
