"""What Terraform tells a function, or a laptop, of where a project was deployed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from headgate.core.errors import Place, UserMistake
from headgate.hosts.aws.noted import NOT_DEPLOYED, meant

PREFIX = "HEADGATE_"


class Deployment(BaseSettings):
    """Settings of a deployed project, from the environment: each is `HEADGATE_` and its name here in capitals.

    Attributes:
        prefix: how the names of all its queues and functions begin.
        storage: URL of the bucket that files arrive in.
        results_storage: URL of that for results, where it is another one.
        largest_file: bytes of the largest file that a function takes; None where all are taken.
        large_queue: whether larger files wait in a queue of their own for `headgate worker`.
        max_receives: attempts of a stage before its event is dead; the queue gives a message more often than that.
        lease_seconds: how long what a vanished function had claimed stays its own.
        secrets: name in the environment → name of the parameter that holds it.
        idle_stages: those that no pipeline needs, before which nothing is laid; written with commas.
        project: folder of `headgate.yaml`; else `project` beside the code.
        temp: folder for what does not fit into memory.
    """

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="ignore", env_ignore_empty=True)

    prefix: str = Field(pattern="^[a-z][a-z0-9-]*$", max_length=32)
    region: str
    storage: str = Field(pattern="^[a-z0-9]+://")
    results_storage: str | None = Field(None, pattern="^[a-z0-9]+://")
    table: str
    bus: str
    alert_topic: str | None = None
    largest_file: int | None = Field(None, gt=0)
    large_queue: bool = False
    max_receives: int = Field(3, ge=1)
    lease_seconds: float = Field(960, gt=0)
    secrets: Annotated[Mapping[str, str], NoDecode] = Field(default_factory=dict)
    analysis_days: int = Field(7, ge=1)
    idle_stages: Annotated[frozenset[str], NoDecode] = frozenset()
    project: Path | None = None
    temp: Path = Path("/tmp")

    @field_validator("secrets", mode="before")
    @classmethod
    def _written_as_json(cls, value: Any) -> Any:
        return json.loads(value) if isinstance(value, str) else value

    @field_validator("idle_stages", mode="before")
    @classmethod
    def _written_with_commas(cls, value: Any) -> Any:
        return frozenset(value.split(",")) if isinstance(value, str) else value

    @property
    def lease(self) -> timedelta:
        return timedelta(seconds=self.lease_seconds)

    def queue(self, stage: str) -> str:
        """The name of a stage's queue."""
        return f"{self.prefix}-{stage}"

    @property
    def files_too_large(self) -> str:
        """The name of the queue of files that no function takes."""
        return f"{self.prefix}-large"

    @classmethod
    def here(cls) -> Self:
        """As the environment says.

        Raises:
            UserMistake: something is missing or wrong; the message names each.
        """
        return cls._checked({}, "the environment")

    @classmethod
    def of_project(cls, folder: Path, environment: str | None = None, usual: str = "dev") -> Self:
        """As `headgate deploy apply` noted it in a project's folder.

        Args:
            environment: which deployment; else the usual one, or the only one.
            usual: as the settings say.

        Raises:
            UserMistake: it was never deployed from here, none of several is named, or the note is damaged.
        """
        return cls.noted_in(meant(folder, environment, usual)[1], folder)

    @classmethod
    def noted_in(cls, file: Path, folder: Path) -> Self:
        """As one note of a project's folder says.

        Raises:
            UserMistake: it is not there, or damaged.
        """
        try:
            noted = json.loads(file.read_text(encoding="utf-8"))
            values = {name.removeprefix(PREFIX).lower(): value for name, value in dict(noted).items() if value != ""}
        except FileNotFoundError:
            raise UserMistake(
                "this project was not deployed from here", where=Place(str(file)), next=NOT_DEPLOYED.format(""),
                code="not_deployed",
            ) from None  # fmt: skip
        except (ValueError, TypeError) as error:
            raise UserMistake(
                f"the note of where this project is deployed can't be read: {error}", where=Place(str(file)),
                next="headgate deploy apply", code="bad_deployment",
            ) from None  # fmt: skip
        return cls._checked({**values, "project": folder}, str(file))

    @classmethod
    def _checked(cls, values: Mapping[str, Any], source: str) -> Self:
        try:
            return cls(**values)
        except ValidationError as error:
            wrong = "; ".join(f"{PREFIX}{_name(one)}: {one['msg']}" for one in error.errors())
            raise UserMistake(
                f"the deployment is not what it must be: {wrong}", where=Place(source), who="whoever deploys",
                next="headgate deploy apply", code="bad_deployment",
            ) from None  # fmt: skip


def _name(error: Any) -> str:
    """Of the setting alone: its value may be a secret's."""
    name = str(error["loc"][0]) if error["loc"] else ""
    return name.upper().removeprefix(PREFIX)
