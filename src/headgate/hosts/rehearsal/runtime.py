"""A function's process, and the API by which it gets what it is called with: Lambda's Runtime API, the least of it."""

from __future__ import annotations

import json
import queue
import subprocess
import threading
import time
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import IO, Any

_API = "/2018-06-01/runtime/"
# AWS gives a function ten seconds to start, on a machine of its own; this one does other things, too.
_STARTS_WITHIN = 120.0


class FunctionFailed(Exception):
    """A call that came to no answer.

    Attributes:
        kind: `error` as the function says itself, `died` when its process ended, `timeout`, or `init`.
    """

    def __init__(self, kind: str, said: str) -> None:
        super().__init__(f"{kind}: {said}")
        self.kind, self.said = kind, said


@dataclass(frozen=True)
class Call:
    """What a function is called with; `payload` is JSON."""

    id: str
    payload: bytes
    deadline: float


@dataclass(frozen=True)
class Answer:
    """What came of it: `kind` is empty, or why there is no answer."""

    kind: str
    said: bytes


class Instance:
    """One process of a function, started at once and used again for one call after the other.

    Args:
        command: what runs it.
        environment: all that its process sees; the API's address is added.
        log: where what it says goes.
        arn: of the function.

    Attributes:
        start_seconds: from the start of the process until it asked for its first call.
        call_seconds: that the last call took.
    """

    def __init__(
        self, command: Sequence[str], environment: Mapping[str, str], folder: Path, log: IO[bytes], arn: str
    ) -> None:
        self.arn = arn
        self._calls: queue.Queue[Call | None] = queue.Queue()
        self._answers: queue.Queue[Answer] = queue.Queue()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        self._ready, self._started = threading.Event(), time.perf_counter()
        self.start_seconds = self.call_seconds = 0.0
        api = {"AWS_LAMBDA_RUNTIME_API": f"127.0.0.1:{self._server.server_port}"}
        # A session of its own: Ctrl-C is for us, who end it when we are through with it.
        self._process = subprocess.Popen(
            command, cwd=folder, env={**environment, **api}, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            start_new_session=True,
        )  # fmt: skip
        threading.Thread(target=self._watch, daemon=True).start()

    @property
    def is_alive(self) -> bool:
        return self._process.poll() is None

    @property
    def peak_memory(self) -> int:
        """Bytes that the process took at most; 0 where that can't be known."""
        try:
            status = Path(f"/proc/{self._process.pid}/status").read_text()
        except OSError:
            return 0
        return next((int(line.split()[1]) * 1024 for line in status.splitlines() if line.startswith("VmHWM")), 0)

    def call(self, given: Any, timeout: float) -> Any:
        """Calls the function and waits for its answer; one that is late is killed.

        Raises:
            FunctionFailed: there is no answer.
        """
        self._wait_until_ready()
        began = time.perf_counter()
        try:
            return self._answer(given, timeout)
        finally:
            self.call_seconds = time.perf_counter() - began

    def _answer(self, given: Any, timeout: float) -> Any:
        self._calls.put(Call(str(uuid.uuid4()), json.dumps(given).encode(), time.time() + timeout))
        try:
            answer = self._answers.get(timeout=timeout)
        except queue.Empty:
            self.kill()
            raise FunctionFailed("timeout", f"it took longer than {timeout:g} seconds") from None
        if answer.kind:
            raise FunctionFailed(answer.kind, answer.said.decode("utf-8", "replace"))
        return json.loads(answer.said or b"null")

    def _wait_until_ready(self) -> None:
        if self._ready.wait(_STARTS_WITHIN) and self._answers.empty():
            return
        self.kill()
        said = b"it does not start" if self._answers.empty() else self._answers.get().said
        raise FunctionFailed("init", said.decode("utf-8", "replace"))

    def kill(self) -> None:
        """Ends the process, whatever it does."""
        self._process.kill()
        self._process.wait()

    def close(self) -> None:
        """Ends it for good."""
        self.kill()
        self._calls.put(None)
        self._server.shutdown()
        self._server.server_close()

    def _watch(self) -> None:
        code = self._process.wait()
        self._answers.put(Answer("died", f"its process ended with {code}".encode()))
        self._ready.set()

    def next_call(self) -> Call | None:
        """What the process is to do next; waits for it."""
        if not self._ready.is_set():
            self.start_seconds = time.perf_counter() - self._started
            self._ready.set()
        return self._calls.get()

    def answered(self, kind: str, said: bytes) -> None:
        """The process says what came of it."""
        self._answers.put(Answer(kind, said))
        if kind == "init":
            self._ready.set()


def _handler(instance: Instance) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        # Else each answer waits for a packet to fill, a hundred times as long as the call takes.
        disable_nagle_algorithm = True
        wbufsize = -1

        def do_GET(self) -> None:
            call = instance.next_call()
            if call is None:
                self.close_connection = True
                return
            self._say(200, call.payload, _headers(call, instance.arn))

        def do_POST(self) -> None:
            said = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            what = self.path.removeprefix(_API)
            kind = "init" if what == "init/error" else "error" if what.endswith("/error") else ""
            instance.answered(kind, said)
            self._say(202, b'{"status":"OK"}', {})

        def _say(self, status: int, body: bytes, headers: Mapping[str, str]) -> None:
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(body))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Says nothing."""

    return Handler


def _headers(call: Call, arn: str) -> dict[str, str]:
    return {
        "Content-Type": "application/json",
        "Lambda-Runtime-Aws-Request-Id": call.id,
        "Lambda-Runtime-Deadline-Ms": str(int(call.deadline * 1000)),
        "Lambda-Runtime-Invoked-Function-Arn": arn,
        "Lambda-Runtime-Trace-Id": "Root=1-00000000-000000000000000000000000;Sampled=0",
    }
