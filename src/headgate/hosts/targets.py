"""Where a command finds its project: on this machine, or on AWS."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from headgate.hosts.desk import Desk, Host

Target = Literal["local", "aws"]


def desk_at(target: Target, project: Path) -> Desk:
    """For those who look or decide.

    Raises:
        UserMistake: the project or a pipeline is wrong; or it was never deployed.
        Outside: what is kept can't be opened.
    """
    if target == "aws":
        from headgate.hosts.aws.desk import AwsDesk

        return AwsDesk(project)
    from headgate.hosts.local_desk import LocalDesk

    return LocalDesk(project)


def host_at(target: Target, project: Path) -> Host:
    """For those who set stages going.

    Raises:
        UserMistake: the project, a pipeline or a contract is wrong; or it was never deployed.
        Outside: what is kept can't be opened.
    """
    if target == "aws":
        from headgate.hosts.aws.remote import RemoteHost

        return RemoteHost(project)
    from headgate.hosts.embedded import EmbeddedHost

    return EmbeddedHost(project)
