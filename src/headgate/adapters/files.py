"""Files anywhere obstore reaches: a folder, memory, S3, GCS, Azure; the same code for all."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import obstore
from obstore.store import LocalStore, MemoryStore, from_url

from headgate.core.errors import Outside, Place, UserMistake
from headgate.core.gate.workspace import fresh_folder
from headgate.ports import Provenance

_CHUNK = 8 << 20
STAGING = ".headgate/staging"


class ObjectFiles:
    """`Files` over one object store.

    Args:
        storage: a URL such as `s3://bucket/prefix` or `memory://`, or the path of a folder.

    Raises:
        UserMistake: a name that no store can keep.
        Outside: the store refuses, or can't be reached.
    """

    def __init__(self, storage: str) -> None:
        with _Named(storage):
            self._store: Any = _store(storage)
        self._storage, self._folder = storage, Path(storage)
        self._staging: str | None = None

    def keys(self, prefix: str) -> Iterator[str]:
        with _Named(prefix):
            found = [entry["path"] for batch in obstore.list(self._store, prefix=prefix) for entry in batch]
        yield from sorted(found)

    def download(self, key: str, path: Path) -> Provenance:
        with _Named(key):
            found = obstore.get(self._store, key)
            with path.open("xb") as file:
                for chunk in found.stream(min_chunk_size=_CHUNK):
                    file.write(bytes(chunk))
            return Provenance(self._storage, key, found.meta.get("version"), found.meta.get("e_tag"))

    def upload(self, path: Path, key: str) -> None:
        with _Named(key):
            self._put(key, path)

    def write(self, key: str, data: bytes) -> None:
        with _Named(key):
            self._put(key, data)

    def _put(self, key: str, content: Path | bytes) -> None:
        """A folder gets the whole object by rename, so that no reader of a zone ever meets half of one."""
        if not isinstance(self._store, LocalStore):
            obstore.put(self._store, key, content)
            return
        if self._staging is None:
            self._staging = fresh_folder(self._folder / STAGING).name
        staged = f"{STAGING}/{self._staging}/object"
        obstore.put(self._store, staged, content)
        obstore.rename(self._store, staged, key)

    def read(self, key: str) -> bytes:
        with _Named(key):
            return bytes(obstore.get(self._store, key).bytes())

    def discard(self, found: Provenance) -> None:
        with _Named(found.key):
            try:
                now = obstore.head(self._store, found.key)
            except FileNotFoundError:
                return
            if (now.get("version"), now.get("e_tag")) == (found.version, found.etag):
                obstore.delete(self._store, found.key)

    def move(self, key: str, target: str) -> None:
        with _Named(key):
            try:
                obstore.rename(self._store, key, target)
            except FileNotFoundError:
                obstore.head(self._store, target)


def _store(storage: str) -> Any:
    if storage.startswith("memory://"):
        return MemoryStore()
    if "://" in storage:
        return from_url(storage)
    return LocalStore(Path(storage), mkdir=True)


class _Named:
    """Turns what the store says of a failing disk or network into an `Outside` error that names the key."""

    def __init__(self, key: str) -> None:
        self._key = key

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: Any, error: BaseException | None, trace: Any) -> None:
        if isinstance(error, FileNotFoundError) or error is None or not isinstance(error, Exception):
            return
        if isinstance(error, obstore.exceptions.InvalidPathError | ValueError):
            raise UserMistake(
                f"the storage can't keep a name with control characters or bytes that are no text: {_reason(error)}",
                where=Place(self._key),
                next="rename the file, then run the same command again",
                code="bad_file_name",
            ) from error
        if isinstance(error, OSError | obstore.exceptions.BaseError):
            raise Outside(
                f"the storage refused: {_reason(error)}",
                where=Place(self._key),
                who="whoever looks after the storage",
                next="free space or correct the permissions, then run the same command again",
            ) from error


def _reason(error: Exception) -> str:
    """What the store says, on one line, without its own backtrace."""
    return " ".join(str(error).partition("Debug source")[0].split())
