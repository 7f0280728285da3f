"""`python -m benchmarks.aws_costs`: what a deployment costs, from what the rehearsal measured and AWS's unit prices; prints Markdown."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from benchmarks.aws_prices import PRICES

ROOT = Path(__file__).parent.parent
MEASURED = Path(__file__).parent / "aws_measured.json"
PAGE = ROOT / "docs/costs.md"
FILES_A_DAY, DAYS = 1000, 30
GIGABYTE = 1e9
# Lambda asks each queue with five requests at once, each of which waits for 20 seconds.
POLLS_OF_A_QUEUE = 5 * DAYS * 24 * 3600 / 20
# START, END and REPORT, which Lambda itself logs at each call; taken, not measured.
LAMBDA_LOG_BYTES = 350
# Sent by EventBridge or S3, taken by Lambda, deleted.
REQUESTS_OF_A_MESSAGE = 3
ALARMS_OF_A_STAGE, ALARMS_OF_ALL = 3, 4
# Seconds, memory and GB-seconds, which every call of a function tells; of files there are none.
METRICS_OF_CALLS = 3
CLOCK_MINUTES = 5

Quantities = dict[str, float]


def memory() -> dict[str, int]:
    """Stage → MB that its function is given, as `infra/stack/stages.tf` says."""
    text = (ROOT / "infra/stack/stages.tf").read_text(encoding="utf-8")
    return {stage: int(mb) for stage, mb in re.findall(r"^ +(\w+) += \{ memory = (\d+),", text, re.M)}


def of_file(found: Mapping[str, Any]) -> Quantities:
    """What one file takes."""
    given, warm, asked = memory(), found["warm"], found["requests"]
    calls = warm["calls"]
    messages = asked["sqs DeleteMessage"]
    others = sum(count for kind, count in asked.items() if kind.startswith("sqs ") and not _is_of_message(kind))
    return {
        "requests": sum(calls.values()),
        "gb_seconds": sum(warm["seconds"][stage] * given[stage] / 1024 * count for stage, count in calls.items()),
        "s3_put": asked.get("s3 put", 0), "s3_get": asked.get("s3 get", 0), "s3_gb": asked["s3 bytes"] / GIGABYTE,
        "events": asked["bus events"], "sqs": REQUESTS_OF_A_MESSAGE * messages + others,
        "writes": asked["table writes"], "reads": asked["table reads"],
        "table_gb": asked["table bytes"] / GIGABYTE, "backup_gb": asked["backup bytes"] / GIGABYTE,
        "mails": asked.get("mail recipients", 0), "mail_gb": asked.get("mail bytes", 0) / GIGABYTE,
        "out_gb": asked.get("mail bytes", 0) / GIGABYTE,
        "log_gb": (asked["log bytes"] + LAMBDA_LOG_BYTES * sum(calls.values())) / GIGABYTE,
    }  # fmt: skip


def _is_of_message(kind: str) -> bool:
    """Counted by the messages: the rehearsal asks a queue more often than Lambda does, and sees nothing of what a rule sends."""
    return kind in ("sqs ReceiveMessage", "sqs DeleteMessage", "sqs GetQueueUrl")


def standing(by_time: Mapping[str, float]) -> Quantities:
    """What a deployment takes in a month without any file."""
    given, takers = memory(), _takers()
    times = {"clock.ticked": DAYS * 24 * 60 / CLOCK_MINUTES, "day.ended": DAYS}
    calls = {stage: times[event] for event, stages in takers.items() for stage in stages}
    return {
        "requests": sum(calls.values()), "schedules": sum(times.values()), "events": sum(times.values()),
        "gb_seconds": sum(by_time[stage] * given[stage] / 1024 * count for stage, count in calls.items()),
        "sqs": POLLS_OF_A_QUEUE * len(given) + REQUESTS_OF_A_MESSAGE * sum(calls.values()),
        "metrics": METRICS_OF_CALLS, "alarms": ALARMS_OF_A_STAGE * len(given) + ALARMS_OF_ALL, "dashboards": 1,
    }  # fmt: skip


def _takers() -> dict[str, list[str]]:
    """Event that comes by time → the stages that take it."""
    stages = json.loads((ROOT / "infra/stack/flow.json").read_text(encoding="utf-8"))["stages"]
    return {
        event: [stage for stage, of in stages.items() if event in of["events"]]
        for event in ("clock.ticked", "day.ended")
    }


def orders_of(found: Mapping[str, Any], rows: int) -> Quantities:
    """A file of orders with so many rows, by one with 1,000: only what is written to the table grows with them here."""
    one, times = of_file(found), rows / found["warm"]["rows"]
    loading = found["warm"]["seconds"]["load"] * memory()["load"] / 1024
    grown = {kind: one[kind] * times for kind in ("writes", "table_gb", "backup_gb")}
    return {**one, **grown, "gb_seconds": one["gb_seconds"] + loading * (times - 1)}


def month(one: Quantities, files: int, fixed: Quantities, metrics: int) -> Quantities:
    """Of so many files; stored is what has come by the end of the month.

    Args:
        metrics: that functions give where files come.
    """
    return {kind: one.get(kind, 0) * files + fixed.get(kind, 0) for kind in PRICES} | {"metrics": metrics}


def costs(units: Mapping[str, float], *, with_free: bool) -> dict[str, float]:
    """Service → US dollars."""
    found: dict[str, float] = {}
    for kind, price in PRICES.items():
        found[price.service] = found.get(price.service, 0) + price.cost(units.get(kind, 0), with_free=with_free)
    return found


def months(measured: Mapping[str, Any]) -> list[Quantities]:
    """Without files; a thousand files a day of 1 MB: sales, and orders."""
    fixed, files, metrics = standing(measured["by_time"]), FILES_A_DAY * DAYS, measured["metrics"]
    sales = of_file(measured["smartphone_sales_1_mb"])
    orders = orders_of(measured["orders_1000_rows"], measured["rows_of_1_mb_of_orders"])
    return [fixed, *(month(one, files, fixed, metrics) for one in (sales, orders))]


def table(measured: Mapping[str, Any]) -> str:
    """Per service and month, each without and with what is free."""
    priced = [costs(units, with_free=free) for units in months(measured) for free in (False, True)]
    lines = [
        "| USD a month | no files | with free tier | sales | with free tier | orders | with free tier |",
        "|---|---:|---:|---:|---:|---:|---:|",
    ]
    lines += [_row(service, [one[service] for one in priced]) for service in priced[0]]
    return "\n".join([*lines, _row("**together**", [sum(one.values()) for one in priced])])


def _row(name: str, numbers: list[float]) -> str:
    return f"| {name} | " + " | ".join(f"{number:,.2f}" for number in numbers) + " |"


def files(measured: Mapping[str, Any]) -> dict[str, tuple[int, Quantities]]:
    """Name → rows and what it takes, of each kind of file."""
    sales, orders = "smartphone_sales_{}", measured["orders_1000_rows"]
    of_orders = measured["rows_of_1_mb_of_orders"]
    measured_ones = {name: measured[sales.format(key)] for name, key in (("1,000 rows", "1000_rows"), ("1 MB", "1_mb"))}
    return {
        **{f"sales, {name}": (found["warm"]["rows"], of_file(found)) for name, found in measured_ones.items()},
        "orders, 1,000 rows": (orders["warm"]["rows"], of_file(orders)),
        "orders, 1 MB (computed)": (of_orders, orders_of(orders, of_orders)),
    }


def rows(measured: Mapping[str, Any]) -> str:
    """US dollars for 1,000 rows: what files take, nothing that stands; without what is free."""
    lines = ["| file | rows | USD for the file | USD for 1,000 rows |", "|---|---:|---:|---:|"]
    for name, (count, units) in files(measured).items():
        usd = sum(costs(units, with_free=False).values())
        lines.append(f"| {name} | {count:,} | {usd:.6f} | {usd / count * 1000:.6f} |")
    return "\n".join(lines)


def taken(measured: Mapping[str, Any]) -> str:
    """What one file takes, in units that are billed."""
    of = files(measured)
    lines = ["| of one file | " + " | ".join(of) + " |", "|---" + "|---:" * len(of) + "|"]
    for kind in of_file(measured["orders_1000_rows"]):
        if kind not in ("backup_gb", "out_gb"):
            numbers = " | ".join(_short(units[kind]) for _, units in of.values())
            lines.append(f"| {PRICES[kind].service}: {PRICES[kind].what} | {numbers} |")
    return "\n".join(lines)


def claims(measured: Mapping[str, Any]) -> str:
    """What was claimed elsewhere, beside what was measured or computed here."""
    lines = ["| | claimed | here |", "|---|---|---|", *_of_time(measured), *_of_money(measured), _of_memory(measured)]
    return "\n".join(lines)


def _of_time(measured: Mapping[str, Any]) -> list[str]:
    many = measured["many"]
    until = [measured[f"{name}_1000_rows"]["warm"]["drop_to_report"] for name in ("smartphone_sales", "orders")]
    sent, dead = many["events"].get("report.sent", 0), many["events"].get("event.dead", 0) + len(many["dead"])
    return [
        f"| time per file | 2–5 s | {until[0]:.1f} s (sales), {until[1]:.1f} s (orders) from drop to report, 1,000 rows, warm |",
        f"| files at once | 1,000+ | {many['files']:,} of {many['rows']:,} rows |",
        f"| success with retries | 99 %+ | {sent:,} of those {many['files']:,} to their report, {dead} dead letters |",
    ]


def _of_money(measured: Mapping[str, Any]) -> list[str]:
    of = files(measured)
    each = {name: sum(costs(units, with_free=False).values()) / count * 1000 for name, (count, units) in of.items()}
    few = month(of["sales, 1,000 rows"][1], 100, standing(measured["by_time"]), measured["metrics"])
    small, sales, orders = map(_both, (few, *months(measured)[1:]))
    return [
        f"| 1,000 records, USD | about 0.001 | sales {each['sales, 1,000 rows']:.5f}, in files of 1 MB {each['sales, 1 MB']:.5f}; "
        f"orders {each['orders, 1,000 rows']:.5f} |",
        f"| a month, 100,000 records, USD | 2–5 | {small}: 100 files of sales |",
        f"| a month, 1,000 files a day of 1 MB, USD | 5–10 | sales {sales}; orders {orders} |",
    ]


def _both(units: Quantities) -> str:
    without, free = (sum(costs(units, with_free=with_free).values()) for with_free in (False, True))
    return f"{without:,.2f}, with the free tier {free:,.2f}"


def _of_memory(measured: Mapping[str, Any]) -> str:
    peak, given = measured["smartphone_sales_1_mb"]["warm"]["peak_mb"], memory()
    used = ", ".join(f"{stage} {mb} of {given[stage]:,}" for stage, mb in sorted(peak.items()))
    daily = f"the daily report is given {given['summarize']:,}"
    return f"| memory, MB | 256 for files, 512 for the daily report | used at most (sales, 1 MB) {used}; {daily} |"


def _short(number: float) -> str:
    if number >= 100 or not number:
        return f"{number:,.0f}"
    return f"{number:.2f}" if number >= 1 else f"{number:.3g}" if number >= 0.001 else f"{number:.7f}".rstrip("0")


def prices() -> str:
    """All unit prices."""
    lines = ["| service | unit | USD | free each month | source | date |", "|---|---|---:|---:|---|---|"]
    for price in PRICES.values():
        usd = f"{price.usd:.10f}".rstrip("0").rstrip(".")
        for_ = "" if price.per == 1 else f" for {price.per:,}"
        free = f"{price.free:,.0f}" if price.free else "–"
        lines.append(f"| {price.service} | {price.what} | {usd}{for_} | {free} | {price.source} | {price.read} |")
    return "\n".join(lines)


def tables() -> dict[str, str]:
    """All that the page holds."""
    measured = json.loads(MEASURED.read_text(encoding="utf-8"))
    return {
        "month": table(measured),
        "rows": rows(measured),
        "taken": taken(measured),
        "prices": prices(),
        "claims": claims(measured),
    }


def main() -> None:
    """Prints all tables; with --write puts them into the page, each where one with the same head is."""
    if "--write" not in sys.argv[1:]:
        print("\n\n".join(tables().values()))
        return
    text = PAGE.read_text(encoding="utf-8")
    for new in tables().values():
        head = re.escape(new.splitlines()[0])
        text = re.sub(rf"^{head}\n(\|.*\n)+", new.replace("\\", r"\\") + "\n", text, flags=re.M)
    PAGE.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
