"""Files on a disk: whether they are the same as before, how they come to last, and what is said when they can't."""

from __future__ import annotations

import errno
import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from headgate.core.errors import Outside, Place, UserMistake

_CHUNK = 4 << 20


def signature(status: os.stat_result) -> str:
    """Another one as soon as it is another file, or this one was written to."""
    return f"{status.st_ino:x}-{status.st_mtime_ns:x}-{status.st_size:x}"


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


def made(folder: Path) -> None:
    """Makes a folder that lasts, with those above it."""
    if not folder.is_dir():
        made(folder.parent)
        folder.mkdir(exist_ok=True)
        flush(folder.parent)


def flush(path: Path) -> None:
    """Waits until a file, or a folder's list of names, is on the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


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
        raise Outside(
            f"the disk refused: {error.strerror or error}",
            where=Place(key),
            who="whoever looks after this machine",
            next="free disk space or correct the permissions, then run the same command again",
        ) from error
