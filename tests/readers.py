"""Every reader of files that users hand in, with seeds: what the mutated files of the fuzzing are read by."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final, NamedTuple

import indicators
from fourlayers import cli, settings, tables
from indicators import catalogue
from indicators.catalogue import Pair
from indicators.check import check
from indicators.facts import Facts, load
from indicators.fault import DataError, Fault, UsageError, printable
from indicators.imports.table import Asked, import_table
from indicators.overrides import KEYS, OVERRIDES, Applied, read_overrides, take
from layers.frontier_capability import evidence
from layers.inference_cost.own import with_folders
from layers.inference_cost.prices_paid import book
from layers.inference_cost.shelf import shelf
from reports import grid_folder, kept
from scoring.index.frame import plan_of
from scoring.index.framework import read_framework
from scoring.index.imeta import framework_of
from scoring.index.recipe import read_recipe
from scoring.questions.diff import diff
from scoring.questions.scenario.grid import read_grid
from scoring.questions.scenario.read import read
from scoring.questions.scenario.run import Start, checked, start
from scoring.questions.value.account import stages
from scoring.questions.value.case import read_case, settled
from scoring.questions.value.choices import read_account

if TYPE_CHECKING:
    from collections.abc import Callable

TESTS: Final = Path(__file__).parent
DATA: Final = Path(indicators.__file__).parent / "data"
SCORING: Final = DATA.parents[1] / "scoring"
PAIR: Final = TESTS / "bad" / "beyond_the_goalposts"
TABLE: Final = TESTS / "bad" / "table_intervals" / "tables"
FRAMEWORK: Final = {"systems_integration": {"power", "cloud"}}
LONGEST: Final = 1_000_000
"""Characters of a message."""
ROWS: Final = 12
"""Lines of a long file that its seed keeps."""
NUMBERS: Final = "uCode,x1,x2,gdp\nAAA,1,5,2\nBBB,2,NA,3\nCCC,4,2.5,4\nDDD,5,2,1\nEEE,2.25,7,9\n"
TREE: Final = (
    "iCode,iName,Level,Parent,Direction,Weight,Type,Denominator\nx1,One,1,P,1,1,Indicator,gdp\n"
    "x2,Two,1,P,-1,2,Indicator,\nP,Pillar,2,I,1,1,Aggregate,\nI,Index,3,,1,1,Aggregate,\n"
    "gdp,Output,,,,,Denominator,\n"
)
GRID: Final = (
    'name = "g"\nscenario = "price-war"\n[vary]\n'
    "chinese-prices = {{ first = 0.25, last = 1.0, steps = 4 }}\n{name} = [0.25, 0.5]\n"
)
FORMS: Final = {
    "owid": "Entity,Code,Year,Share\nWorld,OWID_WRL,2023,67.1\nUnited States,USA,2023,93.1\n",
    "world-bank": '"Data Source","WDI",\n\n"Last Updated Date","2025-01-01",\n\n'
    '"Country Name","Country Code","Indicator Name","Indicator Code","2022","2023",\n'
    '"Korea, Rep.","KOR","X","IT.X","1.5","",\n"China","CHN","X","IT.X","2","3",\n',
    "sdmx": "STRUCTURE,SIZE,REF_AREA,TIME_PERIOD,OBS_VALUE\ndataflow,GE10,DEU,2023,11.6\n",
    "long": "country;year;value\nGermany;2023;1,5\nKorea;2023;5%\n",
    "own": "economy,date,value,source\nUSA,2023-Q4,5,main\nCHN,2023,..,main\n",
}


class Reader(NamedTuple):
    """One reader: seeds of files, and what is done with the bytes of a file in an empty folder."""

    seeds: Callable[[], list[bytes]]
    read: Callable[[Path, bytes], object]


def outcome(reader: Reader, folder: Path, raw: bytes) -> str:
    """Read a file; return `read` or `refused`. Anything else that happens is a finding."""
    try:
        reader.read(folder, raw)
    except (DataError, UsageError) as error:
        said = str(error)
    except OSError as error:
        said = printable(cli._file_trouble(error))
    else:
        return "read"
    assert said.strip(), "a refusal without a word"
    assert all(each.isprintable() or each == "\n" for each in said), "a message that steers the terminal"
    assert len(said) < LONGEST, "a message that nobody can read"
    return "refused"


def whole(path: Path) -> bytes:
    return path.read_bytes()


def short(path: Path, rows: int = ROWS) -> bytes:
    return b"".join(path.read_bytes().splitlines(keepends=True)[:rows])


def bad(pattern: str) -> list[bytes]:
    return [path.read_bytes() for path in sorted(TESTS.glob(pattern)) if path.is_file()]


def put(path: Path, raw: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(raw)
    return path


@cache
def known() -> Facts:
    return load()


@cache
def begin() -> Start:
    return start(known(), draws=0)


def pair(folder: Path, toml: bytes, csv: bytes, name: str = "widgets") -> None:
    put(folder / f"{name}.toml", toml)
    put(folder / f"{name}.csv", csv)
    shipped = catalogue.SHIPPED
    catalogue.SHIPPED = folder
    try:
        check([], FRAMEWORK)
        facts = load()
        for table in facts.catalogue.tables:
            facts.table(table)
        _ = facts.observations
    finally:
        catalogue.SHIPPED = shipped


def indicator_toml(folder: Path, raw: bytes) -> None:
    pair(folder, raw, whole(PAIR / "widgets.csv"))


def indicator_csv(folder: Path, raw: bytes) -> None:
    pair(folder, whole(PAIR / "widgets.toml"), raw)


def table_toml(folder: Path, raw: bytes) -> None:
    pair(folder / "tables", raw, whole(TABLE / "plants.csv"), "plants")


def table_csv(folder: Path, raw: bytes) -> None:
    """Read a table; the first line names the shipped description that it is read by."""
    name, _, rows = raw.partition(b"\n")
    toml = DATA / "tables" / f"{name.decode('ascii', 'replace')}.toml"
    stem = toml.stem if name.replace(b"_", b"").isalpha() and toml.is_file() else "prices"
    pair(folder / "tables", whole(DATA / "tables" / f"{stem}.toml"), rows, stem)


def shipped_tables() -> list[bytes]:
    return [f"{path.stem}\n".encode() + short(path) for path in sorted((DATA / "tables").glob("*.csv"))]


def overridden() -> list[bytes]:
    from test_overrides import OVERRIDES as EXAMPLE

    return [EXAMPLE.encode()]


def overrides(folder: Path, raw: bytes) -> None:
    put(folder / OVERRIDES, raw)
    found, _, wrong = read_overrides(folder)
    faults = [each for each in wrong if isinstance(each, Fault)]
    for each in wrong:
        if not isinstance(each, Fault):
            faults += catalogue._described_wrongly(OVERRIDES, each, KEYS)
    faults += take(found, "own", dict(known().indicators), Applied(), known().units)
    if faults:
        raise DataError(faults)


def scores(folder: Path, raw: bytes) -> None:
    """Put scores in place of the shipped ones, the other tables as they are."""
    toml, csv = DATA / "tables" / "scores.toml", put(folder / "scores.csv", raw)
    held = known().catalogue
    own = replace(held, table_pairs=held.table_pairs | {"scores": Pair(toml, csv, "mutated")})
    evidence.check(replace(known(), catalogue=own))


def scenario(folder: Path, raw: bytes) -> None:
    put(folder / "base.toml", whole(SCORING / "scenarios" / "price-war.toml"))
    checked(read(put(folder / "mine.toml", raw)), begin())


def grid(folder: Path, raw: bytes) -> None:
    read_grid(put(folder / "grid.toml", raw))


def case(folder: Path, raw: bytes) -> None:
    settled(read_case(put(folder / "case.toml", raw)), known())


def account(folder: Path, raw: bytes) -> None:
    stages(known(), read_account(put(folder / "account.toml", raw)))


def plain(folder: Path, numbers: bytes, tree: bytes) -> None:
    """Score a plain table on a tree of the user's, as far as the plan."""
    table = tables.read_table(put(folder / "values.csv", numbers), "values")
    made = framework_of(tables.read_table(put(folder / "tree.csv", tree), "tree"), "tree.csv")
    plan_of(table, made, read_recipe("plain"))


def imported(name: str) -> Callable[[Path, bytes], object]:
    def read_it(folder: Path, raw: bytes) -> None:
        asked = Asked(decimal="," if b"," in raw[:200] and b";" in raw[:200] else ".", names={"Korea": "KOR"})
        import_table(put(folder / name, raw), asked)

    return read_it


@cache
def a_workbook() -> bytes:
    from test_imports import SHEET, workbook

    with TemporaryDirectory() as place:
        return workbook(Path(place) / "seed.xlsx", {"Data": SHEET}).read_bytes()


def cells(folder: Path, raw: bytes) -> None:
    """Read a workbook whose first sheet is the mutated text, so that it still unpacks."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(a_workbook())) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            new.writestr(name, raw if "sheet1" in name else old.read(name))
    import_table(put(folder / "book.xlsx", out.getvalue()))


def sheets() -> list[bytes]:
    with zipfile.ZipFile(io.BytesIO(a_workbook())) as packed:
        return [packed.read(name) for name in packed.namelist() if "sheet1" in name]


@cache
def a_run() -> bytes:
    from reports.document import as_json
    from scoring.ask import ask

    return as_json(ask(known(), draws=0)).encode()


def own_stack(name: str) -> Callable[[Path, bytes], object]:
    def read_it(folder: Path, raw: bytes) -> None:
        put(folder / f"{name}.csv", raw)
        with_folders(shelf(known()), book(known()), known(), [folder])

    return read_it


def run(folder: Path, raw: bytes) -> None:
    diff(kept.read_run(put(folder / "run.json", raw)), kept.read_run(put(folder / "other.json", a_run())))


def manifest(folder: Path, raw: bytes) -> None:
    grid_folder._same(put(folder / grid_folder.MANIFEST, raw), {"fingerprint": "x", "name": "g"})


def settings_file(folder: Path, raw: bytes) -> None:
    put(folder / settings.FILE, raw)
    settings.read_settings(folder)


READERS: Final[dict[str, Reader]] = {
    "indicator-toml": Reader(
        lambda: [*bad("bad/*/widgets.toml"), *bad("bad/*/gadgets.toml")], indicator_toml
    ),
    "indicator-csv": Reader(lambda: bad("bad/*/widgets.csv"), indicator_csv),
    "table-toml": Reader(lambda: bad("bad/*/tables/plants.toml"), table_toml),
    "table-csv": Reader(shipped_tables, table_csv),
    "overrides": Reader(overridden, overrides),
    "own-scores": Reader(
        lambda: [*bad("bad_scores/*/rows.csv"), short(DATA / "tables" / "scores.csv")], scores
    ),
    "own-models": Reader(lambda: [short(DATA / "tables" / "architectures.csv")], own_stack("architectures")),
    "own-systems": Reader(lambda: [short(DATA / "tables" / "systems.csv")], own_stack("systems")),
    "recipe": Reader(
        lambda: bad("../scoring/recipes/*.toml"), lambda at, raw: read_recipe(put(at / "r.toml", raw))
    ),
    "framework": Reader(
        lambda: bad("../scoring/frameworks/*.toml"), lambda at, raw: read_framework(put(at / "f.toml", raw))
    ),
    "scenario": Reader(lambda: [*bad("../scoring/scenarios/*.toml"), *bad("bad_scenarios/*.toml")], scenario),
    "grid": Reader(
        lambda: [GRID.format(name=name).encode() for name in ("router-share", "american-prices")], grid
    ),
    "case": Reader(lambda: [*bad("../scoring/cases/*.toml"), *bad("bad_value/*/case.toml")], case),
    "account": Reader(
        lambda: [*bad("../scoring/accounts/*.toml"), *bad("bad_value/*/account.toml")], account
    ),
    "plain-values": Reader(lambda: [NUMBERS.encode()], lambda at, raw: plain(at, raw, TREE.encode())),
    "plain-tree": Reader(lambda: [TREE.encode()], lambda at, raw: plain(at, NUMBERS.encode(), raw)),
    "import-csv": Reader(lambda: [text.encode() for text in FORMS.values()], imported("some.csv")),
    "import-xlsx": Reader(lambda: [a_workbook(), a_workbook()[:300]], imported("some.xlsx")),
    "import-sheet": Reader(sheets, cells),
    "saved-run": Reader(lambda: [a_run()], run),
    "grid-folder": Reader(lambda: [b'{"fingerprint": "x", "name": "g"}'], manifest),
    "settings": Reader(
        lambda: [b'pair = ["DEU", "FRA"]\ndata = ["mine"]\nrecipe = "own.toml"\nout = "x"\nseed = 7\n'],
        settings_file,
    ),
}
"""By name; `tests/bad*` and the shipped files are the seeds."""
