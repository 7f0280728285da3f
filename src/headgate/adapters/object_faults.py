"""What an object store says when it refuses, as errors that name the key."""

from __future__ import annotations

import errno
import html
import re
from collections.abc import Iterator
from contextlib import contextmanager

import obstore

from headgate.core.errors import HeadgateError, Outside, Place, UserMistake

_CODE, _MESSAGE = re.compile(r"<Code>([^<]*)</Code>"), re.compile(r"<Message>([^<]*)</Message>")
# Of the client that asks: no answer came at all.
_UNREACHED = re.compile(
    r"error sending request|error trying to connect|dns error|connection (?:refused|reset)|operation timed out", re.I
)
_MARKUP = re.compile(r"[\s:]*<(\?xml|!doctype|html|Error)\b.*", re.IGNORECASE | re.DOTALL)


@contextmanager
def naming(key: str) -> Iterator[None]:
    """Turns what the store says of a failing disk or network into an error that names the key.

    Raises:
        FileNotFoundError: no object lies there; without what a store says around it.
        UserMistake: a name that it can't keep.
        Outside: it refuses, or can't be reached.
    """
    try:
        yield
    except Exception as error:
        told = _told(key, error)
        if told is None:
            raise
        raise told from error


def _told(key: str, error: Exception) -> HeadgateError | FileNotFoundError | None:
    if isinstance(error, FileNotFoundError):
        # The store tells a bucket that is not there like an object that is not; nothing would ever be found in it.
        is_there = "NoSuchBucket" not in str(error)
        return FileNotFoundError(errno.ENOENT, "nothing lies there", key) if is_there else _no_bucket(key, error)
    if isinstance(error, obstore.exceptions.InvalidPathError | ValueError):
        return _bad_name(key, f"with control characters or bytes that are no text: {reason(error)}")
    if "KeyTooLong" in str(error):
        return _bad_name(key, "as long as this")
    if _UNREACHED.search(str(error)):
        return Outside(
            f"the storage can't be reached: {reason(error)}",
            where=Place(key),
            who="whoever looks after the network",
            next="look at the network, the storage's address and the credentials, then run the same command again",
            code="storage_unreachable",
        )
    if isinstance(error, OSError | obstore.exceptions.BaseError):
        return Outside(
            f"the storage refused: {reason(error)}",
            where=Place(key),
            who="whoever looks after the storage",
            next="free space or correct the permissions, then run the same command again",
        )
    return None


def _bad_name(key: str, why: str) -> UserMistake:
    return UserMistake(
        f"the storage can't keep a name {why}",
        where=Place(key),
        next="rename the file, then run the same command again",
        code="bad_file_name",
    )


def _no_bucket(key: str, error: Exception) -> Outside:
    return Outside(
        f"the storage is not there: {reason(error)}",
        where=Place(key),
        who="whoever looks after the storage",
        next="make the bucket, or correct its name, then run the same command again",
        code="no_bucket",
    )


def reason(error: Exception) -> str:
    """What the store says, on one line, without its own backtrace, the form of its answer, and paths of this machine."""
    own = error.strerror if isinstance(error, OSError) else None
    text = own or str(error).partition("Debug source")[0]
    if code := _CODE.search(text):
        message = _MESSAGE.search(text)
        return f"{code[1]}: {' '.join(html.unescape(message[1]).split())}" if message else code[1]
    return " ".join(_MARKUP.sub("", text).split())
