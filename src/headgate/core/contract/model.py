"""What a data contract says, in the gate's own words; made by `load`, read by the gate, never changed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from headgate.core.errors import Place

LogicalType = Literal["string", "date", "timestamp", "time", "number", "integer", "boolean", "object", "array"]
Severity = Literal["error", "warning"]
FileFormat = Literal["csv", "json", "jsonl", "parquet"]
ExtraColumns = Literal["keep", "drop", "reject"]


@dataclass(frozen=True)
class Column:
    """One column of the contract, that is one ODCS property.

    Attributes:
        name: the name in accepted output (ODCS `name`).
        source: the header or field it is read from (ODCS `physicalName`, else `name`).
        type: ODCS `logicalType`; string when the contract gives none.
        decimal: (precision, scale) when `physicalType` is DECIMAL(p,s) or NUMERIC(p,s) on a number column.
        format: ODCS `logicalTypeOptions.format` as written (JDK date pattern for date, timestamp and time; email, uuid,
            uri for string), or None for the ISO 8601 default.
        null_tokens: texts that mean "missing", compared after stripping white space.
        integer_form: `digits` accepts `[+-]?\\d+`; `decimal` also accepts a zero fraction (`98.0`).
        true_values, false_values: texts of a boolean, compared case-folded; empty means true/false/1/0.
        sensitive: its values are masked in everything printed, logged or mailed.
    """

    name: str
    source: str
    type: LogicalType = "string"
    required: bool = False
    decimal: tuple[int, int] | None = None
    format: str | None = None
    null_tokens: tuple[str, ...] = ()
    integer_form: Literal["digits", "decimal"] = "digits"
    true_values: tuple[str, ...] = ()
    false_values: tuple[str, ...] = ()
    sensitive: bool = False
    description: str | None = None


@dataclass(frozen=True)
class RowRule:
    """A rule that one row satisfies or breaks.

    Presence and type of a column are rules too, with codes `required` and `type`.

    Attributes:
        id: unique in the contract and stable over reorderings: `<column>.<code>`, `row.<name>` for row rules; a number
            (`.2`) is added when one column carries the same code twice.
        code: a code of the published catalogue (docs/reasons.md): required, type, minimum, maximum, exclusive_minimum,
            exclusive_maximum, min_length, max_length, pattern, format, valid_values, invalid_pattern, multiple_of,
            min_items, max_items, unique, primary_key, row_rule.
        columns: names of the columns concerned (one; several for primary_key, unique and row_rule, none for a row_rule
            that names no column).
        argument: the bound, pattern, tuple of values, or SQL expression; None where the code says all.
        message: what a person reads, without the value: "must be at least 0".
        severity: `error` rejects the row, `warning` only counts it.
    """

    id: str
    code: str
    columns: tuple[str, ...]
    argument: Any = None
    message: str = ""
    severity: Severity = "error"
    where: Place | None = None


@dataclass(frozen=True)
class FileCheck:
    """A statement about the file as a whole; it rejects no row.

    Attributes:
        metric: rowCount, nullValues, missingValues, invalidValues, duplicateValues, or sql.
        columns: column names the metric is about; empty for rowCount and sql.
        arguments: validValues, pattern, missingValues of the metric, as in the contract.
        query: for `sql`, one SELECT giving one number; `${table}` or `{table}` stands for the accepted rows.
        unit: `rows` or `percent` (of the records).
        operator: mustBe, mustNotBe, mustBeGreaterThan, mustBeGreaterOrEqualTo, mustBeLessThan, mustBeLessOrEqualTo,
            mustBeBetween, mustNotBeBetween.
        threshold: a number, or (low, high) for the two between operators; both ends included.
        skipped: why it can't be judged (an unknown metric, text-only quality); then nothing else is used.
    """

    id: str
    metric: str
    columns: tuple[str, ...] = ()
    arguments: dict[str, Any] = field(default_factory=dict)
    query: str | None = None
    unit: Literal["rows", "percent"] = "rows"
    operator: str | None = None
    threshold: Any = None
    message: str = ""
    severity: Severity = "error"
    skipped: str | None = None
    where: Place | None = None


@dataclass(frozen=True)
class UnitCheck:
    """JSON documents: what a unit (the value one `*` step above the rows) must have, else it is rejected as one record.

    Attributes:
        absent_or_equal: field path → value; a present field with another value rejects the unit.
        required: field paths that must be present and not null.
    """

    absent_or_equal: tuple[tuple[str, str], ...] = ()
    required: tuple[str, ...] = ()


@dataclass(frozen=True)
class Layout:
    """How a file is written: the contract's customProperties. Nothing here is ever sniffed.

    Attributes:
        file_format: None means by the file name's ending, csv when that says nothing.
        compression: None means by the file name's ending.
        record_path: JSON documents: `$[*]`, `$.rows[*]`, `$.*.values[*]`: steps `.name`, `.*` (each value of a map),
            `[*]`.
        parent_fields: column name → path inside the unit, carried down to each of its rows.
    """

    file_format: FileFormat | None = None
    delimiter: str = ","
    quote: str = '"'
    escape: str = '"'
    encoding: str = "utf-8"
    compression: Literal["none", "gzip", "zstd", "bzip2"] | None = None
    record_path: str | None = None
    parent_fields: tuple[tuple[str, str], ...] = ()
    unit_check: UnitCheck = UnitCheck()
    extra_columns: ExtraColumns = "keep"


@dataclass(frozen=True)
class Contract:
    """One schema object of one ODCS document, ready to be enforced.

    Attributes:
        rules: in the order of reasons: by column in contract order (required, type, then the others), then primary
            key, then rules about several columns.
        document: the parsed YAML, as plain Python values (for the fingerprint, `sla` and `contract explain`).
        sla: ODCS slaProperties as written.
        uses_sql: true when a row rule or a sql check needs sqlglot to be imported.
    """

    id: str
    version: str
    name: str
    schema: str
    columns: tuple[Column, ...]
    rules: tuple[RowRule, ...] = ()
    checks: tuple[FileCheck, ...] = ()
    layout: Layout = Layout()
    sla: tuple[dict[str, Any], ...] = ()
    file: str = ""
    document: dict[str, Any] = field(default_factory=dict, repr=False, compare=False)

    def column(self, name: str) -> Column:
        """The column of that name.

        Raises:
            KeyError: the contract has none.
        """
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(name)

    @property
    def uses_sql(self) -> bool:
        """True when a row rule or a sql check needs sqlglot."""
        return any(rule.code == "row_rule" for rule in self.rules) or any(check.query for check in self.checks)
