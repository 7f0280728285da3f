"""Each patch for speed: moto alone looks at all that it holds; with the patch at what it was asked for, and answers the same."""

from __future__ import annotations

import contextlib
import random
from collections.abc import Callable
from typing import Any

import moto.backends
import pytest
from moto.dynamodb.exceptions import TransactionCanceledException
from moto.dynamodb.models import DynamoDBBackend
from moto.dynamodb.models.dynamo_type import Item
from moto.dynamodb.models.table import Table
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app

from headgate.hosts.rehearsal import quick_patches
from headgate.hosts.rehearsal.cloud import ACCOUNT
from tests.aws_server import REGION

Patch = Callable[[], None]
NEW: dict[str, Any] = {"ConditionExpression": "attribute_not_exists(pk)"}


@pytest.fixture
def patched(monkeypatch: pytest.MonkeyPatch) -> Callable[[Patch], None]:
    """Applies a patch for this test only."""

    def put(kind: type, name: str, value: object) -> None:
        monkeypatch.setattr(kind, name, value, raising=False)

    monkeypatch.setattr(quick_patches, "put_in_place", put)
    return lambda patch: patch()


class Counted:
    """How often something is called, and how much it gives."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, owner: Any, name: str) -> None:
        self.calls, self.given = 0, 0
        monkeypatch.setattr(owner, name, self._counting(getattr(owner, name)))

    def _counting(self, does: Callable[..., Any]) -> Callable[..., Any]:
        def counting(*given: Any, **named: Any) -> Any:
            self.calls += 1
            found = does(*given, **named)
            self.given += len(found) if isinstance(found, list) else 0
            return found

        return counting


def text(value: str) -> dict[str, str]:
    return {"S": value}


def table(items: int = 0) -> DynamoDBBackend:
    """The table `t` with a stream and an index, and some items."""
    backend = DynamoDBBackend(REGION, ACCOUNT)
    schema = [{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}]
    index = [{"AttributeName": "gpk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}]
    backend.create_table(
        "t", schema=schema, throughput=None, indexes=[], billing_mode="PAY_PER_REQUEST", tags=[],
        attr=[{"AttributeName": name, "AttributeType": "S"} for name in ("pk", "sk", "gpk")],
        global_indexes=[{"IndexName": "g", "KeySchema": index, "Projection": {"ProjectionType": "ALL"}}],
        streams={"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"}, sse_specification=None,
        deletion_protection_enabled=False, warm_throughput=None,
    )  # fmt: skip
    for number in range(items):
        backend.put_item("t", item(f"p{number}", "s", "g"))
    return backend


def item(pk: str, sk: str, gpk: str) -> dict[str, Any]:
    return {"pk": text(pk), "sk": text(sk), "gpk": text(gpk)}


def put(pk: str, sk: str = "s", gpk: str = "g", **more: Any) -> dict[str, Any]:
    return {"Put": {"TableName": "t", "Item": item(pk, sk, gpk), **more}}


def query(backend: DynamoDBBackend, pk: str = "", gpk: str = "") -> list[tuple[str, ...]]:
    name, index = ("gpk", "g") if gpk else ("pk", None)
    first: Any = None
    found, _, _ = backend.query(
        "t", text(gpk or pk), None, [], 100, first, True, None, index_name=index, expr_names={}, expr_values={},
        hash_key_conditions=[(name, text(gpk or pk))], range_key_conditions=[],
    )  # fmt: skip
    return [tuple(one.attrs[key].value for key in ("pk", "sk", "gpk")) for one in found]


def copied(monkeypatch: pytest.MonkeyPatch, items: int) -> int:
    """Items that are copied for a transaction of two writes."""
    backend, copies = table(items), Counted(monkeypatch, Item, "__deepcopy__")
    backend.transact_write_items([put("new"), put("newer")])
    return copies.calls


def test_moto_alone_copies_all_for_a_transaction_so_the_patch_is_needed(monkeypatch: pytest.MonkeyPatch):
    assert copied(monkeypatch, 40) > 40, "remove transactions_copy_what_they_change"


def test_a_transaction_copies_what_it_changes(monkeypatch: pytest.MonkeyPatch, patched: Any):
    patched(quick_patches.transactions_copy_what_they_change)
    assert copied(monkeypatch, 40) == 0


EMPTY = {"Put": {"TableName": "t", "Item": {}}}


@pytest.mark.parametrize("last", [put("p0", **NEW), put("p0", "other"), {"Nonsense": {}}, EMPTY])
def test_a_transaction_that_fails_leaves_all_as_it_was(patched: Any, last: dict[str, Any]):
    patched(quick_patches.transactions_copy_what_they_change)
    backend = table(1)
    told = len(stream(backend))
    changed = {"TableName": "t", "UpdateExpression": "set gpk = :g", "ExpressionAttributeValues": {":g": text("x")}}
    update = {"Update": {**changed, "Key": {"pk": text("p0"), "sk": text("s")}}}
    remove = {"Delete": {"TableName": "t", "Key": {"pk": text("p0"), "sk": text("other")}}}
    backend.put_item("t", item("p0", "other", "g"))
    with pytest.raises(Exception, match=r".*"):
        backend.transact_write_items([put("new"), update, remove, last])
    assert query(backend, "p0") == [("p0", "other", "g"), ("p0", "s", "g")]
    assert query(backend, "new") == []
    assert len(stream(backend)) == told + 1


def stream(backend: DynamoDBBackend) -> list[Any]:
    shard = backend.tables["t"].stream_shard
    assert shard
    return shard.items


def looked_at(monkeypatch: pytest.MonkeyPatch, **key: str) -> int:
    """Items that are looked at for a second query."""
    backend = table(40)
    backend.put_item("t", item("one", "s", "alone"))
    query(backend, **key)
    looks = Counted(monkeypatch, Table, "all_items")
    assert query(backend, **key) == [("one", "s", "alone")]
    return looks.given


KEYS = [{"pk": "one"}, {"gpk": "alone"}]


@pytest.mark.parametrize("key", KEYS)
def test_moto_alone_looks_at_all_items_for_a_query_so_the_patch_is_needed(
    monkeypatch: pytest.MonkeyPatch, key: dict[str, str]
):
    assert looked_at(monkeypatch, **key) == 41, "remove queries_look_where_their_items_are"


@pytest.mark.parametrize("key", KEYS)
def test_a_query_looks_at_what_it_was_asked_for(monkeypatch: pytest.MonkeyPatch, patched: Any, key: dict[str, str]):
    patched(quick_patches.queries_look_where_their_items_are)
    assert looked_at(monkeypatch, **key) == 1


def life(seed: int) -> list[Any]:
    """What queries answer, and the stream holds, while items come, change and go."""
    backend, chance, said = table(), random.Random(seed), []
    for _ in range(150):
        pk, sk, gpk = (f"{name}{chance.randrange(3)}" for name in "psg")
        key = {"pk": text(pk), "sk": text(sk)}
        match chance.randrange(4):
            case 0:
                backend.put_item("t", item(pk, sk, gpk))
            case 1:
                backend.delete_item("t", key)
            case 2:
                backend.update_item("t", key, "set gpk = :g", {}, {":g": text(gpk)})
            case 3:
                tried(backend, [put(pk, sk, gpk, **NEW), put(gpk, "s0", pk, **NEW)])
        said += [query(backend, pk=pk), query(backend, gpk=gpk), len(stream(backend))]
    return said


def tried(backend: DynamoDBBackend, writes: list[dict[str, Any]]) -> None:
    with contextlib.suppress(TransactionCanceledException):
        backend.transact_write_items(writes)


@pytest.mark.parametrize("seed", range(3))
def test_queries_answer_the_same_as_moto_alone(patched: Any, seed: int):
    before = life(seed)
    for patch in (
        quick_patches.transactions_copy_what_they_change,
        quick_patches.queries_look_where_their_items_are,
    ):
        patched(patch)
    assert life(seed) == before


def listings(monkeypatch: pytest.MonkeyPatch) -> int:
    """How often the folder of moto is listed for two requests."""
    lists, services = Counted(monkeypatch, moto.backends, "list_of_moto_modules"), DomainDispatcherApplication
    here = services(create_backend_app)
    assert [here.get_backend_for_host(f"sqs.{REGION}.amazonaws.com") for _ in range(2)] == ["sqs", "sqs"]
    return lists.calls


def test_moto_alone_lists_its_folder_each_time_so_the_patch_is_needed(monkeypatch: pytest.MonkeyPatch):
    assert listings(monkeypatch) == 2, "remove services_are_found_once"


def test_a_service_is_looked_up_once(monkeypatch: pytest.MonkeyPatch, patched: Any):
    patched(quick_patches.services_are_found_once)
    assert listings(monkeypatch) == 1


def test_every_patch_is_tried_here():
    assert [patch.__name__ for patch in quick_patches.QUICK_PATCHES] == [
        "transactions_copy_what_they_change",
        "queries_look_where_their_items_are",
        "services_are_found_once",
    ]
