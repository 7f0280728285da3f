"""The rehearsal's cloud as others see it: started, asked, and stopped again."""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import IO, Any, cast

from headgate.core.errors import Outside

ACCOUNT = "123456789012"
"""Moto's account."""


@dataclass(frozen=True)
class Cloud:
    """AWS's services on this machine.

    Attributes:
        address: of all of them.
        region: in which a project is rehearsed.
    """

    address: str
    region: str

    @property
    def environment(self) -> dict[str, str]:
        """What leads AWS's own libraries and Terraform there, and nowhere else."""
        nowhere = os.devnull
        return {
            "AWS_ENDPOINT_URL": self.address, "AWS_REGION": self.region, "AWS_DEFAULT_REGION": self.region,
            "AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing", "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_CONFIG_FILE": nowhere, "AWS_SHARED_CREDENTIALS_FILE": nowhere,
            "NO_PROXY": "127.0.0.1", "no_proxy": "127.0.0.1",
        }  # fmt: skip

    def client(self, service: str) -> Any:
        """boto3's client of a service, whatever the environment says."""
        return _client(service, self.address, self.region)

    def waiting(self) -> Mapping[str, int]:
        """Queue → how many messages it holds, whatever their state."""
        return cast("dict[str, int]", self._ask("queues"))

    def mails(self) -> list[bytes]:
        """The mails that were sent, as they went out."""
        return [mail["raw"].encode() for mail in self._ask("mails")]

    def code(self, function: str) -> bytes:
        """The zip of a function."""
        return base64.b64decode(self._ask(f"code/{function}"))

    def asked(self) -> list[dict[str, Any]]:
        """What models were asked, in order."""
        return cast("list[dict[str, Any]]", self._ask("asked"))

    def hand_invokes_to(self, address: str) -> None:
        """From now on whoever calls a function by Lambda's API gets the answer from there."""
        self._ask("invokes", "POST", {"address": address})

    def wish(self, target: str, **wishes: Any) -> None:
        """From now on this goes wrong: a `Fault`, by the names of its attributes."""
        self._ask("faults", "POST", {"target": target, **wishes})

    def met(self) -> list[int]:
        """How often each fault that was wished was met."""
        return cast("list[int]", self._ask("faults"))

    def let_go(self) -> None:
        """Nothing goes wrong any more, and what was held back goes on."""
        self._ask("faults", "DELETE")

    def _ask(self, path: str, method: str = "GET", document: Any = None) -> Any:
        data = None if document is None else json.dumps(document).encode()
        request = urllib.request.Request(f"{self.address}/_rehearsal/{path}", data, method=method)
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=60) as answer:
            return json.load(answer)


@cache
def _client(service: str, address: str, region: str) -> Any:
    """Made once: to make one takes longer than most of what it is asked."""
    import boto3
    from botocore.config import Config

    return boto3.session.Session().client(
        service, region_name=region, endpoint_url=address, aws_access_key_id="testing", aws_secret_access_key="testing",
        config=Config(proxies={}, read_timeout=90, max_pool_connections=64, s3={"addressing_style": "path"}),
    )  # fmt: skip


@contextmanager
def cloud(log: Path, region: str = "eu-central-1") -> Iterator[Cloud]:
    """AWS's services, as long as it lasts.

    Args:
        log: what the server itself says, which is little.

    Raises:
        Outside: they do not start.
    """
    with log.open("wb") as said, _server(said) as process:
        port = cast("IO[bytes]", process.stdout).readline().strip()
        if not port:
            raise Outside(
                f"AWS's services do not start here; see {log}", who="whoever looks after this machine",
                next="install the extra that a rehearsal needs: headgate[rehearsal]", code="no_cloud",
            )  # fmt: skip
        yield Cloud(f"http://127.0.0.1:{int(port)}", region)


@contextmanager
def _server(log: IO[bytes]) -> Iterator[subprocess.Popen[bytes]]:
    """In a session of its own: Ctrl-C is for us, who end it when we are through with it."""
    command = [sys.executable, "-m", "headgate.hosts.rehearsal.server"]
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "MOTO_"))}
    process = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, env=environment, start_new_session=True
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()
