"""`headgate config schema|show`."""

from __future__ import annotations

import pytest
import yaml

from tests.faces.command import Here
from tests.projects import make_project


@pytest.mark.parametrize(
    ("words", "title"),
    [
        ([], "pipeline.yaml"),
        (["pipeline"], "pipeline.yaml"),
        (["project"], "headgate.yaml"),
        (["narrative"], "narrative.yaml"),
    ],
)
def test_schema_prints_the_json_schema_of_each_file(here: Here, words, title):
    said = here("config", "schema", *words)
    assert said.code == 0
    assert said.json["$schema"].startswith("https://json-schema.org/")
    assert title in str(said.json["title"]) + str(said.json.get("description"))


def test_a_schema_that_is_not_there_is_refused_with_those_that_are(here: Here):
    said = here("config", "schema", "zone")
    assert (said.code, said.out) == (2, "")
    assert (
        said.err
        == "error: there is no schema zone: there are pipeline, project and narrative\n  next: headgate config schema pipeline\n"
    )


def test_show_prints_every_setting_defaults_included_as_yaml_and_as_json(here: Here):
    make_project(here.folder, people="max_rejected: 5%\n")
    shown = here("config", "show", "--json").json
    assert shown["project"]["zones"]["inbox"] == "inbox"
    assert shown["project"]["mail"]["to"] == ["team@example.com"]
    assert shown["pipelines"].keys() == {"anything", "guests", "people"}
    assert shown["pipelines"]["people"]["max_rejected"] == "5%"
    assert shown["pipelines"]["people"]["intake"]["duplicates"] == "by-content"
    assert yaml.safe_load(here("config", "show").out) == shown


def test_what_show_prints_of_a_pipeline_is_a_pipeline_again(here: Here):
    make_project(here.folder, people="max_rejected: 5%\nderive: {twice: age * 2}\n")
    shown = here("config", "show", "--json").json
    (here.folder / "pipelines/people/pipeline.yaml").write_text(yaml.safe_dump(shown["pipelines"]["people"]))
    (here.folder / "headgate.yaml").write_text(yaml.safe_dump(shown["project"]))
    assert here("config", "show", "--json").json == shown


def test_show_names_every_mistake_of_a_file_at_once(here: Here):
    make_project(here.folder, people="accepted: parket\nmax_rejected: many\n")
    said = here("config", "show")
    assert said.code == 2
    first, second, *_ = said.err.splitlines()
    assert first.startswith("error: pipelines/people/pipeline.yaml:3:11 (accepted): ")
    assert "the nearest is `parquet`" in first
    assert second.startswith("  also pipelines/people/pipeline.yaml:4:15 (max_rejected): ")


def test_show_outside_of_a_project_names_the_command_that_makes_one(here: Here):
    said = here("config", "show", "--project", "a b")
    assert (said.code, said.err) == (2, "error: no headgate.yaml in a b\n  next: headgate init 'a b'\n")
