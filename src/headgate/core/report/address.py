"""Web addresses that people can follow, and nothing else that a link could do."""

from __future__ import annotations

from urllib.parse import quote, urlsplit

_KEPT = "%:/?#[]@!$&'()*+,;=~-._"


def web_address(where: str) -> str:
    """The address with every other character encoded; empty when it is none of http or https, such as a path or a script."""
    try:
        parts = urlsplit(where)
    except ValueError:
        return ""
    if parts.scheme not in ("http", "https") or not parts.netloc:
        return ""
    return quote(where, safe=_KEPT, errors="replace")
