"""What lies in the inbox and can't be taken as a file: why not, and what a person does about it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Fault:
    """Why something can't be taken, and the next step."""

    why: str
    next: str


_FAULTS = {
    "bad_name": Fault(
        "its name holds control characters, bytes that are no text, or a folder without a name", "rename it"
    ),
    "folder": Fault("it is an empty folder with the name of a file", "remove it, and put the file there itself"),
    "link": Fault("it is a link, and links are not followed", "put the file itself there"),
    "unreadable": Fault("it can't be read", "correct its permissions"),
}
_OTHER = Fault("it is no file, but a pipe, a socket or a device", "remove it")


def fault_named(code: str) -> Fault:
    """What a `fault` of a found object, or of a `file.unmatched`, means."""
    return _FAULTS.get(code, _OTHER)
