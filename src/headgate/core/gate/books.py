"""The books: what was in the file against what went into the outputs, counted by two parties that share nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from headgate.core.errors import FileFailed
from headgate.core.reading.framing import FramedBytes


@dataclass(frozen=True)
class Books:
    """Both sides.

    Attributes:
        framed_records: counted by the framer, or by the Parquet footer.
        framed_bytes: bytes by class as the framer saw them; None for Parquet.
        content_size: bytes of the (decompressed) file, counted where they were read.
        accepted, rejected: rows in the outputs, counted by the engine that wrote them; of rejected rows there are two
            outputs, one for people and one for machines, and both must have them all.
        rejected_bytes: bytes of the rejected records, by their place in the file.
    """

    framed_records: int
    framed_bytes: FramedBytes | None
    content_size: int
    accepted: int
    rejected: int
    rejected_csv: int
    rejected_bytes: int

    def check(self) -> None:
        """Does nothing when the books close.

        Raises:
            FileFailed: `books_do_not_close`; a row or a byte is unaccounted for, so nothing may be published.
        """
        for rejected in (self.rejected, self.rejected_csv):
            if self.framed_records != self.accepted + rejected:
                raise books_open(
                    f"{self.framed_records} records were read, {self.accepted} accepted + {rejected} rejected"
                )
        if self.framed_bytes and self.framed_bytes.total != self.content_size:
            raise books_open(f"{self.content_size} bytes were read, {self.framed_bytes.total} are accounted for")

    def as_json(self) -> dict[str, Any]:
        size = self.framed_bytes
        by_class = size and {
            "header": size.header,
            "blank": size.blank,
            "structure": size.structure,
            "accepted": size.records - self.rejected_bytes,
            "rejected": self.rejected_bytes,
            "total": size.total,
        }
        return {
            "file": {"records": self.framed_records, "bytes": by_class},
            "outputs": {"records": self.accepted + self.rejected, "accepted": self.accepted, "rejected": self.rejected},
            "closed": True,
        }


def books_open(message: str) -> FileFailed:
    """The error to raise when a row or a byte is unaccounted for."""
    return FileFailed(
        f"the books do not close: {message}; nothing was published, the original is kept",
        code="books_do_not_close",
        who="the makers of Headgate",
        next="keep the file and report this as a bug",
    )
