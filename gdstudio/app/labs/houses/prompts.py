"""What the House prices lab proposes to try: the story's houses, or a change of those in view."""

from gdstudio.engine.regression import RAW
from gdstudio.experiment.houses.houses_choices import HousesChoices
from gdstudio.experiment.prompts import Prompt
from gdstudio.experiment.scenario import Scenario
from gdstudio.number_text import round_to_figures

_RATE, _LINE = ("learning_rate",), ("intercept", "slope")


def _diverge(now: Scenario) -> Scenario:
    choices, problem = HousesChoices.from_mapping(now.values)
    stable = problem.stable_rate(choices.settings.optimizer)
    if stable is None:
        # Steps of a given length do not grow: that takes plain descent.
        return _diverge(now.changed({"optimizer": "sgd"}, without=_RATE))
    return now.changed({"learning_rate": round_to_figures(stable * 1.1, 2)})


def _crawl(now: Scenario) -> Scenario:
    suited, _ = HousesChoices.from_mapping(now.changed({}, without=_RATE).values)
    return now.changed({"learning_rate": suited.settings.optimizer.learning_rate / 100})


def _other_start(now: Scenario) -> Scenario:
    return now.changed({"seed": now.values.get("seed", 0) + 1}, without=_LINE)


def _raw(now: Scenario) -> Scenario:
    return now.changed({"scale": RAW}, without=_RATE + _LINE)


PROMPTS = (
    Prompt(
        "story",
        "Story’s first step",
        "Ten houses, a = 0.45, b = 0.75, learning rate 0.01: press Step and follow every number.",
        Scenario("houses"),
    ),
    Prompt(
        "diverge",
        "Make it diverge",
        "A learning rate a tenth above the largest stable one: each step lands higher than "
        "the last.",
        _diverge,
        runs=True,
    ),
    Prompt(
        "crawl",
        "Tiny steps",
        "A hundredth of a good learning rate: it arrives too, but when?",
        _crawl,
        runs=True,
    ),
    Prompt(
        "other_start",
        "Another start",
        "Does it end at the same line?",
        _other_start,
        runs=True,
    ),
    Prompt(
        "raw",
        "Raw dollars",
        "Without scaling, the valley is so narrow that descent hardly gets along it.",
        _raw,
        runs=True,
    ),
    Prompt(
        "ames",
        "2,930 real houses",
        "Sales in Ames, Iowa, from 2006 to 2010.",
        Scenario.parse("houses?dataset=ames-houses"),
        runs=True,
    ),
)
