"""Files on a disk: whether they are the same as before, how they come to last, and what is said when they can't."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import hashlib
import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from headgate.core.errors import Outside, Place, UserMistake

_CHUNK = 4 << 20
_MOST_TIDIED = 3
_NO_LINKS = (errno.EPERM, errno.EOPNOTSUPP, errno.ENOTSUP, errno.ENOSYS, errno.EMLINK)
_Result = TypeVar("_Result")


def signature(status: os.stat_result) -> str:
    """Another one as soon as it is another file, or this one was written to."""
    return f"{status.st_ino:x}-{status.st_mtime_ns:x}-{status.st_size:x}"


def is_same_file(one: str, other: str) -> bool:
    """Whether two signatures are of one file, whatever was written to it between them."""
    return one.partition("-")[0] == other.partition("-")[0]


def copied(source: int, target: Path) -> tuple[int, str]:
    """Copies an open file into one that doesn't exist yet; its size and SHA-256. What fails leaves nothing behind."""
    digest, size = hashlib.sha256(), 0
    with target.open("xb", buffering=0) as file:
        try:
            while chunk := os.read(source, _CHUNK):
                digest.update(chunk)
                size += len(chunk)
                rest = memoryview(chunk)
                while rest:
                    rest = rest[file.write(rest) or 0 :]
        except BaseException:
            target.unlink(missing_ok=True)
            raise
    return size, digest.hexdigest()


def has_writer(file: int) -> bool | None:
    """Whether anybody has an open file open to write to it, too; None when this system, or its owner, won't tell.

    Linux alone tells, by refusing a read lease, and only to the file's owner or to root; it tells of processes in other
    containers, too, which a list of open files does not have.
    """
    if not hasattr(fcntl, "F_SETLEASE"):
        return None
    try:
        # Who opens it to write while the lease lasts has us sent a signal: one that is ignored, not one that kills.
        fcntl.fcntl(file, fcntl.F_SETSIG, signal.SIGURG)
        fcntl.fcntl(file, fcntl.F_SETLEASE, fcntl.F_RDLCK)
    except OSError as error:
        return True if error.errno == errno.EAGAIN else None
    fcntl.fcntl(file, fcntl.F_SETLEASE, fcntl.F_UNLCK)
    return False


def has_writer_at(path: Path) -> bool | None:
    """As `has_writer`, of a file that is not open yet."""
    try:
        file = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError:
        return None
    try:
        return has_writer(file)
    finally:
        os.close(file)


def made(folder: Path) -> None:
    """Makes a folder that lasts, with those above it."""
    if not folder.is_dir():
        made(folder.parent)
        folder.mkdir(exist_ok=True)
        flush(folder.parent)


def placed(folder: Path, place: Callable[[], _Result]) -> _Result:
    """Puts something into a folder, which is made for it; once more when the folder, still empty, was tidied away meanwhile."""
    for _ in range(_MOST_TIDIED):
        with contextlib.suppress(FileNotFoundError):
            made(folder)
            return place()
    made(folder)
    return place()


def moved_to_free(file: Path, path: Path) -> bool:
    """Gives a file another path, unless anything lies there; whether it did."""
    try:
        os.link(file, path, follow_symlinks=False)
    except FileExistsError:
        # Killed between the two steps, it lies under both names already.
        if not os.path.samestat(os.lstat(file), os.lstat(path)):
            return False
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        # Such a file system has no way to look and move at once.
        if os.path.lexists(path):
            return False
        os.replace(file, path)
        return True
    os.unlink(file)
    return True


def entries_of(folder: str, is_needed: bool) -> list[os.DirEntry[str]] | None:
    """What is in a folder; nothing when it is gone, None when it can't be read and the others can do without."""
    try:
        with os.scandir(folder) as entries:
            return list(entries)
    except (FileNotFoundError, NotADirectoryError):
        return []
    except OSError:
        if is_needed:
            raise
        return None


def tidied(folder: Path, zone: Path) -> None:
    """Takes away a folder that holds nothing, and those above it that hold nothing then, up to the zone."""
    while zone in folder.parents:
        try:
            folder.rmdir()
        except OSError:
            # Something lies there, or it is a link, or it may not be taken away.
            return
        folder = folder.parent


def touch(path: Path) -> None:
    """Under this key it is new, however old its sender says it is: else it might expire at once."""
    with contextlib.suppress(PermissionError):
        os.utime(path, follow_symlinks=False)


def flush(path: Path) -> None:
    """Waits until a file, or a folder's list of names, is on the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def opened_folder(path: str | Path, key: str, at: int | None = None) -> int:
    """A folder, opened; a zone may be a link, those in it may not."""
    flags = os.O_RDONLY | os.O_DIRECTORY | (os.O_NOFOLLOW if at is not None else 0)
    try:
        return os.open(path, flags, dir_fd=at)
    except NotADirectoryError:
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), key) from None


def check_is_across(error: OSError) -> None:
    """That a file lies on another file system than its target is no failure: it is copied."""
    if error.errno != errno.EXDEV:
        raise error


def modified_at(status: os.stat_result) -> datetime:
    """When a file was last written to, UTC, naive."""
    try:
        return datetime.fromtimestamp(status.st_mtime, UTC).replace(tzinfo=None)
    except (ValueError, OverflowError, OSError):
        # Later than any calendar knows.
        return datetime.max


@contextmanager
def speaking_of(key: str) -> Iterator[None]:
    """Turns what the disk says into an error that names the key; that nothing is there is left as it is."""
    try:
        yield
    except FileNotFoundError:
        raise
    except OSError as error:
        if error.errno == errno.ENAMETOOLONG:
            raise UserMistake(
                "the disk can't keep a name as long as this",
                where=Place(key),
                next="rename the file, then run the same command again",
                code="bad_file_name",
            ) from error
        if error.errno in (errno.EEXIST, errno.ENOTDIR, errno.EISDIR):
            raise Outside(
                "something else exists there under that name, such as a file where a folder must be",
                where=Place(key),
                who="whoever looks after this machine",
                next="move away what lies there, then run the same command again",
            ) from error
        raise Outside(
            f"the disk refused: {error.strerror or error}",
            where=Place(key),
            who="whoever looks after this machine",
            next="free disk space or correct the permissions, then run the same command again",
        ) from error
