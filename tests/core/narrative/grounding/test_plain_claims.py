"""What plain sentences claim: each right one stays, and its wrong twin goes."""

import pytest

from headgate.core.narrative.grounding import grounding_check
from tests.core.narrative.grounding.plain_facts import reason

PAIRS = {
    "what is said to have moved is known to have moved": [
        ("models", "Demand for the G42 is rising.", "Demand for the G42 is falling."),
        ("models", "Orders of the G42 rose.", "The satisfaction of the G42 rose."),
        ("symbols", "KO is falling.", "The volatility of KO is falling."),
        ("overall", "The mean heart rate is 80.", "The mean heart rate of 80 is up on the day before."),
        ("overall", "The mean heart rate is 80.", "The mean heart rate skyrocketed."),
        ("overall", "There were 50 readings.", "There were fewer readings than usual."),
    ],
    "how strongly it moved is looked up": [
        ("symbols", "MSFT rose slightly.", "MSFT soared."),
        ("symbols", "KO plunged.", "KO fell slightly."),
    ],
    "all, most and none of what one has are counted": [
        ("file", "Two of the six records are malformed.", "Four of the six records are malformed."),
        ("file", "Two of its six records are malformed.", "All of its records are malformed."),
        ("file", "Most of its records are intact.", "Most of its records are malformed."),
        ("brands", "Most of Nokia's reviews are unhappy.", "Most of Oppo's reviews are unhappy."),
        ("brands", "None of Sony's reviews are unhappy.", "None of Oppo's reviews are unhappy."),
        ("users", "***1 has only abnormal readings.", "***1 and ***2 have only abnormal readings."),
        ("overall", "Three of the 8 users had abnormal readings.", "All 8 users had abnormal readings."),
        ("overall", "Five of the 8 users had no abnormal readings.", "Four of the 8 users had no abnormal readings."),
        ("overall", "Most users had no abnormal readings.", "Most users had abnormal readings."),
        ("totals", "Only 12 of the 36 reviews are different.", "All reviews differ from each other."),
    ],
    "nobody is none": [
        ("customers", "Nobody ordered more often than Ada.", "Nobody ordered from Ada."),
        ("overall", "Somebody had abnormal readings.", "Nobody had abnormal readings."),
    ],
    "how many of one thing another one has each is reckoned": [
        ("totals", "Each order contained four items.", "Each order contained one item."),
        ("totals", "An average customer placed two orders.", "An average customer placed five orders."),
        ("customers", "Ada spent less per order than Bo.", "Ada spent more per order than Bo."),
        ("customers", "Bo has the highest revenue per order.", "Ada has the highest revenue per order."),
    ],
    "only one is one": [
        ("models", "Sony has only one model in the list.", "Nokia has only one model in the list."),
        ("customers", "Cy placed just one order.", "Bo placed just one order."),
        ("market", "One symbol rose and two fell.", "One symbol fell and two rose."),
        ("symbols", "MSFT was the only gainer.", "KO was the only gainer."),
        ("file", "Only two records are malformed.", "Only one record is malformed."),
    ],
    "two columns of a row are compared, and all but one are all but one": [
        ("brands", "Sony has more happy than unhappy reviews.", "Nokia has more happy than unhappy reviews."),
        ("brands", "Not every brand is liked.", "Every brand has more happy than unhappy reviews."),
        ("symbols", "Every symbol has a positive momentum except KO.", "Every symbol has a positive momentum except AAPL."),
    ],
    "usual is what the fact calls usual": [
        ("odd_price", "Order A-17 was sold too cheap at 9.50.", "Order A-17 was sold too expensive at 9.50."),
        ("odd_price", "The lamp of order A-17 was underpriced.", "The lamp of order A-17 was overpriced."),
    ],
    "a file is of the kind that it is": [
        ("file", "It is a CSV file.", "It is a JSON file."),
        ("file", "It is a plain text file.", "It is an Excel workbook."),
        ("file", "The file is not compressed.", "The file is compressed."),
        ("file", "The file holds 6 records.", "The file is empty."),
        ("file", "ragged.csv is smaller than one kilobyte.", "ragged.csv is larger than one megabyte."),
    ],
    "ranks say of what": [
        ("brands", "Nokia has the unhappiest customers.", "Oppo has the unhappiest customers."),
        ("customers", "Ada is the main source of revenue.", "Bo is the main source of revenue."),
        ("customers", "Ada is the best customer.", "Bo is the best customer."),
        ("customers", "Bo bought more than Ada.", "Ada bought more than Bo."),
        ("symbols", "KO has the lowest trading volume.", "AAPL has the lowest trading volume."),
        ("symbols", "AAPL comes first by momentum, and MSFT second.", "AAPL comes first by momentum, and KO second."),
        ("customers", "Ada placed the most orders, Cy the fewest.", "Ada placed the most orders, Bo the fewest."),
        ("customers", "Ada has the highest revenue, followed by Bo.", "Ada has the highest revenue, followed by Cy."),
        ("customers", "Three customers make up 80% of the revenue.", "Three customers make up all of the revenue."),
    ],
    "what was before was before": [
        ("large_change", "KO had closed at 70.50 before and ended at 67.00.", "KO had closed at 67.00 before and ended at 70.50."),
        (
            "large_change,close_apart",
            "KO lost 5%, finishing at 67.00 after 70.50 the day before.",
            "KO lost 5%, finishing at 70.50 after 67.00 the day before.",
        ),
        (
            "close_apart",
            "KO closed at 35.20 on 13 August 2025, while the neighbouring closes were 70.10 and 70.50.",
            "KO closed at 70.10 on 13 August 2025, while the neighbouring closes were 35.20 and 70.50.",
        ),
    ],
    "several directions and several rows stand in one sentence": [
        ("days", "On 13 August 2025 two symbols rose and one fell.", "On 14 August 2025 two symbols rose and one fell."),
        ("days", "On 14 August 2025 more symbols fell than rose.", "On 13 August 2025 more symbols fell than rose."),
        (
            "brands",
            "Happy customers wrote 90% of reviews of Sony and 50% of Oppo.",
            "Happy customers wrote 50% of reviews of Sony and 90% of Oppo.",
        ),
        ("symbols", "Even though it fell, AAPL has a momentum of 8.4.", "Even though it fell, AAPL has a momentum of 4.1."),
        ("symbols", "MSFT closed some 275 points above AAPL.", "MSFT closed some 375 points above AAPL."),
        ("users", "***1 reached a temperature of 40.0 °C.", "***1 reached a temperature of 37.1 °C."),
    ],
    "a range of rows is summed up": [
        ("heart_rates", "Three quarters of the readings lie between 60 and 80.", "Half of the readings lie between 60 and 80."),
        ("heart_rates", "Most readings lie between 60 and 80.", "Most readings lie between 70 and 80."),
    ],
}  # fmt: skip


@pytest.mark.parametrize(
    ("cited", "right", "wrong"),
    [pytest.param(*pair, id=f"{kind} {at}") for kind, pairs in PAIRS.items() for at, pair in enumerate(pairs)],
)
def test_the_right_sentence_stays_and_its_wrong_twin_goes(cited: str, right: str, wrong: str) -> None:
    assert reason(right, cited) == ""
    assert reason(wrong, cited)


def test_a_currency_that_nothing_uses_is_no_currency_of_the_facts() -> None:
    facts = {"totals": [{"orders": 40, "revenue": 1600.0}]}
    findings = [
        {"finding": "odd_price", "severity": "warning", "message": "", "observed": "10.00 USD", "count": 1, "rows": []}
    ]
    check = grounding_check(facts, findings)
    assert check("Revenue was 1,600 USD.", ["totals"], "") == []
    assert "USD" in check("Revenue was 1,600 EUR.", ["totals"], "")[0].reason
    assert grounding_check(facts)("Revenue was 1,600 EUR.", ["totals"], "") == []


def test_a_count_without_a_day_is_not_that_of_any_day() -> None:
    assert reason("One symbol rose and 2 fell.", "market,days") == ""
    assert reason("Two symbols rose.", "market,days")


def test_a_part_of_the_rows_is_not_all_of_them() -> None:
    facts = {"repeated": [{"brand": "Nokia", "same": 5, "reviews": 18}]}
    check = grounding_check(facts)
    assert check("5 of the reviews of Nokia are the same.", ["repeated"], "") == []
    assert check("18 of the reviews of Nokia are the same.", ["repeated"], "")


def test_what_a_note_says_counts_nothing() -> None:
    check = grounding_check({"shops": [{"shop": "Acme", "orders": 7, "note": "5 of 7 orders are fraudulent"}]})
    assert check("5 orders of Acme are fraudulent.", ["shops"], "")
    assert check("Acme has 7 orders.", ["shops"], "") == []


@pytest.mark.parametrize("cited", ["customers", "brands,customers", "customers,brands,models"])
def test_a_reason_names_no_other_rows_value(cited: str) -> None:
    assert "500" in reason("Bo earned 900.00.", cited)
    assert "is 900" not in reason("Bo earned 905.00.", cited)
    assert "revenue" not in reason("Sony earned 905.00.", cited)
