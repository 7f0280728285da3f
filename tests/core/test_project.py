"""What `headgate.yaml` may say, and how its pipelines are found."""

from pathlib import Path

import duckdb
import pytest

from headgate.core.config.values import parse_size, size_text
from headgate.core.errors import UserMistake
from headgate.core.project import Project, load_project
from headgate.core.reading.source import Limits


def project(folder: Path, text: str = "", **pipelines: str) -> Project:
    (folder / "headgate.yaml").write_text(text)
    for name, content in pipelines.items():
        home = folder / "pipelines" / name
        home.mkdir(parents=True)
        (home / "pipeline.yaml").write_text(content)
    return load_project(folder)


def mistake(folder: Path, text: str = "", **pipelines: str) -> UserMistake:
    with pytest.raises(UserMistake) as caught:
        project(folder, text, **pipelines)
    assert caught.value.code == "bad_config"
    return caught.value


def test_an_empty_file_is_a_project_with_the_name_of_its_folder(tmp_path):
    shop = tmp_path / "Shop 2"
    shop.mkdir()
    found = project(shop)
    assert (found.name, found.pipelines, found.storage) == ("Shop 2", {}, str(shop))
    assert found.settings.limits.as_limits() == Limits()
    assert (found.outbox, found.temp_directory) == (shop / "outbox", None)


def test_a_folder_without_the_file_is_told_how_to_make_a_project(tmp_path):
    with pytest.raises(UserMistake) as caught:
        load_project(tmp_path)
    assert caught.value.message == f"no headgate.yaml in {tmp_path}"
    assert caught.value.next == f"headgate init {tmp_path}"


def test_the_command_to_type_next_is_quoted_for_a_shell(tmp_path):
    with pytest.raises(UserMistake) as caught:
        load_project(tmp_path / "my shop")
    assert caught.value.next == f"headgate init '{tmp_path}/my shop'"


def test_what_is_written_is_what_is_loaded(tmp_path):
    settings = project(
        tmp_path,
        """
project: shop
storage: s3://bucket/prefix
zones: {inbox: in/coming/, failed: broken}
gate: {memory_limit: 1 GiB, threads: 4, temp_directory: /scratch}
limits: {record: 1MiB, columns: 10, decompression_ratio: 5}
mail: {outbox: mails, from: a@example.com, to: [b@example.com]}
daily_report: {cron: "0 6 * * MON-FRI", zone: Europe/Berlin}
retry: {attempts: 5}
""",
    ).settings
    assert (settings.project, settings.storage) == ("shop", "s3://bucket/prefix")
    assert (settings.zones.inbox, settings.zones.failed, settings.zones.archive) == ("in/coming", "broken", "archive")
    assert (settings.gate.memory_limit, settings.gate.threads, settings.gate.temp_directory) == ("1 GiB", 4, "/scratch")
    assert settings.limits.as_limits() == Limits(1024**2, 10, 5)
    assert (settings.mail.outbox, settings.mail.sender, settings.mail.to) == (
        "mails",
        "a@example.com",
        ("b@example.com",),
    )
    assert (settings.daily_report.cron, settings.daily_report.zone) == ("0 6 * * MON-FRI", "Europe/Berlin")
    assert settings.retry.attempts == 5


def test_a_relative_storage_path_starts_at_the_project(tmp_path):
    assert project(tmp_path, "storage: data/lake").storage == str(tmp_path / "data" / "lake")
    assert project(tmp_path, "storage: s3://bucket/x").storage == "s3://bucket/x"
    assert project(tmp_path, "gate: {temp_directory: scratch}").temp_directory == tmp_path / "scratch"


def test_settings_written_out_read_back_as_they_were(tmp_path):
    yaml = pytest.importorskip("yaml")
    first = project(tmp_path, "limits: {record: 1500}\ngate: {temp_directory: x}\nmail: {to: [a@b.de]}").settings
    assert project(tmp_path, yaml.safe_dump(first.model_dump(mode="json"))).settings == first


def test_pipelines_are_found_in_the_order_of_their_folders(tmp_path):
    found = project(tmp_path, "", b="", a="name: z", c="")
    assert list(found.pipelines) == ["z", "b", "c"]
    assert found.pipelines["z"].folder == tmp_path / "pipelines" / "a"


def test_hidden_folders_and_loose_files_are_no_pipelines(tmp_path):
    (tmp_path / "pipelines" / ".copy").mkdir(parents=True)
    (tmp_path / "pipelines" / ".copy" / "pipeline.yaml").write_text("nonsense: 1")
    (tmp_path / "pipelines" / "notes.txt").write_text("")
    (tmp_path / "pipelines" / "empty").mkdir()
    assert project(tmp_path, "", orders="").pipelines.keys() == {"orders"}


def test_two_pipelines_of_one_name_are_refused_naming_both_files(tmp_path):
    error = mistake(tmp_path, "", a="name: orders", orders="description: d")
    assert str(error.where) == f"{tmp_path}/pipelines/orders/pipeline.yaml:1:1 (name)"
    assert f"`orders` is taken by another pipeline: {tmp_path}/pipelines/a/pipeline.yaml:1" in error.message


def test_a_pipeline_with_the_other_ending_is_not_passed_over_in_silence(tmp_path):
    (tmp_path / "pipelines" / "orders").mkdir(parents=True)
    (tmp_path / "pipelines" / "orders" / "pipeline.yml").write_text("")
    error = mistake(tmp_path)
    assert str(error.where) == f"{tmp_path}/pipelines/orders/pipeline.yml"
    assert "must be called pipeline.yaml" in error.message


def test_a_mistake_in_a_pipeline_names_its_file(tmp_path):
    error = mistake(tmp_path, "", orders="intak: {}")
    assert str(error.where) == f"{tmp_path}/pipelines/orders/pipeline.yaml:1:1 (intak)"


# What is wrong, line and column, key, and words of the message.
WRONG = {
    "unknown key": ("sotrage: .", "1:1", "sotrage", "did you mean `storage`?"),
    "unknown zone": ("zones:\n  inbocks: a", "2:3", "zones.inbocks", "the nearest is `inbox`"),
    "a key of another section": ("cron: x", "1:1", "cron", "it belongs under `daily_report`"),
    "not a mapping": ("shop", "1:1", None, "it must be a mapping of keys, not 'shop'"),
    "five fields": ("daily_report:\n  cron: 0 0 *", "2:9", "daily_report.cron", "five fields"),
    "with seconds": ("daily_report:\n  cron: 0 0 0 * * *", "2:9", "daily_report.cron", "five fields"),
    "no such minute": ("daily_report:\n  cron: 61 0 * * *", "2:9", "daily_report.cron", "bad minute"),
    "never": ("daily_report:\n  cron: 0 0 31 2,4 *", "2:9", "daily_report.cron", "bad day-of-month"),
    "zone misspelt": (
        "daily_report:\n  zone: Europe/Berln",
        "2:9",
        "daily_report.zone",
        "did you mean `Europe/Berlin`?",
    ),
    "zone by its city": (
        "daily_report:\n  zone: new york",
        "2:9",
        "daily_report.zone",
        "did you mean `America/New_York`?",
    ),
    "no zone": ("daily_report:\n  zone: here", "2:9", "daily_report.zone", "write a name such as `UTC`"),
    "zone is a path": ("daily_report:\n  zone: ../UTC", "2:9", "daily_report.zone", "there is no time zone"),
    "zone is a continent": ("daily_report:\n  zone: America", "2:9", "daily_report.zone", "there is no time zone"),
    "text for a number": ('gate: {threads: "2"}', "1:17", "gate.threads", "whole number, not '2'; take the quotes off"),
    "no thread": ("gate: {threads: 0}", "1:17", "gate.threads", "it must be at least 1, not '0'"),
    "a year of delay": (
        "retry: {first_delay: 31536000}",
        "1:22",
        "retry.first_delay",
        "it must be at most 86,400, not '31536000'",
    ),
    "half a thread": ("gate: {threads: 1.5}", "1:17", "gate.threads", "it must be a whole number, not '1.5'"),
    "yes for a number": ("retry: {attempts: true}", "1:19", "retry.attempts", "it must be a whole number, not 'true'"),
    "no attempt": ("retry: {attempts: 0}", "1:19", "retry.attempts", "at least 1"),
    "little memory": ("gate: {memory_limit: 127MB}", "1:22", "gate.memory_limit", "at least 128MB"),
    "memory without a unit": ("gate: {memory_limit: '256'}", "1:22", "gate.memory_limit", "such as 256MB or 1GiB"),
    "memory as a share": ("gate: {memory_limit: 80%}", "1:22", "gate.memory_limit", "such as 256MB or 1GiB"),
    "memory as a number": ("gate: {memory_limit: 256}", "1:22", "gate.memory_limit", "it must be text"),
    "record": ("limits: {record: 5X}", "1:18", "limits.record", "such as 256MB or 1GiB"),
    "no record": ("limits: {record: 0}", "1:18", "limits.record", "at least 1"),
    "record as yes": ("limits: {record: true}", "1:18", "limits.record", "whole number"),
    "zone above": ("zones: {inbox: ../in}", "1:16", "zones.inbox", "it must stay inside its folder"),
    "zone from the root": ("zones: {inbox: /in}", "1:16", "zones.inbox", "it must stay inside its folder"),
    "zone of another system": ("zones: {inbox: 'a\\b'}", "1:16", "zones.inbox", "it must stay inside its folder"),
    "zone is all": ("zones: {inbox: ./}", "1:16", "zones.inbox", "it must name something inside"),
    "a zone that stands for others": ("zones: {accepted: 'a*'}", "1:19", "zones.accepted", "stands for others"),
    "the same zone": ("zones: {inbox: a, failed: b/, archive: b}", "1:27", "zones.failed", "zones must lie apart"),
    "zones but for case": ("zones: {inbox: Accepted}", "1:16", "zones.inbox", "zones must lie apart"),
    "zones but for case, the other way": ("zones: {reports: Inbox}", "1:18", "zones.reports", "zones must lie apart"),
    "zone in a zone": ("zones: {reports: archive/r}", "1:18", "zones.reports", "zones must lie apart"),
    "zone around a zone": ("zones: {reports: a, inbox: a/b}", "1:18", "zones.reports", "zones must lie apart"),
    "zone in pipelines": ("zones: {inbox: pipelines/in}", "1:16", "zones.inbox", "keeps its pipelines"),
    "outbox in a zone": ("mail: {outbox: reports/mail}", "1:16", "mail.outbox", "the outbox must lie apart"),
    "sender": ("mail: {from: nobody}", "1:14", "mail.from", "not a plain e-mail address"),
    "receiver": ("mail: {to: [a@b.de, c]}", "1:21", "mail.to[1]", "not a plain e-mail address"),
    "receiver twice": ("mail: {to: [a@b.de, A@b.de]}", "1:21", "mail.to[1]", "it stands here twice"),
    "half a URL": ("storage: s3:/bucket", "1:10", "storage", "neither a URL such as s3://bucket/prefix nor a path"),
    "secrets in a URL": ("storage: s3://key:secret@bucket", "1:10", "storage", "does not belong in the URL"),
}


@pytest.mark.parametrize(("text", "at", "key", "words"), WRONG.values(), ids=WRONG.keys())
def test_a_mistake_names_file_line_column_key_and_what_to_write(tmp_path, text, at, key, words):
    error = mistake(tmp_path, text)
    place = f"{tmp_path}/headgate.yaml:{at}" + (f" ({key})" if key else "")
    assert str(error.where) == place
    assert words in error.message
    assert error.next == "headgate config show"


def test_a_secret_in_the_storage_url_is_not_repeated(tmp_path):
    assert "hunter2" not in str(mistake(tmp_path, "storage: s3://key:hunter2@bucket"))


@pytest.mark.parametrize(
    "size", ["128MB", "256 MB", "256mb", "0.5GB", "512MiB", "1gib", "300000KB", "1TB", "1TiB", "200000000B"]
)
def test_a_memory_limit_means_to_us_what_it_means_to_the_engine(tmp_path, size):
    written = project(tmp_path, f"gate: {{memory_limit: {size}}}").settings.gate.memory_limit
    with duckdb.connect() as engine:
        engine.execute(f"SET memory_limit = '{written}'")
        text = engine.execute("SELECT current_setting('memory_limit')").fetchone()
    assert text
    assert parse_size(text[0].replace("bytes", "B")) == pytest.approx(parse_size(size), rel=0.001)


@pytest.mark.parametrize("size", [1, 999, 1000, 1024, 1500, 64_000_000, 1024**2, 10**12, 3 * 1024**4, 10**9 + 1])
def test_the_text_of_a_size_is_exact(size):
    assert parse_size(size_text(size)) == size


def test_the_text_of_the_default_limit_is_the_one_people_write():
    assert size_text(Limits().record) == "64MB"


def test_a_size_with_a_fraction_is_exact():
    assert (parse_size("1.001KB"), parse_size("2.3MB"), parse_size("0.5KiB")) == (1001, 2_300_000, 512)
    assert parse_size("1.001GB") == 1_001_000_000
