"""An account of AWS as it stands: who asks, what may be mailed, which models answer, how much may run at once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from headgate.adapters.aws.services import asking
from headgate.core.errors import Outside, UserMistake

# Where an inference profile's name says over which regions it spreads.
_SPREADS = ("us", "us-gov", "eu", "apac", "jp", "au", "ca", "global")
# AWS takes no more names at once.
_PARAMETERS = 10


@dataclass(frozen=True)
class Sending:
    """What Simple Email Service allows the account.

    Attributes:
        in_sandbox: only to addresses that are verified themselves.
        is_on: it may send at all.
        per_day: mails in 24 hours; -1 for any number.
        sent: of these, in the last 24 hours.
    """

    in_sandbox: bool
    is_on: bool
    per_day: float
    sent: float


@dataclass(frozen=True)
class DeployedFunction:
    """A function as it stands.

    Attributes:
        sha256: of its zip, in base64.
        changed: when it was last changed, as AWS says it.
        state: `Active` when it answers.
        memory: megabytes.
        timeout: seconds.
    """

    sha256: str
    changed: str
    state: str
    memory: int
    timeout: int


class Account:
    """What the credentials of this machine lead to, in one region.

    Raises:
        UserMistake: boto3 is not installed.
    """

    def __init__(self, region: str) -> None:
        try:
            import boto3
        except ImportError:
            raise UserMistake(
                "this needs boto3, which is not installed", next="pip install 'headgate[aws]'", code="not_installed"
            ) from None
        self.region, self._session = region, boto3.session.Session(region_name=region)

    def who(self) -> str:
        """The ARN of whoever asks.

        Raises:
            Outside: there are no credentials, or they are not taken (`no_credentials`); or AWS can't be reached.
        """
        from botocore.exceptions import BotoCoreError, ClientError, EndpointConnectionError, HTTPClientError

        try:
            return str(self._client("sts").get_caller_identity()["Arn"])
        except (EndpointConnectionError, HTTPClientError) as error:
            raise Outside(
                f"AWS can't be reached in {self.region}: {error}",
                who="whoever looks after this machine",
                next="look at the network, and at deploy.region in headgate.yaml; then run the same command again",
                code="aws_unreachable",
            ) from error
        except (BotoCoreError, ClientError) as error:
            raise Outside(
                f"no credentials that AWS takes: {error}",
                who="whoever deploys",
                next="aws configure, or aws sso login; or set AWS_PROFILE",
                code="no_credentials",
            ) from error

    def is_region(self) -> bool:
        """Whether functions can run in a region of this name."""
        partitions = self._session.get_available_partitions()
        return any(self.region in self._session.get_available_regions("lambda", one) for one in partitions)

    def sending(self) -> Sending:
        """What Simple Email Service allows."""
        with asking("SES", "the account"):
            said = self._client("sesv2").get_account()
        quota = said.get("SendQuota", {})
        return Sending(
            not said["ProductionAccessEnabled"],
            said["SendingEnabled"],
            quota.get("Max24HourSend", -1),
            quota.get("SentLast24Hours", 0),
        )

    def is_verified(self, identity: str) -> bool:
        """Whether Simple Email Service has verified an address, or a domain; each by itself."""
        client = self._client("sesv2")
        with asking("SES", identity):
            try:
                return bool(client.get_email_identity(EmailIdentity=identity)["VerifiedForSendingStatus"])
            except client.exceptions.NotFoundException:
                return False

    def model_trouble(self, model: str) -> str | None:
        """Why a model of Bedrock can't be used; None when it can."""
        first, _, rest = model.partition(".")
        with asking("Bedrock", model):
            client = self._client("bedrock")
            said = client.get_foundation_model_availability(modelId=rest if first in _SPREADS else model)
        if said.get("regionAvailability") == "NOT_AVAILABLE" and first not in _SPREADS:
            return f"it is not offered in {self.region}"
        if said.get("agreementAvailability", {}).get("status", "AVAILABLE") != "AVAILABLE":
            return "its terms were not accepted for this account"
        if (
            said.get("authorizationStatus") == "NOT_AUTHORIZED"
            or said.get("entitlementAvailability") == "NOT_AVAILABLE"
        ):
            return "this account has no access to it"
        return None

    def concurrency(self) -> int:
        """How many functions may run at once in the account's region."""
        with asking("Lambda", "the account"):
            return int(self._client("lambda").get_account_settings()["AccountLimit"]["ConcurrentExecutions"])

    def missing_parameters(self, names: Iterable[str]) -> list[str]:
        """Those that Systems Manager does not have."""
        wanted, missing = sorted(names), list[str]()
        for start in range(0, len(wanted), _PARAMETERS):
            with asking("Systems Manager", "its parameters"):
                said = self._client("ssm").get_parameters(Names=wanted[start : start + _PARAMETERS])
            missing += said["InvalidParameters"]
        return sorted(missing)

    def function(self, name: str) -> DeployedFunction | None:
        """One as it stands; None when there is none of this name."""
        client = self._client("lambda")
        with asking("Lambda", name):
            try:
                said = client.get_function_configuration(FunctionName=name)
            except client.exceptions.ResourceNotFoundException:
                return None
        return DeployedFunction(
            said["CodeSha256"], said["LastModified"], said.get("State", "Active"), said["MemorySize"], said["Timeout"]
        )

    def _client(self, service: str) -> Any:
        return self._session.client(service)
