"""Files of other forms: read as what they are, nothing guessed, everything that falls out told."""

from __future__ import annotations

import random
import zipfile
from typing import TYPE_CHECKING

import pycountry
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fourlayers.cli import main
from indicators.check import check
from indicators.economies import read_economies
from indicators.fault import DataError
from indicators.imports import grid
from indicators.imports import workbook as workbook_reader
from indicators.imports.places import others
from indicators.imports.table import Asked, Imported, import_table

if TYPE_CHECKING:
    from pathlib import Path

PLAIN = Asked()
OWID = "Entity,Code,Year,Share\nWorld,OWID_WRL,2023,67.1\nUnited States,USA,2023,93.1\nAustria,AUT,2023,95\n"
WORLD_BANK = (
    '"Data Source","World Development Indicators",\n\n"Last Updated Date","2025-01-01",\n\n'
    '"Country Name","Country Code","Indicator Name","Indicator Code","2022","2023",\n'
    '"Korea, Rep.","KOR","X","IT.X","1.5","",\n"China","CHN","X","IT.X","2","3",\n'
    '"China","CHN","Y","IT.Y","8","9",\n'
)
SDMX = "STRUCTURE,SIZE,REF_AREA,TIME_PERIOD,OBS_VALUE\ndataflow,GE10,DEU,2023,11.6\ndataflow,S,DEU,2023,9\n"
SHEET: list[list[object]] = [
    ["Country", "2022", "2023"],
    ["Germany", 1.5, 2.5],
    ["People's Republic of China", 3, ".."],
]


def file(tmp_path: Path, text: str, name: str = "some.csv", encoding: str = "utf-8") -> Path:
    path = tmp_path / name
    path.write_bytes(text.encode(encoding))
    return path


def short(found: Imported) -> list[tuple[str, str, str]]:
    return [(row["economy"], row["date"], row["value"]) for row in found.rows]


def faults(path: Path, asked: Asked = PLAIN) -> str:
    with pytest.raises(DataError) as error:
        import_table(path, asked)
    return str(error.value)


def outcome(path: Path) -> object:
    """Return the rows, or the faults: never anything else."""
    try:
        return import_table(path).rows
    except DataError as error:
        return error.faults


def workbook(path: Path, sheets: dict[str, list[list[object]]]) -> Path:
    """Write the least that is a workbook: inline texts and numbers."""
    main_ns = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    rel = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    packages = "http://schemas.openxmlformats.org/package/2006"
    count = range(1, len(sheets) + 1)
    with zipfile.ZipFile(path, "w") as packed:
        parts = "".join(
            f'<Override PartName="/xl/worksheets/sheet{k}.xml" ContentType="application/vnd.openxmlformats-'
            'officedocument.spreadsheetml.worksheet+xml"/>'
            for k in count
        )
        packed.writestr(
            "[Content_Types].xml",
            f'<Types xmlns="{packages}/content-types"><Default Extension="rels" ContentType="application/vnd.'
            'openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" ContentType='
            '"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>'
            f"{parts}</Types>",
        )
        packed.writestr(
            "_rels/.rels",
            f'<Relationships xmlns="{packages}/relationships"><Relationship Id="r0" '
            f'Type="{rel}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        )
        named = "".join(
            f'<sheet name="{name}" sheetId="{k}" r:id="r{k}"/>' for k, name in zip(count, sheets, strict=True)
        )
        packed.writestr(
            "xl/workbook.xml", f'<workbook {main_ns} xmlns:r="{rel}"><sheets>{named}</sheets></workbook>'
        )
        targets = "".join(
            f'<Relationship Id="r{k}" Type="{rel}/worksheet" Target="worksheets/sheet{k}.xml"/>'
            for k in count
        )
        packed.writestr(
            "xl/_rels/workbook.xml.rels",
            f'<Relationships xmlns="{packages}/relationships">{targets}</Relationships>',
        )
        for k, rows in zip(count, sheets.values(), strict=True):
            body = "".join(f"<row>{''.join(map(_cell, row))}</row>" for row in rows)
            packed.writestr(
                f"xl/worksheets/sheet{k}.xml",
                f"<worksheet {main_ns}><sheetData>{body}</sheetData></worksheet>",
            )
    return path


def _cell(value: object) -> str:
    if isinstance(value, str):
        return f'<c t="inlineStr"><is><t>{value}</t></is></c>'
    return f"<c><v>{value}</v></c>"


# ---- forms ------------------------------------------------------------------------------------------------


def test_our_world_in_data(tmp_path: Path) -> None:
    found = import_table(file(tmp_path, OWID))
    assert short(found) == [("USA", "2023", "93.1")]
    assert dict(found.elsewhere) == {"World": 1, "Austria": 1}


def test_world_bank_years_in_columns(tmp_path: Path) -> None:
    path = file(tmp_path, WORLD_BANK, encoding="utf-8-sig")
    found = import_table(path, Asked(where={"Indicator Code": "IT.X"}))
    assert short(found) == [("CHN", "2022", "2"), ("CHN", "2023", "3"), ("KOR", "2022", "1.5")]
    assert found.blank == 1
    assert "row 8: found CHN 2022 again (first in row 7)" in faults(path)
    assert '--where "Indicator Name=Y". They also differ in Indicator Code.' in faults(path)


def test_sdmx(tmp_path: Path) -> None:
    found = import_table(file(tmp_path, SDMX), Asked(where={"SIZE": "ge10"}))
    assert (found.form, short(found)) == ("SDMX-CSV", [("DEU", "2023", "11.6")])


def test_our_own_long_form_keeps_what_it_says(tmp_path: Path) -> None:
    text = (
        "economy,date,published,value,low,high,interval_kind,source\nCHN,2024-Q4,2025-02,5,4,6,bounds,main\n"
    )
    found = import_table(file(tmp_path, text))
    assert found.rows == [
        {"economy": "CHN", "date": "2024-Q4", "value": "5", "published": "2025-02"}
        | {"low": "4", "high": "6", "interval_kind": "bounds"}
    ]


def test_a_sheet(tmp_path: Path) -> None:
    path = workbook(tmp_path / "some.xlsx", {"Data": SHEET})
    expected = [("CHN", "2022", "3"), ("DEU", "2022", "1.5"), ("DEU", "2023", "2.5")]
    assert short(import_table(path)) == expected
    two = workbook(tmp_path / "two.xlsx", {"Notes": [["read me"]], "Data": SHEET})
    assert short(import_table(two, Asked(sheet="Data"))) == expected
    assert "Name it: --sheet 'Notes', or 'Data'" in faults(two)
    assert "Did you mean Data?" in faults(two, Asked(sheet="Dat"))


@pytest.mark.parametrize(("encoding", "named"), [("utf-16", ""), ("latin-1", "latin-1"), ("utf-8-sig", "")])
def test_encodings_that_are_marked_or_named(tmp_path: Path, encoding: str, named: str) -> None:
    path = file(
        tmp_path, "country;year;value\r\nGermany;2023;1\r\nCôte d'Ivoire;2023;2\r\n", encoding=encoding
    )
    found = import_table(path, Asked(encoding=named))
    assert short(found) == [("DEU", "2023", "1")]
    assert dict(found.elsewhere) == {"Côte d'Ivoire": 1}


def test_an_encoding_that_is_not_marked_is_asked(tmp_path: Path) -> None:
    path = file(tmp_path, "country,year,value\nCôte,2023,1\n", encoding="latin-1")
    assert "row 2: found byte 0xf4" in faults(path)
    assert "--encoding latin-1" in faults(path)


def test_decimal_commas_are_said(tmp_path: Path) -> None:
    path = file(tmp_path, "country;2023\nGermany;1.234,5\n")
    assert "Say --decimal ," in faults(path)
    assert short(import_table(path, Asked(decimal=","))) == [("DEU", "2023", "1234.5")]


def test_percent_signs_are_taken_off_and_counted(tmp_path: Path) -> None:
    found = import_table(file(tmp_path, "country,year,value\nIndia,2023,59.40%\n"))
    assert (short(found), found.signs) == ([("IND", "2023", "59.40")], 1)


@pytest.mark.parametrize(
    ("period", "read"), [("2024Q1", "2024-Q1"), ("03/2025", "2025-03"), ("2025/3/1", "2025-03-01")]
)
def test_other_forms_of_periods(tmp_path: Path, period: str, read: str) -> None:
    assert short(import_table(file(tmp_path, f"country,date,value\nIndia,{period},1\n"))) == [
        ("IND", read, "1")
    ]


# ---- names ------------------------------------------------------------------------------------------------


def test_what_may_mean_more_than_one_place_is_asked(tmp_path: Path) -> None:
    path = file(tmp_path, "country,year,value\nKorea,2023,1\nUnted States,2023,2\nIndia,2023,3\n")
    told = faults(path)
    assert "row 2: found 'Korea'; expected one economy. Say --name \"Korea=KOR\"" in told
    assert '--name "Unted States=USA"' in told
    found = import_table(path, Asked(names={"korea": "KOR", "Unted States": ""}))
    assert short(found) == [("IND", "2023", "3"), ("KOR", "2023", "1")]
    assert dict(found.elsewhere) == {"Unted States": 1}


def test_the_other_places_are_those_of_the_standard() -> None:
    scored = {code for code, unit in read_economies().items() if not unit.members}
    assert others().keys() == {country.alpha_3 for country in pycountry.countries} - scored


# ---- what is refused --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "no such header"),
        ("a,b\n1,2\n", "no such header"),
        ("country,year,a,b\nIndia,2023,1,2\n", "Say which: --column 'a', or 'b'"),
        ("country,year,value\nIndia,2023,abc\n", "row 2: found 'abc'; expected a number"),
        ("country,year,value\nIndia,whenever,1\n", "row 2: found 'whenever'; expected a period"),
        ("country,year,value\nIndia,2023,1\nIndia,2023,2\n", "row 3: found IND 2023 again"),
        ("country,year,value\nIndia,2023,1,2\n", "row 2: found 4 cells; expected 3 cells"),
        ("country,year,value\nNarnia,2023,1\n", "no value of a scored economy"),
        ('country,year,value\n"India,2023,1\n', "expected well-formed CSV"),
    ],
)
def test_faults_say_where_and_what_to_do(tmp_path: Path, text: str, told: str) -> None:
    assert told in faults(file(tmp_path, text))


def test_conditions_are_held_to_the_columns(tmp_path: Path) -> None:
    path = file(tmp_path, SDMX)
    assert "Did you mean SIZE?" in faults(path, Asked(where={"SIZ": "S"}))
    assert "It holds 'GE10', 'S'" in faults(path, Asked(where={"SIZE": "all"}))


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_no_bytes_crash_the_reader(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, raw: bytes) -> None:
    monkeypatch.setattr(grid, "read_workbook", workbook_reader._read)  # here, not in a process a file
    for name in ("any.csv", "any.xlsx"):
        path = tmp_path / name
        path.write_bytes(raw)
        assert outcome(path)


def test_damaged_workbooks_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(grid, "read_workbook", workbook_reader._read)
    whole = workbook(tmp_path / "some.xlsx", {"Data": SHEET}).read_bytes()
    dice = random.Random(1)  # noqa: S311 - damage, not a secret
    for _ in range(150):
        raw = bytearray(whole)
        for _ in range(dice.randint(1, 8)):
            raw[dice.randrange(len(raw))] = dice.randrange(256)
        path = tmp_path / "damaged.xlsx"
        path.write_bytes(raw)
        assert outcome(path)


# ---- the command line -------------------------------------------------------------------------------------


def test_from_a_file_to_a_pair_that_only_lacks_words(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source, into = file(tmp_path, OWID), tmp_path / "mine"
    where = ["--layer", "ecosystem", "--pillar", "consumers"]
    assert main(["data", "import", str(source), "--code", "net", "--into", str(into), *where]) == 0
    told = capsys.readouterr().out
    assert "read as long: 1 values of 1 economies, 2023 to 2023" in told
    assert "left out, not scored: 2 values of World (1), Austria (1)" in told
    open_ends = {fault.column for fault in check([into]) if fault.severity == "error"}
    assert {"title", "unit", "readings.scale.goalposts", "sources.main.date_accessed"} <= open_ends
    assert not any(column in {"layer", "pillar", "code", "direction"} for column in open_ends)
    assert main(["data", "import", str(source), "--code", "net", "--into", str(into)]) == 2
    assert "--replace" in capsys.readouterr().err


def test_a_new_pair_is_never_written_over_another(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    ask = [
        "data",
        "new",
        "mine",
        "--layer",
        "cost",
        "--pillar",
        "competition",
        "--into",
        str(tmp_path / "own"),
    ]
    assert main(ask) == 0
    assert main(ask) == 2
    assert "is there already; nothing was written" in capsys.readouterr().err
    assert main([*ask[:2], "../up", *ask[3:]]) == 2
    assert "expected small letters" in capsys.readouterr().err
    assert main(["data", "new", "other", "--layer", "cost", "--pillar", "competiton"]) == 2
    assert "did you mean competition?" in capsys.readouterr().err
