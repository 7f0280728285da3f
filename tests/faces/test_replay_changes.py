"""`headgate replay` says what it changes, also where the file fails as a whole, and what the tables get."""

from __future__ import annotations

import pytest

from tests.faces.command import Here
from tests.faces.test_replay import processed, rule
from tests.projects import GOOD, make_project


@pytest.fixture
def shop(here: Here) -> Here:
    """The command at home in a project."""
    make_project(here.folder)
    return here


@pytest.mark.parametrize("words", [(), ("--dry-run",)], ids=["done", "tried"])
def test_where_the_file_fails_as_a_whole_it_says_which_records_make_it_so_and_what_to_type_next(
    shop: Here, words: tuple[str, ...]
):
    first = processed(shop)
    pipeline = shop.folder / "pipelines/people/pipeline.yaml"
    pipeline.write_text(pipeline.read_text() + "max_rejected: 3\n")
    rule(shop.folder, "{minimum: 0}", "{minimum: 99}")
    said = shop("replay", first, *words)
    assert said.code == 1
    assert "more than max_rejected (3) allows" in said.err
    assert f"raise max_rejected, then headgate replay {first} --dry-run; until then run {first} stands" in said.err
    assert "  1 rejected now, accepted before\n    record 1, line 2: age: must be at least 99" in said.out
    (told,) = shop("replay", first, "--json", *words).json
    assert (told["replay"], told["changes"]["now_rejected"]["count"]) == (None, 1)
    assert (told["error"]["code"], told["tables"]) == ("max_rejected", [])
    assert "headgate replay" in told["error"]["next"]


def test_a_file_that_cannot_be_read_any_more_gives_the_reason_alone(shop: Here):
    first = processed(shop)
    rule(shop.folder, "{name: name, logicalType: string, required: true}", "{name: nom, required: true}")
    for words in ((), ("--dry-run",)):
        said = shop("replay", first, *words)
        assert said.code == 1
        assert said.out.endswith("stays as it is; none of its 4 records is judged\n")
        assert "required and not in the file: nom" in said.err
        assert shop("replay", first, "--json", *words).json[0]["changes"] is None


@pytest.mark.parametrize("key", ["_claimed_at", "concat(_run, name)"])
def test_a_table_whose_key_is_of_the_run_is_said_to_hold_another_version_of_each_row(here: Here, key: str):
    sinks = "sinks: {versions: {partition_key: name, sort_key: at}, newest: {partition_key: name}}\n"
    at = f"coalesce(CAST({key} AS VARCHAR), 'none')"
    make_project(here.folder, people=f'derive: {{at: "{at}"}}\n{sinks}')
    first = processed(here, GOOD)
    said = here("replay", first, "--dry-run")
    expected = "another version of each accepted row, since its key is of the run: 2 rows before, 4 after\n"
    assert said.out.endswith(f"  the table versions would hold {expected}")
    assert here("replay", first).out.endswith(f"  the table versions holds {expected}")
    (told,) = here("replay", first, "--json").json
    assert told["tables"] == [{"table": "versions", "before": 4, "after": 6}]
