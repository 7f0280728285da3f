"""The plain report on one run: what came, what was rejected and why, where everything is, what to do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from headgate.core.gate.reasons import RECORD_MESSAGES
from headgate.core.gate.tables import MALFORMED
from headgate.core.manifest import Manifest
from headgate.core.printable import and_more, printable

_TOP = 5
_PATH = 4000
_RECORD_MESSAGES = {**MALFORMED, **RECORD_MESSAGES}


@dataclass(frozen=True)
class PlainReport:
    """A subject line and a text."""

    subject: str
    text: str


def top_reasons(manifest: Manifest) -> list[dict[str, Any]]:
    """The few reasons that cost most rows: [{reason, message, count}], most first."""
    return reject_reasons(manifest)[:_TOP]


def reject_reasons(manifest: Manifest) -> list[dict[str, Any]]:
    """Every reason for which a row was rejected, as `top_reasons` has them."""
    rules = [
        {"reason": rule["id"], "message": rule["message"], "count": rule["count"]}
        for rule in manifest.get("rules", [])
        if rule["count"] and rule["severity"] == "error"
    ]
    rules += [
        {"reason": code, "message": _RECORD_MESSAGES.get(code, ""), "count": number}
        for code, number in manifest.get("malformed", {}).items()
    ]
    return sorted(rules, key=lambda rule: (-rule["count"], rule["reason"]))


def plain_report(manifest: Manifest, analysis: Mapping[str, Any], title: str, correlation_id: str) -> PlainReport:
    """The report of one run, in at most a page of text."""
    counts, name = manifest["counts"], printable(manifest["file"]["name"], 80)
    if "metadata" in manifest:
        subject, body = f"{title}: {name} is in", _metadata_lines(manifest["metadata"])
    else:
        subject = f"{title}: {name}: {_numbers(counts)}"
        body = [*_reason_lines(manifest, analysis["top_reasons"]), *_sample_lines(analysis), *_check_lines(manifest)]
    lines = [title, "=" * len(title), "", *_file_lines(manifest), "", *body, *_output_lines(manifest)]
    lines += ["", f"run {manifest['run']} · correlation id {correlation_id}", ""]
    return PlainReport(subject, "\n".join(lines))


def _numbers(counts: Mapping[str, int]) -> str:
    return f"{counts['accepted']:,} accepted, {counts['rejected']:,} rejected"


def _file_lines(manifest: Manifest) -> list[str]:
    file, counts = manifest["file"], manifest["counts"]
    lines = [f"File      {printable(file['name'])} ({file['size']:,} bytes)"]
    if counts["records"] is not None:
        lines.append(f"Records   {counts['records']:,}")
    if "metadata" not in manifest:
        share = f" ({counts['rejected'] / counts['records']:.1%})" if counts["rejected"] and counts["records"] else ""
        lines += [f"Accepted  {counts['accepted']:,}", f"Rejected  {counts['rejected']:,}{share}"]
        if counts["warned"]:
            lines.append(f"Warned    {counts['warned']:,}")
    return lines


def _metadata_lines(metadata: Mapping[str, Any]) -> list[str]:
    shown = ("media_type", "encoding", "compression", "columns", "note")
    lines = [f"{key.replace('_', ' ').capitalize():<12}{_listed(metadata[key])}" for key in shown if metadata.get(key)]
    return [*lines, ""]


def _listed(value: Any) -> str:
    return printable(", ".join(map(str, value)) if isinstance(value, list | tuple) else value)


def _reason_lines(manifest: Manifest, reasons: Sequence[Mapping[str, Any]]) -> list[str]:
    if not reasons:
        return ["Every row was accepted.", ""]
    width = max(len(f"{reason['count']:,}") for reason in reasons)
    lines = ["Why rows were rejected"]
    for reason in reasons:
        said = f": {printable(reason['message'])}" if reason["message"] else ""
        lines.append(f"  {reason['count']:>{width},} × {printable(reason['reason'])}{said}")
    return [*lines, *and_more(len(reject_reasons(manifest)) - len(reasons)), ""]


def _sample_lines(analysis: Mapping[str, Any]) -> list[str]:
    samples = analysis["samples"]
    if not samples:
        return []
    lines = ["For example"]
    for sample in samples:
        place = f"line {sample['line']}" if sample["line"] is not None else f"record {sample['record']}"
        lines.append(f"  {place}: {'; '.join(sample['reasons'])}")
        cells = " · ".join(f"{name}={value}" for name, value in sample["cells"].items() if value.strip())
        lines.append(f"    {printable(sample['raw'] if sample['raw'] is not None else cells, 200)}")
    return [*lines, ""]


def _check_lines(manifest: Manifest) -> list[str]:
    failed = [check for check in manifest["checks"] if check["status"] == "failed"]
    if not failed:
        return []
    lines = ["Statements about the file that are not true"]
    for check in failed:
        found = check["why"] if check["value"] is None else f"measured {check['value']:,.10g}"
        lines.append(f"  {printable(check['id'])}: {printable(check['message'])} ({printable(found)})")
    return [*lines, ""]


def _output_lines(manifest: Manifest) -> list[str]:
    lines = [
        f"{role.replace('_', ' '):<15} {printable(output['path'])}" for role, output in manifest["outputs"].items()
    ]
    if manifest["counts"]["rejected"]:
        resend = "rejected_csv" if str(manifest["outputs"].get("rejected_csv", "")) else "rejected_jsonl"
        path = printable(manifest["outputs"][resend]["path"])
        lines += ["", f"To see what to mend: open {path}; its column _reasons says why, _line where."]
    return lines


def check_summary(manifest: Manifest, samples: list[dict[str, Any]], folder: str) -> str:
    """What `headgate check` prints for one file."""
    name = printable(manifest["file"]["name"])
    lines = [f"{name}: {manifest['verdict'].replace('_', ' ')}"]
    if manifest["reason"]:
        lines += _failure_lines(manifest["reason"])
    if manifest["counts"]["records"] is not None:
        lines += ["", *_file_lines(manifest), "", *_reason_lines(manifest, top_reasons(manifest))]
        lines += _sample_lines({"samples": samples}) + _check_lines(manifest)
    paths = {role.replace("_", " "): output["path"] for role, output in manifest["outputs"].items()}
    paths["manifest"] = "manifest.json"
    lines += [f"{role:<15} {printable(f'{folder}/{path}', _PATH)}" for role, path in paths.items()]
    return "\n".join([*lines, ""])


def _failure_lines(reason: Mapping[str, Any]) -> list[str]:
    place = f"line {reason['line']}: " if reason.get("line") else ""
    lines = [f"  {place}{printable(reason['message'], 1000)} [{reason['code']}]"]
    lines += [
        f"  {label}: {printable(reason[key])}"
        for label, key in (("who acts", "who"), ("next", "next"))
        if reason.get(key)
    ]
    return lines
