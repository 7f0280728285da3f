"""The public catalogue of reasons: codes never change their meaning and are never used again for another one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
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
    Reason("type", "contract",
           "The value is not of the column's type in any form that type accepts; in JSON, an object, an array or a number "
           "with a fraction or an exponent is no text.",
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
    Reason("still_malformed", "record",
           "A malformed record of an earlier run is sent again, and none of its cells is filled in.",
           "a row of `rejected.csv` with text in `_raw` only",
           "Write the values of `_raw` into their columns before sending the row again."),
    Reason("bad_unit", "gate", "A unit of a JSON document lacks what its rows need, or says that it failed.",
           '`"status": "error"` for one symbol', "Ask the source again for this unit."),
    Reason("extra_column", "gate", "The row has a field that the contract does not list and does not allow.",
           "a `note` column under `extraColumns: reject`", "Leave the column out, or have the contract list it."),
    Reason("derive_failed", "gate", "A derived column can't be computed for this row.",
           "`CAST(note AS INTEGER)` where note is `n/a`", "Correct the columns the expression uses."),
    Reason("unknown_record", "gate", "A row that is sent again names no record that its run rejected.",
           "`_record` 999 where the run rejected records 3 and 7",
           "Fill in `_run` and `_record` as they were in the `rejected.csv`; send new rows in an ordinary file."),
    Reason("already_accepted", "gate",
           "The record was accepted before, by the run that the message names, from rejected rows that were sent again.",
           "record 7, mended and sent on Monday, sent once more on Tuesday",
           "Nothing: the record is in. To correct it, send the right row in an ordinary file."),
    Reason("record_twice", "gate",
           "A file of rejected rows has several rows for one record; the first otherwise valid one stays.",
           "two rows with `_record` 7", "Keep the row that is right."),
)  # fmt: skip


@dataclass(frozen=True)
class Failure:
    """Why a file as a whole failed.

    Attributes:
        code: as in the manifest's `reason`, alerts and reports.
        meaning: one sentence.
        fix: what to do, and who, where it is not the sender.
    """

    code: str
    meaning: str
    fix: str


FAILED_FILES: tuple[Failure, ...] = (
    Failure("empty_file", "The file has no bytes, or nothing but white space.", "Send the file again."),
    Failure("not_of_its_format",
            "The file is no whole JSON document, Parquet file or archive; it may have been cut off on its way.",
            "Send the file again; is it what its ending says?"),
    Failure("bad_header", "The first record of a CSV file can't be read: broken quotes, or bytes of another encoding.",
            "Correct the first line, or have the contract name the real delimiter, quote and encoding."),
    Failure("duplicate_header", "Two columns of the file have one name; upper and lower case are the same here.",
            "Give each column a name of its own."),
    Failure("reserved_column", "A column has a name that is Headgate's own, such as `_row` or `_file`.",
            "Rename the column. A `rejected.csv` held against a contract again keeps both `_run` and `_record`."),
    Failure("resubmission", "The file is a `rejected.csv`, but rejected rows of JSON and Parquet are sent again as `rejected.jsonl`.",
            "Mend the fields under `_row` in the `rejected.jsonl` beside it, and send that."),
    Failure("no_run", "No row of a file of rejected rows says which run rejected it.",
            "Fill `_run` in again; or take `_run` and `_record` off, and the file is an ordinary one."),
    Failure("mixed_runs", "The rejected rows of several runs are in one file.", "Send the rows of each run as one file."),
    Failure("unknown_run", "The pipeline has no such run as the rejected rows in the file name.",
            "Fill `_run` in again as it was; `headgate runs` lists all runs. Rows of another pipeline go into its inbox."),
    Failure("uncommitted_run",
            "The run that the rejected rows in the file name failed or is under way; only a committed run's rows come back.",
            "See what became of it with `headgate runs RUN`, then put the file back."),
    Failure("described_run",
            "The run that the rejected rows in the file name had no contract: it only described its file, and rejected nothing.",
            "Fill `_run` in again as it was; or take `_run` and `_record` off, and the file is an ordinary one."),
    Failure("replayed_run",
            "The run that the rejected rows in the file name was replayed since, and the replay has rejected rows of its own.",
            "Mend the rejected rows of the replay, which the message names, and send those."),
    Failure("pruned_run", "What the run of the rejected rows accepted or rejected is no longer kept, so nothing can be added to it.",
            "Take `_run` and `_record` off, and the file is an ordinary one."),
    Failure("missing_column", "A column that the contract requires is not in the file.",
            "Add the column, or correct its name; the message names a near one."),
    Failure("extra_columns", "The file has columns that the contract does not list, under `extraColumns: reject`.",
            "Leave them out, or have the contract list them."),
    Failure("column_clash", "An extra column has the name of a derived column, or of the contract's but for case or source.",
            "Rename the column, or have the contract or the pipeline name its own otherwise."),
    Failure("too_many_columns", "The file has more columns, or its rows more fields, than `limits.columns`.",
            "Send fewer, or have the project's owner raise the limit in headgate.yaml."),
    Failure("record_too_large", "A record, or a unit of a JSON document, is longer than `limits.record`.",
            "Is a quote never closed? Else have the project's owner raise the limit in headgate.yaml."),
    Failure("decompression_ratio", "A compressed file grows to more than `limits.decompression_ratio` times its size.",
            "Send it less compressed, or have the project's owner raise the limit in headgate.yaml."),
    Failure("record_path_not_found", "The contract's `recordPath` leads nowhere in the JSON document.",
            "Is it an error message of the source? Else have the contract's owner correct the path."),
    Failure("file_check_failed", "A statement of the contract about the whole file is not true.",
            "Send the whole file, or correct its values; the message names the check."),
    Failure("max_rejected", "More rows were rejected than the pipeline's `max_rejected` allows.",
            "Look at the reasons of the rejected rows; often one mistake is in all of them."),
    Failure("too_large_for_function", "The file, as it is or unpacked, is larger than what the function that took it has room for.",
            "Set `deploy.large_queue: true` in headgate.yaml, then `headgate deploy apply`, and `headgate worker --queue large` "
            "where there is room; then put the file back."),
    Failure("books_do_not_close", "Headgate lost count of rows or bytes, so that nothing was published: a bug.",
            "Keep the file and report this to the makers of Headgate."),
)  # fmt: skip

BY_CODE = {reason.code: reason for reason in CATALOGUE}


def render_catalogue() -> str:
    """The catalogue as the Markdown table of docs/reasons.md."""
    rows = [(f"`{r.code}`", r.source, r.meaning, r.example, r.fix) for r in CATALOGUE]
    return _table(("code", "from", "meaning", "example", "how to fix"), rows)


def render_failed_files() -> str:
    """The codes of failed files as the second table of docs/reasons.md."""
    rows = [(f"`{failure.code}`", failure.meaning, failure.fix) for failure in FAILED_FILES]
    return _table(("code", "meaning", "how to fix"), rows)


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [f"| {' | '.join(head)} |", "|" + "---|" * len(head)]
    lines += ["| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in rows]
    return "\n".join(lines) + "\n"
