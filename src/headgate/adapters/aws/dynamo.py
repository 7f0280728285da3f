"""The table on DynamoDB: items under two keys, written on conditions; one index tells what of a kind there is, by time.

An item is a mapping of plain Python values: None, bool, int, float, Decimal, str, list and mapping. `pk` and `sk` name it,
`gpk` and `gsk` place it in the index, `expires_at` (seconds since 1970) lets it vanish. What is too large for an item lies in the
store of files, under `ledger/`, and the item points there.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from headgate.adapters.aws.dynamo_expression import Expression
from headgate.adapters.aws.dynamo_large import EXPIRES, LargeItems
from headgate.adapters.aws.dynamo_values import decoded, encoded
from headgate.adapters.aws.services import asking, client, tries
from headgate.core.errors import Place, Transient
from headgate.ports import Files

INDEX = "by_day"
_MOST_READ = 100
_TRIES = 8
_FIRST_PAUSE, _LONGEST_PAUSE = 0.04, 5.0
_CONFLICTS = {"TransactionConflictException", "TransactionInProgressException"}
_PASSES = {"TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"}

Item = dict[str, Any]


@dataclass(frozen=True)
class Write:
    """One of several writes that take effect together.

    Attributes:
        is_new: only if there is no such item.
        when: only while these attributes have these values; None stands for one that is not there.
    """

    item: Mapping[str, Any]
    is_new: bool = False
    when: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Removal:
    """Among writes that take effect together, one that takes an item away; nothing happens where there is none."""

    pk: str
    sk: str


class DynamoTable:
    """One table.

    Whatever it is asked raises `Transient` while AWS is busy or can't be reached, and `Outside` when it refuses.

    Args:
        files: for what is too large; without it, such an item is refused, and can't be read.
        sleep: waits so many seconds.
    """

    def __init__(
        self,
        name: str,
        files: Files | None = None,
        region: str | None = None,
        sleep: Callable[[float], object] = time.sleep,
    ) -> None:
        self._name, self._large, self._region, self._sleep = name, LargeItems(files), region, sleep

    def get(self, pk: str, sk: str) -> Item | None:
        """One item, as it is after every write that was answered."""
        found = self._ask("get_item", Key=_key(pk, sk), ConsistentRead=True).get("Item")
        return self._large.whole(found) if found else None

    def get_all(self, keys: Sequence[tuple[str, str]]) -> list[Item]:
        """Those of some items that are there, in the order of their keys, of which none is named twice; as `get`."""
        wanted = [_key(*key) for key in keys]
        pages = (self._some(wanted[first : first + _MOST_READ]) for first in range(0, len(wanted), _MOST_READ))
        found = {(item["pk"], item["sk"]): item for page in pages for item in page}
        return [found[key] for key in keys if key in found]

    def _some(self, wanted: Sequence[Mapping[str, Any]]) -> Iterator[Item]:
        """In any order; more than it likes to give at once, it leaves to be asked for again."""
        for _ in self._tries():
            ask = {self._name: {"Keys": wanted, "ConsistentRead": True}}
            answer = self._ask("batch_get_item", table=False, RequestItems=ask)
            yield from map(self._large.whole, answer["Responses"].get(self._name, ()))
            wanted = answer.get("UnprocessedKeys", {}).get(self._name, {}).get("Keys", [])
            if not wanted:
                return
        raise self._busy(f"{len(wanted)} items can't be read")

    def _tries(self) -> Iterator[int]:
        return tries(_TRIES, _FIRST_PAUSE, _LONGEST_PAUSE, self._sleep)

    def _busy(self, why: str) -> Transient:
        return Transient(
            f"DynamoDB is busy: {why}", where=Place(self._name), next="it is tried again by itself", code="aws_busy"
        )

    def put(self, item: Mapping[str, Any]) -> None:
        """Writes an item, over an earlier one."""
        self._ask("put_item", Item=self._large.kept(item))

    def put_new(self, item: Mapping[str, Any]) -> bool:
        """Writes an item where there is none; whether it did."""
        return self._write(Write(item, is_new=True))

    def put_when(self, item: Mapping[str, Any], when: Mapping[str, Any]) -> bool:
        """Writes an item while the one that is there has these values (None: none such); whether it did."""
        return self._write(Write(item, when=when))

    def update(self, pk: str, sk: str, changes: Mapping[str, Any], when: Mapping[str, Any] | None = None) -> bool:
        """Changes some attributes of an item that is there, and, with `when`, while it has these values; whether it did."""
        expression = Expression()
        sets = ", ".join(f"{expression.name(name)} = {expression.value(value)}" for name, value in changes.items())
        condition = " AND ".join(["attribute_exists(pk)", *expression.conditions(when or {})])
        ask = partial(self._ask, "update_item", Key=_key(pk, sk), UpdateExpression=f"SET {sets}")
        return self._is_met(partial(ask, ConditionExpression=condition, **expression.parts))

    def add(self, pk: str, sk: str, attribute: str, number: int) -> int:
        """Adds to a whole number, which counts from nought; what it is then. Of several at once, all count."""
        expression = Expression()
        update = f"ADD {expression.name(attribute)} {expression.value(number)}"
        found = self._ask(
            "update_item", Key=_key(pk, sk), UpdateExpression=update, ReturnValues="UPDATED_NEW", **expression.parts
        )
        return int(decoded(found["Attributes"][attribute]))

    def delete(self, pk: str, sk: str, when: Mapping[str, Any] | None = None) -> bool:
        """Deletes an item, with `when` while it has these values; whether it is gone."""
        expression = Expression()
        conditions = expression.conditions(when or {})
        extra = {"ConditionExpression": " AND ".join(conditions), **expression.parts} if conditions else {}
        return self._is_met(partial(self._ask, "delete_item", Key=_key(pk, sk), **extra))

    def write_all(self, writes: Sequence[Write | Removal]) -> bool:
        """Several writes to different items, 100 at most, all or none; whether they were done."""
        if len(writes) == 1 and isinstance(writes[0], Write):
            # As a transaction it would cost twice as much.
            return self._write(writes[0])
        return self._is_met(
            partial(self._ask, "transact_write_items", table=False, TransactItems=[self._part(one) for one in writes])
        )

    def query(
        self,
        pk: str,
        beginning: str = "",
        backwards: bool = False,
        until: str | None = None,
        at_once: int | None = None,
    ) -> Iterator[Item]:
        """The items under a key, by their second, as they are after every write that was answered.

        Args:
            beginning: only those whose second key begins so; with `until`, those from here on.
            until: the last second key, included.
            at_once: how many are asked for at once, for whoever wants no more.
        """
        span = (beginning, until) if until is not None else None
        where = {"ConsistentRead": True} | ({"Limit": at_once} if at_once else {})
        return self._pages(where, ("pk", pk), ("sk", span or beginning), backwards)

    def by_day(
        self, gpk: str, since: str | None = None, until: str | None = None, backwards: bool = False
    ) -> Iterator[Item]:
        """The items of a place in the index, in its order, of a span in it; what was just written may not be there yet."""
        return self._pages({"IndexName": INDEX}, ("gpk", gpk), ("gsk", (since, until)), backwards)

    def create(self) -> None:
        """Makes the table: for tests, and where nobody has Terraform."""
        names = ("pk", "sk", "gpk", "gsk")
        index = {"IndexName": INDEX, "KeySchema": _schema("gpk", "gsk"), "Projection": {"ProjectionType": "ALL"}}
        self._ask(
            "create_table", BillingMode="PAY_PER_REQUEST", KeySchema=_schema("pk", "sk"),
            AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in names],
            GlobalSecondaryIndexes=[index],
            StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"},
        )  # fmt: skip
        client("dynamodb", self._region).get_waiter("table_exists").wait(TableName=self._name)
        self._ask("update_time_to_live", TimeToLiveSpecification={"Enabled": True, "AttributeName": EXPIRES})

    def _ask(self, call: str, table: bool = True, **said: Any) -> Any:
        """What was refused only as somebody else was at the same item is asked again."""
        from botocore.exceptions import ClientError

        name = {"TableName": self._name} if table else {}
        for _ in self._tries():
            with asking("DynamoDB", self._name):
                try:
                    return getattr(client("dynamodb", self._region), call)(**name, **said)
                except ClientError as error:
                    if _is_unmet(error):
                        raise _Unmet from error
                    if not _passes(error):
                        raise
        raise self._busy("others write the same items")

    def _is_met(self, ask: Any) -> bool:
        try:
            ask()
        except _Unmet:
            return False
        return True

    def _write(self, write: Write) -> bool:
        return self._is_met(partial(self._ask, "put_item", **self._put(write)))

    def _put(self, write: Write) -> dict[str, Any]:
        expression = Expression()
        conditions = ["attribute_not_exists(pk)"] if write.is_new else expression.conditions(write.when)
        extra = {"ConditionExpression": " AND ".join(conditions)} if conditions else {}
        return {"Item": self._large.kept(write.item), **extra, **expression.parts}

    def _part(self, write: Write | Removal) -> dict[str, Any]:
        if isinstance(write, Removal):
            return {"Delete": {"TableName": self._name, "Key": _key(write.pk, write.sk)}}
        return {"Put": {"TableName": self._name, **self._put(write)}}

    def _pages(self, where: Mapping[str, Any], first: Any, second: Any, backwards: bool) -> Iterator[Item]:
        expression = Expression()
        condition = expression.keys(first, second)
        said = {"KeyConditionExpression": condition, "ScanIndexForward": not backwards, **where, **expression.parts}
        page: dict[str, Any] = {}
        while True:
            found = self._ask("query", **said, **page)
            yield from (self._large.whole(item) for item in found["Items"])
            if "LastEvaluatedKey" not in found:
                return
            page = {"ExclusiveStartKey": found["LastEvaluatedKey"]}


class _Unmet(Exception):
    """The condition of a write does not hold."""


def _key(pk: str, sk: str) -> dict[str, Any]:
    return {"pk": encoded(pk), "sk": encoded(sk)}


def _schema(hash_: str, range_: str) -> list[dict[str, str]]:
    return [{"AttributeName": hash_, "KeyType": "HASH"}, {"AttributeName": range_, "KeyType": "RANGE"}]


def _is_unmet(error: Any) -> bool:
    return _code(error) == "ConditionalCheckFailedException" or "ConditionalCheckFailed" in _reasons(error)


def _passes(error: Any) -> bool:
    return _code(error) in _CONFLICTS or bool(_reasons(error) & _PASSES)


def _code(error: Any) -> str:
    return str(error.response.get("Error", {}).get("Code"))


def _reasons(error: Any) -> set[str]:
    """Why a transaction was not done."""
    return {str(one.get("Code")) for one in error.response.get("CancellationReasons", [])}
