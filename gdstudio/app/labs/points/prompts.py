"""What the Points lab proposes to try: points and a network each."""

from gdstudio.experiment.prompts import Prompt
from gdstudio.experiment.scenario import Scenario

PROMPTS = (
    Prompt(
        "line",
        "A line cannot",
        "Exclusive or without a hidden layer: the boundary is a line, and no line parts these "
        "squares; the best it can do is to be unsure everywhere.",
        Scenario.parse("points?dataset=xor&network=none"),
        runs=True,
    ),
    Prompt(
        "two_neurons",
        "Two neurons can",
        "Each hidden neuron draws a line of its own, and the output takes what lies between them. "
        "Point at the neurons to see their lines.",
        Scenario.parse("points?dataset=xor&network=2&seed=3"),
        runs=True,
    ),
    Prompt(
        "noise",
        "Learning the noise",
        "So many neurons learn few points by heart, the noise, too: the training loss falls, and "
        "the dashed test loss rises.",
        Scenario.parse(
            "points?dataset=moons&points=60&noise=0.5&network=8,8&optimizer=adam&learning_rate=0.02"
        ),
        runs=True,
    ),
    Prompt(
        "dead",
        "A dead ReLU",
        "Neuron 1 has a bias of −9: its sum is below 0 at every point, ReLU passes on 0, and the "
        "slopes of its weights are 0. However long it trains, it stays dead.",
        Scenario.parse(
            "points?dataset=circle&network=3&activation=relu"
            "&weights=1,0.5,-9,-0.6,0.8,0.2,0.4,-1,0.1,0.5,0.7,-0.6,0"
        ),
        runs=True,
    ),
    Prompt(
        "plateau",
        "The plateau of a sigmoid",
        "Every point is answered wrongly, and yet nothing is learned: all sums are so large that "
        "the sigmoids are flat there. Drag weights and bias of the output near 0, and press Run.",
        Scenario.parse(
            "points?dataset=blobs&network=2&activation=sigmoid&loss=squared-error&optimizer=sgd"
            "&learning_rate=0.3&weights=-6,-6,0,-5,-6,0,10,9,-9"
        ),
        runs=True,
    ),
    Prompt(
        "features",
        "Features, not neurons",
        "With x² and y² to look at, a circle is a straight line: three numbers do what three "
        "neurons did.",
        Scenario.parse("points?dataset=circle&network=none&features=x2,y2"),
        runs=True,
    ),
)
