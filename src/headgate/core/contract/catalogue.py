"""The public catalogue of reasons: codes never change their meaning and are never used again for another one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Source = Literal["contract", "record", "gate"]


@dataclass(frozen=True)
class Reason:
    """One code.

    Attributes:
        code: as in `rejected.csv`, manifests and reports.
        source: `contract` for a rule of the contract, `record` for a record that could not be read as one, `gate` for
            what the gate finds beside them.
        meaning: one sentence.
        example: a value or record that gets it, and under which rule.
        fix: what the sender can do.
    """

    code: str
    source: Source
    meaning: str
    example: str
    fix: str


CATALOGUE: tuple[Reason, ...] = (
    Reason("required", "contract",
           "A value must be there, and the cell is missing: empty, only white space, or a null token.",
           "an empty `order_id`", "Fill the cell in."),
    Reason("type", "contract", "The text is not of the column's type in any form that type accepts.",
           "`12 GB` in an integer column", "Write the value as docs/contract.md says for its type."),
    Reason("minimum", "contract", "The value is below the lowest one allowed.", "`-1` where the minimum is 0",
           "Send a value at or above the bound."),
    Reason("maximum", "contract", "The value is above the highest one allowed.", "`101` where the maximum is 100",
           "Send a value at or below the bound."),
    Reason("exclusive_minimum", "contract", "The value is not greater than its bound.",
           "`0` where it must be greater than 0",
           "Send a value above the bound; the bound itself is too low."),
    Reason("exclusive_maximum", "contract", "The value is not less than its bound.",
           "`100` where it must be less than 100",
           "Send a value below the bound; the bound itself is too high."),
    Reason("multiple_of", "contract", "The number is not a multiple of the step.", "`0.07` where the step is 0.05",
           "Round to the step."),
    Reason("min_length", "contract", "The text has too few characters.", "`AB` where 3 are needed",
           "Send the whole text; was a leading zero lost?"),
    Reason("max_length", "contract", "The text has too many characters.", "`USDX` where 3 are allowed",
           "Shorten the text."),
    Reason("pattern", "contract", "The text does not match the column's pattern.", "`ord-1` under `^ORD[0-9]+$`",
           "Write the text the way the pattern shows; case counts."),
    Reason("format", "contract", "The text is not of the named format: email, uuid, uri, hostname, ipv4, ipv6, byte.",
           "`ann@` as an email", "Correct the text."),
    Reason("valid_values", "contract", "The value is none of the listed ones.", "`Eurasia` among the continents",
           "Use a listed value; case counts. A new one needs a new contract version."),
    Reason("invalid_pattern", "contract", "The text does not match the pattern of an invalidValues metric.",
           "`DE12` as an IBAN", "Write the text the way the pattern shows; case counts."),
    Reason("min_items", "contract", "The array has too few entries.", "`[]` where 1 is needed", "Send all entries."),
    Reason("max_items", "contract", "The array has too many entries.", "4 entries where 3 are allowed",
           "Send fewer entries, or several rows."),
    Reason("unique", "contract", "An earlier, otherwise valid row has the same value; that row stays.",
           "`A1` on line 9, first seen on line 4", "Remove the repeated row, or correct the value."),
    Reason("primary_key", "contract", "An earlier, otherwise valid row has the same key; that row stays.",
           "`ACME, 2024-05-01` twice", "Remove the repeated row, or correct its key."),
    Reason("row_rule", "contract", "The row breaks a rule about several columns.", "low 9, open 7 under `low <= open`",
           "Correct the columns the rule names."),
    Reason("too_few_fields", "record", "The record has fewer fields than the header.",
           "`A1,5` under three column names",
           "Add the missing delimiters; was a line broken inside a cell without quotes?"),
    Reason("too_many_fields", "record", "The record has more fields than the header.",
           "`A1,5,x,y` under three column names",
           "Put cells that hold the delimiter between quotes."),
    Reason("text_after_quote", "record", "Text follows a closing quote before the next delimiter.", '`"ACME" Ltd,5`',
           "Put the whole cell between quotes and double the quotes inside it."),
    Reason("open_quote", "record", "A quoted field never closes; only its first line is taken for the record.",
           '`"ACME,5` with no other quote', "Close the quote, or double it if it belongs to the text."),
    Reason("undecodable", "record", "Bytes of the record are not valid in the file's encoding.",
           "the byte E9 in a utf-8 file",
           "Save the file in the contract's encoding, or have the contract name the real one."),
    Reason("not_json", "record", "The record is not JSON.", '`{"a": 1,}`',
           "Write valid JSON, one document per line in JSONL."),
    Reason("not_an_object", "record", "The record is JSON, but no object.", "`[1, 2]` where a row is expected",
           "Send each row as an object with named fields."),
    Reason("duplicate_key", "record", "An object has the same field twice.", '`{"a": 1, "a": 2}`',
           "Send each field once."),
    Reason("bad_unit", "gate", "A unit of a JSON document lacks what its rows need, or says that it failed.",
           '`"status": "error"` for one symbol', "Ask the source again for this unit."),
    Reason("extra_column", "gate", "The row has a field that the contract does not list and does not allow.",
           "a `note` column under `extraColumns: reject`", "Leave the column out, or have the contract list it."),
    Reason("derive_failed", "gate", "A derived column can't be computed for this row.",
           "`CAST(note AS INTEGER)` where note is `n/a`", "Correct the columns the expression uses."),
)  # fmt: skip

BY_CODE = {reason.code: reason for reason in CATALOGUE}


def render_catalogue() -> str:
    """The catalogue as the Markdown table of docs/reasons.md."""
    lines = ["| code | from | meaning | example | how to fix |", "|---|---|---|---|---|"]
    for r in CATALOGUE:
        cells = (f"`{r.code}`", r.source, r.meaning, r.example, r.fix)
        lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    return "\n".join(lines) + "\n"
