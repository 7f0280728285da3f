"""Why something in a folder can't be taken as a file."""

from __future__ import annotations

import os
import stat
import unicodedata

from headgate.core.errors import Place, Transient, UserMistake

_FAULTS = {stat.S_IFREG: "", stat.S_IFLNK: "link", stat.S_IFDIR: "folder"}


def fault_of(path: str, status: os.stat_result) -> str:
    """As `Found` has it; empty when nothing is wrong."""
    return "bad_name" if is_bad(os.path.basename(path)) else _FAULTS.get(stat.S_IFMT(status.st_mode), "special")


def is_bad(name: str) -> bool:
    """Whether a name holds what breaks lines, steers terminals or is no text."""
    return any(unicodedata.category(character) in ("Cc", "Cs", "Zl", "Zp") for character in name)


def check_is_file(status: os.stat_result, key: str) -> None:
    if stat.S_ISLNK(status.st_mode):
        raise link(key)
    if not stat.S_ISREG(status.st_mode):
        raise UserMistake("it is no file", where=Place(key), next="remove it", code="not_a_file")


def link(key: str) -> UserMistake:
    return UserMistake(
        "it is a link, and links are not followed", where=Place(key), next="put the file itself there", code="link"
    )


def changed(key: str) -> Transient:
    """The error of a file that isn't what it was a moment ago."""
    return Transient(
        "the file changed while it was read",
        where=Place(key),
        who="the sender",
        next="write it under a name that ends in .part, and rename it when it is whole",
        code="changed_while_read",
    )
