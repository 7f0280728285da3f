"""The gate and a plain-Python reading of the same rules give the same verdicts, record by record, reason by reason."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.examples.plain_reading import read
from tests.examples.samples import EXAMPLES, ROW_PIPELINES, generator
from tests.gating import Gated, gate_example

GOLDEN = Path(__file__).resolve().parents[1] / "golden"
SAMPLES = [
    (pipeline, sample)
    for pipeline in ROW_PIPELINES
    for sample in sorted(file.name for file in (EXAMPLES / pipeline / "samples").iterdir())
]


def _verdicts(gated: Gated) -> dict[int, tuple[int, frozenset[tuple[str, str]]]]:
    return {
        row["_record"]: (row["_line"], frozenset((_columns(r["column"]), r["rule"]) for r in row["_reasons"]))
        for row in gated.rejected
    }


def _columns(names: str) -> str:
    return ",".join(sorted(names.split(",")))


@pytest.mark.parametrize(("pipeline", "sample"), SAMPLES)
def test_every_record_of_a_sample_gets_the_same_verdict_and_reasons(pipeline: str, sample: str, tmp_path: Path) -> None:
    data = (EXAMPLES / pipeline / "samples" / sample).read_bytes()
    plain = read(pipeline, data)
    gated = gate_example(tmp_path, pipeline, data, sample)
    assert _verdicts(gated) == {one.record: (one.line, one.reasons) for one in plain if one.reasons}
    assert gated.manifest["counts"]["records"] == len(plain)
    assert len(gated.accepted) == sum(one.verdict == "accepted" for one in plain)


@pytest.mark.parametrize("seed", [11, 12, 13])
@pytest.mark.parametrize("pipeline", ROW_PIPELINES)
def test_freshly_generated_dirty_files_get_the_same_verdicts(pipeline: str, seed: int, tmp_path: Path) -> None:
    module = generator(pipeline)
    given = {**next(value for name, value in module.SAMPLES.items() if "dirty" in name), "seed": seed}
    data = b"".join(module.make(**given))
    plain = read(pipeline, data)
    gated = gate_example(tmp_path, pipeline, data, "file." + ("json" if pipeline == "stocks" else "csv"))
    assert _verdicts(gated) == {one.record: (one.line, one.reasons) for one in plain if one.reasons}


@pytest.mark.parametrize(("pipeline", "sample"), SAMPLES)
def test_the_manifest_of_a_sample_is_the_golden_one(pipeline: str, sample: str, tmp_path: Path) -> None:
    gated = gate_example(tmp_path, pipeline, (EXAMPLES / pipeline / "samples" / sample).read_bytes(), sample)
    manifest = {key: value for key, value in gated.manifest.items() if key != "observed"}
    golden = json.loads((GOLDEN / f"{sample}.manifest.json").read_text(encoding="utf-8"))
    assert manifest == golden
