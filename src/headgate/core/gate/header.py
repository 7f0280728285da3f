"""Which column of the file is which column of the contract: by name, in any order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from headgate.core.contract.model import Column, Contract
from headgate.core.errors import FileFailed, Place
from headgate.core.nearest import nearest

RESERVED = ("_run", "_record", "_line", "_reasons", "_raw", "_raw_bytes", "_row", "_file", "_claimed_at")
RESUBMISSION = ("_run", "_record")


@dataclass(frozen=True)
class Header:
    """The columns of one file.

    Attributes:
        names: as they stand in the file, an unnamed one called `column_<position>`.
        positions: contract column name → position in `names`, None where the file has no such column.
        extras: positions of the columns that the contract doesn't list and that are kept.
        reserved: reserved name → position; not empty only for a resubmission.
    """

    names: tuple[str, ...]
    positions: dict[str, int | None]
    extras: tuple[int, ...]
    reserved: dict[str, int]


def match_header(
    names: Sequence[str],
    contract: Contract,
    file: str,
    limit: int,
    derived: Collection[str] = (),
    *,
    resubmittable: bool = True,
) -> Header:
    """Matches a file's column names with the contract and with those of derived columns.

    Args:
        resubmittable: whether rejected rows can be sent again in this format; else no reserved name is allowed.

    Raises:
        FileFailed: `too_many_columns`, `duplicate_header`, `reserved_column`, `missing_column`, `extra_columns`,
            `column_clash`.
    """
    found = tuple(name or f"column_{at}" for at, name in enumerate(names, 1))
    fail = _Failures(file, found)
    if len(found) > limit:
        raise fail.because("too_many_columns", f"the file has {len(found)} columns, more than limits.columns ({limit})")
    fail.on_duplicates()
    reserved = _reserved(found, fail, resubmittable)
    free = {name: at for at, name in enumerate(found) if at not in reserved.values()}
    carried = {column for column, _ in contract.layout.parent_fields}
    positions = {column.name: free.pop(column.source, None) for column in contract.columns}
    missing = [c for c in contract.columns if c.required and positions[c.name] is None and c.name not in carried]
    if missing:
        raise fail.on_missing(missing, list(free))
    return Header(found, positions, _extras(free, contract, derived, fail), reserved)


def _reserved(found: tuple[str, ...], fail: _Failures, resubmittable: bool) -> dict[str, int]:
    reserved = {name.lower(): at for at, name in enumerate(found) if name.lower() in RESERVED}
    if reserved and not (resubmittable and all(name in reserved for name in RESUBMISSION)):
        raise fail.because("reserved_column", f"the names {', '.join(reserved)} are Headgate's own")
    return reserved


def taken_names(contract: Contract, derived: Collection[str]) -> set[str]:
    """Names, in lower case, that no extra column may have in the output."""
    return {name.lower() for name in (*(column.name for column in contract.columns), *derived)}


def _extras(free: dict[str, int], contract: Contract, derived: Collection[str], fail: _Failures) -> tuple[int, ...]:
    if contract.layout.extra_columns == "drop":
        return ()
    if contract.layout.extra_columns == "reject" and free:
        raise fail.because("extra_columns", f"the contract allows no other columns, but there are {', '.join(free)}")
    taken = taken_names(contract, derived)
    clash = [name for name in free if name.lower() in taken]
    if clash:
        raise fail.because("column_clash", f"{', '.join(clash)} is also a column of the contract, or derived")
    return tuple(free.values())


class _Failures:
    def __init__(self, file: str, names: tuple[str, ...]) -> None:
        self._file, self._names = file, names

    def because(self, code: str, message: str) -> FileFailed:
        seen = ", ".join(self._names[:50]) + (", …" if len(self._names) > 50 else "")
        return FileFailed(
            f"{message}; the header seen is: {seen}",
            code=code,
            where=Place(self._file, 1),
            who="the sender, or the owner of the contract",
            next="correct the file, or change the contract, and put the file back",
        )

    def on_duplicates(self) -> None:
        counts = Counter(name.lower() for name in self._names)
        twice = [name for name in self._names if counts[name.lower()] > 1]
        if twice:
            raise self.because(
                "duplicate_header", f"column names that are equal (upper and lower case): {', '.join(twice)}"
            )

    def on_missing(self, missing: list[Column], free: list[str]) -> FileFailed:
        named = ", ".join(column.source for column in missing)
        meant = [near for column in missing if (near := nearest(column.source, free))]
        hint = f" (is it {', '.join(meant)}?)" if meant else ""
        return self.because("missing_column", f"required and not in the file: {named}{hint}")
