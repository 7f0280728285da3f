"""Notices in the table on DynamoDB, which many functions use at once.

What decides whether somebody is told (mails, states of alerts, missing files) is read from the table itself, never from its
index. Only the list of alerts that are held comes from the index: one that is not in it yet is told by the next tick, and one
that changed meanwhile is not gathered, since that is decided by the alert itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from headgate.adapters.aws.dynamo import DynamoTable, Item, Write
from headgate.ports import HeldAlert, MailState, Missing

# As many writes as take effect together; one less for alerts, beside which the time of their group's last mail is written.
_TOGETHER = 100
_HELD = "alert#held"
_MISSING = "missing#file"


class DynamoNotices:
    """`Notices` in the project's table."""

    def __init__(self, table: DynamoTable) -> None:
        self._table = table

    def mail(self, id_: str) -> Mapping[str, MailState]:
        return {one["sk"]: one["state"] for one in self._table.query(f"mail#{id_}")}

    def mark_mail(self, id_: str, recipients: Iterable[str], state: MailState, at: datetime) -> None:
        items = [{"pk": f"mail#{id_}", "sk": one, "state": state, "at": _text(at)} for one in dict.fromkeys(recipients)]
        for some in _parts([Write(item) for item in items], _TOGETHER):
            self._table.write_all(some)

    def hold(self, alert: HeldAlert) -> None:
        self._table.put_new(_item(alert))

    def held(self) -> list[HeldAlert]:
        return [_alert(one) for one in self._table.by_day(_HELD)]

    def gather(self, alerts: Sequence[HeldAlert], mail: str, at: datetime) -> bool:
        """As `Notices.gather`.

        More alerts than fit into one transaction are gathered part by part, and what was gathered is put back when a later
        part can't be. A function that is killed in between leaves two mails where there would have been one.
        """
        parts = _parts(alerts, _TOGETHER - 1)
        for number, some in enumerate(parts):
            writes = [Write(_item(replace(one, mail=mail, tried_at=at)), when=_as_given(one)) for one in some]
            last = _last_mails(alerts, at) if some is parts[-1] else []
            if not self._table.write_all([*writes, *last]):
                self._put_back(alerts[: number * (_TOGETHER - 1)], mail, at)
                return False
        return True

    def _put_back(self, alerts: Sequence[HeldAlert], mail: str, at: datetime) -> None:
        for one in alerts:
            self._table.put_when(_item(one), _as_given(replace(one, mail=mail, tried_at=at)))

    def last_mail(self, group: str) -> datetime | None:
        known = self._table.get(*_last_mail_key(group))
        return datetime.fromisoformat(known["at"]) if known else None

    def told(self, events: Iterable[str]) -> None:
        for event in events:
            # The event is kept, so that it is not told again; what was said is not, nor is it in the index.
            self._table.put_when({"pk": f"alert#{event}", "sk": "alert", "state": "told"}, {"state": "held"})

    def watched_since(self, name: str, at: datetime) -> datetime:
        item = {"pk": f"watched#{name}", "sk": "since", "at": _text(at)}
        known = self._table.get(item["pk"], item["sk"])
        if known is None and not self._table.put_new(item):
            known = self._table.get(item["pk"], item["sk"])
        return datetime.fromisoformat((known or item)["at"])

    def missing(self, event: str = "") -> list[Missing]:
        found = [_missing(one) for one in self._table.query(_MISSING) if one.get("found_for", event) == event]
        return sorted(found, key=lambda one: (one.due, one.pipeline, one.period))

    def miss(self, missing: Missing, event: str) -> bool:
        said = {"pipeline": missing.pipeline, "period": missing.period, "due": _text(missing.due)}
        self._table.put_new({"pk": _MISSING, "sk": _name(missing), **said, "missed_for": event})
        return self._is_for("missed_for", missing, event)

    def find(self, missing: Missing, event: str) -> bool:
        self._table.update(_MISSING, _name(missing), {"found_for": event}, when={"found_for": None})
        return self._is_for("found_for", missing, event)

    def _is_for(self, attribute: str, missing: Missing, event: str) -> bool:
        known = self._table.get(_MISSING, _name(missing))
        return known is not None and known.get(attribute) == event


def _parts(whole: Sequence[Any], most: int) -> list[Any]:
    return [whole[first : first + most] for first in range(0, len(whole), most)]


def _item(alert: HeldAlert) -> dict[str, Any]:
    at = _text(alert.at)
    return {
        "pk": f"alert#{alert.event}", "sk": "alert", "gpk": _HELD, "gsk": f"{at}#{alert.event}", "state": "held",
        "event": alert.event, "group": alert.group, "pipeline": alert.pipeline, "subject": alert.subject,
        "text": alert.text, "at": at, "correlation_id": alert.correlation_id, **_begun(alert),
    }  # fmt: skip


def _begun(alert: HeldAlert) -> dict[str, Any]:
    return {"mail": alert.mail, "tried_at": alert.tried_at and _text(alert.tried_at)}


def _as_given(alert: HeldAlert) -> dict[str, Any]:
    """What an alert says of itself while nobody else is at it."""
    return {"state": "held", **_begun(alert)}


def _last_mails(alerts: Sequence[HeldAlert], at: datetime) -> list[Write]:
    groups = dict.fromkeys(one.group for one in alerts if one.mail is None)
    keys = [_last_mail_key(group) for group in groups]
    return [Write({"pk": pk, "sk": sk, "at": _text(at)}) for pk, sk in keys]


def _last_mail_key(group: str) -> tuple[str, str]:
    return f"mail#of-group#{group}", "last"


def _alert(item: Item) -> HeldAlert:
    tried_at = item.get("tried_at")
    return HeldAlert(
        item["event"], item["group"], item.get("pipeline"), item["subject"], item["text"],
        datetime.fromisoformat(item["at"]), item["correlation_id"], item.get("mail"),
        datetime.fromisoformat(tried_at) if tried_at else None,
    )  # fmt: skip


def _name(missing: Missing) -> str:
    return f"{missing.pipeline}#{missing.period}"


def _missing(item: Item) -> Missing:
    return Missing(item["pipeline"], item["period"], datetime.fromisoformat(item["due"]))


def _text(time: datetime) -> str:
    """With all six digits, so that the order of texts is that of times."""
    return time.isoformat(timespec="microseconds")
