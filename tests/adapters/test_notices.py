"""Both keepers of notices behave alike; the file also lasts, and several processes use it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from headgate.adapters.local.notices import SqliteNotices
from headgate.adapters.memory.notices import MemoryNotices
from headgate.core.errors import Outside
from headgate.ports import Notices
from tests.conformance.notices_suite import AT, MONDAY, NoticesSuite, alert

HOLD_FIFTY = """
import sys
from datetime import datetime
from pathlib import Path
from headgate.adapters.local.notices import SqliteNotices
from headgate.ports import HeldAlert
notices = SqliteNotices(Path(sys.argv[1]))
for number in range(50):
    at = datetime(2026, 1, 2, 3, 4, 5, number)
    notices.hold(HeldAlert(f"{sys.argv[2]}-{number}", "g", None, "s", "t", at, "c"))
    notices.mark_mail("m", [f"{sys.argv[2]}-{number}@x.org"], "sent", at)
"""


class TestMemoryNotices(NoticesSuite):
    @pytest.fixture
    def notices(self) -> Notices:
        return MemoryNotices()


class TestSqliteNotices(NoticesSuite):
    @pytest.fixture
    def notices(self, tmp_path: Path) -> Notices:
        return SqliteNotices(tmp_path / "deep" / "notices.db")

    def test_what_was_noted_is_there_when_the_file_is_opened_again(self, tmp_path: Path):
        first = SqliteNotices(tmp_path / "notices.db")
        first.hold(alert())
        first.mark_mail("m1", ["a@x.org"], "sending", AT)
        first.miss(MONDAY, "tick")
        first.watched_since("orders", AT)
        first.close()
        again = SqliteNotices(tmp_path / "notices.db")
        assert again.held() == [alert()]
        assert again.mail("m1") == {"a@x.org": "sending"}
        assert again.missing() == [MONDAY]
        assert again.watched_since("orders", MONDAY.due) == AT

    def test_several_processes_note_at_once_and_nothing_is_lost(self, tmp_path: Path):
        path = tmp_path / "notices.db"
        command = [sys.executable, "-c", HOLD_FIFTY, str(path)]
        started = [subprocess.Popen([*command, name]) for name in ("a", "b", "c")]
        assert [process.wait(60) for process in started] == [0, 0, 0]
        notices = SqliteNotices(path)
        assert {one.event for one in notices.held()} == {f"{name}-{number}" for name in "abc" for number in range(50)}
        assert len(notices.mail("m")) == 150

    def test_a_file_that_cannot_be_is_an_error_from_outside(self, tmp_path: Path):
        (tmp_path / "file").touch()
        with pytest.raises(Outside):
            SqliteNotices(tmp_path / "file" / "notices.db")
