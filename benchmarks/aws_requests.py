"""What a piece of work asks of AWS's services, as the rehearsal's cloud records it: requests counted as they are billed."""

from __future__ import annotations

import base64
import json
import math
import re
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit

from headgate.adapters.aws.dynamo_values import size_of

# A request to SQS and an event of EventBridge count once for each 64 KB of it.
_PIECE = 64 * 1024
# Bytes that DynamoDB adds to each item that it stores.
_OF_AN_ITEM = 100
_SERVICE = re.compile(r"Credential=[^/]+/\d+/[^/]+/([^/]+)/aws4_request")


@dataclass(frozen=True)
class Index:
    """An index of a table.

    Attributes:
        keys: its columns; an item without one of them is not in it.
        holds: the only columns that it has; None for all of the item.
    """

    keys: tuple[str, ...]
    holds: frozenset[str] | None = None

    def part(self, item: Mapping[str, Any]) -> dict[str, Any] | None:
        """What of an item is in it."""
        if not all(key in item for key in self.keys):
            return None
        return {name: value for name, value in item.items() if self.holds is None or name in self.holds}


Indexes = Mapping[str, Sequence[Index]]
"""Table → its indexes."""


class Recorded:
    """Requests, counted by kind; `bodies` are those of the bus and the table."""

    def __init__(self) -> None:
        self.counted: Counter[str] = Counter()


@contextmanager
def recorded(address: str, indexes: Indexes) -> Iterator[Recorded]:
    """Counts what the services at an address are asked meanwhile."""
    _tell(address, "reset-recording")
    _tell(address, "start-recording")
    found = Recorded()
    try:
        yield found
    finally:
        _tell(address, "stop-recording")
        for line in _tell(address, "download-recording", "GET").splitlines():
            found.counted.update(kinds(json.loads(line), indexes))


def _tell(address: str, what: str, method: str = "POST") -> str:
    request = urllib.request.Request(
        f"{address}/moto-api/recorder/{what}", b"" if method == "POST" else None, method=method
    )
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=60) as answer:
        return str(answer.read().decode())


def kinds(request: Mapping[str, Any], indexes: Indexes) -> dict[str, int]:
    """One recorded request: kind → how many of it are billed."""
    headers = {name.lower(): value for name, value in request["headers"].items()}
    signed = _SERVICE.search(headers.get("authorization", ""))
    service = signed[1] if signed else "other"
    action = headers.get("x-amz-target", "").rpartition(".")[2]
    if service == "s3":
        return {f"s3 {_of_s3(request['method'], request['url'])}": 1}
    body = base64.b64decode(request["body"]) if request["body_encoded"] else (request["body"] or "").encode()
    count = {"dynamodb": _of_table, "events": _of_bus, "ses": _of_mail}.get(service)
    if count is not None:
        return count(action, json.loads(body or b"{}"), indexes)
    return {f"{service} {action or request['method']}": 1}


def _of_s3(method: str, url: str) -> str:
    """DELETE costs nothing; a list and a copy cost as much as a PUT."""
    query = parse_qs(urlsplit(url).query, keep_blank_values=True)
    if method == "DELETE" or "delete" in query:
        return "free"
    is_list = method == "GET" and ("list-type" in query or "versions" in query)
    return "put" if method in ("PUT", "POST") or is_list else "get"


def _of_bus(action: str, body: Mapping[str, Any], _: Indexes) -> dict[str, int]:
    """Each entry counts, and each 64 KB of it."""
    entries = body.get("Entries", [])
    return {"bus events": sum(math.ceil(len(json.dumps(one)) / _PIECE) for one in entries), f"bus {action}": 1}


def _of_mail(_: str, body: Mapping[str, Any], __: Indexes) -> dict[str, int]:
    to = sum(len(some) for some in body.get("Destination", {}).values())
    raw = body.get("Content", {}).get("Raw", {}).get("Data", "")
    return {"mail recipients": max(to, 1), "mail bytes": len(raw) * 3 // 4 * max(to, 1)}


def _of_table(action: str, body: Mapping[str, Any], indexes: Indexes) -> dict[str, int]:
    """Request units: of a write, each KB of the item, also in each index; of a read, 1, as what is read is small.

    Items that are only changed are taken for small ones, too: the request does not say how large they are. What is restored
    from are tables without their indexes.
    """
    if action == "TransactWriteItems":
        found: Counter[str] = Counter()
        for part in body["TransactItems"]:
            found.update(_of_part(part, indexes))
        # In a transaction each is written twice.
        return {**found, "table writes": 2 * found["table writes"]}
    if action in ("PutItem", "UpdateItem", "DeleteItem"):
        return _of_part({action.removesuffix("Item"): body}, indexes)
    keys = [len(one["Keys"]) for one in body["RequestItems"].values()] if action == "BatchGetItem" else [1]
    return {"table reads": sum(keys)}


def _of_part(part: Mapping[str, Any], indexes: Indexes) -> dict[str, int]:
    """Units of one write, and the bytes that it adds."""
    ((kind, body),) = part.items()
    known = indexes.get(body["TableName"], ())
    if kind != "Put":
        return {"table writes": 1 if kind == "ConditionCheck" else 1 + len(known)}
    sizes = [size_of(one) for one in (body["Item"], *(index.part(body["Item"]) for index in known)) if one is not None]
    return {
        "table writes": sum(math.ceil(size / 1024) for size in sizes),
        "table bytes": sum(size + _OF_AN_ITEM for size in sizes),
        "backup bytes": sizes[0] + _OF_AN_ITEM,
    }


def indexes_of(client: Callable[[str], Any]) -> Indexes:
    """Of all tables that there are."""
    dynamodb = client("dynamodb")
    found = {}
    for name in dynamodb.list_tables()["TableNames"]:
        table = dynamodb.describe_table(TableName=name)["Table"]
        found[name] = [_index(table, made) for made in table.get("GlobalSecondaryIndexes", [])]
    return found


def _index(table: Mapping[str, Any], made: Mapping[str, Any]) -> Index:
    """What an index keeps of an item: all of it, or the keys of both."""
    keys, own = ([key["AttributeName"] for key in of["KeySchema"]] for of in (made, table))
    is_all = made["Projection"]["ProjectionType"] == "ALL"
    return Index(tuple(keys), None if is_all else frozenset([*keys, *own]))
