"""A web server on this machine that answers as it is told."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from urllib.parse import parse_qsl, urlsplit

from headgate.ports import Answer

Wire = Callable[[BaseHTTPRequestHandler], None]
"""Writes an answer byte by byte, for answers that are not as they should be."""


@dataclass(frozen=True)
class Asked:
    path: str
    parameters: dict[str, str]
    headers: dict[str, str]


class LocalServer:
    """Gives its answers one after the other, or what `play` makes of a request when there are none.

    Attributes:
        over: set when the test is over; what an answer can wait for.
    """

    def __init__(self, play: Callable[[Asked], Answer | Wire] | None = None) -> None:
        self.answers: deque[Answer | Wire] = deque()
        self.asked: list[Asked] = []
        self.over = threading.Event()
        self._play = play
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = False
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}/time_series"

    def __enter__(self) -> LocalServer:
        self._thread.start()
        return self

    def __exit__(self, kind: type | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.over.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def silent(self, _: BaseHTTPRequestHandler) -> None:
        """An answer that never comes."""
        self.over.wait(30)

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                parts = urlsplit(self.path)
                asked = Asked(self.path, dict(parse_qsl(parts.query, keep_blank_values=True)), dict(self.headers))
                server.asked.append(asked)
                server._answer(self, asked)

            def log_message(self, *_: object) -> None:
                """Says nothing."""

        return Handler

    def _answer(self, handler: BaseHTTPRequestHandler, asked: Asked) -> None:
        answer = self.answers.popleft() if self.answers or not self._play else self._play(asked)
        if not isinstance(answer, Answer):
            answer(handler)
            return
        handler.send_response(answer.status)
        for name, value in {"Content-Length": str(len(answer.body)), **answer.headers}.items():
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(answer.body)


def sends(data: bytes) -> Wire:
    """Exactly these bytes, and then the connection ends."""

    def write(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(data)
        handler.close_connection = True

    return write
