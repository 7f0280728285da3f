"""The labelled statements and the facts they are about."""

import functools
import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from headgate.core.yaml_document import load_yaml

FOLDER = Path(__file__).parent / "statements"
PIPELINES = ("smartphone_sales", "health_metrics", "orders", "file_intake", "stocks")

Facts = dict[str, list[dict[str, Any]]]


@dataclass(frozen=True)
class Statement:
    """One sentence or two, with the facts they name and what a person says about them."""

    id: str
    pipeline: str
    kind: str
    cites: tuple[str, ...]
    text: str
    is_true: bool
    wrong: str | None

    @property
    def half(self) -> str:
        """`tune` or `report`."""
        return "report" if int(hashlib.sha256(self.id.encode()).hexdigest()[-1], 16) % 2 else "tune"


@functools.cache
def facts_of(pipeline: str) -> Facts:
    """The facts the statements about a pipeline are held against."""
    facts: Facts = json.loads((FOLDER / "facts" / f"{pipeline}.json").read_text(encoding="utf-8"))
    return facts


@functools.cache
def statements(half: str | None = None) -> tuple[Statement, ...]:
    """Every statement, or those of one half."""
    found = [one for pipeline in PIPELINES for one in _of_pipeline(pipeline)]
    return tuple(one for one in found if half in (None, one.half))


def _of_pipeline(pipeline: str) -> list[Statement]:
    document = load_yaml(FOLDER / f"{pipeline}.yaml").value
    return [
        Statement(
            id=entry["id"],
            pipeline=pipeline,
            kind=entry["kind"],
            cites=tuple(entry["cites"]),
            text=entry["text"],
            is_true=part == "true_statements",
            wrong=entry.get("wrong"),
        )
        for part in ("true_statements", "false_statements")
        for entry in document[part]
    ]


def digest() -> str:
    """SHA-256 over the names and bytes of all statements and facts."""
    whole = hashlib.sha256()
    for path in sorted([*FOLDER.glob("*.yaml"), *FOLDER.glob("facts/*.json")]):
        whole.update(f"{path.name}\n".encode() + path.read_bytes())
    return whole.hexdigest()
