"""An arrival that came to its end before, whose process died then, or whose event came again: it ends as it did."""

from __future__ import annotations

from headgate.core.errors import Transient, UserMistake
from headgate.core.events import Event
from headgate.core.manifest import Manifest
from headgate.core.pipeline import Pipeline
from headgate.ports import Arrival, Context, Provenance
from headgate.stages.ending import Ending, commit_written


def version_of(event: Event) -> dict[str, str]:
    """Where the place of arrival keeps versions, the one that arrived: by now another file may lie under its key."""
    return {"version": event.data["version"]} if event.data.get("version") else {}


def ending_of(known: Arrival, event: Event, context: Context) -> Ending:
    """The end of an arrival that is known, even if its pipeline is gone since."""
    name = known.pipeline or ""
    pipeline = context.project.pipelines.get(name) or Pipeline(name=name)
    return Ending(event, context, pipeline, known.run or "", known.file)


def is_written(known: Arrival, event: Event, context: Context) -> bool:
    """A manifest that is there commits its run, also when the process died before the ledger knew."""
    run = context.ledger.run(known.run or "")
    if run is None or run.event != event.id or run.state == "committed":
        return False
    return commit_written(run, context)


def told_again(known: Arrival, event: Event, context: Context) -> list[Event]:
    """This arrival came to its end before, and its events are told again, whatever lies under its key by now."""
    known = context.ledger.arrival(event.id) or known
    ending = ending_of(known, event, context)
    events, manifest = ending.told(known)
    if "replays" in event.data:
        return events
    is_gone = discard_again(event, context, manifest["file"]["sha256"])
    # A duplicate has the manifest of another arrival, which says nothing of where this one came from.
    if not is_gone and known.outcome != "duplicate" and _grew(manifest, event, context):
        events.append(ending.grew(event.data["key"], manifest["file"]["size"]))
    return events


def discard_again(event: Event, context: Context, sha256: str) -> bool:
    """A file that is done with leaves the inbox, if it still lies there; whatever else does, is another arrival's.

    Returns:
        whether nothing of it is left there.
    """
    try:
        copy = context.files.digest(event.data["key"], **version_of(event))
    except FileNotFoundError:
        return True
    except (UserMistake, Transient):
        return False
    return copy.sha256 == sha256 and context.files.discard(copy.source)


def _grew(manifest: Manifest, event: Event, context: Context) -> bool:
    """Whether what lies there is still the file that was taken, and its sender wrote on; no, where nobody noted which it was."""
    source = manifest["observed"].get("arrival")
    try:
        return bool(source) and not context.files.discard(Provenance(**source))
    except (UserMistake, Transient):
        return False
