"""From text to typed value: the lexical forms a column accepts, and the SQL that reads them.

DuckDB's casts are lax ('4.5' → 5, '1_000' → 1000, '2024-1-5', an offset dropped by TIMESTAMP), so that every cast stands
behind a regular expression. docs/contract.md lists the forms for people.
"""

from __future__ import annotations

from headgate.core.contract.dates import read_pattern
from headgate.core.contract.model import Column
from headgate.core.gate import sql

WHITE_SPACE = " \t\r\n\v\f"
_WHITE_SPACE_SQL = " || ".join(f"chr({ord(character)})" for character in WHITE_SPACE)

_INTEGER = "^[+-]?[0-9]+$"
_DECIMAL_INTEGER = r"^[+-]?[0-9]+(\.0*)?$"
_NUMBER = r"^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?$"
_DATE = "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
_CLOCK = r"([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\.[0-9]{1,9})?)?"
_TIME = f"^{_CLOCK}$"
_TIMESTAMP = rf"^[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}[T ]{_CLOCK}(Z|[+-][0-9]{{2}}(:?[0-9]{{2}})?)?$"
_FIRST_DATE = "DATE '0001-01-01'"


def value(column: Column, raw: str, trim: bool) -> str:
    """SQL for the text of a cell: NULL where it is missing, without the white space around it where `trim` asks for that.

    Missing is NULL, empty, only white space, or a null token of the column. Trimming is dear, so only a cell that starts
    with a character below `!`, as all white space does, is looked at again.
    """
    bare = f"trim({raw}, {_WHITE_SPACE_SQL})"
    if trim or column.null_tokens:
        tokens = "".join(f" WHEN {sql.text(token.strip(WHITE_SPACE))} THEN NULL" for token in column.null_tokens)
        return f"CASE {bare} WHEN '' THEN NULL{tokens} ELSE {bare if trim else raw} END"
    return f"CASE WHEN {raw} < '!' THEN CASE WHEN {bare} <> '' THEN {raw} END ELSE {raw} END"


def typed(column: Column, value: str) -> str:
    """SQL for the typed value: NULL where `value`, a text that is not missing, has no form the column accepts."""
    readers = {
        "string": lambda: value,
        "integer": lambda: _integer(column, value),
        "number": lambda: _number(column, value),
        "date": lambda: _date(column, value),
        "timestamp": lambda: _timestamp(column, value),
        "time": lambda: _time(column, value),
        "boolean": lambda: _boolean(column, value),
        "object": lambda: _json(value, "OBJECT"),
        "array": lambda: _json(value, "ARRAY"),
    }
    return readers[column.type]()


def _guarded(value: str, pattern: str, cast: str) -> str:
    return f"CASE WHEN regexp_matches({value}, {sql.text(pattern)}) THEN {cast} END"


def _round_trip(value: str, kind: str, cast: str, otherwise: str) -> str:
    """`cast` for a text that is its own canonical form in type `kind`, as most are: cheaper than a regular expression."""
    return f"CASE WHEN TRY_CAST({value} AS {kind})::VARCHAR = {value} THEN {cast} ELSE {otherwise} END"


def _integer(column: Column, value: str) -> str:
    cast = f"TRY_CAST({value} AS BIGINT)"
    if column.integer_form == "digits":
        return _round_trip(value, "BIGINT", cast, _guarded(value, _INTEGER, cast))
    whole = f"TRY_CAST(split_part({value}, '.', 1) AS BIGINT)"
    return _round_trip(value, "BIGINT", cast, _guarded(value, _DECIMAL_INTEGER, whole))


def _number(column: Column, value: str) -> str:
    if column.decimal:
        return _decimal(*column.decimal, value)
    double = f"TRY_CAST({value} AS DOUBLE)"
    finite = f"CASE WHEN isfinite({double}) THEN {double} END"
    guarded = _guarded(value, _NUMBER, finite)
    return _round_trip(value, "BIGINT", double, _round_trip(value, "DOUBLE", finite, guarded))


def _decimal(precision: int, scale: int, value: str) -> str:
    """Exact or not at all: digits beyond the scale must be zeros.

    With an exponent, a DOUBLE tells: it holds every number of up to 15 digits apart from all others.
    """
    kind = f"DECIMAL({precision},{scale})"
    cast = f"TRY_CAST({value} AS {kind})"
    plain = rf"^[+-]?[0-9]*(\.[0-9]{{0,{scale}}}0*)?$"
    short = f"regexp_matches({value}, '^[+-]?[0-9.]{{1,16}}[eE]') AND {cast}::DOUBLE = TRY_CAST({value} AS DOUBLE)"
    exact = f"regexp_matches({value}, {sql.text(plain)}) OR {short}"
    guarded = _guarded(value, _NUMBER, f"CASE WHEN {exact} THEN {cast} END")
    return _round_trip(value, "BIGINT", cast, _round_trip(value, kind, cast, guarded))


def _date(column: Column, value: str) -> str:
    if column.format:
        pattern = read_pattern(column.format)
        return _guarded(value, pattern.regex, f"try_strptime({value}, {sql.text(pattern.strptime)})::DATE")
    cast = f"TRY_CAST({value} AS DATE)"
    guarded = _guarded(value, _DATE, f"CASE WHEN {cast} >= {_FIRST_DATE} THEN {cast} END")
    return _round_trip(
        value, "DATE", f"CASE WHEN regexp_matches({value}, '^[0-9]') AND length({value}) = 10 THEN {cast} END", guarded
    )


def _timestamp(column: Column, value: str) -> str:
    """UTC; a text without an offset is taken for UTC. TIMESTAMPTZ, because TIMESTAMP drops the offset without a word."""
    if column.format:
        pattern = read_pattern(column.format)
        text = f"regexp_replace({value}, 'Z$', '+00')" if pattern.has_offset else value
        parsed = f"try_strptime({text}, {sql.text(pattern.strptime)})"
        return _guarded(value, pattern.regex, f"{parsed}::TIMESTAMP")
    cast = f"TRY_CAST({value} AS TIMESTAMPTZ)::TIMESTAMP"
    return _guarded(value, _TIMESTAMP, f"CASE WHEN {cast} >= {_FIRST_DATE} THEN {cast} END")


def _time(column: Column, value: str) -> str:
    if column.format:
        pattern = read_pattern(column.format)
        return _guarded(value, pattern.regex, f"try_strptime({value}, {sql.text(pattern.strptime)})::TIME")
    return _guarded(value, _TIME, f"TRY_CAST({value} AS TIME)")


def _boolean(column: Column, value: str) -> str:
    """Compared without case; without words of its own, a column knows true, false, 1 and 0."""
    named = bool(column.true_values or column.false_values)
    yes = column.true_values if named else ("true", "1")
    no = column.false_values if named else ("false", "0")
    branches = [f"WHEN {sql.text(word.lower())} THEN TRUE" for word in yes]
    branches += [f"WHEN {sql.text(word.lower())} THEN FALSE" for word in no]
    return f"CASE lower({value}) {' '.join(branches)} END"


def _json(value: str, kind: str) -> str:
    return f"CASE WHEN json_valid({value}) THEN CASE WHEN json_type({value}) = '{kind}' THEN {value} END END"
