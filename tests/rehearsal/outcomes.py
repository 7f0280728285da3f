"""What came of files, as it can be compared wherever they were worked on."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from headgate.core.events import Event
from headgate.hosts.embedded import EmbeddedHost
from headgate.hosts.once import run_once
from headgate.hosts.rehearsal.rehearsal import Rehearsal

SECONDS = 240
_TIMES = re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+Z?|\d{1,2} [A-Z][a-z]{2} \d{4}(, \d\d:\d\d)?|\d\d:\d\d(:\d\d)?")
_BEFORE = re.compile(r"Its size beside the files before it\n(?:  .*\n)+\n|Not compared with earlier runs yet[^.]*\.")
_IDS = re.compile(r"(Correlation id\s+|correlation_?id[\"': ]+)[0-9a-f]{32}", re.I)


def sample_rounds(folder: Path, pipeline: str) -> list[list[Path]]:
    """The samples of a pipeline, in the order in which they are dropped: what is compared with earlier files, one by one."""
    files = sorted((folder / "pipelines" / pipeline / "samples").iterdir())
    return [files] if pipeline == "file_intake" else [[file] for file in files]


def play(here: Rehearsal, dropped: Iterable[tuple[str, Path]]) -> list[Event]:
    """Drops files, and waits for all that comes of them; its events."""
    before = {event.id for event in here.events()}
    for pipeline, file in dropped:
        here.drop(file, pipeline)
    here.wait(SECONDS)
    here.tick("clock", datetime.now(UTC).replace(tzinfo=None))
    here.wait(SECONDS)
    new = [event for event in here.events() if event.id not in before]
    arrived = {event.correlation_id for event in new if event.type == "file.arrived"}
    return [event for event in new if event.correlation_id in arrived]


def run_embedded(host: EmbeddedHost, files: Iterable[tuple[str, Path]]) -> list[Event]:
    """The same on this machine."""
    keys = [host.put(file, pipeline) for pipeline, file in files]
    journey = run_once(host, announced=[event for key in keys for event in host.intake.announce(key)])
    arrived = {event.correlation_id for event in journey.of_type("file.arrived")}
    return [event for event in journey.events if event.correlation_id in arrived]


def journeys(events: Sequence[Event], topics: int = 0) -> dict[str, list[tuple[str, str, str, str]]]:
    """File → what came of it: type, subject, data and cause of each event; ids, times and sources are each host's own.

    Args:
        topics: how many of an alert's recipients are no people.
    """
    by_correlation: dict[str, list[Event]] = defaultdict(list)
    for event in events:
        by_correlation[event.correlation_id].append(event)
    found = {}
    for journey in by_correlation.values():
        told = [(one.type, one.subject, _data(one, journey, topics), _cause(one, journey)) for one in journey]
        for arrived in (event for event in journey if event.type == "file.arrived"):
            found[arrived.subject] = sorted(told)
    return found


def _told(event: Event, topics: int) -> dict[str, Any]:
    """Of a version of an object only AWS knows; and only there alerts go to a topic, too."""
    data = {name: value for name, value in event.data.items() if name != "version"}
    return {**data, "recipients": data["recipients"] - topics} if event.type == "alert.sent" else data


def _data(event: Event, journey: Sequence[Event], topics: int) -> str:
    """As JSON; another event that it names is named by its type."""
    types = {one.id: one.type for one in journey}
    return re.sub(
        "[0-9a-f]{32}", lambda id_: types.get(id_[0], id_[0]), json.dumps(_told(event, topics), sort_keys=True)
    )


def _cause(event: Event, journey: Sequence[Event]) -> str:
    """The type of the event that its id was made from, as far as an id tells."""
    causes = (one.type for one in journey if one.next(event.type, event.subject, {}).id == event.id)
    return next(causes, "")


def timeless(text: str) -> str:
    """Without times, correlation ids, and the files that were through before: which those are, only chance knows."""
    return _IDS.sub("<id>", _TIMES.sub("<time>", _BEFORE.sub("", text)))


def as_told_on_aws(report: str) -> str:
    """A report of this machine with the commands of one that was made there."""
    mended = re.sub(r"cp rejected/(\w+)/\S+/(\S+) inbox/\1/", r"headgate put \2 -p \1 --target aws", report)
    return mended.replace('headgate query "', 'headgate query --target aws "')


def telling(document: dict[str, Any]) -> dict[str, Any]:
    """What an analysis document says of a file, as text that can be compared."""
    return {
        key: timeless(json.dumps(value, sort_keys=True))
        for key, value in document.items()
        if key in ("run", "counts", "facts", "findings", "narrative", "drift", "profile")
    }


def kinds(events: Iterable[Event]) -> list[str]:
    return sorted(event.type for event in events)
