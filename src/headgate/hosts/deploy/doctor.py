"""What stands between a project and AWS, each with how to mend it."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from headgate.adapters.aws.account import Account, Sending
from headgate.core.errors import HeadgateError
from headgate.core.project import Project
from headgate.hosts.deploy.groups import GROUPS, bedrock_models
from headgate.hosts.deploy.naming import prefix
from headgate.hosts.deploy.terraform import check_terraform
from headgate.hosts.deploy.tfvars import region, secrets, sender
from headgate.hosts.deploy.uv import find_uv

State = Literal["ok", "warning", "problem"]

# Each stage's queue alone feeds this many copies of its function at least.
_LEAST_AT_ONCE = 2
# Mails that a quiet project may send on a day, with nothing to spare.
_FEW_MAILS = 50


@dataclass(frozen=True)
class Finding:
    """What one check found.

    Attributes:
        check: its name.
        state: `problem` keeps the project from working, `warning` may.
        said: what was found.
        fix: what to type or to do; empty when all is well.
    """

    check: str
    state: State
    said: str
    fix: str = ""


def examine(project: Project, environment: str | None = None) -> list[Finding]:
    """Looks at this machine and at the account; changes nothing.

    Args:
        project: to be deployed.
        environment: which deployment; else as the settings say.
    """
    found = [_tool("terraform", check_terraform), _tool("uv", find_uv)]
    credentials, account = _credentials(project, environment)
    found += credentials
    if account is None:
        return found
    checks: list[tuple[str, Callable[[], Iterator[Finding]]]] = [
        ("models", lambda: _models(project, account)),
        ("mail", lambda: _mail(project, account)),
        ("functions", lambda: _functions(account)),
        ("secrets", lambda: _secrets(project, environment, account)),
    ]
    for name, check in checks:
        found += _looked(name, check)
    return found


def _tool(name: str, find: Callable[[], object]) -> Finding:
    try:
        said = find()
    except HeadgateError as error:
        return Finding(name, "problem", error.message, error.next or "")
    return Finding(name, "ok", said if isinstance(said, str) else "it is there")


def _credentials(project: Project, environment: str | None) -> tuple[list[Finding], Account | None]:
    """Without these three nothing else can be looked at."""
    check = "settings"
    try:
        prefix(project, environment)
        place, check = region(project), "boto3"
        account, check = Account(place), "region"
        if not account.is_region():
            fix = "set deploy.region in headgate.yaml to one that has Lambda, such as eu-central-1"
            return [Finding(check, "problem", f"there is no region {account.region} with Lambda", fix)], None
        check = "credentials"
        who = account.who()
    except HeadgateError as error:
        return [Finding(check, "problem", error.message, error.next or "")], None
    return [Finding("region", "ok", account.region), Finding("credentials", "ok", who)], account


def _looked(name: str, check: Callable[[], Iterator[Finding]]) -> list[Finding]:
    """A check that is refused says so after what it found, and the others go on."""
    found: list[Finding] = []
    try:
        found.extend(check())
    except HeadgateError as error:
        refused = "let whoever looks read it (Get… and List… of this service), or look in AWS's console"
        # No right helps where AWS itself is not asked.
        fix = error.next if error.code == "not_at_endpoint" and error.next else refused
        found.append(Finding(name, "warning", f"it could not be looked at: {error.message}", fix))
    return found


def _models(project: Project, account: Account) -> Iterator[Finding]:
    for model in bedrock_models(project):
        trouble = account.model_trouble(model)
        fix = (
            f"open {model} in the playground of Bedrock's model catalogue, region {account.region}, and send it a word; "
            "Anthropic's models ask for your use case first. Until then the built-in narrator writes"
        )
        yield Finding(
            "model", "problem" if trouble else "ok", f"{model}: {trouble or 'it answers'}", fix if trouble else ""
        )


def _mail(project: Project, account: Account) -> Iterator[Finding]:
    if project.settings.mail.smtp:
        # The functions hand mails to it, and nothing to SES.
        yield Finding("sender", "ok", f"mails go by {project.settings.mail.smtp.host}, not by SES")
        return
    address = sender(project)
    if address is None:
        yield Finding("sender", "problem", "mails need an address they come from", "set mail.from in headgate.yaml")
        return
    yield _sender(address, project.settings.deploy.sender_identity, account)
    sending = account.sending()
    yield from _allowance(sending)
    if sending.in_sandbox:
        fix = f"aws sesv2 put-account-details --production-access-enabled --region {account.region} … (see its help)"
        yield Finding("sandbox", "warning", "only verified addresses get mails from this account", fix)
        for recipient in sorted(recipients(project) - {address}):
            # That its domain is will do.
            domain = recipient.partition("@")[2]
            yield _verified("recipient", domain if account.is_verified(domain) else recipient, account)


def _sender(address: str, identity: str | None, account: Account) -> Finding:
    domain = address.partition("@")[2]
    if not identity and not account.is_verified(address) and account.is_verified(domain):
        fix = f"set deploy.sender_identity to {domain} in headgate.yaml, and apply again"
        return Finding("sender", "problem", f"the functions may not use {address}: its domain is what is verified", fix)
    return _verified("sender", identity or address, account)


def _verified(check: str, address: str, account: Account) -> Finding:
    if account.is_verified(address):
        return Finding(check, "ok", f"{address} is verified")
    identity = f"aws sesv2 create-email-identity --email-identity {shlex.quote(address)} --region {account.region}"
    return Finding(check, "problem", f"{address} is not verified", f"{identity}, then follow the link that is mailed")


def _allowance(sending: Sending) -> Iterator[Finding]:
    left = sending.per_day - sending.sent
    said = f"{sending.sent:.0f} of {sending.per_day:.0f} mails sent in the last 24 hours"
    if not sending.is_on:
        yield Finding(
            "mails", "problem", "SES does not send for this account", "answer AWS's mail on why it was paused"
        )
    elif sending.per_day >= 0 and left < _FEW_MAILS:
        yield Finding("mails", "warning", said, "ask for a higher sending quota (Service Quotas, Simple Email Service)")
    else:
        yield Finding("mails", "ok", said if sending.per_day >= 0 else "any number of mails may be sent")


def _functions(account: Account) -> Iterator[Finding]:
    limit, least = account.concurrency(), _LEAST_AT_ONCE * sum(map(len, GROUPS.values()))
    said = f"{limit} functions may run at once in {account.region}"
    fix = (
        "aws service-quotas request-service-quota-increase --service-code lambda --quota-code L-B99A9384 "
        f"--desired-value 1000 --region {account.region}"
    )
    yield Finding("functions", "ok", said) if limit >= least else Finding("functions", "warning", said, fix)


def _secrets(project: Project, environment: str | None, account: Account) -> Iterator[Finding]:
    parameters = secrets(project, environment)
    missing = account.missing_parameters(set(parameters.values())) if parameters else []
    for name, parameter in parameters.items():
        put = f"aws ssm put-parameter --type SecureString --name {parameter} --region {account.region} --value …"
        if parameter in missing:
            yield Finding("secret", "problem", f"{name} has no parameter {parameter}", put)
        else:
            yield Finding("secret", "ok", f"{name} is {parameter}")


def recipients(project: Project) -> set[str]:
    """Every address that a report or an alert may go to."""
    found = set(project.settings.mail.to)
    for pipeline in project.pipelines.values():
        found |= {*(pipeline.report.recipients or ()), *(pipeline.alerts.recipients or ())}
    return found
