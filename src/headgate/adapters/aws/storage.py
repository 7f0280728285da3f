"""S3, and what speaks like it, as a store: where it is, and by whose credentials."""

from __future__ import annotations

import os
from typing import Any

from obstore.store import from_url

from headgate.core.errors import Outside, UserMistake

# With one of these the store finds its credentials by itself: static keys, a function's, a container's, a workload's role.
_OWN = (
    "AWS_ACCESS_KEY_ID", "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "AWS_CONTAINER_CREDENTIALS_FULL_URI",
    "AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_SKIP_SIGNATURE",
)  # fmt: skip
# A whole request, body and all: a part of 8 MB takes its time on a slow line.
_LONGEST = "5m"
_RETRIES = 6


def s3_store(storage: str, region: str | None = None) -> Any:
    """The store at `s3://bucket/prefix`.

    The address of a store that is not Amazon's own stands in AWS_ENDPOINT_URL_S3 or AWS_ENDPOINT_URL.

    Args:
        region: else the environment's, or the profile's.

    Raises:
        UserMistake: there is no such profile.
        Outside: nobody is logged in.
    """
    endpoint = os.environ.get("AWS_ENDPOINT_URL_S3") or os.environ.get("AWS_ENDPOINT_URL")
    options: dict[str, Any] = {"endpoint": endpoint} if endpoint else {}
    if region:
        options["region"] = region
    return from_url(
        storage,
        # The bucket in the path: a certificate covers no bucket with a dot, nor an IP address any name before it.
        virtual_hosted_style_request=False,
        # By itself S3 has no copy that refuses to write over an object.
        copy_if_not_exists="multipart",
        client_options={"allow_http": bool(endpoint and endpoint.startswith("http://")), "timeout": _LONGEST},
        retry_config={"max_retries": _RETRIES},
        credential_provider=_credentials(),
        **options,
    )


def _credentials() -> Any:
    """Those of a person's profile or login, which only boto3 can read; None where the store finds its own."""
    if any(os.environ.get(name) for name in _OWN):
        return None
    try:
        from botocore.exceptions import BotoCoreError
        from obstore.auth.boto3 import Boto3CredentialProvider
    except ImportError:
        return None
    try:
        return Boto3CredentialProvider()
    except ValueError:
        raise Outside(
            "no AWS credentials were found",
            who="you",
            next="set AWS_PROFILE, or log in with `aws sso login`, then run the same command again",
            code="no_credentials",
        ) from None
    except BotoCoreError as error:
        raise UserMistake(str(error), next="correct AWS_PROFILE", code="no_profile") from error
