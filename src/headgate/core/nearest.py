"""The nearest known name to a misspelt one."""

from __future__ import annotations

from collections.abc import Iterable


def distance(left: str, right: str) -> int:
    """Edits (insert, delete, replace, swap of neighbours) between two texts: optimal string alignment."""
    before: list[int] = []
    row = list(range(len(right) + 1))
    for i, a in enumerate(left, 1):
        previous, row = row, [i]
        for j, b in enumerate(right, 1):
            best = min(previous[j] + 1, row[j - 1] + 1, previous[j - 1] + (a != b))
            if i > 1 and j > 1 and a == right[j - 2] and left[i - 2] == b:
                best = min(best, before[j - 2] + 1)
            row.append(best)
        before = previous
    return row[-1]


def nearest(word: str, names: Iterable[str]) -> str | None:
    """The name that `word` was probably meant to be.

    Equal but for case, `_` and `-` always counts; else one edit from 5 letters on and two from 8 on.
    """
    allowed = 0 if len(word) < 5 else 1 if len(word) < 8 else 2
    near = sorted((distance(_plain(word), _plain(name)), name) for name in names)
    return near[0][1] if near and near[0][0] <= allowed else None


def closest(word: str, names: Iterable[str]) -> str | None:
    """The most similar name, however far, unless nothing of it is the same."""
    near = sorted((distance(_plain(word), _plain(name)), name) for name in names)
    return near[0][1] if near and near[0][0] < max(len(word), len(near[0][1])) else None


def _plain(name: str) -> str:
    return name.replace("_", "").replace("-", "").casefold()
