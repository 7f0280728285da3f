"""What was pruned before a later stage came to it is said to be gone, with the command that makes it anew."""

from __future__ import annotations

from pathlib import Path

import pytest

from headgate.core.errors import Permanent
from headgate.flow import STAGES
from tests.projects import MIXED
from tests.stages.stage import Isolated


@pytest.mark.parametrize(
    ("stage", "zone", "start"),
    [
        ("load", "accepted", "gate"), ("analyze", "accepted", "gate"), ("analyze", "rejected", "gate"),
        ("notify", "analysis", "analyze"),
    ],
)  # fmt: skip
def test_what_is_no_longer_kept_is_no_full_disk(tmp_path: Path, stage: str, zone: str, start: str):
    isolated = Isolated(tmp_path, people="sinks: {people: {partition_key: name}}\n")
    (event,) = STAGES["ingest"](isolated.arrival("people/a.csv", MIXED), isolated.context)
    if stage == "notify":
        (event,) = STAGES["analyze"](event, isolated.context)
    for key in isolated.held(zone):
        isolated.files.delete(key)
    with pytest.raises(Permanent, match="no longer kept") as caught:
        STAGES[stage](event, isolated.context)
    said = caught.value
    assert (said.code, said.who) == ("pruned", "the owner of the pipeline")
    assert said.where is not None
    assert said.where.file.startswith(f"{zone}/")
    assert (said.next or "").startswith(f"headgate replay {event.data['run']} --from {start}")


@pytest.mark.parametrize("cut", [b"", b'{"run": "a', b"\xff", pytest.param(b"[" * 100_000, id="nested")])
def test_a_damaged_analysis_is_no_bug(tmp_path: Path, cut: bytes):
    isolated = Isolated(tmp_path)
    (event,) = STAGES["ingest"](isolated.arrival("people/a.csv", MIXED), isolated.context)
    (event,) = STAGES["analyze"](event, isolated.context)
    isolated.files.write(event.data["analysis"], cut)
    with pytest.raises(Permanent, match="not what Headgate wrote") as caught:
        STAGES["notify"](event, isolated.context)
    assert (caught.value.code, caught.value.where and caught.value.where.file) == ("damaged", event.data["analysis"])


def test_another_file_that_is_missing_is_not_told_as_pruned(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    isolated = Isolated(tmp_path)
    (event,) = STAGES["ingest"](isolated.arrival("people/a.csv", MIXED), isolated.context)

    def without_a_folder(key: str, path: Path) -> None:
        raise FileNotFoundError(2, "No such file or directory", str(path))

    monkeypatch.setattr(isolated.files, "download", without_a_folder)
    with pytest.raises(FileNotFoundError):
        STAGES["analyze"](event, isolated.context)
