"""The parts of a report that are prose: summary, insights, anomalies, recommendations, one by one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from headgate.core.printable import printable
from headgate.core.report.blocks import Card, Cards, Level, Pair, Point, Points, Prose, Section
from headgate.core.report.facts import title_of
from headgate.core.report.header import Shown
from headgate.core.report.numbers import column_label, counted

_TEXT, _PARAGRAPHS, _MOST, _ENTITIES = 2000, 12, 20, 40
_ASPECTS = ("opportunities", "risks", "key_anomaly")
_LEVELS: dict[str, Level] = {"high": "critical", "medium": "warning", "low": "info"}


def summary(narrative: Mapping[str, Any] | None, model: Mapping[str, Any] | None = None) -> Section | None:
    """The summary, and who wrote it; `model` is what a model had to do with it."""
    if not narrative or not narrative.get("summary", {}).get("text"):
        return None
    paragraphs = [text.strip() for text in str(narrative["summary"]["text"]).split("\n") if text.strip()]
    said = tuple(printable(" ".join(text.split()), _TEXT) for text in paragraphs[:_PARAGRAPHS])
    return Section("summary", "In short", (Prose(said, _by(narrative, model or {})),))


def _by(narrative: Mapping[str, Any], model: Mapping[str, Any]) -> str:
    by, dropped = str(narrative["by"]), narrative.get("dropped") or 0
    who = "the built-in narrator" if by == "built-in" else printable(by, 80)
    were = "was" if dropped == 1 else "were"
    left_out = f" {counted(dropped, 'sentence')} that no fact supports {were} left out." if dropped else ""
    instead = f", instead of {printable(model['name'], 80)}, which could not" if model.get("fallback") else ""
    advises = " What to do is said by the built-in narrator." if narrative.get("advised_by") else ""
    return f"Written by {who} from the facts in this report{instead}.{left_out}{advises}"


def statements(narrative: Mapping[str, Any] | None, shown: Mapping[str, Shown]) -> list[Section]:
    """Insights and anomalies, as far as there are any."""
    given = narrative or {}
    parts = [
        _points("insights", "Insights", [_insight(one, shown) for one in given.get("insights", ())]),
        _points("anomalies", "Anomalies", [_anomaly(one, shown) for one in given.get("anomalies", ())]),
    ]
    return [part for part in parts if part]


def what_to_do(narrative: Mapping[str, Any] | None, shown: Mapping[str, Shown]) -> Section | None:
    """The recommendations."""
    advice = [_advice(one, shown) for one in (narrative or {}).get("recommendations", ())]
    return _points("recommendations", "What to do", advice)


def _points(name: str, title: str, points: Sequence[Point]) -> Section | None:
    return Section(name, title, (Points(tuple(points[:_MOST])),)) if points else None


def _insight(one: Mapping[str, Any], shown: Mapping[str, Shown]) -> Point:
    label = f"{printable(one['confidence'], 20)} confidence"
    return Point(_text(one["description"]), label, _about(one["type"]), "plain", _sources(one, shown))


def _anomaly(one: Mapping[str, Any], shown: Mapping[str, Shown]) -> Point:
    severity = printable(one["severity"], 20)
    return Point(
        _text(one["description"]), severity, _about(one["type"]), _LEVELS.get(severity, "plain"), _sources(one, shown)
    )


def _advice(one: Mapping[str, Any], shown: Mapping[str, Shown]) -> Point:
    priority = printable(one["priority"], 20)
    level: Level = "info" if priority == "high" else "plain"
    return Point(_text(one["action"]), f"{priority} priority", _about(one["category"]), level, _sources(one, shown))


def _text(text: Any) -> str:
    return printable(" ".join(str(text).split()), _TEXT)


def _about(name: Any) -> str:
    return column_label(str(name))


def _sources(one: Mapping[str, Any], shown: Mapping[str, Shown]) -> tuple[str, ...]:
    return tuple(title_of(str(name), shown.get(str(name))) for name in one.get("facts", ())[:_MOST])


def one_by_one(narrative: Mapping[str, Any] | None) -> Section | None:
    """What is said of each entity."""
    entities = (narrative or {}).get("entities") or ()
    cards = tuple(_card(entity) for entity in entities[:_ENTITIES])
    return Section("entities", "One by one", (Cards(cards),)) if cards else None


def _card(entity: Mapping[str, Any]) -> Card:
    lines = (Pair(column_label(name), _joined(entity.get(name))) for name in _ASPECTS)
    return Card(printable(entity["entity"], 80), _text(entity["summary"]), tuple(line for line in lines if line.text))


def _joined(value: Any) -> str:
    """One text, or a list of them."""
    if isinstance(value, list | tuple):
        return " ".join(map(_text, value))
    return _text(value) if value else ""
