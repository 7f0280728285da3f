"""What the metadata pipeline says of its samples is what a person who opened them wrote down once."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from headgate.core.metadata import describe
from headgate.core.reading.source import Limits
from tests.examples.samples import EXAMPLES

GOLDEN = Path(__file__).resolve().parents[1] / "golden" / "file_intake.metadata.json"
SAMPLES = sorted((EXAMPLES / "file_intake" / "samples").iterdir())


def described(sample: Path, work: Path) -> dict[str, object]:
    """The metadata of one sample, as JSON."""
    return describe(sample, sample.name, Limits(), work).as_json()


@pytest.mark.parametrize("sample", SAMPLES, ids=[sample.name for sample in SAMPLES])
def test_the_metadata_of_a_sample_is_the_golden_one(sample: Path, tmp_path: Path) -> None:
    golden = json.loads(GOLDEN.read_text(encoding="utf-8"))
    assert described(sample, tmp_path) == golden[sample.name]


def test_every_golden_entry_has_its_sample() -> None:
    assert set(json.loads(GOLDEN.read_text(encoding="utf-8"))) == {sample.name for sample in SAMPLES}
