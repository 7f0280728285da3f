"""What SQL a contract may hold, and what comes out of the guard."""

import duckdb
import pytest

from headgate.core.errors import Place, UserMistake
from headgate.core.expression import check_expression, check_select, function_allow_list, mentioned_columns
from headgate.core.sql_functions import AGGREGATE, WINDOW

PLACE = Place("c.odcs.yaml", 7, 3, "implementation")
COLUMNS = ("n", "m", "x", "t", "u", "d", "e", "ts", "ok", "Mixed Case", 'quo"te')

SAMPLE = """
    CREATE TABLE sample AS SELECT * FROM (VALUES
        (1, 7, 2.5::DOUBLE, 'ab-12', 'b', DATE '2024-02-29', DATE '2023-12-31', TIMESTAMP '2024-02-29 23:59:58', true),
        (-3, 0, -0.5::DOUBLE, '  Ünï ', 'x', DATE '1999-01-01', DATE '2024-01-01', TIMESTAMP '1999-01-01 00:00:00',
         false),
        (12, 5, 1e10::DOUBLE, '', '', DATE '2000-12-31', DATE '2000-01-01', TIMESTAMP '2000-12-31 12:30:00.25', true),
        (NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL)
    ) v(n, m, x, t, u, d, e, ts, ok)
"""

# One call, or more, of every listed function.
CALLS = {
    "abs": ["abs(n)"], "acos": ["acos(least(greatest(x, -1), 1))"], "asin": ["asin(least(greatest(x, -1), 1))"],
    "ascii": ["ascii(t)"], "atan": ["atan(x)"], "atan2": ["atan2(x, n)"], "cbrt": ["cbrt(x)"], "ceil": ["ceil(x)"],
    "ceiling": ["ceiling(x)"], "chr": ["chr(65 + abs(n)::int)"], "coalesce": ["coalesce(n, m, 0)"],
    "concat": ["concat(t, u, n)"], "concat_ws": ["concat_ws('-', t, u)"], "contains": ["contains(t, 'b')"],
    "cos": ["cos(x)"], "date_diff": ["date_diff('day', d, e)", "date_diff('hour', ts, ts)"],
    "date_part": ["date_part('year', d)", "date_part('dow', ts)"],
    "date_trunc": ["date_trunc('month', d)", "date_trunc('hour', ts)"], "datediff": ["datediff('month', d, e)"],
    "datepart": ["datepart('minute', ts)"], "datetrunc": ["datetrunc('year', d)"], "day": ["day(d)"],
    "dayname": ["dayname(d)"], "dayofmonth": ["dayofmonth(d)"], "dayofweek": ["dayofweek(d)"],
    "dayofyear": ["dayofyear(d)"], "degrees": ["degrees(x)"], "ends_with": ["ends_with(t, '2')"],
    "epoch": ["epoch(ts)"], "epoch_ms": ["epoch_ms(ts)"], "exp": ["exp(least(x, 5))"],
    "extract": ["extract(year FROM d)", "extract(isodow FROM ts)"], "floor": ["floor(x)"], "gcd": ["gcd(n, m)"],
    "greatest": ["greatest(n, m)"], "hour": ["hour(ts)"], "if": ["if(ok, n, m)"], "ifnull": ["ifnull(n, 0)"],
    "instr": ["instr(t, 'b')"], "isfinite": ["isfinite(x)"], "isinf": ["isinf(x)"], "isnan": ["isnan(x)"],
    "isodow": ["isodow(d)"], "jaro_winkler_similarity": ["jaro_winkler_similarity(t, u)"],
    "last_day": ["last_day(d)"], "lcm": ["lcm(n, m)"], "least": ["least(n, m)"], "left": ["left(t, 2)"],
    "length": ["length(t)"], "levenshtein": ["levenshtein(t, u)"], "ln": ["ln(abs(x))"],
    "lower": ["lower(t)"], "lpad": ["lpad(t, 9, '0')"],
    "ltrim": ["ltrim(t)", "ltrim(t, 'a')"], "make_date": ["make_date(2024, 1, abs(n)::int)"],
    "make_time": ["make_time(1, 2, 3.5)"], "make_timestamp": ["make_timestamp(2024, 1, 2, 3, 4, 5.5)"],
    "md5": ["md5(t)"], "minute": ["minute(ts)"], "mod": ["mod(n, 5)"], "month": ["month(d)"],
    "monthname": ["monthname(d)"], "nfc_normalize": ["nfc_normalize(t)"], "nullif": ["nullif(n, 1)"],
    "pi": ["pi()"], "position": ["position('b' IN t)"], "pow": ["pow(x, 2)"], "power": ["power(n, 2)"],
    "prefix": ["prefix(t, 'a')"], "quarter": ["quarter(d)"], "radians": ["radians(x)"],
    "regexp_extract": ["regexp_extract(t, '[0-9]+')", "regexp_extract(t, '(a)(b)', 2)"],
    "regexp_full_match": ["regexp_full_match(t, 'a.*')", "regexp_full_match(t, 'A.*', 'i')"],
    "regexp_matches": ["regexp_matches(t, '^a')", "regexp_matches(t, '^A', 'i')"],
    "regexp_replace": ["regexp_replace(t, '[a-z]', '_')", "regexp_replace(t, '[a-z]', '_', 'g')"],
    "replace": ["replace(t, 'b', 'c')"], "reverse": ["reverse(t)"], "right": ["right(t, 2)"],
    "round": ["round(x, 1)", "round(x)"], "rpad": ["rpad(t, 9, '.')"], "rtrim": ["rtrim(t)", "rtrim(t, '2')"],
    "second": ["second(ts)"], "sha256": ["sha256(t)"], "sign": ["sign(x)"], "sin": ["sin(x)"],
    "split_part": ["split_part(t, '-', 2)"], "sqrt": ["sqrt(abs(x))"], "starts_with": ["starts_with(t, 'a')"],
    "strftime": ["strftime(d, '%d.%m.%Y')", "strftime(ts, '%Y-%m-%dT%H:%M:%S.%g %j %-d/%-m %p %I %a %b %A %B %y %U')"],
    "strip_accents": ["strip_accents(t)"], "strlen": ["strlen(t)"], "strpos": ["strpos(t, 'b')"],
    "strptime": ["strptime('03.02.2024 10:11', '%d.%m.%Y %H:%M')"], "substr": ["substr(t, 2, 2)"],
    "substring": ["substring(t, 2)", "substring(t, 2, 1)", "substring(t, -2)"], "suffix": ["suffix(t, '2')"],
    "tan": ["tan(x)"], "translate": ["translate(t, 'ab', 'cd')"],
    "trim": ["trim(t)", "trim(t, 'a2')", "trim(BOTH 'a' FROM t)", "trim(LEADING 'a' FROM t)"], "trunc": ["trunc(x)"],
    "try_strptime": ["try_strptime(t, '%Y-%m-%d')"], "unicode": ["unicode(t)"], "upper": ["upper(t)"],
    "week": ["week(d)"], "weekofyear": ["weekofyear(d)"], "year": ["year(d)"],
}  # fmt: skip

FORMS = [
    "n + m * 2 - 1", "n / 4", "n // 4", "n % 5", "-n", "- -n", "n * -m", "t || u", "t || n::varchar || u",
    "n BETWEEN -3 AND 1", "n NOT BETWEEN 0 AND 5", "n IN (1, 12)", "n NOT IN (1, 2, 3)", "t LIKE 'a%'",
    "t NOT LIKE '%2'", "t ILIKE 'A%'", "t LIKE 'a!%' ESCAPE '!'", "n IS NULL", "n IS NOT NULL", "ok IS TRUE",
    "ok IS NOT TRUE", "ok IS NOT NULL = true", "n = m", "n == m", "n <> m", "n != m", "n IS DISTINCT FROM m",
    "n IS NOT DISTINCT FROM m", "NOT ok AND n > 0", "NOT (ok AND n > 0)", "NOT n = 1 OR ok", "n > 0 OR ok AND m > 0",
    "CASE WHEN n > 0 THEN 'p' WHEN n < 0 THEN 'n' ELSE 'z' END", "CASE n WHEN 1 THEN true END", "n::DOUBLE / 3",
    "CAST(x AS DECIMAL(18, 2))", "TRY_CAST(t AS INTEGER)", "n::INTEGER", "d > DATE '2000-01-01'",
    "ts < TIMESTAMP '2024-01-01 00:00:00'", "d + INTERVAL 1 DAY", "ts - INTERVAL '2' HOUR", "ts + INTERVAL (n) DAY",
    "d - e", "d + 3", "'it''s'", "'\\' || 'a\\'", "1e3", "1_000", ".5 + 1.", "N + M", '"n" + "M"', "t = 'Ünï'",
    "n > 0 -- a comment\n AND m > 0", "/* 1 */ n /* 2 */ + 1", "d BETWEEN DATE '1999-01-01' AND DATE '2001-01-01'",
    "n BETWEEN 0 AND 5 AND ok", "x <= n AND n <= m", "n % 2 = 0", "ok = (n > 0)", "n - (m - 1)", "n - m - 1",
    "n / (m + 1) / 2", "NOT NOT ok", "(n)", "coalesce(TRY_CAST(t AS DATE), d)",
]  # fmt: skip


@pytest.fixture(scope="module")
def engine():
    with duckdb.connect() as connection:
        connection.execute(SAMPLE)
        yield connection


def checked(sql, columns=COLUMNS, kind="rule"):
    return check_expression(sql, columns, kind=kind, place=PLACE)


def refused(sql, columns=COLUMNS):
    with pytest.raises(UserMistake) as caught:
        checked(sql, columns)
    assert caught.value.where == PLACE
    assert caught.value.next
    return caught.value.message


@pytest.mark.parametrize("sql", [*FORMS, *(call for calls in CALLS.values() for call in calls)])
def test_what_comes_out_means_what_was_written(engine, sql):
    written = engine.execute(f"SELECT {sql}\n FROM sample").fetchall()
    assert repr(engine.execute(f"SELECT {checked(sql)} FROM sample").fetchall()) == repr(written)


def test_every_listed_function_has_an_example_here():
    assert tuple(sorted(CALLS)) == function_allow_list()


def test_the_engine_calls_every_listed_function_deterministic(engine):
    stable = """
        SELECT DISTINCT function_name FROM duckdb_functions() GROUP BY function_name, function_type
        HAVING bool_and(coalesce(stability, 'CONSISTENT') = 'CONSISTENT')
    """
    known = {name for (name,) in engine.execute(stable).fetchall()}
    grammar = {"coalesce", "extract", "ifnull"}
    assert {*function_allow_list(), *AGGREGATE, *WINDOW} - known == grammar


def test_no_function_of_the_engine_that_is_not_listed_is_let_through(engine):
    names = {n for (n,) in engine.execute("SELECT DISTINCT function_name FROM duckdb_functions()").fetchall()}
    passed = set()
    for name in sorted(name for name in names if name.isidentifier()):
        for arguments in ("", "n", "n, m", "'a'"):
            try:
                checked(f"{name}({arguments})")
            except UserMistake:
                continue
            passed.add(name)
    assert passed <= {*function_allow_list()}


def test_columns_come_out_quoted_under_their_exact_names():
    assert checked('"mixed case" = N AND "Quo""te" = \'N\'') == """"Mixed Case" = "n" AND "quo""te" = 'N'"""


def test_a_column_named_like_a_key_word_is_a_column():
    assert checked('"current_date" > "order"', ("current_date", "order")) == '"current_date" > "order"'


def test_two_columns_equal_but_for_case_are_told_apart_by_their_spelling():
    assert checked("a < A", ("a", "A")) == '"a" < "A"'


@pytest.mark.parametrize(
    "sql",
    [
        "now()", "NOW()", '"now"()', "today()", "current_date", "CURRENT_TIMESTAMP", "localtime", "get_current_time()",
        "age(ts)", "random()", "uuid()", "gen_random_uuid()", "setseed(0.5)", "getenv('HOME')", "getvariable('a')",
        "current_setting('threads')", "current_user", "session_user", "current_schema()", "version()", "hash(t)",
        "nextval('s')", "repeat(t, 1000000000)", "range(n)",
        "read_text('/etc/passwd')", "read_csv('a.csv')", "glob('*')", "query('SELECT 1')", "unnest([1])", "try(n)",
        "list_transform([n], y -> y)", "struct_pack(a := n)", "row(n, m)", "error('x')", "pg_sleep(1)",
        "txid_current()",
    ],
)  # fmt: skip
def test_a_function_outside_the_list_is_refused(sql):
    assert "not allowed" in refused(sql)


@pytest.mark.parametrize(
    "sql",
    [
        "(SELECT 1)", "n IN (SELECT 1)", "EXISTS (SELECT 1)", "n = ANY (SELECT 1)", "n > ALL([1])", "SELECT n", "*",
        "COLUMNS(*)", "COLUMNS('n')", "sample.*", "sample.n", "main.sample.n", "n.a", "n.lower()", "t[1]", "t[1:2]",
        "[n]", "{'a': n}", "MAP {'a': n}", "(n, m)", "n, m", "n AS y", "n y", "n; m", "n;", "", "-- nothing", "sum(n)",
        "count(*)", "max(n)", "string_agg(t, ',')", "sum(n) OVER ()", "row_number() OVER ()",
        "lag(n) OVER (ORDER BY n)",
        "first(n)", "quantile_cont(n, 0.5)", "count(*) FILTER (WHERE ok)", "y -> y + 1", "lambda y: y", "?", "$1",
        "$name", ":name", "@n", "n ~ '1'", "t !~ 'a'", "t ~~ 'a'", "t ^@ 'a'", "n ^ 2", "n ** 2", "n & 1", "n | 1",
        "n << 1", "~n", "n !", "t -> 'a'", "t ->> 'a'", "t COLLATE nocase", "ts AT TIME ZONE 'UTC'", "t GLOB 'a*'",
        "t SIMILAR TO 'a'", "E'a'", "x'00'", "$$a$$", "#1", "PRAGMA threads", "SET threads = 1", "DROP TABLE sample",
        "INSERT INTO sample VALUES (1)", "COPY sample TO 'x'", "ATTACH 'x'", "INSTALL httpfs", "LOAD httpfs",
        "CALL pragma_version()", "FROM sample", "VALUES (1)", "n UNION SELECT 1", "n FROM sample", "n WHERE true",
        "n::STRUCT(a INT)", "n::INT[]", "n::JSON", "ts::TIMESTAMPTZ", "n::sample", "CAST(n AS ENUM('a'))",
        "date_trunc(t, ts)", "upper(", "n =", "n n n", "'open", '"open', "n IN ()", "CASE WHEN n THEN", "1 = 1)",
        "[y FOR y IN [n]]", "n::UUID", "n IS JSON", "DEFAULT", "INTERVAL n secunds",
    ],
)  # fmt: skip
def test_what_is_not_one_scalar_over_columns_is_refused(sql):
    refused(sql)


@pytest.mark.parametrize("sql", ["lpad(t, n, ' ')", "rpad(t, 2000000000, ' ')", "lpad(t, 10 * 10, ' ')"])
def test_padding_to_a_length_that_a_cell_could_choose_is_refused(sql):
    assert "padding" in refused(sql)


def test_an_unknown_column_is_refused_with_the_nearest_one():
    assert refused("unit_prize > 0", ("unit_price", "quantity")).endswith("did you mean `unit_price`?")


def test_a_misspelt_function_is_refused_with_the_nearest_one():
    with pytest.raises(UserMistake) as caught:
        checked("lenght(t) > 0")
    assert caught.value.next == "did you mean `length`?"


def test_the_message_says_why_a_function_is_left_out():
    assert refused("d < now()").endswith("its result changes with the clock")
    assert "more than one row" in refused("sum(n) > 0")


def test_the_message_says_what_the_expression_was_for():
    with pytest.raises(UserMistake, match="a derived column can't be used"):
        checked("random()", kind="derive")


@pytest.mark.parametrize("sql", ["(" * 3000 + "n" + ")" * 3000, "n" + " + n" * 5000, "'" + "a" * 30_000 + "'"])
def test_an_expression_built_to_exhaust_the_parser_is_refused(sql):
    refused(sql)


@pytest.mark.parametrize(
    ("sql", "value"),
    [
        ("SELECT count(*) FROM {table}", 4), ("SELECT count(*) FROM ${table}", 4), ("select max(n) from {object}", 12),
        ("SELECT count(*) FROM ${object} WHERE n IS NOT NULL", 3), ("SELECT count(DISTINCT ok) FROM accepted", 2),
        ("SELECT count(*) * 100.0 / (SELECT count(*) FROM {table}) FROM {table} WHERE n IS NULL", 25.0),
        ("WITH f AS (SELECT * FROM {table} WHERE ok) SELECT count(*) FROM f", 2),
        ("SELECT max(c) FROM (SELECT count(*) c FROM {table} GROUP BY ok)", 2),
        ("SELECT count(*) FROM {table} a JOIN {table} b ON a.n = b.n", 3),
        ("SELECT count(*) FROM {table} WHERE n IN (SELECT m FROM {table})", 0),
        ("SELECT count(*) FROM {table} a WHERE EXISTS (SELECT 1 FROM {table} b WHERE b.n = a.n)", 3),
        ("SELECT count(*) FILTER (WHERE n > 0) FROM {table}", 2), ("SELECT median(n) FROM {table}", 1.0),
        ("SELECT count(*) FROM (SELECT n FROM {table} QUALIFY row_number() OVER (PARTITION BY ok ORDER BY n) = 1)", 3),
        ("SELECT n FROM {table} ORDER BY n DESC NULLS LAST LIMIT 1", 12),
        ("SELECT sum(CAST(n AS HUGEINT) * 9223372036854775807) FROM {table}", 92233720368547758070),
    ],
)  # fmt: skip
def test_a_check_reads_the_accepted_rows(engine, sql, value):
    engine.execute("CREATE OR REPLACE VIEW accepted AS SELECT * FROM sample")
    assert engine.execute(check_select(sql, PLACE)).fetchall() == [(value,)]


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT 1", "SELECT count(*) FROM other", "SELECT count(*) FROM {table}, other", "SELECT * FROM main.accepted",
        "SELECT count(*) FROM 'a.csv'", 'SELECT count(*) FROM "a.csv"', "SELECT * FROM read_csv('a.csv')",
        "SELECT count(*) FROM {table} JOIN 'b.parquet' USING (n)", "SELECT * FROM glob('*')", "SELECT * FROM range(9)",
        "SELECT count(*) FROM {table} WHERE n IN (SELECT x FROM other)",
        "SELECT (SELECT count(*) FROM other) FROM {table}",
        "WITH accepted AS (SELECT 1) SELECT * FROM accepted", "WITH t AS (FROM other) SELECT count(*) FROM {table}, t",
        "WITH RECURSIVE t AS (SELECT 1 n UNION ALL SELECT n + 1 FROM t) SELECT count(*) FROM {table}, t",
        "SELECT count(*) FROM {table}; SELECT 1", "DROP TABLE accepted", "DELETE FROM accepted", "COPY accepted TO 'x'",
        "CREATE TABLE x AS SELECT * FROM accepted", "INSERT INTO accepted SELECT * FROM accepted", "PRAGMA version",
        "ATTACH 'x.db'", "SET threads = 1", "SHOW TABLES", "DESCRIBE accepted", "EXPLAIN SELECT 1 FROM accepted",
        "SELECT count(*) INTO x FROM accepted", "SELECT count(*) FROM accepted WHERE d < now()",
        "SELECT random() FROM accepted", "SELECT getenv('HOME') FROM accepted", "SELECT unnest([1]) FROM accepted",
        "SELECT COLUMNS('n') FROM accepted", "SELECT * FROM query('SELECT 1'), accepted",
        "SELECT * FROM query_table('x'), accepted", "SELECT count(*) FROM accepted TABLESAMPLE 10%",
        "SELECT count(*) FROM accepted, LATERAL (SELECT 1)", "PIVOT accepted ON n", "VALUES (1)", "", "n",
        "SELECT count(*) FROM duckdb_settings(), accepted", "SELECT count(*) FROM information_schema.tables, accepted",
        "SELECT count(*) FROM accepted WHERE t = ?", "SELECT count(*) FROM {other}", "FROM accepted FOR UPDATE",
    ],
)  # fmt: skip
def test_a_check_that_does_anything_else_is_refused(sql):
    with pytest.raises(UserMistake) as caught:
        check_select(sql, PLACE)
    assert caught.value.where == PLACE


def test_columns_are_found_without_parsing_in_the_order_they_are_named():
    sql = """"Mixed Case" > N -- not m\n AND 'not x' <> T /* nor d */ AND nothing = 1"""
    assert mentioned_columns(sql, COLUMNS) == ("Mixed Case", "n", "t")
