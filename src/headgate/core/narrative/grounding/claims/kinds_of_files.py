"""What kind of file a sentence says it is, held against a fact that says so: `it is a JSON file`, `it is compressed`."""

from __future__ import annotations

import re

from headgate.core.narrative.grounding.reading.scene import Scene
from headgate.core.narrative.grounding.reading.tables import Column, Table
from headgate.core.narrative.grounding.reading.words import stem_set, stems

_FORMATS = {
    "csv": "csv", "json": "json", "jsonl": "jsonl ndjson", "xml": "xml", "excel": "excel xlsx xls spreadsheetml", "pdf": "pdf",
    "workbook": "excel xlsx xls spreadsheetml", "image": "image png jpeg jpg gif webp tiff bmp", "picture": "image png jpeg jpg gif",
    "photo": "image png jpeg jpg", "png": "png", "jpeg": "jpeg jpg", "zip": "zip", "archive": "zip tar gzip archive 7z rar",
    "parquet": "parquet", "video": "video mp4", "audio": "audio mp3 wav", "html": "html", "word": "word docx msword",
    "text": "text txt", "markdown": "markdown", "database": "sqlite database", "executable": "executable",
}  # fmt: skip
_IS_A = re.compile(
    rf"\b(?:is|was|as)\s+(?:an?|the)\s+(?:[\w-]+\s+)??(?P<is>{'|'.join(_FORMATS)})\b"
    rf"|\b(?P<file>{'|'.join(_FORMATS)})\s+(?:file|document)\b",
    re.I,
)
_COMPRESSED = re.compile(r"\b(?:compressed|zipped|gzipped)\b", re.I)
_EMPTY = re.compile(r"\b(?:is|was)\s+(?:completely\s+|entirely\s+)?empty\b|\bholds?\s+nothing\b|\bno\s+records\b", re.I)
_KIND = stem_set("kind type")
_KNOWN = stem_set(" ".join(_FORMATS.values()))


def wrong_kind(scene: Scene) -> str:
    """Why the file is of no such kind; empty when it is, or nothing is said."""
    for there in scene.tables:
        kind = _kind_of_file(there)
        if kind and (
            reason := _no_such_format(scene, there, kind) or _is_plain(scene, there) or _is_filled(scene, there)
        ):
            return reason
    return ""


def _kind_of_file(there: Table) -> Column | None:
    """The column that says of which format the one file of a fact is; a type of customer says no such thing."""
    if there.size != 1:
        return None
    kinds = (column for column in there.named if column.words & _KIND and isinstance(column.cells[0], str))
    return next((one for one in kinds if "/" in one.cells[0] or _KNOWN & set(stems(one.cells[0]))), None)


def _no_such_format(scene: Scene, there: Table, kind: Column) -> str:
    cells = [str(cell) for column in there.columns for cell in column.cells if isinstance(cell, str)]
    told = frozenset(stems(" ".join(cells)))
    for found in _IS_A.finditer(scene.text) if not scene.has_not else ():
        said = (found["is"] or found["file"]).lower()
        if not stem_set(_FORMATS[said]) & told:
            return f"`{kind.name}` in `{there.name}` is {kind.cells[0]}"
    return ""


def _is_plain(scene: Scene, there: Table) -> str:
    """`it is compressed`, where `compression` is empty."""
    columns = [column for column in there.columns if column.name == "compression"]
    if not columns or not _COMPRESSED.search(scene.text) or bool(columns[0].cells[0]) != scene.has_not:
        return ""
    return f"`compression` in `{there.name}` is {columns[0].cells[0] or 'none'}"


def _is_filled(scene: Scene, there: Table) -> str:
    """`the file is empty`, where it has records."""
    found = None if "not" in scene.lows else _EMPTY.search(scene.text)
    for column in there.numeric if found else ():
        if column.name in ("records", "size") and any(column.present()):
            return f"`{column.name}` in `{there.name}` is {column.present()[0]:,g}"
    return ""
