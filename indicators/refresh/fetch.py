"""The only place that touches the network: bounded in time, size, tries and hosts; httpx is imported here."""

from __future__ import annotations

import datetime as dt
import email.utils
import hashlib
import os
import time
import zlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, NamedTuple
from urllib.parse import urljoin, urlsplit

from indicators.cells import LARGEST_FILE

from .trouble import SourceError, refused

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import httpx

BASE: Final = "FOURLAYERS_REFRESH_BASE"
"""Environment variable with the address of a local server that stands in for all hosts (for tests)."""
LOOPBACK: Final = frozenset(("127.0.0.1", "localhost", "::1"))
MOVED: Final = frozenset((301, 302, 303, 307, 308))
BUSY: Final = frozenset((408, 425, 429, 500, 502, 503, 504))
"""Answers after which another try may help."""
REASONS: Final = {
    401: "a key is asked for",
    403: "it is not given to this program",
    404: "there is no such file; it may have moved",
    410: "the file is gone",
    429: "too many requests",
}


@dataclass(frozen=True)
class Limits:
    """How long, how much and how often.

    Attributes
    ----------
    connect, read, total : float
        Seconds to connect, between two pieces of an answer, and for an address with all its tries.
    size : int
        Bytes of an answer, unpacked.
    tries, redirects : int
        How often an address is asked for, and how often an answer may send elsewhere.
    first_wait, longest_wait : float
        Seconds before the second try, doubled before each further one; and the longest that is waited when
        the server names a time.
    """

    connect: float = 10.0
    read: float = 30.0
    total: float = 180.0
    size: int = LARGEST_FILE
    tries: int = 4
    redirects: int = 4
    first_wait: float = 1.0
    longest_wait: float = 60.0


def today() -> dt.date:
    """Return the day, by universal time: the one clock that is read, for the day of retrieval."""
    return dt.datetime.now(dt.UTC).date()


class Body(NamedTuple):
    """What an address gave.

    Attributes
    ----------
    address : str
        As it was asked for.
    content : bytes
        All of it, unpacked.
    day : date
        The day of retrieval (UTC).
    sha256 : str
        Hash of the content.
    """

    address: str
    content: bytes
    day: dt.date
    sha256: str

    @classmethod
    def of(cls, address: str, content: bytes, day: dt.date | None = None) -> Body:
        """Make a body that was read on a day, today by default."""
        when = day or today()
        return cls(address, content, when, hashlib.sha256(content).hexdigest())


@dataclass(frozen=True)
class Fetch:
    """Fetches from some hosts.

    Attributes
    ----------
    hosts : frozenset of str
        Hosts that may be asked, and to which an answer may send.
    limits : Limits
        How long, how much and how often.
    wait : callable
        Waits so many seconds.
    base : str
        Address of a local server that stands in for the hosts; empty for the hosts themselves.
    """

    hosts: frozenset[str]
    limits: Limits = Limits()
    wait: Callable[[float], None] = time.sleep
    base: str = field(default_factory=lambda: local_base(os.environ.get(BASE, "")))

    def __call__(self, address: str) -> Body:
        """Return what an address gives.

        Raises
        ------
        SourceError
            If it gives nothing that can be used, with what happened.
        """
        ends = time.monotonic() + self.limits.total
        pause, last = self.limits.first_wait, SourceError(address)
        for attempt in range(self.limits.tries):
            if attempt:
                self.wait(pause)
                pause *= 2
            try:
                return Body.of(address, self._followed(address, ends))
            except _AgainError as busy:
                last = busy.error
                pause = busy.after if busy.after is not None else pause
                if pause > self.limits.longest_wait or time.monotonic() + pause > ends:
                    break
        raise last

    def _followed(self, address: str, ends: float) -> bytes:
        """Ask, and follow where the answer sends, as long as it sends to a known host."""
        import httpx

        limits = self.limits
        timeout = httpx.Timeout(limits.read, connect=limits.connect)
        there = self.resolved(address)
        try:
            with httpx.Client(timeout=timeout, trust_env=not self.base, headers=_headers()) as client:
                for _ in range(limits.redirects + 1):
                    with client.stream("GET", there) as answer:
                        if answer.status_code not in MOVED:
                            return self._content(address, answer, ends)
                        there = self._next(address, there, answer.headers.get("location", ""))
        except httpx.TimeoutException as error:
            kind = "no connection" if isinstance(error, httpx.ConnectTimeout) else "no answer"
            seconds = limits.connect if isinstance(error, httpx.ConnectTimeout) else limits.read
            raise _AgainError(refused(address, f"{kind} within {seconds:g} seconds")) from None
        except httpx.ConnectError as error:
            raise _AgainError(refused(address, f"no connection ({error})", _NETWORK)) from None
        except httpx.RemoteProtocolError as error:
            raise _AgainError(refused(address, f"the answer broke off ({error})")) from None
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise refused(address, f"no answer ({error})") from None
        raise refused(address, f"it sends elsewhere more than {limits.redirects} times")

    def resolved(self, address: str) -> str:
        """Return where an address is asked for: at its own host by https, or at the local server.

        Raises
        ------
        SourceError
            If the host is not one of the source.
        """
        parts = urlsplit(address)
        if parts.scheme != "https" or parts.hostname not in self.hosts or parts.port not in (None, 443):
            raise refused(address, f"not an https address at {_listed(self.hosts)}")
        return f"{self.base}/{address.removeprefix('https://')}" if self.base else address

    def _next(self, address: str, there: str, location: str) -> str:
        """Return where a redirect leads.

        Raises
        ------
        SourceError
            If it leads to a host that is not one of the source.
        """
        onward = urljoin(there, location)
        if self.base and onward.startswith(f"{self.base}/"):
            return onward
        try:
            return self.resolved(onward)
        except SourceError:
            allowed = f"only https at {_listed(self.hosts)} is followed"
            raise refused(address, f"it sends to {onward!r}; {allowed}") from None

    def _content(self, address: str, answer: httpx.Response, ends: float) -> bytes:
        """Return the content of a final answer, within the limits."""
        status = answer.status_code
        if status != 200:
            error = refused(address, f"answered {status} ({_reason(answer)})")
            raise _AgainError(error, _after(answer.headers)) if status in BUSY else error
        packing = answer.headers.get("content-encoding", "identity").strip().lower()
        if packing not in ("identity", "gzip", ""):
            raise refused(address, f"packed as {packing!r}, which was not asked for")
        unpack = zlib.decompressobj(31) if packing == "gzip" else None
        content = bytearray()
        for piece in answer.iter_raw():
            room = self.limits.size - len(content) + 1
            content += _unpacked(unpack, piece, room, address)
            if len(content) > self.limits.size:
                raise refused(address, f"more than {self.limits.size / 2**20:g} MB")
            if time.monotonic() > ends:
                raise refused(address, f"not all there within {self.limits.total:g} seconds")
        if unpack is not None and not unpack.eof:
            raise _AgainError(refused(address, "the packed answer broke off"))
        return bytes(content)


class _AgainError(Exception):
    """A failure after which another try may help."""

    def __init__(self, error: SourceError, after: float | None = None) -> None:
        super().__init__(str(error))
        self.error = error
        self.after = after


_NETWORK: Final = "Is this machine on the network, and may it reach that host?"


def local_base(text: str) -> str:
    """Check the address of a local server.

    Raises
    ------
    SourceError
        If it is not on this machine: no setting lets other hosts stand in for the sources.
    """
    if not text:
        return ""
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or parts.hostname not in LOOPBACK:
        message = f"{BASE} {text}: expected an address on this machine, such as http://127.0.0.1:8000"
        raise SourceError(message)
    return text.rstrip("/")


def _headers() -> dict[str, str]:
    return {"user-agent": "fourlayers (data refresh)", "accept-encoding": "gzip"}


def _unpacked(unpack: zlib._Decompress | None, piece: bytes, room: int, address: str) -> bytes:
    """Return a piece of the answer, no more of it than there is room for."""
    if unpack is None:
        return piece
    try:
        return unpack.decompress(piece, room)
    except zlib.error as error:
        raise refused(address, f"said to be packed with gzip and is not ({error})") from None


def _reason(answer: httpx.Response) -> str:
    return REASONS.get(answer.status_code) or answer.reason_phrase or "no reason given"


def _after(headers: Mapping[str, str]) -> float | None:
    """Return the seconds that a server asks to wait, as a number or as a date; None where it does not."""
    text = headers.get("retry-after", "").strip()
    if text.isdecimal():
        return float(text)
    try:
        when = email.utils.parsedate_to_datetime(text)
    except (TypeError, ValueError):
        return None
    return max(0.0, (when - dt.datetime.now(dt.UTC)).total_seconds()) if when.tzinfo else None


def _listed(hosts: frozenset[str]) -> str:
    return " or ".join(sorted(hosts))
