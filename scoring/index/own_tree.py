"""The tree by which facts are scored: that of a recipe, as folders of the user's own change it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from indicators.fault import DataError, Fault, near
from indicators.overrides import OVERRIDES
from indicators.owned import Owned, owned
from scoring.index.framework import Framework, Node, read_framework

if TYPE_CHECKING:
    from collections.abc import Iterator

    from indicators.catalogue import Catalogue
    from indicators.facts import Facts
    from indicators.overrides import Applied

DEPTH: Final = 2
"""Steps from the top to the pillars of a tree that layers and pillars can be added to."""


def tree_of(facts: Facts, name: str = "default") -> Framework:
    """Return the framework of that name as the folders of these facts change it.

    Raises
    ------
    UsageError
        If there is no such framework.
    DataError
        With everything in the folders' overrides that does not fit to it.
    """
    framework = read_framework(name, facts.catalogue.folders)
    applied = facts.catalogue.applied
    if not (applied.layers or applied.pillars or applied.weights):
        return framework
    if faults := tree_faults(framework, facts.catalogue):
        raise DataError(faults)
    return _grown(framework, applied)


def tree_faults(framework: Framework, catalogue: Catalogue) -> list[Fault]:
    """Say what in the overrides of the folders does not fit to a framework: all of it."""
    applied, codes = catalogue.applied, {node.code for node in framework.nodes}
    added = {*applied.layers, *applied.pillars}
    faults = [
        *_taken(applied, {*codes, *catalogue.indicators}),
        *_places(framework, applied),
        *(
            _unknown_weight(code, framework, {*codes, *added}, catalogue)
            for code in applied.weights
            if code not in {*codes, *added}
        ),
    ]
    return faults or list(_all_zero(_grown(framework, applied)))


def _unknown_weight(code: str, framework: Framework, nodes: set[str], catalogue: Catalogue) -> Fault:
    expected = f"a node of framework {framework.name!r}, or an indicator"
    return Fault(
        OVERRIDES, 0, f"weights.{code}", repr(code), expected, near(code, {*nodes, *catalogue.indicators})
    )


def _taken(applied: Applied, codes: set[str]) -> Iterator[Fault]:
    """Say which codes of added nodes mean something already."""
    for kind, added in (("layers", applied.layers), ("pillars", applied.pillars)):
        others = codes | (set(applied.pillars) if kind == "layers" else set())
        for code in added:
            if code in others:
                found = f"{code!r}, which is there already"
                yield Fault(OVERRIDES, 0, f"{kind}.{code}", found, "a code of its own")


def _places(framework: Framework, applied: Applied) -> Iterator[Fault]:
    """Say which added nodes hang on nothing, or have nothing that hangs on them."""
    depths = framework.depths()
    added = [*(f"layers.{code}" for code in applied.layers), *(f"pillars.{code}" for code in applied.pillars)]
    if added and max(depths.values()) != DEPTH:
        found = f"framework {framework.name!r} with {max(depths.values())} steps under its top"
        yield Fault(OVERRIDES, 0, added[0], found, "one with two, layers and pillars, to add to")
    layers = {*applied.layers, *(code for code, depth in depths.items() if depth == 1)}
    for code, pillar in applied.pillars.items():
        if pillar.layer not in layers:
            place, expected = f"pillars.{code}.layer", f"a layer: {', '.join(sorted(layers))}"
            yield Fault(OVERRIDES, 0, place, repr(pillar.layer), expected, near(pillar.layer, layers))
    for code in applied.layers:
        if all(pillar.layer != code for pillar in applied.pillars.values()):
            expected = f'a pillar with layer = "{code}" under [pillars]'
            yield Fault(OVERRIDES, 0, f"layers.{code}", "a layer without a pillar", expected)


def _all_zero(framework: Framework) -> Iterator[Fault]:
    for above in framework.nodes:
        below = [node for node in framework.nodes if node.parent == above.code]
        if below and all(node.weight == 0 for node in below):
            found = f"weight 0 for all of {', '.join(node.code for node in below)}"
            yield Fault(OVERRIDES, 0, "weights", found, f"a weight above 0 for one part of {above.code}")


def _grown(framework: Framework, applied: Applied) -> Framework:
    """Put the added nodes at the end of their siblings, and other weights in place of those stated."""
    top = next(node.code for node in framework.nodes if node.parent is None)
    layers = [
        Node(code=code, title=it.title, parent=top, weight=it.weight) for code, it in applied.layers.items()
    ]
    pillars = [
        Node(code=code, title=it.title, parent=it.layer, weight=it.weight)
        for code, it in applied.pillars.items()
    ]
    depths = framework.depths()
    last = max((k for k, node in enumerate(framework.nodes) if depths[node.code] == 1), default=0) + 1
    nodes = [*framework.nodes[:last], *layers, *framework.nodes[last:]]
    for pillar in pillars:
        family = [k for k, node in enumerate(nodes) if pillar.parent in (node.parent, node.code)]
        beside = [k for k in family if nodes[k].parent == pillar.parent]
        nodes.insert(beside[-1] + 1 if beside else len(nodes), pillar)
    weights = {code: weighed.weight for code, (_, weighed) in applied.weights.items()}
    held = tuple(node.model_copy(update={"weight": weights.get(node.code, node.weight)}) for node in nodes)
    return framework.model_copy(update={"nodes": held})


def all_owned(facts: Facts, name: str = "default") -> tuple[Owned, ...]:
    """List what is in force besides the shipped facts and the framework of that name."""
    return (*owned(facts.catalogue), *weights_told(facts, name))


def weights_told(facts: Facts, name: str = "default") -> tuple[Owned, ...]:
    """Tell each weight of a node that a folder changes, with the weight that it had."""
    applied = facts.catalogue.applied
    if not applied.weights:
        return ()
    stated = {node.code: node.weight for node in read_framework(name, facts.catalogue.folders).nodes}
    stated |= {code: it.weight for code, it in applied.layers.items()}
    stated |= {code: it.weight for code, it in applied.pillars.items()}
    return tuple(
        Owned(
            folder,
            "override",
            code,
            f"weight of {code} is {it.weight:g} in place of {stated[code]:g}: {it.reason.rstrip('.')}",
        )
        for code, (folder, it) in applied.weights.items()
        if code in stated
    )
