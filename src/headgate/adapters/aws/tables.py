"""Table sinks: tables on DynamoDB of their own, `<prefix>-<name of the sink>`, which Terraform makes.

Each row is a write of its own, on the condition that none of a later file stands under its key. DynamoDB's batches know no
conditions, and its transactions don't tell a new row from one that was replaced. A sort key such as the time of processing
does not change that: the same file may come again, and what is new is to be counted. So rows are written many at a time.
"""

from __future__ import annotations

import heapq
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache, partial
from typing import Any

from headgate.adapters.aws.services import asking, tries
from headgate.adapters.aws.table_values import ORDER, Written, key_of, key_text, row_of, written
from headgate.core.errors import HeadgateError, Outside, Permanent, Place, Transient
from headgate.ports import Loaded, Table

_AT_ONCE = 16
_BATCH_ROWS = 1000
_BATCH_BYTES = 16_000_000
# As many as one request of reading takes.
_PAGE_ROWS = 100
_TRIES = 8
_FIRST_PAUSE, _LONGEST_PAUSE = 0.1, 10.0
_OPTIONS = {"mode": "standard", "max_attempts": 8}

Key = tuple[int | str, ...]


class DynamoTables:
    """`Tables` on DynamoDB.

    Args:
        prefix: what the names of the tables begin with: `<project>-<environment>`.
    """

    def __init__(self, prefix: str, region: str | None = None) -> None:
        self._prefix, self._region = prefix, region

    def put(self, table: Table, rows: Iterable[Mapping[str, Any]], order: str) -> Loaded:
        """As `Tables.put`. What was written before an error stays; the same event again writes the rest.

        Raises:
            Permanent: DynamoDB takes no such row: it has more than 400 KB, or its key is too long.
            Outside: there is no such table, or no right to it.
            Transient: DynamoDB is busy, or can't be reached.
        """
        new = older = 0
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            for batch in _batches(table, rows, order):
                put = partial(self._put, table, order)
                known = list(_all_of(pool, put, batch))
                new, older = new + known.count("new"), older + known.count("older")
        return Loaded(new, older)

    def put_with(self, table: Table, keys: Iterable[Mapping[str, Any]], order: str) -> Iterator[Mapping[str, Any]]:
        """As `Tables.put_with`; rows are asked for by their keys, and no others are read."""
        wanted = list(dict.fromkeys(table.key_of(row) for row in keys))
        for first in range(0, len(wanted), _PAGE_ROWS):
            items = self._read(table, wanted[first : first + _PAGE_ROWS])
            yield from (row_of(item) for item in items if item[ORDER]["S"] == order)

    def count(self, table: Table) -> int:
        """By reading all of it: what DynamoDB itself says of its size is hours old."""
        return sum(page["Count"] for page in self._scanned(table, Select="COUNT"))

    def rows(self, table: Table, limit: int | None = None) -> Iterator[Mapping[str, Any]]:
        """As `Tables.rows`: the keys first, as DynamoDB has them in no order; then the rows, a page at a time."""
        keys = self._keys(table, limit)
        for first in range(0, len(keys), _PAGE_ROWS):
            page = keys[first : first + _PAGE_ROWS]
            found = {_key(table, item): item for item in self._read(table, page)}
            yield from (row_of(found[key]) for key in page if key in found)

    def create(self, table: Table) -> None:
        """Makes a table, unless it is there: for tests, and where nobody has Terraform."""
        from botocore.exceptions import ClientError

        indexes = [_index(name, columns) for name, columns in table.indexes.items()]
        extra = {"GlobalSecondaryIndexes": indexes} if indexes else {}
        schemas = [_schema(table.key_columns), *(one["KeySchema"] for one in indexes)]
        names = dict.fromkeys(one["AttributeName"] for schema in schemas for one in schema)
        with asking("DynamoDB", self._name(table)):
            try:
                self._client.create_table(
                    TableName=self._name(table), BillingMode="PAY_PER_REQUEST", KeySchema=schemas[0],
                    AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in names], **extra,
                )  # fmt: skip
            except ClientError as error:
                if _code(error) != "ResourceInUseException":
                    raise

    @property
    def _client(self) -> Any:
        return _client(self._region, os.environ.get("AWS_ENDPOINT_URL"))

    def _name(self, table: Table) -> str:
        return f"{self._prefix}-{table.name}"

    def _put(self, table: Table, order: str, key: Key, item: Written) -> str:
        """What became of one row."""
        from botocore.exceptions import ClientError

        with asking("DynamoDB", self._name(table)):
            try:
                answer = self._client.put_item(
                    TableName=self._name(table), Item=item, ReturnValues="ALL_OLD",
                    ConditionExpression="attribute_not_exists(#at) OR #at <= :at",
                    ExpressionAttributeNames={"#at": ORDER}, ExpressionAttributeValues={":at": {"S": order}},
                )  # fmt: skip
            except ClientError as error:
                if _code(error) == "ConditionalCheckFailedException":
                    return "older"
                if refused := self._refused(table, key, error):
                    raise refused from error
                raise
        return "replaced" if "Attributes" in answer else "new"

    def _refused(self, table: Table, key: Key, error: Any) -> HeadgateError | None:
        """What of an answer only this adapter can say; else None."""
        if _code(error) == "ResourceNotFoundException":
            return Outside(
                f"there is no table {self._name(table)} on DynamoDB", where=Place(self._name(table)),
                who="whoever looks after the deployment", next="headgate deploy apply", code="no_table",
            )  # fmt: skip
        if _code(error) != "ValidationException":
            return None
        named = ", ".join(f"{column} {part!r:.60}" for column, part in zip(table.key_columns, key, strict=True))
        return Permanent(
            f"DynamoDB does not take the row with the key {named}: {error.response['Error'].get('Message')}",
            where=Place(self._name(table)),
            who="pipeline owner",
            next="a row may have 400 KB: leave long columns out with `derive`, or correct the keys in `sinks`; "
            "then headgate dead redrive",
            code="bad_row",
        )

    def _keys(self, table: Table, limit: int | None) -> list[Key]:
        names = {f"#k{number}": column for number, column in enumerate(table.key_columns)}
        pages = self._scanned(table, ProjectionExpression=", ".join(names), ExpressionAttributeNames=names)
        keys = (_key(table, item) for page in pages for item in page["Items"])
        return sorted(keys, key=_by_kind) if limit is None else heapq.nsmallest(limit, keys, key=_by_kind)

    def _scanned(self, table: Table, **said: Any) -> Iterator[dict[str, Any]]:
        from botocore.exceptions import ClientError

        with asking("DynamoDB", self._name(table)):
            try:
                pages = self._client.get_paginator("scan")
                yield from pages.paginate(TableName=self._name(table), ConsistentRead=True, **said)
            except ClientError as error:
                if _code(error) != "ResourceNotFoundException":
                    raise

    def _read(self, table: Table, keys: Sequence[Key]) -> Iterator[Mapping[str, Any]]:
        """In any order; those that DynamoDB leaves out for the moment are asked for again."""
        name, columns = self._name(table), table.key_columns
        wanted = [
            {column: {"S": key_text(part)} for column, part in zip(columns, key, strict=True)} for key in keys
        ]  # fmt: skip
        for _ in tries(_TRIES, _FIRST_PAUSE, _LONGEST_PAUSE):
            with asking("DynamoDB", name):
                answer = self._client.batch_get_item(RequestItems={name: {"Keys": wanted, "ConsistentRead": True}})
            yield from answer["Responses"].get(name, ())
            wanted = answer.get("UnprocessedKeys", {}).get(name, {}).get("Keys", [])
            if not wanted:
                return
        raise Transient(
            f"DynamoDB is busy: {len(wanted)} rows can't be read", where=Place(name),
            next="run the same command again", code="aws_busy",
        )  # fmt: skip


@cache
def _client(region: str | None, endpoint: str | None) -> Any:
    """One with a connection for each thread."""
    import boto3
    from botocore.config import Config

    config = Config(retries=_OPTIONS, max_pool_connections=_AT_ONCE)
    return boto3.session.Session().client("dynamodb", region_name=region, config=config)


def _all_of(pool: ThreadPoolExecutor, put: Any, batch: Mapping[Key, Written]) -> Iterator[str]:
    """What became of each; after the first error none is begun any more."""
    started = [pool.submit(put, key, item) for key, item in batch.items()]
    try:
        yield from (one.result() for one in started)
    finally:
        for one in started:
            one.cancel()


def _batches(table: Table, rows: Iterable[Mapping[str, Any]], order: str) -> Iterator[dict[Key, Written]]:
    """Rows by their keys, of equal ones the last: rows of one batch are written in any order."""
    columns = table.key_columns
    indexed = {column for listed in table.indexes.values() for column in listed}
    batch: dict[Key, Written] = {}
    size = 0
    for row in rows:
        key = table.key_of(row)
        item = batch[key] = written(row, dict(zip(columns, key, strict=True)), indexed, order)
        size += sum(len(str(value)) for attribute in item.values() for value in attribute.values())
        if len(batch) >= _BATCH_ROWS or size >= _BATCH_BYTES:
            yield batch
            batch, size = {}, 0
    if batch:
        yield batch


def _key(table: Table, item: Mapping[str, Any]) -> Key:
    return tuple(key_of(item[column]["S"]) for column in table.key_columns)


def _by_kind(key: Key) -> list[tuple[bool, int | str]]:
    """Numbers before texts, which can't be compared with each other."""
    return [(isinstance(part, str), part) for part in key]


def _index(name: str, columns: Sequence[str]) -> dict[str, Any]:
    """By its first column, and within it by its second. It holds keys only: what stands under them, the table says."""
    return {"IndexName": name, "KeySchema": _schema(columns[:2]), "Projection": {"ProjectionType": "KEYS_ONLY"}}


def _schema(columns: Sequence[str]) -> list[dict[str, str]]:
    return [{"AttributeName": one, "KeyType": kind} for one, kind in zip(columns, ("HASH", "RANGE"), strict=False)]


def _code(error: Any) -> str:
    return str(error.response.get("Error", {}).get("Code"))
