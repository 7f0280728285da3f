"""A stand-in for models on Bedrock: it answers in the form it is asked for, and reads cells of the facts it was given aloud."""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

SAID = "These are the facts that were given of this file."
TOKENS_IN, TOKENS_OUT = 1000, 200

_FACT = re.compile(r"^fact (?P<name>\w+)[^\n]*\n(?P<head>\[.*\])\n(?P<rows>(?:\[.*\]\n|\(.*\)\n)*)", re.MULTILINE)
_WORDS = re.compile(r"The summary has (\d+) to \d+ words")
_FEW_WORDS = 80
# Of each fact: as people would name a few of each, not one fact to its end.
_ROWS, _CELLS, _MOST_OF_WHOLE = 12, 6, 12
# Parts that nobody must write, of which one is offered.
_OFFERED = ("insights", "recommendations")
_DATE = re.compile(r"\d{4}-\d\d")


@dataclass(frozen=True)
class _Speech:
    """What is said, in the order in which it is asked for.

    Attributes:
        summary: as long as it is asked for.
        sentences: one for each further text.
    """

    facts: list[str]
    summary: str
    sentences: Iterator[str]


def answer(request: dict[str, Any]) -> dict[str, Any]:
    """The answer to a request of Bedrock's Converse API: a call of the tool that is asked for, else plain text."""
    tools = request.get("toolConfig", {}).get("tools", [])
    content = _tool_use(tools[0]["toolSpec"], _speech(request)) if tools else {"text": SAID}
    return {
        "output": {"message": {"role": "assistant", "content": [content]}},
        "stopReason": "tool_use" if tools else "end_turn",
        "usage": {"inputTokens": TOKENS_IN, "outputTokens": TOKENS_OUT, "totalTokens": TOKENS_IN + TOKENS_OUT},
        "metrics": {"latencyMs": 1},
    }


def _speech(request: dict[str, Any]) -> _Speech:
    asked = "\n".join(part.get("text", "") for part in (*request.get("system", ()), *request["messages"][0]["content"]))
    read = {found["name"]: list(_read_aloud(found)) for found in _FACT.finditer(f"{asked}\n")}
    said = list(itertools.chain.from_iterable(read.values())) or [SAID]
    wanted = int(found[1]) if (found := _WORDS.search(asked)) else _FEW_WORDS
    summary: list[str] = []
    for sentence in said:
        if len(" ".join(summary).split()) < wanted:
            summary.append(sentence)
    return _Speech([name for name, sentences in read.items() if sentences], " ".join(summary), itertools.cycle(said))


def _read_aloud(found: re.Match[str]) -> Iterator[str]:
    """A sentence for each number of the first rows: what it is, of which name, and how much; of one row, for its texts, too."""
    columns = json.loads(found["head"])
    rows = [json.loads(line) for line in found["rows"].splitlines() if line.startswith("[")]
    for row in rows[:_ROWS]:
        cells = dict(zip(columns, row, strict=False))
        names = (value for value in cells.values() if isinstance(value, str) and not _DATE.match(value))
        # A fact of one row is about the whole; who is named in it has a part in it only.
        name = next(names, None) if len(rows) > 1 else None
        if name is None and len(rows) > 1:
            return
        said = [(column, value) for column, value in cells.items() if type(value) in (int, float)]
        said += [(column, value) for column, value in cells.items() if name is None and isinstance(value, str)]
        for column, value in said[: _CELLS if name else _MOST_OF_WHOLE]:
            words, unit = column.replace("_", " ").capitalize(), "%" if column.startswith("percent") else ""
            yield f"{words} of {name}: {value}{unit}." if name else f"{words}: {value}{unit}."


def _tool_use(tool: dict[str, Any], speech: _Speech) -> dict[str, Any]:
    schema = tool["inputSchema"]["json"]
    made = _sample(schema, schema.get("$defs", {}), speech)
    return {"toolUse": {"toolUseId": "rehearsed", "name": tool["name"], "input": made}}


def _sample(schema: dict[str, Any], known: dict[str, Any], speech: _Speech) -> Any:
    """The least that a JSON Schema allows, with a sentence wherever text is asked for."""
    if "$ref" in schema:
        return _sample(known[schema["$ref"].rpartition("/")[2]], known, speech)
    if "enum" in schema or "const" in schema:
        return schema.get("const", schema.get("enum", [None])[0])
    for choice in schema.get("anyOf", schema.get("allOf", [])):
        return _sample(choice, known, speech)
    kind = schema.get("type")
    if kind == "object":
        wanted = {*schema.get("required", ()), "facts", *_OFFERED}.intersection(schema["properties"])
        return {name: _field(name, schema["properties"][name], known, speech) for name in sorted(wanted)}
    if kind == "array":
        return [_sample(schema.get("items", {}), known, speech) for _ in range(schema.get("minItems", 0))]
    return {"string": next(speech.sentences), "integer": 1, "number": 1, "boolean": False}.get(str(kind))


def _field(name: str, schema: dict[str, Any], known: dict[str, Any], speech: _Speech) -> Any:
    if name == "facts":
        return speech.facts
    if name in _OFFERED:
        return [_sample(schema["items"], known, speech)]
    if name == "action":
        return f"Check this first: {next(speech.sentences)}"
    return speech.summary if name == "text" else _sample(schema, known, speech)
