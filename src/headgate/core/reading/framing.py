"""What the framer found: how many records, where each stands, which are malformed, and the file the engine may read."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path


@dataclass
class FramedBytes:
    """Bytes of the (decompressed) file by class; `records` are the bytes of all records, accepted or not."""

    header: int = 0
    blank: int = 0
    structure: int = 0
    records: int = 0

    @property
    def total(self) -> int:
        return self.header + self.blank + self.structure + self.records


@dataclass(frozen=True)
class Framing:
    """One file, its records counted and located; nothing of it is judged yet.

    A record's position in `engine_file` equals its number: where a malformed record stood there is a placeholder row whose
    first cell is `placeholder`, a text no sender can know.

    Attributes:
        header: the column names as they stand in the file; empty for JSON.
        records: data records, malformed ones included.
        malformed: how many of them are malformed.
        malformed_file: CSV `record,code,detail,text,base64` of the malformed records, in order: the text with undecodable
            bytes as `\\xNN`, and the exact original bytes.
        engine_file: the original when every byte of it is safe to hand to the engine, else a clean UTF-8 copy.
        is_copy: whether `engine_file` is a copy.
        skip: lines to skip at the start of `engine_file` (the header of an original).
        longest: an upper bound of the bytes of one record.
        lines_file: per record the physical line where it starts, 64-bit numbers.
        lengths_file: per record its bytes in the (decompressed) file, 32-bit numbers.
        engine_starts_file: per record where it starts in `engine_file`, 64-bit numbers, and where the last one ends.
        line_per_record: every line after `skip` is one record, so that none of these three files was written.
    """

    header: tuple[str, ...]
    records: int
    malformed: int
    malformed_file: Path
    engine_file: Path
    is_copy: bool
    skip: int
    placeholder: str
    longest: int
    lines_file: Path
    lengths_file: Path
    engine_starts_file: Path
    line_per_record: bool = False
    bytes: FramedBytes = field(default_factory=FramedBytes)
    sha256: str = ""
    size: int = 0
    content_size: int = 0
