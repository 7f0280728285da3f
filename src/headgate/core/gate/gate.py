"""The gate: one file held against one contract; accepted rows, rejected rows, and the facts for the manifest."""

from __future__ import annotations

import resource
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import duckdb

from headgate.core.contract.fingerprint import contract_fingerprint
from headgate.core.contract.model import Contract, RowRule
from headgate.core.errors import FileFailed, Place
from headgate.core.gate import sql
from headgate.core.gate.binding import bind_rules
from headgate.core.gate.books import Books, books_open
from headgate.core.gate.cells import Cells
from headgate.core.gate.checks import CheckJudge, CheckResult
from headgate.core.gate.derive import Context, check_derive, check_trim
from headgate.core.gate.header import Header, match_header
from headgate.core.gate.plan import Plan, make_plan
from headgate.core.gate.rejects import SPANS, RejectWriter
from headgate.core.gate.session import Budget, make_room, session
from headgate.core.gate.split import Split, Splitter
from headgate.core.gate.tables import (
    JsonReader,
    TextTable,
    blaming_the_file,
    csv_table,
    json_table,
    parquet_columns,
    parquet_table,
)
from headgate.core.identity import file_sha256, gate_fingerprint, run_id
from headgate.core.reading.clean_lines import frame_clean_csv
from headgate.core.reading.csv_records import frame_csv
from headgate.core.reading.framing import Framing
from headgate.core.reading.json_document import frame_document
from headgate.core.reading.jsonl_records import frame_jsonl, frame_resubmitted, is_resubmission
from headgate.core.reading.locate import locator
from headgate.core.reading.source import Limits, Source, compression_of, format_of
from headgate.core.reject_limit import RejectLimit

_FRAMERS = {"csv": frame_csv, "jsonl": frame_jsonl, "json": frame_document}
Progress = Callable[[str], None]


@dataclass(frozen=True)
class GateSettings:
    """What decides the verdict beside the contract, and what the gate may cost.

    Attributes:
        place: where `derive` and `trim` are written, for error messages.
        resubmissions: whether a file with `_run` and `_record` is taken, these columns off; else it fails.
    """

    derive: Mapping[str, str] = field(default_factory=dict)
    trim: tuple[str, ...] = ()
    accepted: str = "parquet"
    max_rejected: RejectLimit | None = None
    limits: Limits = field(default_factory=Limits)
    budget: Budget = field(default_factory=Budget)
    place: Place = field(default_factory=lambda: Place("pipeline.yaml"))
    resubmissions: bool = True

    def fingerprint(self, contract: Contract) -> str:
        """The gate fingerprint: equal for settings that give equal verdicts and outputs."""
        limit = str(self.max_rejected) if self.max_rejected else None
        return gate_fingerprint(contract_fingerprint(contract), self.derive, self.trim, self.accepted, limit)


@dataclass(frozen=True)
class GateInput:
    """One file to hold against a contract.

    Attributes:
        path: where the bytes are.
        name: what the file is called by whoever sent it.
        pipeline: the name the run id is made with.
        claimed_at: the time of the run's first claim, UTC, naive.
        replay: 0 for the first run of this content.
        name_counts: whether equal bytes under another name are another file.
    """

    path: Path
    name: str
    pipeline: str
    claimed_at: datetime
    replay: int = 0
    name_counts: bool = False

    def run_id(self, content_sha256: str, fingerprint: str) -> str:
        """The id of the run of this file under a gate fingerprint."""
        return run_id(self.pipeline, content_sha256, fingerprint, self.replay, self.name if self.name_counts else "")


@dataclass
class Outcome:
    """What the gate found; the files are in the folder it was given.

    Attributes:
        verdict: `accepted`, `accepted_with_rejects` or `failed`.
        failure: (code, message) when the file as a whole failed after its rows were judged.
        rule_counts: rule id or malformed code → rejected rows with that reason.
        warning_counts: rule id → rows that break a rule which only warns.
    """

    run: str
    sha256: str
    size: int
    fingerprint: str
    contract_fingerprint: str
    split: Split
    rules: tuple[RowRule, ...]
    rejected: int
    rule_counts: dict[str, int]
    warning_counts: dict[str, int]
    checks: list[CheckResult]
    books: Books
    resubmission: bool = False
    verdict: str = "accepted"
    failure: tuple[str, str] | None = None
    seconds: float = 0.0
    peak_memory: int = 0


def run_gate(
    given: GateInput,
    contract: Contract,
    settings: GateSettings,
    work: Path,
    out: Path,
    progress: Progress = lambda _: None,
) -> Outcome:
    """Splits one file into `accepted.<format>`, `rejected.csv` and `rejected.jsonl` in `out`.

    `work` and `out` are empty folders; what is left in `work` is rubbish. `accepted.*` is not there when the file failed.

    Raises:
        FileFailed: the file as a whole can't be processed; nothing usable is in `out`.
        UserMistake: the contract or a derive expression is wrong.
        Outside: disk, memory, permissions.
    """
    started = time.perf_counter()
    check_trim(settings.trim, contract, settings.place)
    derive = check_derive(settings.derive, contract, settings.place) if settings.derive else {}
    with session(work, settings.budget) as connection:
        outcome = _Gate(connection, given, contract, settings, work, out, progress).run(derive)
    outcome.seconds = time.perf_counter() - started
    outcome.peak_memory = _peak_memory()
    return outcome


class _Gate:
    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        given: GateInput,
        contract: Contract,
        settings: GateSettings,
        work: Path,
        out: Path,
        progress: Progress,
    ) -> None:
        self._connection, self._given, self._contract, self._settings = connection, given, contract, settings
        self._work, self._out, self._progress = work, out, progress
        self._spans = work / SPANS
        self._header: Header | None = None
        self._resent_json = False

    def run(self, derive: Mapping[str, str]) -> Outcome:
        make_room(self._connection, len(self._contract.columns), 0)
        bind_rules(self._connection, self._contract)
        framing, table, sha256, size, records = self._read()
        self._refuse_resubmission()
        columns = max(len(table.names), len(self._contract.columns))
        make_room(self._connection, columns, framing.longest if framing else 0)
        run = self._given.run_id(sha256, self._settings.fingerprint(self._contract))
        plan = make_plan(self._contract, table, self._cells, self._settings.trim)
        splitter = Splitter(self._connection, plan, self._work, derive)
        self._progress("judging rows")
        with blaming_the_file(self._given.path) if framing is None else nullcontext():
            splitter.scan()
        if splitter.result.records != records:
            raise books_open(f"{records} records were read, the engine found {splitter.result.records}")
        context = Context(run, self._given.name, self._given.claimed_at)
        splitter.judge_derived(context, self._settings.place)
        splitter.judge_keys(locator(framing) if framing else None)
        self._progress("writing accepted rows")
        accepted = self._out / f"accepted.{self._settings.accepted}"
        splitter.write_accepted(accepted, self._settings.accepted, context)
        self._progress("writing rejected rows")
        rejects = RejectWriter(self._connection, plan, framing, self._work, run)
        rejects.gather()
        with blaming_the_file(self._given.path) if framing is None else nullcontext():
            rejects.write(self._out / "rejected.csv", self._out / "rejected.jsonl")
        content = framing.content_size if framing else size
        books = Books(
            framed_records=records,
            framed_bytes=framing.bytes if framing else None,
            content_size=content,
            accepted=splitter.result.accepted,
            rejected=rejects.written_jsonl,
            rejected_csv=rejects.written_csv,
            rejected_bytes=rejects.bytes,
        )
        books.check()
        outcome = Outcome(
            run=run,
            sha256=sha256,
            size=size,
            fingerprint=self._settings.fingerprint(self._contract),
            contract_fingerprint=contract_fingerprint(self._contract),
            split=splitter.result,
            rules=plan.rules,
            rejected=rejects.count,
            rule_counts=rejects.counts(),
            warning_counts=_warning_counts(plan, splitter),
            checks=CheckJudge(self._connection, plan, splitter).judge(self._checks_skipped),
            books=books,
            resubmission=bool(self._checks_skipped),
        )
        self._judge(outcome)
        if outcome.failure:
            accepted.unlink()
        return outcome

    @property
    def _checks_skipped(self) -> str | None:
        return "the file is a resubmission" if self._is_resubmission else None

    @property
    def _is_resubmission(self) -> bool:
        return self._resent_json or bool(self._header and self._header.reserved)

    def _read(self) -> tuple[Framing | None, TextTable, str, int, int]:
        """Framing (None for Parquet), table, SHA-256, size and number of records."""
        layout, name = self._contract.layout, self._given.name
        file_format = layout.file_format or format_of(name)
        compression = layout.compression or compression_of(name)
        self._progress("reading")
        if file_format == "parquet":
            return self._read_parquet()
        source = Source(self._given.path, compression, self._settings.limits)
        framing = self._frame(source, file_format)
        return framing, self._table(framing, file_format), framing.sha256, framing.size, framing.records

    def _refuse_resubmission(self) -> None:
        if self._is_resubmission and not self._settings.resubmissions:
            mend = "send each line's `_row` alone" if self._resent_json else "take the columns that start with _ off"
            raise FileFailed(
                f"the file is a rejected.{'jsonl' if self._resent_json else 'csv'} sent again; its rows can't be joined to "
                "their run here yet",
                code="resubmission",
                where=Place(self._given.name, 1),
                who="the sender",
                next=f"{mend}, and put the file back; `headgate check` takes it as it is",
            )

    def _frame(self, source: Source, file_format: str) -> Framing:
        layout = self._contract.layout
        if file_format in ("json", "jsonl") and is_resubmission(Source(source.path, source.compression, source.limits)):
            self._resent_json = True
            return frame_resubmitted(source, layout, self._work)
        clean = frame_clean_csv(self._connection, source, layout, self._work) if file_format == "csv" else None
        return clean or _FRAMERS[file_format](source, layout, self._work)

    def _table(self, framing: Framing, file_format: str) -> TextTable:
        limit = self._settings.limits.columns
        if file_format == "csv":
            self._header = match_header(framing.header, self._contract, self._given.name, limit, self._settings.derive)
            self._cells = Cells(self._contract, framing.header)
            return csv_table(framing, self._contract, self._cells, self._header, self._spans)
        self._cells = Cells(self._contract, self._settings.derive)
        reader = JsonReader(framing, self._contract, self._resent_json)
        return json_table(self._connection, reader, self._cells, self._spans, limit, self._settings.derive)

    def _read_parquet(self) -> tuple[None, TextTable, str, int, int]:
        path = self._given.path
        columns = parquet_columns(self._connection, path)
        names = [column for column, _ in columns]
        limit = self._settings.limits.columns
        self._header = match_header(
            names, self._contract, self._given.name, limit, self._settings.derive, resubmittable=False
        )
        self._cells = Cells(self._contract, names)
        table = parquet_table(columns, path, self._contract, self._cells, self._header)
        footer = self._connection.execute(f"SELECT num_rows FROM parquet_file_metadata({sql.file(path)})").fetchone()
        return None, table, file_sha256(path), path.stat().st_size, int(footer[0]) if footer else 0

    def _judge(self, outcome: Outcome) -> None:
        limit, records = self._settings.max_rejected, outcome.books.framed_records
        failed = [result.check for result in outcome.checks if result.fails_the_file]
        outcome.verdict = "accepted_with_rejects" if outcome.rejected else "accepted"
        if outcome.resubmission:
            return
        if limit and limit.exceeded(outcome.rejected, records):
            message = f"{outcome.rejected} of {records} records were rejected, more than max_rejected ({limit}) allows"
            outcome.failure = ("max_rejected", message)
        elif failed:
            said = "; ".join(f"{check.id}: {check.message}" for check in failed)
            outcome.failure = ("file_check_failed", f"a statement about the whole file is not true: {said}")
        if outcome.failure:
            outcome.verdict = "failed"


def _warning_counts(plan: Plan, splitter: Splitter) -> dict[str, int]:
    counts = {rule.id: splitter.count_of("warnings", at) for at, rule in enumerate(plan.warnings)}
    counts.update(splitter.result.soft_keys)
    return {rule: count for rule, count in counts.items() if count}


def _peak_memory() -> int:
    """Bytes of the process at its largest so far."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


__all__ = ["FileFailed", "GateInput", "GateSettings", "Outcome", "run_gate"]
