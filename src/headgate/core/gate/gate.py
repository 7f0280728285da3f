"""The gate: one file held against one contract; accepted rows, rejected rows, and the facts for the manifest."""

from __future__ import annotations

import resource
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import duckdb

from headgate.core.contract.fingerprint import contract_fingerprint
from headgate.core.contract.model import Contract
from headgate.core.errors import FileFailed
from headgate.core.gate.accepted_before import AcceptedBefore
from headgate.core.gate.binding import bind_rules
from headgate.core.gate.books import Books, books_open
from headgate.core.gate.checks import CheckJudge
from headgate.core.gate.derive import Context, check_derive, check_trim
from headgate.core.gate.joining import RECORDS, RootJoin, reject_closed
from headgate.core.gate.opening import Opener
from headgate.core.gate.plan import Plan, make_plan
from headgate.core.gate.rejects import SPANS, RejectWriter, read_malformed
from headgate.core.gate.resubmission import Resubmission, Root
from headgate.core.gate.session import Engine, make_room, session
from headgate.core.gate.split import Splitter
from headgate.core.gate.terms import GateInput, GateSettings, Outcome
from headgate.core.reading.locate import Locator, locator

Progress = Callable[[str], None]


def run_gate(
    given: GateInput,
    contract: Contract,
    settings: GateSettings,
    work: Path,
    out: Path,
    progress: Progress = lambda _: None,
    engine: Engine | None = None,
) -> Outcome:
    """Splits one file into `accepted.<format>`, `rejected.csv` and `rejected.jsonl` in `out`.

    Rejected rows that are sent again and joined to their run also give `records.csv`: the records of the root that are
    accepted now. `accepted.*` is not there when the file failed.

    Args:
        work, out: empty folders; what is left in `work` is rubbish.
        engine: serves many files, one after the other, within its own budget; without one, this file gets its own.

    Raises:
        FileFailed: the file as a whole can't be processed; nothing usable is in `out`.
        UserMistake: the contract or a derive expression is wrong.
        Outside: disk, memory, permissions.
    """
    started = time.perf_counter()
    check_trim(settings.trim, contract, settings.place)
    derive = check_derive(settings.derive, contract, settings.place) if settings.derive else {}
    with engine.session() if engine else session(work, settings.budget) as connection:
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
        self._join: RootJoin | None = None
        self._root: Root | None = None

    def run(self, derive: Mapping[str, str]) -> Outcome:
        self._open()
        self._scan(derive)
        self._judge_rows()
        self._write_accepted()
        rejects = self._write_rejected()
        books = self._books(rejects)
        books.check()
        outcome = self._outcome(rejects, books)
        self._judge(outcome)
        if outcome.failure:
            self._accepted_path.unlink()
        return outcome

    def _open(self) -> None:
        given, settings = self._given, self._settings
        make_room(self._connection, len(self._contract.columns), 0)
        self._contract_fingerprint = contract_fingerprint(self._contract)
        bind_rules(self._connection, self._contract, self._contract_fingerprint)
        self._progress("reading")
        opener = Opener(
            self._connection, self._contract, settings.limits, settings.derive, self._work, self._work / SPANS
        )
        self._opened = opened = opener.open(given.path, given.name)
        make_room(self._connection, max(len(opened.table.names), len(self._contract.columns)), opened.longest)
        self._fingerprint = settings.fingerprint(self._contract)
        self._run = given.run_id(opened.sha256, self._fingerprint)
        self._context = Context(self._run, given.name, given.claimed_at)
        is_joined = opened.table.is_resent and given.roots is not None
        self._plan = make_plan(self._contract, opened.table, opened.cells, settings.trim, is_joined)

    def _scan(self, derive: Mapping[str, str]) -> None:
        """One pass over the file; what the engine read is what the framer counted."""
        self._splitter = Splitter(self._connection, self._plan, self._work, derive)
        self._progress("judging rows")
        with self._opened.blaming():
            self._splitter.scan(self._opened.content_size)
        found, records = self._splitter.result.records, self._opened.records
        if found != records:
            raise books_open(f"{records} records were read, the engine found {found}")
        read_malformed(self._connection, self._opened.framing)

    def _judge_rows(self) -> None:
        """What one row alone can't tell: its record, its derived columns, its keys."""
        given = self._given
        if self._plan.is_joined and given.roots:
            self._join = RootJoin(self._connection, self._plan, self._work)
            self._root = self._join.link(given.name, given.roots, given.closed)
        elif given.closed:
            reject_closed(self._connection, self._plan, given.closed)
        self._splitter.judge_derived(self._context, self._settings.place)
        if self._join:
            self._join.judge_repeats()
        self._splitter.judge_keys(self._locator(), self._accepted_before())

    def _locator(self) -> Locator | None:
        framing = self._opened.framing
        return locator(framing) if framing and not self._join else None

    def _accepted_before(self) -> AcceptedBefore | None:
        outputs = {**(self._root.accepted if self._root else {}), **self._given.accepted}
        if not outputs or not self._plan.keys:
            return None
        return AcceptedBefore(self._connection, self._contract, outputs)

    @property
    def _accepted_path(self) -> Path:
        return self._out / f"accepted.{self._settings.accepted}"

    def _write_accepted(self) -> None:
        self._progress("writing accepted rows")
        self._splitter.write_accepted(self._accepted_path, self._settings.accepted, self._context)
        if self._join:
            rows = self._splitter.accepted_rows(self._context)
            self._join.write_records(self._out / RECORDS, rows, self._splitter.result.accepted)

    def _write_rejected(self) -> RejectWriter:
        self._progress("writing rejected rows")
        run = self._root.run if self._root else self._run
        rejects = RejectWriter(self._connection, self._plan, self._opened.framing, self._work, run)
        rejects.gather()
        with self._opened.blaming():
            rejects.write(self._out / "rejected.csv", self._out / "rejected.jsonl")
        return rejects

    def _books(self, rejects: RejectWriter) -> Books:
        framing = self._opened.framing
        return Books(
            framed_records=self._opened.records,
            framed_bytes=framing.bytes if framing else None,
            content_size=self._opened.content_size,
            accepted=self._splitter.result.accepted,
            rejected=rejects.written_jsonl,
            rejected_csv=rejects.written_csv,
            rejected_bytes=rejects.bytes,
        )

    def _outcome(self, rejects: RejectWriter, books: Books) -> Outcome:
        skipped = "the file is a resubmission" if self._opened.table.is_resent else None
        return Outcome(
            run=self._run,
            sha256=self._opened.sha256,
            size=self._opened.size,
            fingerprint=self._fingerprint,
            contract_fingerprint=self._contract_fingerprint,
            split=self._splitter.result,
            rules=self._plan.rules,
            rejected=rejects.count,
            rule_counts=rejects.counts(),
            warning_counts=_warning_counts(self._plan, self._splitter),
            checks=CheckJudge(self._connection, self._plan, self._splitter).judge(skipped),
            books=books,
            resubmission=self._resubmission(),
        )

    def _resubmission(self) -> Resubmission | None:
        if self._join and self._root:
            closed = self._splitter.result.accepted
            return Resubmission(self._root.run, closed, self._join.open_before() - closed)
        return Resubmission() if self._opened.table.is_resent else None

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
