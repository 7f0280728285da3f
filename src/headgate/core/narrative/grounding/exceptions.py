"""What is said of all but one: `every symbol has a positive momentum except A`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from headgate.core.narrative.grounding.counts import words_of_rows
from headgate.core.narrative.grounding.predicates import predicate
from headgate.core.narrative.grounding.scene import Scene
from headgate.core.narrative.grounding.tables import Table

_ALL = re.compile(r"\b(?:all|every|each)\s+(?:of\s+)?(?:the\s+)?(?:other\s+)?(?=[a-z])", re.I)
_BUT = re.compile(
    r"\b(?:except(?:\s+for)?|apart\s+from|but|besides|other\s+than|with\s+the\s+exception\s+of)\s+(?:the\s+)?$", re.I
)


def unsupported_exception(scene: Scene) -> str:
    """Why it is not so of all but those that are named; empty when it is, or nothing is said."""
    found = None if scene.has_not else _ALL.search(scene.text)
    for there in scene.tables if found else ():
        noun = next((word for word in scene.words if found and word.start >= found.end()), None)
        is_noun = there.size > 1 and noun and noun.stem in words_of_rows(there)
        if is_noun and noun and (reason := next(_wrong(scene, there, noun.end), "")):
            return reason
    return ""


def _wrong(scene: Scene, there: Table, start: int) -> Iterator[str]:
    named = [one for one in scene.own if one.start >= start and one.rows(there) and not one.is_weak]
    said = predicate(scene, there, start) if named and _BUT.search(scene.text[: named[0].start]) else None
    if said is None or (said.limit and said.limit.start > named[0].start):
        return
    but = frozenset[int]().union(*(one.rows(there) for one in named))
    for row in range(there.size):
        tests = [so for column in said.columns if (so := said.test(column, row)) is not None]
        if tests and any(tests) == (row in but):
            yield f"in `{there.name}` it is not so of all but `{named[0].text}`"
