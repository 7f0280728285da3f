"""What of a contract is enforced, in one canonical form, and its SHA-256.

In it: id, version, schema name, columns in order with everything that decides how a cell is read or shown, rules with
their ids, arguments, severities and messages, file checks, and the layout. A message is in because it stands beside
rejected rows; that of a row rule is its ODCS `description`. Out of it: comments, the order of keys, all other
descriptions, and everything the gate does not enforce.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, fields
from typing import Any

from headgate.core.contract.model import Contract

FORM = 1


def canonical(contract: Contract) -> bytes:
    """The canonical JSON: UTF-8, keys sorted, no white space; equal for contracts that are enforced alike."""
    content = {
        "form": FORM,
        "id": contract.id,
        "version": contract.version,
        "schema": contract.schema,
        "columns": [_plain(column, "description") for column in contract.columns],
        "rules": [_plain(rule, "where") for rule in contract.rules],
        "checks": [_plain(check, "where", "message") for check in contract.checks if not check.skipped],
        "layout": asdict(contract.layout),
    }
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return text.encode()


def contract_fingerprint(contract: Contract) -> str:
    """SHA-256 of the canonical form, 64 hexadecimal digits."""
    return hashlib.sha256(canonical(contract)).hexdigest()


def _plain(record: Any, *left_out: str) -> dict[str, Any]:
    return {f.name: getattr(record, f.name) for f in fields(record) if f.name not in left_out}
