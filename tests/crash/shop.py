"""A project on which every kind of end occurs, its files, and what must be true of it in the end."""

from __future__ import annotations

import contextlib
import hashlib
import json
import re
import sqlite3
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any

from headgate.hosts.embedded import EmbeddedHost
from headgate.hosts.once import run_once
from headgate.stages.load import table_of

NOW = datetime(2026, 1, 2, 3, 4, 5)
_CONTRACT = """\
apiVersion: v3.1.0
kind: DataContract
id: orders
version: 1.0.0
schema:
  - name: orders
    properties:
      - {name: order_id, logicalType: string, required: true, unique: true}
      - {name: quantity, logicalType: integer, required: true, logicalTypeOptions: {minimum: 1}}
"""
_PIPELINE = """\
contract: contract.odcs.yaml
accepted: jsonl
intake: {match: 'orders*.csv'}
derive: {processed_timestamp: _claimed_at}
sinks:
  orders: {partition_key: order_id, sort_key: processed_timestamp, indexes: {by_quantity: quantity}}
"""
_SETTINGS = """\
mail: {to: [team@example.com]}
watch: {settle: 0}
retry: {first_delay: 0}
workers: %d
"""
_GOOD = b"order_id,quantity\n" + b"".join(b"G%d,%d\n" % (number, number + 1) for number in range(40))
_DIRTY = b'order_id,quantity\nD1,1\nD2,none\nD3,-4\nD4\nD5,5\n"D6,6\nD7,7\n'
# Drawn anew for each arrival.
# How many runs came before depends on which of two workers was faster.
_EARLIER = re.compile(rb'"found": \d+|Not\s+compared\s+with\s+earlier\s+runs\s+yet[^.]*\.')
_CORRELATION = re.compile(rb"(?is)correlation[ _]id.{0,80}?[0-9a-f]{32}")
FILES = {
    "orders/1-good.csv": _GOOD,
    "orders/2-dirty.csv": _DIRTY,
    "orders/3-same-as-good.csv": _GOOD,
    "orders/4-not-orders.csv": b"colour,size\nred,3\n",
    "5-nobody-wants.txt": b"?",
    "notes/6-note.txt": b"one\ntwo\n",
}


def files_of(workers: int) -> dict[str, bytes]:
    """What arrives. Where two work at once, chance decides which of two equal files is the duplicate: so there is one."""
    return {key: data for key, data in FILES.items() if workers == 1 or "same" not in key}


def make_shop(folder: Path, workers: int = 1) -> None:
    """The project, and its files in the inbox."""
    for name, text in {"orders": _PIPELINE, "notes": "report: {title: Notes}\n"}.items():
        home = folder / "pipelines" / name
        home.mkdir(parents=True)
        (home / "pipeline.yaml").write_text(text)
    (folder / "pipelines/orders/contract.odcs.yaml").write_text(_CONTRACT)
    (folder / "headgate.yaml").write_text(_SETTINGS % workers)
    for key, data in files_of(workers).items():
        _drop(folder, key, data)


def resubmit(folder: Path) -> None:
    """A person corrects the rejected rows of the dirty file and drops them as they are."""
    for path in sorted(folder.glob("rejected/orders/*/rejected.csv")):
        text = path.read_text()
        if "D2" in text:
            _drop(folder, "orders/7-again.csv", text.replace("none", "2").replace("-4", "4").encode())


def _drop(folder: Path, key: str, data: bytes) -> None:
    path = folder / "inbox" / key
    path.parent.mkdir(parents=True, exist_ok=True)
    path.with_name(".coming").write_bytes(data)
    path.with_name(".coming").rename(path)


def go(folder: Path) -> None:
    """One process's work."""
    with EmbeddedHost(folder, lambda: NOW) as host:
        run_once(host, sleep=lambda _: None)


def whole_outputs(folder: Path) -> list[str]:
    """What is wrong at any moment: a manifest whose outputs are not there, or not what it says."""
    wrong = []
    for path in folder.glob("manifests/*.json"):
        for output in json.loads(path.read_text())["outputs"].values():
            with contextlib.suppress(FileNotFoundError):
                if hashlib.sha256((folder / output["path"]).read_bytes()).hexdigest() == output["sha256"]:
                    continue
            wrong.append(f"{path.name} names {output['path']}, which is not there as it says")
    return wrong


def picture(folder: Path) -> dict[str, Any]:
    """All that must be the same, however often the process was killed."""
    zones = ("accepted", "rejected", "archive", "failed", "unmatched", "analysis", "reports", "inbox")
    files = {
        str(path.relative_to(folder)): hashlib.sha256(_without_chance(path.read_bytes())).hexdigest()
        for zone in zones
        for path in sorted((folder / zone).rglob("*"))
        if path.is_file()
    }
    manifests = {path.name: _without_observed(path) for path in sorted(folder.glob("manifests/*.json"))}
    return {
        "files": files,
        "manifests": manifests,
        "runs": _runs(folder),
        "table": _table(folder),
        "left": _left(folder),
    }


def _without_chance(content: bytes) -> bytes:
    """Without the id that each arrival draws anew, and the runs before; a page says where a browser may break it."""
    return _EARLIER.sub(b"", _CORRELATION.sub(b"", content.replace(b"<wbr>", b"")))


def _without_observed(path: Path) -> dict[str, Any]:
    manifest = json.loads(path.read_text())
    del manifest["observed"]
    return dict(manifest)


def _runs(folder: Path) -> list[Any]:
    query = "SELECT run, pipeline, file, state, verdict, counts, attempts, parent FROM runs ORDER BY run"
    return _rows(folder / ".headgate/ledger.db", query)


def _left(folder: Path) -> list[Any]:
    """Deliveries that are not done."""
    query = "SELECT event, stage, state FROM deliveries WHERE state <> 'done' ORDER BY event"
    return _rows(folder / ".headgate/ledger.db", query)


def _table(folder: Path) -> list[Any]:
    with EmbeddedHost(folder, lambda: NOW) as host:
        table = table_of("orders", host.project.pipelines["orders"].sinks["orders"])
        return sorted(json.dumps(dict(row), default=str, sort_keys=True) for row in host.tables.rows(table))


def _rows(database: Path, query: str) -> list[Any]:
    with closing(sqlite3.connect(database)) as connection:
        return [list(row) for row in connection.execute(query)]
