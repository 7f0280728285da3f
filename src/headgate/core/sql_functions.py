"""The SQL functions that row rules, `derive` and file checks may call: the published allow-list.

Each is scalar (or an aggregate, for file checks), deterministic, and reads nothing but its arguments:
no clock, no random numbers, no session setting, no file, no other table. `hash` is left out because
its result changes between engine versions, `repeat` because a cell could ask it for any amount of memory.
"""

from __future__ import annotations


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


SCALAR: dict[str, tuple[str, ...]] = {
    "choice": ("coalesce", "greatest", "if", "ifnull", "least", "nullif"),
    "numbers": (
        "abs", "acos", "asin", "atan", "atan2", "cbrt", "ceil", "ceiling", "cos", "degrees", "exp",
        "floor", "gcd", "isfinite", "isinf", "isnan", "lcm", "ln", "mod", "pi", "pow",
        "power", "radians", "round", "sign", "sin", "sqrt", "tan", "trunc",
    ),
    "text": (
        "ascii", "chr", "concat", "concat_ws", "contains", "ends_with", "instr", "jaro_winkler_similarity",
        "left", "length", "levenshtein", "lower", "lpad", "ltrim", "md5", "nfc_normalize",
        "position", "prefix", "regexp_extract", "regexp_full_match", "regexp_matches", "regexp_replace",
        "replace", "reverse", "right", "rpad", "rtrim", "sha256", "split_part", "starts_with",
        "strip_accents", "strlen", "strpos", "substr", "substring", "suffix", "translate", "trim",
        "unicode", "upper",
    ),
    "dates": (
        "date_diff", "date_part", "date_trunc", "datediff", "datepart", "datetrunc", "day", "dayname",
        "dayofmonth", "dayofweek", "dayofyear", "epoch", "epoch_ms", "extract", "hour", "isodow", "last_day",
        "make_date", "make_time", "make_timestamp", "minute", "month", "monthname", "quarter",
        "second", "strftime", "strptime", "try_strptime", "week", "weekofyear", "year",
    ),
}  # fmt: skip

AGGREGATE: tuple[str, ...] = (
    "avg", "bool_and", "bool_or", "count", "count_if", "max", "median", "min", "quantile_cont",
    "quantile_disc", "stddev", "stddev_pop", "stddev_samp", "sum", "var_pop", "var_samp", "variance",
)  # fmt: skip

WINDOW: tuple[str, ...] = ("dense_rank", "lag", "lead", "rank", "row_number")

# Written with brackets, but no functions: `cast(x as date)`, `x in (1, 2)`, `decimal(10, 2)`.
WORDS_BEFORE_BRACKETS = _words(
    "and as between case cast decimal else escape filter from having in interval is join like ilike not "
    "numeric on or over select then to try_cast using varchar when where"
)

KEYWORDS = _words(
    "and as between bigint bool boolean case cast century date day decade decimal distinct dow double doy "
    "else end epoch escape false float from hour hugeint ilike in int int128 integer interval is isodow isoyear "
    "like microsecond microseconds millennium millisecond milliseconds minute month not null numeric or "
    "precision quarter real second smallint string text then time timestamp timestamp_s timestamp_ms "
    "timestamp_ns tinyint to true try_cast ubigint uinteger usmallint utinyint varchar week when year "
    "yearweek"
)

# `.` parts a table from its column, which only queries do.
SELECT_KEYWORDS = KEYWORDS | _words(
    ". all asc by cross current desc except exists filter first following full group groups having inner "
    "intersect join last left limit natural nulls offset on order outer over partition preceding qualify "
    "range right row rows select semi anti union unbounded using where with"
)

OPERATORS = frozenset(
    ("=", "==", "<>", "!=", "<", "<=", ">", ">=", "+", "-", "*", "/", "//", "%", "||", "(", ")", ",", "::")
)

WHY_NOT = {
    **dict.fromkeys(
        ("now", "today", "current_date", "current_time", "current_timestamp", "get_current_time",
         "get_current_timestamp", "localtime", "localtimestamp", "transaction_timestamp", "age"),
        "its result changes with the clock",
    ),
    **dict.fromkeys(
        ("random", "uuid", "gen_random_uuid", "uuidv4", "uuidv7", "setseed", "nextval", "currval"),
        "it gives another result each time",
    ),
    **dict.fromkeys(
        ("getenv", "current_setting", "getvariable", "current_user", "current_schema", "current_database",
         "version", "user", "session_user"),
        "its result changes with the session",
    ),
    "hash": "its result changes between engine versions; use md5 or sha256",
    "repeat": "a cell could ask it for any amount of memory",
}  # fmt: skip


def scalar_names() -> tuple[str, ...]:
    """All scalar functions of the allow-list, sorted."""
    return tuple(sorted(name for names in SCALAR.values() for name in names))
