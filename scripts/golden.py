"""Writes tests/golden anew. Read the difference before you commit it: each line is a changed verdict, identity or narrative."""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))


def main() -> None:
    """One golden manifest per sample file, and the metadata of those that are only described."""
    from tests.examples.test_gate_agrees import GOLDEN, SAMPLES
    from tests.examples.test_metadata_golden import GOLDEN as METADATA
    from tests.examples.test_metadata_golden import SAMPLES as FILES
    from tests.examples.test_metadata_golden import described
    from tests.gating import EXAMPLES, gate_example

    GOLDEN.mkdir(exist_ok=True)
    for pipeline, sample in SAMPLES:
        with tempfile.TemporaryDirectory() as folder:
            data = (EXAMPLES / pipeline / "samples" / sample).read_bytes()
            manifest = gate_example(Path(folder), pipeline, data, sample).manifest
        kept = {key: value for key, value in manifest.items() if key != "observed"}
        (GOLDEN / f"{sample}.manifest.json").write_text(
            json.dumps(kept, indent=2, ensure_ascii=False) + "\n", encoding="utf-8"
        )
    with tempfile.TemporaryDirectory() as folder:
        found = {}
        for number, file in enumerate(FILES):
            work = Path(folder) / str(number)
            work.mkdir()
            found[file.name] = described(file, work)
    METADATA.write_text(json.dumps(found, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    narratives(GOLDEN)


def narratives(folder: Path) -> None:
    """What the built-in narrator tells of each sample: read it aloud."""
    from tests.core.narrative.built_in.stories import SAMPLES, sample_story, written

    for pipeline, sample in SAMPLES:
        if pipeline != "file_intake":
            told = written(sample_story(pipeline, sample).draft)
            (folder / f"{sample}.narrative.txt").write_text(told, encoding="utf-8")


if __name__ == "__main__":
    main()
