"""Why a row was rejected, as SQL over the joined tables of `rejects`: m (masks), f (malformed), l (late), t (raw cells)."""

from __future__ import annotations

from headgate.core.contract.model import RowRule
from headgate.core.gate import sql
from headgate.core.gate.plan import BITS, Plan
from headgate.core.gate.resubmission import ACCEPTED, TWICE, UNKNOWN
from headgate.core.gate.tables import FRAMED, MALFORMED

MASK = "***"
VALUE_LENGTH = 200
RECORD_MESSAGES = {
    "too_few_fields": "the record has too few fields",
    "too_many_fields": "the record has too many fields",
    "text_after_quote": "there is text after a closing quote",
    "open_quote": "a quoted field is never closed",
    "undecodable": "the record has bytes that are not in the encoding of the file",
    "not_json": "the record is not JSON",
    "bad_unit": "the unit can't be used",
    UNKNOWN: "the run rejected no such record",
    ACCEPTED: "the record was accepted before",
    TWICE: "the record is in this file more than once, and the first row stays",
}
_UNJOINED = (UNKNOWN, ACCEPTED, TWICE)
_COLUMN = "CASE WHEN r.\"column\" = '' THEN '' ELSE r.\"column\" || ': ' END"
_VALUE = "CASE WHEN r.value IS NULL OR r.rule = 'required' THEN '' ELSE ' got ' || to_json(r.value) END"
_REASON = f"{_COLUMN} || r.message || ' [' || r.rule || ']' || {_VALUE}"
REASONS_TEXT = f"array_to_string(list_transform(reasons, lambda r: {_REASON}), '; ')"
"""SQL: the reasons of a row of the table `rejected` as one text for people."""


class Reasons:
    """Builds the list of {column, rule, message, value} of a rejected row; values of sensitive columns are masked."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._cell = {name: f"t.c{at}" for at, name in enumerate(plan.table.names)}
        self._sensitive = {column.name for column in plan.contract.columns if column.sensitive}

    def is_malformed(self) -> str:
        return f"m.{self._plan.cells.fault} <> 0"

    def struct_list(self) -> str:
        """Every rule the row breaks, in contract order, then what was found late; or the one reason of a malformed record."""
        broken = ", ".join(self._broken(at, rule) for at, rule in enumerate(self._plan.errors))
        of_rules = f"list_filter([{broken}], lambda r: r IS NOT NULL)" if broken else "[]"
        late = f"list_transform(coalesce(l.late, []), lambda r: {self._late()})"
        return f"CASE WHEN {self.is_malformed()} THEN [{self._malformed()}] ELSE list_concat({of_rules}, {late}) END"

    def raw(self) -> str:
        """The text of a malformed record."""
        fault = f"m.{self._plan.cells.fault}"
        return f"CASE WHEN {fault} = {FRAMED} THEN f.text WHEN {fault} <> 0 THEN t.j END"

    def raw_bytes(self) -> str:
        """The exact bytes of a malformed record, in base64."""
        return f"CASE WHEN m.{self._plan.cells.fault} = {FRAMED} THEN f.base64 END"

    def _broken(self, at: int, rule: RowRule) -> str:
        word = f"m.{self._plan.cells.errors(at // BITS)}"
        struct = _struct(
            sql.text(",".join(rule.columns)), sql.text(rule.code), sql.text(rule.message), self._value(rule)
        )
        return f"CASE WHEN ({word} >> {at % BITS}) & 1 = 1 THEN {struct} END"

    def _value(self, rule: RowRule) -> str:
        if any(name in self._sensitive for name in rule.columns):
            return sql.text(MASK)
        cells = [(name, self._raw_cell(name)) for name in rule.columns]
        if len(cells) == 1:
            return f"left({cells[0][1]}, {VALUE_LENGTH})"
        pairs = [f"{sql.text(name + '=')} || coalesce(left({cell}, {VALUE_LENGTH}), '')" for name, cell in cells]
        return " || ', ' || ".join(pairs) or "NULL"

    def _raw_cell(self, name: str) -> str:
        return self._cell.get(self._plan.contract.column(name).source, "NULL::VARCHAR")

    def _late(self) -> str:
        """A repeated key, a failed derived column, a row that can't be joined; `r` is {rule, detail}."""
        said = " ".join(f"WHEN '{code}' THEN {sql.text(RECORD_MESSAGES[code] + ': ')}" for code in _UNJOINED)
        unjoined = _struct("''", "r.rule", f"CASE r.rule {said} END || r.detail", "NULL::VARCHAR")
        branches = [f"WHEN r.rule IN ({sql.texts(_UNJOINED)}) THEN {unjoined}"]
        for rule in self._plan.keys:
            message = f"{sql.text(rule.message + ', ')} || r.detail"
            struct = _struct(sql.text(",".join(rule.columns)), sql.text(rule.code), message, self._value(rule))
            branches.append(f"WHEN r.rule = {sql.text(rule.id)} THEN {struct}")
        derived = _struct("substr(r.rule, 8)", "'derive_failed'", "'can''t be computed for this row'", "NULL::VARCHAR")
        return f"CASE {' '.join(branches)} ELSE {derived} END"

    def _malformed(self) -> str:
        framed = " ".join(f"WHEN {sql.text(code)} THEN {sql.text(text)}" for code, text in RECORD_MESSAGES.items())
        codes = " ".join(f"WHEN {fault} THEN {sql.text(code)}" for fault, code in enumerate(MALFORMED, 1) if fault > 1)
        texts = " ".join(
            f"WHEN {fault} THEN {sql.text(text)}" for fault, text in enumerate(MALFORMED.values(), 1) if fault > 1
        )
        fault = f"m.{self._plan.cells.fault}"
        detail = "CASE WHEN coalesce(f.detail, '') = '' THEN '' ELSE ': ' || f.detail END"
        return _struct(
            "''",
            f"CASE {fault} {codes} ELSE f.code END",
            f"CASE {fault} {texts} ELSE CASE f.code {framed} END || {detail} END",
            "NULL::VARCHAR",
        )


def _struct(column: str, rule: str, message: str, value: str) -> str:
    return f"{{'column': {column}, 'rule': {rule}, 'message': {message}, 'value': {value}}}"
