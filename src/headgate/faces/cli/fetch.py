"""`headgate fetch`: asks the API of a pipeline now, or shows what would be asked."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from headgate.core.errors import HeadgateError, Permanent, UserMistake
from headgate.core.printable import printable
from headgate.faces.cli.options import AsJson, ProjectDir, Quiet
from headgate.faces.cli.run import left, left_lines
from headgate.faces.cli.said import echo_json, error_text

if TYPE_CHECKING:
    from headgate.core.events import Event
    from headgate.hosts.journey import Journey

# What the person at the command line can put right.
_MISTAKES = ("missing_key", "key_refused", "no_source", "no_pipeline")


def fetch(
    pipeline: Annotated[str, typer.Argument(metavar="PIPELINE", help="The pipeline whose source is asked.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Ask nobody; show what would be asked.")] = False,
    project: ProjectDir = Path("."),
    quiet: Quiet = False,
    as_json: AsJson = False,
) -> None:
    """Ask the source of a pipeline and put its answer into the inbox."""
    from headgate.core.project import load_project
    from headgate.core.source.failure import missing_key
    from headgate.core.source.plan import plan_of, source_of
    from headgate.hosts.embedded import EmbeddedHost
    from headgate.hosts.once import send_through
    from headgate.hosts.secrets import Secrets

    source = source_of(load_project(project), pipeline)
    has_key = bool((Secrets()(source.key_env) or "").strip())
    if dry_run:
        document = {"pipeline": pipeline, **plan_of(source).as_json(), "key_env": source.key_env, "key_is_set": has_key}
        _say(document, plan_lines(document), quiet, as_json)
        return
    if not has_key:
        raise missing_key(source.key_env, pipeline)
    with EmbeddedHost(project) as host:
        journey = send_through(
            host, [host.event("source.due", pipeline, {"pipeline": pipeline}, host.clock().isoformat())]
        )
    _say(as_document(journey), [*outcome_lines(journey), *left_lines(journey)], quiet, as_json)
    _tell_and_end(journey)


def _say(document: dict[str, Any], lines: list[str], quiet: bool, as_json: bool) -> None:
    if as_json:
        echo_json(document)
    elif not quiet:
        for line in lines:
            typer.echo(line)


def plan_lines(document: dict[str, Any]) -> list[str]:
    """What would be asked."""
    requests = document["requests"]
    pace = f" over {document['seconds']} seconds" if len(requests) > 1 else ""
    counted = f"{document['symbols']} symbols, {document['credits']} credits, {len(requests)} request{'s' * (len(requests) > 1)}{pace}:"
    key = f"{document['key_env']} is {'set' if document['key_is_set'] else 'not set'}"
    return [counted, *(f"  {request['url']}" for request in requests), key]


def as_document(journey: Journey) -> dict[str, Any]:
    """What came of it as JSON."""
    return {
        "fetched": [dict(event.data) for event in journey.of_type("source.fetched")],
        "failed": [dict(event.data) for event in journey.of_type("source.failed")],
        "left": left(journey),
        "events": [event.as_cloudevent() for event in journey.events],
        "errors": [{"event": event.id, "code": error.code, "message": str(error)} for event, error in journey.errors],
    }


def outcome_lines(journey: Journey) -> list[str]:
    """Where the answer lies, and which symbols it has no prices for."""
    lines = []
    for event in journey.of_type("source.fetched"):
        data = event.data
        failed = f", {len(data['failed'])} of them in error ({', '.join(data['failed'])})" if data["failed"] else ""
        lines.append(f"{data['pipeline']}: {data['symbols']} symbols{failed}, in {printable(data['key'])}")
    return lines


def _tell_and_end(journey: Journey) -> None:
    from headgate.faces.cli import exit_code

    errors = [*journey.errors, *((event, _as_error(event)) for event in journey.of_type("source.failed"))]
    for event, error in errors:
        typer.echo(error_text(error, event.subject), err=True)
    raise typer.Exit(max((exit_code(error) for _, error in errors), default=0))


def _as_error(event: Event) -> HeadgateError:
    reason = event.data["reason"]
    kind = UserMistake if reason["code"] in _MISTAKES else Permanent
    return kind(reason["message"], who=reason["who"], next=reason["next"], code=reason["code"])
