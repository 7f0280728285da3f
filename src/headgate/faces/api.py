"""The Python call: `headgate.check`."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from headgate.core.check import check_file
from headgate.core.contract.load import load_contract
from headgate.core.contract.model import Contract
from headgate.core.errors import Place, UserMistake
from headgate.core.gate.derive import check_trim
from headgate.core.gate.gate import GateInput, GateSettings, Progress
from headgate.core.gate.session import Budget
from headgate.core.gate.split import ACCEPTED_FORMATS
from headgate.core.reading.source import Limits
from headgate.core.reject_limit import RejectLimit
from headgate.core.verdict import Verdict

_MEMORY = "256MB"
# Beyond it the engine can't count the bytes.
_MOST_MEMORY = 1 << 60
_MOST_THREADS = 1024


def check(
    path: str | Path,
    contract: str | Path | Contract,
    *,
    schema: str | None = None,
    out: str | Path | None = None,
    accepted: str = "parquet",
    max_rejected: str | int | None = None,
    derive: Mapping[str, str] | None = None,
    trim: Sequence[str] = (),
    memory_limit: str = _MEMORY,
    threads: int = 2,
    limits: Limits | None = None,
    force: bool = False,
    progress: Progress = lambda _: None,
) -> Verdict:
    """Holds one file against one data contract.

    Args:
        path: a CSV, JSON, JSONL or Parquet file, compressed or not.
        contract: an ODCS v3 file, or one already loaded.
        schema: which schema object, when the contract has several.
        out: folder for the outputs; without it they live in a temporary folder as long as the process.
        accepted: `parquet`, `csv` or `jsonl`.
        max_rejected: `100` or `5%`; beyond it the file fails and nothing accepted is published.
        derive: new column → SQL expression over the typed columns.
        trim: columns whose surrounding white space is taken off.
        memory_limit: of the engine, 128MB at least; the process takes about 100 MB more.
        threads: of the engine.
        progress: called with the name of each phase.

    Raises:
        UserMistake: the contract, a setting or a path is wrong.
        Outside: disk, memory, permissions.
    """
    file = existing_file(Path(path))
    loaded = contract if isinstance(contract, Contract) else load_contract(Path(contract), schema)
    check_engine(accepted, memory_limit, threads)
    trimmed = (trim,) if isinstance(trim, str) else tuple(trim)
    check_trim(trimmed, loaded, Place("check"))
    settings = GateSettings(
        derive=dict(derive or {}),
        trim=trimmed,
        accepted=accepted,
        max_rejected=None if max_rejected is None else _limit(max_rejected),
        limits=limits or Limits(),
        budget=Budget(memory_limit.strip(), threads),
        place=Place("check"),
    )
    folder = Path(out) if out else _own_folder()
    _spare_inputs(folder, [file, Path(loaded.file)])
    given = GateInput(file, file.name, loaded.schema, datetime.now(UTC).replace(tzinfo=None))
    return check_file(given, loaded, settings, folder, force=force, progress=progress)


def existing_file(path: Path) -> Path:
    """The path, when it is a file that can be read.

    Raises:
        UserMistake: it is not there, not a file, or has a name that is no text.
    """
    if not path.is_file():
        what = "is a folder, not a file" if path.is_dir() else "there is no such file"
        next_ = "name a file"
        raise UserMistake(what, where=Place(str(path)), next=next_, code="no_such_file")
    try:
        str(path.resolve()).encode()
    except UnicodeEncodeError:
        what = "the name is not UTF-8 text"
        raise UserMistake(what, where=Place(str(path)), next="rename the file", code="bad_file_name") from None
    return path


def _own_folder() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="headgate-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder / "result"


def _spare_inputs(folder: Path, inputs: Sequence[Path]) -> None:
    """Publishing replaces the whole folder, with `force` whatever lies in it."""
    for path in inputs:
        if path.is_file() and path.resolve().is_relative_to(folder.resolve()):
            raise UserMistake(
                f"the output folder would be replaced, and {path} lies in it",
                where=Place(str(folder)),
                next="choose another folder with --out",
                code="foreign_output",
            )


def check_engine(accepted: str, memory_limit: str, threads: int) -> None:
    """Does nothing when the engine takes these settings.

    Raises:
        UserMistake: it doesn't; the message names the one that is wrong.
    """
    if accepted not in ACCEPTED_FORMATS:
        formats = "parquet, csv or jsonl"
        raise UserMistake(f"accepted: it must be {formats}, not {accepted!r}", next=f"give {formats}")
    if isinstance(threads, bool) or not isinstance(threads, int) or not 1 <= threads <= _MOST_THREADS:
        what = f"threads: it must be a whole number from 1 to {_MOST_THREADS}, not {threads!r}"
        raise UserMistake(what, next="give 2, unless the machine has many processors to spare")
    if memory_limit != _MEMORY:
        _check_memory(memory_limit)


def _check_memory(written: str) -> None:
    """As `gate.memory_limit` of a project is checked; what checks it is dear to import."""
    from pydantic import TypeAdapter, ValidationError

    from headgate.core.config.values import Memory, parse_size

    try:
        too_much = parse_size(TypeAdapter(Memory).validate_python(written)) > _MOST_MEMORY
    except ValidationError as error:
        raise UserMistake(f"memory_limit: {error.errors()[0]['msg']}", next="give a size such as 512MB") from None
    if too_much:
        what = f"memory_limit: {written} is more than the engine can count"
        raise UserMistake(what, next="give a size such as 512MB")


def _limit(written: str | int) -> RejectLimit:
    try:
        return RejectLimit.parse(written)
    except ValueError as error:
        raise UserMistake(f"max_rejected: {error}", next="write --max-rejected 100 or --max-rejected 5%") from error
