"""Trees of nodes: what is one, how it is read, and the same tree as index arrays."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from pydantic import ValidationError
from small import framework, indicator, write_framework

from indicators.facts import load
from indicators.fault import DataError, UsageError
from scoring.index.framework import Framework, Node, levels, read_framework

if TYPE_CHECKING:
    from pathlib import Path


def nodes(*parts: tuple[str, str | None]) -> tuple[Node, ...]:
    return tuple(Node(code=code, title=code, parent=parent) for code, parent in parts)


@pytest.mark.parametrize(
    ("parts", "message"),
    [
        ([("top", None), ("aa", "top"), ("aa", "top")], "nodes stand twice: aa"),
        ([("top", None), ("other", None)], "a tree has one top, found top, other"),
        ([("aa", "bb"), ("bb", "aa")], "a tree has one top, found none"),
        ([("top", None), ("aa", "nobody")], "nodes whose parent does not exist: aa"),
        ([("top", None), ("aa", "bb"), ("bb", "aa")], "node 'aa' stands above itself"),
        ([("top", None), ("aa", "top"), ("bb", "top"), ("cc", "bb")], "equally deep"),
        ([("top", None)], "at least one step under the top"),
    ],
)
def test_what_is_not_a_tree_is_refused(parts: list[tuple[str, str | None]], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        Framework(name="bad", title="Bad", nodes=nodes(*parts))


def test_the_shipped_tree_has_four_layers_and_every_indicator_has_its_pillar() -> None:
    tree, known = read_framework(), load()
    tops = [node.code for node in tree.nodes if node.parent == "overall"]
    assert tops == ["frontier_capability", "inference_cost", "systems_integration", "application_ecosystem"]
    parents = {node.code: node.parent for node in tree.nodes}
    leaves = tree.leaves(known.indicators)
    assert all(parents[it.pillar] == it.layer for it in known.indicators.values())
    assert {it.pillar for it in leaves} == {code for code in parents if tree.is_last(code)}
    assert all(it.weight > 0 for it in leaves)
    assert tree.coverage_floor == pytest.approx(2 / 3)


def test_a_file_is_read_like_a_shipped_one(tmp_path: Path) -> None:
    made = framework({"left": ["one"], "right": ["two"]}, 0.5, right=3.0)
    assert read_framework(write_framework(tmp_path, made)) == made


def test_an_unknown_name_is_answered_with_the_known_ones() -> None:
    with pytest.raises(UsageError, match="unknown framework 'defalt'; did you mean default"):
        read_framework("defalt")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("name = ", "well-formed TOML"),
        ('name = "a"\ntitle = "b"\nnodes = []\n', "a tree has one top"),
        ('name = "a"\ntitle = "b"\n', "nodes: found nothing; expected this key"),
        ('name = "a"\ntitle = "b"\nflor = 1\n[[nodes]]\ncode="top"\ntitle="T"\n', "flor: found 1"),
        (
            'name = "a"\ntitle = "b"\n[[nodes]]\ncode="top"\ntitle="T"\nweight=-1.0\n',
            "nodes.0.weight: found -1.0; expected greater than or equal to 0",
        ),
    ],
)
def test_a_bad_file_is_a_fault_in_data_that_names_file_and_key(tmp_path: Path, text: str, found: str) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DataError) as caught:
        read_framework(path)
    assert found in str(caught.value)
    assert "mine.toml" in str(caught.value)


def test_an_indicator_of_a_pillar_that_is_not_there_is_named() -> None:
    its = {"a1": indicator("a1", "won")}
    with pytest.raises(UsageError, match="unknown pillar of indicator a1 'won'"):
        framework({"left": ["one"]}).leaves(its)


def test_the_tree_as_arrays() -> None:
    tree = framework({"left": ["one", "empty"], "right": ["two"]}, right=3.0)
    its = {
        it.code: it for it in (indicator("b1", "two", weight=2.0), indicator("a1"), indicator("b2", "two"))
    }
    leaves = tree.leaves(its)
    assert [it.code for it in leaves] == ["a1", "b1", "b2"]
    pillars, layers, top = levels(tree, leaves)
    assert (pillars.parents, layers.parents, top.parents) == (("one", "two"), ("left", "right"), ("overall",))
    assert pillars.order.tolist() == [0, 1, 2]
    assert pillars.starts.tolist() == [0, 1]
    assert pillars.weights == pytest.approx([1, 2 / 3, 1 / 3])
    assert top.weights == pytest.approx([1 / 4, 3 / 4])
    assert [(each.edges.start, each.edges.stop) for each in (pillars, layers, top)] == [
        (0, 3),
        (3, 5),
        (5, 7),
    ]


def test_weights_of_every_node_of_the_shipped_tree_add_to_one() -> None:
    tree = read_framework()
    for level in levels(tree, tree.leaves(load().indicators)):
        assert np.add.reduceat(level.weights, level.starts) == pytest.approx(np.ones(len(level.parents)))


def test_nothing_to_weigh_is_said() -> None:
    tree = framework({"left": ["one"]}, one=0.0)
    with pytest.raises(UsageError, match="nothing can be scored"):
        levels(tree, ())
    with pytest.raises(UsageError, match="weights under 'left' are all zero"):
        levels(tree, (indicator("a1"),))
