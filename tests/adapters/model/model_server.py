"""A provider of models on this machine, which speaks as Bedrock does, or as OpenAI does, and answers as it is told."""

from __future__ import annotations

import functools
import json
import threading
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self
from urllib.parse import unquote

import botocore.session
from botocore.model import OperationModel
from botocore.validate import ParamValidator
from pydantic import BaseModel

SLOW = object()
"""An answer that never comes."""
CLOSED = object()
"""The connection is closed instead of an answer."""
BROKEN = object()
"""The connection is closed in the middle of an answer."""
PATIENCE = 4.0
"""Seconds in which an answer that does come has come, on a busy machine too; after them, one that does not is late."""


@dataclass(frozen=True)
class Asked:
    """One request; the names of headers are in lower case.

    Attributes:
        system, prompt: its instructions, and the first that the user says.
        said: what was said to the model after its last answer; empty the first time.
    """

    path: str
    headers: dict[str, str]
    document: dict[str, Any]
    system: str
    prompt: str
    said: str


@dataclass(frozen=True)
class Reply:
    status: int
    document: Any
    headers: tuple[tuple[str, str], ...] = ()

    @property
    def body(self) -> bytes:
        return self.document if isinstance(self.document, bytes) else json.dumps(self.document).encode()


Play = Callable[["Asked"], Reply]


class ModelServer:
    """Gives its answers one after the other, and the last one for ever.

    Attributes:
        answers: still to be given.
        asked: every request, in order.
        faults: what is wrong with them, by the provider's own description of its API.
    """

    def __init__(self) -> None:
        self.answers: deque[Play | object] = deque()
        self.asked: list[Asked] = []
        self.faults: list[str] = []
        self.over = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, kind: type | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.over.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def read(self, path: str, headers: dict[str, str], document: dict[str, Any]) -> Asked:
        raise NotImplementedError

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                document = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                headers = {name.lower(): value for name, value in self.headers.items()}
                server.asked.append(server.read(unquote(self.path), headers, document))
                server._answer(self)

            def log_message(self, *_: object) -> None:
                """Says nothing."""

        return Handler

    def _answer(self, handler: BaseHTTPRequestHandler) -> None:
        play = self.answers.popleft() if len(self.answers) > 1 else self.answers[0]
        if not callable(play):
            self._break(handler, play)
            return
        reply = play(self.asked[-1])
        handler.send_response(reply.status)
        for name, value in (("Content-Type", "application/json"), *reply.headers):
            handler.send_header(name, value)
        handler.send_header("Content-Length", str(len(reply.body)))
        handler.end_headers()
        handler.wfile.write(reply.body)

    def _break(self, handler: BaseHTTPRequestHandler, how: object) -> None:
        if how is SLOW:
            self.over.wait(30)
        if how is BROKEN:
            handler.send_response(200)
            handler.send_header("Content-Length", "1000")
            handler.end_headers()
            handler.wfile.write(b'{"')
        handler.close_connection = True


class Bedrock(ModelServer):
    """Holds every request against botocore's own description of the service."""

    def __init__(self) -> None:
        super().__init__()
        self._operation = _converse()

    def read(self, path: str, headers: dict[str, str], document: dict[str, Any]) -> Asked:
        model, _, action = path.removeprefix("/model/").rpartition("/")
        report = ParamValidator().validate({"modelId": model, **document}, self._operation.input_shape)
        self.faults += [report.generate_report()] if report.has_errors() else []
        self.faults += [] if action == "converse" else [f"not /model/…/converse but {path}"]
        self.faults += [] if "AWS4-HMAC-SHA256" in headers.get("authorization", "") else ["it is not signed"]
        messages = document["messages"]
        system = "".join(block["text"] for block in document["system"])
        said = json.dumps(messages[-1]) if len(messages) > 1 else ""
        return Asked(path, headers, document, system, messages[0]["content"][0]["text"], said)

    def gives(self, answer: BaseModel | dict[str, Any] | str, tokens: tuple[int, int] = (1000, 200)) -> Play:
        """The model calls the tool that the answer is asked for with, or says something (text)."""

        def play(asked: Asked) -> Reply:
            block = {"text": answer} if isinstance(answer, str) else _tool_use(asked, as_document(answer))
            document = {
                "output": {"message": {"role": "assistant", "content": [block]}},
                "stopReason": "end_turn" if "text" in block else "tool_use",
                "usage": {"inputTokens": tokens[0], "outputTokens": tokens[1], "totalTokens": sum(tokens)},
                "metrics": {"latencyMs": 1},
            }
            report = ParamValidator().validate(document, self._operation.output_shape)
            self.faults += [report.generate_report()] if report.has_errors() else []
            return Reply(200, document)

        return play

    def refuses(self, status: int, error: str, message: str = "no") -> Play:
        """An error of the service, by its name."""
        return lambda _: Reply(status, {"message": message}, (("x-amzn-ErrorType", error),))


class OpenAi(ModelServer):
    """The API that most servers of local models have."""

    def read(self, path: str, headers: dict[str, str], document: dict[str, Any]) -> Asked:
        self.faults += [] if path == "/v1/chat/completions" else [f"not /v1/chat/completions but {path}"]
        messages = document["messages"]
        said = json.dumps(messages[-1]) if len(messages) > 2 else ""
        return Asked(path, headers, document, messages[0]["content"], messages[1]["content"], said)

    def gives(self, answer: BaseModel | dict[str, Any] | str, tokens: tuple[int, int] = (1000, 200)) -> Play:
        """The model calls the tool that the answer is asked for with, or says something (text)."""
        arguments = answer if isinstance(answer, str) else json.dumps(as_document(answer))

        def play(asked: Asked) -> Reply:
            name = asked.document["tools"][0]["function"]["name"]
            call = {"id": "call_1", "type": "function", "function": {"name": name, "arguments": arguments}}
            message = {"role": "assistant", "content": None, "tool_calls": [call]}
            choice = {"index": 0, "message": message, "finish_reason": "tool_calls"}
            usage = {"prompt_tokens": tokens[0], "completion_tokens": tokens[1], "total_tokens": sum(tokens)}
            document = {"id": "c1", "object": "chat.completion", "created": 1, "model": "llama3.2", "choices": [choice]}
            return Reply(200, {**document, "usage": usage})

        return play

    def refuses(self, status: int, error: str, message: str = "no") -> Play:
        """An error of the service, by its code."""
        return lambda _: Reply(status, {"error": {"message": message, "type": error, "code": error}})


@functools.cache
def _converse() -> OperationModel:
    return botocore.session.Session().get_service_model("bedrock-runtime").operation_model("Converse")


def as_document(answer: BaseModel | dict[str, Any]) -> dict[str, Any]:
    return answer.model_dump(mode="json") if isinstance(answer, BaseModel) else answer


def _tool_use(asked: Asked, answer: dict[str, Any]) -> dict[str, Any]:
    tools: Sequence[dict[str, Any]] = asked.document["toolConfig"]["tools"]
    return {"toolUse": {"toolUseId": "t1", "name": tools[0]["toolSpec"]["name"], "input": answer}}
