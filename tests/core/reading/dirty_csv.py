"""Hypothesis strategies for CSV files as bad as they come, and the dialects they are written in."""

from __future__ import annotations

from dataclasses import dataclass

from hypothesis import strategies as st

ENCODINGS = ("utf-8", "utf-8", "utf-8", "utf-16", "utf-16-le", "utf-16-be", "latin-1", "cp1252")
DELIMITERS = (",", ",", ";", "\t", "|", "§", "→", "\U0001f600")
BREAKS = ("\n", "\n", "\n", "\r\n", "\r\n", "\r")
# Text that some reader somewhere takes for more than text.
WORDS = (
    "", "", "a", "b1", "4.5", " ", "  x ", "é", "€", "漢字", "\U0001f600", "\0", "\x01", "\x02", "\x03never", "\x1a", "\x0b",
    "\x0c", "\x85", "\u2028", "\ufeff", "NULL", "#", "\\", "'", '"', "-", "\t", ",", ";", "|",
)  # fmt: skip
# Bytes that are no text in one encoding or another: invalid and cut UTF-8, half of a surrogate pair, undefined cp1252.
BROKEN = (
    b"\xff",
    b"\xc3",
    b"\xe2\x82",
    b"\xed\xa0\x80",
    b"\xf0\x9f\x98",
    b"\x00\xd8",
    b"\xd8\x00",
    b"\xff\xdf",
    b"\x81",
    b"\0",
)


@dataclass(frozen=True)
class Dialect:
    delimiter: str = ","
    quote: str = '"'
    escape: str = '"'
    encoding: str = "utf-8"


@st.composite
def dialects(draw: st.DrawFn) -> Dialect:
    encoding = draw(st.sampled_from(ENCODINGS))
    delimiter = draw(st.sampled_from([d for d in DELIMITERS if encodable(d, encoding)]))
    quote = draw(st.sampled_from(['"', '"', '"', "'"]))
    return Dialect(delimiter, quote, draw(st.sampled_from([quote, quote, "\\"])), encoding)


def encodable(text: str, encoding: str) -> bool:
    return text.encode(encoding, "ignore").decode(encoding) == text


@st.composite
def files(draw: st.DrawFn, dialect: Dialect) -> bytes:
    """A header and lines: mostly rows of about the right width, some of them soup."""
    width = draw(st.integers(1, 6))
    soup = st.lists(st.one_of(_tokens(dialect), st.sampled_from(BROKEN)), max_size=8)
    row = st.one_of(_rows(dialect, width), _rows(dialect, width), _rows(dialect, width), soup)
    lines = draw(st.lists(st.tuples(row, st.sampled_from(BREAKS)), max_size=12))
    header = draw(st.one_of(st.just(dialect.delimiter.join(f"c{n}" for n in range(width))), _header(dialect, width)))
    start = draw(st.sampled_from(["", "", "", "\ufeff", "\n", "\ufeff\r\n"])) + header
    pieces: list[bytes | str] = [start, draw(st.sampled_from(BREAKS))]
    for tokens, line_break in lines:
        pieces += [*tokens, line_break]
    without_end: bool = draw(st.booleans())
    if without_end:
        pieces.pop()
    return b"".join(_encoded(piece, dialect.encoding, at) for at, piece in enumerate(pieces))


def _tokens(dialect: Dialect) -> st.SearchStrategy[str]:
    special = (dialect.delimiter, dialect.quote, dialect.quote, dialect.escape, dialect.quote * 2, *BREAKS)
    return st.sampled_from(WORDS + special)


@st.composite
def _rows(draw: st.DrawFn, dialect: Dialect, width: int) -> list[bytes | str]:
    ragged = draw(st.sampled_from([0] * 8 + [-1, 1]))
    cells = [draw(_cells(dialect)) for _ in range(max(1, width + ragged))]
    pieces: list[bytes | str] = []
    for cell in cells:
        pieces += [*cell, dialect.delimiter]
    return pieces[:-1]


@st.composite
def _cells(draw: st.DrawFn, dialect: Dialect) -> list[bytes | str]:
    q = dialect.quote
    harmless = st.sampled_from([word for word in WORDS if q not in word and dialect.delimiter not in word])
    kind = draw(st.sampled_from(["bare"] * 6 + ["quoted"] * 3 + ["loose", "open", "after", "broken"]))
    if kind == "bare":
        return [draw(harmless)]
    if kind == "broken":
        return [draw(harmless), draw(st.sampled_from(BROKEN)), draw(harmless)]
    if kind == "loose":
        return ["x", draw(_tokens(dialect))]
    inside = draw(st.lists(_tokens(dialect), max_size=4))
    escaped = [token.replace(dialect.escape, dialect.escape * 2) for token in inside]
    if dialect.escape != q:
        escaped = [token.replace(q, dialect.escape + q) for token in escaped]
    return [q, *escaped, *{"quoted": [q], "open": [], "after": [q, "x"]}[kind]]


@st.composite
def _header(draw: st.DrawFn, dialect: Dialect, width: int) -> str:
    cells = [draw(_cells(dialect)) for _ in range(width)]
    return dialect.delimiter.join("".join(piece for piece in cell if isinstance(piece, str)) for cell in cells)


def _encoded(piece: bytes | str, encoding: str, at: int) -> bytes:
    if isinstance(piece, bytes):
        return piece
    if encoding == "utf-16":
        return piece.encode("utf-16" if at == 0 and not piece.startswith("\ufeff") else "utf-16-le")
    return piece.encode(encoding, "ignore")
