"""`headgate deploy`: a project on AWS, from its first plan to its end."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from headgate.core.printable import printable
from headgate.faces.cli.next_step import next_step
from headgate.faces.cli.options import AsJson, Environment, ProjectDir, Quiet
from headgate.faces.cli.said import echo_json, error_text

if TYPE_CHECKING:
    from headgate.hosts.deploy.deployer import Deployer, Standing
    from headgate.hosts.deploy.doctor import Finding
    from headgate.hosts.deploy.infra import Copied
    from headgate.hosts.deploy.packages import Package

app = typer.Typer(help="A project on AWS.", no_args_is_help=True, rich_markup_mode=None)

Yes = Annotated[bool, typer.Option("--yes", "-y", help="Don't ask before anything is changed.")]
PROBLEM = 3
INTERRUPTED = 130
MAILING = ("sender", "recipient", "mails")
"""Findings that keep mails back."""


@app.command("init")
def init(project: ProjectDir = Path("."), quiet: Quiet = False) -> None:
    """Copy the infrastructure into a project, or bring it up to date; what was changed there stays."""
    from headgate.core.project import load_project
    from headgate.hosts.deploy.infra import FOLDER, copy_infra
    from headgate.hosts.deploy.naming import project_slug

    loaded = load_project(project)
    project_slug(loaded)
    copied = copy_infra(project)
    for name in copied.kept:
        typer.echo(f"kept, since it was changed here: {printable(project / FOLDER / name)}", err=True)
    if not quiet:
        typer.echo(_copied_text(copied))
        region = "" if loaded.settings.deploy.region else ", set deploy.region in headgate.yaml"
        typer.echo(f"next: put infra/ under version control{region}, then")
        typer.echo(next_step("  headgate deploy doctor\n  headgate deploy plan\n  headgate deploy apply"))


@app.command("build")
def build(
    project: ProjectDir = Path("."),
    architecture: Annotated[
        Literal["arm64", "x86_64"] | None,
        typer.Option("--architecture", help="Processor of the functions; else as deploy.architecture says."),
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="DIR", help="Where to put the zips; else .headgate/packages.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Build the functions' packages: the same bytes whenever they are built of the same things."""
    from headgate.core.project import load_project
    from headgate.hosts.deploy import packages
    from headgate.hosts.deploy.deployer import PACKAGES

    chosen = architecture or load_project(project).settings.deploy.architecture
    built = packages.build(project, out or project / PACKAGES, chosen)
    if as_json:
        echo_json({group: {**vars(one), "path": str(one.path)} for group, one in built.items()})
    else:
        typer.echo(_packages_text(built))


@app.command("plan")
def plan(
    project: ProjectDir = Path("."),
    environment: Environment = None,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="Keep the plan, to be applied as it is.")
    ] = None,
) -> None:
    """Build the packages and show what would change on AWS; nothing is changed."""
    from headgate.hosts.deploy.deployer import Deployer

    terraform, packages = Deployer(project, environment).prepare()
    typer.echo(_packages_text(packages))
    with _interruptible():
        terraform.plan(out)


@app.command("apply")
def apply(
    project: ProjectDir = Path("."),
    environment: Environment = None,
    plan: Annotated[
        Path | None, typer.Option("--plan", metavar="FILE", help="Make that very plan so; nothing is built anew.")
    ] = None,
    yes: Yes = False,
) -> None:
    """Build the packages, bring the project to AWS, and say what is left to do."""
    from headgate.hosts.deploy.deployer import Deployer

    deployer = Deployer(project, environment)
    if plan:
        terraform = deployer.ready(plan)
    else:
        terraform, packages = deployer.prepare()
        typer.echo(_packages_text(packages))
    with _interruptible():
        terraform.apply(plan, ask=not yes)
    noted = deployer.note_target(terraform.outputs())
    typer.echo(f"{deployer.prefix} stands in {deployer.region}; noted in {printable(noted)}")
    _left_to_do(deployer)


@app.command("destroy")
def destroy(project: ProjectDir = Path("."), environment: Environment = None, yes: Yes = False) -> None:
    """Take everything of a deployment down."""
    from headgate.hosts.deploy.taking_down import taking_down

    going = taking_down(project, environment)
    with _interruptible():
        typer.echo(going.destroy(ask=not yes))


@app.command("status")
def status(project: ProjectDir = Path("."), environment: Environment = None, as_json: AsJson = False) -> None:
    """Say what of a project stands on AWS, and whether its functions run what was built last; note where, for `--target aws`."""
    from headgate.hosts.deploy.deployer import Deployer

    deployer = Deployer(project, environment)
    resources, standing = deployer.resources(), deployer.functions()
    noted = deployer.note_standing() if resources else None
    missing = [one.name for one in standing if not one.found]
    if as_json:
        functions = {one.name: vars(one.found) | {"current": one.is_current} for one in standing if one.found}
        place = {"prefix": deployer.prefix, "region": deployer.region, "resources": len(resources)}
        echo_json({**place, "noted": str(noted) if noted else None, "functions": functions, "missing": missing})
    else:
        where = f"; noted in {printable(noted)}" if noted else ""
        typer.echo(f"{deployer.prefix} in {deployer.region}: {len(resources)} resources in Terraform's state{where}")
        typer.echo(_functions_text(standing))
        if not all(one.is_current for one in standing):
            typer.echo(next_step(f"next: headgate deploy apply -e {deployer.environment}"))
    if missing:
        raise typer.Exit(PROBLEM)


@app.command("doctor")
def doctor(project: ProjectDir = Path("."), environment: Environment = None, as_json: AsJson = False) -> None:
    """Look at this machine and the account of AWS: what is missing, and how to mend it."""
    from headgate.core.project import load_project
    from headgate.hosts.deploy.doctor import examine

    found = examine(load_project(project), environment)
    if as_json:
        echo_json([vars(one) for one in found])
    else:
        typer.echo("\n".join(_finding_text(one) for one in found))
    if any(one.state == "problem" for one in found):
        raise typer.Exit(PROBLEM)


@contextmanager
def _interruptible() -> Iterator[None]:
    """Whoever stopped Terraform is told how to go on."""
    from headgate.hosts.deploy.terraform import Interrupted

    try:
        yield
    except Interrupted as stopped:
        typer.echo(error_text(stopped), err=True)
        raise typer.Exit(INTERRUPTED) from None


def _left_to_do(deployer: Deployer) -> None:
    """The steps that no program can take."""
    from headgate.hosts.deploy.doctor import examine

    left = [one for one in examine(deployer.project, deployer.environment) if one.state != "ok"]
    typer.echo("left to do:" if left else next_step("next: headgate put FILE -p PIPELINE --target aws"))
    for one in left:
        typer.echo(_finding_text(one))
    if any(one.check in MAILING and one.state == "problem" for one in left):
        typer.echo(
            "until then, what can't be mailed becomes a dead letter for each report and alert; this sends them afterwards:"
        )
        typer.echo(next_step("  headgate dead redrive --all --target aws"))


def _finding_text(finding: Finding) -> str:
    said = f"{finding.state:<8} {finding.check}: {printable(finding.said, 400)}"
    return f"{said}\n         fix: {printable(next_step(finding.fix), 600)}" if finding.fix else said


def _copied_text(copied: Copied) -> str:
    counts = {"new": copied.new, "updated": copied.updated, "removed": copied.removed, "kept": copied.kept}
    changes = ", ".join(f"{len(names)} {what}" for what, names in counts.items() if names)
    return f"infra/: {changes or 'everything is up to date'}"


def _packages_text(packages: Mapping[str, Package]) -> str:
    from headgate.faces.cli.lists import table

    titles = ("package", "zip MB", "unpacked MB", "path")
    rows = [(group, f"{one.size / 1e6:.1f}", f"{one.unzipped / 1e6:.1f}", one.path) for group, one in packages.items()]
    return table(titles, rows, numbers=titles[1:3])


def _functions_text(standing: Sequence[Standing]) -> str:
    from headgate.faces.cli.lists import table

    titles = ("function", "state", "memory MB", "timeout s", "code", "changed")
    return table(titles, [_function_row(one) for one in standing], numbers=titles[2:4])


def _function_row(one: Standing) -> Sequence[object]:
    if one.found is None:
        return (one.name, "missing", None, None, None, None)
    code = "as built last" if one.is_current else "another build"
    return (one.name, one.found.state, one.found.memory, one.found.timeout, code, one.found.changed)
