"""Follow a dollar from the user to those who keep it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from scoring.questions.value.case import HOME, Case, CaseStage, settled
from scoring.questions.value.quantity import DRAWS, Ends, Floats, Parameter, ends, parameter_draws

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from indicators.facts import Facts

USER: Final = "user"
OWNERS: Final = "owners"
COSTS: Final = "costs"
INVESTORS: Final = "investors"
"""Ends of flows: owners keep profits, costs are labour, power, tax and all else, investors cover losses."""


@dataclass(frozen=True)
class Kept:
    """What one stage does with the dollar, in dollars per dollar of the user, (draws,) each.

    Attributes
    ----------
    stage, firm, site : str
        Name, economy of the owner, economy of the costs.
    received : array
        From the user or from earlier stages.
    profit : array
        Kept by the owner, nothing where there is a loss.
    other : array
        Labour, power not bought from a stage, taxes and all else, at the site.
    subsidy : array
        What investors put in so that more can be paid than is earned.
    paid : dict of str to array
        To later stages.
    """

    stage: str
    firm: str
    site: str
    received: Floats
    profit: Floats
    other: Floats
    subsidy: Floats
    paid: dict[str, Floats]


@dataclass(frozen=True)
class Flow:
    """One flow of the dollar, as a picture draws it: cents from one place to another.

    Attributes
    ----------
    source, target : str
        `user`, a stage, or `owners USA`, `costs USA`, `investors USA`.
    economy : str
        Where it ends or comes from, for owners, costs and investors.
    cents : tuple of float
        Mean, then 5 and 95 % points: means add up, medians need not.
    """

    source: str
    target: str
    economy: str
    cents: Ends


@dataclass(frozen=True)
class Dollar:
    """The way of one dollar.

    Attributes
    ----------
    case : Case
        What was followed, with its numbers.
    home : str
        Economy from which it is seen.
    stages : tuple of Kept
        In the order of the case.
    """

    case: Case
    home: str
    stages: tuple[Kept, ...]

    @property
    def user(self) -> str:
        """Economy in which the dollar is paid."""
        return self.home if self.case.user == HOME else self.case.user

    @property
    def economies(self) -> tuple[str, ...]:
        """Economies of owners and sites, in the order of the chain."""
        return tuple(dict.fromkeys(code for each in self.stages for code in (each.firm, each.site)))

    def kept_by(self) -> dict[str, Ends]:
        """Profit by economy of the owners, in cents of the dollar: median, low, high; largest first."""
        return _by([each.firm for each in self.stages], lambda code: self._sum("profit", "firm", code))

    def costs_in(self) -> dict[str, Ends]:
        """Costs by economy of the site, in cents."""
        return _by([each.site for each in self.stages], lambda code: self._sum("other", "site", code))

    def put_in_by(self) -> dict[str, Ends]:
        """Give what investors put in, by economy of the owners, in cents."""
        return _by([each.firm for each in self.stages], lambda code: self._sum("subsidy", "firm", code))

    def stays_in(self) -> dict[str, Ends]:
        """Profit of owners and costs on site, less what its investors put in, by economy, in cents.

        In every draw they add up to 100; medians of parts need not.
        """
        return _by(list(self.economies), self.net)

    def net(self, code: str) -> Floats:
        """Give what stays in one economy, dollars per dollar, (draws,)."""
        kept = self._sum("profit", "firm", code) + self._sum("other", "site", code)
        return np.asarray(kept - self._sum("subsidy", "firm", code))

    def profit(self, code: str) -> Floats:
        """Profit less losses of the owners of one economy, dollars per dollar, (draws,)."""
        return np.asarray(self._sum("profit", "firm", code) - self._sum("subsidy", "firm", code))

    def at(self, end: str, code: str) -> Floats:
        """Give what ends with owners, costs or investors of one economy, dollars per dollar, (draws,)."""
        what, where = {
            OWNERS: ("profit", "firm"),
            COSTS: ("other", "site"),
            INVESTORS: ("subsidy", "firm"),
        }[end]
        return self._sum(what, where, code)

    def subsidy(self) -> Ends:
        """All that investors put in, in cents: median, low, high."""
        return ends(100 * np.sum([stage.subsidy for stage in self.stages], axis=0))

    def balance(self) -> Floats:
        """Profits and other costs less subsidy: one dollar in every draw."""
        parts = [stage.profit + stage.other - stage.subsidy for stage in self.stages]
        return np.asarray(np.sum(parts, axis=0))

    def flows(self) -> Iterator[Flow]:
        """Give every flow, from the user to those who keep it; what comes in equals what goes out."""
        yield Flow(USER, self.stages[0].stage, self.user, (100.0, 100.0, 100.0))
        for each in self.stages:
            yield from (_flow(each.stage, to, "", amount) for to, amount in each.paid.items())
            yield _flow(each.stage, f"{OWNERS} {each.firm}", each.firm, each.profit)
            yield _flow(each.stage, f"{COSTS} {each.site}", each.site, each.other)
            yield _flow(f"{INVESTORS} {each.firm}", each.stage, each.firm, each.subsidy)

    def _sum(self, what: str, where: str, code: str) -> Floats:
        parts = [getattr(stage, what) for stage in self.stages if getattr(stage, where) == code]
        return np.asarray(np.sum(parts, axis=0) if parts else np.zeros(DRAWS))


def mean_cents(amount: Floats) -> Ends:
    """Mean, 5 and 95 % points in cents: means add up, medians need not."""
    _, low, high = ends(100 * amount)
    return 100 * float(np.mean(amount)), low, high


def _flow(source: str, target: str, economy: str, amount: Floats) -> Flow:
    return Flow(source, target, economy, mean_cents(amount))


def _by(codes: list[str], value: Callable[[str], Floats]) -> dict[str, Ends]:
    found = {code: ends(100 * value(code)) for code in dict.fromkeys(codes)}
    return dict(sorted(found.items(), key=lambda pair: (-pair[1][0], pair[0])))


def follow(case: Case, facts: Facts, home: str = "USA", margins: Mapping[str, float] | None = None) -> Dollar:
    """Send one dollar down a case.

    Parameters
    ----------
    case : Case
        The chain, as read.
    facts : Facts
        With the table `value_chain`, from which a case may read, and inputs that stand in for its numbers.
    home : str
        Economy from which the case is seen, for stages that are at `home`.
    margins : mapping of str to float, optional
        Factor on the stated margins of the owners of an economy: what levers do.

    Raises
    ------
    DataError, UsageError
        As `settled`.

    Notes
    -----
    A stage that receives R pays ``a R`` to each later one. With stated other costs o its profit is
    ``R (1 - sum a - o)``; below zero it is a loss that investors cover: the subsidy. With a stated margin m
    the other costs are ``R (1 - sum a - m)``, not below zero: what they fall short by comes off the profit. A
    stage with a rest pays all that is left to one later stage. So profits + other costs - subsidies = 1 in
    every draw.
    """
    return sent(settled(case, facts), home, margins)


def sent(case: Case, home: str, margins: Mapping[str, float] | None = None) -> Dollar:
    """Send one dollar down a case that is settled."""
    received = {stage.name: np.zeros(DRAWS) for stage in case.stage}
    received[case.stage[0].name] = np.ones(DRAWS)
    found = []
    for stage in case.stage:
        kept = _kept(stage, received[stage.name], home, margins or {})
        for to, amount in kept.paid.items():
            received[to] = received[to] + amount
        found.append(kept)
    return Dollar(case, home, tuple(found))


def _kept(stage: CaseStage, received: Floats, home: str, margins: Mapping[str, float]) -> Kept:
    firm, site = (home if code == HOME else code for code in (stage.firm, stage.site))
    paid = {to: np.maximum(_draw(stage, to, each), 0.0) * received for to, each in stage.pays.items()}
    left = received - np.sum(list(paid.values()), axis=0) if paid else received
    if stage.rest:
        paid[stage.rest] = paid.get(stage.rest, 0.0) + np.maximum(left, 0.0)
        other, profit = np.zeros(DRAWS), np.minimum(left, 0.0)
    elif stage.other is not None:
        other = np.maximum(_draw(stage, "other", stage.other), 0.0) * received
        profit = left - other
    else:
        share = np.minimum(_draw(stage, "margin", stage.margin) * margins.get(firm, 1.0), 1.0)
        other = np.maximum(left - share * received, 0.0)
        profit = left - other
    gain, loss = np.maximum(profit, 0.0), np.maximum(-profit, 0.0)
    return Kept(stage.name, firm, site, received, gain, other, loss, paid)


def _draw(stage: CaseStage, what: str, each: object) -> Floats:
    """Draws of one coefficient: the same wherever the same number of the same source stands."""
    if not isinstance(each, Parameter):
        message = f"{stage.name}, {what}: not settled"
        raise TypeError(message)
    return parameter_draws(f"{stage.name} {what} {each.source}", each)
