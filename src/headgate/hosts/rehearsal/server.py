"""AWS's services on this machine: moto's server with our patches, in a process of its own that ends with its parent."""

from __future__ import annotations

import io
import json
import logging
import os
import sys
import threading
from base64 import b64encode
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from moto.moto_server.werkzeug_app import DomainDispatcherApplication, MotoRequestHandler, create_backend_app
from werkzeug.serving import make_server

from headgate.hosts.rehearsal import bedrock
from headgate.hosts.rehearsal.faults import Fault, Faults
from headgate.hosts.rehearsal.invoking import handed_on, is_invoke
from headgate.hosts.rehearsal.patches import ONE_AT_A_TIME, PATCHES
from headgate.hosts.rehearsal.quick_patches import QUICK_PATCHES

OURS = "/_rehearsal/"

Start = Callable[..., Any]
Environ = dict[str, Any]


class Services:
    """The web application: AWS's services, a model on Bedrock, faults, and what only a rehearsal may ask."""

    def __init__(self) -> None:
        self._faults = Faults()
        self._aws: Any = DomainDispatcherApplication(create_backend_app)
        self._asked: list[dict[str, Any]] = []
        self._runs_functions = ""

    def __call__(self, environ: Environ, start: Start) -> Iterable[bytes]:
        path, target = str(environ["PATH_INFO"]), str(environ.get("HTTP_X_AMZ_TARGET", ""))
        if path.startswith(OURS):
            return _answered(start, 200, self._of_ours(path.removeprefix(OURS), environ))
        if fault := self._faults.meets(target, path, _body(environ) if _is_small(environ) else ""):
            if not fault.held:
                said = {"__type": fault.code, "message": fault.message}
                return _answered(start, fault.status, said, ("x-amzn-ErrorType", fault.code))
            fault.gone.wait()
        if path.startswith("/model/"):
            self._asked.append(request := json.loads(_body(environ)))
            return _answered(start, 200, bedrock.answer(request))
        if self._runs_functions and is_invoke(path):
            return self._invoked(path, environ, start)
        try:
            with ONE_AT_A_TIME:
                return list(self._aws(environ, start))
        except NotImplementedError as error:
            # As a fault of the server it would be asked for again, for many minutes.
            return _answered(start, 400, {"__type": "NotImplemented", "message": str(error)})

    def _invoked(self, path: str, environ: Environ, start: Start) -> Iterable[bytes]:
        """The function asks these services in its turn, so that nobody is held back meanwhile."""
        answer = handed_on(
            self._runs_functions, path, _body(environ).encode(), environ.get("HTTP_X_AMZ_INVOCATION_TYPE")
        )
        start(f"{answer.status} -", [("Content-Length", str(len(answer.body))), *answer.headers.items()])
        return [answer.body]

    def _of_ours(self, path: str, environ: Environ) -> Any:
        name, _, rest = path.partition("/")
        if name == "faults":
            return self._of_faults(environ)
        if name == "invokes":
            self._runs_functions = json.loads(_body(environ))["address"]
            return None
        with ONE_AT_A_TIME:
            return self._looked(name, rest)

    def _looked(self, name: str, rest: str) -> Any:
        if name == "code":
            return _code(rest)
        return _queues() if name == "queues" else _mails() if name == "mails" else self._asked

    def _of_faults(self, environ: Environ) -> Any:
        if environ["REQUEST_METHOD"] == "POST":
            self._faults.wish(Fault(**json.loads(_body(environ))))
        elif environ["REQUEST_METHOD"] == "DELETE":
            self._faults.let_go()
        return self._faults.met()


def _is_small(environ: Environ) -> bool:
    """Files on their way are not looked into."""
    return int(environ.get("CONTENT_LENGTH") or 0) < 4_000_000 and "HTTP_TRANSFER_ENCODING" not in environ


def _body(environ: Environ) -> str:
    """What was sent; whoever comes next finds it there, too."""
    data = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    environ["wsgi.input"] = io.BytesIO(data)
    return bytes(data).decode("utf-8", "replace")


def _answered(start: Start, status: int, document: Any, *headers: tuple[str, str]) -> Iterable[bytes]:
    data = json.dumps(document).encode()
    start(f"{status} -", [("Content-Type", "application/json"), ("Content-Length", str(len(data))), *headers])
    return [data]


def _backends(known: Any) -> Iterator[Any]:
    for account in list(known.values()):
        yield from list(account.values())


def _queues() -> dict[str, int]:
    """Queue → how many messages it holds: those that wait, that are delayed, and that somebody is at."""
    from moto.sqs.models import sqs_backends

    return {name: len(queue._messages) for one in _backends(sqs_backends) for name, queue in one.queues.items()}


def _mails() -> list[dict[str, Any]]:
    """The mails that were sent, in order."""
    from moto.ses.models import RawMessage, ses_backends

    return [
        {"from": mail.source, "to": mail.destinations, "raw": str(mail.raw_data)}
        for one in _backends(ses_backends) for mail in one.sent_messages if isinstance(mail, RawMessage)
    ]  # fmt: skip


def _code(function: str) -> str:
    """The zip of a function, as base64: the address that AWS's API gives for it leads nowhere here."""
    from moto.awslambda.models import lambda_backends
    from moto.awslambda_simple.models import lambda_simple_backends

    for known in (lambda_simple_backends, lambda_backends):
        for one in _backends(known):
            for found in one._lambdas.all():
                if found.function_name == function:
                    return b64encode(found.code_bytes).decode()
    raise KeyError(function)


def _end_with_parent() -> None:
    """The parent holds the other end of stdin; it is closed when that process is gone, however it went."""
    sys.stdin.buffer.read()
    os._exit(0)


def main() -> None:
    """Serves on a free port, and says which."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    for patch in (*PATCHES, *QUICK_PATCHES):
        patch()
    server = make_server("127.0.0.1", 0, Services(), threaded=True, request_handler=MotoRequestHandler)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    print(server.server_port, flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
