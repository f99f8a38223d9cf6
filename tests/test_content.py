"""What the report says is right whoever leads, with nothing told apart, a layer missing, without draws."""

from __future__ import annotations

import dataclasses
import re
from typing import TYPE_CHECKING, Any

import answers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.content import write
from reports.content.differs import differs
from reports.content.headline import WORDS, headline
from reports.content.spread import sentence
from reports.content.sure import do_not_say, how_sure
from reports.wording import HARD, MINUS, NONE, of_hundred, percent, plain, points, the
from scoring.questions.verdict import ClaimVerdict

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reports.content import Content
    from scoring.answer import Answer, Call

CASES = sorted(answers.ANSWERS)
UNSAID = re.compile(r"\b(None|nan|inf)\b|\{|\}|  ")


def texts(value: Any) -> Iterator[str]:  # noqa: ANN401 - any part of the content
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for part in value.values():
            yield from texts(part)
    elif isinstance(value, (list, tuple)):
        for part in value:
            yield from texts(part)


def said(content: Content) -> list[str]:
    return list(texts(dataclasses.asdict(content)))


def written(case: str, **changes: Any) -> Content:  # noqa: ANN401 - fields of an answer
    return write(dataclasses.replace(answers.ANSWERS[case](), **changes), answers.facts("Plain title"))


def a_claim(**changes: Any) -> ClaimVerdict:  # noqa: ANN401 - fields of a claim
    claim = ClaimVerdict(
        name="price-gap",
        group="Price and cost",
        brief="a ratio",
        sentence="Chinese tokens are nearly 6x cheaper.",
        rule="A ratio between 4.5 and 7.5.",
        verdict="DOES NOT HOLD",
        until="",
        ended="",
        finding="median flagship 2.3x (1.0 to 8.3)",
        figures=(),
        alternatives=(),
        history=(),
        overturn="",
        data_to="2026-11-17",
    )
    return dataclasses.replace(claim, **changes)


@pytest.mark.parametrize("case", CASES)
def test_nothing_unsaid_gets_into_print(case: str) -> None:
    wrong = [text for text in said(written(case)) if UNSAID.search(text)]
    assert not wrong


@pytest.mark.parametrize("case", CASES)
def test_headline_is_short(case: str) -> None:
    assert 3 <= len(headline(answers.ANSWERS[case]()).split()) <= WORDS


def test_headlines() -> None:
    said_of = {case: headline(answers.ANSWERS[case]()) for case in CASES}
    assert said_of == {
        "a_leads": "US ahead in two of four AI layers, likely in one; inference cost open",
        "b_leads": "China ahead in two of four AI layers, likely in one; inference cost open",
        "layer_missing": "US ahead in two of four AI layers; inference cost not scored",
        "no_call": "No AI layer separates US and China",
        "undrawn": "US and China in four AI layers: scores without ranges, no calls",
    }


@given(
    calls=st.lists(
        st.sampled_from(["ahead", "likely ahead", "no call", "not scored"]), min_size=4, max_size=4
    ),
    first=st.lists(st.booleans(), min_size=4, max_size=4),
    pair=st.sampled_from([("USA", "CHN"), ("GBR", "SAU"), ("KOR", "ARE"), ("US_ALLIES", "EU8")]),
)
def test_any_set_of_calls_has_a_short_headline_that_names_every_leader(
    calls: list[Call], first: list[bool], pair: tuple[str, str]
) -> None:
    answer = answers.a_leads(pair)
    gap = dict(answer.gap)
    for layer, call, is_first in zip(answers.LAYERS, calls, first, strict=True):
        leader = pair[0 if is_first else 1] if "ahead" in call else ""
        gap[layer] = dataclasses.replace(gap[layer], call=call, leader=leader)
    answer = dataclasses.replace(answer, gap=gap)
    text = headline(answer)
    assert 3 <= len(text.split()) <= WORDS
    leaders = {gap[layer].leader for layer in answers.LAYERS} - {""}
    for code in leaders:
        assert any(name and name in text for name in (answer.names[code], answer.adjectives[code], code))
    if not leaders:
        assert "ahead" not in text


def test_leader_swaps_in_every_sentence() -> None:
    """Mirrored scores give mirrored sentences: only names and signs change."""
    first, second = written("a_leads"), written("b_leads")
    swapped = {"United States": "China", "China": "United States"}

    def mirror(text: str) -> str:
        text = re.sub(r"\b[Tt]he United States\b", "United States", text)
        return re.sub("United States|China", lambda found: swapped[found[0]], text)

    def bare(text: str) -> str:
        return re.sub(r"\b[Tt]he United States\b", "United States", text)

    for a, b in zip(first.layers, second.layers, strict=True):
        if "cannot tell" not in a.sentence:
            assert mirror(a.sentence) == bare(b.sentence)
    sentences = [finding.sentence for finding in first.first.findings]
    assert [mirror(text) for text in sentences] == [
        bare(finding.sentence) for finding in second.first.findings
    ]
    assert mirror(first.first.do_not_say[0]) == bare(second.first.do_not_say[0])


def test_no_call_names_no_leader() -> None:
    page = written("no_call").first
    assert not any(
        re.search(r"is (likely )?ahead|leads", text) for text in texts(dataclasses.asdict(page)["findings"])
    )
    assert page.findings[0].word == "overall: no call"
    assert "are level" in page.do_not_say[0]


def test_missing_layer_says_why_and_gives_no_overall() -> None:
    content = written("layer_missing")
    page = next(layer for layer in content.layers if layer.code == "inference_cost")
    assert "coverage 51 %, needs 67 %" in page.sentence
    assert not page.parts
    assert content.first.findings[0].word == "no overall score"
    assert content.first.findings[2].sentence.endswith("in systems integration.")
    assert all(not ratio.ours for ratio in content.first.differs.ratios) if content.first.differs else False


def test_without_draws_nothing_is_called() -> None:
    content = written("undrawn")
    assert not [text for text in said(content) if re.search(r"(is|States|China) (likely )?ahead\b", text)]
    assert "No draws were made" in content.first.sure[0].text


def test_how_sure_is_four_lines() -> None:
    for case in CASES:
        assert len(how_sure(answers.ANSWERS[case]())) == 4
        assert len(do_not_say(answers.ANSWERS[case]())) == 2


def test_published_ratios_stand_beside_ours_in_order() -> None:
    shown = differs(answers.a_leads())
    assert shown is not None
    assert [ratio.text for ratio in shown.ratios if not ratio.ours] == ["0.47", "0.53", "0.83", "0.87"]
    assert [ratio.value for ratio in shown.ratios] == sorted(ratio.value for ratio in shown.ratios)
    ours = next(ratio for ratio in shown.ratios if ratio.ours)
    assert ours.low is not None
    assert ours.high is not None
    assert ours.low < ours.value < ours.high


def test_ratios_are_of_china_over_the_united_states_whatever_the_order_of_the_pair() -> None:
    turned = differs(answers.b_leads(("CHN", "USA")))
    straight = differs(answers.a_leads())
    assert turned is not None
    assert straight is not None
    assert [ratio.value for ratio in turned.ratios] == pytest.approx(
        [ratio.value for ratio in straight.ratios]
    )


def test_another_pair_is_named_and_not_set_beside_ratios_of_china() -> None:
    content = write(answers.a_leads(("KOR", "GBR")), answers.facts(""))
    assert content.first.differs is None
    assert content.first.headline.startswith("South Korea ahead in two")
    assert not [text for text in said(content) if "China" in text or "United States" in text]


def test_home_is_placed_by_ranges_and_never_ranked() -> None:
    home = write(answers.a_leads(home="FRA"), answers.facts("")).first.home
    assert home is not None
    assert home.title == "Where France stands"
    assert home.places[0].place == "below the United States; not told apart from China"
    assert home.places[1].place == "not told apart from the United States; below China"
    assert write(answers.a_leads(home="USA"), answers.facts("")).first.home is None


def test_values_that_may_not_be_printed_are_counted_and_kept_back() -> None:
    content = written("a_leads")
    rows = [row for layer in content.layers for row in layer.indicators if row.pillar == "Capital"]
    assert {(row.first.value, row.first.range, row.first.mark) for row in rows} == {
        ("not shown", "", "(terms)")
    }
    assert content.terms.startswith("Four values are used")


def test_price_finding_quotes_the_tested_claim() -> None:
    content = write(answers.a_leads(), answers.facts(""), [a_claim()])
    finding = content.first.findings[1]
    assert "“Chinese tokens are nearly 6x cheaper”: median flagship 2.3x (1.0 to 8.3)." in finding.detail
    assert finding.word == "claim: does not hold"
    assert finding.reference == "Claim price-gap"


def test_the_price_claim_is_about_its_own_two_economies() -> None:
    finding = write(answers.a_leads(("KOR", "GBR")), answers.facts(""), [a_claim()]).first.findings[1]
    assert "Chinese" not in finding.detail
    assert finding.reference == "Chapter Inference cost"


def test_two_zeros_are_not_a_price_that_cannot_be_told_apart() -> None:
    answer = answers.no_call()
    none = {
        code: scores | {"price_offered": dataclasses.replace(scores["price_offered"], value=0.0)}
        for code, scores in answer.scores.items()
    }
    led = {"cost_to_produce": dataclasses.replace(answer.gap["cost_to_produce"], call="ahead", leader="CHN")}
    content = write(dataclasses.replace(answer, scores=none, gap=answer.gap | led), answers.facts(""))
    assert content.first.findings[1].sentence.startswith("In the price offered both score 0; China is ahead")


def test_claim_that_held_says_until_when_and_why_it_ended() -> None:
    claim = a_claim(verdict="HELD UNTIL", until="2026-05-31", ended="data end")
    assert (
        write(answers.a_leads(), answers.facts(""), [claim]).claims[0].verdict
        == "HELD UNTIL 2026-05-31 (data end)"
    )


def test_every_indicator_stands_in_one_layer_with_its_source_and_in_the_appendix() -> None:
    content = written("a_leads")
    answer = answers.a_leads()
    assert sum(len(layer.indicators) for layer in content.layers) == len(answer.indicators)
    assert sum(len(entries) for _, entries in content.chapters.data.groups) == len(answer.indicators)
    known = {reference.number for reference in content.references}
    assert all(
        set(row.references) <= known and row.references
        for layer in content.layers
        for row in layer.indicators
    )


def test_parts_add_up_to_the_gap() -> None:
    answer = answers.a_leads()
    for layer in written("a_leads").layers:
        total = sum(float(part.points.replace(MINUS, "-")) for part in layer.parts)
        assert total == pytest.approx(answer.gap[layer.code].value, abs=0.051 * len(layer.parts))


@pytest.mark.parametrize(
    ("value", "text"),
    [(None, NONE), (-10.04, f"{MINUS}10.0"), (-0.04, "0.0"), (33.35, "33.4"), (0.0, "0.0")],
)
def test_points(value: float | None, text: str) -> None:
    assert points(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0456, "0.0456"),
        (10583.4, "10,583"),
        (28_629_080, f"28.63{HARD}m"),
        (0, "0"),
        (-7.5, f"{MINUS}7.5"),
    ],
)
def test_plain(value: float, text: str) -> None:
    assert plain(value) == text


def test_shares_are_never_rounded_to_certainty() -> None:
    assert of_hundred(0.999) == "over 99 of 100"
    assert of_hundred(1.0) == "all"
    assert percent(0.999) == f"over 99{HARD}%"
    assert percent(0.001) == f"under 1{HARD}%"


def test_articles() -> None:
    names = ("United States", "UAE", "Netherlands", "China", "South Korea")
    assert [the(name) for name in names] == [
        "the United States",
        "the UAE",
        "the Netherlands",
        "China",
        "South Korea",
    ]


def test_clocks_are_named() -> None:
    answer: Answer = answers.a_leads()
    told = write(dataclasses.replace(answer, reconstructed=True), answers.facts(""))
    assert "reconstructed from sources read to 23 November 2026" in told.first.dates
    told = write(dataclasses.replace(answer, known_by=answer.as_of), answers.facts(""))
    assert "as published by 23 November 2026" in told.first.dates


def test_a_call_against_the_values_as_they_stand_says_so() -> None:
    """Lopsided ranges can call the one whose value is lower: the sentence then names both sides."""
    answer = answers.a_leads()
    gap = dataclasses.replace(
        answer.gap["capital"], value=3.9, low=-41.3, high=4.0, call="likely ahead", leader="CHN"
    )
    text = sentence(dataclasses.replace(answer, gap=answer.gap | {"capital": gap}), "capital")
    assert text.startswith(f"China is likely ahead in the draws ({MINUS}4.0 to 41.3 points)")
    assert "put the United States 3.9 points in front" in text


def test_what_all_draws_agree_on_is_not_called_a_chance() -> None:
    answer = answers.ANSWERS["a_leads"]()
    gap = answer.gap["overall"]

    def first(share: float) -> str:
        gaps = answer.gap | {"overall": dataclasses.replace(gap, ahead_all=share)}
        return do_not_say(dataclasses.replace(answer, gap=gaps))[0]

    assert first(1.0).startswith("Not “the United States is sure to win”")
    assert first(0.997).startswith(f"Not “a chance of over 99{HARD}% that the United States wins”")
    assert first(0.95).startswith(f"Not “a chance of 95{HARD}% that the United States wins”")


def test_a_score_outside_its_range_is_minded() -> None:
    answer = answers.ANSWERS["a_leads"]()
    pillar = answer.pillars("systems_integration")[0]
    said = "a score lies outside its range"
    assert not any(said in text for page in written("a_leads").layers for text in page.mind)
    own = answer.scores["CHN"]
    off = own | {pillar.code: dataclasses.replace(own[pillar.code], value=40.0, low=41.0, high=50.0)}
    pages = written("a_leads", scores=answer.scores | {"CHN": off}).layers
    told = {page.title: [text for text in page.mind if said in text] for page in pages}
    assert sum(map(bool, told.values())) == 1
    assert f"In {pillar.title[0].lower()}{pillar.title[1:]} {said}" in told["Systems integration"][0]
