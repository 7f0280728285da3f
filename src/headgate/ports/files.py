"""Objects under keys, wherever they are stored."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol


@dataclass(frozen=True)
class Provenance:
    """Where an object came from.

    Attributes:
        storage: the URL, or the folder.
        version, etag: what the store says of it; None where it says nothing. An ETag is no hash of the content.
    """

    storage: str
    key: str
    version: str | None
    etag: str | None


@dataclass(frozen=True)
class Copy:
    """An object copied into a file: where it came from, the SHA-256 of the bytes that were copied, and their number."""

    source: Provenance
    sha256: str
    size: int


@dataclass(frozen=True)
class Found:
    """An object that lies in the store.

    Attributes:
        size: bytes.
        modified: UTC, naive.
        signature: changes whenever other bytes take this object's place.
        fault: why it can't be taken as a file (`bad_name`, `link`, `folder`, `special`, `unreadable`); empty when it can.
    """

    key: str
    size: int
    modified: datetime
    signature: str
    fault: str = ""


class Files(Protocol):
    """Objects under keys, below one storage URL. An object appears whole or not at all, and lasts."""

    def keys(self, prefix: str) -> Iterator[str]:
        """The keys under a prefix, sorted."""
        ...

    def found(self, prefix: str) -> Iterator[Found]:
        """What lies under a prefix, or under this very key, sorted; also what can't be taken as a file, with its fault."""
        ...

    def download(self, key: str, path: Path, version: str | None = None) -> Copy:
        """Copies an object into a file that doesn't exist yet, hashing it on the way.

        Args:
            version: of the object, where the place keeps several; else the newest.

        Raises:
            FileNotFoundError: there is no such object.
            Transient: it changed while it was read.
        """
        ...

    def digest(self, key: str, version: str | None = None) -> Copy:
        """Reads an object without keeping it: what `download` would say of it, and the same errors."""
        ...

    def is_written_to(self, key: str) -> bool:
        """Whether a sender still has it open to write to it, as far as the place can tell."""
        ...

    def upload(
        self,
        path: Path,
        key: str,
        about: Mapping[str, str] | None = None,
        progress: Callable[[int], None] | None = None,
    ) -> None:
        """Makes an object of a file, over an earlier one.

        Args:
            about: what is said of it beside its bytes, where the store can keep that: of 2 KB as much as fits, in ASCII.
                Names are small letters and digits.
            progress: told how many bytes more are on their way, until it is all of them.
        """
        ...

    def create(self, path: Path, key: str, progress: Callable[[int], None] | None = None) -> bool:
        """Makes an object of a file where none lies; whether it did. Of several at once only one does.

        Args:
            progress: as in `upload`; where it did not, it may have been told of some bytes or of none.
        """
        ...

    def copy(self, found: Provenance, target: str) -> None:
        """Gives an object, as it was downloaded or digested, a second key, over an earlier one; no bytes come here.

        Raises:
            FileNotFoundError: there is no such object any more.
            Transient: other bytes have taken its place since.
        """
        ...

    def write(self, key: str, data: bytes) -> None:
        """Makes an object of bytes, over an earlier one."""
        ...

    def read(self, key: str) -> bytes:
        """The bytes of a small object.

        Raises:
            FileNotFoundError: there is no such object.
        """
        ...

    def discard(self, found: Provenance) -> bool:
        """Deletes an object, unless other bytes have taken its place since it was downloaded, or it is written to.

        Where the place keeps versions, it is that one that goes, and no other.

        Returns:
            whether it is gone; False when it is still the same one, written to since, or open to be written to.
        """
        ...

    def put_back(self) -> list[str]:
        """Puts back what a sender wrote to after it was discarded, where the place keeps that for a while; its keys now."""
        ...

    def delete(self, key: str, as_found: str | None = None) -> None:
        """Deletes an object; nothing happens when it is already gone.

        Args:
            as_found: its signature when it was found; where other bytes have taken its place since, they stay.
        """
        ...

    def tidy(self, key: str, zone: str) -> None:
        """Takes away the folders above a deleted object that hold nothing, but not the zone; where there are folders."""
        ...

    def move(self, key: str, target: str) -> None:
        """Gives an object another key, over an earlier one; nothing happens when it is already gone and `target` is there."""
        ...

    def move_to_free(self, key: str, target: str) -> bool:
        """As `move`, but never over an earlier object: whether it lies under `target` now, and not still under its key."""
        ...
