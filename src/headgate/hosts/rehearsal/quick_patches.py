"""Where moto takes the longer the more it holds, each put right in one function; `test_quick_patches.py` says when it is not needed."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from typing import Any

from headgate.hosts.rehearsal.patches import put_in_place

Item = Any
Key = Any


def transactions_copy_what_they_change() -> None:
    """Moto copies a whole table for each write of a transaction, with all that its stream ever told."""
    from moto.dynamodb.models import DynamoDBBackend
    from moto.dynamodb.models.table import Table

    writes = DynamoDBBackend.transact_write_items

    def transact_write_items(self: Any, transact_items: list[dict[str, Any]]) -> None:
        puts_back = [_putting_back(self, write) for action in transact_items for write in action.values()]
        try:
            writes(self, transact_items)
        except Exception:
            for put_back in puts_back:
                put_back()
            raise

    # Whoever copies a table gets the table: only transactions and backups do, and nobody makes backups here.
    put_in_place(Table, "__deepcopy__", lambda self, _memo: self)
    put_in_place(DynamoDBBackend, "transact_write_items", transact_write_items)


def _putting_back(backend: Any, write: Mapping[str, Any]) -> Callable[[], None]:
    """Puts the item that is written, and the stream, where they are now."""
    table = backend.tables.get(write.get("TableName"))
    given = write.get("Key") or write.get("Item") or {}
    if table is None or not set(table.table_key_attrs) <= set(given):
        # Moto refuses the whole transaction.
        return lambda: None
    hash_key, range_key = backend.get_keys_value(table, {name: given[name] for name in table.table_key_attrs})
    before = copy.deepcopy(table.get_item(hash_key, range_key))
    told = len(table.stream_shard.items) if table.stream_shard else 0

    def put_back() -> None:
        items, key = (table.items[hash_key], range_key) if range_key else (table.items, hash_key)
        items.pop(key, None)
        if before is not None:
            items[key] = before
        if table.stream_shard:
            del table.stream_shard.items[told:]

    return put_back


def queries_look_where_their_items_are() -> None:
    """Moto sorts all items of a table for each query, and then looks which of them were asked for."""
    from moto.dynamodb.models import DynamoDBBackend
    from moto.dynamodb.models.table import Table

    queries, gives, puts, updates = Table.query, Table.all_items, Table.put_item, DynamoDBBackend.update_item

    def query(self: Any, hash_key: Key, *given: Any, **named: Any) -> Any:
        # One request at a time: what is asked for can lie with the table meanwhile.
        self.asked_for = next(iter(named.get("hash_key_conditions") or ()), None)
        try:
            return queries(self, hash_key, *given, **named)
        finally:
            self.asked_for = None

    def all_items(self: Any) -> list[Item]:
        return list(gives(self) if self.asked_for is None else _items_with(self, self.asked_for, gives))

    def put_item(self: Any, *given: Any, **named: Any) -> Item:
        return _noted(self, puts(self, *given, **named))

    def update_item(self: Any, table_name: str, *given: Any, **named: Any) -> Item:
        return _noted(self.get_table(table_name), updates(self, table_name, *given, **named))

    put_in_place(Table, "asked_for", None)
    for kind, changed in ((Table, (query, all_items, put_item)), (DynamoDBBackend, (update_item,))):
        for method in changed:
            put_in_place(kind, method.__name__, method)


def _items_with(table: Any, asked_for: tuple[str, Any], gives: Callable[[Any], Iterable[Item]]) -> Iterator[Item]:
    """Items that have, or once had, a value in an attribute; the first time that one is asked for, all are looked at."""
    name, value = asked_for
    places = vars(table).setdefault("places", {})
    if name not in places:
        places[name] = {}
        for item in gives(table):
            _noted(table, item)
    found = (table.get_item(*key) for key in places[name].get(value, ()))
    return (item for item in found if item is not None)


def _noted(table: Any, item: Item) -> Item:
    """Where an item is to be found by the attributes that were asked for."""
    for name, places in vars(table).get("places", {}).items():
        if value := item.attrs.get(name):
            # In the order in which they came.
            places.setdefault(value, {})[item.hash_key, item.range_key] = None
    return item


def services_are_found_once() -> None:
    """Moto lists its own folder on disk to see whose request it is."""
    from moto.moto_server.werkzeug_app import DomainDispatcherApplication

    put_in_place(
        DomainDispatcherApplication, "get_backend_for_host", cache(DomainDispatcherApplication.get_backend_for_host)
    )


QUICK_PATCHES: tuple[Callable[[], None], ...] = (
    transactions_copy_what_they_change,
    queries_look_where_their_items_are,
    services_are_found_once,
)
