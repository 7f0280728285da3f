"""The named cases: what each odd CSV file costs, exactly."""

from __future__ import annotations

import pytest

from headgate.core.contract.model import Layout
from headgate.core.errors import FileFailed
from headgate.core.reading.source import Limits
from tests import oracle
from tests.core.reading.framed import Framed, frame

CSV = Layout("csv")
CHUNKS = pytest.mark.parametrize("chunk", [1, 3, 64, 1 << 20])


def good(framed: Framed) -> list[tuple[str, ...]]:
    return [cells for cells in framed.cells if cells[0] != framed.framing.placeholder]


def refused(content: bytes, layout: Layout = CSV, chunk: int = 1 << 20, limits: Limits | None = None) -> FileFailed:
    with pytest.raises(FileFailed) as failed:
        frame(content, layout, chunk, limits=limits)
    return failed.value


@CHUNKS
@pytest.mark.parametrize(
    "content", [b"", b"\n", b"\r\n\r\n\n", b"\xef\xbb\xbf", b"\xef\xbb\xbf\r\n", b"  \n", b"\t\n1\n"]
)
def test_a_file_without_a_header_is_an_empty_file(content, chunk):
    assert refused(content, CSV, chunk).code == "empty_file"


@CHUNKS
@pytest.mark.parametrize(
    "content", [b"a,b", b"a,b\n", b"a,b\r\n", b"a,b\r", b'"a","b"', b"\xef\xbb\xbfa,b\n", b"\n\na,b"]
)
def test_a_header_alone_is_a_file_of_no_records(content, chunk):
    framed = frame(content, CSV, chunk)
    assert (framed.framing.header, framed.framing.records, framed.cells) == (("a", "b"), 0, [])


@CHUNKS
@pytest.mark.parametrize("content", [b'a,"b\n1,2\n', b'"a"x,b\n1,2\n', b"a,\xff\n1,2\n"])
def test_a_header_that_cannot_be_read_fails_the_file(content, chunk):
    assert refused(content, CSV, chunk).code == "bad_header"


@CHUNKS
@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("last", [True, False])
def test_any_line_break_ends_a_record_and_the_last_needs_none(ending, last, chunk):
    content = ending.join(["a,b", "1,2", '"x\ny",4']) + (ending if last else "")
    framed = frame(content.encode(), CSV, chunk)
    assert framed.cells == [("1", "2"), ("x\ny", "4")]
    assert framed.lines == [2, 3]


@CHUNKS
def test_line_breaks_may_be_mixed(chunk):
    framed = frame(b"a,b\r1,2\n3,4\r\n5,6\r\r\n7,8", CSV, chunk)
    assert framed.cells == [("1", "2"), ("3", "4"), ("5", "6"), ("7", "8")]
    assert framed.lines == [2, 3, 4, 6]
    assert framed.framing.bytes.blank == 2


@CHUNKS
def test_line_breaks_inside_quotes_are_text_and_count_as_lines(chunk):
    framed = frame(b'a,b\n"1\n2\r\n3\r4",x\n"5\r",y\n6,z\n', CSV, chunk)
    assert framed.cells == [("1\n2\r\n3\r4", "x"), ("5\r", "y"), ("6", "z")]
    assert framed.lines == [2, 6, 8]


@CHUNKS
def test_blank_lines_at_the_start_in_the_middle_and_at_the_end_are_no_records(chunk):
    framed = frame(b"\r\n\na,b\n\n1,2\n\n\n3,4\n\n", CSV, chunk)
    assert framed.cells == [("1", "2"), ("3", "4")]
    assert framed.lines == [5, 8]
    assert framed.framing.bytes.blank == 7


def test_a_line_of_spaces_is_a_record():
    assert frame(b"a\n \n", CSV).cells == [(" ",)]
    assert frame(b"a,b\n \n", CSV).codes == {1: "too_few_fields"}


@CHUNKS
def test_nul_bytes_are_text(chunk):
    framed = frame(b'a,b\n\0,x\0y\n"\0",\n', CSV, chunk)
    assert framed.cells == [("\0", "x\0y"), ("\0", "")]


@pytest.mark.parametrize("encoding", ["utf-8", "latin-1", "utf-16"])
@pytest.mark.parametrize("quoted", [True, False])
def test_a_cell_of_ten_megabytes_is_a_cell(encoding, quoted):
    cell = "é" * 10_000_000
    row = f'1,"{cell}"' if quoted else f"1,{cell}"
    framed = frame(f"a,b\n0,x\n{row}\n2,y\n".encode(encoding), Layout("csv", encoding=encoding))
    assert framed.cells == [("0", "x"), ("1", cell), ("2", "y")]


def test_two_thousand_columns_are_read_and_a_short_row_among_them_costs_itself():
    names = [f"c{number}" for number in range(2000)]
    rows = [names, ["x"] * 2000, ["y"] * 1999, ['"z\n"'] * 2000]
    framed = frame("\n".join(",".join(row) for row in rows).encode(), CSV, 1000)
    assert framed.codes == {2: "too_few_fields"}
    assert good(framed) == [("x",) * 2000, ("z\n",) * 2000]


def test_equal_names_in_a_header_are_not_the_framers_business():
    assert frame(b"a,a,A\n1,2,3\n", CSV).framing.header == ("a", "a", "A")


@CHUNKS
def test_a_stray_quote_costs_its_row_and_no_other(chunk):
    framed = frame(b'a,b\n1,2\n3,"4\n5,6\n"7"x,8\n9,1"0\n"a""b",""\n', CSV, chunk)
    assert framed.codes == {2: "text_after_quote", 4: "text_after_quote"}
    assert good(framed) == [("1", "2"), ("5", "6"), ("9", '1"0'), ('a"b', "")]


def test_an_unclosed_quote_early_in_a_big_file_costs_one_row():
    rows = b"".join(b"%d,row\n" % number for number in range(300_000))
    framed = frame(b'a,b\n1,"open\n' + rows, CSV, read=False)
    assert framed.codes == {1: "open_quote"}
    assert framed.malformed[0][2:] == ('1,"open', b'1,"open\n')
    assert framed.lines == list(range(2, 300_003))
    assert framed.framing.longest < 1000


@CHUNKS
def test_a_quote_still_open_at_the_record_limit_costs_its_first_line(chunk):
    content = b'a,b\n1,"' + b"x\n" * 30 + b'",y\n2,"' + b"x\n" * 5 + b'"\n'
    framed = frame(content, CSV, chunk, limits=Limits(record=20))
    assert framed.codes == {1: "open_quote"} | dict.fromkeys(range(2, 31), "too_few_fields") | {31: "text_after_quote"}
    assert framed.framing.records == 32
    assert good(framed) == [("2", "x\n" * 5)]


@CHUNKS
@pytest.mark.parametrize("size", [19, 20, 21])
@pytest.mark.parametrize("ending", [b"", b"\n", b"\r\n"])
def test_the_record_limit_counts_the_record_without_its_line_break(size, ending, chunk):
    content = b"a,b\n1,2\n" + b"x," + b"y" * (size - 2) + ending
    if size > 20:
        assert refused(content, CSV, chunk, Limits(record=20)).code == "record_too_large"
    else:
        assert frame(content, CSV, chunk, limits=Limits(record=20)).framing.records == 2


@CHUNKS
@pytest.mark.parametrize(
    "row", [b"x," + b"y" * 99, b'"' + b"x" * 99, b'"x"' + b"y" * 99, b'"x\n",' + b"y" * 99, b",".join([b"1"] * 99)]
)
def test_a_line_over_the_record_limit_fails_the_file_and_names_the_setting(row, chunk):
    failed = refused(b"a,b\n1,2\n" + row + b"\n3,4\n", CSV, chunk, Limits(record=50))
    assert failed.code == "record_too_large"
    assert failed.where
    assert failed.where.line == 3
    assert "limits.record" in str(failed)


@CHUNKS
def test_a_header_over_the_record_limit_fails_the_file(chunk):
    assert refused(b"a" * 99 + b"\n", CSV, chunk, Limits(record=50)).code == "record_too_large"


@CHUNKS
def test_a_cell_that_starts_with_a_byte_order_mark_keeps_it(chunk):
    framed = frame("\n\ufeffa,b\n\ufeff1,2\n".encode(), CSV, chunk)
    assert framed.framing.header == ("\ufeffa", "b")
    assert framed.cells == [("\ufeff1", "2")]


@CHUNKS
@pytest.mark.parametrize("width", [1, 3])
def test_undecodable_bytes_are_told_before_the_number_of_fields_and_after_broken_quoting(width, chunk):
    header = b",".join([b"a"] * width)
    framed = frame(header + b'\n\xff,1\n"x"\xff,\n', CSV, chunk)
    assert framed.codes == {1: "undecodable", 2: "text_after_quote"}
    assert framed.malformed[0][2:] == ("\\xff,1", b"\xff,1\n")


@CHUNKS
@pytest.mark.parametrize("order", ["utf-16-le", "utf-16-be"])
def test_utf_16_is_read_in_the_order_of_its_byte_order_mark(order, chunk):
    framed = frame("\ufeffa,b\né,😀\n".encode(order), Layout("csv", encoding="utf-16"), chunk)
    assert framed.framing.header == ("a", "b")
    assert framed.cells == [("é", "😀")]


@pytest.mark.parametrize("chunk", range(1, 40))
def test_a_delimiter_of_several_bytes_may_stand_at_the_record_limit(chunk):
    content = 'a😀b😀c\n"1\n234567890\n"😀x😀"y\n'.encode()
    framed = frame(content, Layout("csv", delimiter="😀"), chunk, limits=Limits(record=20))
    assert framed.codes == {1: "open_quote", 2: "too_few_fields", 3: "text_after_quote"}


def malformed_tail(before: int, malformed: int, after: int, row: bytes = b"%d,bad row\n") -> bytes:
    rows = [b"%d,good,row\n" % number for number in range(before)]
    rows += [row % number for number in range(malformed)]
    return b"a,b,c\n" + b"".join(rows + [b"%d,good,end\n" % number for number in range(after)])


@pytest.mark.parametrize("row", [b"%d,bad row\n", b'%d,"bad"\n', b'%d,"bad"x,1\n', b"%d,\xff,1\n", b"\n%d\n"])
def test_a_run_of_malformed_lines_costs_itself_and_takes_time_in_proportion(row):
    framed = frame(malformed_tail(1000, 20_000, 10, row), CSV)
    assert framed.framing.malformed == 20_000
    assert len(good(framed)) == 1010
    assert good(framed)[-1] == ("9", "good", "end")


@pytest.mark.slow
def test_ten_good_rows_behind_400_000_malformed_ones_are_not_lost():
    content = malformed_tail(600_000, 400_000, 10)
    framed = frame(content, CSV)
    reading = oracle.read_csv(content)
    assert framed.codes == dict.fromkeys(range(600_001, 1_000_001), "too_few_fields")
    assert good(framed) == [tuple(record.cells) for record in reading.records if not record.code]
    assert framed.lines == [record.line for record in reading.records]
    assert [raw for *_, raw in framed.malformed] == [record.raw for record in reading.records if record.code]
