"""Every number in the reports of the bundled pipelines is what plain Python reckons from the same files."""

from __future__ import annotations

import html
import json
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from headgate.faces.cli.init import examples, make_project
from headgate.hosts.embedded import EmbeddedHost
from headgate.hosts.once import run_once
from tests.examples.plain_facts import Row, Rows, accepted_rows
from tests.examples.plain_file_intake_prose import prose as files_prose
from tests.examples.plain_health_facts import REASONS
from tests.examples.plain_health_metrics_prose import prose as health_prose
from tests.examples.plain_order_facts import fence
from tests.examples.plain_orders_prose import prose as orders_prose
from tests.examples.plain_prose import Prose
from tests.examples.plain_reading import read
from tests.examples.plain_sales_facts import models, segment
from tests.examples.plain_sales_findings import norm
from tests.examples.plain_smartphone_sales_prose import prose as sales_prose
from tests.examples.plain_stocks_prose import prose as stocks_prose
from tests.examples.report_reading import Known, PageSections, prose_faults, says, sentences, text_sections
from tests.examples.samples import EXAMPLES, ROW_PIPELINES
from tests.examples.test_facts import PLAIN

GOLDEN = Path(__file__).resolve().parents[1] / "golden" / "file_intake.metadata.json"
SAMPLES = [(name, path.name) for name in ROW_PIPELINES for path in sorted((EXAMPLES / name / "samples").iterdir())]
FILES = [("file_intake", path.name) for path in sorted((EXAMPLES / "file_intake" / "samples").iterdir())]
SENSITIVE = {"customer_name", "user_id"}
PROSE = ("IN SHORT", "INSIGHTS", "ANOMALIES", "WHAT TO DO", "ONE BY ONE")
PROSE_OF_ROWS: dict[str, Callable[[Rows], Prose]] = {
    "orders": orders_prose, "smartphone_sales": sales_prose, "health_metrics": health_prose, "stocks": stocks_prose,
}  # fmt: skip
WRITTEN_BY = "Written by the built-in narrator from the facts in this report."
BESIDE = "Its size beside the files before it"
MOST_ROWS = 50
HELD = (
    "WHAT CAME", "Why rows were rejected", "For example", "WHAT STANDS OUT", "IN NUMBERS", "WHERE EVERYTHING IS",
    "WHAT THE NARRATIVE COST",
    "THE LAST 7 DAYS: 1 FILE", "THE LAST 7 DAYS: 2 FILES",
)  # fmt: skip


@dataclass(frozen=True)
class Told:
    """The report on a sample, and the sample."""

    pipeline: str
    name: str
    text: str
    page: str
    analysis: dict[str, Any]

    @property
    def data(self) -> bytes:
        return sample(self.pipeline, self.name)

    @property
    def rows(self) -> Rows:
        return accepted(self.pipeline, self.name)

    @property
    def counts(self) -> dict[str, int]:
        judged = Counter(one.verdict for one in judgements(self.pipeline, self.name))
        return {"records": judged.total(), "accepted": judged["accepted"], "rejected": judged["rejected"]}

    def plain(self, kind: str) -> dict[str, Rows]:
        """Facts or findings by name, in plain Python."""
        folder = EXAMPLES / self.pipeline / "analysis"
        paths = (folder if kind == "facts" else folder / kind).glob("*.sql")
        return {path.stem: PLAIN[self.pipeline][path.stem](self.rows) for path in sorted(paths)}


def sample(pipeline: str, name: str) -> bytes:
    return (EXAMPLES / pipeline / "samples" / name).read_bytes()


@cache
def judgements(pipeline: str, name: str) -> list[Any]:
    return list(read(pipeline, sample(pipeline, name)))


@cache
def accepted(pipeline: str, name: str) -> Rows:
    return accepted_rows(pipeline, sample(pipeline, name))


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str], Told]:
    """The reports on all samples; runs stand in the order of their names, so that the last days know the clean one."""
    folder = tmp_path_factory.mktemp("shop") / "project"
    make_project(folder, list(examples()))
    with EmbeddedHost(folder) as host:
        for name in host.project.pipelines:
            for path in sorted((EXAMPLES / name / "samples").iterdir()):
                key = host.put(path, name)
                assert run_once(host, announced=host.intake.announce(key)).errors == []
    return {(one.pipeline, one.name): one for one in map(as_told, folder.glob("analysis/*/*.json"))}


def as_told(path: Path) -> Told:
    analysis = json.loads(path.read_text(encoding="utf-8"))
    home = path.parents[2] / "reports" / path.parent.name / path.stem
    text, page = (home.with_suffix(ending).read_text(encoding="utf-8") for ending in (".txt", ".html"))
    return Told(path.parent.name, analysis["file"]["name"], text, page, analysis)


# --- facts --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("pipeline", "name"), SAMPLES)
def test_every_cell_of_every_fact_on_the_page_is_the_one_reckoned_in_plain_python(told, pipeline, name):
    one = told[pipeline, name]
    page = PageSections.of(one.page)
    for fact, rows in one.plain("facts").items():
        title, names = title_of(pipeline, fact), list(one.analysis["facts"][fact][0])
        one_row = [[value for _, value in page.figures.get(title, [])]]
        shown = one_row if len(rows) == 1 else [cells for cells in page.tables[title] if cells]
        assert len(shown) == min(len(rows), MOST_ROWS), fact
        for cells, row in zip(shown, rows, strict=False):
            wrong = {key: (cell, row[key]) for key, cell in zip(names, cells, strict=True) if not shows(cell, row, key)}
            assert wrong == {}, fact


def shows(cell: str, row: Row, name: str) -> bool:
    return bool(re.fullmatch(r"\*\*\*\d+", cell)) if name in SENSITIVE else says(cell, row[name])


def title_of(pipeline: str, query: str, folder: str = "") -> str:
    """What the head of its SQL says."""
    text = (EXAMPLES / pipeline / "analysis" / folder / f"{query}.sql").read_text(encoding="utf-8")
    found = re.search(r"^-- title: (.+)$", text, re.MULTILINE)
    assert found
    return found[1]


@pytest.mark.parametrize(("pipeline", "name"), SAMPLES)
def test_every_number_of_a_fact_in_the_text_is_one_of_that_fact(told, pipeline, name):
    one = told[pipeline, name]
    sections = text_sections(one.text)
    for fact, rows in one.plain("facts").items():
        said = sections[title_of(pipeline, fact)]
        more = [len(rows) - 12, *range(len(rows[0]))] if " more " in said else []
        known = Known().learn(rows).learn(more).learn(digits(rows))
        assert known.unsupported(said) == [], fact


def test_a_number_of_another_row_would_be_found(told):
    one = told["stocks", "stocks_clean.json"]
    rows = one.plain("facts")["symbols"]
    said = text_sections(one.text)[title_of("stocks", "symbols")]
    for row in rows:
        without = Known().learn([other for other in rows if other is not row])
        assert len(without.unsupported(said)) > 3, row["symbol"]


def digits(value: Any) -> list[float]:
    """The numbers within texts: a table breaks long names into lines."""
    return [float(found.replace(",", "")) for found in re.findall(r"\d+(?:\.\d+)?", json.dumps(value, default=str))]


# --- findings -------------------------------------------------------------------------------------------------


def usual_price(prices: list[float]) -> list[float]:
    """What is usual, and what is still usual."""
    found = norm(prices)
    return [found[0], found[0] - found[1], found[0] + found[1]] if found else []


def of_orders(row: Row, rows: Rows) -> list[Any]:
    own = [one for one in rows if one["product_name"] == row["product_name"]]
    fences = [found for found in (fence(own), fence(rows)) if found]
    return [*fences, *usual_price([float(one["unit_price"]) for one in own])]


def of_sales(row: Row, rows: Rows) -> list[Any]:
    own = models(rows).get((row["brand"], row["model"]), [])
    alike = [one for one in rows if "price" in row and segment(one["price"]) == segment(row["price"])]
    return [usual_price([float(one["price"]) for one in group]) for group in (own, alike)]


def of_health(row: Row, rows: Rows) -> list[Any]:
    """The limits; the words of the reasons have them."""
    return digits(list(REASONS))


def of_stocks(row: Row, rows: Rows) -> list[Any]:
    band = row["mean_before"] + 2 * row["deviation_before"] if "deviation_before" in row else None
    return [5, band, 1.5 * row.get("mean_volume", 0)]


ALSO: dict[str, Callable[[Row, Rows], list[Any]]] = {
    "orders": of_orders, "smartphone_sales": of_sales, "health_metrics": of_health, "stocks": of_stocks,
}  # fmt: skip


def findings_known(one: Told) -> Known:
    """What the findings may say: the flagged rows, what is usual for them, and how many there are."""
    known = Known()
    for rows in one.plain("findings").values():
        known.learn(rows).learn(list(range(len(rows) + 1)))
        for row in rows:
            known.learn(ALSO[one.pipeline](row, one.rows))
    return known


@pytest.mark.parametrize(("pipeline", "name"), SAMPLES)
def test_every_number_of_the_findings_is_one_of_a_flagged_row_or_of_what_is_usual_for_it(told, pipeline, name):
    one = told[pipeline, name]
    said = text_sections(one.text).get("WHAT STANDS OUT", "")
    assert findings_known(one).unsupported(said) == []
    assert bool(said) == any(one.plain("findings").values())


# --- what came --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("pipeline", "name"), SAMPLES)
def test_the_counts_and_the_size_are_those_of_the_file(told, pipeline, name):
    one = told[pipeline, name]
    counts, sections = one.counts, text_sections(one.text)
    shares = [100 * counts[kind] / counts["records"] for kind in ("accepted", "rejected")]
    assert Known().learn(counts).learn(shares).unsupported(sections["WHAT CAME"]) == []
    head = one.text.split("\n\n")[1]
    assert f"{name} · {len(one.data) / 1000:,.1f} KB · " in head
    assert Known().learn(counts).unsupported(head.split("\n")[0]) == []
    assert (counts["rejected"] == 0) == ("No row was rejected." in one.text)
    assert (f"TO MEND THE {counts['rejected']} REJECTED ROWS" in sections) == (counts["rejected"] > 0)


@pytest.mark.parametrize(("pipeline", "name"), SAMPLES)
def test_the_rejected_rows_are_counted_by_their_reasons(told, pipeline, name):
    """One reason may stand for several codes and columns; each count is one of those that the plain reading gives."""
    one = told[pipeline, name]
    said = text_sections(one.text).get("Why rows were rejected", "")
    counts = Counter(reason for judged in judgements(pipeline, name) for reason in judged.reasons)
    said, *more = re.split(r"\s*\d+ more reasons?", said)
    shown = [int(found) for found in re.findall(r"(?:^|\s)(\d+) ", said)]
    assert len(shown) == 5 if more else len(shown) < 6
    assert sorted(shown, reverse=True) == shown
    assert Counter(shown) - Counter(counts.values()) == Counter()
    assert shown[:1] == sorted(counts.values(), reverse=True)[:1]


@pytest.mark.parametrize(("pipeline", "name"), [one for one in SAMPLES if "dirty" in one[1]])
def test_each_example_is_a_rejected_row_that_stands_in_its_line(told, pipeline, name):
    one = told[pipeline, name]
    lines = one.data.decode(errors="replace").split("\n")
    rejected = {judged.line for judged in judgements(pipeline, name) if judged.reasons}
    examples = re.findall(r"Line ([\d,]+): (.*?)(?= Line [\d,]+: |$)", text_sections(one.text)["For example"])
    assert len(examples) == 3
    for number, said in examples:
        line = int(number.replace(",", ""))
        assert line in rejected
        around = " ".join(lines[line - 1 : line + 12] if pipeline == "stocks" else lines[line - 1 : line])
        assert [found for found in re.findall(r"[\d.:/-]*\d", said) if found not in around] == []


def test_the_last_days_are_those_of_all_files(told):
    one = told["health_metrics", "health_metrics_dirty.csv"]
    every = [told["health_metrics", f"health_metrics_{kind}.csv"].counts for kind in ("clean", "dirty")]
    accepted, rejected = (sum(counts[kind] for counts in every) for kind in ("accepted", "rejected"))
    rows = PageSections.of(one.page).tables["The last 7 days: 2 files"]
    (today, *before) = [cells[1:] for cells in rows if cells]
    assert len(before) == 6
    assert (today[:3], today[4]) == (["2", f"{accepted:,}", f"{rejected:,}"], "0")
    assert says(today[3], 100 * rejected / (accepted + rejected))
    assert before == [["0", "0", "0", "–", "0"]] * 6


# --- all of it --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("pipeline", "name"), [*SAMPLES, *FILES])
def test_every_sentence_of_the_prose_says_in_each_place_what_plain_python_reckons(told, pipeline, name):
    one = told[pipeline, name]
    expected = files_prose(name, one.data) if pipeline == "file_intake" else PROSE_OF_ROWS[pipeline](one.rows)
    assert any(sentences(one.text, title) for title in expected)
    for title in PROSE:
        said = [sentence for sentence in sentences(one.text, title) if sentence != WRITTEN_BY]
        faults = prose_faults(said, expected.get(title, {}))
        assert not faults, "\n".join([title, *faults])


MASKED = "Who or what ***1 is"


@pytest.mark.parametrize(("pipeline", "name"), SAMPLES)
def test_how_masked_names_are_found_is_said_where_there_are_some_and_without_a_number_of_the_data(told, pipeline, name):
    sections = text_sections(told[pipeline, name].text)
    assert (MASKED in sections) == (pipeline in ("health_metrics", "orders"))
    said = re.sub(r"[0-9a-f]{32}|\*\*\*\d|\b[12]\. ", "", sections.get(MASKED, ""))
    assert not re.search(r"\d", said)


@pytest.mark.parametrize(("pipeline", "name"), SAMPLES)
def test_no_section_with_numbers_is_left_unchecked(told, pipeline, name):
    one = told[pipeline, name]
    facts = [title_of(pipeline, fact) for fact in one.plain("facts")]
    sections = text_sections(one.text)
    mending = [title for title in sections if title.startswith("TO MEND THE ")]
    (compared,) = [title for title in sections if title.startswith("  Not compared with earlier runs yet")]
    assert compared.endswith("there is none" if "clean" in name else "there is one"), "the clean one came first"
    # The first has the headline, the last the run.
    assert set(list(sections)[1:-1]) <= {*HELD, *PROSE, *facts, *mending, compared, MASKED}


@pytest.mark.parametrize("path", sorted((EXAMPLES / "file_intake" / "samples").iterdir()), ids=lambda path: path.name)
def test_the_numbers_of_a_described_file_are_what_a_person_wrote_down(told, path):
    golden = json.loads(GOLDEN.read_text(encoding="utf-8"))[path.name]
    one = told["file_intake", path.name]
    sizes = [other.stat().st_size for other in path.parent.iterdir()]
    known = (
        Known()
        .learn(golden)
        .learn([len(golden["columns"] or ()), path.stat().st_size, round(path.stat().st_size / 1000, 1)])
        .learn(digits(golden.get("note")))
    )
    sections = text_sections(one.text)
    beside = re.sub("|".join(re.escape(other.name) for other in path.parent.iterdir()), "", sections.pop(BESIDE, ""))
    assert Known().learn(sizes).learn([round(size / 1000, 1) for size in sizes]).unsupported(beside) == []
    said = " ".join(below for title, below in sections.items() if title != "WHERE EVERYTHING IS")
    assert known.unsupported(re.sub(r"\d+ \w{3} \d{4}, \d\d:\d\d UTC|\b[0-9a-f]{32}\b", "", said)) == []


# --- charts -------------------------------------------------------------------------------------------------

_CHART = re.compile(r'aria-label="\w+ chart, (?P<title>[^"]*?)\. (?P<marks>[^"]*)\."')
_MARK = re.compile(r"(?P<at>.+): (?P<value>-?[\d,]+(?:\.(?P<places>\d+))?)(?P<unit>.*)")

_REST = re.compile(r"; and [\d,]+ (?:more|earlier) values?$")


@pytest.mark.parametrize(("pipeline", "name"), SAMPLES)
def test_every_mark_that_a_chart_says_is_a_row_of_a_fact_in_plain_python(told, pipeline, name):
    one = told[pipeline, name]
    charts = {
        found["title"]: found["marks"] for found in _CHART.finditer(html.unescape(one.page.replace("&#34;", "”")))
    }
    charts.pop("Rows by day", None)
    folder = EXAMPLES / pipeline / "analysis"
    headed = [path for path in folder.glob("*.sql") if "-- chart:" in path.read_text(encoding="utf-8")]
    assert len(charts) >= len(headed) > 0
    facts = one.plain("facts").values()
    assert [title for title, marks in charts.items() if not any(is_drawn(marks, rows) for rows in facts)] == []


def is_drawn(marks: str, rows: Rows) -> bool:
    """Whether two columns of a fact hold each mark, label and value."""
    said = [_MARK.fullmatch(mark) for mark in _REST.sub("", marks).split("; ")]
    columns = list(rows[0]) if rows else []
    return any(all(mark and has_mark(rows, x, y, mark) for mark in said) for x in columns for y in columns if x != y)


def has_mark(rows: Rows, x: str, y: str, mark: re.Match[str]) -> bool:
    value, off = float(mark["value"].replace(",", "")), 0.51 * 10.0 ** -len(mark["places"] or "")
    numbers = [row[y] for row in rows if str(row[x]) == mark["at"]]
    return any(isinstance(one, int | float | Decimal) and abs(float(one) - value) <= off for one in numbers)
