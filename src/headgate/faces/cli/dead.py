"""`headgate dead`: what failed its last attempt, and what a person decides about it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from headgate.core.errors import UserMistake
from headgate.faces.cli.lists import Limit, OfPipeline, Since, of_known_pipeline, since_time
from headgate.faces.cli.options import AsJson, Environment, ProjectDir, Quiet, Target
from headgate.faces.cli.said import echo_json, say_place, warning_text

if TYPE_CHECKING:
    from headgate.hosts.desk import Desk
    from headgate.ports import DeadLetter

app = typer.Typer(help="What failed its last attempt.", no_args_is_help=True, rich_markup_mode=None)

Numbers = Annotated[
    list[int] | None, typer.Argument(metavar="N…", help="Numbers of dead letters, as `dead list` has them.")
]
EveryOne = Annotated[
    bool, typer.Option("--all", help="All that nobody has looked after, or with --pipeline and --since those of them.")
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Say what would be done, and do nothing.")]


@app.command("list")
def list_(
    pipeline: OfPipeline = None,
    since: Since = None,
    limit: Limit = None,
    every: Annotated[bool, typer.Option("--all", help="Also those that were redriven or discarded.")] = False,
    project: ProjectDir = Path("."),
    target: Target = "local",
    environment: Environment = None,
    quiet: Quiet = False,
    as_json: AsJson = False,
) -> None:
    """List dead letters, grouped by why they died, with samples."""
    from headgate.faces.cli.letters import groups
    from headgate.faces.cli.letters_text import groups_text
    from headgate.hosts.targets import desk_at

    with desk_at(target, project, environment) as desk:
        found = groups(_wanted(desk, desk.queue.dead_letters(every), pipeline, since))
        shown = found[:limit]
        _say(shown, lambda: groups_text(shown, len(found)), quiet, as_json)


@app.command("show")
def show(
    number: Annotated[int, typer.Argument(metavar="N", help="Number of a dead letter, as `dead list` has it.")],
    project: ProjectDir = Path("."),
    target: Target = "local",
    environment: Environment = None,
    quiet: Quiet = False,
    as_json: AsJson = False,
) -> None:
    """Show one dead letter whole: its event, its error, and what redriving it would do."""
    from headgate.faces.cli.letters import letter_document
    from headgate.faces.cli.letters_text import letter_text
    from headgate.hosts.targets import desk_at

    with desk_at(target, project, environment) as desk:
        document = letter_document(desk, _numbered(desk, [number], settled=True)[0])
        _say(document, lambda: letter_text(document), quiet, as_json)


@app.command("redrive")
def redrive(
    numbers: Numbers = None,
    every: EveryOne = False,
    pipeline: OfPipeline = None,
    since: Since = None,
    dry_run: DryRun = False,
    project: ProjectDir = Path("."),
    target: Target = "local",
    environment: Environment = None,
    quiet: Quiet = False,
    as_json: AsJson = False,
) -> None:
    """Try dead letters anew, with all their attempts; what fails again is a fresh dead letter."""
    from headgate.faces.cli.letters import redriven, staying
    from headgate.faces.cli.letters_text import redriven_text
    from headgate.hosts.idle import redrivable
    from headgate.hosts.targets import desk_at

    with desk_at(target, project, environment) as desk:
        say_place(desk, quiet)
        named = _chosen(desk, numbers, every, pipeline, since)
        chosen, whys = redrivable(desk, named)
        if whys and (numbers or not chosen):
            raise whys[0]
        for why in whys:
            typer.echo(warning_text(why, "it stays where it is"), err=True)
        taken = {letter.number for letter in chosen}
        stay = [letter for letter in named if letter.number not in taken]
        document = {
            "dry_run": dry_run,
            "redriven": [redriven(desk, letter, dry_run) for letter in chosen],
            "staying": [staying(letter, why) for letter, why in zip(stay, whys, strict=True)],
        }
        _say(document, lambda: redriven_text(document, desk.at_work()), quiet, as_json)


@app.command("discard")
def discard(
    numbers: Numbers = None,
    every: EveryOne = False,
    pipeline: OfPipeline = None,
    since: Since = None,
    dry_run: DryRun = False,
    project: ProjectDir = Path("."),
    target: Target = "local",
    environment: Environment = None,
    quiet: Quiet = False,
    as_json: AsJson = False,
) -> None:
    """Give dead letters up; a record of each stays, and a file that still lies in the inbox is kept in failed/."""
    from headgate.faces.cli.letters import discarded
    from headgate.faces.cli.letters_text import discarded_text
    from headgate.hosts.targets import desk_at

    with desk_at(target, project, environment) as desk:
        say_place(desk, quiet)
        chosen = _chosen(desk, numbers, every, pipeline, since)
        document = {"dry_run": dry_run, "discarded": [discarded(desk, letter, dry_run) for letter in chosen]}
        _say(document, lambda: discarded_text(document), quiet, as_json)


def _say(document: Any, text: Callable[[], str], quiet: bool, as_json: bool) -> None:
    if as_json:
        echo_json(document)
    elif not quiet:
        typer.echo(text())


def _wanted(desk: Desk, letters: Sequence[DeadLetter], pipeline: str | None, since: str | None) -> list[DeadLetter]:
    if pipeline:
        of_known_pipeline(desk.project, pipeline, (letter.pipeline for letter in letters))
    earliest = since_time(since, desk.clock()) or datetime.min
    return [letter for letter in letters if pipeline in (None, letter.pipeline) and letter.died_at >= earliest]


def _chosen(
    desk: Desk, numbers: list[int] | None, every: bool, pipeline: str | None, since: str | None
) -> list[DeadLetter]:
    """Those that are named, or all; never a mixture that leaves a doubt."""
    if bool(numbers) == every or (numbers and (pipeline or since)):
        raise UserMistake(
            "name dead letters by their numbers, or say --all, which --pipeline and --since narrow",
            next="headgate dead list",
            code="which_letters",
        )
    if numbers:
        return _numbered(desk, list(dict.fromkeys(numbers)))
    return _wanted(desk, desk.queue.dead_letters(), pipeline, since)


def _numbered(desk: Desk, numbers: Sequence[int], settled: bool = False) -> list[DeadLetter]:
    """The dead letters of these numbers; none is touched when one of them is not to be had."""
    known = {letter.number: letter for letter in desk.queue.dead_letters(all_=True)}
    for number in numbers:
        if number not in known:
            raise UserMistake(f"there is no dead letter {number}", next="headgate dead list", code="no_dead_letter")
        state = known[number].state
        if state != "dead" and not settled:
            raise UserMistake(
                f"dead letter {number} is {state} already", next=f"headgate dead show {number}", code="letter_settled"
            )
    return [known[number] for number in numbers]
