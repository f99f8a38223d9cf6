"""The public door to scenarios: run one, several, or one made in Python."""

from __future__ import annotations

from typing import TYPE_CHECKING

from indicators.economies import resolve
from indicators.fault import UsageError
from layers.trend_evaluation import default_baseline
from scoring.index.recipe import read_recipe
from scoring.questions.scenario.read import read
from scoring.questions.scenario.run import checked, run_scenario, start

from . import summary
from .shown.outcome import ShownOutcome

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from indicators.facts import Facts
    from scoring.questions.scenario.outcome import Baseline
    from scoring.questions.scenario.schema import Scenario


def run(  # noqa: PLR0913 - as many as the command line has options
    scenario: str | Path | Scenario,
    facts: Facts | None = None,
    pair: Sequence[str] = summary.PAIR,
    *,
    recipe: str | Path = "default",
    baseline: Baseline | None = None,
    draws: int = summary.DRAWS,
    seed: int = summary.SEED,
    out: str | Path | None = None,
) -> ShownOutcome:
    """Run a scenario against its baseline.

    Parameters
    ----------
    scenario : str, Path or Scenario
        Name of a shipped one, several as ``A+B``, a file, or a `Scenario` made in Python.
    facts : Facts, optional
        The shipped ones by default.
    pair : two of str
        Codes, names or aliases.
    recipe : str or Path
        Name of a shipped recipe, or a file.
    baseline : {"hold", "trend"}, optional
        What happens to what is not changed; by default what the record of the trend allows (docs/trend.md).
    draws, seed : int
        Paired draws; 0 gives no ranges and no calls.
    out : str or Path, optional
        Folder to which the files of a run are written; none are by default.

    Returns
    -------
    ShownOutcome
        Gaps in points by node and year, with ranges of the difference and what each change adds.

    Raises
    ------
    UsageError, DataError
        If it cannot be run as it stands, with every fault at once.
    """
    from .api import load

    if isinstance(pair, str) or len(pair) != 2:
        message = f'a pair needs two economies, such as ("USA", "CHN"); found {pair!r}'
        raise UsageError(message)
    known = facts if facts is not None else load()
    first, second = (resolve(word, known.units) for word in pair)
    begin = start(
        known,
        (first, second),
        recipe=read_recipe(recipe),
        draws=draws,
        seed=seed,
        baseline=baseline or default_baseline(),
    )
    found = read(scenario)
    checked(found, begin)
    outcome = ShownOutcome(**vars(run_scenario(found, begin)))
    if out is not None:
        from pathlib import Path

        from .writing import write_scenario

        write_scenario(outcome, Path(out))
    return outcome
