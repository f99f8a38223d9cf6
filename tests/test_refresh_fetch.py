"""What a live source may do to a fetch, on a server on this machine: the answer, or one clear message."""

from __future__ import annotations

import gzip
import hashlib
import io
import socket
import time
import zipfile
import zlib
from email.utils import format_datetime
from typing import TYPE_CHECKING

import pytest
from live import Handler, Server, csv_text, served

from indicators.refresh import forms
from indicators.refresh.fetch import BASE, Body, Fetch, Limits, local_base
from indicators.refresh.forms import json_of, member, table_of
from indicators.refresh.trouble import SourceError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

HOST = "data.example"
ADDRESS = f"https://{HOST}/file.csv"
TABLE = csv_text(("a", "b"), [(1, 2), (3, 4)])
HTML = {"Content-Type": "text/html"}


@pytest.fixture(scope="module")
def _server() -> Iterator[Server]:
    with served() as server:
        yield server


@pytest.fixture
def server(_server: Server) -> Server:
    """Give a server that has been asked nothing yet."""
    _server.routes.clear()
    _server.asked.clear()
    return _server


Fetching = "Callable[..., Body]"


@pytest.fixture
def fetch(server: Server) -> Callable[..., Body]:
    """Fetch an address within small limits; waits are kept in `fetch.waits` and not waited."""
    waits: list[float] = []

    def get(address: str = ADDRESS, **limits: float) -> Body:
        within = Limits(**{"connect": 1.0, "read": 0.3, "total": 5.0, "tries": 3} | limits)  # type: ignore[arg-type]
        return Fetch(frozenset((HOST,)), within, waits.append, server.base)(address)

    get.waits = waits  # type: ignore[attr-defined]
    return get


def stall(seconds: float, before: bytes = b"") -> Callable[[Handler], None]:
    """Answer so much, and no more for some seconds."""

    def route(handler: Handler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", "1000")
        handler.end_headers()
        handler.wfile.write(before)
        handler.wfile.flush()
        time.sleep(seconds)

    return route


def drip(handler: Handler) -> None:
    """Answer a byte now and then, so that no single wait is long."""
    handler.send_response(200)
    handler.send_header("Content-Length", "1000")
    handler.end_headers()
    for _ in range(40):
        handler.wfile.write(b"x")
        handler.wfile.flush()
        time.sleep(0.05)


def test_an_answer_comes_with_its_hash_and_day(server: Server, fetch: Callable[..., Body]) -> None:
    server.put(ADDRESS, TABLE)
    body = fetch()
    assert body.content == TABLE.encode()
    assert body.sha256 == hashlib.sha256(TABLE.encode()).hexdigest()
    assert body.address == ADDRESS
    assert server.asked == [f"{HOST}/file.csv"]


def test_a_packed_answer_is_unpacked(server: Server, fetch: Callable[..., Body]) -> None:
    server.put(ADDRESS, (200, {"Content-Encoding": "gzip"}, gzip.compress(TABLE.encode())))
    assert [line.cells for line in table_of(fetch(), ["a"])] == [{"a": "1", "b": "2"}, {"a": "3", "b": "4"}]


def test_busy_then_fine_is_waited_for(server: Server, fetch: Callable[..., Body]) -> None:
    server.put(ADDRESS, (429, {"Retry-After": "7"}, b""), (503, {}, b""), TABLE)
    assert fetch(total=60).content == TABLE.encode()
    assert fetch.waits == [7.0, 14.0]  # type: ignore[attr-defined]


def test_a_server_may_name_the_moment_to_come_back(server: Server, fetch: Callable[..., Body]) -> None:
    import datetime as dt

    later = dt.datetime.now(dt.UTC) + dt.timedelta(seconds=20)
    server.put(ADDRESS, (429, {"Retry-After": format_datetime(later, usegmt=True)}, b""), TABLE)
    assert fetch(total=60).content == TABLE.encode()
    assert 17 < fetch.waits[0] <= 20  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("answer", "said", "asked"),
    [
        ((404, HTML, b"<html>"), "answered 404 (there is no such file; it may have moved)", 1),
        ((403, {}, b""), "answered 403 (it is not given to this program)", 1),
        ((500, {}, b""), "answered 500 (Internal Server Error)", 3),
        ((429, {"Retry-After": "4000"}, b""), "answered 429 (too many requests)", 1),
        ((200, {"Content-Encoding": "br"}, b"x"), "packed as 'br', which was not asked for", 1),
        ((200, {"Content-Encoding": "gzip"}, b"no gzip"), "said to be packed with gzip and is not", 1),
        (
            (200, {"Content-Encoding": "gzip"}, gzip.compress(TABLE.encode())[:-9]),
            "packed answer broke off",
            3,
        ),
        ((200, {"Content-Length": "500"}, b"only this"), "the answer broke off", 3),
        (
            (302, {"Location": "https://elsewhere.example/x"}, b""),
            "only https at data.example is followed",
            1,
        ),
        ((302, {"Location": f"http://{HOST}/file.csv"}, b""), "only https at data.example is followed", 1),
        ((302, {"Location": "/data.example/file.csv"}, b""), "sends elsewhere more than 4 times", 1),
        ((200, {}, b"x" * 3000), "more than 0.00195312 MB", 1),
        ((200, {"Content-Encoding": "gzip"}, gzip.compress(bytes(50_000_000))), "more than 0.00195312 MB", 1),
    ],
)
def test_a_bad_answer_is_one_message(
    server: Server,
    fetch: Callable[..., Body],
    answer: tuple[int, dict[str, str], bytes],
    said: str,
    asked: int,
) -> None:
    server.put(ADDRESS, answer)
    with pytest.raises(SourceError, match=r"^https://data\.example/file\.csv: ") as error:
        fetch(size=2048)
    assert said in str(error.value)
    redirects = 5 if "more than 4" in said else 1
    assert len(server.asked) == asked * redirects


def test_a_packed_bomb_is_not_unpacked_beyond_the_limit() -> None:
    from indicators.refresh.fetch import _unpacked

    bomb = zlib.decompressobj(31)
    assert len(_unpacked(bomb, gzip.compress(bytes(50_000_000)), 2049, ADDRESS)) == 2049


def test_a_redirect_within_the_host_is_followed(server: Server, fetch: Callable[..., Body]) -> None:
    server.put(ADDRESS, (301, {"Location": f"https://{HOST}/new.csv"}, b""))
    server.put(f"https://{HOST}/new.csv", TABLE)
    assert fetch().content == TABLE.encode()


@pytest.mark.parametrize("before", [b"", b"a,b\n1,"])
def test_silence_is_given_up(server: Server, fetch: Callable[..., Body], before: bytes) -> None:
    server.put(ADDRESS, stall(0.5, before))
    with pytest.raises(SourceError, match=r"no answer within 0\.1 seconds"):
        fetch(read=0.1, tries=2)
    assert len(server.asked) == 2


def test_an_answer_by_drops_is_given_up(server: Server, fetch: Callable[..., Body]) -> None:
    server.put(ADDRESS, drip)
    with pytest.raises(SourceError, match=r"not all there within 0\.3 seconds"):
        fetch(total=0.3)


def test_a_refused_connection_is_said() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    waits: list[float] = []
    get = Fetch(frozenset((HOST,)), Limits(tries=3), waits.append, f"http://127.0.0.1:{port}")
    with pytest.raises(SourceError, match=r"no connection .*Is this machine on the network"):
        get(ADDRESS)
    assert waits == [1.0, 2.0]


@pytest.mark.parametrize(
    "address",
    ["http://data.example/a", "https://other.example/a", "https://data.example:8443/a", "file:///etc/passwd"],
)
def test_only_known_hosts_are_asked(address: str) -> None:
    with pytest.raises(SourceError, match=r"not an https address at data\.example"):
        Fetch(frozenset((HOST,)), base="").resolved(address)


def test_no_setting_lets_another_machine_stand_in(monkeypatch: pytest.MonkeyPatch) -> None:
    assert local_base("http://localhost:8000/") == "http://localhost:8000"
    monkeypatch.setenv(BASE, "http://mirror.example")
    with pytest.raises(SourceError, match="expected an address on this machine"):
        Fetch(frozenset((HOST,)))


def body(content: bytes | str) -> Body:
    return Body.of(ADDRESS, content.encode() if isinstance(content, str) else content)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("<!doctype html><p>Sign in", "a web page in place of a CSV"),
        ("", "an empty file"),
        ("a,b\n", "a header without rows"),
        ("x,b\n1,2\n", "no column 'a'; it has 'x', 'b'"),
        ("a_,b\n1,2\n", "no column 'a'; it has 'a_', 'b'"),
        ("a,b,a\n1,2,3\n", "the column 'a' twice"),
        ("a,b\n1,2\n3\n", "line 3: 1 cells under 2 columns"),
        ('a,b\n1,"2\n', "unexpected end of data"),
        ("a,b\n1,2\n".encode("utf-16"), "UTF-16 in place of UTF-8"),
        ("a,b\n1,é\n".encode("latin-1"), "line 2: byte 0xe9, which is not UTF-8"),
        (b"a,b\n1,\0\n", "a NUL byte in place of a text"),
    ],
)
def test_what_is_no_such_table_is_refused(content: bytes | str, said: str) -> None:
    with pytest.raises(SourceError) as error:
        table_of(body(content), ["a"])
    assert said in str(error.value)


def test_a_renamed_column_is_named_with_the_near_one() -> None:
    with pytest.raises(SourceError, match="Did you mean Organization"):
        table_of(body("Model,Organization\nx,y\n"), ["Organisation"])


def test_latin_1_is_read_where_the_source_has_it() -> None:
    lines = table_of(body("Economy,x\nCôte d'Ivoire,1\n".encode("latin-1")), ["Economy"], encoding="latin-1")
    assert lines[0].cells["Economy"] == "Côte d'Ivoire"


@pytest.mark.parametrize(
    ("content", "said"), [("<html>", "a web page in place of JSON"), ('{"a": [1,', "not well-formed JSON")]
)
def test_what_is_no_json_is_refused(content: str, said: str) -> None:
    with pytest.raises(SourceError, match=said):
        json_of(body(content))


def packed(files: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name), content, method)  # of no day: the same bytes each time
    return out.getvalue()


def test_a_file_of_an_archive_is_found_in_any_folder_of_it() -> None:
    found = member(body(packed({"some/folder/a.csv": b"x"})), ["a.csv"])
    assert found.content == b"x"
    assert found.address == f"{ADDRESS} (a.csv)"
    assert found.sha256 == body(packed({"some/folder/a.csv": b"x"})).sha256


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (packed({"a.csv": b"x" * 5000})[:-30], "a damaged archive"),
        (packed({"b.csv": b"x"}), "no a.csv in the archive; it has b.csv"),
        (b"<html>not here</html>", "a web page in place of an archive"),
    ],
    ids=["cut", "without", "a page"],
)
def test_a_bad_archive_is_refused(content: bytes, said: str) -> None:
    with pytest.raises(SourceError) as error:
        member(body(content), ["a.csv"])
    assert said in str(error.value)


def test_an_archive_is_not_unpacked_beyond_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forms, "LARGEST_FILE", 2**20)
    assert len(member(body(packed({"a.csv": bytes(2**20)})), ["a.csv"]).content) == 2**20
    with pytest.raises(SourceError, match=r"a\.csv unpacks to more than 1 MB"):
        member(body(packed({"a.csv": bytes(2**20 + 1)})), ["a.csv"])


def test_an_archive_that_rots_is_refused() -> None:
    whole = bytearray(packed({"a.csv": b"0123456789" * 50}, zipfile.ZIP_STORED))
    whole[60] ^= 0xFF
    with pytest.raises(SourceError, match="a damaged archive"):
        member(body(bytes(whole)), ["a.csv"])
