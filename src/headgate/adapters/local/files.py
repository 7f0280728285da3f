"""A folder as `Files`: whole objects by rename, kept through a power cut, also across file systems; links are never followed."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import datetime
from pathlib import Path, PurePosixPath

from headgate.adapters.local.disk import (
    check_is_across,
    copied,
    entries_of,
    flush,
    has_writer,
    has_writer_at,
    is_same_file,
    modified_at,
    opened_folder,
    placed,
    signature,
    speaking_of,
    tidied,
    touch,
)
from headgate.adapters.local.faults import changed, check_is_file, fault_of, is_bad, link
from headgate.adapters.local.staging import PART, Staging
from headgate.adapters.local.taken import TAKEN, Taken, put_beside
from headgate.core.errors import Place, Transient, UserMistake
from headgate.ports import Copy, Found, Provenance


class FolderFiles:
    """`Files` below one folder. That folder, and the zones in it, may be links; no link below them is followed.

    Raises:
        UserMistake: a name that can't be kept, a link, something that is no file.
        Outside: the disk refuses.
    """

    def __init__(self, folder: Path) -> None:
        self._named = str(folder)
        with speaking_of(self._named):
            folder.mkdir(parents=True, exist_ok=True)
        self._root = folder.resolve()
        self._staging, self._taken = Staging(self._root), Taken(self._root)

    def keys(self, prefix: str) -> Iterator[str]:
        yield from (one.key for one in self.found(prefix) if not one.fault)

    def found(self, prefix: str) -> Iterator[Found]:
        with speaking_of(prefix):
            base = self._path(prefix.rstrip("/")) if prefix else self._root
            is_zone = base in (self._root, self._zone(base))
            if base.parent == self._root and base.is_symlink() and not base.exists():
                raise NotADirectoryError(errno.ENOTDIR, "what this link leads to is not there")
            lying = self._walk(base) if base.is_dir() and (is_zone or not base.is_symlink()) else self._look(str(base))
            yield from sorted(lying, key=lambda one: one.key)

    def _walk(self, base: Path) -> Iterator[Found]:
        waiting = [str(base)]
        while waiting:
            folder = waiting.pop()
            entries = entries_of(folder, is_needed=folder == str(base))
            if entries is None:
                yield self._unreadable(folder)
            elif not entries and folder != str(base):
                yield from self._look(folder)
            for entry in entries or []:
                if entry.name.startswith(PART):
                    self._staging.sweep(Path(entry.path))
                elif entry.is_dir(follow_symlinks=False) and not is_bad(entry.name):
                    waiting.append(entry.path)
                else:
                    yield from self._look(entry.path)

    def _look(self, path: str) -> Iterator[Found]:
        """What lies there, if anything does."""
        try:
            status = os.lstat(path)
        except (FileNotFoundError, NotADirectoryError):
            return
        except OSError:
            yield self._unreadable(path)
            return
        yield Found(self._key(path), status.st_size, modified_at(status), signature(status), fault_of(path, status))

    def _unreadable(self, path: str) -> Found:
        return Found(self._key(path), 0, datetime.min, "unreadable", "unreadable")

    def _key(self, path: str) -> str:
        return os.path.relpath(path, self._root)

    def download(self, key: str, path: Path, version: str | None = None) -> Copy:
        with speaking_of(key), self._opened(key) as source:
            before = os.fstat(source)
            size, sha256 = copied(source, path)
            try:
                return self._copy(key, before, os.fstat(source), size, sha256)
            except Transient:
                path.unlink()
                raise

    def digest(self, key: str, version: str | None = None) -> Copy:
        with speaking_of(key), self._opened(key) as source, os.fdopen(os.dup(source), "rb") as stream:
            before = os.fstat(source)
            sha256 = hashlib.file_digest(stream, "sha256").hexdigest()
            return self._copy(key, before, os.fstat(source), stream.tell(), sha256)

    def _copy(self, key: str, before: os.stat_result, after: os.stat_result, size: int, sha256: str) -> Copy:
        if signature(before) != signature(after) or size != after.st_size:
            raise changed(key)
        return Copy(Provenance(self._named, key, None, signature(after)), sha256, size)

    def is_written_to(self, key: str) -> bool:
        try:
            with self._opened(key) as file:
                return bool(has_writer(file))
        except (OSError, UserMistake):
            # Whoever takes it is told what is wrong with it.
            return False

    @contextmanager
    def _opened(self, key: str) -> Iterator[int]:
        """A file, opened folder by folder: whatever becomes a link at this very moment, it leads nowhere."""
        path = self._path(key)
        zone = self._zone(path)
        *folders, name = path.relative_to(zone).parts
        with ExitStack() as stack:
            at = _held(stack, opened_folder(zone, key))
            for folder in folders:
                at = _held(stack, opened_folder(folder, key, at))
            # Looked at before it is opened, as some would wait for somebody at the other end; and after, as it may be another.
            check_is_file(os.stat(name, dir_fd=at, follow_symlinks=False), key)
            file = _held(stack, os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=at))
            check_is_file(os.fstat(file), key)
            yield file

    def _path(self, key: str) -> Path:
        """Where an object lies, or would.

        Raises:
            UserMistake: it can't be kept under that name, or lies behind a link.
        """
        parts = PurePosixPath(key).parts
        if "/".join(parts) != key or key.startswith("/") or ".." in parts or any(is_bad(part) for part in parts):
            raise UserMistake(
                "the storage can't keep a name with control characters, '..' or bytes that are no text",
                where=Place(ascii(key)),
                next="rename the file, then run the same command again",
                code="bad_file_name",
            )
        path = self._root.joinpath(*parts)
        zone = self._zone(path)
        straight = os.path.join(os.path.realpath(zone), path.relative_to(zone).parent)
        if path != zone and os.path.realpath(path.parent) != os.path.normpath(straight):
            raise link(key)
        return path

    def _zone(self, path: Path) -> Path:
        """The first folder of a path, which its owner may have put elsewhere by a link; of a single name, the root."""
        parts = path.relative_to(self._root).parts
        return self._root / parts[0] if len(parts) > 1 or (parts and path.is_dir()) else self._root

    def upload(
        self,
        path: Path,
        key: str,
        about: Mapping[str, str] | None = None,
        progress: Callable[[int], None] | None = None,
    ) -> None:
        # A disk keeps nothing beside the bytes.
        with speaking_of(key), self._published(key) as staged:
            shutil.copyfile(path, staged)
            _tell(progress, staged)

    def create(self, path: Path, key: str, progress: Callable[[int], None] | None = None) -> bool:
        target, staged = self._path(key), self._staging.new()
        with speaking_of(key):
            try:
                shutil.copyfile(path, staged)
                flush(staged)
                _tell(progress, staged)
                return self._staging.to_free(staged, target, lambda part: shutil.copyfile(staged, part))
            finally:
                staged.unlink(missing_ok=True)

    def copy(self, found: Provenance, target: str) -> None:
        with speaking_of(found.key), self._published(target) as staged:
            if self.download(found.key, staged).source.etag != found.etag:
                raise changed(found.key)

    def write(self, key: str, data: bytes) -> None:
        with speaking_of(key), self._published(key) as staged:
            staged.write_bytes(data)

    @contextmanager
    def _published(self, key: str) -> Iterator[Path]:
        """The path of a new file; once it is filled it takes its place, and lasts before anybody can see it."""
        target, staged = self._path(key), self._staging.new()
        try:
            yield staged
            placed(target.parent, lambda: self._place(staged, target))
            flush(target.parent)
        finally:
            staged.unlink(missing_ok=True)

    def _place(self, staged: Path, target: Path) -> None:
        flush(staged)
        try:
            os.replace(staged, target)
        except OSError as error:
            check_is_across(error)
            with self._staging.beside(target) as part:
                shutil.copyfile(staged, part)

    def read(self, key: str) -> bytes:
        with speaking_of(key), self._opened(key) as file, os.fdopen(os.dup(file), "rb") as stream:
            return stream.read()

    def discard(self, found: Provenance) -> bool:
        return self._delete(found.key, found.etag)

    def delete(self, key: str, as_found: str | None = None) -> None:
        self._delete(key, as_found)

    def _delete(self, key: str, as_found: str | None) -> bool:
        """Whether the file that was found is gone; not when it was written to since, or may be."""
        path = self._path(key)
        with speaking_of(key), contextlib.suppress(FileNotFoundError, NotADirectoryError):
            if as_found is None:
                path.unlink()
                return True
            now = signature(os.lstat(path))
            # A sender that only pauses writes on into what it has opened, wherever that lies by then.
            if now != as_found or has_writer_at(path):
                return not is_same_file(now, as_found)
            return self._take_away(path, as_found)
        return True

    def _take_away(self, path: Path, etag: str) -> bool:
        """Looks once more before it deletes: between two looks a sender may have put another file in its place."""
        aside = self._staging.new()
        try:
            os.rename(path, aside)
        except OSError as error:
            check_is_across(error)
            aside = path.rename(self._staging.part(path))
        now, is_written_to = signature(os.lstat(aside)), has_writer_at(aside)
        if now != etag or is_written_to:
            put_beside(aside, path)
            return not is_same_file(now, etag)
        if is_written_to is None:
            self._taken.keep(aside, self._key(str(path)))
        aside.unlink(missing_ok=True)
        return True

    def put_back(self) -> list[str]:
        with speaking_of(TAKEN):
            return self._taken.put_back(self._path)

    def tidy(self, key: str, zone: str) -> None:
        tidied(self._path(key).parent, self._path(zone))

    def move(self, key: str, target: str) -> None:
        source, goal = self._path(key), self._path(target)
        with speaking_of(key):
            if not os.path.lexists(source):
                os.lstat(goal)
                return
            try:
                placed(goal.parent, lambda: os.replace(source, goal))
            except FileNotFoundError:
                os.lstat(goal)
            except OSError as error:
                check_is_across(error)
                self._move_across(key, goal)
            touch(goal)
            flush(goal.parent)

    def move_to_free(self, key: str, target: str) -> bool:
        source, goal = self._path(key), self._path(target)
        with speaking_of(key):
            if not os.path.lexists(source):
                os.lstat(goal)
                return True
            copies: list[Copy] = []
            is_moved = self._staging.to_free(source, goal, lambda part: copies.append(self.download(key, part)))
            if is_moved:
                touch(goal)
                for copy in copies:
                    self.discard(copy.source)
            return is_moved

    def _move_across(self, key: str, goal: Path) -> None:
        with self._staging.beside(goal) as part:
            copy = self.download(key, part)
        self.discard(copy.source)


def _held(stack: ExitStack, file: int) -> int:
    stack.callback(os.close, file)
    return file


def _tell(progress: Callable[[int], None] | None, file: Path) -> None:
    if progress:
        progress(file.stat().st_size)
