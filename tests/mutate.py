"""Mutations of files: turned, cut, doubled, swapped between seeds, and what is known to hurt readers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from random import Random

LONGEST: Final = 1 << 18
"""Bytes of a mutated file."""
HURTFUL: Final = (
    *(
        b"\0",
        b"\xef\xbb\xbf",
        b"\xff\xfe",
        b"\xff",
        b"\r\n",
        b"\r",
        b"\n\n",
        b'"',
        b'""',
        b"'",
        b"\\",
        b"'''",
    ),
    *(b"nan", b"inf", b"-inf", b"1e999", b"-1e308", b"1e308", b"1e-320", b"-0.0", b"9" * 400, b"9" * 5000),
    *(b"0x10", b"1_000", b"1,5", b"1.234,5", b"12%", b"\xc2\xa0", b"\xe2\x88\x925", b"NaN", b"None"),
    *(b"2026-02-30", b"0000", b"9999", b"9999-12-31", b"1000-01", b"2026-Q5", b"2026-Q4", b"0001-01-01"),
    *(
        b"=1+1",
        b"@SUM(A1)",
        b"../../etc/passwd",
        b"/dev/zero",
        b"C:\\x",
        b"~",
        b"USA",
        b"CHN",
        b"EU27",
        b"Korea",
    ),
    *(b"[", b"]", b"[[", b"{", b"}", b"[" * 3000, b"{a=" * 500, b"a." * 2000, b"," * 3000, b";", b"\t", b"#"),
    *(
        b" = ",
        b"= []",
        b"= {}",
        b"= true",
        b'= ""',
        b"= 1979-05-27T07:32:00Z",
        b"= 07:32:00",
        b'extends = ["mine"]',
    ),
    *(
        b"\x1b[31m",
        "\u202e".encode(),
        "\ud7ff\U0010ffff".encode(),
        "\u0661".encode(),
        b"A" * 20_000,
        b":",
        b"-",
    ),
)


def mutated(raw: bytes, others: list[bytes], dice: Random) -> bytes:
    """Change a file in one to eight places."""
    data = bytearray(raw)
    for _ in range(dice.choice((1, 1, 1, 2, 2, 3, 5, 8))):
        dice.choice(WAYS)(data, others, dice)
    return bytes(data[:LONGEST])


def _place(data: bytearray, dice: Random) -> int:
    return dice.randint(0, len(data))


def _turn(data: bytearray, _: list[bytes], dice: Random) -> None:
    if data:
        data[dice.randrange(len(data))] = dice.randrange(256)


def _cut(data: bytearray, _: list[bytes], dice: Random) -> None:
    at = _place(data, dice)
    del data[at : at + dice.choice((1, 2, 5, 20, 200))]


def _hurt(data: bytearray, _: list[bytes], dice: Random) -> None:
    at = _place(data, dice)
    data[at:at] = dice.choice(HURTFUL)


def _token(data: bytearray, others: list[bytes], dice: Random) -> None:
    """Put something hurtful, or a piece of another seed, in place of one word or number."""
    start = _place(data, dice)
    while start and data[start - 1 : start].isalnum():
        start -= 1
    end = start
    while end < len(data) and (data[end : end + 1].isalnum() or data[end : end + 1] in b"._-"):
        end += 1
    data[start:end] = dice.choice(HURTFUL)
    del others


def _line(data: bytearray, others: list[bytes], dice: Random) -> None:
    """Leave a line out, double it, move it, or put one of another seed there."""
    lines = bytes(data).splitlines(keepends=True)
    if not lines:
        return
    at, kind = dice.randrange(len(lines)), dice.randrange(4)
    if kind == 0:
        del lines[at]
    elif kind == 1:
        lines.insert(dice.randrange(len(lines)), lines[at])
    elif kind == 2:
        lines.insert(dice.randrange(len(lines)), lines.pop(at))
    else:
        lines[at] = dice.choice(dice.choice(others).splitlines(keepends=True) or [b"\n"])
    data[:] = b"".join(lines)


def _cell(data: bytearray, _: list[bytes], dice: Random) -> None:
    """Swap two cells or values."""
    parts = bytes(data).split(b"," if b"," in data else b"=")
    a, b = dice.randrange(len(parts)), dice.randrange(len(parts))
    parts[a], parts[b] = parts[b], parts[a]
    data[:] = (b"," if b"," in data else b"=").join(parts)


def _repeat(data: bytearray, _: list[bytes], dice: Random) -> None:
    at = _place(data, dice)
    piece = bytes(data[at : at + dice.choice((1, 4, 40))])
    data[at:at] = piece * dice.choice((1, 2, 50, 1000))


def _splice(data: bytearray, others: list[bytes], dice: Random) -> None:
    other = dice.choice(others)
    data[_place(data, dice) :] = other[dice.randint(0, len(other)) :]


def _encode(data: bytearray, _: list[bytes], dice: Random) -> None:
    text = bytes(data).decode("utf-8", "replace")
    data[:] = text.encode(dice.choice(("utf-16", "utf-8-sig", "latin-1", "utf-32", "utf-16-le")), "replace")


WAYS: Final = (
    _turn,
    _turn,
    _cut,
    _hurt,
    _token,
    _token,
    _token,
    _line,
    _line,
    _cell,
    _cell,
    _repeat,
    _splice,
    _encode,
)
