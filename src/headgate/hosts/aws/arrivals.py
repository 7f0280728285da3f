"""What S3 says of objects that were put into the inbox, as `file.arrived`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import unquote_plus, urlsplit

from headgate.adapters.aws.messages import Envelope, utc
from headgate.core.events import Event
from headgate.core.identity import digest, event_id
from headgate.core.project import Project
from headgate.core.unfinished import is_unfinished
from headgate.stages.routing import candidates

SOURCE = "headgate/aws"
CREATED = "Object Created"


@dataclass(frozen=True)
class Put:
    """One object that was put.

    Attributes:
        key: as it is, in no encoding.
        version: of the object; None in a bucket that keeps none.
        sequencer: grows with each change of one key.
    """

    bucket: str
    key: str
    version: str | None
    sequencer: str
    time: datetime


def of_bus(envelope: Envelope) -> Put:
    """What the bus says; its keys are plain.

    Raises:
        KeyError: it does not say what S3 says.
    """
    found = envelope.detail["object"]
    time = envelope.time or datetime.min
    return Put(
        envelope.detail["bucket"]["name"], found["key"], _version(found.get("version-id")),
        str(found.get("sequencer", "")), time,
    )  # fmt: skip


def of_notification(records: Iterable[Mapping[str, Any]]) -> Iterator[Put]:
    """What S3 says itself, without the bus; its keys are encoded as in a URL."""
    for record in records:
        if str(record.get("eventName", "")).removeprefix("s3:").startswith("ObjectCreated"):
            bucket, found = record["s3"]["bucket"]["name"], record["s3"]["object"]
            version, sequencer = _version(found.get("versionId")), str(found.get("sequencer", ""))
            yield Put(bucket, unquote_plus(found["key"]), version, sequencer, utc(record["eventTime"]))


def _version(said: Any) -> str | None:
    return None if said in (None, "", "null") else str(said)


def arrived(put: Put, project: Project, storage: str) -> Event | None:
    """The arrival of an object; None when it is no file of the inbox, or still being written.

    However often S3 says it, in whatever order, it is the same event.

    Args:
        storage: URL of the bucket, and of the prefix in it, that the zones lie under.
    """
    where, inbox = urlsplit(storage), project.settings.zones.inbox
    home = f"{where.path.strip('/')}/".lstrip("/")
    key = put.key.removeprefix(home)
    inner = key.removeprefix(f"{inbox}/")
    if put.bucket != where.netloc or not put.key.startswith(f"{home}{inbox}/") or not _is_file(inner):
        return None
    id_ = event_id("file.arrived", key, "", put.version or put.sequencer)
    data = {"key": key, **({"version": put.version} if put.version else {})}
    if len(found := candidates(key, inbox, project.pipelines.values())) == 1:
        data["pipeline"] = found[0].name
    # Derived as well, so that what S3 says twice is one journey.
    return Event(id_, "file.arrived", SOURCE, put.time, key, digest("journey", id_)[:32], data)


def _is_file(inner: str) -> bool:
    """Consoles make an object of a folder, too; its name ends in a slash."""
    return bool(inner) and not inner.endswith("/") and not is_unfinished(inner)
