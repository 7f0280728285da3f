"""A stand-in for models on Bedrock: it answers in the form it is asked for, cites a fact it was given, and knows nothing."""

from __future__ import annotations

import json
import re
from typing import Any

SAID = "These are the facts that were given of this file."
TOKENS_IN, TOKENS_OUT = 1000, 200


def answer(request: dict[str, Any]) -> dict[str, Any]:
    """The answer to a request of Bedrock's Converse API: a call of the tool that is asked for, else plain text."""
    tools = request.get("toolConfig", {}).get("tools", [])
    content = _tool_use(tools[0]["toolSpec"], _facts(request)) if tools else {"text": SAID}
    return {
        "output": {"message": {"role": "assistant", "content": [content]}},
        "stopReason": "tool_use" if tools else "end_turn",
        "usage": {"inputTokens": TOKENS_IN, "outputTokens": TOKENS_OUT, "totalTokens": TOKENS_IN + TOKENS_OUT},
        "metrics": {"latencyMs": 1},
    }


def _facts(request: dict[str, Any]) -> list[str]:
    """The first of the facts that the model is to write of."""
    said = json.dumps(request["messages"][0]["content"])
    return re.findall(r"\\nfact (\w+)", said)[:1]


def _tool_use(tool: dict[str, Any], facts: list[str]) -> dict[str, Any]:
    schema = tool["inputSchema"]["json"]
    made = _sample(schema, schema.get("$defs", {}), facts)
    return {"toolUse": {"toolUseId": "rehearsed", "name": tool["name"], "input": made}}


def _sample(schema: dict[str, Any], known: dict[str, Any], facts: list[str]) -> Any:
    """The least that a JSON Schema allows, with a sentence wherever text is asked for."""
    if "$ref" in schema:
        return _sample(known[schema["$ref"].rpartition("/")[2]], known, facts)
    if "enum" in schema or "const" in schema:
        return schema.get("const", schema.get("enum", [None])[0])
    for choice in schema.get("anyOf", schema.get("allOf", [])):
        return _sample(choice, known, facts)
    kind = schema.get("type")
    if kind == "object":
        wanted = {*schema.get("required", ()), "facts"}.intersection(schema["properties"])
        return {name: _field(name, schema["properties"][name], known, facts) for name in sorted(wanted)}
    if kind == "array":
        return [_sample(schema.get("items", {}), known, facts) for _ in range(schema.get("minItems", 0))]
    return {"string": SAID, "integer": 1, "number": 1, "boolean": False}.get(str(kind))


def _field(name: str, schema: dict[str, Any], known: dict[str, Any], facts: list[str]) -> Any:
    return facts if name == "facts" else _sample(schema, known, facts)
