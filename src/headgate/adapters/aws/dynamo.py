"""The table on DynamoDB: items under two keys, written on conditions; one index tells what of a kind there is, by time.

An item is a mapping of plain Python values: None, bool, int, float, Decimal, str, list and mapping. `pk` and `sk` name it,
`gpk` and `gsk` place it in the index, `expires_at` (seconds since 1970) lets it vanish. What is too large for an item lies in the
store of files, under `ledger/`, and the item points there.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from hashlib import sha256
from typing import Any

from headgate.adapters.aws.dynamo_values import decoded, encoded, encoded_item, size_of
from headgate.adapters.aws.services import asking, client
from headgate.ports import Files

INDEX = "by_day"
EXPIRES = "expires_at"
# An item may have 400 KB; its keys and the names count, too.
_MOST_BYTES = 350_000
_KEYS = ("pk", "sk", "gpk", "gsk", EXPIRES)
_POINTER = "kept_at"

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


class DynamoTable:
    """One table.

    Args:
        files: for what is too large; without it, such an item is refused.
    """

    def __init__(self, name: str, files: Files | None = None, region: str | None = None) -> None:
        self._name, self._files, self._region = name, files, region

    def get(self, pk: str, sk: str) -> Item | None:
        """One item, as it is after every write that was answered."""
        found = self._ask("get_item", Key=_key(pk, sk), ConsistentRead=True).get("Item")
        return self._whole(found) if found else None

    def put(self, item: Mapping[str, Any]) -> None:
        """Writes an item, over an earlier one."""
        self._ask("put_item", Item=self._kept(item))

    def put_new(self, item: Mapping[str, Any]) -> bool:
        """Writes an item where there is none; whether it did."""
        return self._write(Write(item, is_new=True))

    def put_when(self, item: Mapping[str, Any], when: Mapping[str, Any]) -> bool:
        """Writes an item while the one that is there has these values (None: none such); whether it did."""
        return self._write(Write(item, when=when))

    def update(self, pk: str, sk: str, changes: Mapping[str, Any], when: Mapping[str, Any] | None = None) -> bool:
        """Changes some attributes of an item that is there, and, with `when`, while it has these values; whether it did."""
        expression = _Expression()
        sets = ", ".join(f"{expression.name(name)} = {expression.value(value)}" for name, value in changes.items())
        condition = " AND ".join(["attribute_exists(pk)", *expression.conditions(when or {})])
        ask = partial(self._ask, "update_item", Key=_key(pk, sk), UpdateExpression=f"SET {sets}")
        return self._is_met(partial(ask, ConditionExpression=condition, **expression.parts))

    def add(self, pk: str, sk: str, attribute: str, number: int) -> int:
        """Adds to a whole number, which counts from nought; what it is then. Of several at once, all count."""
        expression = _Expression()
        update = f"ADD {expression.name(attribute)} {expression.value(number)}"
        found = self._ask(
            "update_item", Key=_key(pk, sk), UpdateExpression=update, ReturnValues="UPDATED_NEW", **expression.parts
        )
        return int(decoded(found["Attributes"][attribute]))

    def delete(self, pk: str, sk: str, when: Mapping[str, Any] | None = None) -> bool:
        """Deletes an item, with `when` while it has these values; whether it is gone."""
        expression = _Expression()
        conditions = expression.conditions(when or {})
        extra = {"ConditionExpression": " AND ".join(conditions), **expression.parts} if conditions else {}
        return self._is_met(partial(self._ask, "delete_item", Key=_key(pk, sk), **extra))

    def write_all(self, writes: Sequence[Write]) -> bool:
        """Several writes, 100 at most, all or none; whether they were done."""
        puts = [{"Put": {"TableName": self._name, **self._put(one)}} for one in writes]
        return self._is_met(partial(self._ask, "transact_write_items", table=False, TransactItems=puts))

    def query(self, pk: str, beginning: str = "", backwards: bool = False) -> Iterator[Item]:
        """The items under a key, by their second, or those of which that begins so; after every write that was answered."""
        return self._pages({"ConsistentRead": True}, "pk", pk, "sk", beginning, None, None, backwards)

    def by_day(
        self, gpk: str, since: str | None = None, until: str | None = None, backwards: bool = False
    ) -> Iterator[Item]:
        """The items of a place in the index, in its order, of a span in it; what was just written may not be there yet."""
        return self._pages({"IndexName": INDEX}, "gpk", gpk, "gsk", "", since, until, backwards)

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

    def _ask(self, call: str, table: bool = True, **said: Any) -> Any:
        from botocore.exceptions import ClientError

        name = {"TableName": self._name} if table else {}
        with asking("DynamoDB", self._name):
            try:
                return getattr(client("dynamodb", self._region), call)(**name, **said)
            except ClientError as error:
                if _is_unmet(error):
                    raise _Unmet from error
                raise

    def _is_met(self, ask: Any) -> bool:
        try:
            ask()
        except _Unmet:
            return False
        return True

    def _write(self, write: Write) -> bool:
        return self._is_met(partial(self._ask, "put_item", **self._put(write)))

    def _put(self, write: Write) -> dict[str, Any]:
        expression = _Expression()
        conditions = ["attribute_not_exists(pk)"] if write.is_new else expression.conditions(write.when)
        extra = {"ConditionExpression": " AND ".join(conditions)} if conditions else {}
        return {"Item": self._kept(write.item), **extra, **expression.parts}

    def _pages(
        self, where: Mapping[str, Any], first: str, key: str, second: str, beginning: str,
        since: str | None, until: str | None, backwards: bool,
    ) -> Iterator[Item]:  # fmt: skip
        expression = _Expression()
        condition = f"{first} = {expression.value(key)}"
        if beginning:
            condition += f" AND begins_with({second}, {expression.value(beginning)})"
        if since is not None and until is not None:
            condition += f" AND {second} BETWEEN {expression.value(since)} AND {expression.value(until)}"
        elif since is not None or until is not None:
            sign = ">=" if since is not None else "<="
            condition += f" AND {second} {sign} {expression.value(since if since is not None else until)}"
        page: dict[str, Any] = {}
        while True:
            found = self._ask(
                "query", KeyConditionExpression=condition, ScanIndexForward=not backwards, **where, **expression.parts,
                **page,
            )  # fmt: skip
            yield from (self._whole(item) for item in found["Items"])
            if "LastEvaluatedKey" not in found:
                return
            page = {"ExclusiveStartKey": found["LastEvaluatedKey"]}

    def _kept(self, item: Mapping[str, Any]) -> dict[str, Any]:
        """The item as it is written; a large one's values go to the store of files first."""
        written = encoded_item(item)
        if size_of(written) <= _MOST_BYTES or self._files is None:
            return written
        text = json.dumps(written, sort_keys=True).encode()
        names = sha256(f"{item['pk']}\n{item['sk']}".encode()).hexdigest()
        key = f"ledger/{names}-{sha256(text).hexdigest()[:16]}.json"
        self._files.write(key, text)
        small = {name: value for name, value in written.items() if name in _KEYS or size_of({name: value}) < 1000}
        return {**small, _POINTER: encoded(key)}

    def _whole(self, written: Mapping[str, Any]) -> Item:
        item = {name: decoded(value) for name, value in written.items()}
        if (key := item.pop(_POINTER, None)) and self._files:
            with suppress(FileNotFoundError):
                whole = json.loads(self._files.read(key))
                return {name: decoded(value) for name, value in whole.items()} | item
        return item


class _Unmet(Exception):
    """The condition of a write does not hold."""


class _Expression:
    """Names and values of an expression, under names that can't be words of DynamoDB's language."""

    def __init__(self) -> None:
        self._names: dict[str, str] = {}
        self._values: dict[str, Any] = {}

    @property
    def parts(self) -> dict[str, Any]:
        names = {"ExpressionAttributeNames": self._names} if self._names else {}
        return names | ({"ExpressionAttributeValues": self._values} if self._values else {})

    def name(self, name: str) -> str:
        short = f"#n{len(self._names)}"
        self._names[short] = name
        return short

    def value(self, value: Any) -> str:
        short = f":v{len(self._values)}"
        self._values[short] = encoded(value)
        return short

    def conditions(self, when: Mapping[str, Any]) -> list[str]:
        return [self._condition(name, value) for name, value in when.items()]

    def _condition(self, name: str, value: Any) -> str:
        short = self.name(name)
        if value is None:
            return f"(attribute_not_exists({short}) OR attribute_type({short}, {self.value('NULL')}))"
        return f"{short} = {self.value(value)}"


def _key(pk: str, sk: str) -> dict[str, Any]:
    return {"pk": encoded(pk), "sk": encoded(sk)}


def _schema(hash_: str, range_: str) -> list[dict[str, str]]:
    return [{"AttributeName": hash_, "KeyType": "HASH"}, {"AttributeName": range_, "KeyType": "RANGE"}]


def _is_unmet(error: Any) -> bool:
    """Of a transaction, some other write at the same time is a condition that does not hold, too."""
    code = error.response.get("Error", {}).get("Code")
    if code != "TransactionCanceledException":
        return bool(code == "ConditionalCheckFailedException")
    reasons = {one.get("Code") for one in error.response.get("CancellationReasons", [])}
    return bool(reasons & {"ConditionalCheckFailed", "TransactionConflict"})
