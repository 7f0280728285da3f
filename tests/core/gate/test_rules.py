"""Every rule a contract can hold: what it accepts and what it rejects, at the boundary."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.gating import Gated, contract_of, gate


def column(folder: Path, keys: str, texts: list[str], schema_keys: str = "", **settings: Any) -> Gated:
    """A file of one column `v` (and one to tell rows apart) held against a contract with these keys for it."""
    lines = ["v\tn", *(f"{text}\t{at}" for at, text in enumerate(texts))]
    tab = "{property: delimiter, value: tab}, {property: quote, value: none}"
    contract = contract_of(
        folder, f"[{{name: v, {keys}}}, {{name: n}}]", f"customProperties: [{tab}]\n    {schema_keys}"
    )
    return gate(folder, ("\n".join(lines) + "\n").encode(), contract, **settings)


def options(logical_type: str, written: str) -> str:
    return f"logicalType: {logical_type}, logicalTypeOptions: {{{written}}}"


def metric(kind: str, written: str, logical_type: str = "string") -> str:
    return f"logicalType: {logical_type}, quality: [{{metric: {kind}, {written}}}]"


TEN = "minimum: 10, maximum: 20"
DAYS = "minimum: '2024-01-10', exclusiveMaximum: '2024-02-01'"
MOMENTS = "exclusiveMinimum: '2024-01-10T10:00:00Z', maximum: '2024-01-10T12:00:00+01:00'"
UUID = "123e4567-e89b-12d3-a456-426614174000"
# keys of the column, texts it accepts, texts it rejects with their one code
RULES: dict[str, tuple[str, list[str], dict[str, str]]] = {
    "required": ("required: true", ["x", "0", "-"], {"": "required", "  ": "required", "\x0b \x0c": "required"}),
    "not required": ("logicalType: integer", ["1", "", "   "], {}),
    "integer": (
        "logicalType: integer",
        ["0", "-3", "+4", "007", "9223372036854775807", "-9223372036854775808"],
        dict.fromkeys(
            ["9223372036854775808", "4.5", "4.0", "1_000", "1,000", "1e3", "0x10", " 4", "4 ", "²", "٣", "--1", "+"],
            "type",
        ),
    ),
    "integerForm decimal": (
        "logicalType: integer, customProperties: [{property: integerForm, value: decimal}]",
        ["98.0", "98", "98.", "-1.000"],
        dict.fromkeys(["98.5", "98.01", ".0", "1e2", "98,0"], "type"),
    ),
    "number": (
        "logicalType: number",
        ["12", "-3.5", ".5", "5.", "1e3", "1E-3", "+1", "1e308", "1e-400", "123456789012345678901234567890"],
        dict.fromkeys(
            ["nan", "NaN", "inf", "-Infinity", "1e400", "1_000", "1,5", "0x10", " 1", "1e", ".", "e5", "1.2.3", "٣"],
            "type",
        ),
    ),
    "minimum and maximum": (
        options("integer", TEN),
        ["10", "20", "", "+10"],
        {"9": "minimum", "21": "maximum", "x": "type"},
    ),
    "exclusive bounds": (
        options("number", "exclusiveMinimum: 0, exclusiveMaximum: 1.5"),
        ["0.0000001", "1.4999", ""],
        {
            "0": "exclusive_minimum",
            "-0.0": "exclusive_minimum",
            "1.5": "exclusive_maximum",
            "1.50": "exclusive_maximum",
        },
    ),
    "bounds of a width": (options("integer", "format: u8"), ["0", "255"], {"-1": "minimum", "256": "maximum"}),
    "multiple_of": (
        options("integer", "multipleOf: 5"),
        ["0", "5", "-10", ""],
        {"4": "multiple_of", "-1": "multiple_of"},
    ),
    "multiple_of a fraction": (
        options("number", "multipleOf: 0.1"),
        ["0.3", "0.7", "1", "-0.1"],
        {"0.35": "multiple_of", "0.05": "multiple_of"},
    ),
    "length is counted in characters": (
        options("string", "minLength: 2, maxLength: 3"),
        ["ab", "äöü", "😀😀", "日本語", "a b", ""],
        {"a": "min_length", "é": "min_length", "abcd": "max_length", "😀😀😀😀": "max_length"},
    ),
    "pattern anywhere": (options("string", "pattern: 'b+'"), ["abc", "b", ""], {"ac": "pattern", "B": "pattern"}),
    "pattern held": (
        options("string", "pattern: '^ORD[0-9]{2}$'"),
        ["ORD12"],
        {"ord12": "pattern", "ORD123": "pattern", "xORD12": "pattern"},
    ),
    "invalid_pattern": (
        metric("invalidValues", "arguments: {pattern: '^[A-Z]{2}$'}"),
        ["DE", ""],
        {"DEU": "invalid_pattern", "de": "invalid_pattern"},
    ),
    "invalid_pattern of a number": (
        metric("invalidValues", "arguments: {pattern: '^1'}", "integer"),
        ["12"],
        {"21": "invalid_pattern", "1x": "type"},
    ),
    "enum": (
        'enum: [{value: a}, {value: "b\'c"}, {value: é}]',
        ["a", "b'c", "é", ""],
        {"A": "valid_values", "a ": "valid_values", "d": "valid_values"},
    ),
    "enum of numbers": (
        "logicalType: number, enum: [{value: 1}, {value: 0.5}]",
        ["1", "1.0", "0.50", ""],
        {"2": "valid_values", "x": "type"},
    ),
    "enum of whole numbers": (
        "logicalType: integer, enum: [{value: 1}, {value: 2.5}]",
        ["1"],
        {"2": "valid_values", "3": "valid_values"},
    ),
    "enum of days": (
        "logicalType: date, enum: [{value: '2024-01-31'}]",
        ["2024-01-31"],
        {"2024-01-30": "valid_values"},
    ),
    "validValues": (metric("invalidValues", "arguments: {validValues: [x, y]}"), ["x", "y", ""], {"z": "valid_values"}),
    "nullValues": (metric("nullValues", "mustBe: 0"), ["x"], {"": "required"}),
    "missingValues": (
        metric("missingValues", "arguments: {missingValues: ['N/A']}"),
        ["x", "NA"],
        {"": "required", "N/A": "required", " N/A ": "required"},
    ),
    "email": (
        options("string", "format: email"),
        ["ann@example.com", "a.b+c@sub.example.org"],
        dict.fromkeys(["ann@", "ann", "a@b", "a b@c.de"], "format"),
    ),
    "uuid": (
        options("string", "format: uuid"),
        [UUID, UUID.upper()],
        dict.fromkeys([UUID[:-1], UUID.replace("-", ""), f"{{{UUID}}}"], "format"),
    ),
    "uri": (
        options("string", "format: uri"),
        ["https://example.com/a?b=c#d", "urn:isbn:1"],
        dict.fromkeys(["example.com", "http://a b", "://x"], "format"),
    ),
    "ipv4": (
        options("string", "format: ipv4"),
        ["192.168.0.1"],
        dict.fromkeys(["256.1.1.1", "1.2.3", "01.2.3.4"], "format"),
    ),
    "boolean": (
        "logicalType: boolean",
        ["true", "FALSE", "1", "0", "True", ""],
        dict.fromkeys(["yes", "t", "2", " true"], "type"),
    ),
    "trueValues": (
        "logicalType: boolean, customProperties: [{property: trueValues, value: [Ja, J]}, {property: falseValues, value: [Nein]}]",
        ["ja", "J", "NEIN", ""],
        dict.fromkeys(["true", "1", "n"], "type"),
    ),
    "nullTokens": (
        "logicalType: integer, required: true, customProperties: [{property: nullTokens, value: [NA, '-']}]",
        ["1"],
        {"NA": "required", " - ": "required", "na": "type", "": "required"},
    ),
    "date": (
        "logicalType: date",
        ["2024-02-29", "0001-01-01", "9999-12-31"],
        dict.fromkeys(
            [
                "2023-02-29",
                "2024-1-5",
                "2024/01/05",
                "31.01.2024",
                "0000-01-01",
                "epoch",
                "infinity",
                "2024-01-05 10:00:00",
                "20240105",
                "10000-01-01",
                "-001-01-01",
                "2024-01-05 (BC)",
            ],
            "type",
        ),
    ),
    "date bounds": (
        options("date", DAYS),
        ["2024-01-10", "2024-01-31", ""],
        {"2024-01-09": "minimum", "2024-02-01": "exclusive_maximum"},
    ),
    "timestamp bounds": (
        options("timestamp", MOMENTS),
        ["2024-01-10T10:00:00.000001", "2024-01-10 11:00", "2024-01-10T12:00:00+01:00"],
        {
            "2024-01-10T10:00:00": "exclusive_minimum",
            "2024-01-10T11:00:00.000001Z": "maximum",
            "2024-01-10T11:30:00": "maximum",
        },
    ),
    "time": (
        "logicalType: time",
        ["10:00", "10:00:00", "23:59:59.999999", "00:00"],
        dict.fromkeys(["24:00", "24:00:00", "9:05", "10:60", "10"], "type"),
    ),
    "time bounds": (
        options("time", "minimum: '09:00', exclusiveMaximum: '17:30:00'"),
        ["09:00:00", "17:29:59.9"],
        {"08:59:59": "minimum", "17:30": "exclusive_maximum"},
    ),
    "object": (
        "logicalType: object",
        ['{"a": 1}', "{}", ""],
        dict.fromkeys(["[1]", "abc", '{"a"', "1", "null"], "type"),
    ),
    "items of an array": (
        options("array", "minItems: 1, maxItems: 2"),
        ["[1]", '[1, "x"]', ""],
        {"[]": "min_items", "[1,2,3]": "max_items", "{}": "type", "x": "type"},
    ),
    "DECIMAL": (
        "logicalType: number, physicalType: 'DECIMAL(6,2)'",
        ["1", "1.10", "-9999.99", ".5", "5.", "1.100000000000000000000000000000", "1e2", "1.5e-1"],
        dict.fromkeys(
            [
                "1.005",
                "10000",
                "0.001",
                "1.0000000000000000000000001",
                "1.5e-2",
                "1e-9",
                "1e400",
                "nan",
                "1.00000000000000001e0",
            ],
            "type",
        ),
    ),
    "DECIMAL(38,10)": (
        "logicalType: number, physicalType: 'NUMERIC(38,10)'",
        ["1234567890123456789012345678.0123456789"],
        {"1.01234567891": "type"},
    ),
}


@pytest.mark.parametrize("rule", RULES)
def test_a_rule_accepts_and_rejects_what_docs_contract_md_says(rule: str, tmp_path: Path) -> None:
    keys, good, bad = RULES[rule]
    gated = column(tmp_path, keys, [*good, *bad])
    found = {row["_row"]["v"]: [reason["rule"] for reason in row["_reasons"]] for row in gated.rejected}
    assert found == {text: [code] for text, code in bad.items()}
    assert [row["n"] for row in gated.accepted] == [str(at) for at in range(len(good))]


VALUES: dict[str, tuple[str, dict[str, Any]]] = {
    "integers": ("logicalType: integer", {"+7": 7, "007": 7, "-0": 0, "9223372036854775807": 2**63 - 1}),
    "98.0 as an integer": (
        "logicalType: integer, customProperties: [{property: integerForm, value: decimal}]",
        {"98.0": 98, "-1.00": -1},
    ),
    "numbers": ("logicalType: number", {"1e3": 1000.0, ".5": 0.5, "0.1": 0.1, "5.": 5.0}),
    "DECIMAL to the last digit": (
        "logicalType: number, physicalType: 'DECIMAL(38,10)'",
        {
            "1234567890123456789012345678.0123456789": Decimal("1234567890123456789012345678.0123456789"),
            "0.1": Decimal("0.1000000000"),
        },
    ),
    "timestamps become UTC": (
        "logicalType: timestamp",
        {
            "2024-01-31T10:00:00": datetime(2024, 1, 31, 10),
            "2024-01-31 10:00": datetime(2024, 1, 31, 10),
            "2024-01-31T10:00:00+02:00": datetime(2024, 1, 31, 8),
            "2024-01-01T01:00:00+02": datetime(2023, 12, 31, 23),
            "2024-01-31T10:00:00-05:30": datetime(2024, 1, 31, 15, 30),
            "2024-01-31T10:00:00Z": datetime(2024, 1, 31, 10),
            "2024-01-31T10:00:00.123456": datetime(2024, 1, 31, 10, 0, 0, 123456),
            "0001-01-01 00:00:00": datetime(1, 1, 1),
        },
    ),
    "times": ("logicalType: time", {"10:00": time(10), "23:59:59.25": time(23, 59, 59, 250_000)}),
    "booleans": ("logicalType: boolean", {"TRUE": True, "0": False}),
    "dates written dd.MM.yyyy": (options("date", "format: dd.MM.yyyy"), {"31.01.2024": date(2024, 1, 31)}),
    "dates written d/M/yy": (
        options("date", "format: d/M/yy"),
        {"1/2/24": date(2024, 2, 1), "11/12/24": date(2024, 12, 11)},
    ),
    "a date format with a time of day": (
        options("date", "format: yyyy-MM-dd HH:mm"),
        {"2024-01-31 10:05": datetime(2024, 1, 31, 10, 5)},
    ),
    "timestamps with an offset in the format": (
        options("timestamp", "format: \"yyyy-MM-dd'T'HH:mm:ssXXX\""),
        {"2024-01-31T10:00:00+02:00": datetime(2024, 1, 31, 8), "2024-01-31T10:00:00Z": datetime(2024, 1, 31, 10)},
    ),
    "timestamps with milliseconds": (
        options("timestamp", "format: yyyy-MM-dd HH:mm:ss.SSS"),
        {"2024-01-31 10:00:00.250": datetime(2024, 1, 31, 10, 0, 0, 250_000)},
    ),
    "times of twelve hours": (options("time", "format: hh:mm a"), {"12:05 AM": time(0, 5), "01:30 pm": time(13, 30)}),
    "month names": (options("date", "format: d MMM yyyy"), {"5 Jan 2024": date(2024, 1, 5)}),
}


@pytest.mark.parametrize("what", VALUES)
def test_an_accepted_text_becomes_the_value_it_says(what: str, tmp_path: Path) -> None:
    keys, expected = VALUES[what]
    gated = column(tmp_path, keys, list(expected))
    assert [row["v"] for row in gated.accepted] == list(expected.values())


PATTERNS: dict[str, tuple[str, list[str]]] = {
    "dd.MM.yyyy": ("date", ["2024-01-31", "1.1.2024", "31.02.2024", "31.01.24", "31.01.2024 ", "32.01.2024"]),
    "yyyy-MM-dd'T'HH:mm:ssXXX": ("timestamp", ["2024-01-31T10:00:00", "2024-01-31T24:00:00Z", "2024-01-31 10:00:00Z"]),
    "HH:mm": ("time", ["24:00", "9:00", "10:00:00", "10:60"]),
}


@pytest.mark.parametrize("pattern", PATTERNS)
def test_a_date_pattern_is_the_only_form_accepted(pattern: str, tmp_path: Path) -> None:
    logical_type, bad = PATTERNS[pattern]
    gated = column(tmp_path, options(logical_type, f'format: "{pattern}"'), bad)
    assert gated.reasons() == {at: [("v", "type")] for at in range(1, len(bad) + 1)}
