"""What a deployment is called: the project's part and the environment's, of which all names on AWS are made."""

from __future__ import annotations

import re

from headgate.core.config.deploy_settings import LONGEST_PREFIX
from headgate.core.errors import Place, UserMistake
from headgate.core.project import FILE_NAME, Project, is_named, name_line


def project_slug(project: Project) -> str:
    """The project's part of the prefix: `deploy.name`, else made of the project's name.

    Raises:
        UserMistake: nothing can be made of it (`bad_prefix`); or nothing but the folder names the project, and from
            another folder it would be another deployment (`unnamed_project`).
    """
    if name := project.settings.deploy.name:
        return name
    if not is_named(project.folder):
        raise _unnamed(project)
    slug = re.sub(r"[^a-z0-9]+", "-", project.name.lower()).strip("-")
    if not re.match("[a-z]", slug):
        raise _bad(project, f"names on AWS can't be made of the project's name, '{project.name}'")
    return slug


def prefix(project: Project, environment: str | None = None) -> str:
    """`<project>-<environment>`.

    Raises:
        UserMistake: it is too long, or nothing can be made of the project's name (`bad_prefix`).
    """
    made = named(project_slug(project), environment or project.settings.deploy.environment)
    if len(made) > LONGEST_PREFIX:
        message = f"'{made}' has {len(made)} characters, and names on AWS may begin with {LONGEST_PREFIX} at most"
        raise _bad(project, message)
    return made


def named(slug: str, environment: str) -> str:
    """How all its names begin, of the two parts."""
    return f"{slug}-{environment}"


def _unnamed(project: Project) -> UserMistake:
    """With the line that keeps what stands already as it is, where it was deployed from this folder."""
    return UserMistake(
        "nothing but its folder names this project, and deployed from another folder it would be another deployment",
        where=Place(str(project.folder / FILE_NAME), key="project"),
        who="the project's owner",
        next=f"add this line to {FILE_NAME}: {name_line(project.name)}",
        code="unnamed_project",
    )


def _bad(project: Project, message: str) -> UserMistake:
    return UserMistake(
        message,
        where=Place(str(project.folder / FILE_NAME), key="deploy.name"),
        who="the project's owner",
        next=f"add `deploy: {{name: …}}` to {FILE_NAME}, with a short name of lower-case letters, digits and hyphens",
        code="bad_prefix",
    )
