"""What stands beside an object: of what kind it is, and what is said of it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePosixPath
from urllib.parse import quote

_KINDS = {
    ".html": "text/html; charset=utf-8", ".txt": "text/plain; charset=utf-8", ".csv": "text/csv; charset=utf-8",
    ".json": "application/json", ".jsonl": "application/jsonl", ".parquet": "application/vnd.apache.parquet",
}  # fmt: skip
_ABOUT = 2_048
_PRINTABLE = "!\"#$&'()*+,/:;<=>?@[]^`{|}"


def content_type(key: str) -> str | None:
    """As consoles and browsers need it to show one of our outputs."""
    return _KINDS.get(PurePosixPath(key).suffix)


def header_texts(about: Mapping[str, str]) -> dict[str, str]:
    """What fits, in the characters that a header may have; the store's own client breaks down over others."""
    kept: dict[str, str] = {}
    left = _ABOUT
    for name, value in about.items():
        text = quote(value, safe=_PRINTABLE, errors="replace")
        left -= len(name) + len(text)
        if left < 0:
            break
        kept[name] = text
    return kept
