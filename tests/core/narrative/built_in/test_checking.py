"""A narrative.yaml is held against its pipeline's facts when the project is loaded, with file and line."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from headgate.core.errors import UserMistake
from headgate.core.narrative.built_in import check_templates, parse_templates, read_templates
from headgate.core.narrative.file_fact import FILE_FACT
from headgate.core.project import load_project
from headgate.hosts.contracts import load_contracts, load_narratives, load_queries
from tests.core.narrative.built_in.stories import queries_of, templates_of
from tests.examples.samples import ROW_PIPELINES
from tests.projects import make_project

FACTS = {"totals": ("orders", "revenue"), "products": ("name", "orders")}
FINDINGS = {"large": ("order_id", "amount")}


def said(text: str) -> str:
    with pytest.raises(UserMistake) as caught:
        check_templates(parse_templates(text, "pipelines/p/narrative.yaml"), FACTS, FINDINGS)
    return f"{caught.value.where}: {caught.value.message}"


@pytest.mark.parametrize(
    ("sentence", "message"),
    [
        ("{{ totals.order }}", "`totals` has no `order`; did you mean `orders`?"),
        ("{{ total.orders }}", "there is no fact or finding `total`; did you mean `totals`?"),
        ("{{ products[1].nam }}", "`products` has no `nam`; the nearest is `name`"),
        ("{% for p in products %}{{ p.price }}{% endfor %}", "`products` has no `price`"),
        ("{{ (products | highest('sold')).name }}", "`products` has no `sold`"),
        ("{{ (products | highest('orders')).nme }}", "`products` has no `nme`"),
        ("{% set p = products | where('name', 'x') | first %}{{ p.ordrs }}", "`products` has no `ordrs`"),
        ("{{ products | column('name', 'brand') | listed }}", "`products` has no `brand`"),
        ("{% for p in products %}{% endfor %}{{ p.name }}", "there is no fact or finding `p`"),
        ("{% for p in products %}{{ loop.cycle }}{% endfor %}", "`loop` has no `cycle`"),
        ("{{ range }}", "there is no fact or finding `range`"),
        ("{{ found.larg }}", "`found` has no `larg`; the nearest is `large`"),
        ("{{ large.order }}", "`large` has no `order`"),
        ("{{ large[1:3] | column('amnt') | listed }}", "`large` has no `amnt`"),
        ("{{ counts.rejcted }}", "`counts` has no `rejcted`; did you mean `rejected`?"),
        ("{{ row.name }}", "there is no fact or finding `row`"),
        ("{{ totals.orders.first }}", "is asked of something that is no fact"),
        ("{{ totals.orders + 1 }}", "calculates none"),
        ("{{ totals.orders ", "expected"),
        ("{{ totals.orders | rounded }}", "there is no filter `rounded`; there are above"),
    ],
)
def test_a_name_that_is_not_there_is_a_mistake_with_file_and_line(sentence: str, message: str):
    found = said(f'summary:\n  - - All is well.\n    - "{sentence}"\n')
    assert found.startswith("pipelines/p/narrative.yaml:3:")
    assert message in found


def test_all_mistakes_are_named_at_once():
    text = "summary:\n  - '{{ a.b }}'\ninsights:\n  - {type: t, confidence: sure, description: '{{ totals.x }}'}\n"
    found = said(text)
    assert found.splitlines()[0].startswith("pipelines/p/narrative.yaml:2:")
    assert [re.findall(r"yaml:(\d+)", line) for line in found.splitlines()[1:]] == [["4"], ["4"]]


@pytest.mark.parametrize(
    ("item", "message"),
    [
        ("{each: orders, type: t, confidence: low, description: x}", "there is no fact or finding `orders`"),
        ("{each: products, type: t, confidence: low, description: '{{ row.x }}'}", "`products` has no `x`"),
        ("{type: t, confidence: sure, description: x}", "it must be high, medium or low"),
        ("{each: products, type: t, confidence: '{{ row.x }}', description: x}", "`products` has no `x`"),
    ],
)
def test_items_and_levels_are_checked_too(item: str, message: str):
    assert message in said(f"insights:\n  - {item}\n")


def test_the_name_of_an_entity_is_a_column():
    assert "`products` has no column `nme`; the nearest is `name`" in said(
        "entities: {each: products, entity: nme, summary: '{{ row.name }}'}\n"
    )


@pytest.mark.parametrize(
    "text",
    [
        "summry: []\n",
        "insights: [{type: t, description: x}]\n",
        "insights: [{type: t, description: [1], confidence: low}]\n",
        "insights: [{type: '" + "t" * 81 + "', description: x, confidence: low}]\n",
        "entities: {each: totals, summary: x}\n",
        "summary: {text: x}\n",
        "- summary\n",
    ],
)
def test_another_form_is_refused_with_its_place(text: str):
    with pytest.raises(UserMistake) as caught:
        parse_templates(text, "narrative.yaml")
    assert str(caught.value.where).startswith("narrative.yaml:")


@pytest.mark.parametrize("pipeline", ROW_PIPELINES)
def test_the_bundled_templates_name_only_what_there_is(pipeline: str):
    queries = queries_of(pipeline)
    columns = queries.columns
    check_templates(
        templates_of(pipeline),
        {one.name: columns[one.name] for one in queries.facts},
        {one.name: columns[one.name] for one in queries.findings},
    )


def _project(folder: Path, narrative: str) -> Path:
    made = make_project(folder)
    analysis = made / "pipelines" / "people" / "analysis"
    analysis.mkdir()
    (analysis / "ages.sql").write_text("SELECT count(*) AS people, avg(age) AS mean_age FROM accepted")
    (made / "pipelines" / "people" / "narrative.yaml").write_text(narrative)
    return made


def test_a_project_with_a_wrong_narrative_is_refused_when_it_is_loaded(tmp_path: Path):
    project = load_project(_project(tmp_path, "summary:\n  - '{{ ages.mean }}'\n"))
    queries = load_queries(project, load_contracts(project))
    with pytest.raises(UserMistake) as caught:
        load_narratives(project, queries)
    assert caught.value.code == "bad_narrative"
    assert caught.value.where
    assert (Path(caught.value.where.file).name, caught.value.where.line) == ("narrative.yaml", 2)
    assert "`ages` has no `mean`" in caught.value.message


def test_a_project_loads_the_narratives_it_has(tmp_path: Path):
    project = load_project(_project(tmp_path, 'summary:\n  - \'{{ ages.people | counted("person", "people") }}.\'\n'))
    assert list(load_narratives(project, load_queries(project, load_contracts(project)))) == ["people"]


def test_a_pipeline_without_a_narrative_has_no_templates(tmp_path: Path):
    assert read_templates(tmp_path) is None


def test_a_narrative_of_another_ending_is_not_quietly_left_out(tmp_path: Path):
    (tmp_path / "narrative.yml").write_text("summary: [x]\n")
    with pytest.raises(UserMistake, match=r"must be called narrative\.yaml"):
        read_templates(tmp_path)


def test_the_bundled_templates_of_any_file_name_only_what_is_known_of_a_file():
    check_templates(templates_of("file_intake"), FILE_FACT, {})


def test_another_text_has_another_fingerprint():
    one, other = (parse_templates(f"summary: ['{text}']\n") for text in ("a", "b"))
    assert one.fingerprint != other.fingerprint
    assert one.fingerprint == parse_templates("# said otherwise\nsummary:\n  - - a\n").fingerprint
