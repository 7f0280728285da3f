"""The library that draws the charts of web pages: to make it takes seconds, so it is kept beside what else Headgate keeps."""

from __future__ import annotations

from headgate.core.report.as_page import library_version, made_library
from headgate.ports import Context

LIBRARIES = ".headgate/page"

# Version → library; a process needs only one.
_known: dict[str, str] = {}


def page_library(context: Context) -> str:
    """The library as it was made once, by whichever process needed it first."""
    version = library_version()
    if version not in _known:
        _known[version] = _kept(f"{LIBRARIES}/vega-{version}.js", context)
    return _known[version]


def _kept(key: str, context: Context) -> str:
    try:
        return context.files.read(key).decode()
    except FileNotFoundError:
        context.files.write(key, made_library().encode())
        return made_library()
