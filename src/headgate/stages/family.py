"""The runs that share the rows of one file: a root, what was resubmitted to it, and what it replays."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path, PurePosixPath
from types import TracebackType

from headgate.core.errors import Busy, FileFailed
from headgate.core.events import Event
from headgate.core.gate.resubmission import Root
from headgate.core.places import manifest_key
from headgate.ports import Context, Run
from headgate.stages.ending import commit_written
from headgate.stages.lineage import back_to_first
from headgate.stages.made_by import is_described


class Family:
    """Finds what the gate must know of the runs that a file's rows belong to.

    Only one arrival at a time may add rows to a family: from the first question until the end of `with`.

    Args:
        folder: an empty one, for copies of their outputs.
    """

    def __init__(self, event: Event, context: Context, pipeline: str, folder: Path) -> None:
        self._event, self._context, self._pipeline, self._folder = event, context, pipeline, folder
        self._held: str | None = None

    def __enter__(self) -> Family:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._held:
            self._context.ledger.let_go(self._held, self._event.id)

    def root(self, run: str) -> Root:
        """The root run that a rejected file names, with all that was accepted of its rows.

        Raises:
            FileFailed: there is no such run, it is not committed, it only described its file, or another took its place.
            Busy: another file of the same rows is being processed.
        """
        root = self._committed(run)
        if root.parent:
            root = self._committed(root.parent)
        self._take(root)
        self._is_current(root)
        children = self._children(root)
        accepted = self._copies([root, *children], "accepted")
        rejected = self._copies([root], "rejected_jsonl")[root.run]
        return Root(root.run, rejected, self._copies(children, "records"), accepted)

    def brought_in(self, replayed: str) -> tuple[Mapping[str, Path], Mapping[str, Path]]:
        """What resubmissions to a run, or to what it replays, brought in meanwhile: the records they closed, and their rows.

        Raises:
            Busy: another file of the same rows is being processed.
        """
        root = self._committed(replayed)
        self._take(root)
        children = self._children(root)
        return self._copies(children, "records"), self._copies(children, "accepted")

    def _committed(self, run: str) -> Run:
        known = self._context.ledger.run(run)
        if known is None or known.pipeline != self._pipeline:
            raise self.because(
                "unknown_run", f"its rows say they are of run {run}, which {self._pipeline} does not know"
            )
        if known.state != "committed":
            message = f"its rows say they are of run {run}, which is not committed: {known.state}"
            raise self.because("uncommitted_run", message)
        return known

    def _is_current(self, root: Run) -> None:
        for run in self._context.ledger.family(root.run):
            if run.replays == root.run:
                message = f"run {root.run} was replayed: its rows are those of run {run.run} now"
                raise self.because("replayed_run", message)

    def because(self, code: str, message: str) -> FileFailed:
        next_ = (
            "headgate runs shows the run whose rejected file to correct and send; without _run it is an ordinary file"
        )
        return FileFailed(message, code=code, who="the sender", next=next_)

    def _take(self, root: Run) -> None:
        name = f"rows of {back_to_first(root, self._context.ledger)[-1].run}"
        if not self._context.ledger.hold(name, self._event.id):
            raise Busy(f"another file with rows of run {root.run} is being processed")
        self._held = name
        self._finish_written()

    def _finish_written(self) -> None:
        """A manifest commits its run, also one that a process died over before the ledger knew: what it holds, counts."""
        for run in self._context.ledger.unended(self._pipeline):
            commit_written(run, self._context)

    def _children(self, root: Run) -> list[Run]:
        """What was resubmitted to the run, or to one before it."""
        before = [run.run for run in back_to_first(root, self._context.ledger)]
        return [run for run in self._context.ledger.family(before[-1]) if run.parent in before]

    def _copies(self, runs: Sequence[Run], role: str) -> dict[str, Path]:
        """Copies of an output of some committed runs, by run."""
        return {run.run: self._copy(run.run, role) for run in runs}

    def _copy(self, run: str, role: str) -> Path:
        manifest = json.loads(self._context.files.read(manifest_key(self._context.project.settings.zones, run)))
        if is_described(manifest):
            message = f"its rows say they are of run {run}, which rejected none: it only described its file"
            raise self.because("described_run", message)
        key = manifest["outputs"][role]["path"]
        target = self._folder / run / PurePosixPath(key).name
        target.parent.mkdir(exist_ok=True)
        try:
            self._context.files.download(key, target)
        except FileNotFoundError:
            raise self.because(
                "pruned_run", f"{key} of run {run} is no longer kept, so its rows can't be added to"
            ) from None
        return target
