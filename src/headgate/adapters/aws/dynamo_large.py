"""What is too large for an item of the table: it lies in the store of files, and the item points there."""

from __future__ import annotations

import json
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from headgate.adapters.aws.dynamo_values import decoded, encoded, encoded_item, size_of
from headgate.core.errors import Outside, Permanent, Place
from headgate.ports import Files

EXPIRES = "expires_at"
# An item may have 400 KB; its keys and the names count, too.
_MOST_BYTES = 350_000
_KEYS = ("pk", "sk", "gpk", "gsk", EXPIRES)
_POINTER = "kept_at"

Written = dict[str, Any]
"""Attribute → value, in DynamoDB's own form."""


class LargeItems:
    """Items as they are written, and as they were.

    Args:
        files: the store; without one, what is too large is refused, and can't be read.
    """

    def __init__(self, files: Files | None) -> None:
        self._files = files

    def kept(self, item: Mapping[str, Any]) -> Written:
        """The item as it is written; a large one's values go to the store of files first."""
        written = encoded_item(item)
        if (size := size_of(written)) <= _MOST_BYTES:
            return written
        if self._files is None:
            raise Permanent(
                f"an item of {size:,} bytes is larger than DynamoDB takes", where=Place(f"{item['pk']} {item['sk']}"),
                who="the authors of Headgate", next="report it", code="item_too_large",
            )  # fmt: skip
        text = json.dumps(written, sort_keys=True).encode()
        names = sha256(f"{item['pk']}\n{item['sk']}".encode()).hexdigest()
        # Nobody deletes what the item pointed to before: whoever has just read that item still wants it.
        key = f"ledger/{names}-{sha256(text).hexdigest()[:16]}.json"
        self._files.write(key, text)
        small = {name: value for name, value in written.items() if name in _KEYS or size_of({name: value}) < 1000}
        return {**small, _POINTER: encoded(key)}

    def whole(self, written: Mapping[str, Any]) -> dict[str, Any]:
        """The item as it was given.

        Raises:
            Outside: what it points to is gone: a part of it must not pass for the whole.
            Permanent: it points somewhere, and there is no store to read from.
        """
        item = {name: decoded(value) for name, value in written.items()}
        key = item.pop(_POINTER, None)
        if key is None:
            return item
        if self._files is None:
            raise Permanent(
                f"a part of the item {item['pk']} {item['sk']} lies in the store of files, and there is none here",
                where=Place(key), who="the authors of Headgate", next="report it", code="bug",
            )  # fmt: skip
        try:
            whole = json.loads(self._files.read(key))
        except FileNotFoundError:
            raise Outside(
                f"what the item {item['pk']} {item['sk']} of the table points to is gone", where=Place(key),
                who="whoever looks after the storage", next="restore that object from the bucket's versions",
                code="lost_item",
            ) from None  # fmt: skip
        return {name: decoded(value) for name, value in whole.items()} | item
