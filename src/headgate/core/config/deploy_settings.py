"""The `deploy` section of `headgate.yaml`: how the project stands on AWS."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from headgate.core.config.mistakes import shown
from headgate.core.config.model import Section
from headgate.core.config.source_settings import Variable
from headgate.core.config.values import Addresses, Line, Names, Whole, refuse
from headgate.core.errors import UserMistake

LONGEST_PREFIX = 32
"""Characters of `<name>-<environment>`: AWS's names of 64 characters begin with it."""

_SLUG = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_REGION = re.compile(r"[a-z]{2,4}(-[a-z]+)+-[0-9]")
_PARAMETER = re.compile(r"/[A-Za-z0-9_.-]+(/[A-Za-z0-9_.-]+)*")
# Whatever stands in a right must be one thing: `*` would be all of them.
_SUBNET, _GROUP = re.compile(r"subnet-[0-9a-z]+"), re.compile(r"sg-[0-9a-z]+")
_IDENTITY = re.compile(r"([^\s@*?$/]+@)?([A-Za-z0-9-]+\.)+[A-Za-z]{2,}")
_LARGEST_MEMORY, _LONGEST_TIMEOUT = 10_240, 900


def _slug(text: str) -> str:
    if not _SLUG.fullmatch(text) or len(text) > LONGEST_PREFIX - 2:
        refuse(
            f"it must be lower-case letters and digits with single hyphens between them, start with a letter, and have "
            f"at most {LONGEST_PREFIX - 2} characters, unlike {shown(text)}"
        )
    return text


def _region(text: str) -> str:
    return text if _REGION.fullmatch(text) else refuse(f"it must be a region such as eu-central-1, not {shown(text)}")


def _parameter(text: str) -> str:
    if not _PARAMETER.fullmatch(text):
        refuse("it must be the name of a parameter of Systems Manager, such as /shop/key; never the secret itself")
    return text


def _memory(size: int) -> int:
    if not 128 <= size <= _LARGEST_MEMORY:
        refuse(f"a function may have 128 to {_LARGEST_MEMORY} MB, not {shown(size)}")
    return size


def _timeout(seconds: int) -> int:
    if seconds > _LONGEST_TIMEOUT:
        refuse(f"a function may take {_LONGEST_TIMEOUT} seconds at most, not {shown(seconds)}")
    return seconds


def _ids(form: re.Pattern[str], example: str) -> Callable[[tuple[str, ...]], tuple[str, ...]]:
    def checked(names: tuple[str, ...]) -> tuple[str, ...]:
        if wrong := [name for name in names if not form.fullmatch(name)]:
            refuse(f"it must be an id such as {example}, not {shown(wrong[0])}")
        return names or refuse("name at least one")

    return checked


def _identity(text: str) -> str:
    return text if _IDENTITY.fullmatch(text) else refuse(f"it must be an address or a domain, not {shown(text)}")


def check_environment(name: str) -> str:
    """The name of an environment that somebody typed.

    Raises:
        UserMistake: it can't be one (`bad_environment`).
    """
    if _SLUG.fullmatch(name):
        return name
    raise UserMistake(
        f"an environment is called by lower-case letters, digits and single hyphens, not {shown(name)}",
        next="call it so: --environment prod",
        code="bad_environment",
    )


Slug = Annotated[Line, AfterValidator(_slug), Field(json_schema_extra={"pattern": f"^{_SLUG.pattern}$"})]
"""Lower-case letters, digits and hyphens, as the names of AWS's things may have them."""

Region = Annotated[Line, AfterValidator(_region), Field(json_schema_extra={"pattern": f"^{_REGION.pattern}$"})]
"""The name of a region of AWS."""

Parameter = Annotated[Line, AfterValidator(_parameter), Field(json_schema_extra={"pattern": f"^{_PARAMETER.pattern}$"})]
"""The name of a parameter of AWS Systems Manager."""

Megabytes = Annotated[
    Whole, AfterValidator(_memory), Field(json_schema_extra={"minimum": 128, "maximum": _LARGEST_MEMORY})
]
WholeSeconds = Annotated[Whole, AfterValidator(_timeout), Field(json_schema_extra={"maximum": _LONGEST_TIMEOUT})]
Identity = Annotated[Line, AfterValidator(_identity), Field(json_schema_extra={"pattern": f"^{_IDENTITY.pattern}$"})]
"""What Simple Email Service verifies: an address, or a domain."""

_SOME = Field(json_schema_extra={"minItems": 1})
Subnets = Annotated[Names, AfterValidator(_ids(_SUBNET, "subnet-0a1b2c")), _SOME]
Groups = Annotated[Names, AfterValidator(_ids(_GROUP, "sg-0a1b2c")), _SOME]

StageName = Literal["alert", "analyze", "fetch", "ingest", "load", "notify", "summarize", "watch"]
"""The stages, each of which is a function."""


class Vpc(Section):
    """The private network that the functions run in."""

    subnet_ids: Subnets = Field(description="Subnets, such as [subnet-0a1b2c].")
    security_group_ids: Groups = Field(description="Security groups, such as [sg-0a1b2c].")


class Function(Section):
    """What a stage's function may use; what is not said here is as it was measured."""

    memory: Megabytes | None = Field(None, description="Megabytes of memory; processor time grows with them.")
    timeout: WholeSeconds | None = Field(None, description="Seconds that one batch may take; 900 at most.")


class Deploy(Section):
    """How the project stands on AWS; read by `headgate deploy` only."""

    region: Region | None = Field(None, description="Region of AWS, such as eu-central-1; needed to deploy.")
    name: Slug | None = Field(
        None, description="What the names of all things on AWS begin with; else the project's name, in small letters."
    )
    environment: Slug = Field(
        "dev", description="Which of several deployments this is; they may share an account. It follows the name."
    )
    architecture: Literal["arm64", "x86_64"] = Field("arm64", description="Processor of the functions.")
    bucket_layout: Literal["one", "split"] = Field(
        "one", description="One bucket for everything, or a second one for results and manifests (split)."
    )
    recipients: Addresses | None = Field(
        None, description="E-mail addresses that alarms go to, an empty list for nobody; else those of mail.to."
    )
    sender_identity: Identity | None = Field(
        None, description="What Simple Email Service has verified for mail.from, such as its domain; else that address."
    )
    analysis_days: Whole = Field(7, description="Days after which the table forgets an analysis; its document stays.")
    notify_trigger: Literal["bus", "stream"] = Field(
        "bus", description="What starts the report of a run: the event (bus), or the write of its analysis (stream)."
    )
    large_queue: bool = Field(
        False,
        description="Whether files too big for a function wait in a queue for `headgate worker`; else they fail.",
    )
    secrets: dict[Variable, Parameter] = Field(
        {},
        description="Name of an environment variable with a secret, each with the parameter of Systems Manager that "
        "holds it; else /headgate/<name>-<environment>/<variable>.",
    )
    functions: dict[StageName, Function] = Field({}, description="What functions may use, by stage.")
    vpc: Vpc | None = Field(None, description="The private network that the functions run in; else none.")
