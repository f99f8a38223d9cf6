"""The choices that turning facts into scores needs; embedded in the recipe of floor 2."""

from __future__ import annotations

import importlib
import inspect
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal, Self

from pydantic import AfterValidator, ConfigDict, Field, WithJsonSchema, model_validator

from indicators.fault import near
from indicators.schema import QUALITIES, Frozen, Lens
from layers.elsewhere import METHODS, PARAMETERS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

Stage = Literal["screen", "denominate", "impute", "transform", "treat", "normalise"]

FAMILIES: Final = {
    "screen": "layers.screen",
    "denominate": "layers.denominate",
    "impute": "layers.impute",
    "treat": "layers.treat",
    "normalise": "layers.normalise",
    "weigh": "scoring.index.weigh",
    "aggregate": "scoring.index.aggregate",
}
"""Where the methods of each stage are: a dict `METHODS` of functions, imported when a recipe names one."""
TRANSFORMS: Final = ("declared", "none", "log", "log1p")
"""What the stage `transform` does: what each reading declares, or one transform for all indicators."""
OPTIONAL: Final = ("screen", "denominate", "impute", "treat")
"""Stages in which the method `none` does nothing."""
FILLED: Final = {
    "x",
    "context",
    "direction",
    "reference",
    "weights",
    "given",
    "starts",
    "worst",
    "best",
    "target",
    "divisor",
}
"""Parameters that the pipeline always has."""
GIVEN: Final = {
    "context", "reference", "direction", "given", "starts", "x", "weights", "worst", "best", "lowest",
    "threshold", "divisor",
}  # fmt: skip
"""Parameters of methods that the pipeline fills in; a recipe that names one of them sets it for itself."""


class Step(Frozen):
    """A method with its parameters, as in ``{ method = "minmax", lower = 1, upper = 100 }``."""

    model_config = ConfigDict(extra="allow")

    method: str
    """A name of the stage's `METHODS`; every other key is a parameter of that function."""

    @property
    def params(self) -> dict[str, Any]:
        """The parameters by name."""
        return dict(self.__pydantic_extra__ or {})


Method = str | Step
"""A method by its name alone, or with parameters."""


def step(method: Method) -> Step:
    """Return a method as a step: a name alone takes the parameters as they are by default."""
    return Step(method=method) if isinstance(method, str) else method


def methods(stage: str) -> Mapping[str, Callable[..., Any]]:
    """Return the methods of a stage by name."""
    found: dict[str, Callable[..., Any]] = importlib.import_module(FAMILIES[stage]).METHODS
    return found


def check_step(stage: str, method: Method) -> None:
    """Hold a step to what there is.

    Raises
    ------
    ValueError
        If the stage has no such method, or the method no such parameter; with the near names.
    """
    made = step(method)
    asked: Mapping[str, inspect.Parameter] = {}
    if stage == "transform":
        if made.method not in TRANSFORMS:
            raise ValueError(_unknown(f"method of {stage}", made.method, TRANSFORMS))
    elif made.method != "none" or stage not in OPTIONAL:
        family = methods(stage)
        if made.method not in family:
            elsewhere = METHODS.get(stage, {})
            raise ValueError(_unknown(f"method of {stage}", made.method, family, elsewhere))
        asked = inspect.signature(family[made.method]).parameters
    takes = {*asked, *(CONTEXT.get(made.method, ()) if stage == "impute" else ())} - {"x", "context"}
    for name in made.params:
        if name not in takes:
            kind = f"parameter of {made.method} ({stage})"
            raise ValueError(_unknown(kind, name, takes - GIVEN or {"no parameter"}, PARAMETERS))
    lacking = [
        name
        for name, each in asked.items()
        if each.default is each.empty and name not in FILLED | made.params.keys()
    ]
    if lacking:
        message = f"{made.method} ({stage}) needs {', '.join(lacking)}"
        raise ValueError(message)


CONTEXT: Final = {
    "group_mean": ("group",),
    "group_median": ("group",),
    "neighbours": ("neighbours",),
    "value": ("value",),
    "latest": ("back",),
}
"""Parameters that reach an imputation through its context."""


def _unknown(kind: str, word: str, known: Any, elsewhere: Mapping[str, str] | None = None) -> str:  # noqa: ANN401 - any collection of names
    here = (elsewhere or {}).get(word, "")
    if here.startswith("{") or here.split(" ", 1)[0].rstrip(",") in known:
        return f"unknown {kind} {word!r}; here it is {here}"
    return f"unknown {kind} {word!r}; {near(word, known) or 'known: ' + ', '.join(sorted(known))}"


def of(stage: str) -> AfterValidator:
    """Make the check of a field that holds a step of a stage."""

    def held(method: Method) -> Method:
        check_step(stage, method)
        return method

    return AfterValidator(held)


Screen = Annotated[Method, of("screen")]
Denominate = Annotated[Method, of("denominate")]
Impute = Annotated[Method, of("impute")]
Transform = Annotated[Method, of("transform")]
Treat = Annotated[Method, of("treat")]
Normaliser = Annotated[Method, of("normalise")]


class Own(Frozen):
    """What is done otherwise with one indicator; None where it is done as with all."""

    denominate: Denominate | None = None
    impute: Impute | None = None
    transform: Transform | None = None
    treat: Treat | None = None
    normalise: Normaliser | None = None


class Choices(Frozen):
    """How values become scores."""

    lens: Lens = "scale"
    """What is asked: a question, never a doubt, so it is not drawn."""
    order: tuple[Stage, ...] = ("denominate", "impute", "screen", "transform", "treat", "normalise")
    """The stages in the order in which they are run; one that is not named is left out."""
    screen: Screen = "none"
    """Which units stay; decided once, on the stated values."""
    denominate: Denominate = "denominate"
    """Division by what the lens or the tree states; `scale` states it per thousand or per million of that."""
    impute: Impute = "none"
    """What stands where a value is missing."""
    transform: Transform = "declared"
    """Logarithms: those that the indicators declare, or one transform for all."""
    treat: Treat = "none"
    """Outliers."""
    normalise: Normaliser = "goalposts"
    """How values become comparable."""
    each: dict[str, Own] = Field(default_factory=dict)
    """Indicators that are treated otherwise, by code."""
    each_year: tuple[Stage, ...] = ("impute", "treat")
    """Stages of a panel that look at one year at a time; the others look at all years together."""
    fewest_units: int = Field(default=8, ge=2)
    """Observed economies below which a sample-driven method gives way to the goalposts."""

    @model_validator(mode="after")
    def _ends_in_scores(self) -> Self:
        twice = sorted({stage for stage in self.order if self.order.count(stage) > 1})
        if twice:
            message = f"stages stand twice in the order: {', '.join(twice)}"
            raise ValueError(message)
        if not self.order or self.order[-1] != "normalise":
            message = (
                f"the last stage of the order must be normalise, found {', '.join(self.order) or 'none'}"
            )
            raise ValueError(message)
        return self

    def step(self, stage: str, code: str = "") -> Step:
        """Return what a stage does with an indicator (the empty code: with those that have nothing own)."""
        own = getattr(self.each.get(code), stage, None)
        return step(own if own is not None else getattr(self, stage))


RELATIVE: Final = {
    "anyOf": [
        {"const": "quality"},
        {
            "type": "object",
            "properties": {name: {"type": "number", "minimum": 0} for name in QUALITIES},
            "required": list(QUALITIES),
            "additionalProperties": False,
        },
    ]
}
"""What a recipe may write: the estimated errors by name, or one for each kind of source."""


class Error(Frozen):
    """Standard deviations where the evidence gives no interval."""

    relative: Annotated[dict[str, float], WithJsonSchema(RELATIVE)]
    """By quality class, as a share of the value."""
    absolute: float = Field(default=0.02, ge=0)
    """Added for every class, as a share of the goalpost range; on the log scale, of the value."""
    estimated: tuple[str, ...] = ()
    """Classes whose share is estimated from duplicates; that of the others is assumed."""

    @model_validator(mode="after")
    def _every_class_has_one(self) -> Self:
        lacking = [name for name in QUALITIES if name not in self.relative]
        strange = [name for name in (*self.relative, *self.estimated) if name not in QUALITIES]
        wrong = [f"{name} has none" for name in lacking] + [f"{name!r} is no class" for name in strange]
        wrong += [f"{name} has {sd:g}, below 0" for name, sd in self.relative.items() if not sd >= 0]
        if wrong:
            message = f"a standard deviation of 0 or more for each kind of source: {'; '.join(wrong)}"
            raise ValueError(message)
        return self
