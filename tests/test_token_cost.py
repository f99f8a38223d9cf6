"""Cost of a token: physics and money by sums worked by hand, ranges, mixes of two cases, own models."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import fourlayers
from fourlayers.cli import main
from indicators.fault import DataError, UsageError
from indicators.schema import Quantity
from layers.inference_cost import money, roofline
from layers.inference_cost.amount import amount, fixed
from layers.inference_cost.architecture import (
    Architecture,
    experts_hit,
    kept_bytes,
    parameters,
    span,
)
from layers.inference_cost.case import AMOUNTS, CAUSES, Case, case, mixed
from layers.inference_cost.comparison import compared
from layers.inference_cost.costed import HARDWARE_RATIO, OWN_RATIO, SITE_RATIO, cost_values
from layers.inference_cost.demand import paid, shares
from layers.inference_cost.efficiency import NEW, Key, estimated
from layers.inference_cost.normals import Normals, central
from layers.inference_cost.precision import checked, fastest, nearest, offered
from layers.inference_cost.prices_paid import book
from layers.inference_cost.rates import Work, decode_curve, decoding, prefill_rate, served
from layers.inference_cost.roofline import Group, decode_step, prefill_step, room, weight_bytes
from layers.inference_cost.shelf import shelf
from layers.inference_cost.site import at_site, hours, mean_site
from layers.inference_cost.system import System
from layers.inference_cost.token_cost import cost

if TYPE_CHECKING:
    from indicators.facts import Facts

SMALL = Architecture("small", "GQA", layers=2, hidden=8, heads=4, vocabulary=10, kv_heads=2, head_dim=2)
DENSE = replace(SMALL, dense_ffn=16, dense_layers=2)
MIXED = replace(SMALL, moe_layers=2, experts_total=4, experts_active=2, experts_shared=1, expert_ffn=5)
CHIP = System(
    "chip",
    "maker",
    "USA",
    "first",
    "accel_frontier",
    rates=(("bf16", 100.0), ("fp8", 200.0)),
    memory=100.0,
    bandwidth=2.0,
    scale_up=400.0,
    domain=8,
    scale_out=400.0,
    tile=64,
)


@pytest.fixture(scope="module")
def facts() -> Facts:
    return fourlayers.load()


# ---- the shape of a model -----------------------------------------------------------------------------


def test_parameters_by_hand() -> None:
    attention = 8 * 2 * (4 + 2 * 2) + 4 * 2 * 8  # 128 + 64
    assert parameters(DENSE).total == 2 * attention + 2 * 3 * 8 * 16 + 2 * 10 * 8
    assert parameters(DENSE).active == parameters(DENSE).total - 80  # looking up an embedding is free
    expert = 3 * 8 * 5
    outside = 2 * attention + 2 * (expert + 8 * 4)  # shared expert and router of each layer
    assert parameters(MIXED).total == outside + 2 * 4 * expert + 160
    assert parameters(MIXED).active == outside + 2 * 2 * expert + 80
    assert parameters(replace(DENSE, tied_embedding=True)).total == parameters(DENSE).total - 80


def test_latent_attention_by_hand() -> None:
    latent = Architecture(
        "l", "MLA", 1, 10, 2, 1, kv_rank=4, query_rank=3, rope_dim=1, nope_dim=2, value_dim=5
    )
    counted = 10 * 3 + 3 * 2 * 3 + 10 * (4 + 1) + 4 * 2 * (2 + 5) + 2 * 5 * 10
    assert parameters(latent).replicated == counted
    direct = replace(latent, query_rank=0)  # the query is projected at once
    assert parameters(direct).replicated == counted - (10 * 3 + 3 * 2 * 3) + 10 * 2 * 3
    sparse = replace(latent, sparse_top=7, indexer_heads=2, indexer_dim=6)
    assert parameters(sparse).replicated == counted + 3 * 2 * 6 + 10 * (6 + 2)


def test_context_kept() -> None:
    assert kept_bytes(DENSE, 3.0, 2.0) == 2 * (2 * 2 * 2) * 3 * 2  # layers x elements x tokens x bytes
    windowed = replace(DENSE, window=100, window_share=0.5)
    assert span(windowed, 50.0) == 50.0
    assert span(windowed, 300.0) == 0.5 * 100 + 0.5 * 300
    # DeepSeek-V3: 576 numbers per token and layer in two bytes: 68.6 KiB (vLLM and others print 70 kB)
    latent = Architecture("d", "MLA", 61, 7168, 128, 129280, kv_rank=512, rope_dim=64)
    assert kept_bytes(latent, 1.0, 2.0) / 1024 == pytest.approx(68.6, abs=0.05)


def test_experts_hit_is_the_published_share() -> None:
    # 256 experts, 8 used: 22, 64 and 98 per cent at 8, 32 and 128 tokens
    deepseek = replace(MIXED, experts_total=256, experts_active=8)
    found = experts_hit(deepseek, np.array([8.0, 32.0, 128.0]))
    assert found == pytest.approx([0.22, 0.64, 0.98], abs=0.01)


# ---- the roofline -------------------------------------------------------------------------------------


def test_one_step_term_by_term() -> None:
    s = served(DENSE, CHIP, "bf16", Group(1))
    step = decode_step(s, np.array([3.0]), 1, held=7.0)
    weights = parameters(DENSE).active  # all linear weights and the output matrix
    by_bytes = weights * 2 / (2e12 * roofline.BANDWIDTH)
    by_work = 2 * weights * 3 / (100e12 * roofline.COMPUTE)
    assert step.linear == pytest.approx([max(by_bytes, by_work)])
    read = 3 * 2 * (2 * 2 * 2) * 7 * 2  # sequences, layers, elements, tokens, bytes
    work = 2 * 3 * 4 * 4 * 2 * 7  # layers, tokens, 4 H h s
    assert step.attention == pytest.approx(
        [max(read / (2e12 * roofline.BANDWIDTH), work / (100e12 * roofline.COMPUTE))]
    )
    assert step.communication == [0.0]
    assert step.total >= step.linear + step.attention + step.latency


def test_reading_costs_compute_and_writing_costs_bandwidth(facts: Facts) -> None:
    held = shelf(facts)
    s = served(held.model("Llama-3.1-70B"), held.system("H100"), "fp8", Group(4, tensor=True))
    weights = parameters(s.model)
    one = decode_step(s, np.array([0.25]), 1, 100.0)
    moved = (weights.replicated + weights.vocabulary) / 4 / (3.35e12 * roofline.BANDWIDTH)
    assert float(one.linear[0]) == pytest.approx(moved)
    many = prefill_step(s, 16384.0, 2048.0)
    work = 2 * (weights.replicated + weights.vocabulary) * 16384 / (1979e12 * roofline.COMPUTE)
    assert float(many.linear) == pytest.approx(work)


def test_communication_leaves_the_domain_only_beyond_it() -> None:
    inside = served(MIXED, CHIP, "bf16", Group(8))
    outside = served(MIXED, CHIP, "bf16", Group(32))
    tokens = np.array([100.0])
    near = decode_step(inside, tokens, 1, 10.0).communication
    sent = 100 * 8 * 3 * 2 * 2 * (1 - 1 / 8)  # tokens, hidden, bytes, experts used, layers
    assert near == pytest.approx([sent / (400e9 * roofline.NETWORK) * roofline.IMBALANCE])
    assert decode_step(outside, tokens, 1, 10.0).communication[0] > near[0]
    even = served(MIXED, CHIP, "bf16", Group(8, even=True))
    assert decode_step(even, tokens, 1, 10.0).communication == pytest.approx(near / roofline.IMBALANCE)


def test_memory_decides_the_batch() -> None:
    s = served(DENSE, CHIP, "bf16", Group(1))
    free = 0.92 * 100e9 - 6e9 - weight_bytes(s)
    assert weight_bytes(s) == parameters(DENSE).total * 2
    assert room(s, 1000.0) == pytest.approx(free / (2 * 8 * 1000 * 2))


@settings(max_examples=40, deadline=None)
@given(st.floats(0.05, 3.0), st.floats(0.05, 3.0), st.floats(0.001, 1.0))
def test_better_software_never_writes_less_and_keeps_the_limit(
    one: float, other: float, limit: float
) -> None:
    curve = decode_curve(served(MIXED, CHIP, "fp8", Group(2)), Work(1000, 500, 1250))
    low, high = sorted((one, other))
    rates, batches = curve.at(np.array([low, high]), limit)
    assert rates[0] <= rates[1] * (1 + 1e-9)
    waited = batches / rates
    met = curve.seconds[0] / np.array([low, high]) <= limit
    assert (waited[met] <= limit * (1 + 1e-6)).all()


def test_drafted_tokens_are_checked_and_not_all_kept() -> None:
    s = served(MIXED, CHIP, "fp8", Group(1))
    plain, drafted = Work(10, 10, 15), Work(10, 10, 15, accepted=1.7)
    assert (plain.queries, drafted.queries) == (1, 2)
    assert decode_curve(s, drafted).seconds[0] < decode_curve(s, plain).seconds[0]


def test_faster_chips_are_never_slower() -> None:
    slow = prefill_rate(served(MIXED, CHIP, "bf16", Group(2)), 512.0)
    for better in (
        replace(CHIP, bandwidth=4.0),
        replace(CHIP, scale_up=900.0),
        replace(CHIP, rates=(("bf16", 200.0),)),
    ):
        assert prefill_rate(served(MIXED, better, "bf16", Group(2)), 512.0) >= slow


# ---- precision ----------------------------------------------------------------------------------------


def test_precisions_of_a_system(facts: Facts) -> None:
    held = shelf(facts)
    ascend, hopper = held.system("Ascend 910C"), held.system("H100")
    assert offered(ascend) == ("bf16", "int8", "mxfp4", "int4")
    assert nearest(ascend, "fp4") == "int8"
    assert nearest(ascend, "fp8") == "int8"  # as many bits
    assert nearest(hopper, "int8") == "fp8"
    assert fastest(held.model("gpt-oss-120b"), hopper) == "mxfp4"
    with pytest.raises(UsageError, match="H100 has no fp4 rate on record; it runs bf16, fp8, mxfp4, int4"):
        checked(hopper, "fp4")


# ---- efficiency ---------------------------------------------------------------------------------------


def key(series: str = "", vendor: str = "maker", model: str = "m") -> Key:
    return Key("decode", "first", vendor, "GQA", mixture=False, model=model, system="s", series=series)


def test_many_rows_of_one_series_do_not_settle_the_level() -> None:
    one = estimated([key("a")] * 5, np.log(np.full(5, 0.3)))
    more = estimated([key("a")] * 50, np.log(np.full(50, 0.3)))
    assert more.estimate(key()).median == pytest.approx(one.estimate(key()).median, rel=0.05)
    assert more.estimate(key()).median > 0.32  # part of it belongs to the series
    assert more.estimate(key("a")).median == pytest.approx(0.3, rel=0.03)


def test_a_new_vendor_has_a_wider_range() -> None:
    found = estimated([key("a")] * 20, np.log(np.full(20, 0.5)))
    known, new = found.estimate(key()), found.estimate(key(vendor="other"))
    assert known.new == ()
    assert new.new == ("vendor other",)
    assert new.spread == NEW["vendor"] > known.spread


def test_draws_have_the_median_and_the_spread() -> None:
    found = estimated([key("a")] * 20, np.log(np.full(20, 0.5)))
    for asked in (key(), key(vendor="other")):
        drawn = np.log(found.drawn(asked, Normals(4000)))
        told = found.estimate(asked)
        assert np.median(drawn) == pytest.approx(math.log(told.median), abs=0.03)
        assert drawn.std() == pytest.approx(told.spread, rel=0.05)
    assert found.drawn(key(), central()) == pytest.approx(found.estimate(key()).median)


def test_what_two_cases_share_cancels_in_their_ratio() -> None:
    found = estimated([key("a")] * 20, np.log(np.full(20, 0.5)))
    normals = Normals(4000)
    one, other = (np.log(found.drawn(key(model=name), normals)) for name in ("m", "n"))
    assert (one - other).std() < math.hypot(one.std(), other.std())


# ---- money --------------------------------------------------------------------------------------------


def test_annuity_by_hand() -> None:
    # one year at 5 %: all and its interest; two years: 0.05 / (1 - 1 / 1.1025); at 0: halves
    assert money.annuity(0.05, 1.0) == pytest.approx(1.05)
    assert money.annuity(0.05, 2.0) == pytest.approx(0.05 / (1 - 1 / 1.1025))
    assert money.annuity(0.0, 2.0) == 0.5


def test_an_hour_term_by_term() -> None:
    hour = money.accelerator_hour(
        capex=8766.0,
        power=2.0,
        load=0.5,
        pue=1.2,
        electricity=0.1,
        construction=10.0,
        operation=0.1,
        rate=0.05,
        it_life=1.0,
        facility_life=2.0,
    )
    assert hour.machine == pytest.approx(1.05)
    assert hour.building == pytest.approx(10.0 * 2000.0 * 0.05 / (1 - 1 / 1.1025) / 8766)
    assert hour.electricity == pytest.approx(0.12)  # 2 kW x 0.5 x 1.2 x 0.1
    assert hour.operation == pytest.approx(0.2)
    assert hour.total == pytest.approx(sum(map(float, hour)))


def test_amounts_keep_their_points() -> None:
    drawn = amount(2.0, 1.0, 8.0, "x", "s").drawn(Normals(20000))
    assert np.quantile(drawn, [0.05, 0.5, 0.95]) == pytest.approx([1.0, 2.0, 8.0], rel=0.06)
    assert fixed(3.0, "s").drawn(Normals(5)).tolist() == [3.0]


def test_the_newest_row_of_an_amount_counts(facts: Facts) -> None:
    capex = book(facts).machines["GB200 NVL72"]["capex"]
    assert (capex.value, capex.low, capex.high) == (45833.0, 43056.0, 47222.0)  # February 2026, not 2025


def test_inputs_of_the_facts_stand_in_for_the_tables(facts: Facts) -> None:
    def given(**inputs: float) -> Facts:
        named = {f"token_cost.{name}": Quantity(value=v, source="assumed") for name, v in inputs.items()}
        return replace(facts, inputs=named)

    dear = given(**{"electricity.CHN": 0.3, "capex.Ascend 910C": 40000.0, "utilisation": 0.5})
    found = case(dear, "r1", "910C", "CHN")
    assert (found.electricity.value, found.capex.value, found.utilisation.value) == (0.3, 40000.0, 0.5)
    assert case(dear).electricity == case(facts).electricity
    with pytest.raises(UsageError, match=r"did you mean token_cost\.electricity\.CHN"):
        book(given(**{"elektricity.CHN": 0.3}))


# ---- cases --------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def pair(facts: Facts) -> tuple[Case, Case]:
    return (
        case(facts, "DeepSeek-V3/R1", "GB200 NVL72", "USA"),
        case(facts, "r1", "910C", "CHN"),  # short names
    )


def test_cost_is_hours_times_the_hour(pair: tuple[Case, Case]) -> None:
    found = cost(pair[0])
    work = pair[0].work
    uncached = work.input_tokens / work.output_tokens * (1 - pair[0].cached.value)
    seconds = 1e6 / found.decode[0] + uncached * 1e6 / found.prefill[0]
    hours_paid = seconds / 3600 / pair[0].utilisation.value
    assert found.usd_per_mtok[0] == pytest.approx(hours_paid * found.hour.total[0])
    watts = pair[0].power.value * pair[0].load.value * pair[0].pue.value
    assert found.kwh_per_mtok[0] == pytest.approx(hours_paid * watts)
    share = pair[0].electricity.value * found.kwh_per_mtok[0] / found.usd_per_mtok[0]
    assert found.electricity_share[0] == pytest.approx(share)


def test_reference_traffic_is_that_published(pair: tuple[Case, Case]) -> None:
    work = pair[0].work
    assert work.input_tokens / work.output_tokens == pytest.approx(3.62)
    assert work.held == pytest.approx(work.input_tokens + work.output_tokens / 2) == 4989


def test_every_amount_has_a_source(pair: tuple[Case, Case]) -> None:
    for each in pair:
        for name in AMOUNTS:
            found = getattr(each, name)
            assert found.source
            assert found.low <= found.value <= found.high


def test_what_is_given_has_no_doubt(facts: Facts) -> None:
    found = case(
        facts, electricity=0.5, utilisation=0.9, latency=None, context=(100.0, 50.0), precision="fp8"
    )
    assert (found.electricity.low, found.electricity.high, found.electricity.source) == (0.5, 0.5, "given")
    assert (found.work.held, found.latency, found.precision) == (125.0, None, "fp8")
    dear, cheap = (cost(case(facts, electricity=price)) for price in (0.2, 0.05))
    rise = (0.2 - 0.05) * float(cheap.kwh_per_mtok[0])
    assert dear.usd_per_mtok - cheap.usd_per_mtok == pytest.approx(rise)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"utilisation": 60.0}, "for 60 per cent write 0.6"),
        ({"electricity": 8.6}, "for 8.6 US cents write 0.086"),
        ({"pue": 0.2}, "for an overhead of 0.2 write 1.2"),
        (
            {"precision": "int8"},
            "GB200 NVL72 has no int8 rate on record; it runs bf16, fp8, fp4, mxfp4, int4",
        ),
        ({"precision": "fp5"}, "unknown precision 'fp5'"),
        ({"latency": 0.003}, "the quickest is .* ask for .* ms or more"),
        ({"model": "Lama-3.1-405B"}, "did you mean Llama-3.1-405B"),
        ({"system": "H10"}, "did you mean H100"),
        ({"model": "Llama-3.1-405B", "system": "H100", "precision": "bf16"}, "does not fit .* fits in fp8"),
        ({"system": "RTX PRO 6000"}, "no purchase cost"),
        ({"economy": "XXX"}, "unknown site"),
        ({"context": (0.0, 5.0)}, "expected input and output tokens"),
        ({"context": (1e6, 5.0)}, "1,000,005 tokens: DeepSeek-V3/R1 holds 163,840 at most"),
    ],
)
def test_bad_input_says_what_would_work(facts: Facts, given: dict[str, object], said: str) -> None:
    with pytest.raises(UsageError, match=said) as told:
        case(facts, **given)  # type: ignore[arg-type]
    assert "\n" not in str(told.value)


def test_what_the_message_names_does_work(facts: Facts) -> None:
    assert case(facts, "Llama-3.1-405B", "H100", precision="fp8").precision == "fp8"
    with pytest.raises(UsageError) as told:
        case(facts, latency=0.003)
    named = float(str(told.value).rsplit("ask for ", maxsplit=1)[1].split()[0])
    assert cost(case(facts, latency=named / 1000)).usd_per_mtok[0] > 0
    assert cost(case(facts, "gpt-oss-20b", "RTX PRO 6000", capex=9000, power=0.9)).usd_per_mtok[0] > 0


def test_a_tighter_limit_never_costs_less(facts: Facts) -> None:
    costs = [float(cost(case(facts, latency=limit)).usd_per_mtok[0]) for limit in (0.01, 0.02, 0.05, None)]
    assert costs == sorted(costs, reverse=True)


def test_all_mixes_of_two_cases_run(pair: tuple[Case, Case]) -> None:
    a, b = pair
    assert set(CAUSES) == {
        "electricity",
        "cooling",
        "hardware",
        "precision",
        "financing",
        "facility",
        "utilisation",
        "architecture",
        "software",
        "batching",
    }
    assert cost(mixed(a, b, ())).usd_per_mtok == cost(a).usd_per_mtok
    assert cost(mixed(a, b, CAUSES)).usd_per_mtok == cost(b).usd_per_mtok
    notes = {note for cause in CAUSES for note in mixed(a, b, [cause]).notes}
    assert notes == {
        "DeepSeek-V3/R1 on GB200 NVL72: fp8 for int8 (has no rate for it)",
        "DeepSeek-V3/R1 on Ascend 910C: int8 for fp4 (has no rate for it)",
    }
    electricity = cost(mixed(a, b, ["electricity"]))
    assert electricity.hour.machine == cost(a).hour.machine
    assert electricity.hour.electricity != cost(a).hour.electricity


def test_ranges_of_a_comparison(pair: tuple[Case, Case]) -> None:
    first, second = compared(pair, draws=800, seed=1)
    assert (first.ratio.low, first.ratio.value, first.ratio.high) == (1.0, 1.0, 1.0)
    assert second.usd.low < second.usd.value < second.usd.high
    alone = second.usd.high / second.usd.low
    assert second.ratio.high / second.ratio.low < alone  # what both share cancels
    again = compared(pair, draws=800, seed=1)[1]
    assert again.ratio == second.ratio
    still = compared(pair, draws=0, seed=1)[1]
    assert still.usd.low == still.usd.value == still.usd.high


def test_a_group_is_found_within_the_limit(facts: Facts) -> None:
    held = shelf(facts)
    model, system = held.model("DeepSeek-V3/R1"), held.system("H100")
    group, curve = decoding(model, system, "fp8", Work(4384, 1211, 4989), 0.05, 0.5)
    assert group.size > 8  # 671 billion weights do not fit on eight of 80 GB
    rate, batch = curve.at(np.array([0.5]), 0.05)
    assert batch[0] / rate[0] <= 0.05 * (1 + 1e-6)


# ---- sites, hardware, own stack -----------------------------------------------------------------------


def test_only_the_site_moves(facts: Facts, pair: tuple[Case, Case]) -> None:
    moved = at_site(pair[0], book(facts), "DEU")
    assert moved.electricity.value == 0.1552
    assert moved.capex == pair[0].capex
    assert cost(moved).decode == cost(pair[0]).decode
    every = hours(pair[0], book(facts), ("USA", "DEU"), central())
    assert every[0] == pytest.approx([cost(pair[0]).hour.total[0], cost(moved).hour.total[0]])
    mean = mean_site(pair[0], book(facts))
    values = [at_site(pair[0], book(facts), e).electricity.value for e in book(facts).sites]
    assert mean.electricity.value == pytest.approx(np.mean(values))


def test_demand_is_filled_in_order_of_cost_and_each_class_once() -> None:
    cost_of = np.array([[1.0, 2.0, 10.0]])
    filled = shares(range(3), np.array([[0.2, 0.2, 1.0]]), ["open", "open", "home"])
    assert filled[0].tolist() == pytest.approx([0.2, 0.0, 0.8])  # the second open machine adds nothing
    assert paid(cost_of, filled, 0)[0] == pytest.approx(10**0.8)
    everything = shares(range(3), np.ones((1, 3)), ["open", "open", "home"])
    assert paid(cost_of, everything, 0)[0] == 1.0


@settings(max_examples=60, deadline=None)
@given(st.floats(0, 1), st.floats(0, 1))
def test_more_access_never_costs_more(one: float, other: float) -> None:
    cost_of, classes = np.array([[1.0, 3.0, 4.0]]), ["open", "degraded", "home"]
    low, high = sorted((one, other))
    ratio = [paid(cost_of, shares(range(3), np.array([[a, 0.1, 1.0]]), classes), 0)[0] for a in (low, high)]
    assert 1.0 <= ratio[1] <= ratio[0] + 1e-12


def test_indicators_for_23_economies_with_their_draws(facts: Facts) -> None:
    values, drawn = cost_values(facts)
    assert drawn is not None
    assert (drawn.family, drawn.codes) == ("token_cost", (SITE_RATIO, HARDWARE_RATIO, OWN_RATIO))
    assert len(values[SITE_RATIO]) == len(values[HARDWARE_RATIO]) == 23
    assert min(v.value for v in values[SITE_RATIO]) == 1.0
    own = {v.economy: v for v in values[OWN_RATIO]}
    assert set(own) == {"USA", "CHN"}
    assert own["USA"].value == 1.0
    for row, code in enumerate(drawn.codes):
        for value in values[code]:
            draws = drawn.values[:, row, drawn.economies.index(value.economy)]
            assert value.low <= value.value <= value.high
            assert value.low >= 1.0
            assert np.quantile(draws, [0.05, 0.95]) == pytest.approx(
                [max(value.low, draws.min()), value.high], rel=0.02
            )
            assert set(facts.indicators[code].sources) >= {value.source}
    own_draws = drawn.values[:, 2, :]
    assert np.isnan(own_draws).sum() == 1000 * 21
    again = cost_values(facts)[1]
    assert again is not None
    assert np.array_equal(again.values, drawn.values, equal_nan=True)


def test_access_decides_what_china_pays(facts: Facts) -> None:
    closed = next(v for v in cost_values(facts)[0][HARDWARE_RATIO] if v.economy == "CHN")
    assert closed.low > 1.2  # 910C about twice as dear
    assert "Ascend 910C 98%" in closed.note
    opened = facts.table("access").query("economy != 'CHN'")  # without its rules it buys as others do
    free = replace(facts)
    free._read["access"] = opened
    values = cost_values(free)[0][HARDWARE_RATIO]
    assert next(v.value for v in values if v.economy == "CHN") == pytest.approx(1.0, abs=0.2)


def test_before_the_constants_were_known_there_is_no_cost() -> None:
    for day in ("2024-01-01", "2025-07-15"):  # no constants; no building costs
        values, drawn = cost_values(fourlayers.load(as_of=day))
        assert (values, drawn) == ({}, None)


# ---- the public function and the command --------------------------------------------------------------

LLAMA_8B = {
    "model": "Llama-3.1-8B",
    "attention": "GQA",
    "layers": 32,
    "hidden": 4096,
    "heads": 32,
    "kv_heads": 8,
    "head_dim": 128,
    "dense_ffn": 14336,
    "dense_layers": 32,
    "vocabulary": 128256,
}


def test_throughput_of_a_model_and_a_system_of_ones_own(facts: Facts) -> None:
    chip = {
        "system": "own chip",
        "bf16_tflops": 312,
        "memory_gb": 80,
        "memory_bandwidth_tbps": 2.0,
        "scale_up_gbyte_s": 300,
        "scale_up_accelerators": 8,
        "scale_out_gbit_s": 200,
    }
    found = fourlayers.token_throughput(LLAMA_8B, chip, batch=8, held=512, accelerators=1, facts=facts)
    assert found.low < found.tokens_per_second < found.high
    assert found.new == ("vendor own",)
    assert found.tokens_per_second == pytest.approx(found.batch / found.seconds_per_token)
    assert found.tokens_per_second == pytest.approx(found.ideal * found.efficiency)
    # weights of 8.0 billion in two bytes at 2 TB/s: no more than 125 steps a second
    assert found.tokens_per_second < 8 * 125
    with pytest.raises(UsageError, match="lacks attention"):
        fourlayers.token_throughput({"model": "x", "layers": 3}, "H100", facts=facts)
    with pytest.raises(UsageError, match="did you mean heads"):
        fourlayers.token_throughput({**LLAMA_8B, "head": 3}, "H100", facts=facts)
    with pytest.raises(UsageError, match="unknown phase"):
        fourlayers.token_throughput(LLAMA_8B, "H100", "writing", facts=facts)  # type: ignore[arg-type]


A100 = {
    "system": "A100",
    "vendor": "nvidia",
    "generation": "Ampere",
    "bf16_tflops": 312,
    "int8_tflops": 624,
    "memory_gb": 80,
    "memory_bandwidth_tbps": 2.039,
    "scale_up_gbyte_s": 300,
    "scale_up_accelerators": 8,
    "scale_out_gbit_s": 200,
}
MIXTRAL = {
    "model": "Mixtral-8x7B",
    "attention": "GQA",
    "layers": 32,
    "hidden": 4096,
    "heads": 32,
    "kv_heads": 8,
    "vocabulary": 32000,
    "experts_total": 8,
    "experts_active": 2,
    "expert_ffn": 14336,
}


def test_a_row_leaves_out_what_follows_from_the_rest(facts: Facts) -> None:
    whole = MIXTRAL | {"head_dim": 128, "moe_layers": 32, "dense_layers": 0}
    one, other = (fourlayers.token_throughput(m, "H100", facts=facts) for m in (MIXTRAL, whole))
    assert one == other
    every = {name: value for name, value in LLAMA_8B.items() if name not in {"kv_heads", "dense_layers"}}
    kept = fourlayers.token_throughput(every | {"attention": "mha"}, "H100", facts=facts)
    assert kept == fourlayers.token_throughput(LLAMA_8B | {"kv_heads": 32}, "H100", facts=facts)


def test_a_row_of_the_tables_is_a_model_and_a_system(facts: Facts) -> None:
    """Texts and empty cells as a CSV reader gives them, columns that say nothing about the rate beside."""
    models, systems = facts.table("architectures"), facts.table("systems")
    for name in ("gpt-oss-120b", "GLM-5", "Llama-3.1-70B"):
        row = {str(k): v for k, v in models[models["model"] == name].iloc[0].items()}
        chip = {str(k): v for k, v in systems[systems["system"] == "H200"].iloc[0].items()}
        named = fourlayers.token_throughput(name, "H200", facts=facts)
        assert fourlayers.token_throughput(row, chip, facts=facts) == named
        texts = {key: "" if value != value else str(value) for key, value in row.items()}  # noqa: PLR0124
        assert fourlayers.token_throughput(texts, "H200", facts=facts) == named


def test_a_system_nobody_measured_lies_by_its_measured_rates(facts: Facts) -> None:
    # TensorRT-LLM 0.14 overview: Mixtral 8x7B in FP16 on four A100, 1,000 tokens in and out: 7,357.2 a second
    found = fourlayers.token_throughput(
        MIXTRAL,
        A100,
        "aggregated",
        context=(1000, 1000),
        precision="fp16",
        accelerators=4,
        layout="tensor",
        facts=facts,
    )
    assert found.new == ()  # software of the vendor is known, though not on this generation
    assert found.low < 7357.2 / 4 < found.high


def test_the_example_of_the_docs_is_what_comes_out() -> None:
    page = Path(__file__).parents[1] / "docs" / "token-cost.md"
    if not page.exists():
        pytest.skip("away from the sources")
    code, _, told = (
        page.read_text(encoding="utf-8").partition("```python\n")[2].partition("found.tokens_per_second")
    )
    made: dict[str, Any] = {}
    exec(code, made)  # noqa: S102 - our own page
    found = made["found"]
    shown = f"# {found.tokens_per_second:,.0f} ({found.low:,.0f}-{found.high:,.0f}); measured: 1,839"
    assert shown in told.partition("\n")[0]


def test_tensors_are_split_further_where_memory_is_small(facts: Facts) -> None:
    small = A100 | {"system": "small", "memory_gb": 16, "scale_up_accelerators": 256}
    found = fourlayers.token_throughput("Llama-3.1-70B", small, facts=facts)
    assert (found.accelerators, found.layout) == (16, "tensor")
    with pytest.raises(UsageError, match=r"does not fit on 8 small: .* it fits on 16 or in int4"):
        fourlayers.token_throughput("Llama-3.1-70B", small, accelerators=8, facts=facts)


@pytest.mark.parametrize(
    ("model", "system", "said"),
    [
        ({"hidden": "4k"}, {}, "model, hidden: found '4k'; expected a number"),
        ({"hidden": -1, "heads": 2.5}, {}, "hidden: .* a number from 0; model, heads: .* a whole number"),
        ({"attention": "linear"}, {}, "found 'linear'; expected one of GQA, MLA, MHA, MQA"),
        ({"experts_active": 9}, {}, "no more than experts_total, 8"),
        ({"kv_heads": None}, {}, "kv_heads: found nothing; expected a number above 0 for Mixtral-8x7B"),
        ({"window": 128}, {}, "the share of layers with a window"),
        ({"moe_layers": 30, "dense_layers": 1}, {}, "31 dense_layers and moe_layers together"),
        ({"expert_fnn": 3}, {}, "did you mean expert_ffn"),
        ({}, {"memory_bandwidth_tbps": 2039}, "For 2039 GB/s write 2.039"),
        ({}, {"memory_gb": 0}, "memory_gb: found 0; expected a number above 0"),
        ({}, {"fp16_tflops": 312}, "did you mean bf16_tflops"),
    ],
)
def test_faults_of_a_mapping_are_said_at_once(
    facts: Facts, model: dict[str, object], system: dict[str, object], said: str
) -> None:
    with pytest.raises(UsageError, match=said) as told:
        fourlayers.token_throughput(MIXTRAL | model, A100 | system, facts=facts)
    assert "\n" not in str(told.value)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"accelerators": 0}, "accelerators 0: expected"),
        ({"accelerators": 16}, "spreads its experts over 8 at most"),
        ({"layout": "pipeline"}, "unknown layout"),
        ({"batch": 0}, "batch 0: expected sequences"),
        ({"latency": 50}, "such as 0.05 for 50 ms"),
        ({"latency": 0.001}, "ask for .* ms or more"),
        ({"context": (1000, 0)}, "output tokens 0"),
        ({"context": (math.nan, 1)}, "input tokens nan"),
        ({"held": -5}, "held -5"),
        ({"kv_bytes": -1}, "kv bytes -1"),
        ({"tokens_per_step": 0.5}, "tokens per step 0.5"),
        ({"precision": "fp9"}, "unknown precision 'fp9'"),
        ({"precision": "nvfp4"}, "A100 has no fp4 rate on record; it runs bf16, int8, mxfp4, int4"),
        ({"accelerators": 1}, "does not fit on one A100: .* it fits on 2 or in int8"),
    ],
)
def test_conditions_that_cannot_be(facts: Facts, asked: dict[str, object], said: str) -> None:
    conditions = {"facts": facts, "precision": "fp16"} | asked
    with pytest.raises(UsageError, match=said) as told:
        fourlayers.token_throughput(MIXTRAL, A100, **conditions)  # type: ignore[arg-type]
    assert "\n" not in str(told.value)


def test_what_neither_a_name_nor_columns_is(facts: Facts) -> None:
    for model, system in ((3, "H100"), ("Llama-3.1-70B", 3)):
        with pytest.raises(UsageError, match="3: expected a name, or a mapping of the columns"):
            fourlayers.token_throughput(model, system, facts=facts)  # type: ignore[arg-type]
    with pytest.raises(UsageError, match="no experts to spread"):
        fourlayers.token_throughput("Llama-3.1-70B", "H100", layout="expert", accelerators=4, facts=facts)
    with pytest.raises(UsageError, match="holds 131,072 at most"):
        fourlayers.token_throughput("Llama-3.1-70B", "H100", context=(500000, 100), facts=facts)
    reading = fourlayers.token_throughput("Llama-3.1-70B", "H100", "prefill", context=(2048, 0), facts=facts)
    assert math.isnan(reading.batch)


def test_throughput_within_a_limit(facts: Facts) -> None:
    asked = {"context": (1024.0, 1024.0), "facts": facts}
    free = fourlayers.token_throughput("gpt-oss-120b", "B200", "aggregated", **asked)  # type: ignore[arg-type]
    held = fourlayers.token_throughput("gpt-oss-120b", "B200", "aggregated", latency=0.01, **asked)  # type: ignore[arg-type]
    assert held.seconds_per_token <= 0.01 * (1 + 1e-6)
    assert held.tokens_per_second < free.tokens_per_second
    with pytest.raises(UsageError, match="the quickest is"):
        fourlayers.token_throughput("gpt-oss-120b", "B200", latency=1e-3, facts=facts)


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    code = main(["token-cost", *words])
    told = capsys.readouterr()
    return code, told.out, told.err


def test_command_sets_cases_side_by_side(capsys: pytest.CaptureFixture[str]) -> None:
    words = ("--draws", "200", "--compare", "Ascend 910C, china", "--compare", "electricity=0.2")
    code, out, _ = run(capsys, *words)
    assert code == 0
    assert "1  DeepSeek-V3/R1 on GB200 NVL72, USA, fp4" in out
    assert "2  DeepSeek-V3/R1 on Ascend 910C, CHN, int8" in out
    assert "times case 1" in out
    assert "given" in out
    assert "lokshin_2026" in out


def test_command_takes_the_gap_of_any_two_cases_apart(capsys: pytest.CaptureFixture[str]) -> None:
    words = ("--model", "GLM-5", "--price", "6", "--compare", "H20, CHN, price=5", "--compare", "FRA")
    code, out, _ = run(capsys, "--format", "json", "--draws", "50", *words)
    assert code == 0
    first, priced, sited = json.loads(out)["cases"]
    assert first["why"] is None
    assert (priced["why"]["of"], sited["why"]["of"]) == ("price", "cost")
    for case_, gap in ((priced, 5 / 6), (sited, sited["ratio_to_first"]["value"])):
        causes = case_["why"]["causes"]
        assert math.prod(each["value"] for each in causes.values()) == pytest.approx(gap)
        assert case_["why"]["gap"]["value"] == pytest.approx(gap)
    cost_of_first = first["usd_per_mtok"]["value"]
    assert priced["why"]["margins"][0]["value"] == pytest.approx(1 - cost_of_first / 6)
    told = " ".join(run(capsys, "--draws", "0", *words)[1].split())
    assert "because margin x0." in told
    assert "price 0.83 times, of it not cost of serving" in told
    assert "[" not in told.split("because")[1].split("3 GLM-5")[0]
    assert "price -1: expected USD asked" in run(capsys, "--price", "-1")[2]


def test_command_writes_a_document(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "--format", "json", "--draws", "200", "--latency", "100", "--pue", "1.3")
    document = json.loads(out)
    found = document["cases"][0]
    assert code == 0
    assert found["latency_seconds"] == 0.1
    assert found["inputs"]["pue"] == {
        "value": 1.3,
        "low": 1.3,
        "high": 1.3,
        "unit": "of computer power",
        "source": "given",
    }
    assert set(found["inputs"]) == set(AMOUNTS)
    hour = found["usd_per_hour"]
    assert found["electricity_share"]["value"] == pytest.approx(hour["electricity"] / sum(hour.values()))


def test_command_lists_what_there_is(capsys: pytest.CaptureFixture[str]) -> None:
    assert "Kimi-K2" in run(capsys, "models")[1]
    assert "Ascend 910C" in run(capsys, "systems")[1]
    code, _, err = run(capsys, "modles")
    assert code == 2
    assert "did you mean models" in err


OWN_MODEL = "model,attention,layers,hidden,heads,kv_heads,head_dim,dense_ffn,dense_layers,vocabulary\n"
OWN_SYSTEM = (
    "system,bf16_tflops,memory_gb,memory_bandwidth_tbps,scale_up_gbyte_s,scale_up_accelerators,"
    "scale_out_gbit_s,purchase_cost_usd,power_kw\n"
)


def test_models_and_systems_of_ones_own(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "architectures.csv").write_text(OWN_MODEL + "Mine,GQA,32,4096,32,8,128,14336,32,128256\n")
    (tmp_path / "systems.csv").write_text(OWN_SYSTEM + "My chip,312,80,2.0,300,8,200,15000,0.9\n")
    words = ("--data", str(tmp_path), "--model", "Mine", "--system", "My chip", "--draws", "0")
    code, out, err = run(capsys, *words)
    assert (code, err) == (0, "")
    assert "Mine on My chip, USA, bf16" in out
    assert "vendor own" in out
    found = fourlayers.token_throughput("mine", "my chip", "aggregated", data=[tmp_path])
    assert (found.model, found.system) == ("Mine", "My chip")
    with pytest.raises(UsageError, match="no such folder"):
        fourlayers.token_throughput("mine", "my chip", data=str(tmp_path / "none"))


def test_faults_of_ones_own_are_said_at_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "architectures.csv").write_text(OWN_MODEL + "Mine,GQB,32,4096,x,8,128,14336,30,128256\n")
    (tmp_path / "systems.csv").write_text(OWN_SYSTEM.replace("memory_gb", "memory") + "a,1,1,1,1,1,1,1,1\n")
    code, _, err = run(capsys, "--data", str(tmp_path))
    assert code == 1
    for said in ("one of GQA, MLA", "heads: found 'x'", "30 dense_layers", "memory"):
        assert said in err


def test_command_refuses_a_bloc_and_a_bad_context(capsys: pytest.CaptureFixture[str]) -> None:
    assert "name an economy" in run(capsys, "--economy", "EU8")[2]
    assert "such as 4096/1024" in run(capsys, "--context", "4096")[2]
    assert "no such folder" in run(capsys, "--data", "/nowhere-at-all")[2]
    assert "for 60 per cent write 0.6" in run(capsys, "--utilisation", "60")[2]
    assert "expected a number" in run(capsys, "--compare", "pue=low")[2]
    assert "unknown input" in run(capsys, "--compare", "elektricity=0.1")[2]
    assert "expected a whole number from 0" in run(capsys, "--draws", "-5")[2]
    assert "expected USD per kWh" in run(capsys, "--electricity", "nan")[2]


def test_data_errors_are_data_errors(tmp_path: Path, facts: Facts) -> None:
    from layers.inference_cost.own import with_folders

    (tmp_path / "systems.csv").write_text("system\n\n")
    with pytest.raises(DataError):
        with_folders(shelf(facts), book(facts), facts, [tmp_path])


def test_tokens_are_drafted_only_where_it_helps(facts: Facts) -> None:
    relaxed, quick = (case(facts, latency=limit) for limit in (0.05, 0.02))
    assert (relaxed.work.accepted, quick.work.accepted) == (1.0, 1.7)
    for found in (relaxed, quick):
        other = 1.7 if found.work.accepted == 1.0 else 1.0
        forced = case(facts, latency=found.latency, tokens_per_step=other)
        assert cost(found).decode[0] >= cost(forced).decode[0]
    assert case(facts, "gpt-oss-120b").work.accepted == 1.0  # no layer that drafts


def test_efficiency_that_is_given_has_no_doubt(facts: Facts) -> None:
    found = case(facts, efficiency=0.5, latency=None)
    drawn = cost(found, Normals(100))
    assert np.unique(drawn.decode).size == 1
    double = cost(case(facts, efficiency=1.0, latency=None))
    assert double.decode == pytest.approx(2 * cost(found).decode)
    with pytest.raises(UsageError, match=r"for 50 per cent write 0\.5"):
        case(facts, efficiency=50.0)
