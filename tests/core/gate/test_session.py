"""One engine for many files, rows kept in it or in a file: the same outputs whichever way."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import duckdb
import pytest

from headgate.core.contract import Contract, load_contract
from headgate.core.errors import FileFailed, Outside
from headgate.core.gate.gate import GateInput, GateSettings, Outcome, run_gate
from headgate.core.gate.session import Budget, Engine, make_room
from headgate.core.pipeline import load_pipeline
from tests.gating import EXAMPLES, NOW, contract_of

SIMPLE = "[{name: a, unique: true}, {name: b, logicalType: integer}]"
SAMPLES = sorted(path for path in EXAMPLES.rglob("*_dirty.*") if path.suffix in (".csv", ".json", ".jsonl"))


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    with closing(Engine(tmp_path, Budget())) as started:
        yield started


def judged(
    home: Path, file: Path, contract: Contract, settings: GateSettings, engine: Engine | None = None
) -> tuple[Outcome, dict[str, bytes]]:
    for part in (home / "work", home / "out"):
        part.mkdir(parents=True)
    given = GateInput(file, file.name, "p", NOW)
    outcome = run_gate(given, contract, settings, home / "work", home / "out", engine=engine)
    return outcome, {path.name: path.read_bytes() for path in (home / "out").iterdir()}


def example(sample: Path) -> tuple[Contract, GateSettings]:
    folder = next(folder for folder in sample.parents if (folder / "pipeline.yaml").exists())
    pipeline = load_pipeline(folder)
    assert pipeline.contract_path
    place = pipeline.place("derive")
    return load_contract(pipeline.contract_path), GateSettings(pipeline.derive, pipeline.trim, place=place)


def test_there_are_samples_to_look_at() -> None:
    assert len(SAMPLES) >= 4


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: path.name)
def test_rows_kept_in_the_engine_or_in_a_file_give_the_same_outputs(
    sample: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    contract, settings = example(sample)
    outcome, outputs = judged(tmp_path / "small", sample, contract, settings)
    assert not (tmp_path / "small/work/scratch.parquet").exists()
    monkeypatch.setattr("headgate.core.gate.split.SMALL", 0)
    large, large_outputs = judged(tmp_path / "large", sample, contract, settings)
    assert (tmp_path / "large/work/scratch.parquet").exists()
    assert large_outputs == outputs
    assert (large.rule_counts, large.split) == (outcome.rule_counts, outcome.split)


def test_one_engine_judges_file_after_file_as_one_of_its_own_would(engine: Engine, tmp_path: Path) -> None:
    for round_ in range(2):
        for sample in SAMPLES:
            contract, settings = example(sample)
            home = tmp_path / f"{round_}-{sample.stem}"
            _, alone = judged(home / "alone", sample, contract, settings)
            _, together = judged(home / "together", sample, contract, settings, engine)
            assert together == alone


def test_a_failed_file_leaves_nothing_in_the_way_of_the_next(engine: Engine, tmp_path: Path) -> None:
    contract = contract_of(tmp_path, SIMPLE)
    (tmp_path / "bad.csv").write_bytes(b"a,_row\n1,2\n")
    (tmp_path / "good.csv").write_bytes(b"a,b\nx,1\nx,2\n")
    with pytest.raises(FileFailed):
        judged(tmp_path / "bad", tmp_path / "bad.csv", contract, GateSettings(), engine)
    with engine.session() as connection:
        connection.execute("CREATE TEMP TABLE late (rec BIGINT)")
    outcome, _ = judged(tmp_path / "good", tmp_path / "good.csv", contract, GateSettings(), engine)
    assert (outcome.split.accepted, outcome.rejected) == (1, 1)


def settings_of(connection: duckdb.DuckDBPyConnection) -> tuple[str, ...]:
    names = ("memory_limit", "threads", "disabled_optimizers", "TimeZone", "autoload_known_extensions")
    row = connection.execute(f"SELECT {', '.join(f'current_setting({name!r})' for name in names)}").fetchone()
    assert row
    return tuple(str(value) for value in row)


def test_room_made_for_one_file_is_gone_for_the_next(engine: Engine) -> None:
    with engine.session() as connection:
        before = settings_of(connection)
        make_room(connection, 2_000, 10_000_000)
        assert settings_of(connection)[:2] != before[:2]
    with engine.session() as connection:
        assert settings_of(connection) == before
    assert before[1:] == ("2", "in_clause,type_pushdown", "UTC", "False")


def test_memory_and_disk_that_give_out_are_told_as_such_and_the_engine_goes_on(engine: Engine) -> None:
    with pytest.raises(Outside, match="too small"), engine.session():
        raise duckdb.OutOfMemoryException("Out of Memory Error: no")
    with pytest.raises(Outside, match="reading or writing failed"), engine.session():
        raise duckdb.IOException("IO Error: no")
    with engine.session() as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)
