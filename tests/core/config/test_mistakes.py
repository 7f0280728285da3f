"""Whatever stands behind a key, it loads or it is refused in plain words."""

import json
from pathlib import Path
from typing import Any

import pytest

from headgate.core.config.mistakes import shown
from headgate.core.config.project_settings import ProjectSettings
from headgate.core.errors import UserMistake
from headgate.core.pipeline import Pipeline, load_pipeline
from headgate.core.project import load_project

ODD: list[Any] = [
    None, True, False, 0, -1, 1.5, 10**30, 1e300, "", " ", "x", "é", "a\u0000b", "a\u2028b", "{x}", "{", "%s",
    "x" * 5000, [], [None], [[]], [{}], [1], [True], ["a", "a"], {}, {"": ""}, {"x": None}, {"[key]": ""}, {"from": {}},
]  # fmt: skip

PIPELINE_KEYS = [field.alias or name for name, field in Pipeline.model_fields.items()]
PROJECT_KEYS = [field.alias or name for name, field in ProjectSettings.model_fields.items()]
BELOW = [
    "intake.match", "intake.duplicates", "report.title", "report.recipients", "derive.x",
    "zones.inbox", "gate.memory_limit", "gate.threads", "gate.temp_directory", "limits.record", "limits.columns",
    "mail.outbox", "mail.from", "mail.to", "daily_report.cron", "daily_report.zone", "retry.attempts",
]  # fmt: skip


def outcome(folder: Path, key: str, value: Any) -> UserMistake | None:
    """What loading says of a file with this one key; JSON is YAML."""
    top, _, below = key.partition(".")
    text = json.dumps({top: {below: value} if below else value})
    is_pipeline = top in PIPELINE_KEYS
    (folder / ("pipeline.yaml" if is_pipeline else "headgate.yaml")).write_text(text)
    try:
        load_pipeline(folder) if is_pipeline else load_project(folder)
    except UserMistake as error:
        return error
    return None


@pytest.mark.parametrize("key", [*PIPELINE_KEYS, *PROJECT_KEYS, *BELOW])
def test_any_value_behind_any_key_loads_or_is_refused_in_plain_words(tmp_path, key):
    folder = tmp_path / "orders"
    folder.mkdir()
    for value in ODD:
        error = outcome(folder, key, value)
        if error is not None:
            assert error.code == "bad_config"
            assert error.where is not None
            assert (error.where.key or "").startswith(key.partition(".")[0]), value
            assert "not understood" not in error.message, value
            assert len(error.message) < 1000


def test_a_quoted_value_is_one_short_printable_line():
    for value in (*ODD, "a\nb\x1b[31m"):
        assert shown(value).isprintable()
        assert len(shown(value)) <= 70
