"""The `mail` and `alerts` sections: how mails go out, and when people are told of what went wrong."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from headgate.core.config.mistakes import shown
from headgate.core.config.model import Section
from headgate.core.config.source_settings import Variable
from headgate.core.config.values import Address, Addresses, InnerPath, Line, Seconds, Whole, refuse

Security = Literal["starttls", "tls", "none"]

_PORTS: dict[Security, int] = {"starttls": 587, "tls": 465, "none": 25}


def _host(name: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9._-]+|[0-9A-Fa-f:.]+", name):
        refuse(f"{shown(name)} is no name of a host such as smtp.example.com; the port goes under `port`")
    return name


def _port(port: int) -> int:
    return port if port <= 65_535 else refuse(f"it must be at most 65535, not {shown(port)}")


def _time_limit(seconds: float) -> float:
    return seconds if seconds > 0 else refuse("it must be more than 0")


Host = Annotated[Line, AfterValidator(_host)]
Port = Annotated[Whole, AfterValidator(_port), Field(json_schema_extra={"maximum": 65_535})]
TimeLimit = Annotated[Seconds, AfterValidator(_time_limit)]


class Smtp(Section):
    """The mail server that mails are handed to."""

    host: Host = Field(description="Name of the mail server, such as smtp.example.com.")
    port: Port | None = Field(None, description="Its port; else 587 with starttls, 465 with tls, 25 with none.")
    security: Security = Field(
        "starttls",
        description="How the connection is encrypted: starttls, tls (from the first byte), or none: "
        "then mails, user and password can be read on their way.",
    )
    user_env: Variable | None = Field(None, description="Name of the environment variable that holds the user's name.")
    password_env: Variable | None = Field(
        None, description="Name of the environment variable that holds the password; never the password itself."
    )
    timeout: TimeLimit = Field(30, description="Seconds that the server may take for an answer.")

    @model_validator(mode="after")
    def _user_and_password_together(self) -> Smtp:
        if (self.user_env is None) != (self.password_env is None):
            there = "user_env" if self.user_env else "password_env"
            refuse("`user_env` and `password_env` belong together; without both there is no login", there)
        return self

    @property
    def port_used(self) -> int:
        """The port written, or the usual one."""
        return self.port or _PORTS[self.security]


class Mail(Section):
    """Mail that goes out."""

    outbox: InnerPath = Field(
        "outbox",
        description="Folder of the project into which mails are written as .eml files, unless there is `smtp`.",
    )
    sender: Address = Field("headgate@localhost", alias="from", description="Address that mails come from.")
    to: Addresses = Field((), description="Addresses for alerts and pipelines that name no recipients.")
    smtp: Smtp | None = Field(None, description="The mail server that mails are handed to; else they go to the outbox.")


class Alerts(Section):
    """When people are told of what went wrong."""

    window: Seconds = Field(
        600, description="Seconds after a mail in which further alerts of its kind are kept for the next one."
    )
