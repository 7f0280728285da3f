"""A small project for tests: one pipeline with a contract, one like it, and one that only describes."""

from __future__ import annotations

import email
import email.policy
import json
from email.message import EmailMessage
from pathlib import Path
from typing import Any

CONTRACT = """\
apiVersion: v3.1.0
kind: DataContract
id: people
version: 1.0.0
schema:
  - name: people
    properties:
      - {name: name, logicalType: string, required: true}
      - {name: email, logicalType: string, classification: pii, logicalTypeOptions: {format: email}}
      - {name: age, logicalType: integer, logicalTypeOptions: {minimum: 0}}
"""
GOOD = b"name,email,age\nAnn,ann@example.org,31\nBob,,\n"
MIXED = b"name,email,age\nAnn,ann@example.org,31\n,bob@example.org,4\nEve,eve@secret,-1\nDan,,x\n"
UNUSABLE = b"colour,size\nred,3\n"


def make_project(folder: Path, settings: str = "mail: {to: [team@example.com]}\n", people: str = "") -> Path:
    """Pipelines `people` (takes people*.csv), `guests` (people*.csv.gz, *_list.csv) and `anything` (no contract)."""
    pipelines = {
        "people": f"contract: contract.odcs.yaml\nintake: {{match: 'people*.csv'}}\n{people}",
        "guests": "contract: contract.odcs.yaml\nintake: {match: ['*_list.csv', 'guests.csv']}\n",
        "anything": "report: {title: Whatever comes}\n",
    }
    folder.mkdir(parents=True, exist_ok=True)
    # Files in tests are whole when they are written, and what fails need not wait.
    quick = "" if "watch:" in settings else "watch: {settle: 0}\n"
    quick += "" if "retry:" in settings else "retry: {first_delay: 0}\n"
    (folder / "headgate.yaml").write_text(settings + quick)
    for name, text in pipelines.items():
        home = folder / "pipelines" / name
        home.mkdir(parents=True)
        (home / "pipeline.yaml").write_text(text)
        if "contract:" in text:
            (home / "contract.odcs.yaml").write_text(CONTRACT)
    return folder


def drop(folder: Path, key: str, data: bytes = GOOD) -> Path:
    """Puts a file into the inbox, as a sender would."""
    path = folder / "inbox" / key
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


def documents(folder: Path, pattern: str) -> list[dict[str, Any]]:
    """The JSON documents below a project that fit a glob, by path."""
    return [json.loads(path.read_text(encoding="utf-8")) for path in sorted(folder.glob(pattern))]


def names(folder: Path, zone: str) -> list[str]:
    """Names of the files in a zone."""
    return sorted(path.name for path in (folder / zone).rglob("*") if path.is_file())


def mails(folder: Path) -> dict[str, EmailMessage]:
    """Subject → mail, of everything in the outbox."""
    found = [
        email.message_from_bytes(path.read_bytes(), policy=email.policy.default) for path in folder.glob("outbox/*.eml")
    ]
    return {mail["Subject"]: mail for mail in found}


def reports(folder: Path) -> list[Path]:
    """The reports of runs, as text."""
    return sorted(path for path in folder.glob("reports/*/*.txt") if path.parent.name != "daily")
