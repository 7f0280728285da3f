"""A pipeline's own template: it can show everything, and do nothing; its mistakes have a line."""

from __future__ import annotations

import time
import tracemalloc
from dataclasses import replace
from pathlib import Path

import pytest

from headgate.core.errors import HeadgateError, Outside, Place, UserMistake
from headgate.core.report import sandbox
from headgate.core.report.input import OWN, OwnTemplate
from headgate.core.report.run_report import run_report
from headgate.core.report.template_names import NAMES
from headgate.core.report.templates import check_template, own_template
from headgate.core.report.written import WrittenReport, written_run
from tests.core.report.building import RUN
from tests.core.report.documents import EVERY, file_intake
from tests.core.report.reading import Read

FILE = "pipelines/orders/report.html.j2"


def written(text: str) -> WrittenReport:
    return written_run(replace(file_intake(), template=OwnTemplate(text, FILE)))


def mistake(text: str) -> HeadgateError:
    fault = written(text).fault
    assert fault is not None
    return fault


def test_it_may_fill_the_parts_of_the_layout_in_mail_and_page():
    made = written(
        "{% extends layout %}{% block header %}<tr><td><h1>Ours: {{ report.title }}</h1></td></tr>{% endblock %}"
    )
    for html in (made.html, made.page):
        assert "Ours: File intake" in Read.of(html).text
        assert "Media type text/csv" in Read.of(html).text
        assert "visits.csv is in" not in Read.of(html).text
    assert "<main" in made.page
    assert "<main" not in made.html


def test_it_may_choose_its_sections_and_look_at_the_documents():
    made = written(
        '{% extends layout %}{% block sections %}{% for section in report.sections if section.name == "came" %}'
        "{{ show(section) }}{% endfor %}<p>{{ manifest.run }} {{ analysis.counts.records | shown }}</p>{% endblock %}"
    )
    assert f"{RUN} 24" in Read.of(made.html).text
    assert "Where everything is" not in Read.of(made.html).text
    assert "Media type text/csv" in Read.of(made.page).text


def test_it_may_be_a_whole_document_of_its_own():
    made = written("<style>p { color: #123456 }</style><p>{{ report.headline }}</p>")
    assert '<p style="color: #123456;">visits.csv is in</p>' in made.html
    assert made.page.endswith("<p>visits.csv is in</p>")


def test_the_plain_text_stays_headgates():
    assert "visits.csv is in" in written("<p></p>").text


def test_what_it_writes_is_escaped():
    assert "&lt;b&gt;" in written("{{ '<b>' }}").page


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("one\n{% if %}", 2, "Expected an expression"),
        ("one\ntwo\n{{ 1 | nonsense }}", 3, "No filter named 'nonsense'"),
        ("\n\n{{ report.nothing }}", 3, "has no attribute 'nothing'"),
        ("\n{{ analysis.facts.totals[0].revenue }}", 2, "'dict object' has no attribute 'totals'"),
        ("\n{{ 1 / 0 }}", 2, "division by zero"),
        ("{% extends layout %}\n{% block foot %}\n{{ nobody }}{% endblock %}", 3, "'nobody' is undefined"),
        ("{% include '../theme.py' %}", 1, "../theme.py"),
        ("\n{% extends 'nothing.html' %}", 2, "nothing.html"),
        ("{{ ''.__class__.__mro__ }}", 1, "unsafe"),
        ("\n{{ show.__globals__ }}", 2, "unsafe"),
        ("{% for n in range(10 ** 9) %}x{% endfor %}", 1, "Range too big"),
        ("{% do report %}", 1, "Encountered unknown tag 'do'"),
        ("\n{{ manifest.update({}) }}", 2, "'update' of 'dict' object is unsafe"),
    ],
)  # fmt: skip
def test_a_mistake_names_its_file_and_line(text, line, said):
    error = mistake(text)
    assert error.where is not None
    assert (error.where.file, error.where.line, error.code) == (FILE, line, "bad_template")
    assert said in error.message
    assert error.who == "pipeline owner"


def test_a_template_that_writes_without_end_is_stopped():
    error = mistake("{% for n in range(999) %}{% for m in range(999) %}" + 99 * "x" + "{% endfor %}{% endfor %}")
    assert "it gives more than 20,000,000 characters" in error.message


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a\n{% for n in range(99999) %}\n{% for m in range(99999) %}{% set x = n * m %}{% endfor %}{% endfor %}", 3),
        ("{% for n in [1, 2] recursive %}{% if loop.depth < 40 %}{{ loop([1, 2]) }}{% endif %}{% endfor %}", 1),
        ("{% macro m(n) %}{% if n %}{{ m(n - 1) }}{{ m(n - 1) }}{% endif %}{% endmacro %}\n{{ m(90) }}", 1),
        (
            "{% extends layout %}\n{% block foot %}\n{% for a in range(99999) %}{% for b in range(99999) %}"
            "{% endfor %}{% endfor %}{% endblock %}",
            3,
        ),
    ],
)
def test_a_template_that_works_without_end_is_stopped_and_says_where(text, line, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sandbox, "SECONDS", 0.2)
    error = mistake(text)
    assert error.message.endswith("it takes longer than the 0.2 seconds it may")
    assert error.where == Place(FILE, line)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{{ 10 ** 1000000000 }}", "a power may have exponents up to 64"),
        ("{{ 'x' * 10 ** 9 }}", "a product may not be as large as that"),
        ("{{ 10 ** 9 * [1] }}", "a product may not be as large as that"),
        (
            "{% set n = namespace(x=10 ** 60) %}{% for i in range(99) %}{% set n.x = n.x * n.x %}{% endfor %}",
            "a product may not be as large as that",
        ),
    ],
)
def test_a_formula_can_not_fill_the_memory(text, said):
    assert said in mistake(text).message


DOUBLED = "{% set n = namespace(x='x') %}{% for i in range(40) %}{% set n.x = DOUBLE %}{% endfor %}"


@pytest.mark.parametrize(
    "text",
    [
        '{{ "%0900000000d" % 1 }}',
        '{{ "%*d" % (900000000, 1) }}',
        '{{ "%(a(b))0900000000d" % {"a(b)": 1} }}',
        '{{ "%0900000000d" | format(1) }}',
        '{{ "{:0900000000d}".format(1) }}',
        '{{ "{:{}}".format("x", "900000000") }}',
        '{{ "x" | center(900000000) }}',
        '{{ ["x"] | map("center", 900000000) | join }}',
        '{{ "x" | indent(900000000, true) }}',
        '{{ "x".ljust(900000000) }}',
        '{{ page.rjust(900000000) }}',
        '{{ "1".zfill(900000000) }}',
        '{{ ("\\t" * 9999).expandtabs(9999) }}',
        '{{ ("x" * 99999) | replace("x", "y" * 99999) }}',
        '{{ ("x" * 99999).replace("x", "y" * 99999) }}',
        '{{ range(99999) | join("y" * 99999) }}',
        '{{ ("y" * 99999).join(["x"] * 99999) }}',
        '{{ ["y" * 99999] * 99999 }}',
        '{{ (["y" * 99999] * 99999) | tojson }}',
        '{{ ([[1] * 99999] * 99999) | sum(start=[]) }}',
        '{{ "x" | batch(900000000, "y") | list }}',
        '{{ 1 | round(900000000, "ceil") }}',
        '{{ (((((10 ** 64) ** 64) ** 64) ** 64) ** 64) }}',
        '{{ lipsum(900000000) }}',
        DOUBLED.replace("DOUBLE", "n.x ~ n.x"),
        DOUBLED.replace("DOUBLE", "n.x + n.x"),
        DOUBLED.replace("DOUBLE", "[n.x, n.x]") + "{{ n.x }}",
        DOUBLED.replace("= DOUBLE %}", "%}{{ n.x }}{{ n.x }}{% endset %}"),
        "{% set x %}{% for i in range(99999) %}{% for j in range(99999) %}" + "x" * 9999 + "{% endfor %}{% endfor %}{% endset %}",
    ],
)  # fmt: skip
def test_no_step_of_a_template_fills_the_memory(text):
    check_template(OwnTemplate(text.replace("lipsum", "range"), FILE))
    tracemalloc.start()
    try:
        assert mistake(text).code == "bad_template"
        assert tracemalloc.get_traced_memory()[1] < 250_000_000
    finally:
        tracemalloc.stop()


def test_a_chain_of_filters_ends_in_time(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sandbox, "SECONDS", 0.2)
    text = "{{ [range(99999)] * 999 | map('map', 'string') | map('list') | map('length') | list }}"
    began = time.monotonic()
    assert (
        "longer than the 0.2 seconds" in mistake(text.replace("[range(99999)] * 999", "([range(99999)] * 999)")).message
    )
    assert time.monotonic() - began < 5


def test_what_templates_usually_write_is_written():
    text = (
        "{{ '%05.1f|%s' % (2.5, 'a') }} {{ '%d %%' | format(7) }} {{ '{:,} {}'.format(12345678, 'x') }} {{ 'x' | center(5) }}"
        "{{ 'a\nb' | indent(2) }} {{ 'abc'.replace('b', 'BB') }} {{ ', '.join(['a', 'b']) }} {{ [3, 1] | sort | join('-') }}"
        " {{ [1, 2] | sum }} {{ 'a' ~ 1 ~ '<' }} {{ '7'.zfill(3) }} {{ 2.345 | round(1) }} {{ 'x' + 'y' }} {{ 7 % 4 }}"
        " {{ [{'a': 'q'}, {'a': 'r'}] | join('+', attribute='a') }} {{ nothing | default(1000000) }} {{ 'a' | upper }}"
    )
    assert written(text).page == (
        "002.5|a 7 % 12,345,678 x   x  a\n  b aBBc a, b 1-3 3 a1&lt; 007 2.3 xy 3 q+r 1000000 A"
    )


def test_formulas_of_a_usual_size_are_computed():
    assert written("{{ '-' * 20 }} {{ 12.5 * 4 }} {{ 2 ** 10 }} {{ [1] * 2 }}").page == f"{'-' * 20} 50.0 1024 [1, 1]"


def test_a_template_that_fails_for_a_report_gives_way_to_headgates_and_all_forms_say_why():
    made, plain = written("\n{{ analysis.facts.totals[0].revenue }}"), written_run(file_intake())
    said = (
        "This report has Headgate's own form, since the pipeline's own report.html.j2 failed, line 2: "
        "the report's template can't be used: 'dict object' has no attribute 'totals'"
    )
    assert said in " ".join(made.text.split())
    for html, as_without in ((made.html, plain.html), (made.page, plain.page)):
        assert said in Read.of(html).text
        assert Read.of(html).text.replace(said, "").split() == Read.of(as_without).text.split()
    assert plain.fault is None


def test_a_pipeline_without_a_template_has_none(tmp_path: Path):
    assert own_template(tmp_path) is None


def test_a_template_is_read_with_or_without_a_byte_order_mark(tmp_path: Path):
    (tmp_path / OWN).write_bytes("\ufeffMärz".encode())
    assert own_template(tmp_path) == OwnTemplate("März", str(tmp_path / OWN))


def test_a_template_that_is_not_utf_8_is_the_pipeline_owners_mistake_and_says_what_to_do(tmp_path: Path):
    (tmp_path / OWN).write_bytes("März".encode("latin-1"))
    with pytest.raises(UserMistake, match="it is not UTF-8") as caught:
        own_template(tmp_path)
    assert (caught.value.where, caught.value.code) == (Place(str(tmp_path / OWN)), "bad_template")
    assert (caught.value.next or "").startswith("correct the template")


def test_a_template_that_cannot_be_read_is_an_error_from_outside(tmp_path: Path):
    (tmp_path / OWN).mkdir()
    with pytest.raises(Outside, match="it can't be read"):
        own_template(tmp_path)


def test_what_can_be_known_without_a_report_is_found_before_the_first_file():
    check_template(OwnTemplate("{{ report.title }}", FILE))
    for text in ("{% if %}", "{{ 1 | nonsense }}"):
        with pytest.raises(UserMistake):
            check_template(OwnTemplate(text, FILE))


@pytest.mark.parametrize(
    ("text", "line", "name"),
    [
        ("one\n{{ reprot.title }}", 2, "reprot"),
        ("{% extends layout %}\n{% block foot %}\n{% for x in nobody %}{{ x }}{% endfor %}{% endblock %}", 3, "nobody"),
        ("{{ report.title }}\n{% if manifests.run %}{% endif %}\n{{ manifests }}", 2, "manifests"),
    ],
)
def test_a_name_that_nothing_has_is_found_before_the_first_file(text, line, name):
    with pytest.raises(UserMistake) as caught:
        check_template(OwnTemplate(text, FILE))
    assert caught.value.where == Place(FILE, line)
    assert f"there is no `{name}`, only report, show, analysis, manifest, layout, page" in caught.value.message


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("\n{{ report.titel }}", 2, "report has no `titel`, only title, subject, headline, "),
        (
            "{% for one in report.sections if one.name != 'cost' %}\n{{ one.titel }}{% endfor %}",
            2,
            "one has no `titel`, only name, title, blocks",
        ),
        ("{% if page %}\n{{ 1 | shwon }}{% endif %}", 2, "there is no filter `shwon`"),
        ("{% if page %}\n{{ page is mising }}{% endif %}", 2, "there is no test `mising`"),
        ("\n{% extends 'layout' %}", 2, "there is no template `layout`; extend `layout`, without quotation marks"),
    ],
)
def test_a_typo_in_what_every_report_has_is_found_before_the_first_file(text, line, said):
    with pytest.raises(UserMistake) as caught:
        check_template(OwnTemplate(text, FILE))
    assert caught.value.where == Place(FILE, line)
    assert said in caught.value.message


@pytest.mark.parametrize(
    "text",
    [
        "{{ report.level }} {{ report.charts | length }} {{ report.about[0] }}",
        "{% set report = manifest %}{{ report.run }}",
        "{% for s in report.sections %}{{ s.title }}{% endfor %}{% for s in report.foot %}{{ s.label }}{% endfor %}",
        "{% macro show_one(report) %}{{ report.anything }}{% endmacro %}",
    ],
)
def test_a_template_is_not_refused_for_what_may_well_be_there(text):
    check_template(OwnTemplate(text, FILE))


def test_every_name_that_a_template_may_use_is_there_in_mail_and_page():
    text = "".join(f"{{{{ {name} is defined }}}} " for name in NAMES)
    check_template(OwnTemplate(text + "{% set x = namespace(n=1) %}{{ range(x.n) | list }}", FILE))
    made = written(text)
    assert made.html.count("True") == made.page.count("True") == len(NAMES)


def test_a_template_reads_no_file_and_no_setting():
    for text in (
        "{{ medium.picture.__func__ }}",
        "{{ config }}",
        "{{ self.__init__ }}",
        "{{ cycler.__init__.__globals__ }}",
        "{{ environ }}",
    ):
        assert mistake(text).code == "bad_template"


def test_the_template_in_the_docs_works():
    docs = (Path(__file__).parents[3] / "docs" / "report.md").read_text(encoding="utf-8")
    text = docs.partition("<!-- template -->\n```jinja\n")[2].partition("```")[0]
    made = written(text)
    assert "Where everything is" not in Read.of(made.html).text + Read.of(made.page).text
    assert "Media type text/csv" in Read.of(made.page).text
    assert "text-transform: uppercase" in made.html


def test_the_docs_name_every_section():
    docs = (Path(__file__).parents[3] / "docs" / "report.md").read_text(encoding="utf-8")
    for make in EVERY:
        for section in run_report(make()).sections:
            assert section.name.startswith("fact-") or f"`{section.name}`" in docs, section.name


def test_a_long_word_may_be_broken_and_a_path_behind_its_slashes():
    made = written("{{ 'reports/orders/0123456789abcdef0123/x.csv and short words' | breakable }}").page
    assert made == "reports/<wbr>orders/<wbr>0123456789abcdef<wbr>0123/<wbr>x.csv and short words"
