"""Files anywhere obstore reaches: memory, S3, GCS, Azure; the same code for all."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC
from pathlib import Path, PurePosixPath
from typing import Any

import obstore
from obstore.store import MemoryStore, S3Store, from_url

from headgate.adapters.aws.listing import delete_version, is_odd, listed
from headgate.adapters.aws.storage import s3_store
from headgate.adapters.object_faults import naming
from headgate.adapters.object_headers import content_type, header_texts
from headgate.core.errors import Place, Transient
from headgate.ports import Copy, Found, Provenance

_CHUNK = 8 << 20
_PARALLEL = 4
# S3 takes 10,000 parts at most.
_MOST_PARTS = 9_000


class ObjectFiles:
    """`Files` over one object store.

    Args:
        storage: its URL.
        region: of S3; else the environment's.

    Raises:
        UserMistake: a name that no store can keep.
        Outside: the store refuses, or can't be reached.
    """

    at_once = 32 << 20
    """Bytes that go up in one piece where nothing may lie: only such a piece can be refused by what lies there."""
    largest_copy = 5 << 30
    """Bytes that S3 copies by itself."""

    def __init__(self, storage: str, region: str | None = None) -> None:
        with naming(storage):
            self._store: Any = _store_at(storage, region)
        self._storage = storage

    def keys(self, prefix: str) -> Iterator[str]:
        yield from (one.key for one in self.found(prefix) if not one.fault)

    def found(self, prefix: str) -> Iterator[Found]:
        with naming(prefix):
            lying = [_found(entry) for entry in self._listed(prefix)]
            # What consoles make of a folder, `orders/`, is listed like an empty object called `orders`.
            lying = [one for one in lying if one.size or one.fault or self._lies(one.key)]
            if prefix and not lying:
                # A list holds what lies below a prefix, not what lies at it.
                with contextlib.suppress(FileNotFoundError):
                    lying.append(_found(obstore.head(self._store, prefix)))
        yield from sorted(lying, key=lambda one: one.key)

    def _listed(self, prefix: str) -> list[Any]:
        try:
            return [entry for batch in obstore.list(self._store, prefix=prefix) for entry in batch]
        except obstore.exceptions.InvalidPathError:
            # One odd key must not hide all the others.
            if (prefix and is_odd(prefix)) or not isinstance(self._store, S3Store):
                raise
            return list(listed(self._store, prefix))

    def download(self, key: str, path: Path, version: str | None = None) -> Copy:
        with naming(key):
            found = obstore.get(self._store, key, options=_of_version(version))
            with path.open("xb") as file, _whole(path):
                return self._read(key, found, file.write)

    def digest(self, key: str, version: str | None = None) -> Copy:
        with naming(key):
            return self._read(key, obstore.get(self._store, key, options=_of_version(version)), len)

    def _read(self, key: str, found: Any, keep: Callable[[bytes], int]) -> Copy:
        digest, size = hashlib.sha256(), 0
        for chunk in found.stream(min_chunk_size=_CHUNK):
            digest.update(chunk)
            size += len(chunk)
            keep(chunk)
        return Copy(Provenance(self._storage, key, *_state(found.meta)), digest.hexdigest(), size)

    def is_written_to(self, key: str) -> bool:
        """An object is there when it is whole."""
        return False

    def upload(
        self,
        path: Path,
        key: str,
        about: Mapping[str, str] | None = None,
        progress: Callable[[int], None] | None = None,
    ) -> None:
        with naming(key):
            self._put(path, key, about, progress)

    def _put(
        self, path: Path, key: str, about: Mapping[str, str] | None, progress: Callable[[int], None] | None
    ) -> None:
        size = path.stat().st_size
        is_watched = progress is not None and size > _CHUNK
        obstore.put(
            self._store,
            key,
            _pieces(path, progress) if progress and is_watched else path,
            attributes=self._said(key, about) if about else None,
            chunk_size=_part(size),
            max_concurrency=_PARALLEL,
        )
        if progress and not is_watched:
            progress(size)

    def create(self, path: Path, key: str, progress: Callable[[int], None] | None = None) -> bool:
        size = path.stat().st_size
        with naming(key):
            try:
                if size > self.at_once:
                    return self._create_large(path, key, progress)
                obstore.put(self._store, key, path, mode="create")
            except obstore.exceptions.AlreadyExistsError:
                return False
            if progress:
                progress(size)
            return True

    def _create_large(self, path: Path, key: str, progress: Callable[[int], None] | None) -> bool:
        """What goes up in parts can't be refused at its end; a copy within the store can."""
        if self._lies(key):
            return False
        part = str(PurePosixPath(key).with_name(f".{uuid.uuid4().hex}.part"))
        try:
            self._put(path, part, None, progress)
            self._copy(part, key, overwrite=False)
        finally:
            with contextlib.suppress(FileNotFoundError):
                obstore.delete(self._store, part)
        return True

    def copy(self, found: Provenance, target: str) -> None:
        with naming(found.key):
            self._check_is_same(found)
            self._copy(found.key, target)
            try:
                # No store copies only what it was told to expect: it is looked at before and after.
                self._check_is_same(found)
            except Transient:
                obstore.delete(self._store, target)
                raise

    def _check_is_same(self, found: Provenance) -> None:
        if _state(obstore.head(self._store, found.key)) != (found.version, found.etag):
            raise Transient(
                "another file took its place while it was read",
                where=Place(found.key),
                who="the sender",
                next="it is tried again by itself",
                code="changed_while_read",
            )

    def _copy(self, key: str, target: str, overwrite: bool = True) -> None:
        """Raises FileNotFoundError, or AlreadyExistsError where nothing may be written over."""
        size = obstore.head(self._store, key)["size"]
        if size <= self.largest_copy:
            obstore.copy(self._store, key, target, overwrite=overwrite)
            return
        if not overwrite and self._lies(target):
            # Of what is as large as this only the look before it tells.
            raise obstore.exceptions.AlreadyExistsError(target)
        asyncio.run(_streamed(self._store, key, target, size))

    def _lies(self, key: str) -> bool:
        try:
            obstore.head(self._store, key)
        except FileNotFoundError:
            return False
        return True

    def write(self, key: str, data: bytes) -> None:
        with naming(key):
            obstore.put(self._store, key, data, attributes=self._said(key, {}))

    def read(self, key: str) -> bytes:
        with naming(key):
            return bytes(obstore.get(self._store, key).bytes())

    def _said(self, key: str, about: Mapping[str, str]) -> dict[str, str] | None:
        """Of our own outputs; a sender's file says nothing of itself."""
        kind = content_type(key) if isinstance(self._store, S3Store) else None
        return {**header_texts(about), **({"Content-Type": kind} if kind else {})} or None

    def discard(self, found: Provenance) -> bool:
        with naming(found.key), contextlib.suppress(FileNotFoundError):
            if found.version and isinstance(self._store, S3Store):
                # What a sender puts under this key meanwhile is another version, and stays.
                delete_version(self._store, found.key, found.version)
            elif _state(obstore.head(self._store, found.key)) == (found.version, found.etag):
                obstore.delete(self._store, found.key)
        return True

    def put_back(self) -> list[str]:
        """Nobody can write to an object that is gone."""
        return []

    def delete(self, key: str, as_found: str | None = None) -> None:
        with naming(key), contextlib.suppress(FileNotFoundError):
            # A store has no way to compare and delete at once: what comes in between these two lines is lost.
            if as_found is None or _found(obstore.head(self._store, key)).signature == as_found:
                obstore.delete(self._store, key)

    def tidy(self, key: str, zone: str) -> None:
        """Keys have no folders."""

    def move(self, key: str, target: str) -> None:
        with naming(key):
            try:
                self._copy(key, target)
                obstore.delete(self._store, key)
            except FileNotFoundError:
                obstore.head(self._store, target)

    def move_to_free(self, key: str, target: str) -> bool:
        with naming(key):
            try:
                self._copy(key, target, overwrite=False)
                obstore.delete(self._store, key)
            except obstore.exceptions.AlreadyExistsError:
                return False
            except FileNotFoundError:
                obstore.head(self._store, target)
            return True


def _store_at(storage: str, region: str | None) -> Any:
    if storage.startswith("memory://"):
        return MemoryStore()
    return s3_store(storage, region) if storage.startswith(("s3://", "s3a://")) else from_url(storage)


def _of_version(version: str | None) -> Any:
    return {"version": version} if version else None


async def _streamed(store: Any, key: str, target: str, size: int) -> None:
    """Down and up again: an object that is being read can't be written from, but like this."""
    found = await obstore.get_async(store, key)
    chunks = found.stream(min_chunk_size=_CHUNK)
    await obstore.put_async(store, target, chunks, chunk_size=_part(size), max_concurrency=_PARALLEL)


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
    # S3 tells the version to who asks for one object, not to who lists; and the time to one of them in whole seconds.
    signature = f"{entry.get('e_tag') or entry['size']}-{modified.replace(microsecond=0).isoformat()}"
    return Found(entry["path"], entry["size"], modified, signature, entry.get("fault", ""))


def _state(meta: Any) -> tuple[str | None, str | None]:
    """The version and the ETag; what was there before a bucket had versions is called `null`."""
    version = meta.get("version")
    return None if version == "null" else version, meta.get("e_tag")


def _part(size: int) -> int:
    return max(_CHUNK, -(-size // _MOST_PARTS))


def _pieces(path: Path, progress: Callable[[int], None]) -> Iterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(_CHUNK):
            yield piece
            progress(len(piece))
