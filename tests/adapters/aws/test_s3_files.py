"""S3 as a store of files: what it promises like the others, and what only it has."""

from __future__ import annotations

import hashlib
import os
from functools import cache
from pathlib import Path
from typing import Any

import boto3
import obstore
import pytest

from headgate.adapters.files import ObjectFiles
from headgate.adapters.split_files import SplitFiles
from headgate.core.errors import Outside, Transient, UserMistake
from tests.aws_server import ENVIRONMENT, REGION
from tests.conformance.files_suite import FilesSuite


def s3() -> Any:
    return _client(os.environ["AWS_ENDPOINT_URL"])


@cache
def _client(address: str) -> Any:
    return boto3.session.Session().client("s3", region_name=REGION, endpoint_url=address)


@pytest.fixture
def bucket(aws: str, unique: str) -> str:
    return _bucket(unique)


def _bucket(name: str) -> str:
    s3().create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": REGION})
    return name


@pytest.fixture
def versioned(bucket: str) -> str:
    s3().put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    return bucket


@pytest.fixture
def files(bucket: str) -> ObjectFiles:
    return ObjectFiles(f"s3://{bucket}")


class TestS3(FilesSuite):
    @pytest.fixture
    def files(self, bucket: str) -> ObjectFiles:
        return ObjectFiles(f"s3://{bucket}")


class TestS3BelowAPrefixWithVersions(FilesSuite):
    @pytest.fixture
    def files(self, versioned: str) -> ObjectFiles:
        return ObjectFiles(f"s3://{versioned}/some pre%fix/ü")


class TestTwoBuckets(FilesSuite):
    """With `inbox` in the one and most others in the other, everything that moves here moves across."""

    @pytest.fixture
    def files(self, bucket: str) -> SplitFiles:
        results = _bucket(f"{bucket}-results")
        return SplitFiles(ObjectFiles(f"s3://{bucket}"), ObjectFiles(f"s3://{results}"), ("archive", "zone", "failed"))


def test_keys_lie_below_the_prefix_of_the_url(bucket: str):
    ObjectFiles(f"s3://{bucket}/shop/prod").write("inbox/a+b.csv", b"x")
    s3().put_object(Bucket=bucket, Key="shop/product/inbox/b.csv", Body=b"")
    assert list(ObjectFiles(f"s3://{bucket}/shop/prod").keys("")) == ["inbox/a+b.csv"]
    assert s3().head_object(Bucket=bucket, Key="shop/prod/inbox/a+b.csv")["ContentLength"] == 1


def test_a_download_tells_the_version_and_a_discard_takes_that_one_alone(versioned: str, tmp_path: Path):
    files = ObjectFiles(f"s3://{versioned}")
    files.write("inbox/a.csv", b"x")
    version = s3().head_object(Bucket=versioned, Key="inbox/a.csv")["VersionId"]
    source = files.download("inbox/a.csv", tmp_path / "copy").source
    assert (source.storage, source.version) == (f"s3://{versioned}", version)
    assert source == files.digest("inbox/a.csv").source
    files.write("inbox/a.csv", b"x")
    files.discard(source)
    assert files.read("inbox/a.csv") == b"x"
    files.discard(files.digest("inbox/a.csv").source)
    assert list(files.keys("inbox")) == []
    kept = s3().list_object_versions(Bucket=versioned)
    assert ("Versions" in kept, "DeleteMarkers" in kept) == (False, False)


def test_an_earlier_version_can_be_read_and_taken_away_and_the_newest_stays(versioned: str, tmp_path: Path):
    files = ObjectFiles(f"s3://{versioned}/deep")
    files.write("inbox/a.csv", b"first")
    first = files.digest("inbox/a.csv").source
    files.write("inbox/a.csv", b"second")
    source = files.download("inbox/a.csv", tmp_path / "copy", first.version).source
    assert (source, (tmp_path / "copy").read_bytes()) == (first, b"first")
    assert files.digest("inbox/a.csv", first.version).source == first
    files.discard(source)
    assert files.read("inbox/a.csv") == b"second"
    with pytest.raises(FileNotFoundError):
        files.digest("inbox/a.csv", first.version)


def test_a_folder_made_in_a_console_is_no_file(files: ObjectFiles, bucket: str):
    for key in ("inbox/", "inbox/orders/", "inbox/empty.csv"):
        s3().put_object(Bucket=bucket, Key=key, Body=b"")
    assert list(files.keys("inbox")) == ["inbox/empty.csv"]
    assert list(files.found("inbox/orders")) == []


@pytest.mark.parametrize("below", ["", "/shop/ü"])
def test_a_key_that_can_be_no_file_is_found_with_its_fault_and_hides_no_other(below: str, bucket: str):
    files = ObjectFiles(f"s3://{bucket}{below}")
    for key in ("inbox/a.csv", "inbox/z/ü+%20.csv", "inbox2/b.csv"):
        files.write(key, b"x")
    plain = list(files.found("inbox"))
    odd = ["inbox//a.csv", "inbox/../up.csv", "inbox/orders/", "inbox/tab\t.csv"]
    for key in odd:
        s3().put_object(Bucket=bucket, Key=f"{below}/{key}".removeprefix("/"), Body=b"")
    found = list(files.found("inbox"))
    assert [one for one in found if not one.fault] == plain
    assert [(one.key, one.fault) for one in found if one.fault] == [
        (key, "bad_name") for key in sorted(odd) if not key.endswith("/")
    ]
    assert list(files.keys("")) == ["inbox/a.csv", "inbox/z/ü+%20.csv", "inbox2/b.csv"]


def test_what_is_said_of_an_object_stands_beside_it(files: ObjectFiles, bucket: str, tmp_path: Path):
    (tmp_path / "a").write_bytes(b"x")
    about = {"run": "abc", "etag": '"9d-2"', "file": "ü 50%\n", "long": "x" * 2001, "too": "much"}
    files.upload(tmp_path / "a", "accepted/a", about)
    said = s3().head_object(Bucket=bucket, Key="accepted/a")["Metadata"]
    assert said == {"run": "abc", "etag": '"9d-2"', "file": "%C3%BC%2050%25%0A", "long": "x" * 2001}
    files.upload(tmp_path / "a", "accepted/a")
    assert s3().head_object(Bucket=bucket, Key="accepted/a")["Metadata"] == {}


def test_our_own_outputs_say_what_they_are_and_a_senders_file_says_nothing(
    files: ObjectFiles, bucket: str, tmp_path: Path
):
    (tmp_path / "a").write_bytes(b"x")
    files.write("reports/a.html", b"<p>")
    files.upload(tmp_path / "a", "accepted/a.jsonl", {"run": "abc"})
    files.upload(tmp_path / "a", "archive/a.html")
    said = [
        s3().head_object(Bucket=bucket, Key=key)["ContentType"]
        for key in ("reports/a.html", "accepted/a.jsonl", "archive/a.html")
    ]
    assert said == ["text/html; charset=utf-8", "application/jsonl", "binary/octet-stream"]


def test_a_large_file_goes_up_in_parts_with_what_is_said_of_it(files: ObjectFiles, bucket: str, tmp_path: Path):
    data = _large(tmp_path / "large")
    files.upload(tmp_path / "large", "accepted/large", {"run": "abc"})
    answer = s3().head_object(Bucket=bucket, Key="accepted/large")
    assert (answer["Metadata"], answer["ETag"][-3:]) == ({"run": "abc"}, '-3"')
    copy = files.digest("accepted/large")
    assert (copy.size, copy.sha256) == (len(data), hashlib.sha256(data).hexdigest())


@pytest.mark.parametrize("at_once", [8 << 20, 64 << 20])
def test_who_waits_for_a_large_file_is_told_how_far_it_is(
    files: ObjectFiles, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at_once: int
):
    monkeypatch.setattr(ObjectFiles, "at_once", at_once)
    data = _large(tmp_path / "large")
    told: list[int] = []
    assert files.create(tmp_path / "large", "inbox/large", told.append)
    assert (sum(told), len(told)) == (len(data), 3 if at_once < len(data) else 1)
    told.clear()
    files.upload(tmp_path / "large", "inbox/large", progress=told.append)
    assert (sum(told), len(told)) == (len(data), 3)


def test_a_large_file_lies_over_nothing_and_leaves_no_part_behind(
    files: ObjectFiles, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(ObjectFiles, "at_once", 8 << 20)
    data = _large(tmp_path / "large")
    assert files.create(tmp_path / "large", "inbox/one")
    files.write("inbox/two", b"mine")
    assert not files.create(tmp_path / "large", "inbox/two")
    # Somebody is faster while the parts go up: only the store itself can tell.
    monkeypatch.setattr(ObjectFiles, "_lies", lambda *_: False)
    assert not files.create(tmp_path / "large", "inbox/two")
    monkeypatch.undo()
    assert list(files.keys("inbox")) == ["inbox/one", "inbox/two"]
    assert (files.read("inbox/one"), files.read("inbox/two")) == (data, b"mine")


def test_what_is_too_large_for_a_copy_of_the_stores_own_is_moved_all_the_same(
    files: ObjectFiles, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(ObjectFiles, "largest_copy", 8 << 20)
    data = _large(tmp_path / "large")
    files.upload(tmp_path / "large", "inbox/a")
    # The test server would copy it.
    monkeypatch.setattr(obstore, "copy", lambda *_, **__: pytest.fail("S3 refuses"))
    files.move("inbox/a", "unmatched/a")
    files.write("inbox/a", b"mine")
    assert not files.move_to_free("unmatched/a", "inbox/a")
    assert files.move_to_free("unmatched/a", "inbox/b")
    assert {key: files.read(key) for key in files.keys("")} == {"inbox/a": b"mine", "inbox/b": data}


def _large(path: Path) -> bytes:
    data = bytes(range(256)) * (17 << 12)
    path.write_bytes(data)
    return data


def test_a_bucket_that_is_not_there_is_no_file_that_is_not_there(aws: str, unique: str, tmp_path: Path):
    files = ObjectFiles(f"s3://{unique}")
    (tmp_path / "x").touch()
    acts = [
        lambda: files.read("a"), lambda: files.write("a", b""), lambda: files.download("a", tmp_path / "copy"),
        lambda: files.create(tmp_path / "x", "a"), lambda: list(files.found("inbox")),
    ]  # fmt: skip
    for act in acts:
        with pytest.raises(Outside, match="NoSuchBucket: The specified bucket does not exist"):
            act()


def test_a_key_that_is_too_long_for_s3_is_the_files_fault(files: ObjectFiles, monkeypatch: pytest.MonkeyPatch):
    def refuse(*_: Any, **__: Any) -> None:
        # The test server takes it.
        raise obstore.exceptions.GenericError(
            "400: <Code>KeyTooLongError</Code><Message>Your key is too long</Message>"
        )

    monkeypatch.setattr(obstore, "put", refuse)
    with pytest.raises(UserMistake, match="as long as this"):
        files.write("a" * 1025, b"")


def test_a_server_that_does_not_answer_is_told_after_a_few_tries(
    bucket: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", "http://127.0.0.1:1")
    monkeypatch.setattr("headgate.adapters.aws.storage._RETRIES", 1)
    with pytest.raises(Outside, match=r"error sending request"):
        ObjectFiles(f"s3://{bucket}").read("a")


def test_the_address_of_s3_alone_goes_before_that_of_all_of_aws(aws: str, bucket: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("AWS_ENDPOINT_URL", "https://127.0.0.1:1")
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", aws)
    files = ObjectFiles(f"s3://{bucket}")
    files.write("a", b"x")
    assert files.read("a") == b"x"


def test_other_bytes_that_came_during_a_copy_are_not_taken_for_the_ones_read(
    files: ObjectFiles, monkeypatch: pytest.MonkeyPatch
):
    files.write("inbox/a", b"old")
    source = files.digest("inbox/a").source
    copy = obstore.copy

    def slow(*given: Any, **how: Any) -> None:
        files.write("inbox/a", b"new")
        copy(*given, **how)

    monkeypatch.setattr(obstore, "copy", slow)
    with pytest.raises(Transient, match="took its place"):
        files.copy(source, "failed/a")
    assert list(files.keys("")) == ["inbox/a"]


@pytest.fixture
def profile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    config = tmp_path / "credentials"
    config.write_text(
        f"[team]\naws_access_key_id={ENVIRONMENT['AWS_ACCESS_KEY_ID']}\naws_secret_access_key=testing\nregion={REGION}\n"
    )
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(config))
    return config


def test_without_keys_in_the_environment_a_persons_profile_is_used(
    bucket: str, profile: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("AWS_PROFILE", "team")
    files = ObjectFiles(f"s3://{bucket}")
    files.write("a", b"x")
    assert files.read("a") == b"x"


def test_a_profile_that_is_not_there_and_nobody_logged_in_are_told(
    bucket: str, profile: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("AWS_PROFILE", "nobody")
    with pytest.raises(UserMistake, match="nobody"):
        ObjectFiles(f"s3://{bucket}")
    monkeypatch.delenv("AWS_PROFILE")
    with pytest.raises(Outside, match="no AWS credentials") as caught:
        ObjectFiles(f"s3://{bucket}")
    assert "aws sso login" in (caught.value.next or "")
