"""Patterns of policies: wildcards, the parts of ARNs, and variables."""

from __future__ import annotations

import re
from collections.abc import Mapping

_ARN_PARTS = 6


def matches_arn(wanted: str, arn: str, context: Mapping[str, list[str]], fill: bool) -> bool:
    """Wildcards stay within the parts between the colons, but for the last part, and a `*` that ends the whole."""
    if wanted == "*":
        return True
    parts = wanted.split(":", _ARN_PARTS - 1)
    if len(parts) < _ARN_PARTS:
        return wanted.endswith("*") and bool(pattern(wanted).fullmatch(arn))
    found = arn.split(":", _ARN_PARTS - 1)
    if len(found) < _ARN_PARTS:
        return False
    patterns = [expression(part, context, fill) for part in parts]
    return all(one is not None and one.fullmatch(part) for one, part in zip(patterns, found, strict=True))


_VARIABLE = re.compile(r"\$\{([^}]+)\}")


def expression(text: str, context: Mapping[str, list[str]], fill: bool, wild: bool = True) -> re.Pattern[str] | None:
    """A value of a policy as a pattern; its variables are filled with what they stand for, letter by letter.

    Returns:
        None when a variable has no value, and no default: then nothing matches.
    """
    pieces, end = [], 0
    for variable in _VARIABLE.finditer(text) if fill else ():
        value = _value(variable[1], context)
        if value is None:
            return None
        pieces += [_source(text[end : variable.start()], wild), re.escape(value)]
        end = variable.end()
    return re.compile("".join([*pieces, _source(text[end:], wild)]), re.DOTALL)


def _value(variable: str, context: Mapping[str, list[str]]) -> str | None:
    if variable in ("*", "?", "$"):
        return variable
    name, _, default = variable.partition(",")
    found = context.get(name.strip().lower(), [])
    if len(found) == 1:
        return found[0]
    return default.strip().strip("'") if default else None


def _source(text: str, wild: bool) -> str:
    escaped = re.escape(text)
    return escaped.replace(r"\*", ".*").replace(r"\?", ".") if wild else escaped


def pattern(text: str) -> re.Pattern[str]:
    """`*` stands for any letters, `?` for one."""
    return re.compile(_source(text, wild=True), re.DOTALL)
