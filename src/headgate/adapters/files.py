"""Files anywhere obstore reaches: memory, S3, GCS, Azure; the same code for all."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import obstore
from obstore.store import MemoryStore, from_url

from headgate.adapters.local.files import FolderFiles
from headgate.core.errors import Outside, Place, UserMistake
from headgate.ports import Copy, Files, Found, Provenance

_CHUNK = 8 << 20


def files_at(storage: str) -> Files:
    """The files below a URL such as `s3://bucket/prefix` or `memory://`, or below a folder, which may be `file://`, too."""
    if storage.startswith("file://"):
        return FolderFiles(Path(unquote(urlsplit(storage).path)))
    return ObjectFiles(storage) if "://" in storage else FolderFiles(Path(storage))


class ObjectFiles:
    """`Files` over one object store.

    Args:
        storage: its URL.

    Raises:
        UserMistake: a name that no store can keep.
        Outside: the store refuses, or can't be reached.
    """

    def __init__(self, storage: str) -> None:
        with _Named(storage):
            self._store: Any = MemoryStore() if storage.startswith("memory://") else _store_at(storage)
        self._storage = storage

    def keys(self, prefix: str) -> Iterator[str]:
        yield from (one.key for one in self.found(prefix))

    def found(self, prefix: str) -> Iterator[Found]:
        with _Named(prefix):
            entries = [entry for batch in obstore.list(self._store, prefix=prefix) for entry in batch]
            if prefix and not entries:
                # A list holds what lies below a prefix, not what lies at it.
                with contextlib.suppress(FileNotFoundError):
                    entries.append(obstore.head(self._store, prefix))
        yield from sorted((_found(entry) for entry in entries), key=lambda one: one.key)

    def download(self, key: str, path: Path) -> Copy:
        digest = hashlib.sha256()
        with _Named(key):
            found = obstore.get(self._store, key)
            with path.open("xb") as file, _whole(path):
                for chunk in found.stream(min_chunk_size=_CHUNK):
                    digest.update(chunk)
                    file.write(chunk)
            source = Provenance(self._storage, key, found.meta.get("version"), found.meta.get("e_tag"))
            return Copy(source, digest.hexdigest(), path.stat().st_size)

    def is_written_to(self, key: str) -> bool:
        """An object is there when it is whole."""
        return False

    def upload(self, path: Path, key: str) -> None:
        with _Named(key):
            obstore.put(self._store, key, path)

    def create(self, path: Path, key: str) -> bool:
        # What goes up in parts can't be refused at its end: of large files only the look before it tells.
        is_large = path.stat().st_size > _CHUNK
        with _Named(key):
            if is_large and self._lies(key):
                return False
            try:
                obstore.put(self._store, key, path, mode="overwrite" if is_large else "create")
            except obstore.exceptions.AlreadyExistsError:
                return False
            return True

    def _lies(self, key: str) -> bool:
        try:
            obstore.head(self._store, key)
        except FileNotFoundError:
            return False
        return True

    def write(self, key: str, data: bytes) -> None:
        with _Named(key):
            obstore.put(self._store, key, data)

    def read(self, key: str) -> bytes:
        with _Named(key):
            return bytes(obstore.get(self._store, key).bytes())

    def discard(self, found: Provenance) -> bool:
        with _Named(found.key):
            try:
                now = obstore.head(self._store, found.key)
            except FileNotFoundError:
                return True
            if (now.get("version"), now.get("e_tag")) == (found.version, found.etag):
                obstore.delete(self._store, found.key)
            return True

    def put_back(self) -> list[str]:
        """Nobody can write to an object that is gone."""
        return []

    def delete(self, key: str, as_found: str | None = None) -> None:
        with _Named(key), contextlib.suppress(FileNotFoundError):
            # A store has no way to compare and delete at once: what comes in between these two lines is lost.
            if as_found is None or _found(obstore.head(self._store, key)).signature == as_found:
                obstore.delete(self._store, key)

    def tidy(self, key: str, zone: str) -> None:
        """Keys have no folders."""

    def move(self, key: str, target: str) -> None:
        with _Named(key):
            try:
                obstore.rename(self._store, key, target)
            except FileNotFoundError:
                obstore.head(self._store, target)

    def move_to_free(self, key: str, target: str) -> bool:
        with _Named(key):
            try:
                obstore.rename(self._store, key, target, overwrite=False)
            except obstore.exceptions.AlreadyExistsError:
                return False
            except FileNotFoundError:
                obstore.head(self._store, target)
            return True


def _store_at(storage: str) -> Any:
    # By itself S3 has no copy that refuses to write over an object.
    return from_url(storage, copy_if_not_exists="multipart") if storage.startswith("s3://") else from_url(storage)


@contextmanager
def _whole(path: Path) -> Iterator[None]:
    """A file that can't be finished is not left behind."""
    try:
        yield
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def _found(entry: Any) -> Found:
    modified = entry["last_modified"].astimezone(UTC).replace(tzinfo=None)
    signature = entry.get("version") or entry.get("e_tag") or f"{modified.isoformat()}-{entry['size']}"
    return Found(entry["path"], entry["size"], modified, signature)


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
