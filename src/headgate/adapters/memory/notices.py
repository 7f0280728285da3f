"""Notices that are forgotten when the process ends."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from threading import RLock

from headgate.ports import HeldAlert, MailState, Missing


class MemoryNotices:
    """`Notices` in memory, for several threads."""

    def __init__(self) -> None:
        self._lock = RLock()
        self._mails: dict[str, dict[str, MailState]] = {}
        self._alerts: dict[str, HeldAlert] = {}
        self._told: set[str] = set()
        self._last_mail: dict[str, datetime] = {}
        self._watched: dict[str, datetime] = {}
        self._missing: dict[tuple[str, str], Missing] = {}
        self._missed_for: dict[tuple[str, str], str] = {}
        self._found_for: dict[tuple[str, str], str] = {}

    def mail(self, id_: str) -> Mapping[str, MailState]:
        with self._lock:
            return dict(self._mails.get(id_, {}))

    def mark_mail(self, id_: str, recipients: Iterable[str], state: MailState, at: datetime) -> None:
        with self._lock:
            self._mails.setdefault(id_, {}).update(dict.fromkeys(recipients, state))

    def hold(self, alert: HeldAlert) -> None:
        with self._lock:
            self._alerts.setdefault(alert.event, alert)

    def held(self) -> list[HeldAlert]:
        with self._lock:
            held = [alert for event, alert in self._alerts.items() if event not in self._told]
        return sorted(held, key=lambda alert: alert.at)

    def gather(self, alerts: Sequence[HeldAlert], mail: str, at: datetime) -> bool:
        with self._lock:
            if any(one.event in self._told or not self._unchanged(one) for one in alerts):
                return False
            self._last_mail.update({one.group: at for one in alerts if one.mail is None})
            self._alerts.update({one.event: replace(one, mail=mail, tried_at=at) for one in alerts})
            return True

    def _unchanged(self, alert: HeldAlert) -> bool:
        known = self._alerts.get(alert.event)
        return known is not None and (known.mail, known.tried_at) == (alert.mail, alert.tried_at)

    def last_mail(self, group: str) -> datetime | None:
        with self._lock:
            return self._last_mail.get(group)

    def told(self, events: Iterable[str]) -> None:
        with self._lock:
            self._told.update(event for event in events if event in self._alerts)

    def watched_since(self, name: str, at: datetime) -> datetime:
        with self._lock:
            return self._watched.setdefault(name, at)

    def missing(self, event: str = "") -> list[Missing]:
        with self._lock:
            open_ = [one for key, one in self._missing.items() if self._found_for.get(key, event) == event]
        return sorted(open_, key=lambda one: (one.due, one.pipeline, one.period))

    def miss(self, missing: Missing, event: str) -> bool:
        key = (missing.pipeline, missing.period)
        with self._lock:
            self._missing.setdefault(key, missing)
            return self._missed_for.setdefault(key, event) == event

    def find(self, missing: Missing, event: str) -> bool:
        key = (missing.pipeline, missing.period)
        with self._lock:
            return key in self._missing and self._found_for.setdefault(key, event) == event
