"""How large what a pipeline's own template makes may become; seen before it is made, as nothing ends one step of it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence, Sized
from string import Formatter
from typing import Any

LONGEST = 1_000_000
"""Characters of one text, items of one list."""
WIDEST = 10_000
"""What a template may give as a width, a number of lines or of digits."""

_MOST_BITS, _LARGEST_POWER = 10_000, 64
_DIGITS = re.compile(r"\d+")
_TOO_LONG = f"it makes a text or a list of more than {LONGEST:,}"
_BY_WIDTH = {"center", "ljust", "rjust", "zfill", "expandtabs", "indent", "batch", "slice", "round", "truncate"} | {
    "wordwrap", "tojson",
}  # fmt: skip
_FOR_NO_TEMPLATE = {"translate", "encode", "to_bytes", "strftime"}
# They hand on what they get, as it is; every other filter makes a text of it.
_HAND_ON = {
    "attr", "batch", "count", "d", "default", "dictsort", "first", "groupby", "items", "join", "last", "length", "list",
    "map", "max", "min", "random", "reject", "rejectattr", "reverse", "select", "selectattr", "slice", "sort", "sum",
    "unique",
}  # fmt: skip


def text_size(value: Any) -> int:
    """About how many characters a value has as a text; counted until there are too many."""
    size, waiting = 0, [value]
    while waiting and size <= LONGEST:
        one = waiting.pop()
        size += len(one) if isinstance(one, str) else 2
        if isinstance(one, Mapping):
            waiting += [*one.keys(), *one.values()]
        elif isinstance(one, list | tuple | set | frozenset):
            waiting += one
    return size


def check_size(size: int) -> None:
    """What has so many characters or items.

    Raises:
        ValueError: it is too large.
    """
    if size > LONGEST:
        raise ValueError(_TOO_LONG)


def check_formula(operator: str, left: Any, right: Any) -> None:
    """Two values and what is between them.

    Raises:
        ValueError: what comes of them could be too large.
    """
    if operator == "**" and not _is_small_power(left, right):
        raise ValueError(f"a power may have exponents up to {_LARGEST_POWER}")
    if operator == "*" and not _is_small_product(left, right):
        raise ValueError("a product may not be as large as that")
    if operator == "+" and isinstance(left, Sized) and isinstance(right, Sized):
        check_size(len(left) + len(right))
    if operator == "%" and isinstance(left, str):
        check_percent(left, right)


def check_percent(text: str, values: Any) -> None:
    """A text that is filled at its percent signs."""
    _check_widths([text])
    if "*" in text:
        _check_numbers(values if isinstance(values, tuple) else (values,))
    _check_fields(text.count("%"), text, values)


def check_braces(text: str, values: Any) -> None:
    """A text that is filled at its braces."""
    specs = [spec for _, _, spec, _ in Formatter().parse(text) if spec]
    if any("{" in spec for spec in specs):
        raise ValueError("a width in a format must be written out")
    _check_widths(specs)
    _check_fields(text.count("{"), text, values)


def check_call(name: str, value: Any, args: Sequence[Any], named: Mapping[str, Any]) -> Any:
    """A filter or a method of a text, by its name, and what it is given.

    Returns:
        The value; one that is to be joined is counted on the way.

    Raises:
        ValueError: what comes of it could be too large.
    """
    given = [*args, *named.values()]
    if name in _BY_WIDTH:
        _check_numbers(given)
        _check_lines(value if isinstance(value, str) else "", given)
    if name == "replace":
        _check_replaced(str(value), [*map(str, given)])
    if name == "format":
        check_percent(str(value), tuple(given))
    if name == "sum" and any(isinstance(one, Sized) and not isinstance(one, str) for one in given):
        raise ValueError("a sum is one of numbers")
    return _counted(value, text_size(given)) if name == "join" else value


def check_filter(name: str, value: Any, args: Sequence[Any], named: Mapping[str, Any]) -> Any:
    """As `check_call`, and what a filter would make a text of."""
    if name not in _HAND_ON and not isinstance(value, str):
        check_size(text_size(value))
    return check_call(name, value, args, named)


def check_method(method: Any, args: Sequence[Any], named: Mapping[str, Any]) -> Sequence[Any]:
    """What is called, if it is a method of a text or a number; its arguments."""
    name, owner = getattr(method, "__name__", ""), getattr(method, "__self__", None)
    if name in _FOR_NO_TEMPLATE:
        raise ValueError(f"{name} is not for templates")
    if not isinstance(owner, str) or name in ("format", "format_map"):
        return args
    if name == "join" and args:
        return [check_call(name, args[0], [owner], {})]
    check_call(name, owner, args, named)
    return args


def _counted(items: Iterable[Any], between: int) -> Iterator[Any]:
    size = 0
    for item in items:
        size += text_size(item) + between
        check_size(size)
        yield item


def _check_numbers(values: Iterable[Any]) -> None:
    if any(isinstance(one, int) and abs(one) > WIDEST for one in values):
        raise ValueError(f"a width may be up to {WIDEST:,}")


def _check_widths(texts: Iterable[str]) -> None:
    # Of ten thousands of digits Python makes no number.
    digits = (found[0] for text in texts for found in _DIGITS.finditer(text))
    if any(len(one) > len(str(WIDEST)) or int(one) > WIDEST for one in digits):
        raise ValueError(f"a width may be up to {WIDEST:,}")


def _check_lines(text: str, given: Sequence[Any]) -> None:
    """What is put before or behind every line, or between any two letters where lines are made."""
    wide = max((one if isinstance(one, int) else len(one) for one in given if isinstance(one, int | str)), default=0)
    texts = any(isinstance(one, str) and len(one) > 1 for one in given)
    check_size((len(text) if texts else text.count("\n") + text.count("\t") + 1) * wide)


def _check_replaced(text: str, given: Sequence[str]) -> None:
    if len(given) > 1:
        check_size(len(text) + text.count(given[0]) * len(given[1]))


def _check_fields(fields: int, text: str, values: Any) -> None:
    check_size(len(text) + fields * text_size(values))


def _is_small_power(left: Any, right: Any) -> bool:
    if not isinstance(left, int | float) or not isinstance(right, int | float) or abs(right) > _LARGEST_POWER:
        return False
    return not isinstance(left, int) or left.bit_length() * abs(right) <= _MOST_BITS


def _is_small_product(left: Any, right: Any) -> bool:
    if isinstance(left, int) and isinstance(right, int):
        return left.bit_length() + right.bit_length() <= _MOST_BITS
    text, times = (left, right) if isinstance(left, Sized) else (right, left)
    return not isinstance(text, Sized) or not isinstance(times, int) or len(text) * times <= LONGEST
