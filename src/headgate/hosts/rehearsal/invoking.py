"""Lambda's Invoke: the services hand it to the process that runs the functions, which moto only pretends to do."""

from __future__ import annotations

import contextlib
import json
import re
import threading
import urllib.error
import urllib.request
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import unquote, urlsplit

from headgate.hosts.rehearsal.cloud import Cloud
from headgate.hosts.rehearsal.functions import Functions
from headgate.hosts.rehearsal.runtime import FunctionFailed

_PATH = re.compile(r"/2015-03-31/functions/([^/]+)/invocations")
_TYPE = "X-Amz-Invocation-Type"
_KIND = "X-Amzn-ErrorType"
# As long as a function may take, and to start before that.
_PATIENCE = 1200


@dataclass(frozen=True)
class Answered:
    """What Lambda's API answers."""

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)


def is_invoke(path: str) -> bool:
    """Whether a request is one to call a function."""
    return _PATH.fullmatch(path) is not None


def handed_on(address: str, path: str, body: bytes, kind: str | None) -> Answered:
    """Asks whoever runs the functions.

    Args:
        kind: of the call: `RequestResponse`, `Event` or `DryRun`.
    """
    request = urllib.request.Request(f"{address}{path}", body, {_TYPE: kind or "RequestResponse"}, method="POST")
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(request, timeout=_PATIENCE) as answer:
            return Answered(answer.status, answer.read(), _told(answer.headers.items()))
    except urllib.error.HTTPError as error:
        return Answered(error.code, error.read(), _told(error.headers.items()))


def _told(headers: Iterable[tuple[str, str]]) -> dict[str, str]:
    return {name: value for name, value in headers if name.lower().startswith("x-amz")}


@contextmanager
def invocable(cloud: Cloud, functions: Functions, say: Callable[[str], None] = lambda _: None) -> Iterator[None]:
    """Functions answer to Lambda's Invoke as long as it lasts.

    Args:
        say: is told of calls that failed and whose answer nobody waits for.
    """
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(functions, say))
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    cloud.hand_invokes_to(f"http://127.0.0.1:{server.server_port}")
    try:
        yield
    finally:
        with contextlib.suppress(OSError):
            cloud.hand_invokes_to("")
        server.shutdown()
        server.server_close()


def _handler(functions: Functions, say: Callable[[str], None]) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            path = _PATH.fullmatch(urlsplit(self.path).path)
            name = unquote(path[1]) if path else ""
            answer = answered(functions, name, body, self.headers.get(_TYPE, ""), say)
            self.send_response(answer.status)
            for header, value in {**answer.headers, "Content-Length": str(len(answer.body))}.items():
                self.send_header(header, value)
            self.end_headers()
            self.wfile.write(answer.body)

        def log_message(self, *_: object) -> None:
            """Says nothing."""

    return Handler


def answered(functions: Functions, named: str, body: bytes, kind: str, say: Callable[[str], None]) -> Answered:
    """Calls a function, by its name or ARN, as the kind of the call says."""
    name = _name(named)
    try:
        given = json.loads(body or b"{}")
    except ValueError as error:
        return _refused(400, "InvalidRequestContentException", f"Could not parse request body into json: {error}")
    if not functions.knows(name):
        return _refused(404, "ResourceNotFoundException", f"Function not found: {named}")
    if kind == "DryRun":
        return Answered(204)
    if kind == "Event":
        threading.Thread(target=_called_later, args=(functions, name, given, say), daemon=True).start()
        return Answered(202)
    return _called(functions, name, given)


def _name(named: str) -> str:
    """Of a function that is named in one of Lambda's ways: `name`, `name:version`, and parts of its ARN."""
    parts = named.split(":")
    return parts[parts.index("function") + 1] if "function" in parts[:-1] else parts[0]


def _called(functions: Functions, name: str, given: Any) -> Answered:
    version = {"X-Amz-Executed-Version": "$LATEST"}
    try:
        return Answered(200, json.dumps(functions.call(name, given)).encode(), version)
    except FunctionFailed as error:
        # What the function says of itself has Lambda's own form already.
        own = error.said if error.said.startswith("{") else ""
        body = own or json.dumps({"errorMessage": error.said, "errorType": error.kind})
        return Answered(200, body.encode(), {**version, "X-Amz-Function-Error": "Unhandled"})


def _called_later(functions: Functions, name: str, given: Any, say: Callable[[str], None]) -> None:
    try:
        functions.call(name, given)
    except Exception as error:
        say(f"{name}: {error}")


def _refused(status: int, kind: str, message: str) -> Answered:
    return Answered(status, json.dumps({"Type": "User", "Message": message}).encode(), {_KIND: kind})
