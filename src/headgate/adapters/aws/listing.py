"""What obstore can't do in a bucket: list keys that it has no path for (`inbox//a.csv`, or one with a tab), and delete one version."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

from headgate.adapters.aws.services import asking


def listed(store: Any, prefix: str) -> Iterator[dict[str, Any]]:
    """What obstore's list would say, and of a key that is none of its own that it is one.

    Raises:
        ImportError: boto3 is not installed.
        Outside: the store refuses, or can't be reached.
    """
    bucket, root = store.config["bucket"], f"{store.prefix}/" if store.prefix else ""
    with asking("S3", bucket):
        pages = _client(store.config.get("region")).get_paginator("list_objects_v2")
        for page in pages.paginate(Bucket=bucket, Prefix=f"{root}{prefix}/" if prefix else root):
            yield from (_entry(one, root) for one in page.get("Contents", ()) if not one["Key"].endswith("/"))


def delete_version(store: Any, key: str, version: str) -> None:
    """Deletes one version of an object for good; nothing happens when it is already gone.

    Raises:
        ImportError: boto3 is not installed.
        Outside: the store refuses, or can't be reached.
    """
    bucket, root = store.config["bucket"], f"{store.prefix}/" if store.prefix else ""
    with asking("S3", bucket):
        _client(store.config.get("region")).delete_object(Bucket=bucket, Key=f"{root}{key}", VersionId=version)


def _client(region: str | None) -> Any:
    import boto3
    from botocore.config import Config

    endpoint = os.environ.get("AWS_ENDPOINT_URL_S3") or os.environ.get("AWS_ENDPOINT_URL")
    config = Config(s3={"addressing_style": "path"})
    return boto3.session.Session().client("s3", region_name=region, endpoint_url=endpoint, config=config)


def _entry(one: dict[str, Any], root: str) -> dict[str, Any]:
    key = one["Key"].removeprefix(root)
    return {
        "path": key, "size": one["Size"], "last_modified": one["LastModified"], "e_tag": one["ETag"],
        "fault": "bad_name" if is_odd(key) else "",
    }  # fmt: skip


def is_odd(key: str) -> bool:
    """Whether obstore has no path for a key."""
    is_steered = any(ord(character) < 32 or ord(character) == 127 for character in key)
    return is_steered or any(part in ("", ".", "..") for part in key.split("/"))
