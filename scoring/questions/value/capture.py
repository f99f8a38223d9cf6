"""Who keeps the money: everything of the value account for a pair, as one answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from indicators.economies import resolve
from indicators.fault import UsageError
from scoring.questions.value.account import ASSUMPTIONS as OF_THE_ACCOUNT
from scoring.questions.value.account import Stage, stages
from scoring.questions.value.case import NotYetKnownError, case_names, read_case
from scoring.questions.value.choices import Account, read_account
from scoring.questions.value.dollar import Dollar, follow
from scoring.questions.value.levers import Pull, dollar_turns, elasticity, factors, pulls
from scoring.questions.value.market import ASSUMPTIONS, Market, World, market, world
from scoring.questions.value.pooled import Pool, Step, gradient, pooled
from scoring.questions.value.quantity import Bounds, Parameter
from scoring.questions.value.roles import Figure, roles

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from indicators.facts import Facts

ACCOUNT: Final = "2025"
"""Year of the account that is taken by default."""
ORDER: Final = ("us-closed", "cn-open-on-us-cloud", "cn-api-abroad", "cn-at-home")
"""Shipped cases in the order of the screen; cases of later releases follow."""


@dataclass(frozen=True)
class ValueCapture:
    """The value account for a pair, beside the scores and never inside.

    Attributes
    ----------
    pair : tuple of str
        Two economies.
    home : str
        Economy of the user of the dollars.
    state : str
        Day that is described.
    account : Account
        Choices behind the outcome account.
    stages : tuple of Stage
        Profit booked from AI, company by company, with what is unknown.
    pool : Pool
        The same pooled, with its coverage.
    gradient : tuple of Step
        Operating margins along the chain.
    roles : tuple of Figure
        Producers, consumers, standard setters, customer holders.
    dollars : tuple of Dollar
        Cases followed.
    untold : tuple of str
        Shipped cases that cannot be followed at this date, as a figure that they read was not known.
    turns : tuple of float or None
        Elasticity at which the other of the pair keeps more profit of each dollar.
    market : Market or None
        Tokens against money inside one router.
    world : World
        What can be said of the world.
    levers : tuple of Pull
        Levers, scored apart.
    elasticity : float
        How they work on margins; 0 by default.
    """

    pair: tuple[str, str]
    home: str
    state: str
    account: Account
    stages: tuple[Stage, ...]
    pool: Pool
    gradient: tuple[Step, ...]
    roles: tuple[Figure, ...]
    dollars: tuple[Dollar, ...]
    untold: tuple[str, ...]
    turns: tuple[float | None, ...]
    market: Market | None
    world: World
    levers: tuple[Pull, ...]
    elasticity: float

    def assumptions(self) -> tuple[str, ...]:
        """Name every number that nothing measures."""
        cases = [
            f"{dollar.case.name}: {name} = {it.value:g} ({it.low:g} to {it.high:g}), {it.source}"
            for dollar in self.dollars
            for name, it in dollar.case.numbers()
            if isinstance(it, Parameter) and it.assumed
        ]
        router = [f"router: {told}" for told in ASSUMPTIONS] if self.market else []
        account = [f"account: {told}" for told in OF_THE_ACCOUNT] + [
            f"account: {firm.company}, {what} {it.low:g} to {it.high:g}, our bounds: {it.reason}"
            for firm in self.account.firm
            for what, it in (("revenue", firm.revenue), ("AI share", firm.ai), ("margin", firm.margin))
            if isinstance(it, Bounds)
        ]
        return (*account, *cases, *router, f"elasticity of margins to levers = {self.elasticity:g}, assumed")

    def stage(self, name: str) -> Stage:
        """Return a stage by name."""
        return next(each for each in self.stages if each.name == name)


def value_capture(
    facts: Facts,
    pair: tuple[str, str] = ("USA", "CHN"),
    *,
    home: str = "USA",
    cases: Sequence[str | Path] = (),
    account: str | Path = ACCOUNT,
) -> ValueCapture:
    """Work out who keeps the money.

    Parameters
    ----------
    facts : Facts
        What is known, cut by the clocks.
    pair : tuple of str
        Two economies: codes, names or aliases.
    home : str
        Where the user of a dollar is.
    cases : sequence of str or Path
        Names of shipped cases or files; every shipped case by default.
    account : str or Path
        Year of a shipped account, or a file.

    Raises
    ------
    UsageError
        If an economy, case or account is not known, or a bloc is asked for.
    DataError
        With every fault of a file.
    """
    first, second, at = (_economy(facts, word) for word in (*pair, home))
    if first == second:
        message = f"a pair needs two different economies, found {first} twice"
        raise UsageError(message)
    if account != ACCOUNT or not set(cases) <= set(case_names()):  # a file may change
        return _worked_out(facts, (first, second), at, cases, account)
    key = f"value capture {first} {second} {at} {' '.join(map(str, cases))}"
    if key not in facts.kept:
        facts.kept[key] = _worked_out(facts, (first, second), at, cases, account)
    found: ValueCapture = facts.kept[key]
    return found


def _worked_out(
    facts: Facts, pair: tuple[str, str], at: str, cases: Sequence[str | Path], account: str | Path
) -> ValueCapture:
    chosen = read_account(account)
    made = stages(facts, chosen)
    pool, router = pooled(made), market(facts)
    levers = pulls(facts, pair, made, pool, router)
    strength = elasticity(facts)
    names = cases or sorted(case_names(), key=lambda it: (ORDER.index(it) if it in ORDER else len(ORDER), it))
    moved = factors(pair, levers, strength)
    dollars, untold = _followed(facts, names, at, moved, asked=bool(cases))
    return ValueCapture(
        pair,
        at,
        str(facts.date),
        chosen,
        made,
        pool,
        gradient(made),
        roles(facts, pair),
        dollars,
        untold,
        tuple(dollar_turns(dollar, pair, levers) for dollar in dollars),
        router,
        world(facts, pair),
        levers,
        strength,
    )


def _followed(
    facts: Facts, names: Sequence[str | Path], home: str, moved: dict[str, float], *, asked: bool
) -> tuple[tuple[Dollar, ...], tuple[str, ...]]:
    """Follow cases; of those that nobody asked for by name, leave out what was not known on the day."""
    dollars, untold = [], []
    for name in names:
        try:
            dollars.append(follow(read_case(name), facts, home, moved))
        except NotYetKnownError:
            if asked:
                raise
            untold.append(str(name))
    return tuple(dollars), tuple(untold)


def _economy(facts: Facts, word: str) -> str:
    code = resolve(word, facts.units)
    if code not in facts.economies:
        message = f"{code} is a bloc; profit is booked by headquarters, so name an economy"
        raise UsageError(message)
    return code
