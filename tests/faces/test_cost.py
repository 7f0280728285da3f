"""`headgate cost` says what models took, what other models would take, and what was claimed elsewhere."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from importlib.metadata import version
from pathlib import Path

import genai_prices
import pytest

from headgate.core.narrative.cost import newest_price
from headgate.core.narrative.model import Draft, Summary
from headgate.core.narrative.scenarios import SCENARIOS
from headgate.core.narrative.telling import unanswered
from headgate.hosts.local_desk import LocalDesk
from headgate.ports import Payment
from headgate.ports.payments import ASKED
from tests.adapters.model.model_server import OpenAi
from tests.faces.command import Here
from tests.projects import GOOD, documents, drop, make_project

AT = datetime(2026, 1, 2, 3, 4, 5)
SQL = "SELECT name, age FROM accepted WHERE age > 0\n"


@pytest.fixture
def shop(here: Here) -> Here:
    """The command at home in a project."""
    make_project(here.folder)
    return here


@pytest.fixture
def server() -> Iterator[OpenAi]:
    with OpenAi() as running:
        yield running


def paid(
    shop: Here, run: str, cost: float | None = 0.000528, pipeline: str = "people", fallback=None, at=AT, **more
) -> None:
    model = {
        "name": "bedrock:x", "tokens_in": 4000, "tokens_out": 1200, "cost_usd": cost, "attempts": 1,
        "prompt_characters": 9000, "fallback": fallback and {"code": fallback}, **more,
    }  # fmt: skip
    with LocalDesk(shop.folder) as desk:
        desk.payments.pay(Payment("e", run, pipeline, "f", at, model))


def test_where_no_model_was_asked_it_says_so_and_compares_all_the_same(shop: Here):
    said = shop("cost")
    assert (said.code, said.err) == (0, "")
    assert said.out.startswith("no language model was asked")
    assert "0.22" in said.out
    assert not (shop.folder / ".headgate" / "payments.db").exists()


def test_what_a_run_took_is_what_its_narrative_took(shop: Here, server: OpenAi, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    make_project(shop.folder / "deep", settings=f"narrator: {{model: 'openai:local', base_url: '{server.url}/v1'}}\n")
    home = shop.folder / "deep" / "pipelines" / "people" / "analysis"
    home.mkdir()
    (home / "ages.sql").write_text(SQL)
    drop(shop.folder / "deep", "people/a.csv", GOOD)
    server.answers.append(server.gives(Draft(summary=Summary(text="Ann is 31.", facts=("ages",)))))
    assert shop("run", "--project", "deep").code == 0
    (report,) = (shop.folder / "deep").glob("reports/people/*.txt")
    assert "openai:local" in report.read_text(encoding="utf-8")
    assert "1,000" in report.read_text(encoding="utf-8").upper().partition("COST")[2]
    (run,) = shop("cost", "--project", "deep", "--json").json["runs"]
    (document,) = documents(shop.folder / "deep", "analysis/people/*.json")
    assert document["narrative"]["by"] == "openai:local"
    assert run == {
        "run": document["run"], "pipeline": "people", "at": document["model"]["at"], "model": "openai:local",
        "tokens_in": 1000, "tokens_out": 200, "attempts": 1, "uncounted": 0, "rows": 2, "cost_usd": None, "usd_per_1000_rows": None,
        "prompt_characters": document["model"]["prompt_characters"], "fallback": None,
    }  # fmt: skip


def test_pipelines_are_summed_and_rows_of_a_run_that_was_told_twice_count_once(shop: Here):
    drop(shop.folder, "people/a.csv", GOOD)
    shop("run")
    (manifest,) = documents(shop.folder, "manifests/*.json")
    for cost, fallback in ((0.001, None), (None, "narrator_timeout"), (0.002, None)):
        paid(shop, manifest["run"], cost, fallback=fallback)
    paid(shop, "unknown", 0.5, "guests")
    document = shop("cost", "--json").json
    guests, people = document["pipelines"]
    assert people == {
        "pipeline": "people", "narratives": 3, "fallbacks": 1, "tokens_in": 12000, "tokens_out": 3600, "rows": 2,
        "cost_usd": 0.003, "uncounted": 0, "usd_per_1000_rows": 1.5, "without_price": 1,
    }  # fmt: skip
    assert (guests["rows"], guests["usd_per_1000_rows"]) == (0, None)
    assert document["total"]["cost_usd"] == 0.503


def test_rows_that_nobody_paid_for_do_not_make_the_others_cheaper(shop: Here):
    for age in (1, 2, 3):
        drop(shop.folder, f"people/{age}.csv", GOOD.replace(b"31", str(age).encode()))
        shop("run")
    runs = [one["run"] for one in documents(shop.folder, "manifests/*.json")]
    paid(shop, runs[0], 0.001)
    paid(shop, runs[1], None)
    paid(shop, runs[2], 0.0, fallback="narrator_throttled")
    paid(shop, "unknown", 0.5)
    (people,) = shop("cost", "--json").json["pipelines"]
    assert (people["rows"], people["usd_per_1000_rows"], people["cost_usd"]) == (2, 0.5, 0.501)


def test_a_question_that_was_never_answered_is_shown_as_of_unknown_price(shop: Here):
    with LocalDesk(shop.folder) as desk:
        model = {**unanswered("bedrock:x", AT).as_json(), "state": ASKED}
        desk.payments.pay(Payment("e", "r", "people", "f", AT, model))
    assert "narrator_lost" in shop("cost").out
    (people,) = shop("cost", "--json").json["pipelines"]
    assert (people["without_price"], people["fallbacks"], people["cost_usd"]) == (1, 1, 0)


def unasked(shop: Here, run: str, why: str) -> None:
    with LocalDesk(shop.folder) as desk:
        model = {"name": "bedrock:x", "tokens_in": 0, "tokens_out": 0, "cost_usd": 0.0, "attempts": 0,
                 "prompt_characters": 0, "fallback": {"code": why}}  # fmt: skip
        desk.payments.pay(Payment("e", run, "people", "f", AT, model))


def test_runs_for_which_no_model_was_asked_are_one_line(shop: Here):
    for number in range(3):
        unasked(shop, f"unasked{number}", "budget_used_up" if number else "narrator_no_key")
    said = shop("cost").out
    line = (
        "3 narratives without asking the model, by the built-in narrator: budget_used_up 2, narrator_no_key 1 (--json)"
    )
    assert said.startswith(f"{line}\n\nA month of 30 days")
    paid(shop, "asked")
    said = shop("cost").out
    assert line in said
    assert "asked" in said.partition("\n\n")[0]
    assert "unasked" not in said
    assert len(shop("cost", "--json").json["runs"]) == 4


def test_sums_with_requests_that_nobody_counted_are_shown_as_the_most_they_can_be(shop: Here):
    paid(shop, "known", 0.002)
    assert "≤" not in shop("cost").out
    paid(shop, "late", 0.00135, fallback="narrator_timeout", uncounted=1)
    paid(shop, "later", 0.0027, "guests", uncounted=2)
    paid(shop, "own", None, "guests", uncounted=1)
    said = shop("cost").out
    rows = {line.split()[0]: line for line in said.splitlines() if line.strip()}
    assert "≤ 0.00135" in rows["late"]
    assert "≤ 0.0027" in rows["later"]
    assert "≤" not in rows["known"] + rows["own"]
    assert "≤ 0.00335" in rows["people"]
    assert "≤ 0.00605" in rows["together"]
    assert "≤ what 3 requests took is not known" in said
    document = shop("cost", "--json").json
    assert (document["total"]["uncounted"], document["total"]["cost_usd"]) == (3, 0.00605)


def test_what_a_narrative_takes_is_not_guessed_from_those_that_nobody_counted(shop: Here):
    paid(shop, "counted")
    first = shop("cost", "--json").json["scenarios"]
    paid(shop, "uncounted", tokens_in=0, tokens_out=0, uncounted=1)
    assert shop("cost", "--json").json["scenarios"] == first


def test_only_what_is_asked_for_counts(shop: Here):
    for run, pipeline, day in (("a", "people", 1), ("b", "people", 3), ("c", "guests", 3)):
        paid(shop, run, pipeline=pipeline, at=datetime(2026, 1, day))
    found = shop("cost", "--since", "2026-01-02", "--pipeline", "people", "--json").json
    assert [one["run"] for one in found["runs"]] == ["b"]
    assert shop("cost", "--pipeline", "peopel").code == 2


def test_other_models_are_priced_at_the_same_tokens(shop: Here):
    paid(shop, "a")
    found = {one["model"]: one["cost_usd"] for one in shop("cost", "--json").json["other_models"]}
    nova = found["bedrock:amazon.nova-lite-v1:0"]
    assert nova == pytest.approx(4000 * 0.06e-6 + 1200 * 0.24e-6)
    assert found["anthropic:claude-haiku-4-5"] > nova


@pytest.mark.parametrize("number", range(len(SCENARIOS)))
def test_the_scenarios_are_what_the_published_prices_make_of_the_published_tokens(number: int):
    one = SCENARIOS[number]
    made = one.runs_a_day * 30 * (one.tokens_in * Decimal("0.06e-6") + one.tokens_out * Decimal("0.24e-6"))
    assert float(round(made, 2)) == one.by_its_prices


def test_a_month_with_the_tokens_taken_here_is_by_those_a_model_wrote_with(shop: Here):
    paid(shop, "a")
    paid(shop, "b", fallback="narrator_timeout")
    first = shop("cost", "--json").json["scenarios"][0]
    assert first["here_usd"] == first["now_usd"] == pytest.approx(0.0792)


def test_prices_are_of_the_newest_day_that_their_package_names_and_never_of_today(shop: Here):
    data = Path(genai_prices.__file__).with_name("data.py").read_text()
    named = re.findall(r"start_date=datetime\.date\((\d+), (\d+), (\d+)\)", data)
    days = sorted(date(*map(int, one)) for one in named)
    newest = max(day for day in days if day <= datetime.now(UTC).date())
    paid(shop, "a")
    found = shop("cost", "--json").json["prices"]
    assert found == {"from": f"genai-prices {version('genai-prices')}", "newest": newest.isoformat()}
    said = shop("cost").out
    assert f"genai-prices {version('genai-prices')}: the newest price that it dates holds from {newest}." in said
    assert newest_price(datetime(2199, 1, 1)) == days[-1]
    assert newest_price(datetime(1999, 1, 1)) is None


def test_without_the_packages_it_says_what_is_missing_and_shows_what_was_paid(shop: Here, monkeypatch):
    paid(shop, "a")
    monkeypatch.setattr("headgate.core.narrative.cost.prices_from", lambda: None)
    monkeypatch.setattr("headgate.core.narrative.scenarios.price", lambda *_: None)
    said = shop("cost")
    assert "0.000528" in said.out
    assert "pip install 'headgate[model]'" in said.out
    assert shop("cost", "--json").json["other_models"][0]["cost_usd"] is None


def test_no_name_of_a_model_breaks_the_terminal(shop: Here, tmp_path: Path):
    with LocalDesk(shop.folder) as desk:
        model = {"name": "a\x1b[2Jb\n", "tokens_in": 1, "tokens_out": 1, "cost_usd": None, "fallback": None}
        desk.payments.pay(Payment("e", "r", "people", "f", AT, model))
    assert "\x1b" not in shop("cost").out
