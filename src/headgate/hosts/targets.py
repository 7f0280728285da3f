"""Where a command finds its project: on this machine, or on AWS."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from headgate.core.errors import UserMistake
from headgate.hosts.desk import Desk, Host

Target = Literal["local", "aws"]


def desk_at(target: Target, project: Path, environment: str | None = None) -> Desk:
    """For those who look or decide.

    Args:
        environment: which of several deployments.

    Raises:
        UserMistake: the project or a pipeline is wrong; or it was never deployed.
        Outside: what is kept can't be opened.
    """
    _check(target, environment)
    if target == "aws":
        from headgate.hosts.aws.desk import AwsDesk

        return AwsDesk(project, environment)
    from headgate.hosts.local_desk import LocalDesk

    return LocalDesk(project)


def host_at(target: Target, project: Path, environment: str | None = None) -> Host:
    """For those who set stages going.

    Args:
        environment: which of several deployments.

    Raises:
        UserMistake: the project, a pipeline or a contract is wrong; or it was never deployed.
        Outside: what is kept can't be opened.
    """
    _check(target, environment)
    if target == "aws":
        from headgate.hosts.aws.remote import RemoteHost

        return RemoteHost(project, environment)
    from headgate.hosts.embedded import EmbeddedHost

    return EmbeddedHost(project)


def _check(target: Target, environment: str | None) -> None:
    if environment is not None and target != "aws":
        raise UserMistake(
            "--environment chooses among deployments, and this command looks at this machine",
            next="say --target aws, too, or leave it out", code="needs_target",
        )  # fmt: skip
