"""A server on this machine that stands in for the live sources, and small answers in the forms they have."""

from __future__ import annotations

import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

from indicators.economies import read_economies
from indicators.refresh.fresh import ISO2

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

ECONOMIES = [code for code, unit in read_economies().items() if not unit.members]
ISO3_TO_2 = {three: two for two, three in ISO2.items()}

Answer = tuple[int, dict[str, str], bytes]
"""Status, headers and content."""
Route = "bytes | str | Answer | Callable[[Handler], None]"


class Handler(BaseHTTPRequestHandler):
    """Answers by the path, whose first part is the host that was meant; each address keeps count."""

    server: Server

    def do_GET(self) -> None:
        path = self.path.partition("?")[0].lstrip("/")
        self.server.asked.append(path)
        queue = self.server.routes.get(path)
        if not queue:
            self.answer(404, {}, b"<html>not found</html>")
            return
        route = queue[0] if len(queue) == 1 else queue.pop(0)
        if callable(route):
            route(self)
        elif isinstance(route, tuple):
            self.answer(*route)
        else:
            self.answer(200, {}, route.encode() if isinstance(route, str) else route)

    def answer(self, status: int, headers: Mapping[str, str], content: bytes) -> None:
        """Send an answer whose length is told, unless the headers tell another."""
        self.send_response(status)
        for name, text in {"Content-Length": str(len(content)), **headers}.items():
            self.send_header(name, text)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Stay quiet."""


class Server(ThreadingHTTPServer):
    """Holds what is answered and what was asked."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.routes: dict[str, list[Any]] = {}
        self.asked: list[str] = []

    def handle_error(self, *_: object) -> None:
        """Stay quiet where the other side has gone, as it does when it has had enough."""

    @property
    def base(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.server_address[1]}"

    def put(self, address: str, *answers: Any) -> None:  # noqa: ANN401 - see Route
        """Say what an address answers, one after the other; the last one stays."""
        self.routes[address.removeprefix("https://").partition("?")[0]] = list(answers)


@contextmanager
def served() -> Iterator[Server]:
    """Run a server for as long as it is used."""
    server = Server()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def csv_text(header: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """Write rows without commas in them as CSV."""
    return "\n".join(",".join(map(str, row)) for row in (header, *rows)) + "\n"


def owid_csv(column: str, values: Mapping[tuple[str, int], float]) -> str:
    """Write a chart of Our World in Data: with a region that has no code, and a group of theirs."""
    rows: list[tuple[object, ...]] = [
        (f"Name of {code}", code, year, x) for (code, year), x in values.items()
    ]
    rows += [
        ("ASEAN (Ember)", "", 2024, 1.0),
        ("Africa", "OWID_AFR", 2024, 2.0),
        ("Albania", "ALB", 2024, 3.0),
    ]
    return csv_text(("Entity", "Code", "Year", column), rows)


def jsonstat(values: Mapping[tuple[str, str], float], extra: Mapping[str, int] | None = None) -> str:
    """Write a data set of Eurostat: values by economy (their two letters) and year, absent ones left out."""
    places = sorted({place for place, _ in values} | {"EU27_2020", "EL"})
    years = sorted({year for _, year in values})
    names = ["freq", "size_emp", "nace_r2", "indic_is", "unit", "geo", "time"]
    single = {"freq": "A", "size_emp": "GE10", "nace_r2": "C10-S951_X_K", "indic_is": "E_AI_TANY"}
    codes = {name: [single.get(name, "PC_ENT")] for name in names[:5]} | {"geo": places, "time": years}
    flat = {
        str(places.index(place) * len(years) + years.index(year)): value
        for (place, year), value in values.items()
    }
    size = [len(codes[name]) for name in names]
    for name, number in (extra or {}).items():
        size[names.index(name)] = number
    dimension = {
        name: {"category": {"index": {code: k for k, code in enumerate(codes[name])}}} for name in names
    }
    head = {"version": "2.0", "class": "dataset", "label": "Artificial intelligence", "source": "ESTAT"}
    return json.dumps({**head, "id": names, "size": size, "value": flat, "dimension": dimension})


def world_bank_json(code: str, values: Mapping[tuple[str, int], float | None]) -> str:
    """Write an answer of the World Bank: a head, and a record for each economy and year."""
    records = [
        {
            "indicator": {"id": code, "value": "its name"},
            "country": {"id": ISO3_TO_2[economy], "value": economy},
            "countryiso3code": economy,
            "date": str(year),
            "value": value,
            "unit": "",
            "obs_status": "",
            "decimal": 0,
        }
        for (economy, year), value in values.items()
    ]
    head = {"page": 1, "pages": 1, "per_page": 20000, "total": len(records), "lastupdated": "2026-11-01"}
    return json.dumps([head, records])
