"""HTTP as the standard library does it, with bounds on time and size, and without following anybody anywhere."""

from __future__ import annotations

import time
import urllib.request
from collections.abc import Mapping
from http.client import HTTPException, HTTPResponse
from typing import Any
from urllib.error import URLError
from urllib.parse import urlencode, urlsplit

from headgate.core.errors import Outside, Permanent, Place
from headgate.core.version import VERSION
from headgate.ports import Answer

_CHUNK = 1 << 16
_HEADERS = {"Accept": "application/json", "User-Agent": f"headgate/{VERSION}"}


class HttpWeb:
    """`Web` over HTTP. Proxies are taken from the environment. What an error says never holds a parameter.

    Args:
        timeout: seconds without a sign of life, and for the whole answer at most three times that.
        largest: bytes of a body.

    Raises:
        Permanent: the body is larger (`answer_too_large`).
    """

    def __init__(self, timeout: float = 20, largest: int = 32 << 20) -> None:
        self._timeout, self._largest = timeout, largest

    def get(self, url: str, parameters: Mapping[str, str]) -> Answer:
        host = str(urlsplit(url).hostname)
        request = urllib.request.Request(f"{url}?{urlencode(parameters)}", headers=_HEADERS)
        try:
            with _opener().open(request, timeout=self._timeout) as response:
                headers = {name.lower(): value for name, value in response.headers.items()}
                return Answer(response.status, headers, self._body(response, host))
        except (OSError, HTTPException, ValueError) as error:
            why = _why(error)
        # Raised out here, since the error of the library may name the whole URL.
        raise _outside(host, why)

    def _body(self, response: HTTPResponse, host: str) -> bytes:
        """As much as was announced, or until the other side closes; never more than allowed, never for ever."""
        body, end = bytearray(), time.monotonic() + 3 * self._timeout
        while chunk := response.read1(_CHUNK):
            body += chunk
            if len(body) > self._largest:
                raise self._too_large(host)
            if time.monotonic() > end:
                raise TimeoutError
        if response.length:
            raise ConnectionError("the connection broke in the middle of the answer")
        return bytes(body)

    def _too_large(self, host: str) -> Permanent:
        return Permanent(
            f"the answer is larger than {self._largest:,} bytes",
            where=Place(host),
            who="the owner of the pipeline",
            next="ask for less at a time",
            code="answer_too_large",
        )


def _opener() -> urllib.request.OpenerDirector:
    """Without the handlers that follow redirects, raise for a status or open files."""
    opener = urllib.request.OpenerDirector()
    handlers: tuple[Any, ...] = (
        urllib.request.ProxyHandler, urllib.request.HTTPHandler, urllib.request.HTTPSHandler, urllib.request.UnknownHandler,
    )  # fmt: skip
    for handler in handlers:
        opener.add_handler(handler())
    return opener


def _why(error: Exception) -> str:
    """In words that hold nothing of the URL."""
    cause = error.reason if isinstance(error, URLError) and isinstance(error.reason, Exception) else error
    if isinstance(cause, TimeoutError):
        return "it did not answer in time"
    if isinstance(cause, OSError):
        return cause.strerror or str(cause)
    return f"what it sent is no HTTP ({type(cause).__name__})"


def _outside(host: str, why: str) -> Outside:
    return Outside(
        f"no whole answer came: {why}",
        where=Place(host),
        who="whoever looks after the network",
        next="check the address and the connection; it is tried again by itself",
        code="unreachable",
    )
