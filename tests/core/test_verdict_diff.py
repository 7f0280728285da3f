"""Two verdicts on one file: which records changed sides, and why."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from headgate.core.verdict_diff import VerdictDiff, verdict_diff


def reason(column: str, rule: str, message: str = "is wrong", value: Any = "x") -> dict[str, Any]:
    return {"column": column, "rule": rule, "message": message, "value": value}


AGE, NAME, EMAIL = reason("age", "type"), reason("name", "required"), reason("email", "format")
MALFORMED = reason("", "too_few_fields")


class Files:
    """Writes `rejected.jsonl` as the gate does, as far as a diff looks at it."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._count = folder, 0

    def __call__(self, rejected: dict[int, list[dict[str, Any]]]) -> list[Path]:
        self._count += 1
        path = self._folder / f"{self._count}.jsonl"
        with path.open("w") as file:
            for record, reasons in rejected.items():
                row = {
                    "_run": "r",
                    "_record": record,
                    "_line": record + 1,
                    "_reasons": reasons,
                    "_raw": "ä,\u0000",
                    "_row": {"a": 1},
                }
                file.write(json.dumps(row) + "\n")
        return [path]


@pytest.fixture
def rejected(tmp_path: Path) -> Files:
    return Files(tmp_path)


def test_records_that_changed_sides_are_counted_and_shown_with_the_reason(rejected: Files):
    diff = verdict_diff(
        rejected({1: [AGE], 2: [NAME, AGE], 3: [EMAIL]}), rejected({2: [AGE], 3: [EMAIL], 7: [MALFORMED]})
    )
    assert diff.counts == {"now_accepted": 1, "now_rejected": 1, "other_reasons": 1}
    assert diff.samples == {
        "now_accepted": [{"record": 1, "line": 2, "was": ["age: is wrong [type]"], "is": None}],
        "now_rejected": [{"record": 7, "line": 8, "was": None, "is": ["too_few_fields"]}],
        "other_reasons": [
            {
                "record": 2,
                "line": 3,
                "was": ["age: is wrong [type]", "name: is wrong [required]"],
                "is": ["age: is wrong [type]"],
            }
        ],
    }


def test_the_same_reasons_in_another_order_or_over_another_value_are_no_change(rejected: Files):
    before = rejected({1: [AGE, NAME], 2: [AGE]})
    diff = verdict_diff(before, rejected({1: [NAME, AGE], 2: [{**AGE, "value": "y"}]}))
    assert set(diff.counts.values()) == {0}


def test_the_same_rule_with_another_message_is_another_reason(rejected: Files):
    diff = verdict_diff(rejected({1: [AGE]}), rejected({1: [{**AGE, "message": "is still wrong"}]}))
    assert diff.counts["other_reasons"] == 1


@pytest.mark.parametrize(("before", "after"), [(False, True), (True, False), (False, False)])
def test_nothing_rejected_is_no_file_or_an_empty_one(rejected: Files, before: bool, after: bool):
    for nothing in ([], rejected({})):
        one, other = (rejected({1: [AGE]}) if has else nothing for has in (before, after))
        counts = verdict_diff(one, other).counts
        assert counts == {"now_accepted": int(before), "now_rejected": int(after), "other_reasons": 0}


def test_of_many_only_the_first_few_are_shown_and_all_are_counted(rejected: Files):
    diff = verdict_diff(rejected({number: [AGE] for number in range(1, 2001)}), [])
    assert diff.counts["now_accepted"] == 2000
    assert [one["record"] for one in diff.samples["now_accepted"]] == [1, 2, 3, 4, 5]


def test_as_json_each_change_has_its_count_and_its_samples(rejected: Files):
    document = verdict_diff(rejected({1: [AGE]}), []).as_json()
    assert json.loads(json.dumps(document))["now_accepted"] == {
        "count": 1, "samples": [{"record": 1, "line": 2, "was": ["age: is wrong [type]"], "is": None}],
    }  # fmt: skip
    assert document["now_rejected"] == {"count": 0, "samples": []}
    assert VerdictDiff().as_json() == {}


def test_a_path_and_a_text_that_look_like_sql_are_only_a_path_and_a_text(tmp_path: Path):
    folder = tmp_path / "it's; DROP TABLE before_"
    folder.mkdir()
    odd = reason("x'; DROP TABLE changes; --", "rule\"'")
    assert verdict_diff(Files(folder)({1: [odd]}), []).samples["now_accepted"][0]["was"] == [
        "x'; DROP TABLE changes; --: is wrong [rule\"']"
    ]
