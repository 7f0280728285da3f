"""What a host has no room for: a name that no disk keeps; and in a function, a file too large, which says who can take it."""

from __future__ import annotations

import errno
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from headgate.core.errors import FileFailed, Place, UserMistake
from headgate.ports import Context, Copy, Files

LONGEST_NAME = 255
"""Bytes of a file's name that every disk keeps; an object store takes longer ones, beyond which no output would fit."""

_WORKER = (
    "set `deploy.large_queue: true` in headgate.yaml, then `headgate deploy apply`, and `headgate worker --queue large` where "
    "there is room; then put the file back"
)
_FULL = {errno.ENOSPC, errno.EDQUOT}
# The engine tells a full disk in words only, and one that it may spill to by the setting that bounds it.
_FULL_TEXTS = ("No space left on device", "max_temp_directory_size")


def brought(context: Context, key: str, path: Path, version: Mapping[str, str]) -> tuple[Copy, bool]:
    """Brings a file to `path`; one that this host has no room for is only read.

    Returns:
        Size and digest of the file, and whether it was too large to be brought.

    Raises:
        UserMistake: it has a name that no disk keeps.
    """
    _check_name(key, path.name)
    files, largest = context.files, context.largest_file
    if largest is None or size_of(files, key) <= largest:
        try:
            return files.download(key, path, **version), False
        except Exception as error:
            if largest is None or not is_full(error):
                raise
    return files.digest(key, **version), True


def size_of(files: Files, key: str) -> int:
    """Bytes of the file under a key; 0 when there is none."""
    return max((one.size for one in files.found(key) if one.key == key), default=0)


def _check_name(key: str, name: str) -> None:
    if (size := len(name.encode())) > LONGEST_NAME:
        raise UserMistake(
            f"the file's name has {size:,} bytes, and {LONGEST_NAME} at most are taken", where=Place(key), who="the sender",
            next="put the file there again under a shorter name, and delete this one", code="bad_file_name",
        )  # fmt: skip


@contextmanager
def room(largest_file: int | None, size: int) -> Iterator[None]:
    """Where a host bounds its files, a disk that one of them fills is the file's fault: another try would fill it again.

    Args:
        largest_file: as in `Context`; None where a full disk is the machine's trouble.
        size: of the file as it arrived.

    Raises:
        FileFailed: the disk is full.
    """
    try:
        yield
    except Exception as error:
        if largest_file is None or not is_full(error):
            raise
        next_ = f"set `largest_file` of Terraform below {size:,} bytes, {_WORKER}"
        raise _no_room("unpacked and split, the file takes more than the function's disk holds", next_) from error


def too_large(size: int, largest_file: int | None) -> FileFailed:
    """The failure of a file that was not even brought."""
    most = f"the function takes {largest_file:,} at most, as far as its disk has room"
    return _no_room(f"the file has {size:,} bytes; {most}", _WORKER)


def _no_room(why: str, next_: str) -> FileFailed:
    return FileFailed(why, who="whoever looks after the deployment", next=next_, code="too_large_for_function")


def is_full(error: BaseException | None) -> bool:
    """Whether a full disk is behind an error."""
    while error:
        if isinstance(error, OSError) and error.errno in _FULL:
            return True
        if any(text in str(error) for text in _FULL_TEXTS):
            return True
        error = error.__cause__ or error.__context__
    return False
