"""The kinds of value that stand in the configuration files, each checked with a message in plain words."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from pathlib import PurePosixPath, PureWindowsPath
from typing import Annotated, Any, NoReturn

from pydantic import AfterValidator, BeforeValidator, Field, InstanceOf, PlainSerializer, WithJsonSchema
from pydantic_core import PydanticCustomError

from headgate.core.config.mistakes import shown
from headgate.core.reject_limit import RejectLimit
from headgate.core.yaml_document import KeyPath

_SIZE = re.compile(r"([0-9]{1,15}(?:\.[0-9]{1,6})?) ?([KMGT]i?B|B)", re.IGNORECASE)
_LETTERS = (("K", 1), ("M", 2), ("G", 3), ("T", 4))
_POWERS = {"B": 0, **dict(_LETTERS)}
_SIZE_PATTERN = r"^[0-9]+(\.[0-9]+)? ?([KMGTkmgt][Ii]?)?[Bb]$"

# Measured: below this the engine can't convert a wide file to Parquet at all.
MIN_MEMORY = 128_000_000


WILDCARDS = "*?$"
"""What stands for other characters in rights and rules of a storage, and so in no name that becomes part of one."""


def refuse(message: str, *at: str | int) -> NoReturn:
    """Say what is wrong with a value; `at` leads from it to the part concerned."""
    path: KeyPath = at
    raise PydanticCustomError("refused", "{message}", {"message": message, "at": path})


def parse_size(text: str) -> int:
    """Bytes in `64MB` (1000s) or `64MiB` (1024s).

    Raises:
        ValueError: not a number and a unit.
    """
    found = _SIZE.fullmatch(text.strip())
    if not found:
        raise ValueError(f"a size is a number and a unit such as 256MB or 1GiB, not {shown(text)}")
    unit = found[2].upper()
    return int(Decimal(found[1]) * (1024 if "I" in unit else 1000) ** _POWERS[unit[0]])


def size_text(size: int) -> str:
    """The shortest exact text of a size: `64MB` for 64,000,000."""
    units = {f"{letter}{i}B": base**power for i, base in (("", 1000), ("i", 1024)) for letter, power in _LETTERS}
    exact = [f"{size // of}{unit}" for unit, of in units.items() if size % of == 0]
    return min(exact, key=len, default=f"{size}B")


def _one_line(text: str) -> str:
    if not text.strip():
        refuse("it must not be empty")
    if not text.isprintable():
        refuse("it must be one line without control characters")
    return text


def _filled(text: str) -> str:
    return text if text.strip() else refuse("it must not be empty")


def _glob(text: str) -> str:
    if "/" in text or "\\" in text:
        refuse("it is matched with the file's name alone, so it can't hold a path")
    return text


def _address(text: str) -> str:
    name, _, domain = text.partition("@")
    odd = not text.isprintable() or any(c.isspace() or c in f',;:<>()[]"\\{WILDCARDS}' for c in text)
    if odd or text.count("@") != 1 or not name or not domain or len(text) > 254:
        refuse("it is not a plain e-mail address such as team@example.com")
    return text


def _inside(text: str) -> str:
    path = PurePosixPath(text)
    if "\\" in text or path.is_absolute() or PureWindowsPath(text).drive or ".." in path.parts:
        refuse("it must stay inside its folder: no leading slash, drive, backslash or '..'")
    if not path.parts:
        refuse("it must name something inside the folder")
    return str(path)


def _size_in_bytes(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    try:
        return parse_size(value)
    except ValueError as error:
        refuse(str(error))


def _memory(text: str) -> str:
    if _size_in_bytes(text) < MIN_MEMORY:
        refuse(f"it must be at least {MIN_MEMORY // 1_000_000}MB: the engine needs that much for any file")
    return text.strip()


def _reject_limit(value: Any) -> Any:
    if isinstance(value, RejectLimit):
        return value
    try:
        return RejectLimit.parse(value)
    except ValueError as error:
        refuse(str(error))


def _one_or_more(value: Any) -> Any:
    return (value,) if isinstance(value, str) else value


def _unique(values: tuple[str, ...]) -> tuple[str, ...]:
    seen: set[str] = set()
    for number, value in enumerate(values):
        if value.casefold() in seen:
            refuse("it stands here twice", number)
        seen.add(value.casefold())
    return values


def _schema(**keys: Any) -> Any:
    return Field(json_schema_extra=keys)


def _checked(check: Callable[[str], str]) -> AfterValidator:
    return AfterValidator(check)


Line = Annotated[str, _checked(_one_line), _schema(minLength=1)]
"""Text on one line."""

Sql = Annotated[str, _checked(_filled), WithJsonSchema({"type": ["string", "number", "boolean"]})]
"""SQL; that it is allowed is checked where its columns are known."""

Glob = Annotated[Line, _checked(_glob), _schema(pattern=r"^[^/\\]+$")]
"""A pattern for the name of a file: `*`, `?`, `[abc]`."""

Globs = Annotated[
    tuple[Glob, ...],
    BeforeValidator(_one_or_more),
    AfterValidator(_unique),
    WithJsonSchema({"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}),
]

Address = Annotated[str, _checked(_address), _schema(pattern=r"^[^@\s]+@[^@\s]+$")]
"""A bare e-mail address; what could start another header or recipient, or stand for several addresses in a right, is refused."""

Addresses = Annotated[tuple[Address, ...], AfterValidator(_unique)]

Names = Annotated[tuple[Line, ...], AfterValidator(_unique)]
"""Names that differ not only in case."""

InnerPath = Annotated[Line, _checked(_inside)]
"""A path that can't leave the folder it is relative to, in its shortest form."""

Memory = Annotated[str, _checked(_memory), _schema(pattern=_SIZE_PATTERN)]
"""A size as the engine reads it, of at least 128 MB."""

Bytes = Annotated[
    int,
    BeforeValidator(_size_in_bytes),
    Field(strict=True, ge=1),
    PlainSerializer(size_text, return_type=str),
    WithJsonSchema({"anyOf": [{"type": "integer", "minimum": 1}, {"type": "string", "pattern": _SIZE_PATTERN}]}),
]
"""A number of bytes, written as such or as a size."""

Whole = Annotated[int, Field(strict=True, ge=1)]
"""A whole number from 1 on."""

Seconds = Annotated[int | float, Field(ge=0, le=86_400, allow_inf_nan=False)]
"""A number of seconds, of a day at most."""

Limit = Annotated[
    InstanceOf[RejectLimit],
    BeforeValidator(_reject_limit),
    PlainSerializer(str, return_type=str),
    WithJsonSchema(
        {"anyOf": [{"type": "integer", "minimum": 0}, {"type": "string", "pattern": r"^[0-9]+(\.[0-9]+%|%?)$"}]}
    ),
]
"""A count of rejected rows, or a percentage of the records."""
