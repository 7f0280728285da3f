"""Date patterns, bounds, string formats, regular expressions and misspellings."""

import duckdb
import pytest

from headgate.core.contract.dates import read_bound, read_pattern
from headgate.core.contract.formats import FORMAT_WORDS, STRING_FORMATS
from headgate.core.contract.patterns import pattern_mistake
from headgate.core.nearest import distance, nearest


@pytest.fixture(scope="module")
def engine():
    with duckdb.connect() as connection:
        yield connection


@pytest.mark.parametrize(
    ("pattern", "text", "instant"),
    [
        ("yyyy-MM-dd", "2024-02-29", "2024-02-29 00:00:00"),
        ("dd.MM.yyyy", "29.02.2024", "2024-02-29 00:00:00"),
        ("d/M/yy", "9/2/24", "2024-02-09 00:00:00"),
        ("dd-MMM-yyyy", "09-Feb-2024", "2024-02-09 00:00:00"),
        ("d MMMM yyyy", "9 February 2024", "2024-02-09 00:00:00"),
        ("EEE, dd MMM yyyy", "Fri, 09 Feb 2024", "2024-02-09 00:00:00"),
        ("yyyyMMddHHmmss", "20240229135901", "2024-02-29 13:59:01"),
        ("yyyy-MM-dd'T'HH:mm:ss", "2024-02-29T13:59:01", "2024-02-29 13:59:01"),
        ("yyyy-MM-ddTHH:mm", "2024-02-29T13:59", "2024-02-29 13:59:00"),
        ("yyyy-MM-dd HH:mm:ss.SSS", "2024-02-29 13:59:01.250", "2024-02-29 13:59:01.25"),
        ("yyyy-MM-dd HH:mm:ss.SSSSSS", "2024-02-29 13:59:01.250001", "2024-02-29 13:59:01.250001"),
        ("MM/dd/yyyy hh:mm a", "02/29/2024 01:59 PM", "2024-02-29 13:59:00"),
        ("yyyy'''s' dd", "2024's 05", "2024-01-05 00:00:00"),
        ("'week 100%' yyyy", "week 100% 2024", "2024-01-01 00:00:00"),
    ],
)
def test_a_pattern_reads_what_it_describes(engine, pattern, text, instant):
    found = read_pattern(pattern)
    query = "SELECT regexp_full_match(?, ?), strptime(?, ?)::TIMESTAMP::VARCHAR"
    assert engine.execute(query, [text, found.regex, text, found.strptime]).fetchall() == [(True, instant)]


@pytest.mark.parametrize(
    ("pattern", "text"),
    [("yyyy-MM-dd", "2024-2-9"), ("yyyy-MM-dd", "2024-02-09 "), ("dd.MM.yyyy", "09x02x2024"), ("HH:mm", "9:05"),
     ("yyyy-MM-dd HH:mm:ss.SSS", "2024-02-29 13:59:01.25")],
)  # fmt: skip
def test_a_pattern_s_expression_is_as_strict_as_the_pattern(engine, pattern, text):
    found = read_pattern(pattern)
    assert engine.execute("SELECT regexp_full_match(?, ?)", [text, found.regex]).fetchall() == [(False,)]


def test_a_pattern_knows_what_it_holds():
    found = read_pattern("yyyy-MM-ddTHH:mm:ssZ")
    assert (found.has_date, found.has_time, found.has_offset) == (True, True, True)
    assert not read_pattern("HH:mm").has_date


@pytest.mark.parametrize(
    ("pattern", "said"),
    [("YYYY-MM-DD", "yyyy"), ("yyyy-DDD", "dd"), ("yyyy z", "XXX"), ("ss.SS", "SSS"), ("yyyy GG", "single quotes"),
     ("yyyy'", "not closed"), ("yyy", "no meaning"), ("hello", "no meaning")],
)  # fmt: skip
def test_a_letter_without_a_meaning_is_refused_with_what_to_write(pattern, said):
    with pytest.raises(ValueError, match=said):
        read_pattern(pattern)


@pytest.mark.parametrize(
    ("text", "kind", "bound"),
    [
        ("2024-01-31", "date", "2024-01-31"),
        ("2024-01-31T00:00:00Z", "date", "2024-01-31"),
        ("2024-01-31T23:00:00.5", "timestamp", "2024-01-31 23:00:00.500000"),
        ("2024-01-31 23:00:00-02:00", "timestamp", "2024-02-01 01:00:00"),
        ("23:59", "time", "23:59:00"),
        ("20240131", "date", None),
        ("2024-W05-3", "date", None),
        ("2023-02-29", "date", None),
        ("2024-01-31 25:00:00", "timestamp", None),
        ("now", "timestamp", None),
        ("24:01", "time", None),
    ],
)
def test_bounds_are_iso_8601_and_come_out_in_one_form(text, kind, bound):
    assert read_bound(text, kind) == bound


FITS = {
    "email": ["a@b.co", "first.last+tag@sub.example.org", "o'neil@example.com"],
    "uuid": ["123e4567-e89b-12d3-a456-426614174000", "123E4567-E89B-12D3-A456-426614174000"],
    "uri": ["https://example.com/a?b=c#d", "urn:isbn:0451450523", "mailto:a@b.co", "https://example.com/%C3%BC"],
    "hostname": ["example.com", "a-b.example", "localhost", "1.example"],
    "ipv4": ["0.0.0.0", "255.255.255.255", "192.168.1.10"],
    "ipv6": ["::", "::1", "2001:db8::8a2e:370:7334", "1:2:3:4:5:6:7:8", "::ffff:192.0.2.1", "1::", "1:2:3:4:5:6:7::"],
    "byte": ["", "aGk=", "aGVsbG8h"],
}
FAILS = {
    "email": ["a@b", "@b.co", "a b@c.de", "a@b..co", "a@-b.co", "a@b.co\n", "<a@b.co>"],
    "uuid": [
        "123e4567e89b12d3a456426614174000",
        "{123e4567-e89b-12d3-a456-426614174000}",
        "g23e4567-e89b-12d3-a456-42",
    ],
    "uri": ["example.com", "https://exa mple.com", "://a", "https://example.com/ü", "https:"],
    "hostname": ["-a.example", "a..b", "a_b.example", "a.example-", "a" * 64],
    "ipv4": ["256.1.1.1", "1.1.1", "01.1.1.1", "1.1.1.1.1"],
    "ipv6": ["1:2:3:4:5:6:7", ":::", "1::2::3", "12345::", "1:2:3:4:5:6:7:8:9", "::256.1.1.1", "g::"],
    "byte": ["a", "aGk", "aGk==", "a-k="],
}


@pytest.mark.parametrize("name", STRING_FORMATS)
def test_a_string_format_takes_what_fits_and_nothing_else(engine, name):
    def match(text):
        return engine.execute("SELECT regexp_matches(?, ?)", [text, STRING_FORMATS[name]]).fetchall()[0][0]

    assert [text for text in FITS[name] if not match(text)] == []
    assert [text for text in FAILS[name] if match(text)] == []
    assert FORMAT_WORDS[name]


@pytest.mark.parametrize(
    "pattern", [r"^[A-Z]{2}\d+$", r"(?i)a", r"(?P<n>a)", r"[[:alpha:]]", r"\pL", r"a{2,1000}", "a|b", r"\Qa.b\E"]
)
def test_a_pattern_the_engine_takes_passes(pattern):
    assert pattern_mistake(pattern) is None


@pytest.mark.parametrize(
    "pattern", ["(", "[a", "a**", r"(?=a)", r"(?<!a)b", r"(a)\1", "a{1001}", r"\Z", "(?>a)", r"(?(1)a)", "\\"]
)
def test_a_pattern_the_engine_refuses_is_a_mistake(engine, pattern):
    with pytest.raises(duckdb.Error):
        engine.execute("SELECT regexp_matches('', ?)", [pattern])
    assert pattern_mistake(pattern)


def test_a_swap_of_neighbours_is_one_edit():
    assert (distance("uinque", "unique"), distance("abc", "abc"), distance("", "abc")) == (1, 0, 3)


@pytest.mark.parametrize(
    ("word", "meant"),
    [("requird", "required"), ("Required", "required"), ("min_length", "minLength"), ("tag", None), ("colour", None)],
)
def test_short_words_are_only_taken_for_others_when_they_differ_in_case(word, meant):
    assert nearest(word, ["required", "minLength", "tags"]) == meant
