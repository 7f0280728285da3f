"""The fact of a pipeline without a contract: what its file is, in one row."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

NAME = "file"
_COLUMNS = ("name", "size", "kind", "media_type", "encoding", "records", "malformed", "columns", "compression", "note")
FILE_FACT: Mapping[str, tuple[str, ...]] = {NAME: _COLUMNS}
"""Its name and its columns, for what is held against it."""

# What a media type is called by people.
_KINDS = {
    "text/csv": "CSV file", "application/json": "JSON file", "application/x-ndjson": "JSON Lines file",
    "application/jsonl": "JSON Lines file", "application/vnd.apache.parquet": "Parquet file", "text/plain": "text file",
    "application/zip": "ZIP archive", "application/pdf": "PDF document", "image/png": "PNG picture",
    "image/jpeg": "JPEG picture",
}  # fmt: skip


def file_fact(metadata: Mapping[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """The fact `file`, as the analysis document holds facts.

    Args:
        metadata: the run's `metadata.json`.
    """
    columns, compression = metadata.get("columns"), metadata.get("compression") or {}
    row = {
        "name": metadata["name"],
        "size": metadata["size"],
        "kind": _KINDS.get(metadata["media_type"]),
        "media_type": metadata["media_type"],
        "encoding": metadata.get("encoding"),
        "records": metadata.get("records"),
        "malformed": metadata.get("malformed"),
        "columns": None if columns is None else len(columns),
        "compression": compression.get("method"),
        "note": metadata.get("note"),
    }
    return {NAME: [row]}
