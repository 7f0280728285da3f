"""Where everything of a run lies: the keys below the zones."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from pathlib import PurePosixPath

from headgate.core.config.project_settings import Zones

# A name may have 255 bytes on most disks, and `.error.json` comes behind it.
_LONGEST_NAME = 240


@dataclass(frozen=True)
class Places:
    """The keys of one run of a pipeline."""

    zones: Zones
    pipeline: str
    run: str

    @property
    def manifest(self) -> str:
        """What commits the run."""
        return manifest_key(self.zones, self.run)

    def output(self, name: str) -> str:
        """An output: `accepted.*`, `records.csv`, `metadata.json` in the accepted zone, `rejected.*` in the rejected zone."""
        zone = self.zones.rejected if name.startswith("rejected") else self.zones.accepted
        return f"{zone}/{self.pipeline}/{self.run}/{name}"

    def archived(self, name: str) -> str:
        """The original of a processed file."""
        return f"{self.zones.archive}/{self.pipeline}/{self.run}/{name}"

    def failed(self, name: str) -> str:
        """The original of a file that could not be processed."""
        return f"{self.zones.failed}/{self.pipeline}/{self.run}/{name}"

    def error(self, name: str) -> str:
        """What is said of it, beside it."""
        return error_beside(self.failed(name))

    def attempt(self, number: int, name: str = "json") -> str:
        """The manifest of a failed attempt, or with `name` an output of it."""
        return f"{self.zones.failed}/{self.pipeline}/{self.run}.{number}.{name}"


def manifest_key(zones: Zones, run: str) -> str:
    """The manifest of a committed run."""
    return f"{zones.manifests}/{run}.json"


def unmatched(zones: Zones, event: str, key: str) -> str:
    """Where a file goes that no single pipeline takes: beside others of its name, of which none may be lost."""
    return f"{zones.unmatched}/{event[:12]}/{PurePosixPath(key).name}"


def discarded(zones: Zones, pipeline: str | None, event: str, key: str) -> str:
    """Where the file of an arrival goes that nobody is to process any more."""
    return f"{zones.failed}/{pipeline or 'unmatched'}/{event[:12]}/{PurePosixPath(key).name}"


def error_beside(key: str) -> str:
    """What is said of a file, beside it."""
    path = PurePosixPath(key)
    return str(path.with_name(f"{short(path.name)}.error.json"))


def short(name: str) -> str:
    """A name that leaves room for an ending."""
    data = name.encode()
    if len(data) <= _LONGEST_NAME:
        return name
    return f"{data[:180].decode(errors='ignore')}-{sha256(data).hexdigest()[:12]}"
