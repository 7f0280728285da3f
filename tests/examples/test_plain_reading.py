"""The plain reading itself, on inputs small enough to judge by eye."""

import pytest

from tests.examples.plain_reading import Judged, read

SALES = "order_id,date,model,brand,release_year,price,region,customer_review,ram,storage,color\n"
HEALTH = "event_time,user_id,heart_rate,spo2,steps,temp_c,systolic_bp,diastolic_bp\n"
ORDERS = "order_id,customer_name,product_name,quantity,unit_price\n"
GOOD = "A,Ann,Lamp,1,2.50\n"
BAR = '{"datetime": "2025-09-15", "open": "2", "high": "3", "low": "1", "close": "2", "volume": "7"}'
META = '"meta": {"symbol": "S", "interval": "1day"}'


def reasons(judged: list[Judged]) -> list[set[tuple[str, str]]]:
    return [set(one.reasons) for one in judged]


def places(judged: list[Judged]) -> list[tuple[int, int]]:
    return [(one.record, one.line) for one in judged]


def order(**cells: str) -> list[set[tuple[str, str]]]:
    """Why an order is rejected that is good but for the given cells."""
    row = {"order_id": "A", "customer_name": "Ann", "product_name": "Lamp", "quantity": "1", "unit_price": "2.50"}
    return reasons(read("orders", (ORDERS + ",".join((row | cells).values()) + "\n").encode()))


def sale(**cells: str) -> list[set[tuple[str, str]]]:
    row = dict.fromkeys(SALES.strip().split(","), "")
    row |= {"order_id": "A", "date": "2024-02-29", "brand": "B", "price": "899", "region": "Asia"}
    return reasons(read("smartphone_sales", (SALES + ",".join((row | cells).values()) + "\n").encode()))


def reading(**cells: str) -> list[set[tuple[str, str]]]:
    values = ("2025-09-17T11:59:16.801681Z", "user_1", "100", "100", "21", "37.5", "110", "90")
    row = dict(zip(HEALTH.strip().split(","), values, strict=True))
    return reasons(read("health_metrics", (HEALTH + ",".join((row | cells).values()) + "\n").encode()))


def orders(body: str | bytes) -> list[Judged]:
    return read("orders", ORDERS.encode() + (body.encode() if isinstance(body, str) else body))


def stocks(document: str) -> list[Judged]:
    return read("stocks", document.encode())


def bar(**fields: str) -> list[set[tuple[str, str]]]:
    """Why a bar is rejected that is good but for the given fields, written as JSON."""
    cells = {"datetime": '"2025-09-15"', "open": "2", "high": "3", "low": "1", "close": "2", "volume": "7"} | fields
    text = ", ".join(f'"{name}": {value}' for name, value in cells.items())
    return reasons(stocks(f'{{"S": {{{META}, "values": [{{{text}}}]}}}}'))


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ({}, set()),
        ({"order_id": ""}, {("order_id", "required")}),
        ({"customer_name": '" \t"'}, {("customer_name", "required")}),
        ({"quantity": " 4 "}, {("quantity", "type")}),
        ({"quantity": "1.0"}, {("quantity", "type")}),
        ({"quantity": "+4"}, set()),
        ({"quantity": "0"}, {("quantity", "exclusive_minimum")}),
        ({"unit_price": "1e2"}, set()),
        ({"unit_price": "2.505"}, {("unit_price", "type")}),
        ({"unit_price": "1_000"}, {("unit_price", "type")}),
        ({"unit_price": "nan"}, {("unit_price", "type")}),
        ({"unit_price": "inf"}, {("unit_price", "type")}),
        ({"quantity": "-1", "unit_price": "x"}, {("quantity", "exclusive_minimum"), ("unit_price", "type")}),
    ],
)
def test_an_order_breaks_the_rules_of_its_cells(cells, expected):
    assert order(**cells) == [expected]


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ({}, set()),
        ({"date": "2023-02-29"}, {("date", "type")}),
        ({"date": "2024-2-9"}, {("date", "type")}),
        ({"price": "10000"}, set()),
        ({"price": "10000.01"}, {("price", "maximum")}),
        ({"price": "N/A"}, {("price", "type")}),
        ({"ram": " N/A ", "storage": "N/A"}, set()),
        ({"ram": "0", "storage": "0"}, {("ram", "minimum"), ("storage", "exclusive_minimum")}),
        ({"ram": "33"}, {("ram", "maximum")}),
        ({"region": "asia"}, {("region", "valid_values")}),
        ({"region": "Asia "}, {("region", "valid_values")}),
        ({"release_year": "soon"}, set()),
    ],
)
def test_a_sale_breaks_the_rules_of_its_cells(cells, expected):
    assert sale(**cells) == [expected]


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ({}, set()),
        ({"heart_rate": "98.0"}, set()),
        ({"heart_rate": "98.5"}, {("heart_rate", "type")}),
        ({"heart_rate": "N/A"}, {("heart_rate", "type")}),
        ({"event_time": "2025-09-31T11:59:16Z"}, {("event_time", "type")}),
        ({"event_time": "2025-09-17T13:59:16+02:00"}, set()),
        ({"event_time": "1758110356"}, {("event_time", "type")}),
        ({"temp_c": "40.01", "spo2": "89"}, {("temp_c", "maximum"), ("spo2", "minimum")}),
        ({"diastolic_bp": "111"}, {("diastolic_bp,systolic_bp", "row_rule")}),
        ({"diastolic_bp": "110"}, set()),
        (
            {"diastolic_bp": "121"},
            {("diastolic_bp", "maximum"), ("diastolic_bp,systolic_bp", "row_rule")},
        ),
        ({"systolic_bp": "", "diastolic_bp": "119"}, {("systolic_bp", "required")}),
        ({"systolic_bp": "low", "diastolic_bp": "119"}, {("systolic_bp", "type")}),
    ],
)
def test_a_reading_breaks_the_rules_of_its_cells(cells, expected):
    assert reading(**cells) == [expected]


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, set()),
        ({"open": '"2"', "volume": '"7"'}, set()),
        ({"close": "null"}, {("close", "required")}),
        ({"volume": "7.0"}, {("volume", "type")}),
        ({"volume": "true"}, {("volume", "type")}),
        ({"low": "-1"}, {("low", "minimum")}),
        ({"low": "2.5"}, {("high,low,open", "row_rule"), ("close,high,low", "row_rule")}),
        ({"close": "4"}, {("close,high,low", "row_rule")}),
        ({"open": '""', "close": "0.5"}, {("open", "required"), ("close,high,low", "row_rule")}),
        ({"datetime": '"2025-09-15 09:30:00"'}, {("datetime", "type")}),
    ],
)
def test_a_bar_breaks_the_rules_of_its_fields(fields, expected):
    assert bar(**fields) == [expected]


def test_the_first_of_equal_keys_stays():
    duplicate = {("order_id", "primary_key")}
    assert reasons(orders(GOOD + GOOD + GOOD)) == [set(), duplicate, duplicate]


def test_a_duplicate_of_a_rejected_row_is_accepted():
    found = reasons(orders("A,Ann,Lamp,0,2.50\n" + GOOD))
    assert found == [{("quantity", "exclusive_minimum")}, set()]


def test_a_rejected_row_is_not_called_a_duplicate_too():
    assert reasons(orders(GOOD + "A,Ann,Lamp,0,2.50\n"))[1] == {("quantity", "exclusive_minimum")}


def test_columns_are_found_by_name_and_others_ignored():
    data = b"unit_price,note,quantity,order_id,product_name,customer_name\n2.5,x,1,A,Lamp,Ann\n"
    assert reasons(read("orders", data)) == [set()]


def test_a_missing_optional_column_is_missing_in_each_row():
    data = b"order_id,date,brand,price,region\nA,2024-02-29,B,899,Asia\n"
    assert reasons(read("smartphone_sales", data)) == [set()]


def test_blank_lines_count_as_lines_and_not_as_records():
    assert places(orders("\n" + GOOD + "\r\n\n" + "B,Ann,Lamp,1,2\n")) == [(1, 3), (2, 6)]


def test_a_line_of_spaces_is_a_record_of_too_few_fields():
    assert reasons(orders("  \n")) == [{("", "too_few_fields")}]


def test_every_kind_of_line_break_ends_a_record():
    found = orders("A,Ann,Lamp,1,2\rB,Ann,Lamp,1,2\r\nC,Ann,Lamp,1,2\nD,Ann,Lamp,1,2")
    assert places(found) == [(1, 2), (2, 3), (3, 4), (4, 5)]
    assert reasons(found) == [set()] * 4


def test_line_breaks_in_quotes_belong_to_the_cell():
    found = orders('A,Ann,"Lamp\n\nand\r\nshade",1,2\nB,Ann,Lamp,1,2\n')
    assert places(found) == [(1, 2), (2, 6)]
    assert reasons(found) == [set(), set()]


def test_too_few_and_too_many_fields_are_malformed():
    found = reasons(orders("A,Ann,Lamp,1\nB,Ann,Lamp, warm,1,2\n"))
    assert found == [{("", "too_few_fields")}, {("", "too_many_fields")}]


def test_a_quote_inside_an_unquoted_cell_is_a_letter():
    assert reasons(orders('A,Ann,Monitor 27" wide,1,2\n')) == [set()]


def test_a_doubled_quote_is_one_quote():
    assert reasons(orders('A,"Ann ""Nita"" Costa",Lamp,1,2\n')) == [set()]


def test_text_after_a_closing_quote_costs_its_line_only():
    found = orders('A,"Ann"x,Lamp,1,2\n' + GOOD)
    assert reasons(found) == [{("", "text_after_quote")}, set()]
    assert places(found) == [(1, 2), (2, 3)]


def test_a_record_with_broken_quoting_ends_at_its_first_line_break():
    found = orders('A,"Ann\nNita"x,Lamp,1,2\n' + GOOD)
    assert reasons(found) == [{("", "text_after_quote")}, {("", "too_few_fields")}, set()]
    assert places(found) == [(1, 2), (2, 3), (3, 4)]


def test_a_quote_open_at_the_end_of_the_file_costs_its_line_only():
    found = orders('A,"Ann,Lamp,1,2\n' + GOOD + "\nB,Ann,Lamp,1,2\n")
    assert reasons(found) == [{("", "open_quote")}, set(), set()]
    assert places(found) == [(1, 2), (2, 3), (3, 5)]


def test_a_file_may_end_inside_a_quote():
    assert reasons(orders(GOOD + 'B,Ann,"La')) == [set(), {("", "open_quote")}]


def test_a_byte_that_is_not_utf8_costs_its_record():
    found = orders(b"A,Garc\xeda,Lamp,1,2\nB,Garc\xc3\xada,Lamp,1,2\n")
    assert reasons(found) == [{("", "undecodable")}, set()]


def test_an_undecodable_record_keeps_its_lines_together():
    found = orders(b'A,"Ann\n\xff",Lamp,1,2\n' + GOOD.encode())
    assert reasons(found) == [{("", "undecodable")}, set()]
    assert places(found) == [(1, 2), (2, 4)]


def test_malformed_records_take_no_key():
    assert reasons(orders("A,Ann,Lamp,1\n" + GOOD))[1] == set()


@pytest.mark.parametrize(
    "unit",
    [
        f'{{{META}, "values": [{BAR}], "status": "error"}}',
        f'{{"values": [{BAR}], "status": "ok"}}',
        f'{{{META}, "status": "ok"}}',
        f'{{{META}, "values": null}}',
    ],
)
def test_a_bad_unit_is_one_record_and_the_next_goes_on(unit):
    found = stocks(f'{{"X":\n  {unit},\n"S": {{{META}, "values": [\n{BAR}\n]}}}}')
    assert reasons(found) == [{("", "bad_unit")}, set()]
    assert places(found) == [(1, 2), (2, 4)]


def test_a_day_counts_once_for_each_symbol():
    other = '"meta": {"symbol": "T", "interval": "1day"}'
    found = stocks(f'{{"S": {{{META}, "values": [{BAR}, {BAR}]}}, "T": {{{other}, "values": [{BAR}]}}}}')
    assert reasons(found) == [set(), {("datetime,symbol", "primary_key")}, set()]


def test_a_symbol_that_meta_does_not_name_is_missing_in_each_bar():
    found = stocks(f'{{"S": {{"meta": {{}}, "values": [{BAR}, {BAR}]}}}}')
    assert reasons(found) == [{("symbol", "required")}] * 2


def test_a_symbol_without_bars_gives_no_record():
    assert stocks(f'{{"S": {{{META}, "values": []}}}}') == []
