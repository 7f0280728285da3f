"""Facts and findings of smartphone_sales over a few sales made for them, with the numbers worked out by hand."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from tests.examples.plain_facts import Rows
from tests.examples.sql_facts import asked, sample_findings

FIRST = dt.date(2025, 9, 1)
LOVE, HATE = "I love it, a wonderful phone.", "Terrible. I hate this awful phone."


def sales(model: str | None, *prices: float, review: str | None = LOVE, brand: str = "B", day: int = 0) -> Rows:
    cells = {
        "brand": brand,
        "model": model,
        "region": "Asia",
        "customer_review": review,
        "date": FIRST + dt.timedelta(day),
    }
    return [{**cells, "price": Decimal(str(price))} for price in prices]


def of_sales(name: str, rows: Rows) -> Rows:
    return asked("smartphone_sales", name, [{"order_id": f"O{at:03}", **row} for at, row in enumerate(rows)])


def test_segments_meet_at_500_and_1000():
    found = of_sales("price_segments", sales("x", 499.99, 500, 1000, 1000.01))
    assert [(row["segment"], row["orders"], row["revenue"]) for row in found] == [
        ("Budget", 1, Decimal("499.99")),
        ("Mid-range", 2, 1500),
        ("Flagship", 1, Decimal("1000.01")),
    ]


def test_a_sale_without_a_review_is_neither_happy_nor_unhappy():
    loved, hated = sales("x", 1), sales("x", 1, 1, review=HATE)
    row = of_sales("totals", loved + hated + sales("x", 1, 1, 1, review=None))[0]
    assert (row["orders"], row["reviews"], row["different_reviews"]) == (6, 3, 2)
    assert (row["percent_happy"], row["percent_unhappy"]) == (pytest.approx(100 / 3), pytest.approx(200 / 3))


def test_a_sale_without_a_model_counts_for_its_brand_only():
    rows = sales(None, 100, 100) + sales("x", 100)
    assert [row["orders"] for row in of_sales("brand_satisfaction", rows)] == [3]
    assert [(row["model"], row["orders"]) for row in of_sales("popular_models", rows)] == [("x", 1)]
    assert [row["favourite_model"] for row in of_sales("regions", rows)] == ["x"]
    assert [row["favourite_model"] for row in of_sales("regions", sales(None, 100))] == [None]


def test_four_enthusiasts_do_not_recommend_a_phone_and_five_buyers_do():
    five = [row for review in (LOVE, LOVE, LOVE, LOVE, HATE) for row in sales("known", 300, review=review)]
    found = of_sales("recommended", five + sales("new", *[300] * 4))
    assert [(row["segment"], row["place"], row["model"]) for row in found] == [("Budget", 1, "known")]


def test_a_phone_that_buyers_hate_is_not_recommended_though_there_is_no_other():
    assert of_sales("recommended", sales("bad", *[300] * 50, review=HATE)) == []
    assert of_sales("recommended", sales("so so", *[300] * 50, review="It is a phone.")) == []


def test_a_strange_price_moves_no_model_into_another_segment():
    found = of_sales("recommended", sales("x", 440, 450, 460, 470, 9000))
    assert [(row["segment"], row["median_price"]) for row in found] == [("Budget", 460)]


def test_good_value_is_liked_and_cheap_and_not_only_one_of_them():
    good, dear = sales("good", *[300] * 5), sales("dear", *[900] * 5)
    cheap = sales("cheap", *[200] * 5, review=HATE)
    worst = sales("worst", *[950] * 5, review=HATE + HATE)
    found = of_sales("value_for_money", good + dear + cheap + worst)
    assert found[0]["model"] == "good"
    assert {row["model"]: row["cheaper_than"] for row in found} == pytest.approx(
        {"good": 200 / 3, "dear": 100 / 3, "cheap": 100, "worst": 0}
    )
    assert {row["model"]: row["value_score"] for row in found}["worst"] == 0


def test_stock_follows_demand_and_satisfaction():
    rows = sales("rising", 1, 1) + sales("rising", *[1] * 20, day=9)
    rows += sales("falling", *[1] * 20, review=HATE) + sales("falling", 1, 1, day=9, review=HATE)
    rows += sales("steady", *[1] * 11) + sales("steady", *[1] * 11, day=9)
    found = {row["model"]: (row["demand"], row["advice"]) for row in of_sales("inventory", rows)}
    expected = {"rising": ("rising", "stock more"), "falling": ("falling", "stock less")}
    assert found == {**expected, "steady": ("steady", "stock more")}


@pytest.mark.parametrize(
    ("before", "lately", "demand"), [(4, 12, "perhaps rising"), (4, 13, "rising"), (13, 4, "falling")]
)
def test_demand_changes_by_more_than_counts_scatter(before, lately, demand):
    """Sixteen orders scatter by four, and twice that is eight."""
    review = HATE if demand == "falling" else LOVE
    rows = sales("x", *[1] * before, review=review) + sales("x", *[1] * lately, day=1, review=review)
    (row,) = of_sales("inventory", rows + sales("other", 1, review="It rings."))
    assert (row["demand"], row["advice"]) == (demand, "stock less" if demand == "falling" else "stock more")


@pytest.mark.parametrize(("before", "lately"), [(20, 10), (11, 5)])
def test_what_has_halved_is_not_stocked_more_though_it_may_be_chance(before, lately):
    rows = sales("halved", *[1] * before) + sales("halved", *[1] * lately, day=1)
    rows += sales("steady", *[1] * 11) + sales("steady", *[1] * 11, day=1)
    rows += [row for rare in range(4) for row in sales(f"rare {rare}", 1, review=HATE)]
    assert [(row["model"], row["demand"]) for row in of_sales("inventory", rows)] == [("steady", "steady")]


def test_what_has_doubled_is_not_stocked_less_though_it_may_be_chance():
    rows = sales("doubled", *[1] * 5, review=HATE) + sales("doubled", *[1] * 10, day=1, review=HATE)
    rows += sales("liked", *[1] * 20) + sales("liked", *[1] * 20, day=1)
    assert [row["model"] for row in of_sales("inventory", rows)] == ["liked"]


def test_where_all_are_disliked_none_is_stocked_more():
    found = of_sales("inventory", sales("x", *[1] * 9, review=HATE) + sales("y", *[1] * 6, review=HATE))
    assert [(row["model"], row["advice"]) for row in found] == [("y", "stock less")]


def test_of_an_odd_number_of_days_the_first_is_in_neither_half():
    rows = [row for day, count in ((0, 7), (1, 2), (4, 1), (5, 2), (8, 1)) for row in sales("x", *[1] * count, day=day)]
    (row,) = of_sales("inventory", rows)
    assert (row["orders"], row["orders_before"], row["orders_lately"]) == (13, 3, 3)


def test_a_single_day_has_no_halves():
    (row,) = of_sales("inventory", sales("x", *[1] * 6))
    assert (row["orders_before"], row["orders_lately"], row["demand"]) == (0, 0, "steady")


def test_a_price_is_held_against_its_model_and_of_a_rare_model_against_its_segment():
    rows = sales("x", 400, 401, 399, 400, 501) + sales("rare", 9000) + sales("y", *[1200] * 6)
    found = of_sales("price_unlike_model", rows)
    assert [(row["model"], row["price"], row["usual_price"]) for row in found] == [
        ("rare", 9000, 1200),
        ("x", 501, 400),
    ]


@pytest.mark.parametrize(("price", "is_found"), [(300, False), (299.99, True), (500, False), (500.01, True)])
def test_a_quarter_off_is_still_usual(price, is_found):
    assert len(of_sales("price_unlike_model", sales("x", 400, 400, 400, 400, price))) == is_found


def test_no_expected_price_is_less_than_nothing():
    rows = sales("x", 20, 30, 25, 100, 110, 5000)
    (found,) = of_sales("price_unlike_model", rows)
    assert found["expected"].startswith("0.00 to ")


def test_where_prices_vary_a_price_may_vary_more():
    """The median is 400 and the median distance 50: 3.5 / 0.6745 times that are 259.45."""
    usual = sales("x", *[350] * 3, *[400] * 3, *[450] * 3)
    assert of_sales("price_unlike_model", usual + sales("x", 659.45)) == []
    (row,) = of_sales("price_unlike_model", usual + sales("x", 659.46))
    assert (row["expected"], row["observed"]) == ("140.55 to 659.45 USD", "659.46 USD")


@pytest.mark.parametrize(("loved", "hated", "found"), [(9, 1, 1), (8, 1, 0), (13, 2, 0), (14, 2, 2)])
def test_a_review_is_far_off_beyond_two_and_a_half_deviations_of_ten_reviews_or_more(loved, hated, found):
    """Two of fifteen are 2.46 sample deviations from the mean, two of sixteen 2.56."""
    rows = sales("x", *[100] * loved) + sales("x", *[100] * hated, review=HATE)
    assert len(of_sales("review_unlike_model", rows)) == found


@pytest.mark.parametrize(("same", "other", "is_found"), [(5, 14, True), (5, 15, False), (4, 0, False)])
def test_more_than_a_quarter_of_a_models_reviews_in_the_same_words_is_a_finding(same, other, is_found):
    rows = sales("x", *[1] * same) + [row for at in range(other) for row in sales("x", 1, review=f"{HATE} {at}")]
    assert len(of_sales("repeated_reviews", rows)) == is_found


@pytest.mark.parametrize(("words", "is_found"), [("Good phone, really.", False), ("Good phone, really!!", True)])
def test_fewer_than_twenty_letters_may_be_anybodys(words, is_found):
    assert len(of_sales("repeated_reviews", sales("x", *[1] * 9, review=words))) == is_found


def test_the_sample_says(tmp_path):
    found = [row["message"] for row in sample_findings("smartphone_sales", "clean", tmp_path)]
    assert found == [
        "Oppo Find N2 Flip sold for 2,337.00 USD, usually about 893.00 USD",
        "Samsung Galaxy S23 Ultra sold for 3,247.00 USD, usually about 1,253.00 USD",
        "Xiaomi Redmi Note 12 sold for 595.00 USD, usually about 230.00 USD",
        "5 of 17 reviews of Xiaomi Redmi Note 12 use the same words",
        "A review of Samsung Galaxy S23 Ultra is far less happy than the others",
    ]
