"""analyze with a model: the units of a query's header say in which currency amounts are."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.stages.test_narrating import Told, said

SQL = "-- title: Ages\n-- unit: revenue={}\nSELECT name, age AS revenue FROM accepted WHERE age > 0\n"


@pytest.mark.parametrize(("unit", "is_kept"), [("EUR", True), ("USD", False)])
def test_an_amount_in_another_currency_than_that_of_the_column_is_left_out(tmp_path: Path, unit: str, is_kept: bool):
    stage = Told(tmp_path, said("Ann earned 31. Ann earned 31 EUR."), sql=SQL.format(unit))
    told = stage.analyzed(stage.processed())["narrative"]["summary"]["text"]
    assert told == ("Ann earned 31. Ann earned 31 EUR." if is_kept else "Ann earned 31.")
