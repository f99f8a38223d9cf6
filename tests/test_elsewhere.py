"""Names from other toolboxes are answered with the names here, and these are names."""

from __future__ import annotations

import tomllib

import pytest

from layers.choices import Step, check_step, methods
from layers.elsewhere import METHODS, PARAMETERS


@pytest.mark.parametrize(("stage", "name"), [(stage, name) for stage in METHODS for name in METHODS[stage]])
def test_every_answer_is_a_method(stage: str, name: str) -> None:
    here = METHODS[stage][name]
    assert name not in methods(stage)
    if here.startswith("{"):
        check_step(stage, Step.model_validate(tomllib.loads(f"x = {here}")["x"]))
    else:
        assert {each.strip() for each in here.replace(" or ", ",").split(",")} <= {*methods(stage)}


@pytest.mark.parametrize(
    ("stage", "method", "message"),
    [
        ("normalise", "n_minmax", "unknown method of normalise 'n_minmax'; here it is minmax"),
        ("aggregate", "gmean", "unknown method of aggregate 'gmean'; here it is geometric"),
        (
            "normalise",
            Step.model_validate({"method": "minmax", "l_u": [1, 100]}),
            "parameter of minmax .* 'l_u'; here it is lower and upper",
        ),
        ("treat", Step.model_validate({"method": "two_stage", "winmax": 3}), "'winmax'; here it is most"),
        ("treat", Step.model_validate({"method": "log", "winmax": 3}), "'winmax'; known: no parameter"),
        ("impute", Step.model_validate({"method": "mean", "group": "G"}), "'group'; known: no parameter"),
        ("transform", Step.model_validate({"method": "log", "base": 2}), "'base'; known: no parameter"),
        ("aggregate", "none", "unknown method of aggregate 'none'; known: "),
        ("weigh", "none", "unknown method of weigh 'none'; known: "),
        ("denominate", Step.model_validate({"method": "denominate", "scal": 2}), "did you mean scale"),
    ],
)
def test_what_is_called_otherwise_here_is_said(stage: str, method: str | Step, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        check_step(stage, method)


def test_parameters_lead_to_parameters_where_the_method_has_them() -> None:
    assert PARAMETERS["skew_thresh"] == "skew"
    with pytest.raises(ValueError, match="here it is skew"):
        check_step("treat", Step.model_validate({"method": "two_stage", "skew_thresh": 2}))
