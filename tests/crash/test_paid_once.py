"""Killed after a model answered, nobody pays for that answer again; killed before, the budget counts it in full.

The model is a server on this machine that speaks Bedrock's API, by boto3 and pydantic-ai as ever.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from headgate.adapters.local.payments import SqlitePayments
from headgate.core.narrative.model import Draft, Summary
from tests.adapters.model.model_server import Asked, Bedrock, Reply
from tests.projects import GOOD, documents, drop, make_project

MODEL = "bedrock:amazon.nova-lite-v1:0"
SQL = "SELECT name, age FROM accepted WHERE age > 0\n"
RUN = """
import sys
from pathlib import Path
from headgate.hosts.embedded import EmbeddedHost
from headgate.hosts.once import run_once
with EmbeddedHost(Path(sys.argv[1])) as host:
    assert not run_once(host).errors
"""
DIE_WHEN_PAID = """
import os, signal
from headgate.adapters.local.payments import SqlitePayments
pay = SqlitePayments.pay
def pay_and_die(self, payment):
    pay(self, payment)
    if payment.is_answered:
        os.kill(os.getpid(), signal.SIGKILL)
SqlitePayments.pay = pay_and_die
"""
ENVIRONMENT = {
    "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "wJalrXUtnFEMI", "AWS_DEFAULT_REGION": "eu-central-1",
    "AWS_EC2_METADATA_DISABLED": "true", "AWS_CONFIG_FILE": "/nowhere", "AWS_SHARED_CREDENTIALS_FILE": "/nowhere",
    "no_proxy": "127.0.0.1",
}  # fmt: skip


@pytest.fixture
def server() -> Iterator[Bedrock]:
    with Bedrock() as running:
        yield running
    assert not running.faults


@pytest.fixture
def project(tmp_path: Path, server: Bedrock) -> Path:
    narrator = f"narrator: {{model: '{MODEL}', base_url: '{server.url}', budget_per_day: 1}}\n"
    make_project(tmp_path, settings=f"{narrator}mail: {{to: []}}\n")
    (tmp_path / "pipelines" / "people" / "analysis").mkdir()
    (tmp_path / "pipelines" / "people" / "analysis" / "ages.sql").write_text(SQL)
    drop(tmp_path, "people/a.csv", GOOD)
    return tmp_path


def start(project: Path, script: str) -> subprocess.Popen[bytes]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    return subprocess.Popen([sys.executable, "-c", script, project], env={**environment, **ENVIRONMENT})


def ended(process: subprocess.Popen[bytes]) -> int:
    return process.wait(120)


def answer(server: Bedrock) -> Callable[[Asked], Reply]:
    return server.gives(Draft(summary=Summary(text="Ann is 31.", facts=("ages",))))


def set_aside_or_spent(project: Path) -> Decimal:
    found = SqlitePayments(project / ".headgate" / "payments.db").take(
        "people", datetime.now(UTC).date(), Decimal(1000), Decimal(1)
    )
    assert found is not None
    return found


def test_killed_before_the_document_is_stored_the_answer_is_found_again(project: Path, server: Bedrock):
    server.answers.append(answer(server))
    assert ended(start(project, DIE_WHEN_PAID + RUN)) == -signal.SIGKILL
    assert documents(project, "analysis/*/*.json") == []
    assert ended(start(project, RUN)) == 0
    (document,) = documents(project, "analysis/*/*.json")
    assert (document["narrative"]["by"], document["narrative"]["summary"]["text"]) == (MODEL, "Ann is 31.")
    assert len(server.asked) == 1
    assert float(set_aside_or_spent(project)) == pytest.approx(document["model"]["cost_usd"])


def test_killed_while_the_model_answers_it_is_asked_again_and_the_first_time_counts_in_full(
    project: Path, server: Bedrock
):
    def kill(asked: Asked) -> Reply:
        process.kill()
        return answer(server)(asked)

    server.answers.extend([kill, answer(server)])
    process = start(project, RUN)
    assert ended(process) == -signal.SIGKILL
    most = set_aside_or_spent(project)
    assert most > 0
    assert ended(start(project, RUN)) == 0
    (document,) = documents(project, "analysis/*/*.json")
    assert (document["narrative"]["by"], len(server.asked)) == (MODEL, 2)
    assert float(set_aside_or_spent(project) - most) == pytest.approx(document["model"]["cost_usd"])
