"""What a report says of a file that is only described: its metadata, and its size beside those of the files before it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from headgate.core.manifest import Manifest
from headgate.core.printable import printable
from headgate.core.report.blocks import Chart, Mark, Pair, Pairs, Section
from headgate.core.report.input import RecentFile
from headgate.core.report.numbers import size_text

_SAID = ("media_type", "encoding", "compression", "columns", "note")
_TEXT, _NAME = 300, 36
_UNITS = (("GB", 1e9), ("MB", 1e6), ("KB", 1e3), ("bytes", 1))


def described(manifest: Manifest, files: Sequence[RecentFile]) -> list[Section]:
    """Its metadata, and a picture when other files came before it."""
    chart = _sizes(files)
    beside = [Section("sizes", "Its size beside the files before it", (chart,), part=True)] if chart else []
    return [Section("came", "What came", (_metadata(manifest),)), *beside]


def _metadata(manifest: Manifest) -> Pairs:
    metadata, file = manifest["metadata"], manifest["file"]
    items = [Pair("Size", size_text(file["size"]))]
    if manifest["counts"]["records"] is not None:
        items.append(Pair("Records", f"{manifest['counts']['records']:,}"))
    items += [
        Pair(name.replace("_", " ").capitalize(), _listed(metadata[name])) for name in _SAID if metadata.get(name)
    ]
    return Pairs(tuple(items))


def _listed(value: Any) -> str:
    return printable(", ".join(map(str, value)) if isinstance(value, list | tuple) else value, _TEXT)


def _sizes(files: Sequence[RecentFile]) -> Chart | None:
    largest = max((file.size for file in files), default=0)
    if len(files) < 2 or not largest:
        return None
    unit, one = next((unit, one) for unit, one in _UNITS if largest >= one)
    named = list(zip(_names(files), files, strict=True))
    marks = tuple(Mark(name, file.size / one, size_text(file.size)) for name, file in named)
    said = "; ".join(f"{mark.at}: {mark.text}" for mark in marks)
    alt = printable(f"Bar chart, Size by file. {said}.", 500)
    return Chart("bar", "Size by file", "File", f"Size ({unit})", marks, alt, still=True)


def _names(files: Sequence[RecentFile]) -> Iterator[str]:
    """Each of them once: the same file may come every day."""
    seen: Counter[str] = Counter()
    for file in files[:-1]:
        name = printable(file.name, _NAME)
        seen[name] += 1
        yield name if seen[name] == 1 else f"{name} ({seen[name]})"
    yield f"{printable(files[-1].name, _NAME)} (this one)"
