"""Files over two storages: results in one, what came and what failed in the other."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from heapq import merge
from pathlib import Path

from headgate.core.errors import Place, Transient
from headgate.ports import Copy, Files, Found, Provenance


class SplitFiles:
    """`Files` over two, each key in the one that its zone says.

    Args:
        zones: prefixes of the keys that lie in `results`.
    """

    def __init__(self, raw: Files, results: Files, zones: tuple[str, ...]) -> None:
        self._raw, self._results, self._zones = raw, results, zones

    def _at(self, key: str) -> Files:
        return self._results if self._is_result(key) else self._raw

    def _is_result(self, key: str) -> bool:
        return any(key == zone or key.startswith(f"{zone}/") for zone in self._zones)

    def keys(self, prefix: str) -> Iterator[str]:
        yield from (one.key for one in self.found(prefix) if not one.fault)

    def found(self, prefix: str) -> Iterator[Found]:
        if self._is_result(prefix):
            yield from self._results.found(prefix)
            return
        # What lies in a storage under a key that belongs to the other one is none of ours.
        lying: Iterable[Found] = (one for one in self._raw.found(prefix) if not self._is_result(one.key))
        if not prefix or any(zone.startswith(f"{prefix}/") for zone in self._zones):
            results = (one for one in self._results.found(prefix) if self._is_result(one.key))
            lying = merge(lying, results, key=lambda one: one.key)
        yield from lying

    def download(self, key: str, path: Path, version: str | None = None) -> Copy:
        return self._at(key).download(key, path, version)

    def digest(self, key: str, version: str | None = None) -> Copy:
        return self._at(key).digest(key, version)

    def is_written_to(self, key: str) -> bool:
        return self._at(key).is_written_to(key)

    def upload(
        self,
        path: Path,
        key: str,
        about: Mapping[str, str] | None = None,
        progress: Callable[[int], None] | None = None,
    ) -> None:
        self._at(key).upload(path, key, about, progress)

    def create(self, path: Path, key: str, progress: Callable[[int], None] | None = None) -> bool:
        return self._at(key).create(path, key, progress)

    def write(self, key: str, data: bytes) -> None:
        self._at(key).write(key, data)

    def read(self, key: str) -> bytes:
        return self._at(key).read(key)

    def discard(self, found: Provenance) -> bool:
        return self._at(found.key).discard(found)

    def put_back(self) -> list[str]:
        return sorted([*self._raw.put_back(), *self._results.put_back()])

    def delete(self, key: str, as_found: str | None = None) -> None:
        self._at(key).delete(key, as_found)

    def tidy(self, key: str, zone: str) -> None:
        self._at(key).tidy(key, zone)

    def copy(self, found: Provenance, target: str) -> None:
        if self._at(found.key) is self._at(target):
            self._at(target).copy(found, target)
            return

        def keep(copy: Copy, file: Path) -> None:
            if (copy.source.version, copy.source.etag) != (found.version, found.etag):
                raise Transient(
                    "another file took its place while it was read", where=Place(found.key), code="changed_while_read"
                )
            self._at(target).upload(file, target)

        self._across(found.key, keep)

    def move(self, key: str, target: str) -> None:
        if self._at(key) is self._at(target):
            self._at(key).move(key, target)
            return

        def keep(copy: Copy, file: Path) -> None:
            self._at(target).upload(file, target)
            self._at(key).discard(copy.source)

        if not self._was_moved(key, target):
            self._across(key, keep)

    def move_to_free(self, key: str, target: str) -> bool:
        if self._at(key) is self._at(target):
            return self._at(key).move_to_free(key, target)
        is_free = True

        def keep(copy: Copy, file: Path) -> None:
            nonlocal is_free
            is_free = self._at(target).create(file, target)
            if is_free:
                self._at(key).discard(copy.source)

        if not self._was_moved(key, target):
            self._across(key, keep)
        return is_free

    def _was_moved(self, key: str, target: str) -> bool:
        return not any(self._at(key).found(key)) and any(self._at(target).found(target))

    def _across(self, key: str, keep: Callable[[Copy, Path], None]) -> None:
        """From one storage to the other, by way of this machine.

        Raises:
            FileNotFoundError: there is no such object.
        """
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "across"
            keep(self._at(key).download(key, file), file)
