"""The part of a report that says what came, what was rejected and why, and how to mend it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from headgate.core.manifest import Manifest, resendable
from headgate.core.printable import printable
from headgate.core.report.address import web_address
from headgate.core.report.blocks import (
    Badge,
    Block,
    Column,
    Example,
    Examples,
    Figure,
    Figures,
    Level,
    Notice,
    Notices,
    Pair,
    Pairs,
    Prose,
    Section,
    Seen,
    Share,
    Shares,
    Steps,
    Table,
)
from headgate.core.report.described import described
from headgate.core.report.input import Lies, ReportInput
from headgate.core.report.numbers import counted, percent
from headgate.core.report.plain import reject_reasons

_TEXT, _PATH, _SAMPLES, _CHECKS = 300, 4000, 3, 10
_BADGES: dict[str, Badge] = {
    "accepted": Badge("good", "Accepted"),
    "accepted_with_rejects": Badge("warning", "Accepted, with rejects"),
    "failed": Badge("critical", "Failed"),
}


def badge(manifest: Manifest) -> Badge:
    """The verdict in a word or two."""
    if "metadata" in manifest:
        return Badge("good", "Described")
    return _BADGES.get(str(manifest["verdict"]), Badge("plain", printable(manifest["verdict"], 40)))


def headline(manifest: Manifest) -> str:
    """What somebody reads who reads nothing else."""
    counts, records = manifest["counts"], manifest["counts"]["records"]
    if manifest["verdict"] == "failed":
        return "The file failed, and nothing of it was published"
    if "metadata" in manifest:
        return f"{printable(manifest['file']['name'], 80)} is in"
    if not records:
        return "The file holds no rows"
    if not counts["rejected"]:
        return "The one row was accepted" if records == 1 else f"All {records:,} rows were accepted"
    if not counts["accepted"]:
        return f"None of {counted(records, 'row')} was accepted"
    return f"{counts['accepted']:,} of {counted(records, 'row')} accepted"


def numbers(manifest: Manifest) -> str:
    """The counts in a few words, for a subject line."""
    counts = manifest["counts"]
    if manifest["verdict"] == "failed":
        return "failed"
    if "metadata" in manifest:
        return "is in"
    return f"{counts['accepted']:,} accepted, {counts['rejected'] or 0:,} rejected"


def what_came(given: ReportInput) -> list[Section]:
    """Counts, top reasons, samples, statements about the file that are not true."""
    manifest = given.manifest
    if "metadata" in manifest:
        return described(manifest, given.recent_files)
    parts = [
        Section("came", "What came", _counts(manifest)),
        _section("reasons", "Why rows were rejected", _reasons(given)),
        _section("examples", "For example", _examples(given.analysis)),
        _section("checks", "Not true of the file", _failed_checks(manifest)),
    ]
    return [part for part in parts if part]


def _section(name: str, title: str, block: Block | None) -> Section | None:
    return Section(name, title, (block,), part=True) if block else None


def _counts(manifest: Manifest) -> tuple[Block, ...]:
    counts, records = manifest["counts"], manifest["counts"]["records"] or 0
    rejected, warned = counts["rejected"] or 0, counts["warned"] or 0
    items = [
        Figure("Rows", f"{records:,}"),
        Figure("Accepted", f"{counts['accepted']:,}", percent(counts["accepted"], records), "good"),
        Figure("Rejected", f"{rejected:,}", percent(rejected, records), "warning" if rejected else "plain"),
    ]
    if warned:
        items.append(Figure("Warned", f"{warned:,}", "but accepted"))
    blocks: list[Block] = [Figures(tuple(items))]
    if rejected and records:
        share = 100 * counts["accepted"] / records
        blocks.append(Shares((Share("accepted", share, "accepted"), Share("rejected", 100 - share, "rejected"))))
    if reason := manifest.get("reason"):
        blocks.append(Notices((Notice("critical", "Why it failed", (Seen(printable(reason["message"], 1000)),)),)))
    elif records and not rejected:
        blocks.append(Prose(("No row was rejected.",)))
    return tuple(blocks)


def _reasons(given: ReportInput) -> Table | None:
    """Each reason as a sentence: its columns, and what is asked of them."""
    reasons: Sequence[Mapping[str, Any]] = given.analysis.get("top_reasons", ())
    if not reasons:
        return None
    columns = {rule["id"]: rule.get("columns", ()) for rule in given.manifest.get("rules", ())}
    rows = tuple((f"{reason['count']:,}", _sentence(reason, columns.get(reason["reason"], ()))) for reason in reasons)
    more = len(reject_reasons(given.manifest)) - len(rows)
    return Table((Column("Rows", numeric=True), Column("Reason")), rows, more, "reason")


def _sentence(reason: Mapping[str, Any], columns: Sequence[str]) -> str:
    message = str(reason["message"] or reason["reason"])
    # The messages of a column's own rules lack their subject; those that people write have one.
    lacking = columns and message.startswith(("must ", "is ", "has "))
    return printable(f"{', '.join(columns)} {message}" if lacking else message, _TEXT)


def _examples(analysis: Mapping[str, Any]) -> Examples | None:
    samples = analysis.get("samples", ())[:_SAMPLES]
    return Examples(tuple(map(_example, samples))) if samples else None


def _example(sample: Mapping[str, Any]) -> Example:
    place = f"Line {sample['line']:,}" if sample["line"] is not None else f"Record {sample['record']:,}"
    cells = tuple(
        Pair(printable(name, 40), printable(value, 60)) for name, value in sample["cells"].items() if str(value).strip()
    )
    raw = printable(sample["raw"], 200) if sample["raw"] is not None else ""
    return Example(place, tuple(printable(reason, _TEXT) for reason in sample["reasons"]), cells, raw)


def _failed_checks(manifest: Manifest) -> Notices | None:
    failed = [check for check in manifest.get("checks", ()) if check["status"] == "failed"][:_CHECKS]
    return Notices(tuple(map(_failed_check, failed))) if failed else None


def _failed_check(check: Mapping[str, Any]) -> Notice:
    level: Level = "critical" if check.get("severity") == "error" else "warning"
    measured = "" if check["value"] is None else f"{check['value']:,.10g}"
    text = printable(check["message"], _TEXT)
    seen = Seen(text, observed=measured or printable(check["why"], _TEXT))
    return Notice(level, printable(check["id"], 80), (seen,))


def where_it_lies(given: ReportInput) -> Section | None:
    """Where the outputs are, and how to mend what was rejected."""
    # What was accepted comes first.
    outputs = sorted(given.manifest.get("outputs", {}).items(), key=lambda item: item[0].startswith("rejected"))
    lies = list(given.lies) or [Lies(role.replace("_", " "), output["path"]) for role, output in outputs]
    blocks: list[Block] = [Pairs(tuple(_place(one) for one in lies), code=True)] if lies else []
    return Section("places", "Where everything is", tuple(blocks)) if blocks else None


def _place(one: Lies) -> Pair:
    return Pair(printable(one.what, 60), printable(one.where, _PATH), web_address(one.where))


def how_to_mend(given: ReportInput) -> Section | None:
    """What to do about the rejected rows; nothing where there are none."""
    rejected = given.manifest["counts"]["rejected"]
    if not rejected or not given.mend:
        return None
    path = printable(resendable(given.manifest) or "", _PATH)
    steps = (
        Pair("Correct the cells in this file; _reasons says what is wrong, _line where the row stood.", path),
        Pair("Send it as it is. Only rows that are still open are taken.", printable(given.mend, _PATH)),
    )
    return Section("mend", f"To mend the {counted(rejected, 'rejected row')}", (Steps(steps),))
