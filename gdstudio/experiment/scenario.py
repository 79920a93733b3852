"""Scenarios: everything a lab can be set to, as one value, and its text, the setup code.

A setup code names a lab and what differs from the lab's defaults, short enough for a blackboard::

    houses?learning_rate=0.01&intercept=0.45&slope=0.75
    surface?function=beale&start_x=3&start_y=-2
    slope?function=x^4-3*x^2%2Bx&start=2
    digits?network=20,20&learning_rate=1

Names are those of the declared settings, dashes and underscores alike; values are written as people
type them. A plus sign in a function is ``%2B`` (a bare ``+`` is understood, too), a percent sign
``%25``, an ampersand ``%26``. The names of a lab stand in its `Vocabulary`.
"""

import difflib
import re
import urllib.parse
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from types import MappingProxyType
from typing import Any, Self

from gdstudio.data.catalogue import TEN_HOUSES, HousesDataSettings, load_houses
from gdstudio.engine.functions.curves import CURVES
from gdstudio.engine.functions.expression import Expression
from gdstudio.engine.functions.surfaces import SURFACES, VARIABLES
from gdstudio.engine.optimizers.catalogue import OPTIMIZERS, OptimizerSettings
from gdstudio.engine.regression import ScaleSettings
from gdstudio.errors import BadInput
from gdstudio.experiment.digits.experiment import DigitsExperiment
from gdstudio.experiment.digits.settings import GROUPS, DigitsSettings
from gdstudio.experiment.experiment import Experiment
from gdstudio.experiment.functions.slope import SlopeExperiment
from gdstudio.experiment.functions.slope import StartSettings as SlopeStart
from gdstudio.experiment.functions.slope_choices import FIRST_CURVE, slope_problem, slope_settings
from gdstudio.experiment.functions.surface import StartSettings as SurfaceStart
from gdstudio.experiment.functions.surface import SurfaceExperiment
from gdstudio.experiment.functions.surface_choices import (
    FIRST_SURFACE,
    SurfaceChoices,
    surface_terrain,
)
from gdstudio.experiment.houses.experiment import LARGEST, HousesExperiment, LineSettings
from gdstudio.experiment.houses.houses_choices import HousesChoices
from gdstudio.settings import Choice, Number, Setting, Text, WholeNumber
from gdstudio.visible_text import shortened, visible

EXAMPLE = "houses?learning_rate=0.01"
# A network without hidden layers.
NOTHING = "none"
# Longer texts are no setup codes.
LONGEST = 10_000
_BROKEN_PERCENT = re.compile("%(?![0-9A-Fa-f]{2})")
_QUOTED = re.compile("[%&+#]")
_SHOWN = 60
# What is put around a code where it is quoted.
_AROUND = {"“": "”", "‘": "’", '"': '"', "'": "'", "`": "`", "<": ">", "„": "“"}
_WORD = re.compile(r"[^\W\d_][\w -]+")


@dataclass(frozen=True, kw_only=True)
class YesNo(Setting):
    """Whether something is so."""

    default: Any = False

    def parse(self, text: str) -> bool:
        """Return what ``yes`` or ``no`` stands for."""
        return self.check({"yes": True, "no": False}.get(text.strip().casefold(), text))

    def check(self, value: Any) -> bool:
        """Return `value`, if it is True or False."""
        if value is not True and value is not False:
            raise self._refuse("must be yes or no", value)
        return value


@dataclass(frozen=True, kw_only=True)
class Several(Setting):
    """Some of a few named options, by their keys, in the order of the options."""

    options: tuple[str, ...]
    default: Any = ()

    def parse(self, text: str) -> tuple[str, ...]:
        """Return the options that `text` names, with commas between them; ``all`` is all."""
        keys = [key.strip().casefold().replace("_", "-") for key in text.split(",")]
        return self.options if keys == ["all"] else self.check(keys)

    def check(self, value: Any) -> tuple[str, ...]:
        """Return the keys in the order of the options, each once."""
        unknown = [key for key in value if key not in self.options]
        if unknown:
            some = f"must be “all” or some of {', '.join(self.options)}"
            raise self._refuse(some, unknown[0])
        return tuple(key for key in self.options if key in value)


@dataclass(frozen=True, kw_only=True)
class Function(Text):
    """A well-known function by its key, or one that a person typed."""


def _function(options: Mapping[str, object], variables: tuple[str, ...], default: str) -> Function:
    """Return the declaration of a function of `variables`."""

    def canonical(text: str) -> str:
        key = text.strip().casefold().replace("_", "-").replace(" ", "-")
        if key in options:
            return key
        try:
            typed = Expression.parse(text, variables)
        except BadInput:
            if not _WORD.fullmatch(text.strip()):
                raise
            raise BadInput(
                f"There is no function “{_shown(text)}”; choose one of {', '.join(options)}, or "
                "write one, such as x^2."
            ) from None
        short = typed.text.replace("**", "^").replace(" ", "")
        # Without spaces max(1, 2) would be max(1,2), which may be a decimal comma.
        try:
            return short if Expression.parse(short, variables) == typed else typed.text
        except BadInput:
            return typed.text

    return Function(
        label="Function",
        explanation=f"What is walked on: one of {', '.join(options)}, or a function of "
        f"{' and '.join(variables)}.",
        default=default,
        canonical=canonical,
        example="x^4 - 3*x^2 + x",
    )


@dataclass(frozen=True)
class Vocabulary:
    """The names by which a lab is set up, in the order in which a setup code has them.

    Attributes:
        title: what the lab is called.
        settings: how the descent goes.
        start: where it begins.
        view: how it is looked at.
        depending: names whose default depends on the others, such as the learning rate.
        check: whether all values go together; raises `BadInput`, and returns their normal form.
        prepare: everything else that can be said against them, such as a start without ground; it
            may take a moment. Returns what makes the run.
    """

    title: str
    settings: Mapping[str, Setting]
    start: Mapping[str, Setting]
    view: Mapping[str, Setting]
    prepare: Callable[[dict[str, Any]], Callable[[], Experiment]]
    depending: frozenset[str] = frozenset()
    check: Callable[[dict[str, Any]], dict[str, Any]] = dict

    @property
    def all(self) -> dict[str, Setting]:
        """The declarations of all names."""
        return {**self.settings, **self.start, **self.view}

    def refuse(self, name: str) -> BadInput:
        """Return what to say of a name that the lab does not have."""
        known = list(self.all)
        near = difflib.get_close_matches(name, known, 1, 0.6)
        perhaps = f" (perhaps {near[0]})" if near else ""
        plain = [one for one in known if "." not in one]
        return BadInput(
            f"The lab {self.title} has no “{_shown(name)}”{perhaps}; it has {', '.join(plain[:-1])}"
            f" and {plain[-1]}."
        )


_SEED = WholeNumber(
    label="Seed",
    explanation="The number that the start is drawn from; 0 is the start that is usual here.",
    default=0,
    minimum=0,
    maximum=2**31 - 1,
)


def _speed(usual: int) -> WholeNumber:
    return WholeNumber(
        label="Speed",
        explanation="How many steps are made a second; max is as fast as it goes.",
        default=usual,
        minimum=1,
        maximum=1_000_000,
        zero="max",
    )


def _column(label: str, explanation: str) -> Text:
    return Text(label=label, explanation=explanation, default="", canonical=str.strip)


def _rules() -> dict[str, Setting]:
    """Return the settings of each optimizer by itself, such as ``adam.learning_rate``."""
    declared = OptimizerSettings.declared()
    return {
        f"{key}.{name}": replace(setting, label=f"{setting.label} of {kind.label}")
        for key, kind in OPTIMIZERS.items()
        for name, setting in declared.items()
        if name != "optimizer"
    }


def _check_surface(values: dict[str, Any]) -> dict[str, Any]:
    """Name what is said of the explained optimizer by itself as what is said of the walk."""
    explained = values.get("optimizer", OptimizerSettings().optimizer)
    for name in OptimizerSettings.declared():
        own = f"{explained}.{name}"
        if own in values:
            if values.get(name, values[own]) != values[own]:
                raise BadInput(
                    f"{name} and {own} are of the same optimizer here and differ; keep one of them."
                )
            values[name] = values.pop(own)
    if values.get("race"):
        racing = (*values["race"], explained)
        values["race"] = tuple(key for key in OPTIMIZERS if key in racing)
    if values.get("fog") and values.get("race"):
        raise BadInput("In the fog nobody races; leave out either fog or race.")
    return values


def _check_houses(values: dict[str, Any]) -> dict[str, Any]:
    """Look for the columns in the table."""
    named = [name for name in ("input_column", "target_column") if name in values]
    if not named:
        return values
    table = load_houses(values.get("dataset", TEN_HOUSES))
    columns = {_plain(column): column for column in table.columns}
    for name in named:
        if _plain(values[name]) not in columns:
            raise BadInput(
                f"{name} must be one of the columns {', '.join(table.columns)}, and "
                f"“{_shown(values[name])}” is not."
            )
        values[name] = columns[_plain(values[name])]
    if len(named) == 2 and values["input_column"] == values["target_column"]:
        raise BadInput("A column cannot predict itself; name two different columns.")
    return values


def _check_digits(values: dict[str, Any]) -> dict[str, Any]:
    """Let the groups check what goes together; all images there are is the default."""
    settings = DigitsSettings.from_mapping(values)
    if settings.data.images_used == replace(settings.data, training_size=0).images_used:
        values.pop("training_size", None)
    return values


def _prepare_slope(values: dict[str, Any]) -> Callable[[], Experiment]:
    problem = slope_problem(values)
    return partial(SlopeExperiment, problem, slope_settings(problem, values))


def _prepare_surface(values: dict[str, Any]) -> Callable[[], Experiment]:
    choices = SurfaceChoices.from_mapping(surface_terrain(values), values)
    return partial(SurfaceExperiment, choices.settings)


def _prepare_houses(values: dict[str, Any]) -> Callable[[], Experiment]:
    choices, problem = HousesChoices.from_mapping(values)
    return partial(HousesExperiment, choices.table, choices.settings, problem=problem)


def _prepare_digits(values: dict[str, Any]) -> Callable[[], Experiment]:
    return partial(DigitsExperiment, DigitsSettings.from_choices(values))


def _digits() -> dict[str, Setting]:
    """Return the settings of Digits; images of one's own are elsewhere on another machine."""
    declared = {name: one for group in GROUPS for name, one in group.declared().items()}
    images = declared["dataset"]
    assert isinstance(images, Choice)
    declared["dataset"] = Choice(
        label=images.label,
        explanation=images.explanation,
        default=images.default,
        options=images.options,
    )
    return declared


_DECLARED_DIGITS = _digits()

VOCABULARIES: Mapping[str, Vocabulary] = MappingProxyType(
    {
        "slope": Vocabulary(
            "Slope",
            {"function": _function(CURVES, ("x",), FIRST_CURVE), **OptimizerSettings.declared()},
            {
                "seed": _SEED,
                **SlopeStart.declared(),
                "both": YesNo(label="both", explanation="Whether a second walk starts, too."),
            },
            {
                "predict": YesNo(
                    label="predict", explanation="Whether each step is to be predicted first."
                ),
                "speed": _speed(5),
            },
            prepare=_prepare_slope,
            depending=frozenset({"learning_rate", *SlopeStart.declared()}),
        ),
        "surface": Vocabulary(
            "Surface",
            {
                "function": _function(SURFACES, VARIABLES, FIRST_SURFACE),
                **OptimizerSettings.declared(),
                "race": Several(
                    label="race",
                    explanation="Which optimizers race from the same start; none is no race.",
                    options=tuple(OPTIMIZERS),
                ),
                **_rules(),
            },
            {"seed": _SEED, **SurfaceStart.declared()},
            {
                "fog": YesNo(label="fog", explanation="Whether a person walks without a map."),
                "picture": Choice(
                    label="picture",
                    explanation="How the landscape is drawn: as a map, in three dimensions, or "
                    "both.",
                    default="map",
                    options={"map": "Map", "surface": "3-D", "both": "Both"},
                ),
                "speed": _speed(10),
            },
            prepare=_prepare_surface,
            depending=frozenset(
                {"learning_rate", *SurfaceStart.declared()}
                | {f"{key}.learning_rate" for key in OPTIMIZERS}
            ),
            check=_check_surface,
        ),
        "houses": Vocabulary(
            "House prices",
            {
                **HousesDataSettings.declared(),
                "input_column": _column("Size from", "The column that predicts the price: X."),
                "target_column": _column("Price from", "The column that is predicted: Y."),
                **ScaleSettings.declared(),
                **OptimizerSettings.declared(),
            },
            {"seed": _SEED, **LineSettings.declared()},
            {
                "least_squares": YesNo(
                    label="least_squares", explanation="Whether the best line is shown."
                ),
                "size": Number(
                    label="Size",
                    explanation="The size of the new house to price.",
                    default=0.0,
                    minimum=-LARGEST,
                    maximum=LARGEST,
                ),
                "speed": _speed(10),
            },
            prepare=_prepare_houses,
            depending=frozenset({"learning_rate", "size", *LineSettings.declared()}),
            check=_check_houses,
        ),
        "digits": Vocabulary(
            "Digits",
            {name: one for name, one in _DECLARED_DIGITS.items() if name != "seed"},
            {"seed": _DECLARED_DIGITS["seed"]},
            {"speed": _speed(0)},
            prepare=_prepare_digits,
            depending=frozenset({"learning_rate"}),
            check=_check_digits,
        ),
    }
)


@dataclass(frozen=True)
class Scenario:
    """Everything a lab can be set to: what differs from its defaults, by name.

    What is not named is as usual in that lab: the learning rate is one that suits the rest, the
    start is that of the function or the houses. Two scenarios are equal if their codes are.

    Attributes:
        lab: the key of the lab.
        settings: how the descent goes.
        start: where it begins.
        view: how it is looked at.

    Raises:
        BadInput: on construction, for the first lab, name or value that cannot be used.
    """

    lab: str
    settings: Mapping[str, Any] = field(default_factory=dict)
    start: Mapping[str, Any] = field(default_factory=dict)
    view: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        vocabulary = _vocabulary(self.lab)
        declared = vocabulary.all
        given = {**self.settings, **self.start, **self.view}
        values: dict[str, Any] = {}
        for name, value in given.items():
            if name not in declared:
                raise vocabulary.refuse(name)
            values[name] = declared[name].check(value)
        values = vocabulary.check(values)
        for part in ("settings", "start", "view"):
            kept = {
                name: values[name]
                for name, setting in getattr(vocabulary, part).items()
                if name in values
                and (name in vocabulary.depending or values[name] != setting.default)
            }
            object.__setattr__(self, part, MappingProxyType(kept))

    @classmethod
    def of(cls, lab: str, values: Mapping[str, Any]) -> Self:
        """Return the scenario of one flat mapping of names to values."""
        vocabulary = _vocabulary(lab)
        start = {name: value for name, value in values.items() if name in vocabulary.start}
        view = {name: value for name, value in values.items() if name in vocabulary.view}
        rest = {name: values[name] for name in values if name not in start and name not in view}
        return cls(lab, rest, start, view)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Return the scenario of a setup code.

        Raises:
            BadInput: with one sentence that says what is wrong with it, and what is possible.
        """
        if len(text) > LONGEST:
            raise BadInput(f"This text is too long for a setup code, such as {EXAMPLE}.")
        code = _bare(text)
        head, _, rest = code.partition("?")
        lab = head.strip().casefold()
        if lab not in VOCABULARIES:
            raise _no_code(head if head.strip() else code)
        vocabulary = VOCABULARIES[lab]
        known = {_plain(name): name for name in vocabulary.all}
        values: dict[str, Any] = {}
        for part in rest.split("&") if rest.strip() else ():
            typed, value = _name_and_value(part)
            if _plain(typed) not in known:
                raise vocabulary.refuse(typed)
            name = known[_plain(typed)]
            if name in values:
                raise BadInput(f"“{name}” stands twice in this setup code; keep one of them.")
            values[name] = _read(vocabulary.all[name], name, value)
        return cls.of(lab, values)

    @property
    def values(self) -> dict[str, Any]:
        """All that differs from the defaults, by name, in the order of the setup code."""
        return {**self.settings, **self.start, **self.view}

    @property
    def code(self) -> str:
        """The setup code: its text, which `parse` reads."""
        declared = _vocabulary(self.lab).all
        parts = (f"{name}={_written(declared[name], one)}" for name, one in self.values.items())
        return "?".join(filter(None, (self.lab, "&".join(parts))))

    def prepare(self) -> Callable[[], Experiment]:
        """Return what makes the run of this scenario; a typed function takes a moment.

        Raises:
            BadInput: where no run can begin so.
        """
        return _vocabulary(self.lab).prepare(self.values)

    def changed(self, values: Mapping[str, Any], *, without: Iterable[str] = ()) -> Self:
        """Return this scenario with other values, and with those `without` left to the lab."""
        kept = {name: value for name, value in self.values.items() if name not in set(without)}
        return self.of(self.lab, {**kept, **values})

    def __hash__(self) -> int:
        return hash(self.code)

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.lab, dict(self.settings), dict(self.start), dict(self.view))


def _vocabulary(lab: str) -> Vocabulary:
    if lab not in VOCABULARIES:
        raise _no_code(lab)
    return VOCABULARIES[lab]


def _no_code(text: str) -> BadInput:
    *labs, last = VOCABULARIES
    begins = f"it begins with {', '.join(labs)} or {last}, as in {EXAMPLE}"
    if not text.strip():
        return BadInput(f"There is no setup code here; {begins}.")
    return BadInput(f"“{_shown(text.strip())}” is no setup code: {begins}.")


def _shown(text: object) -> str:
    """Return what somebody wrote as it can be said in a sentence."""
    return shortened(visible(str(text)), _SHOWN)


def _plain(name: str) -> str:
    """Return a name without what makes no difference."""
    return name.strip().casefold().replace("-", "_")


def _bare(text: str) -> str:
    """Return a code in one line, without the quotation marks around it."""
    code = " ".join(text.split())
    is_quoted = len(code) > 1 and _AROUND.get(code[0]) == code[-1]
    return code[1:-1].strip() if is_quoted else code


def _name_and_value(part: str) -> tuple[str, str]:
    """Return both sides of the equals sign of one setting."""
    name, equals, value = part.partition("=")
    shown = _shown(part.strip())
    if not part.strip():
        raise BadInput(
            "A setting is missing beside an “&” of this setup code; copy it again as a whole."
        )
    if not equals:
        raise BadInput(f"“{shown}” has no “=” in this setup code; write name=value, as {EXAMPLE}.")
    if not name.strip() or not value.strip():
        what = "name" if value.strip() else "value"
        raise BadInput(f"“{shown}” has no {what} in this setup code; write it as in {EXAMPLE}.")
    return name.strip(), value.strip()


def _read(setting: Setting, name: str, text: str) -> Any:
    """Return the value that `text` of a code stands for."""
    if isinstance(setting, Text) and not isinstance(setting, Function):
        text = "" if text.casefold() == NOTHING else text.replace("+", " ")
    try:
        if _BROKEN_PERCENT.search(text):
            raise ValueError
        typed = urllib.parse.unquote(text, errors="strict")
    except ValueError:
        raise BadInput(
            f"“{name}={_shown(text)}” is damaged at a “%” (a percent sign itself is %25); copy the "
            "setup code again."
        ) from None
    if isinstance(setting, Choice):
        key = typed.strip().casefold().replace("_", "-")
        return setting.parse(key if key in setting.options else typed)
    return setting.parse(typed)


def _written(setting: Setting, value: Any) -> str:
    """Return a value as one types it in a code."""
    if isinstance(setting, YesNo):
        return "yes" if value else "no"
    if isinstance(setting, Several):
        return "all" if value == setting.options else ",".join(value)
    if isinstance(setting, WholeNumber):
        return setting.zero if setting.zero and not value else str(value)
    if isinstance(setting, Number):
        short = f"{value:g}"
        text = short if float(short) == value else repr(value)
        return text.removesuffix(".0").replace("e+0", "e").replace("e+", "e").replace("e-0", "e-")
    text = str(value)
    if isinstance(setting, Text) and not isinstance(setting, Function):
        text = re.sub(r"\s*,\s*", ",", text) or NOTHING
    return _QUOTED.sub(lambda sign: f"%{ord(sign[0]):02X}", text)
