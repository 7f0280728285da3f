"""What the model library finds wrong, said in plain words with file, line, column and key."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from headgate.core.errors import Place, UserMistake
from headgate.core.nearest import closest, nearest
from headgate.core.yaml_document import KeyPath, YamlDocument

NEXT = "headgate config show"


@dataclass(frozen=True)
class Mistake:
    """One thing that is wrong in a configuration file."""

    where: Place
    message: str


def bad_config(mistakes: Sequence[Mistake]) -> UserMistake:
    """The error for all mistakes of a file: the first with its place, the others listed below it."""
    first, *others = sorted(mistakes, key=lambda one: (one.where.line or 0, one.where.column or 0))
    message = "\n".join([first.message, *(f"  also {one.where}: {one.message}" for one in others)])
    return UserMistake(message, where=first.where, who="the project's owner", next=NEXT, code="bad_config")


def mistakes_of(error: ValidationError, model: type[BaseModel], document: YamlDocument) -> list[Mistake]:
    """Everything that is wrong with a document, in plain words."""
    return [_mistake(details, model, document) for details in error.errors(include_url=False)]


def unknown_name(word: str, known: Iterable[str]) -> str:
    """`did you mean …?` for the nearest known name, and all of them when none is near."""
    names = list(known)
    if found := nearest(word, names):
        return f"did you mean `{found}`?"
    found = closest(word, names)
    listed = "there are " + ", ".join(f"`{name}`" for name in names)
    return f"the nearest is `{found}`; {listed}" if found else listed


def shown(value: Any) -> str:
    """A value as an error message quotes it: one line, not long."""
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, list | tuple):
        return "a list"
    if value is None:
        return "nothing"
    text = str(value).lower() if isinstance(value, bool) else str(value)
    text = text if text.isprintable() else ascii(text)[1:-1]
    return f"'{text[:60]}…'" if len(text) > 60 else f"'{text}'"


def _mistake(details: Mapping[str, Any], model: type[BaseModel], document: YamlDocument) -> Mistake:
    context = details.get("ctx", {})
    path: KeyPath = (*details["loc"], *context.get("at", ()))
    about_key = details["type"] == "extra_forbidden" or path[-1:] == ("[key]",)
    path = _written(path, document.value)
    if details["type"] == "extra_forbidden":
        message = _unknown_key(str(path[-1]), path[:-1], model)
    elif details["type"] == "missing":
        message = f"the key `{details['loc'][-1]}` is missing here"
    else:
        message = _WORDS.get(details["type"], _not_understood)(details["input"], context)
    return Mistake(document.place(path, value=not about_key), message)


def _written(path: KeyPath, value: Any) -> KeyPath:
    """The part of a path that stands in the document: a lone text taken as a list has no first entry."""
    kept: KeyPath = ()
    for step in path:
        entries = dict(enumerate(value)) if isinstance(value, list) else value
        if not isinstance(entries, dict) or isinstance(step, int) != isinstance(value, list) or step == "[key]":
            break
        kept = (*kept, step)
        value = entries.get(step)
    return kept


def _unknown_key(key: str, above: KeyPath, model: type[BaseModel]) -> str:
    known = _keys(model, above)
    key = key[:60]
    if key in known:
        return f"there is no key `{key}` here"
    elsewhere = [".".join(path) for path in _sections(model) if key in _keys(model, path)]
    if elsewhere:
        places = " or ".join(f"`{name}`" if name else "the top of the file" for name in elsewhere)
        return f"there is no key `{key}` here; it belongs under {places}"
    return f"there is no key `{key}`; {unknown_name(key, known)}"


def _keys(model: type[BaseModel], path: Sequence[str | int]) -> dict[str, type[BaseModel] | None]:
    """The keys of a section, each with the section it opens; a step that is no key is the name of an entry."""
    for step in path:
        known = _keys(model, ())
        found = known.get(str(step), model)
        if found is None:
            return {}
        model = found
    return {field.alias or name: _opened(field.annotation) for name, field in model.model_fields.items()}


def _opened(kind: Any) -> type[BaseModel] | None:
    """The section that a value of this kind is; one that may be left out is one, too."""
    kinds = [one for one in get_args(kind) or [kind] if isinstance(one, type) and issubclass(one, BaseModel)]
    return kinds[0] if len(kinds) == 1 else None


def _sections(model: type[BaseModel], above: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    found = [above]
    for name, opened in _keys(model, ()).items():
        found += _sections(opened, (*above, name)) if opened else []
    return found


def _wrong_kind(wanted: str, hint: str = "") -> Callable[[Any, Mapping[str, Any]], str]:
    return lambda value, _: f"it must be {wanted}, not {shown(value)}{hint}"


def _not_text(value: Any, _: Mapping[str, Any]) -> str:
    hint = "; put it in quotes" if isinstance(value, bool | int | float) else ""
    return f"it must be text, not {shown(value)}{hint}"


def _not_whole(value: Any, _: Mapping[str, Any]) -> str:
    hint = "; take the quotes off" if isinstance(value, str) and re.fullmatch("[0-9]+", value) else ""
    return f"it must be a whole number, not {shown(value)}{hint}"


def _not_listed(value: Any, context: Mapping[str, Any]) -> str:
    allowed = re.findall(r"'([^']*)'", context["expected"])
    meant = closest(value, allowed) if isinstance(value, str) else None
    listed = " or ".join(filter(None, [", ".join(allowed[:-1]), allowed[-1]]))
    return f"it must be {listed}, not {shown(value)}" + (f"; the nearest is `{meant}`" if meant else "")


def _too_small(value: Any, context: Mapping[str, Any]) -> str:
    return f"it must be at least {context['ge']}, not {shown(value)}"


def _too_large(value: Any, context: Mapping[str, Any]) -> str:
    return f"it must be at most {context['le']:,}, not {shown(value)}"


def _not_understood(value: Any, _: Mapping[str, Any]) -> str:
    return f"this value is not understood: {shown(value)}"


_NO_LIST = _wrong_kind("a list, such as [first, second]")
_NO_MAPPING = _wrong_kind("a mapping of keys")

_WORDS: dict[str, Callable[[Any, Mapping[str, Any]], str]] = {
    "refused": lambda value, context: str(context["message"]),
    "string_type": _not_text,
    "int_type": _not_whole,
    "bool_type": _wrong_kind("true or false"),
    "bool_parsing": _wrong_kind("true or false"),
    "literal_error": _not_listed,
    "greater_than_equal": _too_small,
    "less_than_equal": _too_large,
    "tuple_type": _NO_LIST,
    "dict_type": _NO_MAPPING,
    "model_type": _NO_MAPPING,
    "model_attributes_type": _NO_MAPPING,
}
