"""YAML read as plain values, with the line and column of every key and value kept for error messages.

Scalars follow YAML 1.2: `NO`, `yes` and `on` are text, `007` and dates stay text, and only
`true`/`false`, plain decimal numbers and `null` are anything else.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from headgate.core.errors import Outside, Place, UserMistake

Key = str | int
KeyPath = tuple[Key, ...]

MAX_BYTES = 8_000_000
MAX_VALUES = 200_000
MAX_DEPTH = 60

_INT = re.compile(r"[-+]?(?:0|[1-9][0-9]*)")
_FLOAT = re.compile(r"[-+]?(?:(?:0|[1-9][0-9]*)\.[0-9]*|\.[0-9]+|(?:0|[1-9][0-9]*)(?=[eE]))(?:[eE][-+]?[0-9]+)?")
_NULLS = ("", "~", "null", "Null", "NULL")
_BOOLEANS = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_YAML = "tag:yaml.org,2002:"
_MERGE, _STR = f"{_YAML}merge", f"{_YAML}str"
_PLAIN_TAGS = {
    f"{_YAML}{name}" for name in ("bool", "float", "int", "map", "merge", "null", "seq", "str", "timestamp", "value")
}


@dataclass(frozen=True)
class YamlDocument:
    """A parsed YAML file.

    Attributes:
        file: the name used in error messages.
        value: plain Python: dict, list, str, int, float, bool or None.
    """

    file: str
    value: Any
    _keys: dict[KeyPath, tuple[int, int]] = field(repr=False, compare=False)
    _values: dict[KeyPath, tuple[int, int]] = field(repr=False, compare=False)
    _texts: dict[KeyPath, str] = field(repr=False, compare=False)
    _quoted: frozenset[KeyPath] = field(repr=False, compare=False)

    def place(self, path: KeyPath = (), *, value: bool = False) -> Place:
        """Where a key (or, with `value`, what stands behind it) is; the nearest parent when there is no such key."""
        marks = self._values if value else self._keys
        found = path
        while found and found not in marks:
            found = found[:-1]
        line, column = marks.get(found, (1, 1))
        return Place(self.file, line, column, dotted(path) or None)

    def text(self, path: KeyPath) -> str | None:
        """A scalar exactly as written (`1.10`, not 1.1), without quotes; None when there is none."""
        return self._texts.get(path)

    def is_plain(self, path: KeyPath) -> bool:
        """True for a scalar written without quotes."""
        return path in self._texts and path not in self._quoted


def dotted(path: KeyPath) -> str:
    """`("schema", 0, "name")` as people write it: `schema[0].name`."""
    text = ""
    for step in path:
        text += f"[{step}]" if isinstance(step, int) else f".{step}"
    return text.removeprefix(".")


def load_yaml(path: Path | str) -> YamlDocument:
    """Read one YAML file.

    Raises:
        UserMistake: no such file, not UTF-8, not YAML, a key twice, or beyond the size limits.
        Outside: the file can't be read.
    """
    try:
        data = Path(path).read_bytes()
    except (FileNotFoundError, IsADirectoryError, NotADirectoryError) as error:
        message = "there is no such file" if isinstance(error, FileNotFoundError) else "it is not a file"
        raise UserMistake(message, where=Place(str(path)), next="check the path") from None
    except OSError as error:
        raise Outside(f"it can't be read: {error.strerror}", where=Place(str(path))) from error
    return parse_yaml(_decode(data, str(path)), file=str(path))


def parse_yaml(text: str, *, file: str = "<text>") -> YamlDocument:
    """Parse one YAML document held in memory; raises like `load_yaml`."""
    if len(text) > MAX_BYTES:
        raise UserMistake(f"it is larger than {MAX_BYTES:,} characters", where=Place(file))
    root = _compose(text, file)
    reader = _Reader(file)
    value = reader.read(root, ()) if root is not None else None
    return YamlDocument(file, value, reader.keys, reader.values, reader.texts, frozenset(reader.quoted))


def _decode(data: bytes, file: str) -> str:
    encoding = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        message = f"it is not {encoding.removesuffix('-sig').upper()} text: {error.reason}"
        raise UserMistake(message, where=Place(file, line), next="save the file as UTF-8") from None


def _compose(text: str, file: str) -> Any:
    import yaml

    loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        return yaml.compose(text, Loader=loader)
    except yaml.MarkedYAMLError as error:
        raise _syntax_mistake(error, file) from None
    except yaml.reader.ReaderError as error:
        where = Place(file, text.count("\n", 0, error.position) + 1)
        raise UserMistake(f"it holds a character YAML forbids: {error.reason}", where=where) from None
    except RecursionError:
        raise UserMistake("it is nested too deeply", where=Place(file)) from None


def _syntax_mistake(error: Any, file: str) -> UserMistake:
    mark = error.problem_mark or error.context_mark
    where = Place(file, mark.line + 1, mark.column + 1) if mark else Place(file)
    problem = error.problem or error.context or "unreadable"
    problem = {"but found another document": "it holds a second document after `---`"}.get(problem, problem)
    hint = "mend the YAML there"
    if "cannot start any token" in problem:
        hint = "indent with spaces, not tabs; quote a text that starts with @, ` or %"
    return UserMistake(f"this is not valid YAML: {problem}", where=where, next=hint)


class _Reader:
    """Turns composed nodes into values; what aliases repeat is counted each time, so they can't explode."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.keys: dict[KeyPath, tuple[int, int]] = {}
        self.values: dict[KeyPath, tuple[int, int]] = {}
        self.texts: dict[KeyPath, str] = {}
        self.quoted: set[KeyPath] = set()
        self._open: set[int] = set()
        self._count = 0

    def read(self, node: Any, path: KeyPath) -> Any:
        self._mark(node, path)
        kinds: dict[str, Callable[[Any, KeyPath], Any]] = {
            "mapping": self._mapping,
            "sequence": self._sequence,
            "scalar": self._scalar,
        }
        if id(node) in self._open:
            raise self._refuse(node, "an alias points into itself", path)
        self._open.add(id(node))
        value = kinds[node.id](node, path)
        self._open.discard(id(node))
        return value

    def _mark(self, node: Any, path: KeyPath) -> None:
        self.values[path] = _position(node)
        self.keys.setdefault(path, _position(node))
        self._count += 1
        if self._count > MAX_VALUES:
            raise self._refuse(node, f"it holds more than {MAX_VALUES:,} values, aliases counted", path)
        if len(path) > MAX_DEPTH:
            raise self._refuse(node, f"it is nested deeper than {MAX_DEPTH} levels", path)
        if node.tag not in _PLAIN_TAGS:
            raise self._refuse(node, f"the tag {_short_tag(node.tag)} is not supported here", path)

    def _sequence(self, node: Any, path: KeyPath) -> list[Any]:
        return [self.read(child, (*path, number)) for number, child in enumerate(node.value)]

    def _scalar(self, node: Any, path: KeyPath) -> Any:
        self.texts[path] = node.value
        if node.style:
            self.quoted.add(path)
        if node.style or (node.tag == _STR and not _FLOAT.fullmatch(node.value)):
            return node.value
        return _plain(node.value)

    def _mapping(self, node: Any, path: KeyPath) -> dict[str, Any]:
        own = [(key, child) for key, child in node.value if key.tag != _MERGE]
        result = self._merged([child for key, child in node.value if key.tag == _MERGE], path)
        self.values[path] = _position(node)
        seen: set[str] = set()
        for key, child in own:
            name = self._key_name(key, path)
            if name in seen:
                first = self.keys[(*path, name)][0]
                message = f"the key stands here twice, first on line {first}"
                raise self._refuse(key, message, (*path, name))
            seen.add(name)
            self.keys[(*path, name)] = _position(key)
            result[name] = self.read(child, (*path, name))
        return result

    def _merged(self, children: list[Any], path: KeyPath) -> dict[str, Any]:
        result: dict[str, Any] = {}
        sources = [s for c in children for s in (c.value if c.id == "sequence" else [c])]
        for source in reversed(sources):
            if source.id != "mapping":
                raise self._refuse(source, "`<<` needs a mapping or a list of mappings", path)
            result |= self.read(source, path)
        return result

    def _key_name(self, key: Any, path: KeyPath) -> str:
        if key.id != "scalar":
            raise self._refuse(key, "a key must be a plain text", path)
        return str(key.value)

    def _refuse(self, node: Any, message: str, path: KeyPath) -> UserMistake:
        line, column = _position(node)
        return UserMistake(message, where=Place(self.file, line, column, dotted(path) or None))


def _plain(text: str) -> Any:
    if text in _NULLS:
        return None
    if text in _BOOLEANS:
        return _BOOLEANS[text]
    if _INT.fullmatch(text):
        return int(text) if len(text) < 1000 else text
    return float(text) if _FLOAT.fullmatch(text) else text


def _position(node: Any) -> tuple[int, int]:
    return node.start_mark.line + 1, node.start_mark.column + 1


def _short_tag(tag: str) -> str:
    return tag.replace(_YAML, "!!")


def walk(value: Any, path: KeyPath = ()) -> Iterator[tuple[KeyPath, Any]]:
    """Every (path, value) of a parsed document, parents first."""
    yield path, value
    if isinstance(value, dict):
        for key, child in value.items():
            yield from walk(child, (*path, key))
    elif isinstance(value, list):
        for number, child in enumerate(value):
            yield from walk(child, (*path, number))
