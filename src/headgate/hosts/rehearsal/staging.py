"""The project as it is rehearsed: a copy that mails and stores nothing outside, with the infrastructure beside it."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from headgate.core.config.project_settings import PIPELINES
from headgate.core.project import FILE_NAME, Project, load_project
from headgate.hosts.deploy.infra import STACK, copy_infra
from headgate.hosts.deploy.tfvars import FILE as VARIABLES_FILE

ENVIRONMENT = "rehearsal"
SENDER = "headgate@example.com"


def staged(folder: Path, target: Path, region: str, architecture: str) -> Project:
    """Copies a project, with what a rehearsal needs otherwise.

    Args:
        folder: of the project.
        target: gets the copy.

    Raises:
        UserMistake: the project is wrong.
    """
    load_project(folder)
    target.mkdir(parents=True)
    shutil.copytree(folder / PIPELINES, target / PIPELINES, ignore=shutil.ignore_patterns("__pycache__"))
    settings = yaml.safe_load((folder / FILE_NAME).read_text(encoding="utf-8")) or {}
    settings.setdefault("project", folder.resolve().name)
    settings["deploy"] = _deploy(settings.get("deploy") or {}, region, architecture)
    settings["mail"] = _mail(settings.get("mail") or {})
    (target / FILE_NAME).write_text(yaml.safe_dump(settings, allow_unicode=True), encoding="utf-8")
    if (folder / STACK).is_dir():
        ignored = shutil.ignore_patterns(".terraform*", "*.tfstate*", VARIABLES_FILE, "terraform.tfstate.d")
        shutil.copytree(folder / STACK, target / STACK, ignore=ignored)
    else:
        copy_infra(target)
    return load_project(target)


def _deploy(settings: Mapping[str, Any], region: str, architecture: str) -> dict[str, Any]:
    """On this machine's processor, and in no network of the owner's."""
    kept = {name: value for name, value in settings.items() if name != "vpc"}
    return {"name": ENVIRONMENT, **kept, "region": region, "architecture": architecture, "environment": "here"}


def _mail(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Never by the owner's own mail server: a rehearsal's mails reach nobody."""
    kept = {name: value for name, value in settings.items() if name != "smtp"}
    return {"from": SENDER, "to": ["you@example.com"], **kept}
