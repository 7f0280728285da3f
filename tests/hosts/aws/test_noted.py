"""Each environment that was deployed has a note of its own, and no command looks at another one than was meant."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from headgate.core.errors import UserMistake
from headgate.hosts.aws.noted import NOT_DEPLOYED, SINGLE, meant, note, note_of, noted


def target(prefix: str) -> dict[str, str]:
    return {"HEADGATE_PREFIX": prefix, "HEADGATE_REGION": "eu-central-1"}


def single(folder: Path, text: str) -> Path:
    """As a former version left it."""
    file = folder / SINGLE
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
    return file


def test_a_second_environment_leaves_the_note_of_the_first(tmp_path: Path):
    first, second = note(tmp_path, "dev", target("shop-dev")), note(tmp_path, "prod", target("shop-prod"))
    assert json.loads(first.read_text()) == target("shop-dev")
    assert meant(tmp_path, "prod", "dev") == ("prod", second)
    assert meant(tmp_path, None, "dev") == ("dev", first)


def test_the_only_one_need_not_be_named(tmp_path: Path):
    file = note(tmp_path, "prod", target("shop-prod"))
    assert meant(tmp_path, None, "dev") == ("prod", file)


def test_none_of_several_is_taken_by_chance(tmp_path: Path):
    note(tmp_path, "prod", target("shop-prod"))
    note(tmp_path, "uat", target("shop-uat"))
    with pytest.raises(UserMistake, match="several environments, prod, uat") as caught:
        meant(tmp_path, None, "dev")
    assert (caught.value.code, "--environment prod" in (caught.value.next or "")) == ("which_environment", True)


def test_an_environment_that_does_not_stand_is_named_with_those_that_do(tmp_path: Path):
    note(tmp_path, "dev", target("shop-dev"))
    with pytest.raises(UserMistake, match="prod was not deployed from here; there is dev") as caught:
        meant(tmp_path, "prod", "dev")
    assert (caught.value.code, caught.value.next) == ("not_deployed", NOT_DEPLOYED.format(" -e prod"))


def test_what_can_be_no_environment_names_no_file(tmp_path: Path):
    with pytest.raises(UserMistake) as caught:
        meant(tmp_path, "../other", "dev")
    assert caught.value.code == "bad_environment"


def test_the_single_note_of_a_former_version_is_still_read(tmp_path: Path):
    old = single(tmp_path, json.dumps(target("my-shop-prod")))
    assert meant(tmp_path, None, "dev") == meant(tmp_path, "prod", "dev") == ("prod", old)
    assert noted(tmp_path, "prod") == old
    assert noted(tmp_path, "dev") == note_of(tmp_path, "dev")
    with pytest.raises(UserMistake, match="there is prod"):
        meant(tmp_path, "dev", "dev")


def test_the_single_note_goes_when_its_environment_is_noted_anew(tmp_path: Path):
    old = single(tmp_path, json.dumps(target("shop-prod")))
    note(tmp_path, "dev", target("shop-dev"))
    assert old.exists()
    file = note(tmp_path, "prod", target("shop-prod"))
    assert not old.exists()
    assert meant(tmp_path, "prod", "dev") == ("prod", file)


@pytest.mark.parametrize("text", ["{", "[]", "{}"])
def test_a_damaged_single_note_counts_as_the_usual_one_so_that_its_damage_is_said(tmp_path: Path, text: str):
    old = single(tmp_path, text)
    assert meant(tmp_path, None, "dev") == ("dev", old)
