"""A stand-in for models on Bedrock: it answers in the form that it is asked for, and knows nothing."""

from __future__ import annotations

from typing import Any

SAID = "A rehearsal asks no model; this sentence stands where its narrative would."
TOKENS_IN, TOKENS_OUT = 1000, 200


def answer(request: dict[str, Any]) -> dict[str, Any]:
    """The answer to a request of Bedrock's Converse API: a call of the tool that is asked for, else plain text."""
    tools = request.get("toolConfig", {}).get("tools", [])
    content = _tool_use(tools[0]["toolSpec"]) if tools else {"text": SAID}
    return {
        "output": {"message": {"role": "assistant", "content": [content]}},
        "stopReason": "tool_use" if tools else "end_turn",
        "usage": {"inputTokens": TOKENS_IN, "outputTokens": TOKENS_OUT, "totalTokens": TOKENS_IN + TOKENS_OUT},
        "metrics": {"latencyMs": 1},
    }


def _tool_use(tool: dict[str, Any]) -> dict[str, Any]:
    schema = tool["inputSchema"]["json"]
    return {
        "toolUse": {"toolUseId": "rehearsed", "name": tool["name"], "input": _sample(schema, schema.get("$defs", {}))}
    }


def _sample(schema: dict[str, Any], known: dict[str, Any]) -> Any:
    """The least that a JSON Schema allows, with a sentence wherever text is asked for."""
    if "$ref" in schema:
        return _sample(known[schema["$ref"].rpartition("/")[2]], known)
    if "enum" in schema or "const" in schema:
        return schema.get("const", schema.get("enum", [None])[0])
    for choice in schema.get("anyOf", schema.get("allOf", [])):
        return _sample(choice, known)
    kind = schema.get("type")
    if kind == "object":
        return {name: _sample(schema["properties"][name], known) for name in schema.get("required", [])}
    if kind == "array":
        return [_sample(schema.get("items", {}), known) for _ in range(schema.get("minItems", 0))]
    return {"string": SAID, "integer": 1, "number": 1, "boolean": False}.get(str(kind))
