"""From the command line: what a model answered to no use is paid once, and what nobody counted is told as its most."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from headgate.adapters.local.payments import SqlitePayments
from headgate.core.narrative.model import Draft, Summary
from headgate.core.narrative.request import ANSWERS
from tests.adapters.model.model_server import CLOSED, OpenAi
from tests.faces.command import Here
from tests.projects import GOOD, documents, drop, make_project

SQL = "SELECT name, age FROM accepted WHERE age > 0\n"
TOLD = Draft(summary=Summary(text="Ann is 31.", facts=("ages",)))


@pytest.fixture
def server() -> Iterator[OpenAi]:
    with OpenAi() as running:
        yield running


@pytest.fixture
def shop(here: Here, server: OpenAi, monkeypatch: pytest.MonkeyPatch) -> Here:
    """The command at home in a project with a model on this machine, and a file that came."""
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    price = "price: {input: 1, output: 2}, budget_per_day: 1, max_attempts: 1"
    make_project(
        here.folder,
        settings=f"narrator: {{model: 'openai:own', base_url: '{server.url}/v1', {price}}}\nmail: {{to: []}}\n",
    )
    home = here.folder / "pipelines" / "people" / "analysis"
    home.mkdir()
    (home / "ages.sql").write_text(SQL)
    drop(here.folder, "people/a.csv", GOOD)
    return here


def report(shop: Here) -> str:
    (path,) = shop.folder.glob("reports/people/*.txt")
    return " ".join(path.read_text(encoding="utf-8").split())


def run_id(shop: Here) -> str:
    (manifest,) = documents(shop.folder, "manifests/*.json")
    return str(manifest["run"])


def test_an_answer_of_no_use_is_not_paid_by_a_replay_until_the_prompt_is_another(shop: Here, server: OpenAi):
    server.answers.append(server.gives({"insights": []}))
    said = shop("run")
    assert (said.code, "the model did not write it, narrator_answer; the report says more" in said.out) == (0, True)
    assert shop("replay", run_id(shop), "--from", "analyze").code == 0
    assert len(server.asked) == ANSWERS
    assert "Asked again only once what is asked changes, such as prompt.md" in report(shop)
    (run,) = shop("cost", "--json").json["runs"]
    assert (run["fallback"], run["tokens_in"], run["uncounted"]) == ("narrator_answer", ANSWERS * 1000, 0)
    (shop.folder / "pipelines" / "people" / "prompt.md").write_text("Be brief.")
    server.answers.clear()
    server.answers.append(server.gives(TOLD))
    assert shop("replay", run_id(shop), "--from", "analyze").code == 0
    assert len(server.asked) == ANSWERS + 1
    assert "Asked again" not in report(shop)


def test_report_document_cost_and_budget_tell_one_sum_of_a_request_without_an_answer(shop: Here, server: OpenAi):
    server.answers.append(CLOSED)
    assert shop("run").code == 0
    (document,) = documents(shop.folder, "analysis/people/*.json")
    usd, day = document["model"]["cost_usd"], document["model"]["at"][:10]
    assert usd > 0
    assert "what 1 of 1 request took is not known" in report(shop)
    assert f"at most {usd:.3f} USD" in report(shop)
    assert f"≤ {usd}" in shop("cost").out
    assert spent(shop.folder, day) == pytest.approx(usd)
    server.answers.clear()
    server.answers.append(server.gives(TOLD))
    assert shop("replay", run_id(shop), "--from", "analyze").code == 0
    (document,) = documents(shop.folder, "analysis/people/*.json")
    assert (document["narrative"]["by"], len(server.asked)) == ("openai:own", 2)
    total = shop("cost", "--json").json["total"]
    assert total["cost_usd"] == pytest.approx(usd + document["model"]["cost_usd"])
    assert spent(shop.folder, day) == pytest.approx(total["cost_usd"])


def spent(project: Path, day: str) -> float:
    payments = SqlitePayments(project / ".headgate" / "payments.db")
    found = payments.take("people", date.fromisoformat(day), Decimal(1), Decimal(0))
    payments.close()
    assert found is not None
    return float(found)
