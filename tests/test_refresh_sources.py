"""Each adapter on small answers in the form of its source: what is held comes out as held, new is new."""

from __future__ import annotations

import contextlib
import csv
import hashlib
import io
import json
import tomllib
import zipfile
from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING, Any

import pycountry
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from live import ISO3_TO_2, Server, csv_text, jsonstat, owid_csv, served, world_bank_json

from indicators.refresh import eurostat, github, microsoft, openrouter, owid, vibrancy, world_bank
from indicators.refresh.epoch_clusters import clusters, largest, periods, shares
from indicators.refresh.epoch_models import notable
from indicators.refresh.epoch_names import family, lab, open_weights, same_version
from indicators.refresh.fetch import Body, Fetch, Limits
from indicators.refresh.fresh import ISO2, cell
from indicators.refresh.held import Held
from indicators.refresh.merge import merge
from indicators.refresh.price_model import Price, _append
from indicators.refresh.sources import SOURCES, chosen, read_all
from indicators.refresh.trouble import SourceError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from indicators.refresh.merge import Difference

GRAPH = "https://raw.githubusercontent.com/github/innovationgraph/main/data/"
OWID = "https://ourworldindata.org/grapher/"


@pytest.fixture(scope="module")
def known() -> Held:
    """Read the shipped descriptions once."""
    return Held.of(())


@pytest.fixture
def held(known: Held) -> Held:
    """Give what is shipped, with nothing merged."""
    return Held(known.catalogue)


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with served() as running:
        yield running


@pytest.fixture
def take(held: Held, server: Server) -> Callable[[str, Mapping[str, str | bytes]], dict[str, Difference]]:
    """Answer some addresses, run an adapter, and merge what it gives."""

    def run(home: str, answers: Mapping[str, str | bytes]) -> dict[str, Difference]:
        server.routes.clear()
        for address, answer in answers.items():
            server.put(address, answer)
        adapter: Any = import_module(f"indicators.refresh.{home}")
        fetch = Fetch(adapter.HOSTS, Limits(tries=1), base=server.base)
        found = [merge(held, each) for each in adapter.read(fetch, held)]
        return {each.name: each for each in found}

    return run


Take = "Callable[[str, Mapping[str, str | bytes]], dict[str, Difference]]"


def told(difference: Difference) -> tuple[int, int, int]:
    return len(difference.new), len(difference.changed), len(difference.gone)


def quoted(header: Sequence[str], rows: Sequence[Mapping[str, object]]) -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, header, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def archive(files: Mapping[str, str]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, text in files.items():
            made.writestr(zipfile.ZipInfo(name), text, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def test_the_two_letters_are_those_of_iso_3166() -> None:
    reference = {each.alpha_2: each.alpha_3 for each in pycountry.countries}
    assert {two: reference[two] for two in ISO2} == ISO2


def test_every_source_has_its_adapter_and_asks_only_its_hosts() -> None:
    for live in SOURCES:
        adapter: Any = import_module(f"indicators.refresh.{live.home}")
        assert adapter.HOSTS
        assert callable(adapter.read)
        for value in (getattr(adapter, "ADDRESS", ""), getattr(adapter, "LISTING", "")):
            assert not value.startswith("https://") or Fetch(adapter.HOSTS, base="").resolved(value)


@pytest.mark.parametrize(
    ("value", "text"),
    [(1.0, "1"), (0.1, "0.1"), (33.0559123, "33.0559"), (1.845e24, "1.845e+24"), (0.0, "0")],
)
def test_a_number_is_a_short_cell(value: float, text: str) -> None:
    assert cell(value) == text


# --- GitHub


def graph(held: Held) -> dict[str, list[tuple[object, ...]]]:
    developers: list[tuple[object, ...]] = [
        (row["value"], ISO3_TO_2[row["economy"]], row["date"][:4], 3)
        for row in held.rows("github_developers")
    ]
    topics: list[tuple[object, ...]] = [
        (row["value"], "llm", ISO3_TO_2[row["economy"]], row["date"][:4], 3)
        for row in held.rows("github_topic_pushers_llm")
    ]
    for row in held.rows("github_kubernetes_pushers"):
        quarters = (1, 2, 3, 4) if len(row["date"]) == 4 else (1, 2, 3)
        economy = ISO3_TO_2[row["economy"]]
        topics += [(row["value"], "kubernetes", economy, row["date"][:4], quarter) for quarter in quarters]
    return {"developers": developers, "topics": topics}


def graph_answers(rows: Mapping[str, list[tuple[object, ...]]]) -> dict[str, str | bytes]:
    return {
        f"{GRAPH}developers.csv": csv_text(
            ("developers", "iso2_code", "year", "quarter"), rows["developers"]
        ),
        f"{GRAPH}topics.csv": csv_text(
            ("num_pushers", "topic", "iso2_code", "year", "quarter"), rows["topics"]
        ),
    }


def test_github_says_what_is_held(held: Held, take: Any) -> None:  # noqa: ANN401 - see `take`
    found = take("github", graph_answers(graph(held)))
    assert {name: told(each) for name, each in found.items()} == dict.fromkeys(found, (0, 0, 0))
    assert found["github_developers"].kept == len(held.rows("github_developers"))


def test_github_of_the_next_year_is_new(held: Held, take: Any) -> None:  # noqa: ANN401
    rows = graph(held)
    rows["developers"] += [(31_000_000, "US", 2026, 3), (13_000_000, "CN", 2026, 3), (9, "EU", 2026, 3)]
    rows["topics"] += [(4000, "llm", "US", 2026, 3), (100, "kubernetes", "CN", 2026, 1)]
    rows["topics"] += [(300, "kubernetes", "CN", 2026, 3), (500, "go", "CN", 2026, 3)]
    found = take("github", graph_answers(rows))
    new = found["github_developers"].new
    assert [(each.economy, each.what, each.after) for each in new] == [
        ("CHN", ("2026-Q3",), "13000000"),
        ("USA", ("2026-Q3",), "31000000"),
    ]
    row = next(row for row in held.rows("github_developers") if row["date"] == "2026-Q3")
    assert (row["economy"], row["source"], row["instrument"]) == (
        "USA",
        "github_live",
        "GitHub Innovation Graph",
    )
    source = tomllib.loads(held.texts("github_developers").toml)["sources"]["github_live"]
    content = str(graph_answers(rows)[f"{GRAPH}developers.csv"]).encode()
    assert source["url_download"] == f"{GRAPH}developers.csv"
    assert hashlib.sha256(content).hexdigest() in source["note"]
    assert source["licence"] == "CC0 1.0"
    assert str(source["date_accessed"]) == source["date_published"] == row["published"]
    pushers = {(row["economy"], row["date"]): row["value"] for row in held.rows("github_kubernetes_pushers")}
    assert pushers["CHN", "2026-Q3"] == "200"  # (100 + 300) / 2: only the published quarters
    assert ("USA", "2025") in pushers  # a year that is over goes by its own name
    assert ("USA", "2025-Q3") not in pushers


def test_a_file_that_lost_half_of_its_rows_is_refused(held: Held, take: Any) -> None:  # noqa: ANN401
    rows = graph(held)
    before = held.texts("github_developers")
    rows["developers"] = rows["developers"][:60]
    with pytest.raises(SourceError, match=r"78 of the 138 rows of github_developers .* are not in it"):
        take("github", graph_answers(rows))
    assert held.texts("github_developers") == before


# --- Microsoft


def waves(held: Held) -> dict[str, dict[str, str]]:
    names = {"2025-06-30": "H1 2025", "2025-12-31": "H2 2025", "2026-03-31": "Q1 2026"}
    units = held.rows("adoption")
    out: dict[str, dict[str, str]] = {}
    for row in units:
        if row["instrument"] == microsoft.INSTRUMENT:
            out.setdefault(row["economy"], {})[f"{names[row['date']]} AI Diffusion"] = f"{row['value']}%"
    return out


def diffusion(found: Mapping[str, Mapping[str, str]], extra: Sequence[Mapping[str, str]] = ()) -> bytes:
    header = ["Economy", *next(iter(found.values()))]
    rows = [{"Economy": code, **shares} for code, shares in found.items()]
    rows.append({"Economy": "Côte d'Ivoire", **dict.fromkeys(header[1:], "12.00%")})
    return quoted(header, [*rows, *extra]).encode("cp1252")


def microsoft_answers(content: bytes, name: str = "AI_Diffusion_Q12026_Update.csv") -> dict[str, str | bytes]:
    listing = [{"name": "US", "type": "dir"}, {"name": "AI_Diffusion_Q42025_Update.csv"}, {"name": name}]
    return {microsoft.LISTING: json.dumps(listing), microsoft.ADDRESS + name: content}


def test_microsoft_says_what_is_held(held: Held, take: Any) -> None:  # noqa: ANN401
    found = take("microsoft", microsoft_answers(diffusion(waves(held))))
    assert told(found["adoption"]) == (0, 0, 0)
    assert found["adoption"].kept == 69


def test_microsoft_adds_a_wave_from_the_newest_file(held: Held, take: Any) -> None:  # noqa: ANN401
    shares = {code: {**each, "Q2 2026 AI Diffusion": "50.10%"} for code, each in waves(held).items()}
    shares["USA"]["Q1 2026 AI Diffusion"] = "31.50%"
    found = take("microsoft", microsoft_answers(diffusion(shares), "AI_Diffusion_Q22026_Update.csv"))
    assert told(found["adoption"]) == (23, 1, 0)
    changed = found["adoption"].changed[0]
    assert (changed.economy, changed.column, changed.before, changed.after) == (
        "USA",
        "value",
        "31.3",
        "31.5",
    )
    new = next(row for row in held.rows("adoption") if row["date"] == "2026-06-30")
    assert (new["counts"], new["value"], new["enters"], new["note"]) == (
        *("people", "50.1", "true", "second quarter of 2026"),
    )


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"Country,Q1 2026 AI Diffusion\nUSA,1%\n", "no column 'Economy'"),
        (b"Economy,Diffusion\nUSA,1%\n", "expected columns such as 'Q1 2026 AI Diffusion'"),
        (b"Economy,Q1 2026 AI Diffusion\nUSA,many\n", "found 'many', expected a number"),
        (b"Economy,Q1 2026 AI Diffusion\nKorea,1%\n", "'Korea', which may mean more than one economy"),
    ],
)
def test_microsoft_in_another_form_is_refused(content: bytes, said: str, take: Any) -> None:  # noqa: ANN401
    with pytest.raises(SourceError) as error:
        take("microsoft", microsoft_answers(content))
    assert said in str(error.value)


def test_a_listing_without_the_file_is_refused() -> None:
    for text in ('{"message": "rate limit"}', '[{"name": "other.csv"}]'):
        with pytest.raises(SourceError, match="expected a"):
            microsoft.newest(Body.of(microsoft.LISTING, text.encode()))


# --- Our World in Data


def charts(held: Held) -> dict[str, dict[tuple[str, int], float]]:
    names = {
        "electricity-generation": "electricity_generation_twh",
        "share-electricity-low-carbon": "low_carbon_share_electricity_pct",
        "carbon-intensity-electricity": "grid_carbon_intensity_gco2_kwh",
    }
    return {
        slug: {(row["economy"], int(row["date"])): float(row["value"]) for row in held.rows(name)}
        for slug, name in names.items()
    }


def owid_answers(found: Mapping[str, Mapping[tuple[str, int], float]]) -> dict[str, str | bytes]:
    columns = {
        "electricity-generation": "Electricity generation",
        "share-electricity-low-carbon": "Share of electricity from low-carbon sources",
        "carbon-intensity-electricity": "Carbon intensity of electricity per kWh",
    }
    return {f"{OWID}{slug}.csv": owid_csv(columns[slug], values) for slug, values in found.items()}


def test_owid_says_what_is_held(held: Held, take: Any) -> None:  # noqa: ANN401
    found = take("owid", owid_answers(charts(held)))
    assert {name: told(each) for name, each in found.items()} == dict.fromkeys(found, (0, 0, 0))
    assert len(found) == 4


def test_owid_of_one_edition_gives_growth_without_a_seam(held: Held, take: Any) -> None:  # noqa: ANN401
    values = charts(held)
    values["electricity-generation"]["USA", 2025] = 4526.91
    found = take("owid", owid_answers(values))
    row = next(
        row
        for row in held.rows("electricity_increment_twh_3y")
        if (row["economy"], row["date"]) == ("USA", "2025")
    )
    assert float(row["value"]) == pytest.approx((4526.91 - 4286.91) / 3)
    assert (row["low"], row["note"]) == ("", "(4526.91 of 2025 - 4286.91 of 2022) / 3.")
    assert told(found["electricity_generation_twh"]) == (0, 1, 0)


@pytest.mark.parametrize(
    ("column", "said"),
    [
        ("Electricity demand", "expected a column about carbon intensity, found 'Electricity demand'"),
        ("Carbon intensity,Electricity demand", "expected one column of values, found"),
    ],
)
def test_owid_with_another_column_is_refused(column: str, said: str, held: Held, take: Any) -> None:  # noqa: ANN401
    answers = owid_answers(charts(held))
    header, rows = (
        f"Entity,Code,Year,{column}\n",
        ",".join(["x", "USA", "2025", *["1"] * len(column.split(","))]),
    )
    answers[f"{OWID}carbon-intensity-electricity.csv"] = f"{header}{rows}\n"
    with pytest.raises(SourceError) as error:
        take("owid", answers)
    assert said in str(error.value)


def test_the_region_beside_a_chart_is_no_value(held: Held, take: Any) -> None:  # noqa: ANN401
    answers = owid_answers(charts(held))
    plain = str(answers[f"{OWID}carbon-intensity-electricity.csv"]).splitlines()
    told_apart = [f"{plain[0]},World region according to OWID", *(f"{line},Europe" for line in plain[1:])]
    answers[f"{OWID}carbon-intensity-electricity.csv"] = "\n".join(told_apart) + "\n"
    assert told(take("owid", answers)["grid_carbon_intensity_gco2_kwh"]) == (0, 0, 0)


# --- World Bank


def bank(held: Held) -> dict[str, dict[tuple[str, int], float | None]]:
    out: dict[str, dict[tuple[str, int], float | None]] = {}
    for code, measure in ((world_bank.POPULATION, "population"), (world_bank.PRODUCT, "gdp_usd")):
        out[code] = {
            (row["economy"], int(row["date"])): float(row["value"])
            for row in held.rows("denominators")
            if row["measure"] == measure and row["economy"] != world_bank.ABSENT
        }
    out[world_bank.BROADBAND] = {
        (row["economy"], int(row["date"])): float(row["value"])
        for row in held.rows("fixed_broadband_per_100")
    }
    return out


def bank_answers(values: Mapping[str, Mapping[tuple[str, int], float | None]]) -> dict[str, str | bytes]:
    return {world_bank.address(code): world_bank_json(code, each) for code, each in values.items()}


def test_the_world_bank_says_what_is_held(held: Held, take: Any) -> None:  # noqa: ANN401
    found = take("world_bank", bank_answers(bank(held)))
    assert {name: told(each) for name, each in found.items()} == dict.fromkeys(found, (0, 0, 0))


def test_the_world_bank_adds_a_year_and_leaves_taiwan(held: Held, take: Any) -> None:  # noqa: ANN401
    values = bank(held)
    values[world_bank.PRODUCT] |= {("USA", 2024): 29298013000000.0, ("CHN", 2024): 18743803170827.2}
    values[world_bank.PRODUCT] |= {("USA", 2025): None}
    taiwan = [row for row in held.rows("denominators") if row["economy"] == "TWN"]
    found = take("world_bank", bank_answers(values))
    assert [(each.economy, each.what, each.after) for each in found["denominators"].new] == [
        ("USA", ("gdp_usd", "2024"), "29298013000000"),
        ("CHN", ("gdp_usd", "2024"), "18743803170827"),
    ]
    assert [row for row in held.rows("denominators") if row["economy"] == "TWN"] == taiwan
    tables = tomllib.loads(held.texts("denominators").toml)["sources"]
    assert {"wdi_ny_gdp_mktp_cd_live", "world_bank_population", "factbook_2026"} <= tables.keys()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[{"message": [{"id": "120", "value": "Invalid value"}]}]', "it answers"),
        ('[{"page": 1, "pages": 2}, []]', "expected all values on one page"),
        ('{"a": 1}', "expected a head and a list of values"),
        ('[{"pages": 1}, [{"date": "2024"}]]', "expected values with"),
    ],
)
def test_another_answer_of_the_world_bank_is_refused(text: str, said: str) -> None:
    with pytest.raises(SourceError) as error:
        world_bank.records(Body.of("https://api.worldbank.org/x", text.encode()), "SP.POP.TOTL")
    assert said in str(error.value)


def test_values_of_another_series_are_refused() -> None:
    text = world_bank_json("SP.POP.GROW", {("USA", 2024): 0.9})
    with pytest.raises(SourceError, match=r"expected values of SP\.POP\.TOTL, found 'SP.POP.GROW'"):
        world_bank.records(Body.of("https://api.worldbank.org/x", text.encode()), "SP.POP.TOTL")


# --- Eurostat


def firms(held: Held) -> dict[tuple[str, str], float]:
    member = {"DEU", "FRA", "NLD", "SWE", "FIN", "ITA", "ESP", "IRL"}
    return {
        (ISO3_TO_2[row["economy"]], row["date"]): round(float(row["value"]), 2)
        for row in held.rows("adoption")
        if row["instrument"] == eurostat.INSTRUMENT and row["economy"] in member
    }


def test_eurostat_says_what_the_oecd_repeats(held: Held, take: Any) -> None:  # noqa: ANN401
    found = take("eurostat", {eurostat.ADDRESS: jsonstat(firms(held))})
    assert told(found["adoption"]) == (0, 0, 0)
    assert found["adoption"].kept == len(firms(held))


def test_eurostat_adds_a_year_in_the_wording_of_the_last(held: Held, take: Any) -> None:  # noqa: ANN401
    found = take(
        "eurostat", {eurostat.ADDRESS: jsonstat({**firms(held), ("DE", "2026"): 31.5, ("EL", "2026"): 9.0})}
    )
    assert told(found["adoption"]) == (1, 0, 0)
    row = next(row for row in held.rows("adoption") if row["date"] == "2026" and row["counts"] == "firms")
    assert (row["economy"], row["value"], row["wording"], row["source"]) == (
        *("DEU", "31.5", "list of 2025", "eurostat_eb_ai_live"),
    )


def test_other_figures_than_those_held_are_no_revision(held: Held, take: Any) -> None:  # noqa: ANN401
    wrong = {key: value / 2 for key, value in firms(held).items()}
    with pytest.raises(SourceError, match="values differ from those held"):
        take("eurostat", {eurostat.ADDRESS: jsonstat(wrong)})


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (json.dumps({"warning": "asynchronous"}), "expected a data set in JSON-stat 2.0"),
        (jsonstat({("DE", "2025"): 1.0}, {"size_emp": 2}), "expected one category each but of geo and time"),
        (jsonstat({("EL", "2025"): 1.0}), "expected a value of a scored economy"),
    ],
)
def test_another_form_of_eurostat_is_refused(text: str, said: str) -> None:
    with pytest.raises(SourceError) as error:
        eurostat.shares(Body.of(eurostat.ADDRESS, text.encode()))
    assert said in str(error.value)


def test_two_sources_follow_each_other_into_one_table(held: Held, take: Any) -> None:  # noqa: ANN401
    shares = {code: {**each, "Q2 2026 AI Diffusion": "50.10%"} for code, each in waves(held).items()}
    take("microsoft", microsoft_answers(diffusion(shares), "AI_Diffusion_Q22026_Update.csv"))
    take("eurostat", {eurostat.ADDRESS: jsonstat({**firms(held), ("DE", "2026"): 31.5})})
    new = {row["source"] for row in held.rows("adoption") if row["source"].endswith("_live")}
    assert new == {"microsoft_live", "eurostat_eb_ai_live"} <= held.sources("adoption").keys()


# --- Epoch AI: clusters


CLUSTER = (
    *("Name", "Status", "Certainty", "H100 equivalents", "Country", "First Operational Date"),
    *("Superseded by", "Include in Standard Analysis", "Decommissioned Date (if applicable)"),
)


def cluster(name: str, power: float, country: str, first: str, **more: str) -> dict[str, object]:
    usual = {"Status": "Existing", "Certainty": "Likely", "Include in Standard Analysis": "True"}
    head = dict(zip(CLUSTER[:1] + CLUSTER[3:6], (name, power, country, first), strict=True))
    return {**head, **usual, **{key.replace("_", " "): text for key, text in more.items()}}


def test_shares_of_clusters_are_sums_over_the_world() -> None:
    rows = [
        cluster("A1", 100, "United States of America", "2019-05-01", Superseded_by="A2"),
        cluster("A2", 600, "United States of America", "2020-05-01"),
        cluster("B", 300, "China", "2019-03-01"),
        cluster("C", 100, "Norway", "2020-02-01"),
        cluster("plan", 9000, "China", "2020-01-01", Status="Planned"),
        cluster("rumour", 9000, "China", "2020-01-01", Certainty="Unlikely"),
        cluster("aside", 9000, "China", "2020-01-01", Include_in_Standard_Analysis=""),
        cluster(
            "D", 50, "Korea (Republic of)", "2019-01-01", **{CLUSTER[-1].replace(" ", "_"): "2019-11-30"}
        ),
    ]
    found = clusters(Body.of("https://epoch.ai/x", quoted(CLUSTER, rows).encode()))
    assert [each.economy for each in found] == ["USA", "USA", "CHN", "", "KOR"]
    assert [period for period, _ in periods(found)] == ["2019", "2020-05"]
    from indicators.refresh.epoch_clusters import _at

    states = {period: _at(found, day) for period, day in periods(found)}
    by = {
        period: {r["economy"]: float(r["value"]) for r in shares(period, state)}
        for period, state in states.items()
    }
    assert by["2019"] == {"USA": 100 * 100 / 400, "CHN": 100 * 300 / 400}
    assert by["2020-05"] == {"USA": 100 * 600 / 1000, "CHN": 100 * 300 / 1000}  # Norway is in the total alone
    tops = {row["economy"]: row for row in largest("2020-05", states["2020-05"])}
    assert tops["CHN"]["value"] == "50"
    assert tops["CHN"]["note"] == "B: 300 of 600 H100 equivalents."


def whole_list(held: Held) -> list[dict[str, object]]:
    """Make clusters that give the shares that are held: each year by itself, in per cent of the world."""
    names = {"USA": "United States of America", "KOR": "Korea (Republic of)", "CHN": "China"}
    names["GBR"] = "United Kingdom of Great Britain and Northern Ireland"
    rows: list[dict[str, object]] = []
    by_year: dict[str, float] = {}
    ended = CLUSTER[-1].replace(" ", "_")
    for row in held.rows("ai_cluster_h100e_share_pct"):
        year, part = row["date"][:4], float(row["value"])
        by_year[year] = by_year.get(year, 0.0) + part
        day = f"{row['date']}-01" if len(row["date"]) > 4 else f"{year}-12-01"
        gone = {ended: f"{int(year) + 1}-01-31"} if year < "2025" else {}
        country = names.get(row["economy"], row["economy"])
        rows.append(cluster(f"{row['economy']} {year}", part, country, day, **gone))
    for year, total in by_year.items():
        gone = {ended: f"{int(year) + 1}-01-31"} if year < "2025" else {}
        first = f"{year}-12-01" if year < "2025" else "2025-07-01"
        rows.append(cluster(f"rest {year}", 100 - total, "Norway", first, **gone))
    return rows


def test_clusters_come_out_as_held_or_not_at_all(held: Held, take: Any) -> None:  # noqa: ANN401
    rows = whole_list(held)
    scaled = [{**row, "H100 equivalents": float(str(row["H100 equivalents"])) * 50} for row in rows]
    answer = archive({"gpu_clusters.csv": quoted(CLUSTER, scaled)})
    with pytest.raises(
        SourceError, match="rows of ai_clusters_ge_1000_h100e that it stands for are not in it"
    ):
        take("epoch_clusters", {"https://epoch.ai/data/gpu_clusters.zip": answer})
    changed = [{**row, "Country": "China"} for row in rows]
    answer = archive({"gpu_clusters.csv": quoted(CLUSTER, changed)})
    with pytest.raises(SourceError, match="values differ from those held"):
        take("epoch_clusters", {"https://epoch.ai/data/gpu_clusters.zip": answer})


# --- Epoch AI: models


MODEL = (
    *("Model", "Organization", "Publication date", "Parameters", "Training compute (FLOP)", "Confidence"),
    *("Country (of organization)", "Notability criteria", "Model accessibility"),
)


def all_models(held: Held) -> list[dict[str, object]]:
    access = {"true": "Open weights (unrestricted)", "false": "API access", "": ""}
    return [
        {
            "Model": row["model"],
            "Organization": row["organisation"],
            "Publication date": row["date"],
            "Parameters": row["parameters"],
            "Training compute (FLOP)": row["compute_flop"],
            "Confidence": row["confidence"],
            "Notability criteria": row["criteria"],
            "Country (of organization)": "United States of America",
            "Model accessibility": access[row["open_weights"]],
        }
        for row in held.rows("notable")
    ]


def model(name: str, organisation: str, countries: str, **more: str) -> dict[str, object]:
    usual = {
        "Publication date": "2026-10-01",
        "Confidence": "Likely",
        "Notability criteria": "SOTA improvement",
    }
    head = {"Model": name, "Organization": organisation, "Country (of organization)": countries}
    return {**head, **usual, **{key.replace("_", " "): text for key, text in more.items()}}


def test_notable_models_come_out_as_held(held: Held, take: Any) -> None:  # noqa: ANN401
    found = take("epoch_models", {"https://epoch.ai/data/all_ai_models.csv": quoted(MODEL, all_models(held))})
    assert told(found["notable"]) == (0, 0, 0)


def test_new_notable_models_count_by_headquarters(held: Held, take: Any) -> None:  # noqa: ANN401
    britain = "United Kingdom of Great Britain and Northern Ireland"
    rows = [
        model("One", "Google DeepMind", f"{britain},United States of America", Parameters="7000000000"),
        model("Two", "Google DeepMind,University of Toronto", f"{britain},Canada"),
        model("Three", "Alibaba,Tsinghua University", "China"),
        model("Four", "Yandex", "Russia", **{"Training_compute_(FLOP)": "1.5e24"}),
        model("Five", "A,B", "China,Atlantis"),
        model("left out", "Somebody", "China", Notability_criteria=""),
    ]
    answer = quoted(MODEL, [*all_models(held), *rows])
    take("epoch_models", {"https://epoch.ai/data/all_ai_models.csv": answer})
    new = {row["model"]: row for row in held.rows("notable") if row["date"] == "2026-10-01"}
    assert {name: row["economies"] for name, row in new.items()} == {
        "One": "USA",
        "Two": "USA;CAN",
        "Three": "CHN",
        "Four": "RUS",
        "Five": "CHN;XXX",
    }
    assert new["One"]["note"] == "Alphabet counted as USA; Epoch lists GBR;USA"
    assert (new["One"]["parameters"], new["Four"]["compute_flop"]) == ("7000000000", "1.5e+24")


def test_an_unknown_confidence_is_refused() -> None:
    text = quoted(MODEL, [model("One", "A", "China", Confidence="Sure")])
    with pytest.raises(SourceError, match="expected a confidence of Confident"):
        notable(Body.of("https://epoch.ai/x", text.encode()), {})


def test_names_of_versions_and_laboratories(held: Held) -> None:
    aliases = same_version(held)
    rows = [row for name in ("models", "scores") for row in held.rows(name) if "epoch" in row["source"]]
    right = {row["model"]: family(row["model"], aliases) == row["family"] for row in rows}
    assert sum(right.values()) / len(right) > 0.9  # the rest was settled by hand and stays as it is held
    assert family("gpt-7-2027-01-05_high", aliases) == "gpt-7"
    assert (lab("Google DeepMind,Google"), lab("Z.ai (Zhipu AI)"), lab("")) == ("Google", "Z.ai", "")
    assert [
        open_weights(each) for each in ("Open weights (restricted use)", "Hosted access (no API)", "?")
    ] == [
        *("true", "false", ""),
    ]


# --- Epoch AI: capabilities index and benchmarks


ECI = ("Model", "Display name", "eci", "date", "Organization", "Country (of organization)")


def index(held: Held) -> list[dict[str, object]]:
    seen: dict[str, dict[str, object]] = {}
    for row in held.rows("models"):
        if row["eci"]:
            seen[row["family"]] = {"Model": row["family"], "eci": row["eci"], "date": row["released"]}
    return list(seen.values())


def test_the_index_of_a_version_is_that_of_all_its_settings(held: Held, take: Any) -> None:  # noqa: ANN401
    rows = index(held)
    two = [row for row in held.rows("models") if row["family"] == "claude-opus-4-6" and row["eci"]]
    assert len(two) > 1
    for row in rows:
        if row["Model"] == "claude-opus-4-6":
            row["eci"] = 156.0
    rows.append({"Model": "Newest One", "eci": 161.2, "date": "2026-10-01", "Organization": "Alibaba"})
    found = take("epoch_scores", {"https://epoch.ai/data/eci_scores.csv": quoted(ECI, rows)})["models"]
    changed = {each.what[0]: each.after for each in found.changed if each.after == "156"}
    assert changed == {row["model"]: "156" for row in two}
    new = next(row for row in held.rows("models") if row["model"] == "Newest One")
    assert (new["family"], new["lab"], new["economy"], new["eci"]) == (
        "newest-one",
        "Alibaba",
        "CHN",
        "161.2",
    )
    assert found.gone == []


def test_an_index_on_another_scale_is_refused(held: Held, take: Any) -> None:  # noqa: ANN401
    rows = [{**row, "eci": float(str(row["eci"])) / 10} for row in index(held)]
    with pytest.raises(SourceError, match="values differ from those held"):
        take("epoch_scores", {"https://epoch.ai/data/eci_scores.csv": quoted(ECI, rows)})


def hub(held: Held, extra: Sequence[Mapping[str, object]] = ()) -> dict[str, str]:
    """Write the hub's archive: one CSV a benchmark, scores of one in its own column, of one in per cent."""
    column = {"gpqa_diamond": "Best score (across scorers)"}
    scale = {"simplebench": 100.0}
    by: dict[str, list[dict[str, object]]] = {}
    for row in [*held.rows("scores"), *extra]:
        if "epoch" in str(row["source"]):
            name = str(row["benchmark"])
            score = float(str(row["score"])) * scale.get(name, 1.0)
            cells: dict[str, object] = {"Model version": row["model"], column.get(name, "Score"): score}
            cells |= {"Release date": row["released"], "Organization": row.get("lab", ""), "Country": "China"}
            by.setdefault(name, []).extend([cells] * int(str(row["n_rows"])))
    files = {}
    listed = [
        {"benchmark": "Not held", "source_file": "unheard_of.csv", "score_column": "Score", "scale": 1.0}
    ]
    for name, rows in by.items():
        file = f"{name}_external.csv" if name != "gpqa_diamond" else f"{name}.csv"
        files[file] = quoted(list(rows[0]), rows)
        listed.append(
            {
                "benchmark": name.upper(),
                "source_file": file,
                "score_column": list(rows[0])[1],
                "scale": scale.get(name, 1.0),
            }
        )
    listed.append({"benchmark": "METR", "source_file": "", "score_column": "", "scale": ""})
    files["benchmark_metadata.csv"] = quoted(["benchmark", "source_file", "score_column", "scale"], listed)
    return files


HUB = "https://epoch.ai/data/benchmark_data.zip"


def score(name: str, benchmark: str, value: float, **more: object) -> dict[str, object]:
    head = {"model": name, "benchmark": benchmark, "score": value, "n_rows": 1, "source": "epoch"}
    return {**head, "released": "2026-10-02", "lab": "Google DeepMind", **more}


def test_the_hub_says_what_is_held(held: Held, take: Any) -> None:  # noqa: ANN401
    found = take("epoch_hub", {HUB: archive(hub(held))})["scores"]
    assert told(found) == (0, 0, 0)
    assert found.kept == sum("epoch" in row["source"] for row in held.rows("scores"))


def test_the_hub_adds_models_with_two_scores(held: Held, take: Any) -> None:  # noqa: ANN401
    extra = [
        score("nova-9_high", "gpqa_diamond", 0.9),
        score("nova-9_high", "simplebench", 0.8),
        score("one-test", "gpqa_diamond", 0.5),
    ]
    found = take("epoch_hub", {HUB: archive(hub(held, extra))})["scores"]
    assert told(found) == (2, 0, 0)
    new = [row for row in held.rows("scores") if row["source"] == "epoch_hub_live"]
    assert [(row["model"], row["benchmark"], row["score"]) for row in new] == [
        ("nova-9_high", "gpqa_diamond", "0.9"),
        ("nova-9_high", "simplebench", "0.8"),
    ]
    assert (new[0]["family"], new[0]["lab"], new[0]["economy"], new[0]["doubtful"]) == (
        *("nova-9", "Google", "USA", "false"),
    )


def test_a_score_out_of_its_scale_is_refused(held: Held, take: Any) -> None:  # noqa: ANN401
    with pytest.raises(SourceError, match=r"gpqa_diamond 95, expected 0 to 1"):
        take("epoch_hub", {HUB: archive(hub(held, [score("x", "gpqa_diamond", 95.0)]))})


def test_an_archive_without_its_list_is_refused(held: Held, take: Any) -> None:  # noqa: ANN401
    files = hub(held)
    del files["benchmark_metadata.csv"]
    with pytest.raises(SourceError, match=r"no benchmark_metadata\.csv in the archive"):
        take("epoch_hub", {HUB: archive(files)})


# --- prices


def snapshot() -> dict[str, Any]:
    from importlib.resources import files

    return json.loads(files("model_prices").joinpath("snapshot.json").read_bytes())  # type: ignore[no-any-return]


def price_answers(found: Mapping[str, Any], day: str = "2026-11-20T00:00:00Z") -> dict[str, str | bytes]:
    base = "https://raw.githubusercontent.com/wakamex/model-prices/data/v1/"
    text = json.dumps({**found, "updated_at": day})
    name = hashlib.sha256(text.encode()).hexdigest()
    manifest = json.dumps({"sha256": name, "published_at": day})
    return {f"{base}latest.json": manifest, f"{base}{name}.json": text}


def test_a_new_price_follows_the_old_one(held: Held, take: Any) -> None:  # noqa: ANN401
    found = snapshot()
    models = {model: found["prices"]["anthropic"][model] for model in ("claude-opus-4-6", "claude-haiku-4-5")}
    last = models["claude-opus-4-6"]["standard"][-1]["rates"]
    dearer = {"rates": {**last, "input": 7.0, "output": 35.0}, "start": "2026-11-15T00:00:00Z"}
    models["claude-opus-4-6"]["standard"].append(dearer)
    small = {**found, "prices": {"anthropic": models, "openai": {}}}
    difference = take("price_model", price_answers(small))["prices"]
    rows = [
        row
        for row in held.rows("prices")
        if row["model"] == "claude-opus-4-6" and row["catalogue"] == "model-prices"
    ]
    assert [(row["valid_from"], row["valid_to"], row["output_usd_per_mtok"]) for row in rows][-2:] == [
        ("2026-02-05", "2026-11-15", "25"),
        ("2026-11-15", "", "35"),
    ]
    assert {row["seen"] for row in rows} == {"2026-11-20"}
    assert difference.gone == []
    others = [row for row in held.rows("prices") if row["model"] == "gpt-5"]
    assert {row["seen"] for row in others} >= {"2026-10-26"}  # not spoken of, not touched


def test_a_new_model_is_taken_from_its_maker_if_its_family_is_known(held: Held, take: Any) -> None:  # noqa: ANN401
    found = snapshot()
    priced = {row["model"] for row in held.rows("prices")} | {row["listing"] for row in held.rows("prices")}
    name = next(
        row["family"]
        for row in held.rows("models")
        if row["lab"] == "Anthropic" and row["family"] not in priced
    )

    def listed(day: str) -> dict[str, Any]:
        rates = {"input": 2.0, "output": 10.0, "source": "x", "valid_from": f"{day}T00:00:00Z"}
        return {"standard": [{"rates": {**rates, "valid_from_basis": "documented"}, "start": None}]}

    one = {"claude-haiku-4-5": found["prices"]["anthropic"]["claude-haiku-4-5"]}
    sold = {
        "anthropic": {**one, name: listed("2026-11-12"), "unheard-of": listed("2026-11-12")},
        "alibaba": {name: listed("2026-11-12")},  # sold by another than its maker
        "openai": {"gpt-4o": listed("2025-01-01")},
    }
    take("price_model", price_answers({**found, "prices": sold}))
    new = [row for row in held.rows("prices") if row["valid_from"] == "2026-11-12"]
    assert [(row["model"], row["lab"], row["economy"], row["output_usd_per_mtok"]) for row in new] == [
        (name, "Anthropic", "USA", "10"),
    ]


def test_a_snapshot_that_is_not_what_its_manifest_says_is_refused(take: Any) -> None:  # noqa: ANN401
    answers = price_answers(snapshot())
    name = next(each for each in answers if not each.endswith("latest.json"))
    answers[name] = str(answers[name]) + " "
    with pytest.raises(SourceError, match="does not have the hash that its manifest says"):
        take("price_model", answers)


def test_periods_at_one_price_are_one() -> None:
    found: list[Price] = []
    for price in (
        Price("2026-01-01", 1.0, 4.0, None),
        Price("2026-02-01", 1.0, 4.0, 0.1),
        Price("2026-03-01", 2.0, 8.0, 0.1),
        Price("2026-03-01", 2.0, 9.0, 0.1),
    ):
        _append(found, price)
    assert found == [Price("2026-01-01", 1.0, 4.0, 0.1), Price("2026-03-01", 2.0, 9.0, 0.1)]


def genai(held: Held, **changed: float) -> str:
    """Write the catalogue as of now: the open prices that are held, some of them changed."""
    from indicators.refresh.price_genai import CATALOGUE, PROVIDERS

    providers: dict[str, dict[str, Any]] = {}
    for row in held.rows("prices"):
        if row["catalogue"] != CATALOGUE or row["valid_to"]:
            continue
        provider = PROVIDERS[row["lab"]]
        listed = providers.setdefault(
            provider, {"id": provider, "name": provider, "api_pattern": "x", "models": []}
        )
        tokens = {"input_mtok": float(row["input_usd_per_mtok"])}
        tokens["output_mtok"] = changed.get(row["model"], float(row["output_usd_per_mtok"]))
        if row["cache_read_usd_per_mtok"]:
            tokens["cache_read_mtok"] = float(row["cache_read_usd_per_mtok"])
        listed["models"].append({"id": row["model"], "match": {"equals": row["model"]}, "prices": tokens})
    return json.dumps(list(providers.values()))


def test_a_price_of_today_ends_the_one_before(held: Held, take: Any) -> None:  # noqa: ANN401
    from genai_prices.update_prices import DEFAULT_UPDATE_URL

    found = take("price_genai", {DEFAULT_UPDATE_URL: genai(held, **{"claude-opus-4-6": 30.0})})["prices"]
    rows = [
        r for r in held.rows("prices") if r["model"] == "claude-opus-4-6" and r["catalogue"] == "genai-prices"
    ]
    assert [(row["output_usd_per_mtok"], row["valid_from"]) for row in rows] == [
        ("25.0", "2026-03-13"),
        ("30", rows[1]["seen"]),
    ]
    assert rows[0]["valid_to"] == rows[1]["valid_from"] == rows[1]["published"]
    assert found.gone == []
    assert [each.column for each in found.changed] == ["valid_to"]
    assert found.renewed > 100


def test_a_catalogue_without_our_models_is_refused(take: Any) -> None:  # noqa: ANN401
    from genai_prices.update_prices import DEFAULT_UPDATE_URL

    listed = [{"id": "openai", "name": "OpenAI", "api_pattern": "x", "models": []}]
    with pytest.raises(SourceError, match="not one of the models that are held"):
        take("price_genai", {DEFAULT_UPDATE_URL: json.dumps(listed)})


# --- Vibrancy


def vibrancy_csv(held: Held, unit: float, off: float = 1.0) -> str:
    rows: dict[tuple[str, str], dict[str, object]] = {}
    pairs = (
        (vibrancy.INVESTMENT, "private_investment"),
        (vibrancy.FUNDED, "number_of_newly_funded_companies"),
    )
    for name, column in pairs:
        for row in held.rows(name):
            if row["status"] == "actual" and row["date"] == "2024":
                factor = unit * off if column == "private_investment" else 1.0
                cells = rows.setdefault((row["economy"], row["date"]), {})
                cells[column] = float(row["value"]) * factor
    header = ["PublishYear", "CountryName", "Code", *(column for _, column in pairs)]
    listed = [{"PublishYear": year, "Code": code, **cells} for (code, year), cells in rows.items()]
    listed.append(
        {
            "PublishYear": 2023,
            "Code": "USA",
            "private_investment": 60 * unit,
            "number_of_newly_funded_companies": 900,
        }
    )
    return quoted(header, listed)


@pytest.mark.parametrize("unit", [1.0, 1e9])
def test_vibrancy_is_read_in_the_unit_that_agrees(unit: float, held: Held, take: Any) -> None:  # noqa: ANN401
    found = take("vibrancy", {vibrancy.ADDRESS: vibrancy_csv(held, unit)})
    assert {name: told(each) for name, each in found.items()} == dict.fromkeys(found, (1, 0, 0))
    row = next(row for row in held.rows(vibrancy.INVESTMENT) if row["date"] == "2023")
    assert (row["economy"], row["value"]) == ("USA", "60")
    source = tomllib.loads(held.texts(vibrancy.INVESTMENT).toml)["sources"]["vibrancy_live"]
    assert source["redistribute"] is False


def test_vibrancy_that_agrees_in_no_unit_is_refused(held: Held, take: Any) -> None:  # noqa: ANN401
    with pytest.raises(SourceError, match="Its definition or its unit has changed"):
        take("vibrancy", {vibrancy.ADDRESS: vibrancy_csv(held, 1e9, off=1.7)})


# --- OpenRouter


WEEK = {"google": 30.0, "qwen": 25.0, "anthropic": 15.0, "x-ai": 5.0, "openrouter": 5.0, "Others": 20.0}


def page(*series: Mapping[str, float]) -> str:
    """Write a page that carries its data as OpenRouter's does: pushed blocks, each a string of JSON."""
    weeks = (
        [{"x": "2026-11-01", "ys": {"a/b": 1}}, {"x": "2026-11-08", "ys": dict(each)}] for each in series
    )
    blocks = [f'1:["$","div",null,{{"data":{json.dumps(each)}}}]' for each in weeks]
    pushed = [f"<script>self.__next_f.push([1,{json.dumps(block)}])</script>" for block in blocks]
    return "<!DOCTYPE html><html><body>" + "".join(pushed) + "</body></html>"


def test_openrouter_is_read_from_its_page(held: Held, take: Any) -> None:  # noqa: ANN401
    found = take("openrouter", {openrouter.ADDRESS: page({"google/gemini": 5.0, "Others": 1.0}, WEEK)})
    new = {each.economy: each.after for each in found[openrouter.NAME].new}
    assert new == {"USA": "50", "CHN": "25"}  # 30 + 15 + 5 and 25 of 100; the cloaked maker has no economy
    row = next(row for row in held.rows(openrouter.NAME) if row["value"] == "50")
    assert row["interval_kind"] == "judgement"
    assert float(row["low"]) == pytest.approx(50 * 29.8 / 42.4, rel=1e-4)
    assert row["note"] == "one reading, of the week before; range of 2026-05-16 carried over"
    assert found[openrouter.NAME].gone == []


def test_openrouter_may_answer_json(take: Any) -> None:  # noqa: ANN401
    ranking = [{"author": name, "tokens": count} for name, count in WEEK.items() if name != "Others"]
    text = json.dumps({"market_share": ranking, "total_tokens": 100.0})
    found = take("openrouter", {openrouter.ADDRESS: text})
    assert {each.economy: each.after for each in found[openrouter.NAME].new} == {"USA": "50", "CHN": "25"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "<html><p>Just a moment...</p></html>",
            "expected a series of weeks by author in the data of the page",
        ),
        (page({"google/gemini": 5.0}), "expected a series of weeks by author"),
        (page({"google": 5.0, "Others": 1.0}), "expected at least 5 named authors, found 1"),
        (
            page({name: count for name, count in WEEK.items() if name != "Others"}),
            "expected the tokens of all others",
        ),
        (page({**WEEK, "newcomer": 3.0}), "the author 'newcomer', whose economy is not known"),
        ('{"data": []}', "expected market_share, a list with author and tokens"),
    ],
)
def test_another_form_of_openrouter_is_refused(text: str, said: str, take: Any) -> None:  # noqa: ANN401
    with pytest.raises(SourceError) as error:
        take("openrouter", {openrouter.ADDRESS: text})
    assert said in str(error.value)


# --- all of them


def small(name: str) -> bytes:
    """Give a small answer in the form of a source."""
    texts = {
        "microsoft": "Economy,H2 2025 AI Diffusion,Q1 2026 AI Diffusion\nSpain,40.10%,41.00%\nPeru,1%,2%\n",
        "github": "num_pushers,topic,iso2_code,year,quarter\n120,llm,US,2025,3\n7,llm,EU,2025,3\n",
        "owid": owid_csv("Electricity generation", {("USA", 2024): 4400.5, ("CHN", 2024): 10000.0}),
        "bank": world_bank_json("SP.POP.TOTL", {("USA", 2024): 340.0e6, ("CHN", 2024): None}),
        "eurostat": jsonstat({("DE", "2025"): 25.97, ("FR", "2025"): 18.16}),
        "openrouter": page(WEEK),
        "clusters": quoted(CLUSTER, [cluster("A", 1000, "China", "2020-05-01")]),
        "models": quoted(MODEL, [model("One", "A,B", "China,Canada", Parameters="7e9")]),
        "listing": '[{"name": "AI_Diffusion_Q12026_Update.csv"}, {"name": "US"}]',
        "vibrancy": "PublishYear,Code,private_investment\n2024,USA,109.1\n2024,CHN,9.3\n",
    }
    return texts[name].encode()


HOMES = {"google": "USA", "qwen": "CHN", "anthropic": "USA", "x-ai": "USA"}
READERS: dict[str, Callable[[Body], object]] = {
    "microsoft": microsoft.shares,
    "github": lambda body: github.quarters(body, "num_pushers", "llm"),
    "owid": lambda body: owid.growth(owid.values(body, "electricity")),
    "bank": lambda body: world_bank.records(body, "SP.POP.TOTL"),
    "eurostat": eurostat.shares,
    "openrouter": lambda body: openrouter.shares(body, openrouter.authors(body), {**HOMES}),
    "clusters": clusters,
    "models": lambda body: notable(body, {}),
    "listing": microsoft.newest,
    "vibrancy": lambda body: vibrancy.values(body, "private_investment"),
}


@pytest.mark.parametrize("name", READERS)
@given(data=st.data())
@settings(max_examples=40)
def test_a_spoilt_answer_is_read_or_refused(name: str, data: st.DataObject) -> None:
    """Cut, put in or change bytes anywhere: values, or a message, and nothing else."""
    raw = bytearray(small(name))
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(raw)))
        length = data.draw(st.integers(0, 12))
        raw[place : place + length] = data.draw(
            st.binary(max_size=6) | st.sampled_from([b"null", b"[", b'"', b"-", b"1e9"])
        )
    with contextlib.suppress(SourceError):
        READERS[name](Body.of("https://data.example/x", bytes(raw)))


def test_what_nobody_thought_of_fails_one_source(held: Held, monkeypatch: pytest.MonkeyPatch) -> None:
    def stumble(*_: object) -> None:
        raise KeyError("weeks")

    monkeypatch.setattr(github, "read", stumble)
    found = read_all(chosen(["github"]), held)
    assert found.failed == {"github": "it has a form that its adapter does not know (KeyError('weeks'))"}
    assert held.merged == {}
